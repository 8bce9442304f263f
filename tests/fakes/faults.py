"""What goes wrong on purpose while entries are listed: by a script, or mixed at random from a seed.

A mixture depends on what is asked and how often the same was asked before, not on the order in which threads come:
the same questions meet the same faults. The same question is refused at most three times in a row.
"""

import threading
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random


class Fault(StrEnum):
    """One thing that goes wrong with one page."""

    UNAVAILABLE = "unavailable, and nothing was done"
    LOST = "unavailable after the work was done: only the answer is lost"
    EXHAUSTED = "the quota is used up, and nobody says until when"
    DEADLINE = "the deadline passed while the page was made"
    INTERNAL = "an internal error"
    EXPIRED = "the page token has expired, for good"
    EMPTY = "a page without entries, but with a token"
    TWICE = "an entry comes twice in the page"
    AGAIN = "entries of the page before come again"
    SHUFFLED = "the entries of the page are out of order"
    LATE = "an entry arrives that should have come on an earlier page"
    SLOW = "the page takes its time"


REFUSING = (
    Fault.UNAVAILABLE,
    Fault.LOST,
    Fault.EXHAUSTED,
    Fault.DEADLINE,
    Fault.INTERNAL,
    Fault.EXPIRED,
    Fault.EMPTY,
)
"""Of these one page has at most one: they bring no entries."""

EVERYTHING: Mapping[Fault, float] = {
    Fault.UNAVAILABLE: 0.05,
    Fault.LOST: 0.05,
    Fault.EXHAUSTED: 0.05,
    Fault.DEADLINE: 0.04,
    Fault.INTERNAL: 0.03,
    Fault.EXPIRED: 0.05,
    Fault.EMPTY: 0.08,
    Fault.TWICE: 0.15,
    Fault.AGAIN: 0.15,
    Fault.SHUFFLED: 0.15,
    Fault.LATE: 0.3,
    Fault.SLOW: 0.1,
}
"""How often each comes, of all pages, where all are mixed."""

MOST_REFUSALS_IN_A_ROW = 3
"""A client that tries four times gets through; one that cannot be satisfied would prove nothing."""


@dataclass(frozen=True, slots=True)
class Draw:
    """What goes wrong with one page, and what else about it is left to chance."""

    faults: frozenset[Fault]
    random: Random

    def __contains__(self, fault: Fault) -> bool:
        """Whether it goes wrong."""
        return fault in self.faults


class Faults:
    """Decides for each listing request what goes wrong. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._script: deque[frozenset[Fault]] = deque()
        self._seed = 0
        self._shares: dict[Fault, float] = {}
        self._asked: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._counts: Counter[Fault] = Counter()

    def script(self, *pages: Fault | tuple[Fault, ...] | None) -> None:
        """Say what goes wrong with the next requests, one after another: nothing, one thing, or several."""
        with self._lock:
            for page in pages:
                faults = page if isinstance(page, tuple) else () if page is None else (page,)
                self._script.append(frozenset(faults))

    def mix(self, seed: int, shares: Mapping[Fault, float] = EVERYTHING) -> None:
        """Let faults come at random, each with its share of the requests, from 0 to 1."""
        with self._lock:
            self._seed, self._shares = seed, dict(shares)

    def stop(self) -> None:
        """Let nothing go wrong any more."""
        with self._lock:
            self._shares.clear()
            self._script.clear()

    @property
    def counts(self) -> dict[Fault, int]:
        """How often each has come so far."""
        with self._lock:
            return dict(self._counts)

    def draw(self, question: str, *, has_token: bool) -> Draw:
        """Decide about one request; `question` is what is asked, without what differs each time."""
        with self._lock:
            attempt = self._asked[question]
            self._asked[question] += 1
            random = Random(f"{self._seed}|{question}|{attempt}")
            faults = self._script.popleft() if self._script else self._mixed(question, random)
            if not has_token:
                faults -= {Fault.EXPIRED}
            self._counts.update(faults)
            return Draw(faults, random)

    def _mixed(self, question: str, random: Random) -> frozenset[Fault]:
        # Every number is drawn, whatever the shares are: so a share that changes leaves the others as they were.
        drawn = {fault: random.random() < self._shares.get(fault, 0) for fault in Fault}
        faults = {fault for fault, is_drawn in drawn.items() if is_drawn}
        refusing = [fault for fault in REFUSING if fault in faults]
        is_enough = self._refused[question] >= MOST_REFUSALS_IN_A_ROW
        faults -= set(refusing if is_enough else refusing[1:])
        self._refused[question] = self._refused[question] + 1 if refusing and not is_enough else 0
        return frozenset(faults)
