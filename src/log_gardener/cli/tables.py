"""Tables that can be read on any terminal: wide, narrow, or none at all."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

# Below it only the columns that are always wanted are shown.
NARROW = 90

# Below it a table has no room for a text beside its columns: it stands below them.
STACKED = 60

# Where no terminal is, a row is a line, however long: who reads it is a program, or scrolls.
ENDLESS = 10_000

_MARGIN = 4

# Less room than that breaks words.
_LEAST_TEXT = 30


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        name: its heading.
        is_right: of numbers, so that their digits stand below each other.
        is_wide: left out on a narrow terminal.
    """

    name: str
    is_right: bool = False
    is_wide: bool = False


class Rows(Table):
    """A table without lines, and without blanks behind its rows; where no terminal is, each row is one line."""

    def __init__(self, columns: Iterable[Column], *, has_head: bool = True) -> None:
        super().__init__(box=None, pad_edge=False, header_style="bold", show_header=has_head)
        for column in columns:
            self.add_column(column.name, justify="right" if column.is_right else "left", no_wrap=True)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        whole = options if _find_width(console) < ENDLESS else options.update(width=ENDLESS)
        for line in Segment.split_lines(super().__rich_console__(console, whole)):  # type: ignore[arg-type]
            yield from _strip(line)
            yield Segment.line()


def _strip(line: list[Segment]) -> list[Segment]:
    while line and not line[-1].text.strip(" "):
        line.pop()
    return [*line[:-1], *(Segment(last.text.rstrip(" "), last.style) for last in line[-1:])]


def _find_width(console: Console) -> int:
    """How wide rows may be, in cells: as wide as they are where neither a terminal nor the user says it."""
    return console.width if console.is_terminal or "COLUMNS" in os.environ else ENDLESS


def has_room(console: Console) -> bool:
    """Whether there is room for all columns."""
    return _find_width(console) >= NARROW


def draw_table(columns: Sequence[Column], rows: Iterable[Sequence[Text]], console: Console) -> Table:
    """A table whose last column is a text that may be long: it folds, or stands below the others.

    Args:
        columns: all of them.
        rows: a cell for each column.
        console: by whose width it is laid out.
    """
    kept = [at for at, column in enumerate(columns) if has_room(console) or not column.is_wide]
    left = [[row[at] for at in kept] for row in rows]
    *before, last = (columns[at] for at in kept)
    if _find_width(console) < STACKED:
        return _stack(before, left)
    table = Rows(before)
    table.add_column(last.name, overflow="fold")
    for cells in left:
        table.add_row(*cells)
    return table


def print_hanging(console: Console, label: Text, text: Text) -> None:
    """Print a text behind a label; on a terminal it goes on below itself, by words."""
    if not console.is_terminal or console.width - label.cell_len < _LEAST_TEXT:
        console.print(Text("  ").join([label, text]), soft_wrap=True)
        return
    table = Rows([Column("")], has_head=False)
    table.add_column(overflow="fold")
    table.add_row(label, text)
    console.print(table)


def _stack(columns: Sequence[Column], rows: Iterable[Sequence[Text]]) -> Table:
    """Each text below its row."""
    table = Rows([], has_head=False)
    table.add_column(overflow="fold")
    for *cells, text in rows:
        named = [_name(cell, column) for cell, column in zip(cells, columns, strict=True) if cell.plain.strip()]
        below = Rows([], has_head=False)
        below.add_column(width=_MARGIN)
        below.add_column(overflow="fold")
        below.add_row("", text)
        table.add_row(Text("  ").join(named))
        table.add_row(below)
    return table


def _name(cell: Text, column: Column) -> Text:
    return Text.assemble(f"{column.name} ", cell) if column.is_right else cell
