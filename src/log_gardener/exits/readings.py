"""What a piece of outgoing text reads as: an escape hides nothing from whoever reads behind it, nor from the scan."""

import html
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

# JSON inside of JSON inside of JSON: deeper than anybody looks.
_DEEPEST = 3

# The second half of a letter of two units goes with the first.
_JSON_ESCAPE = re.compile(
    r"\\(?:u(?P<unit>[0-9A-Fa-f]{4})(?:\\u(?P<low>[Dd][C-Fc-f][0-9A-Fa-f]{2}))?|(?P<sign>[\"\\/bfnrt]))"
)
_JSON_SIGNS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}

# A code span, in which all else is itself; what is bold; a backslash before punctuation; an entity.
_MARKUP = re.compile(
    r"(?P<fence>`+)(?P<code>.+?)(?<!`)(?P=fence)(?!`)|(?P<bold>\*\*)"
    r"|\\(?P<sign>[!-/:-@\[-`{-~])|(?P<entity>&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|\w{2,31});)"
)

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|\w{2,31});")

_SIGN = re.compile(r"[`*\\&]")

_HALVES = re.compile("[\ud800-\udfff]")


class Form(Enum):
    """How a piece is spelt."""

    PLAIN = "plain"
    JSON = "json"
    MARKUP = "markup"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as it is read.

    Attributes:
        behind: what it was made of; `None` for the outgoing text itself.
        starts: where in it pieces begin that stand elsewhere in what it was made of, ascending.
        origins: where the same pieces begin there.
    """

    text: str
    behind: "Reading | None" = None
    starts: tuple[int, ...] = ()
    origins: tuple[int, ...] = ()

    def locate(self, offset: int) -> int:
        """Where in the outgoing text that stands which is at an offset here."""
        if self.behind is None:
            return offset
        piece = bisect_right(self.starts, offset) - 1
        return self.behind.locate(self.origins[piece] + offset - self.starts[piece])


def list_readings(text: str, form: Form = Form.PLAIN) -> Iterator[Reading]:
    """What a piece says, then how it is spelt, and what is spelt in it once more."""
    plain = Reading(text if text.isascii() else _HALVES.sub("\ufffd", text))
    said = plain
    if form is Form.MARKUP:
        said = _decode(plain, _MARKUP, _spell_markup)
    elif form is Form.JSON and "\\" in text:
        said = _decode(plain, _JSON_ESCAPE, _spell_json)
    elif form is Form.HTML:
        said = _decode(plain, _ENTITY, _spell_entity)
    yield said
    if said.text != plain.text:
        yield plain
    if form is not Form.MARKUP and _SIGN.search(said.text):
        yield _decode(said, _MARKUP, _spell_markup)
    for _ in range(_DEEPEST):
        if "\\" not in said.text:
            return
        said = _decode(said, _JSON_ESCAPE, _spell_json)
        yield said


def _decode(reading: Reading, escape: re.Pattern[str], spell: Callable[[re.Match[str]], str]) -> Reading:
    pieces, length, end = list[str](), 0, 0
    starts, origins = [0], [0]
    for found in escape.finditer(reading.text):
        spelt = spell(found)
        # What is taken over as it is begins behind the marks around it.
        kept = found.start("code") if "code" in found.groupdict() and found["code"] else found.start()
        pieces += [reading.text[end : found.start()], spelt]
        length += found.start() - end
        starts += [length, length := length + len(spelt)]
        origins += [kept, end := found.end()]
    if not pieces:
        return reading
    return Reading("".join([*pieces, reading.text[end:]]), reading, tuple(starts), tuple(origins))


def _spell_markup(found: re.Match[str]) -> str:
    if found["entity"]:
        return html.unescape(found["entity"])
    return found["code"] or found["sign"] or ""


def _spell_entity(found: re.Match[str]) -> str:
    return html.unescape(found.group())


def _spell_json(found: re.Match[str]) -> str:
    if found["sign"]:
        return _JSON_SIGNS.get(found["sign"], found["sign"])
    units = bytes.fromhex(found["unit"] + (found["low"] or ""))
    return units.decode("utf-16-be", "replace")
