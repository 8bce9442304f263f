"""How often something happened over time, as bars that stand in a line of text, a card or a cell."""

from collections.abc import Iterable

from log_gardener.renderers.svg.drawing import add, make_picture, spell, write

# A bar with the gap behind it, in pixels: so narrow that they are read as one.
_PITCH = 4
_GAP = 1


def draw_bars(
    minutes: Iterable[tuple[int, int]], bounds: tuple[int, int], *, label: str, size: tuple[int, int] = (160, 28)
) -> str:
    """Counts by minute as bars from `bounds[0]` to `bounds[1]`, minutes since 1970, both inclusive.

    The tallest bar is the largest count; a count above zero is never drawn as nothing.

    Args:
        minutes: minute and count.
        bounds: the same for all that are compared.
        label: what is counted, for whoever cannot see it.
        size: in pixels.
    """
    width, height = size
    columns = _count_columns(minutes, bounds, width // _PITCH)
    pitch = width / len(columns)
    root = make_picture(size, label)
    root.set("class", "chart spark")
    root.set("width", spell(width))
    root.set("height", spell(height))
    add(root, "path", of="axis", d=f"M0 {spell(height - 0.5)}h{width}")
    largest = max(columns)
    tall = height - 1
    bars = [
        f"M{spell(at * pitch)} {tall}v-{max(round(count / largest * tall), 1)}h{spell(pitch - _GAP)}V{tall}"
        for at, count in enumerate(columns)
        if count
    ]
    add(root, "path", of="bars", d="".join(bars))
    return write(root)


def _count_columns(minutes: Iterable[tuple[int, int]], bounds: tuple[int, int], most: int) -> list[int]:
    first, last = bounds
    span = max(last - first + 1, 1)
    columns = [0] * max(min(most, span), 1)
    for minute, count in minutes:
        if first <= minute <= last:
            columns[(minute - first) * len(columns) // span] += count
    return columns
