"""What has changed since the previous run."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from log_gardener.model.priority import Priority
from log_gardener.model.window import Window


class Change(StrEnum):
    """What became of an issue from one side to the other."""

    REGRESSED = "regressed"
    NEW = "new"
    UP = "up"
    DOWN = "down"
    GONE = "gone"
    SAME = "same"

    @property
    def is_worse(self) -> bool:
        """Whether there is more of the issue than before."""
        return self in {Change.NEW, Change.UP, Change.REGRESSED}


@dataclass(frozen=True, slots=True)
class Changed:
    """An issue of which there is more or less than in the previous run.

    Attributes:
        id: the issue, as people's merges have it now.
        priority: as this run saw it; of what is gone, as the previous one did.
        change: never `SAME`.
        before: its entries in the previous run.
        after: its entries in this one.
        is_sure: whether it is more than chance; what is new or regressed is so by memory, and always sure.
    """

    id: str
    title: str
    priority: Priority
    change: Change
    before: int
    after: int
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """A run against the previous one that was asked for the same.

    Attributes:
        run: the number of the previous run.
        generated: when it ran, UTC, to the minute.
        window: what it read.
        changes: by kind in the order of `Change`, then the most urgent first.
        notes: what the comparison cannot tell, and how it was made, in words; no full stop.
    """

    run: int
    generated: datetime
    window: Window
    changes: tuple[Changed, ...]
    notes: tuple[str, ...] = ()

    def count(self, change: Change) -> int:
        """How many issues have changed so."""
        return sum(one.change is change for one in self.changes)
