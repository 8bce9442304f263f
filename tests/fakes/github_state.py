"""What a repository on the fake GitHub holds, as frozen values with a history.

Every change is a new version with the time and the number of the request that made it. So a listing, or the search
index, can be shown as it was a while ago, as those of GitHub sometimes are.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from tests.fakes.github_accounts import Account

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a version was written: by the fake's clock, and while which request was the latest."""

    at: datetime
    number: int


class History(Generic[Value]):
    """All versions of one thing, oldest first."""

    __slots__ = ("_stamps", "_values")

    def __init__(self, value: Value, stamp: Stamp) -> None:
        self._values = [value]
        self._stamps = [stamp]

    @property
    def now(self) -> Value:
        """The latest version."""
        return self._values[-1]

    def write(self, value: Value, stamp: Stamp) -> None:
        """Add a version."""
        self._values.append(value)
        self._stamps.append(stamp)

    def find(self, horizon: Stamp) -> Value | None:
        """The latest version that was there at both the time and the number; `None` if it did not exist yet."""
        by_time = bisect_right(self._stamps, horizon.at, key=lambda stamp: stamp.at)
        by_number = bisect_right(self._stamps, horizon.number, key=lambda stamp: stamp.number)
        count = min(by_time, by_number)
        return self._values[count - 1] if count else None


@dataclass(frozen=True, slots=True)
class Label:
    """A label of the repository; names differ by more than their case."""

    id: int
    name: str
    color: str = "ededed"
    description: str | None = None
    is_default: bool = False


class Fate(StrEnum):
    """Why an issue is not where it was."""

    DELETED = "deleted"
    TRANSFERRED = "transferred"
    CONVERTED = "converted to a discussion"


@dataclass(frozen=True, slots=True)
class Pull:
    """What makes a pull request of an issue."""

    id: int
    head: str = "feature"
    base: str = "main"
    merged_at: datetime | None = None
    is_draft: bool = False


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue, or a pull request.

    Attributes:
        id: unique on the whole server; `number` is so in the repository only.
        labels: ids, in the order in which they were put on.
        fate: if it is not there any more.
        moved_to: id of the repository and number there, of a transferred one.
        parent: id of the issue whose sub-issue it is.
        children: ids of its sub-issues, in order.
    """

    id: int
    number: int
    author: Account
    title: str
    body: str | None
    created_at: datetime
    updated_at: datetime
    labels: tuple[int, ...] = ()
    assignees: tuple[Account, ...] = ()
    state: str = "open"
    state_reason: str | None = None
    closed_at: datetime | None = None
    closed_by: Account | None = None
    is_locked: bool = False
    lock_reason: str | None = None
    fate: Fate | None = None
    moved_to: tuple[int, int] | None = None
    pull: Pull | None = None
    parent: int | None = None
    children: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on an issue."""

    id: int
    issue: int
    author: Account
    body: str
    created_at: datetime
    updated_at: datetime
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class IssueEvent:
    """Something that was done to an issue, beside writing.

    Attributes:
        details: the members that such events have beside the usual ones.
    """

    id: int
    issue: int
    kind: str
    actor: Account
    at: datetime
    details: dict[str, Any] = field(default_factory=dict)
