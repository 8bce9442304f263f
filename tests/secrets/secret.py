"""What a planted secret is, and whether anything of it is left in a text."""

import html
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random
from urllib.parse import quote, unquote

# A shorter piece says nothing of a long secret; of a short one it says most.
FRAGMENT = 8
SHORTEST_FRAGMENT = 4
# Eight digits are in some id by chance, where there are many; so many are not.
RARE = 12

_DIGITS = re.compile("[0-9a-fA-F]+")
_ESCAPE = re.compile(r"\\+u([0-9a-fA-F]{4})")


@dataclass(frozen=True)
class Secret:
    """A made-up secret, as it stands in a text.

    Attributes:
        text: what is planted.
        hidden: the parts of it that must go; what else the text has may stay.
        name: the words of the name that it goes by, such as `api key`.
        is_whole: whether it is told only by all of it, as an address is, and pieces of it say nothing.
    """

    text: str
    hidden: tuple[str, ...] = ()
    name: str = "value"
    is_whole: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """What must go."""
        return self.hidden or (self.text,)


@dataclass(frozen=True)
class Kind:
    """A kind of secret.

    Attributes:
        roles: where one may stand: `bare` (anywhere, its shape tells it), `named` (beside its name), `password`,
            `header` (the value of one), `path`, `number`, `block` (of many lines), `document` (a JSON object).
    """

    name: str
    make: Callable[[Random], Secret]
    roles: frozenset[str]


def find_fragments(secret: Secret) -> frozenset[str]:
    """The pieces of which none may be left."""
    found: set[str] = set()
    for part in secret.parts:
        for form in _find_forms(part):
            size = len(form) if secret.is_whole else min(FRAGMENT, max(SHORTEST_FRAGMENT, len(form) * 2 // 3))
            found.update(form[at : at + size] for at in range(max(len(form) - size, 0) + 1))
    return frozenset(found)


def find_left(secret: Secret, text: str) -> str | None:
    """The first piece of the secret that is left in a text, however it is escaped there."""
    fragments = find_fragments(secret)
    for reading in _find_readings(text):
        found = [fragment for fragment in fragments if fragment in reading]
        if found:
            return min(found, key=reading.find)
    return None


def find_rare_fragments(secret: Secret) -> frozenset[str]:
    """Pieces that long texts with many ids do not have by chance."""
    found: set[str] = set()
    for part in secret.parts:
        is_short = secret.is_whole or len(part) < RARE
        size = len(part) if is_short else FRAGMENT
        windows = {part[at : at + size] for at in range(len(part) - size + 1)}
        found |= {one for one in windows if is_short or not _DIGITS.fullmatch(one)}
        if not is_short:
            found |= {part[at : at + RARE] for at in range(len(part) - RARE + 1)}
    return frozenset(found)


def find_planted(fragments: Iterable[str], text: str) -> set[str]:
    """Which of many fragments are in a long text, however it is escaped there."""
    return {found for reading in _find_readings(text) for found in _find_each(fragments, reading)}


def _find_each(fragments: Iterable[str], text: str) -> set[str]:
    """Which fragments are in a text, in one pass: by how they begin."""
    wanted = list(fragments)
    shortest = min(map(len, wanted), default=0)
    by_beginning: dict[str, list[str]] = {}
    for fragment in wanted:
        by_beginning.setdefault(fragment[:shortest], []).append(fragment)
    return {
        fragment
        for at in range(len(text) - shortest + 1)
        for fragment in by_beginning.get(text[at : at + shortest], ())
        if text.startswith(fragment, at)
    }


def _find_forms(part: str) -> set[str]:
    return {part, quote(part, safe=""), json.dumps(part)[1:-1]}


def _find_readings(text: str) -> list[str]:
    """The text as it stands, and as those read it who take its escapes away."""
    plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text).replace("\\/", "/")
    return list(dict.fromkeys([text, unquote(text), unquote(unquote(text)), html.unescape(text), plain]))
