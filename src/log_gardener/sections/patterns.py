"""Patterns of the user's own: tried in the core before they are used, so that a wrong one is refused."""

import re

from log_gardener._core import Redactor

_KIND = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_LONGEST_KIND = 32


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
