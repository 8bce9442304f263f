"""Outgoing documents as the pieces that they are made of: what stands beside each other belongs not together.

A title that ends with "token:" before a line of ours that begins with an id is no secret; each piece was redacted by
itself, and is scanned by itself.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from log_gardener.cli.readings import Form

# No rule finds anything in less; half of the texts of a JSON document are shorter.
SHORTEST = 5

# Where a value of the logs may name what follows.
_OPEN = {"entry", "facts", "hours", "instances", "labels", "revisions", "row", "unusable", "unusable_places"}

_OUR_NAME = re.compile("[a-z_]{0,30}")

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|-?\d{7,}(?:\.\d+)?', re.DOTALL)

_SECTION = re.compile(r"#{1,6} (?P<name>Cluster \d+|[A-Z][A-Za-z ]+$)")

# What of a line of Markdown is ours: heading, bullet, number, the name of a fact; no log can write these.
_OURS = re.compile(r"\s*(?:#{1,6} +|[-*] +|\d+\. +)?(?:\*\*[A-Z][\w ]+:\*\* *|Entry (?=`))?")

_CELL = re.compile(r"(?:[^|\\]|\\.)+")

_FENCE = re.compile(r"(?P<fence>`{3,}|~{3,})\w*")


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


def list_pieces(document: str) -> Iterator[Piece]:
    """The pieces of a document: the texts of JSON, the lines and cells of Markdown."""
    yield from _list_texts(document, 0) if _is_json(document) else _list_lines(document)


def list_entries(document: str) -> Iterator[tuple[str, Any]]:
    """The entries in a document, with their fields."""
    if _is_json(document):
        yield from _find_entries(json.loads(document))
        return
    for text, _, field in _list_blocks(document):
        if _is_json(text):
            yield field, json.loads(text)


def _is_json(text: str) -> bool:
    if text.lstrip()[:1] not in {"{", "["}:
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _find_entries(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - JSON is anything
    if isinstance(value, list):
        for member in value:
            yield from _find_entries(member, f"{path}[]")
    elif isinstance(value, dict):
        for name, member in value.items():
            if name == "entry":
                yield f"{path}.entry".lstrip("."), member
            else:
                yield from _find_entries(member, f"{path}.{name}" if _OUR_NAME.fullmatch(name) else path)


def _list_texts(text: str, offset: int) -> Iterator[Piece]:
    """Texts, names and long numbers of JSON, each with the names that lead to it."""
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
        if not _OUR_NAME.fullmatch(name):
            break
        ours.append(part)
        if name in _OPEN:
            break
    return ".".join(part for part in ours if part).replace(".[]", "[]")


def _list_lines(document: str) -> Iterator[Piece]:
    """Lines and cells of Markdown, and what is in its blocks."""
    blocks = {start: (text, field) for text, start, field in _list_blocks(document)}
    offset, end, section = 0, 0, ""
    for line in document.splitlines(keepends=True):
        if offset in blocks:
            text, section = blocks[offset]
            end = offset + len(text)
            listed = _list_texts(text, offset) if _is_json(text) else [Piece(text, offset)]
            yield from (replace(piece, named=section) for piece in listed)
        if offset >= end:
            found = _SECTION.match(line.rstrip())
            section = found["name"] if found else section
            yield from _cut_line(line.rstrip("\r\n"), offset, section)
        offset += len(line)


def _cut_line(line: str, offset: int, section: str) -> Iterator[Piece]:
    start = _OURS.match(line)
    begin = start.end() if start else 0
    if line.startswith("|"):
        for cell in _CELL.finditer(line):
            yield Piece(cell.group(), offset + cell.start(), section, Form.MARKUP)
    elif line[begin:]:
        yield Piece(line[begin:], offset + begin, section, Form.MARKUP)


def _list_blocks(document: str) -> Iterator[tuple[str, int, str]]:
    """Fenced blocks: text, offset, and the section that they are in."""
    fence, offset, start, section = "", 0, 0, ""
    for line in document.splitlines(keepends=True):
        bare = line.strip()
        if fence:
            if bare.startswith(fence) and not bare.strip(fence[0]):
                yield document[start:offset], start, section
                fence = ""
        elif found := _FENCE.fullmatch(bare):
            fence, start = found["fence"], offset + len(line)
        elif named := _SECTION.match(line.rstrip()):
            section = named["name"]
        offset += len(line)
    if fence:
        yield document[start:], start, section
