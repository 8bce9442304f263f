"""A chart of some lines of text: how often something happened over time, with its scale."""

from collections.abc import Sequence
from dataclasses import dataclass

from log_gardener.model.instant import NANOS_PER_MINUTE, spell_instant
from log_gardener.model.issue import Bucket

_BLOCKS = " ▁▂▃▄▅▆▇█"

# How long a column may stand for, in minutes, so that people can name it.
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440, 2_880, 10_080, 20_160, 40_320)


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines of text, the highest first, the axis of time last; and the length of time that a column stands for."""

    lines: tuple[str, ...]
    step: str


def draw_chart(history: Sequence[Bucket], width: int, height: int) -> Chart:
    """A history as columns of blocks; a count above zero is never drawn as nothing."""
    first = min(minute for minute, _, _ in history)
    last = max(minute + length for minute, length, _ in history)
    widest = max(length for _, length, _ in history)
    fitting = (step for step in _STEPS if step >= widest and last - first <= step * width)
    step = next(fitting, (last - first) // width + 1)
    first -= first % step
    columns = [0] * ((last - first - 1) // step + 1)
    for minute, _, count in history:
        columns[(minute - first) // step] += count
    highest = max(columns)
    rows = [_draw_row(columns, highest, level, height) for level in range(height - 1, -1, -1)]
    labels = [f"{highest:,}", *[""] * (height - 2), "0"] if height > 1 else [f"{highest:,}"]
    margin = max(map(len, labels))
    lines = [f"{label:>{margin}} |{row}" for label, row in zip(labels, rows, strict=True)]
    start, end = (spell_instant(minute * NANOS_PER_MINUTE)[:16] for minute in (first, last))
    lines.append(f"{'':{margin}}  {start}{end:>{max(len(columns) - len(start), len(end) + 1)}}")
    return Chart(tuple(lines), _spell_step(step))


def _draw_row(columns: Sequence[int], highest: int, level: int, height: int) -> str:
    eighths = [max(round(count / highest * height * 8), 1) if count else 0 for count in columns]
    return "".join(_BLOCKS[min(max(eighth - level * 8, 0), 8)] for eighth in eighths)


def _spell_step(step: int) -> str:
    for unit, minutes in (("week", 10_080), ("day", 1_440), ("hour", 60)):
        if step % minutes == 0:
            number = step // minutes
            return f"{number} {unit}{'s' if number > 1 else ''}"
    return f"{step} minute{'s' if step > 1 else ''}"
