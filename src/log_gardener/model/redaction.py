"""What is a secret beside what the core knows, and where one was found."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from log_gardener._core import Redactor

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

_KIND = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_LONGEST_KIND = 32

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


def check_kind(name: str) -> str:
    """A name for a rule of the user's own.

    Raises:
        ValueError: a kind of that name is there already, or it is not in kebab-case.
    """
    if len(name) > _LONGEST_KIND or not _KIND.fullmatch(name):
        msg = f"{name!r} is no name for a kind: lower-case words with hyphens between them, such as customer-id"
        raise ValueError(msg)
    if name in _list_kinds():
        msg = f"{name!r} is a kind that is built in; give another name"
        raise ValueError(msg)
    return name


def check_pattern(pattern: str) -> str:
    """A pattern for secrets.

    Raises:
        ValueError: it does not compile, or matches the empty text, or our own marks.
    """
    _refuse_empty(pattern)
    if any(_matches(pattern, mark) for mark in _list_marks()):
        msg = f"{pattern!r} matches marks such as <email:ab12>, which stand for what is redacted already"
        raise ValueError(msg)
    return pattern


def check_allowed(pattern: str) -> str:
    """A pattern for what is no secret.

    Raises:
        ValueError: it does not compile, or matches the empty text, or anything.
    """
    _refuse_empty(pattern)
    allowing = Redactor(b"", (), [pattern])
    if not any(allowing.find(secret) for secret in _UNLIKE):
        msg = f"{pattern!r} allows everything; say what is no secret, such as '.*@example[.]com'"
        raise ValueError(msg)
    return pattern


# Two that have nothing in common but that they are personal.
_UNLIKE = ("x9@y8z7.net", "93.184.216.34")

# Between what nothing is to be matched: ends of texts and of words, or no end of a word.
_NOTHING_BETWEEN = (("x", ""), ("", "x"), ("-", "-"))

_SECRET_GROUP = re.compile(r"\(\?P?<s>")


def _refuse_empty(pattern: str) -> None:
    try:
        _matches(pattern, "")
    except ValueError as error:
        # The rest of what is told draws where in the pattern, on lines of its own.
        msg = f"{pattern!r} is no regular expression: {str(error).rpartition('error: ')[2]}"
        raise ValueError(msg) from None
    unnamed = _SECRET_GROUP.sub("(?:", pattern)
    if any(_is_probed(f"^{before}(?:{unnamed}){behind}$", before + behind) for before, behind in _NOTHING_BETWEEN):
        msg = f"{pattern!r} matches the empty text; let it need at least a character"
        raise ValueError(msg)


def _matches(pattern: str, text: str) -> bool:
    """Whether a pattern finds anything in a text."""
    return bool(Redactor(b"", [("own", pattern, (), 0.0)]).find(text))


def _is_probed(pattern: str, text: str) -> bool:
    try:
        return _matches(pattern, text)
    except ValueError:
        # What cannot be put between other things, such as a pattern that ends with a comment, is left to its author.
        return False


def _list_kinds() -> list[str]:
    return [kind for kind, _ in Redactor.kinds()]


def _list_marks() -> list[str]:
    """Marks of every kind, whose hash has letters, digits, or both."""
    return [f"<{kind}:{digits}>" for kind in [*_list_kinds(), "own"] for digits in ("abcd", "0123", "4d0d")]
