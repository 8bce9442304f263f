"""The last look at what leaves: outgoing text is scanned once more, and where a rule finds something, nothing leaves.

Redaction has been over all of it before, so a hit is a fault of ours, or a text that only beside another one looks like
a secret. Which secret it was is never told.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from log_gardener.errors import LeakError
from log_gardener.exits.piece import SHORTEST, Piece
from log_gardener.exits.pieces import list_entries, list_pieces
from log_gardener.exits.readings import list_readings
from log_gardener.model.redaction import LEAK_ADVICE, Leak, count_marks, explain_leaks, is_harmless

if TYPE_CHECKING:
    from log_gardener.ports import Redactor

# What a name of the operator's own may show him again: who he is and where his things are, but no key to anything.
PERSONAL = frozenset({"user", "email", "ip"})

# Kinds that are told by a name before them: only where a text says what it says, since escapes stand between the two.
NAMED = frozenset({"secret", "password", "token", "cookie"})


@dataclass(slots=True)
class _Scan:
    """By what the exits of this process are scanned: nothing until the settings are read, as no log is before."""

    make: "Callable[[], Redactor] | None" = None
    own: tuple[str, ...] = ()
    redactor: "Redactor | None" = None

    def look(self, text: str, *, is_public: bool = False) -> list[Leak]:
        """What looks like a secret in a text that would leave."""
        redactor = self.find_redactor()
        return find_leaks(text, redactor, () if is_public else self.own) if redactor else []

    def look_at_lines(self, lines: Sequence[Piece]) -> list[Leak]:
        """What looks like a secret in lines that would be shown in the terminal."""
        redactor = self.find_redactor()
        return find_leaks_in_lines(lines, redactor, self.own) if redactor else []

    def find_redactor(self) -> "Redactor | None":
        if self.redactor is None and self.make:
            self.redactor = self.make()
        return self.redactor


_SCAN = _Scan()


def arm(make: "Callable[[], Redactor]", own: Iterable[str] = ()) -> None:
    """Scan what leaves from now on.

    Args:
        make: makes what finds secrets, when it is first needed.
        own: names of places that the operator has given: shown to him with what is personal in them.
    """
    _SCAN.make, _SCAN.own, _SCAN.redactor = make, tuple(filter(None, own)), None


def find_leaks(document: str, redactor: "Redactor", own: Sequence[str] = ()) -> list[Leak]:
    """What looks like a secret in an outgoing document, also behind its escapes; each rule once a line."""
    leaks: dict[tuple[str, int], Leak] = {}
    for piece in list_pieces(document):
        for rule, at in _scan_piece(piece, redactor, own):
            line = document.count("\n", 0, at) + 1
            column = at - document.rfind("\n", 0, at)
            leaks.setdefault((rule, line), Leak(rule, line, column, piece.field))
    if leaks:
        return sorted(leaks.values(), key=lambda leak: (leak.line, leak.column))
    # Where nothing looks like one, a name may still tell of one.
    named = ((rule, field) for field, entry in list_entries(document) for rule in _name_new(entry, redactor))
    return [Leak(rule, 0, 0, field) for rule, field in named]


def find_leaks_in_lines(lines: Sequence[Piece], redactor: "Redactor", own: Sequence[str] = ()) -> list[Leak]:
    """What looks like a secret in lines, or cells, of which each is one piece."""
    found = ((number, piece, hit) for number, piece in enumerate(lines, 1) for hit in _scan_piece(piece, redactor, own))
    return [Leak(rule, number, at + 1, piece.field) for number, piece, (rule, at) in found]


def _scan_piece(piece: Piece, redactor: "Redactor", own: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Which rules find a secret in a piece, and where in the document."""
    if len(piece.text) < SHORTEST:
        return
    for number, reading in enumerate(list_readings(piece.text, piece.form)):
        for rule, start, end in redactor.find(reading.text):
            if (number and rule in NAMED) or is_harmless(rule, reading.text[start:end], reading.text):
                continue
            if rule in PERSONAL and any(_is_within(reading.text, word, (start, end)) for word in own):
                continue
            yield rule, piece.offset + reading.locate(start)


def _name_new(entry: object, redactor: "Redactor") -> list[str]:
    clean = redactor.entry(entry)
    return [] if clean == entry else sorted(count_marks(json.dumps(entry), json.dumps(clean)))


def _is_within(text: str, word: str, span: tuple[int, int]) -> bool:
    """Whether a span is part of a word that stands in a text."""
    at = text.find(word, max(0, span[1] - len(word)), span[0] + len(word))
    return at >= 0


def check(text: str, name: str, *, after: str = "", is_public: bool = True) -> None:
    """Stop a text that holds what looks like a secret.

    Args:
        text: as it would leave.
        name: what it is, for the message.
        after: what to know beside: what was done already, and how to come by the text.
        is_public: whether others read it too, so that names of the operator's own are no exception.

    Raises:
        LeakError: it does.
    """
    if leaks := _SCAN.look(text, is_public=is_public):
        raise LeakError(_explain(name, leaks, after))


def check_lines(lines: Sequence[Piece], name: str = "what would be shown", *, after: str = "") -> None:
    """Stop lines that hold what looks like a secret.

    Args:
        lines: each of them is one text.
        name: what they are, for the message.
        after: as for `check`.

    Raises:
        LeakError: they do.
    """
    if leaks := _SCAN.look_at_lines(lines):
        raise LeakError(_explain(name, leaks, after))


def _explain(name: str, leaks: Sequence[Leak], after: str) -> str:
    return explain_leaks(name, leaks, f"{LEAK_ADVICE}. {after}" if after else LEAK_ADVICE)


def clean(text: str) -> str:
    """A message that must be told in any case: as it is, or redacted where it would be stopped."""
    if not _SCAN.look_at_lines([Piece(text)]):
        return text
    redacted = _SCAN.redactor.text(text) if _SCAN.redactor else ""
    is_clean = not _SCAN.look_at_lines([Piece(redacted)])
    return redacted if is_clean else "failed; why is not shown, because it holds what looks like a secret"
