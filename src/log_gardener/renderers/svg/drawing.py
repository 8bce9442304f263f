"""SVG as a tree, escaped by the library that writes it; text of logs stands on one line, and fits its place."""

import unicodedata
from xml.etree import ElementTree as ET

from log_gardener.renderers.escaping import flatten
from log_gardener.renderers.svg.style import make_style

# A share of the font's size that no letter of the kind is wider than, in the fonts that systems have: nothing is cut.
_NARROW, _PLAIN, _CAPITAL, _BROAD, _SQUARE = 0.36, 0.6, 0.74, 0.98, 1.4
_NARROW_SIGNS = frozenset(" iljtfrI.,:;'|!()[]/\\-`")
_BROAD_SIGNS = frozenset("mwMW@%—…")

TEXT_SIZE = 12
SMALL_SIZE = 11


def make_picture(size: tuple[float, float], title: str, description: str = "", *, is_file: bool = False) -> ET.Element:
    """The root of a picture that is as wide as its place; a file brings its style and its ground."""
    width, height = size
    root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "class": "chart", "role": "img"})
    root.set("viewBox", f"0 0 {spell(width)} {spell(height)}")
    if is_file:
        # Where nothing tells how wide the place is.
        root.set("width", spell(width))
        root.set("height", spell(height))
    add_text(root, "title", title)
    if description:
        add_text(root, "desc", description)
    if is_file:
        add_text(root, "style", make_style())
        add(root, "rect", width="100%", height="100%", of="ground")
    return root


def set_height(root: ET.Element, height: float) -> None:
    """Give a picture its height, once it is known how far down it goes."""
    _, _, width, _ = root.attrib["viewBox"].split()
    root.set("viewBox", f"0 0 {width} {spell(height)}")
    if "height" in root.attrib:
        root.set("height", spell(height))


def add(parent: ET.Element, tag: str, *, of: str = "", **attributes: float | str) -> ET.Element:
    """An element of some classes as the last in another one; `text_anchor` is spelt `text-anchor`, numbers short."""
    named = {name.replace("_", "-"): spell(value) for name, value in attributes.items()}
    return ET.SubElement(parent, tag, {**({"class": of} if of else {}), **named})


def add_text(parent: ET.Element, tag: str, text: str, *, of: str = "", **attributes: float | str) -> ET.Element:
    """An element with a text of logs, or of ours."""
    element = add(parent, tag, of=of, **attributes)
    # Most texts are figures of ours, and nothing in ASCII that is printed needs another spelling.
    element.text = text if text.isascii() and text.isprintable() else flatten(text).strip()
    return element


def write(root: ET.Element, *, is_file: bool = False) -> str:
    """The picture; in a file each element stands on a line."""
    if root.find(".//a") is not None:
        # What is inside of an image nobody can reach by keys.
        root.set("role", "group")
    if not is_file:
        return ET.tostring(root, encoding="unicode")
    ET.indent(root, space="")
    return ET.tostring(root, encoding="unicode") + "\n"


def spell(value: float | str) -> str:
    """A number to a tenth, short; a text as it is."""
    if isinstance(value, str):
        return value
    spelt = f"{value:.1f}".removesuffix(".0")
    return "0" if spelt == "-0" else spelt


def measure(text: str, size: float = TEXT_SIZE) -> float:
    """How wide a text is at most, in units of the picture."""
    return sum(map(_weigh, text)) * size


def fit(text: str, width: float, size: float = TEXT_SIZE) -> str:
    """A text, its end cut off where it is wider than its place."""
    flat = flatten(text).strip()
    if measure(flat, size) <= width:
        return flat
    left = width - measure("…", size)
    kept = 0
    while kept < len(flat) and (left := left - _weigh(flat[kept]) * size) >= 0:
        kept += 1
    return f"{flat[:kept].rstrip()}…" if kept else ""


def wrap(text: str, width: float, *, lines: int, size: float = TEXT_SIZE) -> list[str]:
    """A text on so many lines at most, parted between words where that can be, the last one cut off."""
    left, parts = flatten(text).strip(), list[str]()
    while left and len(parts) < lines - 1 and measure(left, size) > width:
        head = _find_head(left, width, size)
        parts.append(head.rstrip())
        left = left[len(head) :].lstrip()
    return [*parts, fit(left, width, size)] if left else parts


def _find_head(text: str, width: float, size: float) -> str:
    """As much of a text as a line holds: up to a blank, unless most of the line would stay empty."""
    kept = next((end for end in range(1, len(text)) if measure(text[: end + 1], size) > width), len(text))
    blank = text.rfind(" ", 0, kept + 1)
    return text[: blank if blank > kept // 2 else kept]


def _weigh(sign: str) -> float:
    if sign in _NARROW_SIGNS:
        return _NARROW
    if sign in _BROAD_SIGNS:
        return _BROAD
    if not sign.isascii():
        # A letter of any script may be drawn by a font that nobody has measured.
        return 0 if unicodedata.combining(sign) else _SQUARE if ord(sign) > 0xFF else _CAPITAL  # noqa: PLR2004
    return _CAPITAL if sign.isupper() else _PLAIN
