"""What people see in the terminal: progress, summaries, errors. All of it on stderr."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    Task,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table
from rich.text import Text

from log_gardener.model.coverage import Outcome
from log_gardener.model.instant import spell_instant
from log_gardener.model.issue import Issue
from log_gardener.model.priority import Priority
from log_gardener.model.worklog import Worklog
from log_gardener.renderers.sparkline import draw_sparkline, find_bounds

STYLES = {Priority.P0: "bold red", Priority.P1: "red", Priority.P2: "yellow", Priority.P3: "cyan", Priority.P4: "dim"}

# Everything that moves a cursor, sets a title or rings a bell.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")

NARROW = 90

_OUTCOMES = {
    Outcome.UNKNOWN: "outcome unknown: nothing usable was read, so nothing is concluded about health",
    Outcome.VERIFIED_EMPTY: "outcome verified empty: logs do arrive, but none of this window and service",
}


def plain(text: str) -> Text:
    """Text of logs as inert text of a terminal."""
    return Text(_CONTROL.sub(" ", text))


class TerminalObserver:
    """Shows how far each stream is, where there is a terminal to show it on."""

    def __init__(self, console: Console) -> None:
        """On a console, nothing if it is no terminal."""
        self._console = console

    def wait(self) -> None:
        """Say that another run must end first."""
        self._console.print("another run is tending this state; waiting for it to end", highlight=False)

    @contextmanager
    def watch(self, name: str, size: int | None, bytes_read: Callable[[], int]) -> Iterator[None]:
        """Show a bar, a rate and an estimate while the stream is read."""
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
        )
        with _Metered(
            *columns, console=self._console, transient=True, disable=not self._console.is_terminal
        ) as progress:
            progress.meter = bytes_read
            progress.add_task(plain(f"reading {name}").plain, total=size)
            yield


class _Metered(Progress):
    """Progress that asks a meter instead of being told."""

    meter: Callable[[], int] | None = None

    def get_renderables(self) -> Iterator[object]:  # type: ignore[override]  # rich's own type is wider
        for task in self.tasks:
            self._ask(task)
        yield from super().get_renderables()

    def _ask(self, task: Task) -> None:
        if self.meter is not None:
            self.update(task.id, completed=self.meter(), refresh=False)

    def __enter__(self) -> Self:
        super().__enter__()
        return self


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
        (coverage.duplicates, "duplicates"),
        (coverage.overflow, "in no template"),
    )
    parts += [f"{count:,} {name}" for count, name in counted if count]
    parts.append(f"{worklog.other.entries:,} healthy in {worklog.other.templates:,} templates")
    console.print(plain("; ".join(parts)), soft_wrap=True)
    for problem in coverage.problems:
        console.print(plain(f"could not be read: {problem.source}: {problem.reason}"), style="red", soft_wrap=True)
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


def show_issues(console: Console, issues: Sequence[Issue]) -> None:
    """The remembered issues as a table."""
    if not issues:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    is_wide = console.width >= NARROW
    for name in ("", "issue", "count", *(("over time", "last seen", "trend", "status") if is_wide else ())):
        table.add_column(name, no_wrap=True, justify="right" if name == "count" else "left")
    table.add_column("title", overflow="fold")
    bounds = find_bounds([issue.minutes for issue in issues])
    for issue in issues:
        row = [Text(issue.priority, style=STYLES[issue.priority]), Text(issue.id[:11]), Text(f"{issue.count:,}")]
        if is_wide:
            last = spell_instant(issue.last_nanos)[:16] if issue.last_nanos is not None else ""
            drawn = draw_sparkline(issue.minutes, bounds, width=16)
            row += map(Text, (drawn, last, issue.trend, issue.status))
        table.add_row(*row, plain(issue.title))
    console.print(table)
