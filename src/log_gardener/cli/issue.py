"""How an issue is told, for people and as JSON."""

from collections.abc import Mapping

from rich.console import Console
from rich.text import Text

from log_gardener.cli.console import plain
from log_gardener.cli.tables import print_hanging
from log_gardener.model.cluster import Cluster, Entity, RevisionSpan, ShownEntry
from log_gardener.model.instant import spell_instant
from log_gardener.model.issue import Issue, IssueDetails
from log_gardener.renderers.chart import ASCII, BLOCKS, draw_chart
from log_gardener.renderers.json_text import spell_time

CHART_WIDTH = 100
CHART_HEIGHT = 6

# What stands left of the columns: the scale.
_SCALE_WIDTH = 12

# Revisions that are marked: letters beyond that tell nothing.
_MARKED = 9


def show_issue(
    console: Console, issue: Issue, details: IssueDetails, cluster: Cluster | None, *, ticket: str | None = None
) -> None:
    """An issue for people: facts, history, what is remembered of it, and how the latest worklog saw it."""
    _show_facts(console, issue, ticket)
    marked = _show_history(console, issue, details)
    _show_details(console, details, marked)
    if cluster is not None:
        _show_cluster(console, cluster)


def _show_facts(console: Console, issue: Issue, ticket: str | None) -> None:
    console.print(plain(f"{issue.priority}  {issue.title}"), style="bold")
    facts = {
        "issue": issue.id,
        "service": issue.service,
        "status": _spell_status(issue),
        "trend": issue.trend,
        "severity": issue.severity,
        "count": f"{issue.count:,}",
        "first seen": spell_time(issue.first_nanos) or "",
        "last seen": spell_time(issue.last_nanos) or "",
        "ticket": ticket or "none known",
    }
    for name, value in facts.items():
        console.print(plain(f"{name:>12}  {value}"), soft_wrap=True)


def _spell_status(issue: Issue) -> str:
    verdict = issue.verdict
    parts: list[str] = [verdict.status]
    if verdict.mute:
        parts += [f"until {spell_instant(verdict.mute.until_nanos)}"] if verdict.mute.until_nanos else []
        parts += [f"until {verdict.mute.count:,} entries"] if verdict.mute.count else []
        parts.append("until it escalates")
    if verdict.resolution:
        parts.append(f"at {spell_instant(verdict.resolution.nanos)}")
        parts += [f"in revision {verdict.resolution.revision}"] if verdict.resolution.revision else []
    parts += [f"priority locked at {verdict.locked}"] if verdict.locked else []
    return ", ".join(parts)


def _show_history(console: Console, issue: Issue, details: IssueDetails) -> dict[str, str]:
    """A chart of a few lines with its scales, its peak, and by name the letter under which a revision begins."""
    if not issue.history:
        return {}
    latest = sorted(details.revisions, key=lambda one: one.first_nanos or 0)[-_MARKED:]
    chart = draw_chart(
        issue.history,
        max(min(CHART_WIDTH, console.width - _SCALE_WIDTH), 1) if console.is_terminal else CHART_WIDTH,
        CHART_HEIGHT,
        marks=[one.first_nanos for one in latest],
        blocks=ASCII if console.options.ascii_only else BLOCKS,
    )
    peak = f"at most {chart.peak:,}, from {spell_instant(chart.peak_nanos)[:16]}"
    console.print(f"\nhistory: one column is {chart.step}; {peak}", style="bold", highlight=False, soft_wrap=True)
    for line in chart.lines:
        console.print(plain(line), soft_wrap=True)
    return {one.name: letter for one, letter in zip(latest, chart.marked, strict=True) if letter}


def _show_details(console: Console, details: IssueDetails, marked: Mapping[str, str]) -> None:
    for name, lines in (
        ("revisions", [_tell_revision(revision, marked.get(revision.name, "")) for revision in details.revisions]),
        ("whom it concerns", [_tell_entity(entity) for entity in details.entities]),
        ("decisions", [f"{spell_instant(row[0])[:16]:>18}  {row[1]} {row[2]}".rstrip() for row in details.decisions]),
    ):
        if lines:
            console.print(f"\n{name}", style="bold")
            for line in lines:
                console.print(plain(line), soft_wrap=True)


def _tell_revision(revision: RevisionSpan, letter: str = "") -> str:
    since = "" if revision.first_nanos is None else f", from {spell_instant(revision.first_nanos)}"
    since += f" ({letter} in the history)" if letter else ""
    return f"{revision.count:12,}  {revision.name}{since}"


def _tell_entity(entity: Entity) -> str:
    about = "" if entity.is_exact else "about "
    return f"{about + format(entity.distinct, ','):>12}  {entity.kind}: {', '.join(entity.values)}"


def _show_cluster(console: Console, cluster: Cluster) -> None:
    console.print("\nin the latest window: priority", style="bold")
    for reason in cluster.reasons:
        print_hanging(console, Text(f"{reason.points:+12d}"), plain(reason.why))
    console.print(f"{cluster.score:12d}  points, {cluster.priority}", highlight=False)
    console.print("\nin the latest window: revisions", style="bold")
    for revision in cluster.revisions:
        console.print(plain(_tell_revision(revision)), soft_wrap=True)
    for shown in cluster.exemplars:
        _show_values(console, shown)
    console.print("\nin the latest window: analysis", style="bold")
    for line in cluster.analysis:
        print_hanging(console, Text("  -"), plain(line))


def _show_values(console: Console, shown: ShownEntry) -> None:
    """What an entry has in the place of each variable; nothing of an entry without any."""
    if not shown.values:
        return
    console.print()
    console.print(plain(f"in the latest window: values of entry {shown.insert_id or '?'}"), style="bold")
    for value in shown.values:
        console.print(plain(f"{f'<{value.kind}>':>12}  {value.text}"), soft_wrap=True)
