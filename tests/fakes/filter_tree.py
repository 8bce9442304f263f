"""What a filter of the Logging query language says, as a tree, and how one is refused."""

from dataclasses import dataclass
from typing import TypeAlias


class FilterError(ValueError):
    """A filter that the service refuses: the reason, and where.

    Args:
        reason: what is wrong, in words.
        text: the whole filter.
        at: where, as an index into `text`.
    """

    def __init__(self, reason: str, text: str, at: int) -> None:
        before = text[:at]
        line = before.count("\n") + 1
        column = at - (before.rfind("\n") + 1) + 1
        token = text[at : at + 1] or "<EOF>"
        super().__init__(f"Unparseable filter: {reason} at line {line}, column {column}, token '{token}'")


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as it is written; the star of `field:*` is an unquoted one."""

    text: str
    is_quoted: bool
    at: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field against a value."""

    path: tuple[str, ...]
    operator: str
    value: Literal
    at: int


@dataclass(frozen=True, slots=True)
class Anywhere:
    """A text that any field may contain."""

    text: str


@dataclass(frozen=True, slots=True)
class InLog:
    """The log of an id, in whatever project or folder it lies."""

    log_id: str


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold; without parts, always."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Without:
    """The part does not hold."""

    part: "Node"


Node: TypeAlias = Comparison | Anywhere | InLog | Every | Some | Without
