"""Outgoing documents as the pieces that they are made of: what stands beside each other belongs not together.

A title that ends with "token:" before a line of ours that begins with an id is no secret; each piece was redacted by
itself, and is scanned by itself.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from log_gardener.exits.page_pieces import is_page, list_page_entries, list_page_pieces
from log_gardener.exits.piece import OUR_NAME, Piece, is_json, list_json_texts
from log_gardener.exits.readings import Form

_SECTION = re.compile(r"#{1,6} (?P<name>Cluster \d+|[A-Z][A-Za-z ]+$)")

# What of a line of Markdown is ours: heading, bullet, number, the name of a fact; no log can write these.
_OURS = re.compile(r"\s*(?:#{1,6} +|[-*] +|\d+\. +)?(?:\*\*[A-Z][\w ]+:\*\* *|Entry (?=`))?")

_CELL = re.compile(r"(?:[^|\\]|\\.)+")

_FENCE = re.compile(r"(?P<fence>`{3,}|~{3,})\w*")


def list_pieces(document: str) -> Iterator[Piece]:
    """The pieces of a document: the texts of JSON, of a page or of a picture, the lines and cells of Markdown."""
    if is_page(document):
        return list_page_pieces(document)
    return list_json_texts(document, 0) if is_json(document) else _list_lines(document)


def list_entries(document: str) -> Iterator[tuple[str, Any]]:
    """The entries in a document, with their fields."""
    if is_page(document):
        yield from list_page_entries(document)
        return
    if is_json(document):
        yield from _find_entries(json.loads(document))
        return
    for text, _, field in _list_blocks(document):
        if is_json(text):
            yield field, json.loads(text)


def _find_entries(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - JSON is anything
    if isinstance(value, list):
        for member in value:
            yield from _find_entries(member, f"{path}[]")
    elif isinstance(value, dict):
        for name, member in value.items():
            if name == "entry":
                yield f"{path}.entry".lstrip("."), member
            else:
                yield from _find_entries(member, f"{path}.{name}" if OUR_NAME.fullmatch(name) else path)


def _list_lines(document: str) -> Iterator[Piece]:
    """Lines and cells of Markdown, and what is in its blocks."""
    blocks = {start: (text, field) for text, start, field in _list_blocks(document)}
    offset, end, section = 0, 0, ""
    for line in document.splitlines(keepends=True):
        if offset in blocks:
            text, section = blocks[offset]
            end = offset + len(text)
            listed = list_json_texts(text, offset) if is_json(text) else [Piece(text, offset)]
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
