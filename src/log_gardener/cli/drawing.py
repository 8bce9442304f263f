"""Progress where it can be drawn: a line for each thing, redrawn while it lasts, and gone when it ends."""

from collections.abc import Callable, Sequence
from threading import Lock

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

from log_gardener.cli.console import plain
from log_gardener.cli.meter import Reading

REDRAWN_A_SECOND = 8

# Below it there is no room for a bar, and what is told is short.
_NARROW = 70

_BAR_WIDTH = 24
_LABEL_SHARE = 0.4


class Drawing:
    """A display that is there while anything is done.

    Args:
        console: where to.
        draw: what to show, each time it is redrawn.
    """

    def __init__(self, console: Console, draw: Callable[[], RenderableType]) -> None:
        self._console = console
        self._draw = draw
        self._live: Live | None = None
        self._count = 0
        self._lock = Lock()

    def begin(self) -> None:
        """Something is done."""
        with self._lock:
            self._count += 1
            if self._live is None:
                self._live = self._make_live()
                self._live.start()

    def end(self) -> None:
        """It is done; with the last, nothing is shown any more."""
        with self._lock:
            self._count -= 1
            ended = None if self._count else self._live
            self._live = None if ended else self._live
        # Not in the lock: it waits for a thread that draws.
        if ended:
            ended.stop()

    def _make_live(self) -> Live:
        # Stdout is for data, and stays what it is.
        return Live(
            get_renderable=self._draw,
            console=self._console,
            transient=True,
            refresh_per_second=REDRAWN_A_SECOND,
            redirect_stdout=False,
        )

    def refresh(self) -> None:
        """Redraw it at once."""
        if self._live is not None:
            self._live.refresh()


def draw_rows(rows: Sequence[tuple[str, str, Reading | None]], width: int, now: float) -> Table:
    """A line for each thing: what is done, to what, a bar where there is room, and how far it is.

    Args:
        rows: what is done, to what or since when, and how far that is.
        width: of the terminal, in cells.
        now: in seconds, by which a bar without an end moves.
    """
    is_narrow = width < _NARROW
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    if not is_narrow:
        table.add_column(no_wrap=True, width=_BAR_WIDTH)
    table.add_column(no_wrap=True, overflow="ellipsis")
    for doing, name, reading in rows:
        label = f"{doing} {name}" if reading else doing
        told = reading.spell(is_short=is_narrow) if reading else name
        share = reading.share if reading else None
        bar = ProgressBar(1.0 if share is not None else None, share or 0.0, _BAR_WIDTH, animation_time=now)
        shown = plain(shorten(label, int(width * _LABEL_SHARE)))
        table.add_row(shown, *([] if is_narrow else [bar]), plain(told))
    return table


def shorten(text: str, width: int) -> str:
    """A text of at most so many cells: of a name, the end tells most."""
    if cell_len(text) <= width:
        return text
    doing, _, name = text.partition(" ")
    room = width - cell_len(doing) - len(" ..")
    if not name or room <= 0:
        return _cut(text, width)
    while name and cell_len(name) > room:
        name = name[1:]
    return f"{doing} ..{name}"


def _cut(text: str, width: int) -> str:
    while text and cell_len(text) > width:
        text = text[:-1]
    return text
