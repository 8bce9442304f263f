"""A chart of some lines of text: how often something happened over time, with its scale."""

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_lowercase

from log_gardener.model.instant import NANOS_PER_MINUTE, spell_instant
from log_gardener.model.issue import Bucket

BLOCKS = " ▁▂▃▄▅▆▇█"

ASCII = "  ..::###"
"""The same for who cannot show blocks."""

# How long a column may stand for, in minutes, so that people can name it.
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440, 2_880, 10_080, 20_160, 40_320)


@dataclass(frozen=True, slots=True)
class Chart:
    """A history, drawn.

    Attributes:
        lines: of text, the highest first, then the marks if there are any, the axis of time last.
        step: the length of time that a column stands for, in words.
        peak: the largest count of a column.
        peak_nanos: when that column begins.
        marked: of each mark, the letter under which it stands; an empty text where it lies outside.
    """

    lines: tuple[str, ...]
    step: str
    peak: int
    peak_nanos: int
    marked: tuple[str, ...] = ()


def draw_chart(
    history: Sequence[Bucket], width: int, height: int, *, marks: Sequence[int | None] = (), blocks: str = BLOCKS
) -> Chart:
    """A history as columns of blocks; a count above zero is never drawn as nothing.

    Args:
        history: what to draw.
        width: columns at most.
        height: lines of the columns.
        marks: times to mark below the columns, UTC nanoseconds, with the letters from `a` on.
        blocks: nothing, and eight heights of a block.
    """
    first = min(minute for minute, _, _ in history)
    last = max(minute + length for minute, length, _ in history)
    widest = max(length for _, length, _ in history)
    step = _find_step((first, last), widest, width)
    first -= first % step
    columns = [0] * ((last - first - 1) // step + 1)
    for minute, _, count in history:
        columns[(minute - first) // step] += count
    highest = max(columns)
    rows = [_draw_row(columns, highest, level, height, blocks) for level in range(height - 1, -1, -1)]
    labels = [f"{highest:,}", *[""] * (height - 2), "0"] if height > 1 else [f"{highest:,}"]
    margin = max(map(len, labels))
    lines = [f"{label:>{margin}} |{row}" for label, row in zip(labels, rows, strict=True)]
    places = [None if at is None else (at // NANOS_PER_MINUTE - first) // step for at in marks]
    marked = _letter(places, len(columns))
    if any(marked):
        lines.append(f"{'':{margin}}  {_draw_marks(places, marked, len(columns))}")
    start, end = (spell_instant(minute * NANOS_PER_MINUTE)[:16] for minute in (first, last))
    lines.append(f"{'':{margin}}  {start}{end:>{max(len(columns) - len(start), len(end) + 1)}}")
    peak_nanos = (first + columns.index(highest) * step) * NANOS_PER_MINUTE
    return Chart(tuple(lines), _spell_step(step), highest, peak_nanos, marked)


def _find_step(span: tuple[int, int], widest: int, width: int) -> int:
    """The least length of a column, in minutes, by which a span has at most so many columns."""
    steps = (step for step in _STEPS if step >= widest and _count_columns(span, step) <= width)
    step = next(steps, 0)
    if not step:
        step = max(_STEPS[-1], widest)
        while _count_columns(span, step) > width:
            step += step // 10
    return step


def _count_columns(span: tuple[int, int], step: int) -> int:
    first, last = span
    return (last - 1) // step - first // step + 1


def _letter(places: Sequence[int | None], width: int) -> tuple[str, ...]:
    """A letter for each place that is in the chart."""
    letters = iter(ascii_lowercase)
    return tuple(next(letters, "") if at is not None and 0 <= at < width else "" for at in places)


def _draw_marks(places: Sequence[int | None], marked: Sequence[str], width: int) -> str:
    """The letters in their places; where several fall together, the first of them with a plus."""
    line = [" "] * width
    for at, letter in zip(places, marked, strict=True):
        if letter and at is not None:
            line[at] = letter if line[at] == " " else "+"
    return "".join(line).rstrip()


def _draw_row(columns: Sequence[int], highest: int, level: int, height: int, blocks: str) -> str:
    eighths = [max(round(count / highest * height * 8), 1) if count else 0 for count in columns]
    return "".join(blocks[min(max(eighth - level * 8, 0), 8)] for eighth in eighths)


def _spell_step(step: int) -> str:
    for unit, minutes in (("week", 10_080), ("day", 1_440), ("hour", 60)):
        if step % minutes == 0:
            number = step // minutes
            return f"{number} {unit}{'s' if number > 1 else ''}"
    return f"{step} minute{'s' if step > 1 else ''}"
