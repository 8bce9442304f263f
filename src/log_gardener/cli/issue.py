"""How an issue is told, for people and as JSON."""

from typing import Any

from rich.console import Console

from log_gardener.cli.console import plain
from log_gardener.model.cluster import Cluster, Entity, RevisionSpan, ShownEntry
from log_gardener.model.instant import spell_instant
from log_gardener.model.issue import Issue, IssueDetails, Mute, Resolution
from log_gardener.renderers.chart import draw_chart
from log_gardener.renderers.json_worklog import spell_cluster, spell_entity, spell_revision, spell_shown

CHART_WIDTH = 60
CHART_HEIGHT = 6


def spell_issue(issue: Issue, ticket: str | None) -> dict[str, Any]:
    """An issue in plain JSON values, with the address of its ticket."""
    verdict = issue.verdict
    return {
        "id": issue.id,
        "title": issue.title,
        "service": issue.service,
        "priority": issue.priority.value,
        "severity": issue.severity.value,
        "status": issue.status.value,
        "trend": issue.trend.value,
        "mute": None if verdict.mute is None else _spell_mute(verdict.mute),
        "resolved": None if verdict.resolution is None else _spell_resolution(verdict.resolution),
        "locked": verdict.locked.value if verdict.locked else None,
        "count": issue.count,
        "first": _spell(issue.first_nanos),
        "last": _spell(issue.last_nanos),
        "ticket": ticket,
        "fingerprints": list(issue.fingerprints),
    }


def _spell(nanos: int | None) -> str | None:
    return None if nanos is None else spell_instant(nanos)


def _spell_mute(mute: Mute) -> dict[str, Any]:
    return {"until": _spell(mute.until_nanos), "count": mute.count}


def _spell_resolution(resolution: Resolution) -> dict[str, Any]:
    return {"at": spell_instant(resolution.nanos), "revision": resolution.revision}


def spell_whole(issue: Issue, details: IssueDetails, cluster: Cluster | None, *, ticket: str | None) -> dict[str, Any]:
    """An issue with all that is remembered of it, and the latest cluster if there is one."""
    whole = spell_issue(issue, ticket) | {
        "history": [list(bucket) for bucket in issue.history],
        "revisions": [spell_revision(revision) for revision in details.revisions],
        "entities": [spell_entity(entity) for entity in details.entities],
        "exemplars": [spell_shown(shown) for shown in details.exemplars],
        "decisions": [
            {"at": spell_instant(nanos), "action": action, "detail": detail}
            for nanos, action, detail in details.decisions
        ],
    }
    return whole | ({"cluster": spell_cluster(cluster)} if cluster is not None else {})


def show_issue(
    console: Console, issue: Issue, details: IssueDetails, cluster: Cluster | None, *, ticket: str | None = None
) -> None:
    """An issue for people: facts, history, what is remembered of it, and how the latest worklog saw it."""
    _show_facts(console, issue, ticket)
    _show_history(console, issue)
    _show_details(console, details)
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
        "first seen": _spell(issue.first_nanos) or "",
        "last seen": _spell(issue.last_nanos) or "",
    } | ({"ticket": ticket} if ticket else {})
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


def _show_history(console: Console, issue: Issue) -> None:
    """A chart of a few lines, with its scale."""
    if not issue.history:
        return
    chart = draw_chart(issue.history, CHART_WIDTH, CHART_HEIGHT)
    console.print(f"\nhistory: one column is {chart.step}", style="bold", highlight=False)
    for line in chart.lines:
        console.print(plain(line), soft_wrap=True)


def _show_details(console: Console, details: IssueDetails) -> None:
    for name, lines in (
        ("revisions", [_tell_revision(revision) for revision in details.revisions]),
        ("whom it concerns", [_tell_entity(entity) for entity in details.entities]),
        ("decisions", [f"{spell_instant(row[0])[:16]:>18}  {row[1]} {row[2]}".rstrip() for row in details.decisions]),
    ):
        if lines:
            console.print(f"\n{name}", style="bold")
            for line in lines:
                console.print(plain(line), soft_wrap=True)


def _tell_revision(revision: RevisionSpan) -> str:
    since = "" if revision.first_nanos is None else f", from {spell_instant(revision.first_nanos)}"
    return f"{revision.count:12,}  {revision.name}{since}"


def _tell_entity(entity: Entity) -> str:
    about = "" if entity.is_exact else "about "
    return f"{about + format(entity.distinct, ','):>12}  {entity.kind}: {', '.join(entity.values)}"


def _show_cluster(console: Console, cluster: Cluster) -> None:
    console.print("\nin the latest window: priority", style="bold")
    for reason in cluster.reasons:
        console.print(plain(f"{reason.points:+12d}  {reason.why}"), soft_wrap=True)
    console.print(f"{cluster.score:12d}  points, {cluster.priority}", highlight=False)
    console.print("\nin the latest window: revisions", style="bold")
    for revision in cluster.revisions:
        console.print(plain(_tell_revision(revision)), soft_wrap=True)
    for shown in cluster.exemplars:
        _show_values(console, shown)
    console.print("\nin the latest window: analysis", style="bold")
    for line in cluster.analysis:
        console.print(plain(f"  - {line}"), soft_wrap=True)


def _show_values(console: Console, shown: ShownEntry) -> None:
    """What an entry has in the place of each variable; nothing of an entry without any."""
    if not shown.values:
        return
    console.print()
    console.print(plain(f"in the latest window: values of entry {shown.insert_id or '?'}"), style="bold")
    for value in shown.values:
        console.print(plain(f"{f'<{value.kind}>':>12}  {value.text}"), soft_wrap=True)
