"""Text of logs in what a template makes: the template says where it stands, and never gets hold of it.

A template is given *pieces*, each one sign that no keyboard has. What the template makes is looked at, and a piece in a
place in which its text would not be inert is refused. Only then is the text put there. So no filter can undo how a
text was made inert, and no template of a user's own can place it wrongly.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from log_gardener.renderers.escaping import MARKS, make_inert

# From a private area of Unicode, whose signs mean nothing to anybody.
_ZERO = 0xE010
_PIECE = re.compile("(\ue000[\ue010-\ue019]{1,9}\ue001)")
_RUINED = re.compile("[\ue000-\ue01f\x00-\x08\x0b-\x1f]")

# What may stand before the first sign of a block: it is in a quote, or in a list.
_WITHIN = r"(?:[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t])))*[ \t]*"
_CONTAINERS = re.compile(_WITHIN)
_FENCE = re.compile(rf"{_WITHIN}(`{{3,}}(?=[^`]*\Z)|~{{3,}})")
_HTML_LINE = re.compile(rf"{_WITHIN}<[A-Za-z/!?]")
_DEEP = re.compile(r"\t| {4}")

# Code and tags could end on a later line too, but only in the same block: on one line it is certain.
_CLOSED = re.compile(r"<!--.*?-->|(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")
# Escaped, or in an address, a backtick begins no code.
_UNCERTAIN = re.compile(r"(?:\\|(?i:://|www\.|mailto:|xmpp:)\S*)`")
_VALUE = r"(?:[^\s\"'=<>`]+|'[^'\n]*'|\"[^\"\n]*\")"
_TAGS = re.compile(rf"</?[A-Za-z][\w-]*(?:[ \t]+[A-Za-z_:][\w.:-]*(?:[ \t]*=[ \t]*{_VALUE})?)*[ \t]*/?>")

# Where Markdown is not read until an end comes, whatever stands between.
_RAW = (
    (re.compile(r"<(?i:pre|script|style|textarea)\b"), re.compile(r"</(?i:pre|script|style|textarea)>")),
    (re.compile("<!--"), re.compile("-->")),
    (re.compile(r"<\?"), re.compile(r"\?>")),
    (re.compile(r"<!\[CDATA\["), re.compile(r"\]\]>")),
    (re.compile("<![A-Za-z]"), re.compile(">")),
)

# What a piece may stand next to: all else could become a word with it (an address, a mention), or lengthen its code.
_BEFORE = re.compile(r"(?:\A|[\s(\[|\"'“*_~>])\Z")
_BEHIND = re.compile(r"\Z|[\s)\]|\"'”*_~<,.;:!?]")

_TAG = re.compile(r"<(?:[A-Za-z/].*)?\Z", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_NEVER = re.compile("(?!)")

# What is open at the end of a text, so that what follows would be part of it.
_OPEN = (
    ("code", re.compile("`")),
    ("a comment", re.compile("<[!?]")),
    ("a tag", _TAG),
    ("an address", re.compile(r"\]\([^()]*\Z|^ {0,3}\[[^\]\n]*\]:[^\n]*\Z", re.MULTILINE)),
    ("an address", re.compile(r"(?:://|www\.|(?:mailto|xmpp):)\S*\Z", re.IGNORECASE)),
    ("a formula", re.compile(r"\A(?:[^$]*\$[^$]*\$)*[^$]*\$[^$]*\Z")),
)


class MisplacedError(ValueError):
    """A text of logs stands where it would not be inert; the text says which, and in what."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What stands for a text: its name for people, its inert spelling, and whether that has lines of its own."""

    name: str
    spelling: str
    is_block: bool


@dataclass
class Pieces:
    """All texts of one document, and the signs that stand for them."""

    _pieces: list[Piece] = field(default_factory=list)

    def hold(self, name: str, spelling: str, *, is_block: bool = False) -> str:
        """The sign for an inert text, nothing for nothing. A block gets lines of its own wherever it stands."""
        if not spelling:
            return ""
        self._pieces.append(Piece(name, make_inert(spelling, MARKS), is_block))
        digits = "".join(chr(_ZERO + int(digit)) for digit in str(len(self._pieces) - 1))
        return f"\ue000{digits}\ue001"

    def put(self, made: str) -> str:
        """What a template made, with every text in its place.

        Raises:
            MisplacedError: a text would not be inert where it stands.
        """
        text = "".join(self._part(part) for part in _PIECE.split(made.replace("\r\n", "\n")))
        text = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)
        text = re.sub(r"\n{3,}", "\n\n", text).strip("\n")
        for before, line, place in _walk(text):
            self._check(before, line, place)
        return self._spell(_PIECE.split(text))

    def _part(self, part: str) -> str:
        """A piece, a block between blank lines, which end what is open above it; of else what no filter has ruined."""
        piece = self._find(part)
        if piece is None:
            return _RUINED.sub("", part)
        return f"\n\n{part}\n\n" if piece.is_block else part

    def _spell(self, parts: list[str]) -> str:
        """All parts, with a blank between a piece and what could become one word or one code with it."""
        # By `split` they take turns: what the template says, a piece, what the template says.
        spelt = parts[0]
        for part, behind in zip(parts[1::2], parts[2::2], strict=True):
            piece = self._find(part)
            text = piece.spelling if piece else ""
            spelt += ("" if _BEFORE.search(spelt) else " ") + text
            spelt += ("" if _BEHIND.match(behind) else " ") + behind
        return spelt

    def _find(self, part: str) -> Piece | None:
        if not _PIECE.fullmatch(part):
            return None
        number = int("".join(str(ord(sign) - _ZERO) for sign in part[1:-1]))
        return self._pieces[number] if number < len(self._pieces) else None

    def _check(self, before: str, line: str, place: str) -> None:
        for found in _PIECE.finditer(line):
            within = place or _find_open(before + line[: found.start()])
            piece = self._find(found.group())
            if piece and within:
                msg = f"{piece.name} stands within {within}, where text of logs cannot be made inert"
                raise MisplacedError(msg)


def _find_open(text: str) -> str:
    """What is open at the end of a paragraph's beginning."""
    plain = _strip_closed(text)
    return next((name for name, pattern in _OPEN if pattern.search(plain)), "")


def _strip_closed(text: str) -> str:
    """What is left without code, comments and tags that have ended."""
    return text if _UNCERTAIN.search(text) else _TAGS.sub("", _CLOSED.sub("", text))


def _is_unfinished(paragraph: str, place: str) -> bool:
    """Whether a tag is left open for good: browsers read on, past all that Markdown makes of what follows."""
    left = _TAGS.sub("", _COMMENT.sub("", paragraph)) if place == _HTML else _strip_closed(paragraph)
    return bool(_TAG.search(left)) or (place == _HTML and bool(re.search("<[!?]", left)))


def _walk(text: str) -> Iterator[tuple[str, str, str]]:
    """Each line, with what stands before it in its paragraph, and the place in which no text can be inert."""
    paragraph, place, end = "", "", None
    for line in text.split("\n"):
        if end is not None:
            yield paragraph, line, place
            found = end.search(line)
            if found:
                rest = line[found.end() :]
                paragraph, (place, end) = f"{rest}\n" if rest.strip() else "", _find_place(rest, "")
            continue
        if not line.strip() and _is_unfinished(paragraph, place):
            place, end = "a tag", _NEVER
        else:
            place, end = _find_place(line, place if line.strip() else "")
        yield paragraph, line, place
        paragraph = f"{paragraph}{line}\n" if line.strip() else ""


_HTML = "a block of HTML without a blank line behind its tag"


def _find_place(line: str, place: str) -> tuple[str, re.Pattern[str] | None]:
    """The place that a line is in or begins, and what ends it, if a blank line does not."""
    fence = _FENCE.match(line)
    if fence and place != _HTML:
        sign, length, indent = fence[1][0], len(fence[1]), fence.start(1)
        if _DEEP.match(line):
            # In a list it begins a block, elsewhere it is code itself: what ends it cannot be told.
            return "a fenced block, or behind one that is indented", _NEVER
        return "a fenced block", re.compile(rf"\A[ \t>]{{0,{indent}}}{sign}{{{length},}}[ \t]*\Z")
    begun = _CONTAINERS.sub("", line, count=1)
    for opening, closing in _RAW:
        found = opening.match(begun)
        if found and not closing.search(begun, found.end()):
            return "raw HTML", closing
    if place == _HTML or _HTML_LINE.match(line):
        return _HTML, None
    return "", None
