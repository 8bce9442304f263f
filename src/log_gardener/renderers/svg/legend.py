"""What the colours and marks of a picture mean, in as many rows as it takes."""

from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from log_gardener.renderers.svg.drawing import add, add_text, fit, measure, spell

_ROW_HEIGHT = 20
_SWATCH = 12
_GAP = 6
_BETWEEN = 18


@dataclass(frozen=True, slots=True)
class Key:
    """What something that is drawn means: its classes, what it is drawn as, and words."""

    of: str
    text: str
    is_line: bool = False


def draw_legend(root: ET.Element, keys: Iterable[Key], left: float, *, top: float, width: float) -> float:
    """Keys in rows, and how far down they go."""
    at, row = left, top
    for key in keys:
        text = fit(key.text, width - _SWATCH - _GAP)
        needed = _SWATCH + _GAP + measure(text)
        if at > left and at + needed > left + width:
            at, row = left, row + _ROW_HEIGHT
        _draw_swatch(root, key, at, row)
        add_text(root, "text", text, of="key", x=at + _SWATCH + _GAP, y=row + 12)
        at += needed + _BETWEEN
    return row + _ROW_HEIGHT


def _draw_swatch(root: ET.Element, key: Key, left: float, top: float) -> None:
    if key.is_line:
        add(root, "path", of=key.of, d=f"M{spell(left + _SWATCH / 2)} {spell(top)}v15")
    elif key.of:
        add(root, "rect", of=key.of, x=left, y=top + 2, width=_SWATCH, height=_SWATCH)


def draw_notes(root: ET.Element, notes: Iterable[str], left: float, *, top: float, width: float) -> float:
    """Sentences, each on its line, and how far down they go."""
    for note in notes:
        add_text(root, "text", fit(note, width), of="small soft note", x=left, y=top + 12)
        top += 16
    return top
