"""A picture of how long a volume takes by workers, both axes by tens."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10
from xml.etree import ElementTree as ET

from benchmarks.scaling.simulated_tables import Simulated
from log_gardener.renderers.svg.drawing import add, add_text, make_picture, spell, write

WORKERS = (1, 10, 100, 1_000, 10_000)
TIMES = (
    (60, "1 min"),
    (600, "10 min"),
    (3_600, "1 h"),
    (21_600, "6 h"),
    (86_400, "1 d"),
    (864_000, "10 d"),
    (2_592_000, "30 d"),
)
SIZE = (720, 360)
LEFT, RIGHT, TOP, BOTTOM = 64, 640, 16, 312
COLOURS = {1: "p3", 10: "p2", 100: "p0"}


@dataclass(frozen=True, slots=True)
class Line:
    """Of a volume, in terabytes, the seconds by workers."""

    volume: int
    points: Sequence[tuple[int, float]]


def find_lines(simulated: Sequence[Simulated]) -> list[Line]:
    """A line for each volume."""
    volumes = dict.fromkeys(one.volume for one in simulated)
    return [
        Line(volume, [(one.workers, one.bill.seconds) for one in simulated if one.volume == volume])
        for volume in volumes
    ]


def draw_lines(lines: Sequence[Line]) -> str:
    """The picture, as a file."""
    title = "How long a volume takes in one run, by workers"
    told = "; ".join(f"{line.volume} TB is fastest with {find_fastest(line):,} workers" for line in lines)
    root = make_picture(SIZE, title, told, is_file=True)
    _draw_axes(root)
    for line in lines:
        places = [(_find_x(count), _find_y(seconds)) for count, seconds in line.points]
        add(root, "path", of="tie", d="M" + "L".join(f"{spell(x)} {spell(y)}" for x, y in places), fill="none")
        for x, y in places:
            add(root, "circle", of=COLOURS[line.volume], cx=x, cy=y, r=4.0)
        add_text(root, "text", f"{line.volume} TB", of="strong", x=places[-1][0] + 12, y=places[-1][1] + 4)
    return write(root, is_file=True)


def find_fastest(line: Line) -> int:
    """The workers with which it takes the least time."""
    return min(line.points, key=lambda point: point[1])[0]


def _draw_axes(root: ET.Element) -> None:
    for seconds, name in TIMES:
        y = _find_y(seconds)
        add(root, "path", of="rule", d=f"M{LEFT} {spell(y)}H{RIGHT}")
        add_text(root, "text", name, of="small soft", x=LEFT - 8, y=y + 4, text_anchor="end")
    for count in WORKERS:
        add_text(root, "text", f"{count:,}", of="small soft", x=_find_x(count), y=BOTTOM + 20, text_anchor="middle")
    middle = (LEFT + RIGHT) / 2
    add_text(root, "text", "workers of one vCPU", of="soft", x=middle, y=BOTTOM + 40, text_anchor="middle")


def _find_x(count: float) -> float:
    # So that the first point does not stand on the names of the times.
    return LEFT + 16 + (RIGHT - LEFT - 16) * log10(count) / log10(WORKERS[-1])


def _find_y(seconds: float) -> float:
    first, last = log10(TIMES[0][0]), log10(TIMES[-1][0])
    return BOTTOM - (BOTTOM - TOP) * (log10(seconds) - first) / (last - first)
