"""Pages and pictures as the pieces that they are made of: texts between tags, attributes, and the texts of their JSON.

What two elements say was redacted apart, as the lines of other documents.
"""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import accumulate
from typing import Any

from log_gardener.exits.piece import SHORTEST, Piece, is_json, list_json_texts
from log_gardener.exits.readings import Form, list_readings

_PAGE = re.compile(r"\s*<(?:!doctype html|html|svg)\b", re.IGNORECASE)

# What of a page names a place and is ours: the number of a cluster, the name of a section.
_NUMBER = re.compile(r"\d{1,6}")
_NAME = re.compile("[a-z]{1,30}")
_NAMING = {"article": ("data-number", _NUMBER, "Cluster {}"), "section": ("id", _NAME, "{}")}

# Figures from which lines are drawn: nobody reads them.
_DRAWN = re.compile(r"[A-Za-z0-9 .,-]*")
_DRAWING = {"d", "points", "transform", "viewbox"}


def is_page(document: str) -> bool:
    """Whether a document is HTML or SVG."""
    return _PAGE.match(document) is not None


def list_page_pieces(document: str) -> Iterator[Piece]:
    """The pieces of a page, in order; those of JSON in it as those of JSON elsewhere."""
    for piece in _cut(document):
        said = _read(piece)
        if is_json(said):
            yield from _list_embedded(piece, said)
        else:
            yield piece


def list_page_entries(document: str) -> Iterator[tuple[str, Any]]:
    """The entries in a page, with the places that they stand in."""
    for piece in _cut(document):
        said = _read(piece)
        if is_json(said):
            yield piece.named, json.loads(said)


def _read(piece: Piece) -> str:
    return html.unescape(piece.text) if piece.form is Form.HTML else piece.text


def _list_embedded(piece: Piece, said: str) -> Iterator[Piece]:
    reading = next(list_readings(piece.text, piece.form))
    for part in list_json_texts(said, 0):
        yield replace(part, offset=piece.offset + reading.locate(part.offset), named=piece.named)


def _cut(document: str) -> list[Piece]:
    cutter = _Cutter(document)
    cutter.feed(document)
    cutter.close()
    return cutter.pieces


class _Cutter(HTMLParser):
    """The texts of a page as they are spelt; what cannot be found again there as the parser reads it."""

    def __init__(self, document: str) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[Piece] = []
        self._document = document
        self._lines = list(accumulate((len(line) + 1 for line in document.split("\n")), initial=0))
        self._names = [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _NAMING:
            name, ours, spelt = _NAMING[tag]
            value = given.get(name, "")
            self._names.append(spelt.format(value) if ours.fullmatch(value) else self._names[-1])
        if tag == "meta" and "http-equiv" in given:
            # The policy: hashes of what stands in the page.
            del given["content"]
        for name, value in given.items():
            is_drawn = name in _DRAWING and _DRAWN.fullmatch(value)
            if not is_drawn:
                self._add(value, self._find_offset(), Form.PLAIN)

    def handle_endtag(self, tag: str) -> None:
        if tag in _NAMING and len(self._names) > 1:
            self._names.pop()

    def handle_data(self, data: str) -> None:
        at = self._find_offset()
        end = self._document.find("<", at)
        raw = self._document[at : end if end >= 0 else None]
        if html.unescape(raw) == data:
            self._add(raw, at, Form.HTML)
        else:
            self._add(data, at, Form.PLAIN)

    def handle_comment(self, data: str) -> None:
        self._add(data, self._find_offset(), Form.PLAIN)

    def _find_offset(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _add(self, text: str, offset: int, form: Form) -> None:
        if len(text) >= SHORTEST and not text.isspace():
            self.pieces.append(Piece(text, offset, self._names[-1], form))
