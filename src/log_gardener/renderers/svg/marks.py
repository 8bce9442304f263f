"""What is marked across a field: revisions where they first appear, and spans in which nothing was logged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from xml.etree import ElementTree as ET

from log_gardener.model.cluster import RevisionSpan
from log_gardener.model.instant import NANOS_PER_MINUTE
from log_gardener.model.worklog import Context
from log_gardener.renderers.markdown import count_of
from log_gardener.renderers.svg.columns import Span
from log_gardener.renderers.svg.drawing import SMALL_SIZE, add, add_text, fit, measure, spell
from log_gardener.renderers.svg.panel import Panel
from log_gardener.renderers.svg.scale import TimeAxis, spell_span

ROW_HEIGHT = 15
_MOST_ROWS = 4
_LONGEST_NAME = 240
_GAP = 5

_Extent: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Appearance:
    """A revision that first appears at a minute since 1970."""

    name: str
    minute: float


@dataclass(frozen=True, slots=True)
class Flag:
    """A name that has found its place: `row` from the top, `left` to the right."""

    appearance: Appearance
    text: str
    left: float
    row: int


@dataclass(frozen=True, slots=True)
class Marks:
    """Revisions with their names above a field: `top` is where the names begin."""

    time: TimeAxis
    top: float
    appearances: tuple[Appearance, ...]
    flags: tuple[Flag, ...]

    @property
    def bottom(self) -> float:
        """Where the names end."""
        return self.top + ROW_HEIGHT * (max((flag.row for flag in self.flags), default=-1) + 1)

    @property
    def notes(self) -> list[str]:
        """What is not named, in words."""
        unnamed = len(self.appearances) - len(self.flags)
        return [f"{count_of(unnamed, 'line')} of further revisions without their names"] if unnamed else []


@dataclass(frozen=True, slots=True)
class _Row:
    """What stands in a row of names already: names, and the lines of those above and in it."""

    names: list[_Extent]
    lines: list[_Extent]


def find_appearances(context: Context) -> list[Appearance]:
    """Revisions that are not the first of their service: of the first nobody knows since when it has been there."""
    return [one for _, revisions in context.revisions for one in list_appearances(revisions)]


def list_appearances(revisions: Iterable[RevisionSpan]) -> list[Appearance]:
    """All revisions of one service but the first."""
    told = sorted((row.first_nanos, row.name) for row in revisions if row.first_nanos is not None)
    return [Appearance(name, nanos / NANOS_PER_MINUTE) for nanos, name in told[1:]]


def place_marks(appearances: Sequence[Appearance], time: TimeAxis, top: float) -> Marks:
    """Revisions with the names that find a place, each behind its line or before it, none over a name or a line."""
    rows = [_Row([], []) for _ in range(_MOST_ROWS)]
    placed = (_place(one, time, rows) for one in sorted(appearances, key=lambda one: (one.minute, one.name)))
    return Marks(time, top, tuple(appearances), tuple(flag for flag in placed if flag))


def _place(appearance: Appearance, time: TimeAxis, rows: Sequence[_Row]) -> Flag | None:
    at = time.place(appearance.minute)
    text = fit(appearance.name, _LONGEST_NAME, SMALL_SIZE) or "(blank)"
    width = measure(text, SMALL_SIZE)
    for number, row in enumerate(rows):
        if not all(_is_free(one.names, at, at) for one in rows[number:]):
            # Its line would run through a name.
            continue
        for left in (at + _GAP, at - _GAP - width):
            is_inside = left >= time.left and left + width <= time.left + time.width + _GAP
            if is_inside and _is_free([*row.names, *row.lines], left, left + width):
                row.names.append((left, left + width))
                for one in rows[number:]:
                    one.lines.append((at, at))
                return Flag(appearance, text, left, number)
    return None


def _is_free(taken: Iterable[_Extent], left: float, right: float) -> bool:
    return all(right + _GAP <= begin or end + _GAP <= left for begin, end in taken)


def draw_marks(root: ET.Element, marks: Marks, reaches: Sequence[tuple[float, float]]) -> None:
    """A line for every revision, from its name down over the first reach, and within each other one; then the names."""
    (_, bottom), *others = reaches
    rows = {flag.appearance: flag.row for flag in marks.flags}
    for one in marks.appearances:
        at = spell(marks.time.place(one.minute))
        top = marks.top + ROW_HEIGHT * rows[one] + 1 if one in rows else marks.bottom
        path = "".join(f"M{at} {spell(begin)}V{spell(end)}" for begin, end in ((top, bottom), *others))
        element = add(root, "path", of="mark", d=path)
        add_text(element, "title", f"revision {one.name}, first seen {_spell_minute(one.minute)}")
    for flag in marks.flags:
        add_text(root, "text", flag.text, of="small flag", x=flag.left, y=marks.top + flag.row * ROW_HEIGHT + 11)


def _spell_minute(minute: float) -> str:
    return f"{spell_span(int(minute), int(minute)).partition(' to ')[0]} UTC"


def draw_silences(root: ET.Element, silences: Iterable[Span], panel: Panel, *, is_named: bool) -> None:
    """Spans without any entry, named where there is room."""
    for silence in silences:
        left, right = map(panel.time.place, silence)
        height = panel.bottom - panel.top
        add(root, "rect", of="gap", x=left, y=panel.top, width=max(right - left, 2), height=height)
        for text in ("no entries", "none") if is_named else ():
            if measure(text, SMALL_SIZE) + _GAP < right - left:
                middle, below = (left + right) / 2, panel.bottom - 8
                add_text(root, "text", text, of="small soft silence", x=middle, y=below, text_anchor="middle")
                break
