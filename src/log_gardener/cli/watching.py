"""What people see while `watch` runs: a live table in a terminal, else a line for each slice that brought something."""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from heapq import nsmallest
from threading import RLock
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from log_gardener.cli.console import STYLES, find_blocks, is_drawing, plain, spell_priority
from log_gardener.cli.tables import STACKED, Column, Rows, has_room
from log_gardener.exits.piece import Piece
from log_gardener.model.cluster import Cluster, Trend
from log_gardener.model.coverage import Coverage
from log_gardener.model.instant import NANOS_PER_SECOND, to_nanos
from log_gardener.model.priority import Priority
from log_gardener.model.worklog import Worklog
from log_gardener.ports import Observer, Progress
from log_gardener.renderers.markdown import spell_seconds
from log_gardener.renderers.sparkline import draw_sparkline, find_bounds

# More issues than this help nobody; nor do more than a screen has lines.
ROWS = 30

# Lines of what came last, below the table.
NEWEST = 5

# A slice of a flood may bring thousands of issues: so many are told, the most urgent, and how many more there are.
TOLD = 50

# Of an issue counts of so many minutes are kept, the latest: a watch may go on for months.
KEPT_MINUTES = 24 * 60

# A rate is of the entries of so many seconds.
RATED_SECONDS = 60

_NEWS = frozenset({Trend.NEW, Trend.REGRESSED, Trend.ESCALATING})

_COLUMNS = (
    Column(""),
    Column("count", is_right=True),
    Column("over time", is_wide=True),
    Column("last seen", is_wide=True),
)


@dataclass(frozen=True, slots=True)
class _Row:
    """An issue: its counts of all slices of this watch, all else as the latest slice shows it."""

    title: str
    priority: Priority
    trend: Trend
    last_nanos: int | None
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
        self._lines: deque[Text] = deque(maxlen=NEWEST)
        self._arrived: deque[tuple[datetime, int]] = deque()
        self._refused = 0
        self._begun = clock()
        self._lock = RLock()
        self._is_live = is_drawing(console)
        self.slices = 0
        self.entries = 0
        self.held_back = 0
        # Stdout is for data, and stays what it is.
        self._live = Live(
            get_renderable=self._draw,
            console=console,
            transient=False,
            refresh_per_second=2,
            redirect_stdout=False,
        )

    def __enter__(self) -> Self:
        """Begin to show, where there is a terminal."""
        if self._is_live:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the last table standing."""
        self._note = "ended"
        if self._is_live:
            self._live.stop()

    def show(self, worklog: Worklog) -> None:
        """Take in a slice."""
        told = {problem.source: problem.reason for problem in worklog.coverage.problems}
        news = {source: reason for source, reason in told.items() if self._problems.get(source) != reason}
        lines = list(self._list_lines(worklog, news))
        with self._lock:
            self._count(worklog.coverage)
            self._problems = told
            for cluster in worklog.clusters:
                self._take(cluster)
            self._lines += lines
            self._note = "waiting"
        if self._is_live:
            self._live.refresh()
            return
        for line in lines:
            self._console.print(line, soft_wrap=True)

    def list_pieces(self, worklog: Worklog) -> list[Piece]:
        """All that is shown of a slice and was written by others, each text for itself."""
        told = [f"{problem.source}: {problem.reason}" for problem in worklog.coverage.problems]
        return [Piece(text) for text in (*told, *(cluster.title for cluster in worklog.clusters))]

    def hold_back(self, worklog: Worklog, why: str) -> None:
        """Take in a slice that may not be shown."""
        with self._lock:
            self._count(worklog.coverage)
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

    def _count(self, coverage: Coverage) -> None:
        now = self._clock()
        self.slices += 1
        self.entries += coverage.entries
        self._refused += coverage.refused
        self._newest = max(self._newest or 0, coverage.last_nanos or 0) or None
        self._arrived.append((now, coverage.entries))
        while (now - self._arrived[0][0]).total_seconds() > RATED_SECONDS:
            self._arrived.popleft()

    def _take(self, cluster: Cluster) -> None:
        known = self._rows.get(cluster.id)
        minutes = Counter(dict(known.minutes if known else ()))
        minutes.update(dict(cluster.minutes))
        self._rows[cluster.id] = _Row(
            cluster.title,
            cluster.priority,
            cluster.trend,
            cluster.last_nanos,
            (known.count if known else 0) + cluster.count,
            tuple(sorted(minutes.items())[-KEPT_MINUTES:]),
        )

    def _list_lines(self, worklog: Worklog, news: dict[str, str]) -> Iterator[Text]:
        """What a slice has brought, a line each, as in a log of our own."""
        at = f"{self._clock():%H:%M:%S}"
        for source, reason in news.items():
            yield _paint(f"{at} could not be read: {source}: {reason}", "red")
        for cluster in worklog.clusters[:TOLD]:
            line = f"{at} {cluster.priority} {cluster.trend} +{cluster.count:,} {cluster.title}"
            yield _paint(line, STYLES[cluster.priority])
        if (more := len(worklog.clusters) - TOLD) > 0:
            yield Text(f"{at} and {more:,} issues more: log-gardener issues list --sort last")
        coverage = worklog.coverage
        if coverage.entries or coverage.refused:
            refused = f", {coverage.refused:,} refused" if coverage.refused else ""
            yield Text(f"{at} {coverage.entries:,} entries, {worklog.other.entries:,} healthy{refused}")

    def _draw(self) -> RenderableType:
        with self._lock:
            lines: list[RenderableType] = [plain(self._spell_head())]
            lines += [_paint(f"{source}: {why}", "red") for source, why in self._problems.items()]
            newest = [_cut(line) for line in self._lines]
            # A line for the head, one for the headings, a blank, and one in which the cursor waits.
            room = self._console.height - len(lines) - len(newest) - 4
            lines += [self._table(max(min(ROWS, room), 1))] if self._rows else []
            lines += ["", *newest] if newest else []
        return Group(*lines)

    def _spell_head(self) -> str:
        now = self._clock()
        parts = [f"{self._name}: {self.entries:,} entries in {self.slices:,} slices"]
        seconds = min((now - self._begun).total_seconds(), RATED_SECONDS)
        if seconds >= 1:
            recent = (count for at, count in self._arrived if (now - at).total_seconds() <= RATED_SECONDS)
            parts.append(f"{sum(recent) / seconds:,.1f} entries/s")
        if self._newest is not None:
            age = max(to_nanos(now) - self._newest, 0) // NANOS_PER_SECOND
            parts.append(f"newest entry {spell_seconds(age)} old")
        parts += [f"{self._refused:,} refused"] if self._refused else []
        parts += [f"{self.held_back:,} slices not shown"] if self.held_back else []
        return ", ".join([*parts, self._note])

    def _table(self, length: int) -> Table:
        """The most urgent issues, a line each."""
        console = self._console
        is_roomy = console.width >= STACKED
        kept = [at for at, column in enumerate(_COLUMNS) if has_room(console) or not column.is_wide]
        table = Rows([*(_COLUMNS[at] for at in kept), *([Column("trend")] if is_roomy else [])])
        # Its cells do not break; the column may, so that it is the one that gives way.
        table.add_column("issue")
        rows = nsmallest(length, self._rows.values(), key=lambda row: (row.priority, -(row.last_nanos or 0)))
        bounds = find_bounds([row.minutes for row in rows])
        for row in rows:
            trend = row.trend
            cells = self._list_cells(row, bounds)
            told = [Text(trend, style="bold" if trend in _NEWS else "")] if is_roomy else []
            table.add_row(*(cells[at] for at in kept), *told, _cut(plain(row.title)))
        return table

    def _list_cells(self, row: _Row, bounds: tuple[int, int]) -> tuple[Text, ...]:
        now = to_nanos(self._clock())
        age = max(now - (row.last_nanos or now), 0) // NANOS_PER_SECOND
        drawn = draw_sparkline(row.minutes, bounds, blocks=find_blocks(self._console))
        facts = (f"{row.count:,}", drawn, f"{spell_seconds(age)} ago")
        return (spell_priority(row.priority), *map(Text, facts))


def _paint(text: str, style: str) -> Text:
    shown = plain(text)
    shown.style = style
    return shown


def _cut(line: Text) -> Text:
    """A line that does not break in a terminal."""
    cut = line.copy()
    cut.no_wrap, cut.overflow = True, "ellipsis"
    return cut
