"""What people see while `watch` runs: a live table in a terminal, else a line for each slice that brought something."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from log_gardener.cli.console import NARROW, STYLES, plain
from log_gardener.model.cluster import Cluster, Trend
from log_gardener.model.instant import NANOS_PER_SECOND, to_nanos
from log_gardener.model.worklog import Worklog
from log_gardener.ports import Observer, Progress
from log_gardener.renderers.markdown import spell_seconds
from log_gardener.renderers.sparkline import draw_sparkline, find_bounds

# More issues than a screen has lines help nobody.
ROWS = 30


@dataclass(frozen=True, slots=True)
class _Row:
    """An issue as all slices of this watch have shown it."""

    cluster: Cluster
    count: int
    minutes: tuple[tuple[int, int], ...]


class View(Observer):
    """Shows issues as slices come in, and what the sources tell.

    Args:
        console: where to.
        name: what is watched.
        clock: the present time.
    """

    def __init__(self, console: Console, name: str, clock: Callable[[], datetime]) -> None:
        self._console = console
        self._name = name
        self._clock = clock
        self._rows: dict[str, _Row] = {}
        self._note = "reading"
        self._problems: dict[str, str] = {}
        self._newest: int | None = None
        self.slices = 0
        self.entries = 0
        self.held_back = 0
        self._live = Live(self._draw(), console=console, transient=False, refresh_per_second=2)

    def __enter__(self) -> Self:
        """Begin to show, where there is a terminal."""
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the last table standing."""
        if self._console.is_terminal:
            self._live.stop()

    def show(self, worklog: Worklog) -> None:
        """Take in a slice."""
        self.slices += 1
        self.entries += worklog.coverage.entries
        self._newest = max(self._newest or 0, worklog.coverage.last_nanos or 0) or None
        told = {problem.source: problem.reason for problem in worklog.coverage.problems}
        news = {source: reason for source, reason in told.items() if self._problems.get(source) != reason}
        self._problems = told
        for cluster in worklog.clusters:
            self._take(cluster)
        self._note = "waiting"
        if self._console.is_terminal:
            self._live.update(self._draw(), refresh=True)
            return
        self._tell(worklog, news)

    def hold_back(self, worklog: Worklog, why: str) -> None:
        """Take in a slice that may not be shown."""
        self.slices += 1
        self.entries += worklog.coverage.entries
        self.held_back += 1
        self._note = "waiting"
        self._console.print(plain(f"{self._clock():%H:%M:%S} {why}"), style="red", soft_wrap=True)

    def tell_end(self) -> str:
        """What it all came to."""
        held = f", {self.held_back:,} of them not shown" if self.held_back else ""
        return (
            f"{self.entries:,} entries in {self.slices:,} slices{held}, {len(self._rows):,} issues; "
            "all of it is remembered"
        )

    def wait(self) -> None:
        """Show that another run must end first."""
        self._set_note("waiting for another run on this state to end")

    def tell(self, text: str) -> None:
        """Show what happens."""
        self._set_note(text)

    @contextmanager
    def watch(self, name: str, size: int | None, bytes_read: Callable[[], int]) -> Iterator[None]:
        """Show that a stream is being read."""
        del size, bytes_read
        self._set_note(f"reading {name}")
        yield

    @contextmanager
    def follow(self, name: str, find_progress: Callable[[], Progress | None]) -> Iterator[None]:
        """Show that a source is being read, and what it tells."""
        progress = find_progress()
        self._set_note(f"reading {name}: {progress.note}" if progress and progress.note else f"reading {name}")
        yield

    def _set_note(self, note: str) -> None:
        self._note = note
        if self._console.is_terminal:
            self._live.update(self._draw())

    def _take(self, cluster: Cluster) -> None:
        known = self._rows.get(cluster.id)
        if known is None:
            self._rows[cluster.id] = _Row(cluster, cluster.count, cluster.minutes)
            return
        minutes = dict(known.minutes)
        for minute, count in cluster.minutes:
            minutes[minute] = minutes.get(minute, 0) + count
        self._rows[cluster.id] = _Row(cluster, known.count + cluster.count, tuple(sorted(minutes.items())))

    def _tell(self, worklog: Worklog, news: dict[str, str]) -> None:
        """A line for a slice, in a log of our own."""
        at = f"{self._clock():%H:%M:%S}"
        for source, reason in news.items():
            self._console.print(plain(f"{at} could not be read: {source}: {reason}"), style="red", soft_wrap=True)
        for cluster in worklog.clusters:
            line = f"{at} {cluster.priority} {cluster.trend} +{cluster.count:,} {cluster.title}"
            self._console.print(plain(line), style=STYLES[cluster.priority], soft_wrap=True)
        if worklog.coverage.entries:
            healthy = worklog.other.entries
            self._console.print(f"{at} {worklog.coverage.entries:,} entries, {healthy:,} healthy", highlight=False)

    def _draw(self) -> RenderableType:
        parts = [f"{self._name}: {self.entries:,} entries in {self.slices:,} slices"]
        if self._newest is not None:
            age = max(to_nanos(self._clock()) - self._newest, 0) // NANOS_PER_SECOND
            parts.append(f"newest entry {spell_seconds(age)} old")
        parts.append(self._note)
        lines: list[RenderableType] = [plain(", ".join(parts))]
        lines += [Text(plain(f"{source}: {why}").plain, style="red") for source, why in self._problems.items()]
        return Group(*lines, self._table()) if self._rows else Group(*lines)

    def _table(self) -> Table:
        table = Table(box=None, pad_edge=False, header_style="bold")
        is_wide = self._console.width >= NARROW
        for name in ("", "count", *(("over time", "last seen") if is_wide else ()), "trend", "issue"):
            table.add_column(name, no_wrap=name != "issue", justify="right" if name == "count" else "left")
        rows = sorted(self._rows.values(), key=lambda row: (row.cluster.priority, -(row.cluster.last_nanos or 0)))
        bounds = find_bounds([row.minutes for row in rows])
        now = to_nanos(self._clock())
        for row in rows[:ROWS]:
            cluster = row.cluster
            cells = [Text(cluster.priority, style=STYLES[cluster.priority]), Text(f"{row.count:,}")]
            if is_wide:
                age = max(now - (cluster.last_nanos or now), 0) // NANOS_PER_SECOND
                cells += [Text(draw_sparkline(row.minutes, bounds)), Text(f"{spell_seconds(age)} ago")]
            is_news = cluster.trend in {Trend.NEW, Trend.REGRESSED, Trend.ESCALATING}
            cells += [Text(cluster.trend, style="bold" if is_news else ""), plain(cluster.title)]
            table.add_row(*cells)
        return table
