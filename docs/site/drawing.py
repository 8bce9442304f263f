"""Pictures of how it works, drawn as SVG that takes its colours from the page."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from docs.site.places import ROOT

_WIDE, _HIGH, _GAP = 150, 54, 36
_ROOM_WIDE, _ROOM_HIGH, _ROOM_GAP = 720, 30, 6
_PER_LETTER = 7.4


@dataclass(frozen=True, slots=True)
class Box:
    """A box of a picture: two lines of text, its column and row, and how it is coloured."""

    name: str
    about: str
    column: float
    row: float
    kind: str = "plain"


FLOW = (
    Box("source", "bytes", 0, 0),
    Box("tally", "every entry, once", 1, 0, "native"),
    Box("templates", "what lines share", 2, 0, "native"),
    Box("issues", "what is one problem", 3, 0),
    Box("priority", "P0 to P4, and why", 4, 0),
    Box("store", "what is remembered", 4, 1, "kept"),
    Box("worklog", "one run's report", 3, 1),
    Box("document", "Markdown, JSON, HTML", 2, 1, "out"),
    Box("plan", "what would be filed", 3, 2),
    Box("tracker", "tickets", 2, 2, "out"),
    Box("live page", "what people look at", 3, 3, "out"),
)
ARROWS = (
    ("source", "tally"), ("tally", "templates"), ("templates", "issues"), ("issues", "priority"), ("priority", "store"),
    ("store", "worklog"), ("worklog", "document"), ("store", "plan"), ("plan", "tracker"), ("store", "live page"),
)  # fmt: skip


def draw_flow() -> str:
    """What flows from logs to people, as an inline SVG."""
    width, height = _find_x(4) + _WIDE + 1, _find_y(3) + _HIGH + 1
    label = "Sources are folded into a tally, templates, issues and priorities; the store feeds worklog, plan and page"
    root = _make_root(width, height, label)
    boxes = {box.name: box for box in FLOW}
    for tail, head in ARROWS:
        _draw_arrow(root, boxes[tail], boxes[head])
    for box in FLOW:
        _draw_box(root, box)
    return _spell(root)


def draw_rooms() -> str:
    """The rooms of the package, the upper ones knowing the lower ones, as an inline SVG."""
    floors = find_floors()
    label = "Rooms from top to bottom: " + "; ".join(", ".join(floor) for floor in floors)
    root = _make_root(_ROOM_WIDE, len(floors) * (_ROOM_HIGH + _ROOM_GAP), label)
    for number, floor in enumerate(floors):
        _draw_floor(root, floor, number * (_ROOM_HIGH + _ROOM_GAP))
    return _spell(root)


PICTURES: Mapping[str, Callable[[], str]] = {"flow": draw_flow, "rooms": draw_rooms}


def find_floors() -> list[list[str]]:
    """The rooms, floor by floor, as import-linter keeps them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (layers,) = (row["layers"] for row in project["tool"]["importlinter"]["contracts"] if "layers" in row)
    return [[room.strip(" ()") for room in floor.split("|")] for floor in layers]


def _find_x(column: float) -> float:
    return column * (_WIDE + _GAP) + 0.5


def _find_y(row: float) -> float:
    return row * (_HIGH + _GAP) + 0.5


def _make_root(width: float, height: float, label: str) -> ET.Element:
    root = ET.Element("svg", {"viewBox": f"0 0 {width:g} {height:g}", "role": "img", "class": "drawn"})
    ET.SubElement(root, "title").text = label
    return root


def _draw_box(root: ET.Element, box: Box) -> None:
    x, y = _find_x(box.column), _find_y(box.row)
    shape = {"x": x, "y": y, "width": _WIDE, "height": _HIGH, "rx": 8}
    ET.SubElement(root, "rect", {**_spell_all(shape), "class": box.kind})
    _draw_text(root, box.name, (x + _WIDE / 2, y + 22), "name")
    _draw_text(root, box.about, (x + _WIDE / 2, y + 41), "about")


def _draw_arrow(root: ET.Element, tail: Box, head: Box) -> None:
    """A line from side to side: straight along a row or a column, else down first and then along."""
    level = tail.row == head.row
    side = 1 if head.column > tail.column else -1
    end_x = _find_x(head.column) + (0 if side > 0 else _WIDE)
    end_y = _find_y(head.row) + _HIGH / 2
    if level:
        start = (_find_x(tail.column) + (_WIDE if side > 0 else 0), end_y)
        points = [start, (end_x, end_y)]
    elif tail.column == head.column:
        middle = _find_x(tail.column) + _WIDE / 2
        points = [(middle, _find_y(tail.row) + _HIGH), (middle, _find_y(head.row))]
    else:
        middle = _find_x(tail.column) + _WIDE / 2
        points = [(middle, _find_y(tail.row) + _HIGH), (middle, end_y), (end_x, end_y)]
    ET.SubElement(root, "path", {"d": "M" + " L".join(f"{x:g} {y:g}" for x, y in points), "class": "arrow"})
    ET.SubElement(root, "path", {"d": _spell_head(points), "class": "head"})


def _spell_head(points: Sequence[tuple[float, float]]) -> str:
    """A triangle at the end of a line."""
    (from_x, from_y), (x, y) = points[-2:]
    along = ((x > from_x) - (x < from_x), (y > from_y) - (y < from_y))
    across = (along[1], along[0])
    back = (x - 8 * along[0], y - 8 * along[1])
    left, right = ((back[0] + sign * 4 * across[0], back[1] + sign * 4 * across[1]) for sign in (1, -1))
    return "M" + " L".join(f"{px:g} {py:g}" for px, py in ((x, y), left, right)) + " Z"


def _draw_floor(root: ET.Element, floor: Sequence[str], y: float) -> None:
    """Rooms side by side, as wide as their names want, together as wide as the house."""
    letters = sum(len(room) for room in floor)
    spare = _ROOM_WIDE - 1 - _ROOM_GAP * (len(floor) - 1) - letters * _PER_LETTER
    x = 0.5
    for room in floor:
        width = len(room) * _PER_LETTER + spare / len(floor)
        shape = {"x": round(x, 1), "y": y + 0.5, "width": round(width, 1), "height": _ROOM_HIGH, "rx": 6}
        ET.SubElement(root, "rect", {**_spell_all(shape), "class": "plain"})
        _draw_text(root, room, (x + width / 2, y + 20), "room")
        x += width + _ROOM_GAP


def _draw_text(root: ET.Element, text: str, at: tuple[float, float], kind: str) -> None:
    shape = {"x": f"{at[0]:.1f}", "y": f"{at[1]:.1f}", "text-anchor": "middle", "class": kind}
    ET.SubElement(root, "text", shape).text = text


def _spell_all(shape: Mapping[str, float]) -> dict[str, str]:
    return {name: f"{value:g}" for name, value in shape.items()}


def _spell(root: ET.Element) -> str:
    """The picture in a figure that scrolls where the page is narrow."""
    return f'<figure class="drawing" tabindex="0">{ET.tostring(root, encoding="unicode")}</figure>'
