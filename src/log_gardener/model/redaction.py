"""What is a secret beside what the core knows, and where one was found."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LEAK_ADVICE = (
    "If it is none, let a pattern of redaction.allowed in the configuration match it; if it is one, please report the "
    "rule and the place, never the secret"
)

# Places that a message names; the rest is counted.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class RedactionRule:
    """A rule of the user's own.

    Attributes:
        name: of the kind; it is in the marks.
        pattern: a regular expression; its group `s`, if there is one, is the secret.
        keywords: one of them must occur in a text, in any case, for the pattern to be tried; none is always.
        entropy: least bits of entropy a character.
        reason: why, for whoever reads it later.
    """

    name: str
    pattern: str
    keywords: tuple[str, ...] = ()
    entropy: float = 0.0
    reason: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Leak:
    """Where outgoing text holds what looks like a secret, never what.

    Attributes:
        rule: the kind of secret.
        line: from 1; 0 where the place has no line of its own, as that of a value whose name tells of it.
        column: in characters, from 1.
        field: what stands there, as far as that is known: a section, a column of a table, a path in JSON.
    """

    rule: str
    line: int
    column: int
    field: str = ""

    def __str__(self) -> str:
        """As people read it."""
        if not self.line:
            return f"{self.rule} in {self.field}"
        return f"{self.rule} at {self.line}:{self.column}" + (f" ({self.field})" if self.field else "")


@dataclass(frozen=True, slots=True, order=True)
class StoredLeak:
    """Where the state holds what looks like a secret, never what.

    Attributes:
        of: the issue or the run that it belongs to; empty where it belongs to none.
        count: how many secrets of that rule are there.
    """

    table: str
    field: str
    of: str
    rule: str
    count: int = 1

    def __str__(self) -> str:
        """As people read it."""
        return f"{self.rule} in {self.table}.{self.field}" + (f" of {self.of}" if self.of else "")


def name_leaks(leaks: Sequence[Leak | StoredLeak]) -> str:
    """The first few, and how many more there are."""
    named = "; ".join(map(str, leaks[:_NAMED]))
    more = len(leaks) - _NAMED
    return named if more <= 0 else f"{named}; and {more} more"


def explain_leaks(name: str, leaks: Sequence[Leak | StoredLeak], advice: str = LEAK_ADVICE) -> str:
    """What was stopped, why, where, and what to do next."""
    return f"{name} is not written, because it holds what looks like a secret: {name_leaks(leaks)}. {advice}"


_MARK = re.compile(r"<[a-z][a-z0-9-]*:[0-9a-f]{4}>")

# A mark, or the name of a variable.
_ATOM = re.compile(r"<[a-z0-9*-]{1,40}(?::[0-9a-f]{4})?>")

# Kinds that are made of digits, and what may stand around an id that is shown.
_NUMBERS = frozenset({"card", "phone"})
_AROUND = " `:\"'"

# Letters and digits beside a mark that are too few to be anything.
_REMNANT = 4


def count_marks(before: str, after: str) -> Counter[str]:
    """The kinds of the marks that a text has got, counted."""
    new = Counter(_MARK.findall(after)) - Counter(_MARK.findall(before))
    return Counter(mark[1:].partition(":")[0] for mark in new.elements())


def is_harmless(rule: str, secret: str, text: str) -> bool:
    """Whether what a rule finds in a text that was redacted before is none.

    It is a mark with next to nothing beside it, as where a text was cut behind one; or a number that is all of the
    text: whether it is an id or a person's, only what stood around it has told.
    """
    if rule in _NUMBERS:
        return text.strip(_AROUND) == secret
    left, marks = _ATOM.subn("", secret)
    return marks > 0 and sum(map(str.isalnum, left)) < _REMNANT


def sum_leaks(leaks: Iterable[StoredLeak]) -> list[StoredLeak]:
    """Each place once, with its secrets counted."""
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for leak in leaks:
        counts[leak.table, leak.field, leak.of, leak.rule] += leak.count
    return [StoredLeak(*key, count) for key, count in sorted(counts.items())]
