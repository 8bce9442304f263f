"""Every tracker on a bench: what people do there, and what has become of our writes, said alike for all of them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from log_gardener.errors import LostAnswerError
from log_gardener.ports import Tracker
from tests.contracts.github_bench import APP, ENTERPRISE, PERSON, serve_bench
from tests.fakes.standing_clock import StandingClock
from tests.fakes.ticket_box import TicketBox, Trouble

BOX = "box"
KINDS = (BOX, PERSON, APP, ENTERPRISE)


class Bench(Protocol):
    """A tracker, and all that happens to it from outside."""

    @property
    def tracker(self) -> Tracker: ...

    @property
    def clock(self) -> StandingClock: ...

    def open(self, title: str, body: str = "", labels: Sequence[str] = ()) -> int: ...

    def comment(self, number: int, text: str) -> None: ...

    def edit(self, number: int, *, title: str | None = None, body: str | None = None) -> None: ...

    def close(self, number: int) -> None: ...

    def label(self, number: int, label: str) -> None: ...

    def unlabel(self, number: int, label: str) -> None: ...

    def assign(self, number: int) -> None: ...

    def lock(self, number: int) -> None: ...

    def delete(self, number: int) -> None: ...

    def transfer(self, number: int) -> None: ...

    def archive(self) -> None: ...

    def lose(self, method: str, *, is_after: bool) -> None:
        """The next write by a method of the port gets no answer, before or after it took effect."""

    def describe(self, label: str) -> str | None:
        """What a label says, as it is kept; `None` if there is none."""

    def count_writes(self) -> int:
        """How many writes of ours took effect."""


class BoxBench:
    """The tracker in memory."""

    def __init__(self) -> None:
        self.clock = StandingClock()
        self._box = TicketBox(self.clock)
        self.tracker: Tracker = self._box

    def open(self, title: str, body: str = "", labels: Sequence[str] = ()) -> int:
        return self._box.people.open(title, body, labels).number

    def comment(self, number: int, text: str) -> None:
        self._box.people.comment(number, text)

    def edit(self, number: int, *, title: str | None = None, body: str | None = None) -> None:
        self._box.people.edit(number, title=title, body=body)

    def close(self, number: int) -> None:
        self._box.people.close(number)

    def label(self, number: int, label: str) -> None:
        self._box.people.label(number, label)

    def unlabel(self, number: int, label: str) -> None:
        self._box.people.unlabel(number, label)

    def assign(self, number: int) -> None:
        self._box.people.assign(number)

    def lock(self, number: int) -> None:
        self._box.people.lock(number)

    def delete(self, number: int) -> None:
        self._box.people.delete(number)

    def transfer(self, number: int) -> None:
        self._box.people.transfer(number)

    def archive(self) -> None:
        self._box.closed_for = "github.com/acme/shop is archived"

    def lose(self, method: str, *, is_after: bool) -> None:
        self._box.troubles.append(Trouble(LostAnswerError("lost"), is_after=is_after, methods=frozenset({method})))

    def describe(self, label: str) -> str | None:
        return self._box.labels.get(label)

    def count_writes(self) -> int:
        return len(self._box.journal)


@contextmanager
def make_bench(kind: str) -> Iterator[Bench]:
    """A bench with an empty tracker."""
    if kind == BOX:
        yield BoxBench()
        return
    with serve_bench(kind) as bench:
        yield bench
