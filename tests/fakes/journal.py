"""What was asked of a fake service, and what came of it."""

import threading
from dataclasses import dataclass
from datetime import datetime

from tests.fakes.faults import Fault
from tests.fakes.logging_filter import Bounds


@dataclass(frozen=True, slots=True)
class Call:
    """One request.

    Attributes:
        method: the last part of its name, such as `ListLogEntries`.
        at: when, by the fake's clock.
        resource_names: what was asked about.
        outcome: `OK`, or the name of the status code.
        message: what a refusal said.
        entries: how many came back.
        has_next: whether a token for another page came back.
        faults: what went wrong on purpose.
        timestamp: which times of entries the filter was bound to.
        received: which times of arrival.
    """

    method: str
    at: datetime
    resource_names: tuple[str, ...] = ()
    filter: str = ""
    order_by: str = ""
    page_size: int = 0
    page_token: str = ""
    outcome: str = "OK"
    message: str = ""
    entries: int = 0
    has_next: bool = False
    faults: frozenset[Fault] = frozenset()
    timestamp: Bounds = Bounds()  # noqa: RUF009 - frozen
    received: Bounds = Bounds()  # noqa: RUF009

    @property
    def is_bounded(self) -> bool:
        """Whether its filter says from when to when entries are wanted."""
        return self.timestamp.is_closed


class Journal:
    """All requests, in the order in which they were answered. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: list[Call] = []

    def write(self, call: Call) -> None:
        """Add one."""
        with self._lock:
            self._calls.append(call)

    def calls(self, method: str = "ListLogEntries") -> list[Call]:
        """All of a method so far."""
        with self._lock:
            return [call for call in self._calls if call.method == method]

    def clear(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._calls.clear()
