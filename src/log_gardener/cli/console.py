"""What people see in the terminal of what was found. All of it on stderr."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from rich.console import Console
from rich.text import Text

from log_gardener.cli.tables import Column, draw_table
from log_gardener.model.coverage import Outcome
from log_gardener.model.instant import spell_instant
from log_gardener.model.issue import Issue
from log_gardener.model.priority import Priority
from log_gardener.model.worklog import Worklog
from log_gardener.renderers.compared import tell_compared
from log_gardener.renderers.escaping import TERMINAL, make_inert
from log_gardener.renderers.sparkline import ASCII, BLOCKS, draw_sparkline, find_bounds

STYLES = {Priority.P0: "bold red", Priority.P1: "red", Priority.P2: "yellow", Priority.P3: "cyan", Priority.P4: "dim"}

# As much of an id as tells two apart by eye; more of it where that is not enough.
_SHOWN_ID = len("r1:") + 8

_OUTCOMES = {
    Outcome.UNKNOWN: "outcome unknown: nothing usable was read, so nothing is concluded about health",
    Outcome.VERIFIED_EMPTY: "outcome verified empty: logs do arrive, but none of this window and service",
}


def plain(text: str) -> Text:
    """Text of logs as inert text of a terminal."""
    return Text(make_inert(text, TERMINAL))


def is_drawing(console: Console) -> bool:
    """Whether something can be redrawn there: on a terminal that can move its cursor."""
    return console.is_terminal and not console.is_dumb_terminal


def find_blocks(console: Console) -> str:
    """What sparklines are drawn with: letters where the encoding has no blocks."""
    return ASCII if console.options.ascii_only else BLOCKS


def spell_priority(priority: Priority) -> Text:
    """A priority, as text and in its colour."""
    return Text(priority, style=STYLES[priority])


def show_worklog(console: Console, worklog: Worklog) -> None:
    """The clusters as a table, and what was read."""
    if worklog.clusters:
        _show_clusters(console, worklog)
    if worklog.compared:
        console.print(plain(tell_compared(worklog.compared)), soft_wrap=True)
    coverage = worklog.coverage
    parts = [f"{coverage.entries:,} entries analyzed"]
    parts += [f"{refusal.count:,} refused: {refusal.reason}" for refusal in coverage.refusals]
    counted = (
        (coverage.joined, "lines joined to them"),
        (coverage.outside_window, "outside the window"),
        (coverage.other_services, "of other services"),
        (coverage.less_severe, "less severe"),
        (coverage.late, "of them late arrivals"),
        (coverage.duplicates, "duplicates"),
        (coverage.overflow, "in no template"),
    )
    parts += [f"{count:,} {name}" for count, name in counted if count]
    parts.append(f"{worklog.other.entries:,} healthy in {worklog.other.templates:,} templates")
    # In a terminal words stay whole; elsewhere a line is a line.
    console.print(plain("; ".join(parts)), soft_wrap=not console.is_terminal)
    for cap in coverage.caps:
        console.print(plain(f"limit hit: {cap}"), style="yellow", soft_wrap=True)
    for problem in coverage.problems:
        console.print(plain(f"could not be read: {problem.source}: {problem.reason}"), style="red", soft_wrap=True)
    if worklog.look_back:
        console.print(plain(f"window widened: {worklog.look_back}"), soft_wrap=True)
    for probe in coverage.probes:
        console.print(plain(f"{probe.source}: {probe.detail}"), soft_wrap=True)
    if worklog.outcome is not Outcome.OBSERVED:
        console.print(_OUTCOMES[worklog.outcome], style="yellow", soft_wrap=True)


def _show_clusters(console: Console, worklog: Worklog) -> None:
    columns = (
        Column(""),
        Column("count", is_right=True),
        Column("over time", is_wide=True),
        Column("severity", is_wide=True),
        Column("trend", is_wide=True),
        Column("issue"),
    )
    blocks = find_blocks(console)
    bounds = find_bounds([cluster.minutes for cluster in worklog.clusters])
    rows = [
        (
            spell_priority(cluster.priority),
            Text(f"{cluster.count:,}"),
            Text(draw_sparkline(cluster.minutes, bounds, blocks=blocks)),
            Text(cluster.severity.lower()),
            Text(cluster.trend),
            plain(cluster.title),
        )
        for cluster in worklog.clusters
    ]
    console.print(draw_table(columns, rows, console), crop=False)


def show_issues(console: Console, issues: Sequence[Issue], tickets: Mapping[str, str] | None = None) -> None:
    """The remembered issues as a table; where any has a ticket, with the number that its address ends with."""
    if not issues:
        return
    wide = ("over time", "last seen", "trend", "status", *(("ticket",) if tickets else ()))
    columns = (
        Column(""),
        Column("issue"),
        Column("count", is_right=True),
        *(Column(name, is_wide=True) for name in wide),
        Column("title"),
    )
    bounds = find_bounds([issue.minutes for issue in issues])
    length, blocks = find_length([issue.id for issue in issues]), find_blocks(console)
    rows: list[tuple[Text, ...]] = []
    for issue in issues:
        last = spell_instant(issue.last_nanos)[:16] if issue.last_nanos is not None else ""
        drawn = draw_sparkline(issue.minutes, bounds, width=16, blocks=blocks)
        facts = (f"{issue.count:,}", drawn, last, issue.trend, issue.status)
        filed = (_name_ticket(tickets.get(issue.id, "")),) if tickets else ()
        shown = (spell_priority(issue.priority), plain(issue.id[:length]), *map(Text, facts), *filed)
        rows.append((*shown, plain(issue.title)))
    console.print(draw_table(columns, rows, console), crop=False)


def tell_next(issues: Sequence[Issue]) -> str:
    """What to do with issues that are listed."""
    shown = issues[0].id[: find_length([issue.id for issue in issues])]
    return f"'log-gardener issues show {shown}' tells more of one, 'issues explain' why it is one\n"


def find_length(ids: Sequence[str]) -> int:
    """How many characters of each of these ids tell it from the others, at least as many as people look at."""
    ordered = sorted(set(ids))
    alike = [_count_alike(one, other) for one, other in pairwise(ordered)]
    return max([_SHOWN_ID, *(count + 1 for count in alike)])


def _count_alike(one: str, other: str) -> int:
    return next((at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), len(one))


def _name_ticket(address: str) -> Text:
    number = address.rpartition("/")[2]
    return plain(f"#{number}" if number else "")
