"""A row of blocks that shows how often something happened over time."""

from collections.abc import Iterable, Sequence

BLOCKS = "·▁▂▃▄▅▆▇█"

ASCII = "._-~=+*%#"
"""The same for who cannot show blocks: nothing, then ever darker."""


def draw_sparkline(
    minutes: Iterable[tuple[int, int]], bounds: tuple[int, int], width: int = 24, *, blocks: str = BLOCKS
) -> str:
    """Counts by minute as `width` blocks from `bounds[0]` to `bounds[1]`, minutes since 1970.

    The tallest block is the largest count; a count above zero is never drawn as nothing.
    """
    first, last = bounds
    span = max(last - first + 1, width)
    columns = [0] * width
    for minute, count in minutes:
        if first <= minute <= last:
            columns[min((minute - first) * width // span, width - 1)] += count
    return "".join(_block(count, max(columns), blocks) for count in columns)


def _block(count: int, largest: int, blocks: str) -> str:
    if count == 0:
        return blocks[0]
    return blocks[max(1, round(count / largest * (len(blocks) - 1)))]


def find_bounds(rows: Sequence[Sequence[tuple[int, int]]]) -> tuple[int, int]:
    """First and last minute of all rows."""
    minutes = [minute for row in rows for minute, _ in row]
    return (min(minutes), max(minutes)) if minutes else (0, 0)
