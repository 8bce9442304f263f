"""What goes wrong on purpose with requests to the fake GitHub: by a script, or mixed from a seed.

    server.faults.mix(seed=7, share=0.2, bursts=0.1)   # one request in five, and stretches in which most fail
    server.faults.script(None, Fault.LOST_CUT)         # the second request from now
    server.faults.on("POST", r"/issues$", Fault.LOST_502, times=1)
    server.faults.stop()                               # things settle

A mixture depends on the seed and the number of the request only.
"""

import re
import threading
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random


class Fault(StrEnum):
    """One thing that goes wrong with one request."""

    REFUSED = "the connection is reset before anything is done"
    CLOSED = "the connection is closed before anything is done"
    SILENCE = "no answer comes, and nothing is done"
    SERVER_ERROR = "500, and nothing is done"
    BAD_GATEWAY = "502, and nothing is done"
    UNAVAILABLE = "503 as a page of HTML, and nothing is done"
    TIMEOUT = "504, and nothing is done"
    SECONDARY = "a secondary limit begins"
    SECONDARY_SILENT = "a secondary limit begins that does not say how long"
    ABUSE = "a secondary limit begins in the words of former years"
    LOST_CUT = "done, then the connection is reset"
    LOST_CLOSED = "done, then the connection is closed without an answer"
    LOST_SILENCE = "done, and no answer comes"
    LOST_502 = "done, and answered with 502"
    LOST_504 = "done, and answered with 504"
    LOST_HALF = "done, and half of the answer comes"

    @property
    def is_after(self) -> bool:
        """Whether the request takes effect all the same."""
        return self.name.startswith("LOST")


STATUSES: Mapping[Fault, int] = {
    Fault.SERVER_ERROR: 500,
    Fault.BAD_GATEWAY: 502,
    Fault.UNAVAILABLE: 503,
    Fault.TIMEOUT: 504,
    Fault.LOST_502: 502,
    Fault.LOST_504: 504,
}
LIMITING = frozenset({Fault.SECONDARY, Fault.SECONDARY_SILENT, Fault.ABUSE})
QUICK: Mapping[Fault, float] = {fault: 1.0 for fault in Fault if "SILENCE" not in fault.name and fault not in LIMITING}
"""How often each comes, one against another, where nobody is to wait for it."""
EVERYTHING: Mapping[Fault, float] = {
    **QUICK,
    Fault.SECONDARY: 0.2,
    Fault.SECONDARY_SILENT: 0.2,
    Fault.ABUSE: 0.1,
    Fault.SILENCE: 0.1,
    Fault.LOST_SILENCE: 0.1,
}
"""The same with limits, which take time of the fake's clock, and with silence, which takes real time."""

BURST_LENGTH = 8
SHARE_IN_A_BURST = 0.9


@dataclass(slots=True)
class _Rule:
    method: str
    path: re.Pattern[str]
    fault: Fault
    times: int
    skipped: int


@dataclass(frozen=True, slots=True)
class Mixture:
    """Faults at random.

    Attributes:
        share: of all requests, 0 to 1.
        bursts: the share of stretches of eight requests in which nearly all fail.
        last: the number of the last request that can be hit; 0 for no end.
    """

    seed: int
    share: float
    weights: tuple[tuple[Fault, float], ...]
    bursts: float = 0.0
    last: int = 0

    def draw(self, number: int) -> Fault | None:
        """What happens to a request."""
        if self.last and number > self.last:
            return None
        share = self.share
        if self.bursts and Random(f"{self.seed}|burst|{number // BURST_LENGTH}").random() < self.bursts:
            share = SHARE_IN_A_BURST
        random = Random(f"{self.seed}|{number}")
        if random.random() >= share:
            return None
        faults = [fault for fault, _ in self.weights]
        return random.choices(faults, [weight for _, weight in self.weights])[0]


class Faults:
    """Decides for each request what goes wrong. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._script: deque[Fault | None] = deque()
        self._rules: list[_Rule] = []
        self._mixture: Mixture | None = None
        self._counts: Counter[Fault] = Counter()

    def script(self, *requests: Fault | None) -> None:
        """Say what goes wrong with the next requests, one after another."""
        with self._lock:
            self._script += requests

    def on(self, method: str, path: str, fault: Fault, *, times: int = 1, skipped: int = 0) -> None:
        """Let requests of a method fail whose path fits a regular expression, after some that do not."""
        with self._lock:
            self._rules.append(_Rule(method, re.compile(path), fault, times, skipped))

    def mix(
        self,
        seed: int,
        share: float = 0.1,
        *,
        weights: Mapping[Fault, float] = QUICK,
        bursts: float = 0.0,
        last: int = 0,
    ) -> None:
        """Let faults come at random; see `Mixture`."""
        with self._lock:
            self._mixture = Mixture(seed, share, tuple(weights.items()), bursts, last)

    def stop(self) -> None:
        """Let nothing go wrong any more."""
        with self._lock:
            self._mixture = None
            self._rules.clear()
            self._script.clear()

    @property
    def counts(self) -> dict[Fault, int]:
        """How often each has come so far."""
        with self._lock:
            return dict(self._counts)

    def draw(self, number: int, method: str, path: str) -> Fault | None:
        """Decide about one request."""
        with self._lock:
            fault = self._decide(number, method, path)
            if fault is not None:
                self._counts[fault] += 1
            return fault

    def _decide(self, number: int, method: str, path: str) -> Fault | None:
        if self._script:
            return self._script.popleft()
        fault = _find(self._rules, method, path)
        if fault is not None:
            return fault
        return self._mixture.draw(number) if self._mixture else None


def _find(rules: Iterable[_Rule], method: str, path: str) -> Fault | None:
    for rule in rules:
        if rule.times and rule.method in (method, "*") and rule.path.search(path):
            if rule.skipped:
                rule.skipped -= 1
                continue
            rule.times -= 1
            return rule.fault
    return None
