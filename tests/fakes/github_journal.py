"""What was asked of the fake GitHub, by whom, and what came of it."""

import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.fakes.github_faults import Fault

READING = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Call:
    """One request.

    Attributes:
        number: from one, in the order in which they came.
        at: by the fake's clock.
        path: without query, as it was asked, without `/api/v3`.
        body: parsed; `None` if there was none.
        login: whose token was used; empty for nobody, `app` for a JWT.
        token: which one.
        route: method and pattern; empty if there is none such.
        status: what was answered; 0 if nothing was.
        fault: what went wrong on purpose, or the name of a kill or a hook that broke off.
        took_effect: whether anything on the server is another since.
        is_conditional: whether it came with `If-None-Match`.
    """

    number: int
    at: datetime
    method: str
    path: str
    query: dict[str, str]
    body: Any
    login: str
    token: str
    route: str
    status: int
    fault: Fault | str | None
    took_effect: bool
    is_conditional: bool = False

    @property
    def is_write(self) -> bool:
        """Whether it asked for a change."""
        return self.method not in READING


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that a well-made client would not send, and the request that did."""

    number: int
    request: str
    why: str


class Journal:
    """All requests, by number. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: dict[int, Call] = {}
        self._violations: list[Violation] = []

    def write(self, call: Call) -> None:
        """Add one."""
        with self._lock:
            self._calls[call.number] = call

    def accuse(self, violation: Violation) -> None:
        """Note what should not have been sent."""
        with self._lock:
            self._violations.append(violation)

    @property
    def violations(self) -> list[Violation]:
        """Routes, parameters and members that there are not."""
        with self._lock:
            return list(self._violations)

    def calls(self, route: str = "") -> list[Call]:
        """All so far; of a route only, such as `POST @/issues`, if one is named."""
        with self._lock:
            ordered = [self._calls[number] for number in sorted(self._calls)]
        return [call for call in ordered if not route or call.route == route]

    def writes(self) -> list[Call]:
        """All that asked for a change, whether it took effect or not; tokens of an app are no change."""
        return [call for call in self.calls() if call.is_write and not call.path.endswith("/access_tokens")]

    def effects(self) -> list[Call]:
        """All that changed something."""
        return [call for call in self.writes() if call.took_effect]

    def methods(self) -> set[str]:
        """All methods that came."""
        return {call.method for call in self.calls()}

    def clear(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._calls.clear()
            self._violations.clear()
