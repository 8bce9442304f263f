"""What people see in the terminal of what was found. All of it on stderr."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from log_gardener.model.coverage import Outcome
from log_gardener.model.instant import spell_instant
from log_gardener.model.issue import Issue
from log_gardener.model.priority import Priority
from log_gardener.model.worklog import Worklog
from log_gardener.renderers.escaping import TERMINAL, make_inert
from log_gardener.renderers.sparkline import draw_sparkline, find_bounds

STYLES = {Priority.P0: "bold red", Priority.P1: "red", Priority.P2: "yellow", Priority.P3: "cyan", Priority.P4: "dim"}

NARROW = 90

_OUTCOMES = {
    Outcome.UNKNOWN: "outcome unknown: nothing usable was read, so nothing is concluded about health",
    Outcome.VERIFIED_EMPTY: "outcome verified empty: logs do arrive, but none of this window and service",
}


def plain(text: str) -> Text:
    """Text of logs as inert text of a terminal."""
    return Text(make_inert(text, TERMINAL))


def show_worklog(console: Console, worklog: Worklog) -> None:
    """The clusters as a table, and what was read."""
    if worklog.clusters:
        console.print(_table(console, worklog))
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
    console.print(plain("; ".join(parts)), soft_wrap=True)
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


def _table(console: Console, worklog: Worklog) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    is_wide = console.width >= NARROW
    for name, justify in (("", "left"), ("count", "right"), *((("over time", "left"),) if is_wide else ())):
        table.add_column(name, justify="right" if justify == "right" else "left", no_wrap=True)
    for name in ("severity", "trend") if is_wide else ():
        table.add_column(name, no_wrap=True)
    table.add_column("issue", overflow="fold")
    bounds = find_bounds([cluster.minutes for cluster in worklog.clusters])
    for cluster in worklog.clusters:
        row = [Text(cluster.priority, style=STYLES[cluster.priority]), Text(f"{cluster.count:,}")]
        if is_wide:
            drawn = draw_sparkline(cluster.minutes, bounds)
            row += [Text(drawn), Text(cluster.severity.lower()), Text(cluster.trend)]
        table.add_row(*row, plain(cluster.title))
    return table


def show_issues(console: Console, issues: Sequence[Issue], tickets: Mapping[str, str] | None = None) -> None:
    """The remembered issues as a table; where any has a ticket, with the number that its address ends with."""
    if not issues:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    is_wide = console.width >= NARROW
    more = ("over time", "last seen", "trend", "status", *(("ticket",) if tickets else ()))
    for name in ("", "issue", "count", *(more if is_wide else ())):
        table.add_column(name, no_wrap=True, justify="right" if name == "count" else "left")
    table.add_column("title", overflow="fold")
    bounds = find_bounds([issue.minutes for issue in issues])
    for issue in issues:
        row = [Text(issue.priority, style=STYLES[issue.priority]), plain(issue.id[:11]), Text(f"{issue.count:,}")]
        if is_wide:
            last = spell_instant(issue.last_nanos)[:16] if issue.last_nanos is not None else ""
            drawn = draw_sparkline(issue.minutes, bounds, width=16)
            row += map(Text, (drawn, last, issue.trend, issue.status))
            row += [_name_ticket(tickets.get(issue.id, ""))] if tickets else []
        table.add_row(*row, plain(issue.title))
    console.print(table)


def _name_ticket(address: str) -> Text:
    number = address.rpartition("/")[2]
    return plain(f"#{number}" if number else "")
