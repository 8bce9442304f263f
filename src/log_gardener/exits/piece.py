"""A text that leaves, as one piece; and the pieces of JSON."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from log_gardener.exits.readings import Form

# No rule finds anything in less; half of the texts of a JSON document are shorter.
SHORTEST = 5

# Where a value of the logs may name what follows.
_OPEN = {"entry", "facts", "hours", "instances", "labels", "revisions", "row", "unusable", "unusable_places"}

OUR_NAME = re.compile("[a-z_]{0,30}")

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|-?\d{7,}(?:\.\d+)?', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """A text that was redacted by itself.

    Attributes:
        offset: where in the document it begins.
        named: what stands there, as far as that is known and ours to tell.
        path: the names that lead there in JSON, whosesoever.
    """

    text: str
    offset: int = 0
    named: str = ""
    form: Form = Form.PLAIN
    path: tuple[str, ...] = ()

    @property
    def field(self) -> str:
        """What stands there, to be told."""
        return self.named or _join_names(self.path)


def is_json(text: str) -> bool:
    """Whether a text is an object or a list of JSON."""
    if text.lstrip()[:1] not in {"{", "["}:
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def list_json_texts(text: str, offset: int) -> Iterator[Piece]:
    """The texts, names and long numbers of JSON, each with the names that lead to it."""
    path, name = list[str](), ""
    for token in _TOKEN.finditer(text):
        sign = token.group()
        if sign in "{[":
            path.append(name if sign == "{" else f"{name}[]")
            name = ""
        elif sign in "}]":
            path.pop()
            name = ""
        elif sign == ",":
            name = ""
        elif sign != ":":
            is_text = sign[0] == '"'
            said = sign[1:-1] if is_text else sign
            if len(said) >= SHORTEST:
                form = Form.JSON if is_text else Form.PLAIN
                yield Piece(said, offset + token.start() + is_text, form=form, path=(*path, name))
            # A text is the name of what follows, or nothing follows.
            name = said


def _join_names(path: Sequence[str]) -> str:
    """A path as far as its names are ours: those of the logs may be secrets too."""
    ours = list[str]()
    for part in path:
        name = part.removesuffix("[]")
        if not OUR_NAME.fullmatch(name):
            break
        ours.append(part)
        if name in _OPEN:
            break
    return ".".join(part for part in ours if part).replace(".[]", "[]")
