"""How far the reading is, shown where there is a terminal to show it on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TypeAlias, cast

from rich import filesize
from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from log_gardener import ports
from log_gardener.cli.console import plain

# Of a source that tells only which share of it has been read.
_WHOLE = 1_000.0


class TerminalObserver(ports.Observer):
    """One line for each stream or source that is being read: a bar, an estimate, and what the source tells.

    Streams are read by several threads, and a terminal has one display: it is there while anything is read.
    """

    def __init__(self, console: Console) -> None:
        """On a console, nothing if it is no terminal."""
        self._console = console
        self._shown: _Metered | None = None
        self._lock = Lock()

    def wait(self) -> None:
        """Say that another run must end first."""
        self._console.print("another run is tending this state; waiting for it to end", highlight=False)

    def tell(self, text: str) -> None:
        """Say what happens."""
        self._console.print(plain(text), soft_wrap=True)

    @contextmanager
    def watch(self, name: str, size: int | None, bytes_read: Callable[[], int]) -> Iterator[None]:
        """Show a bar, a rate and an estimate while the stream is read."""

        def meter(task: Task) -> _Measure:
            read = bytes_read()
            rate = f", {filesize.decimal(int(task.speed))}/s" if task.speed else ""
            return read, size, filesize.decimal(read) + rate

        with self._metered(name, meter):
            yield

    @contextmanager
    def follow(self, name: str, find_progress: Callable[[], ports.Progress | None]) -> Iterator[None]:
        """Show which share of the source has been read, an estimate, and what it tells."""

        def meter(_: Task) -> _Measure:
            found = find_progress() or ports.Progress(None)
            # A source that has not begun cannot tell yet.
            return (0.0, None, found.note) if found.share is None else (found.share * _WHOLE, _WHOLE, found.note)

        with self._metered(name, meter):
            yield

    @contextmanager
    def _metered(self, name: str, meter: "_Meter") -> Iterator[None]:
        with self._lock:
            shown = self._shown = self._shown or _start(self._console)
            task = shown.add_task(plain(f"reading {name}").plain, total=None, note="")
            shown.meters[task] = meter
        try:
            yield
        finally:
            with self._lock:
                shown.meters.pop(task, None)
                shown.remove_task(task)
                if not shown.meters:
                    shown.stop()
                    self._shown = None


_Measure: TypeAlias = tuple[float, float | None, str]
"""How much of a task is done, of how much if that is known, and what to say beside it."""

_Meter: TypeAlias = Callable[[Task], _Measure]


def _start(console: Console) -> "_Metered":
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[note]}", markup=False),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    shown = _Metered(console, *columns)
    shown.start()
    return shown


class _Metered(Progress):
    """Progress that asks meters instead of being told."""

    def __init__(self, console: Console, *columns: ProgressColumn) -> None:
        self.meters: dict[TaskID, _Meter] = {}
        super().__init__(*columns, console=console, transient=True, disable=not console.is_terminal)

    def get_renderables(self) -> Iterator[RenderableType]:
        for task in self.tasks:
            if meter := self.meters.get(task.id):
                completed, total, note = meter(task)
                self.update(task.id, completed=completed, total=total, note=plain(note).plain, refresh=False)
        yield from cast("Iterator[RenderableType]", super().get_renderables())
