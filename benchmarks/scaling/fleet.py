"""Workers that take task after task, as a discrete-event simulation: whoever is free first takes the next one."""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heapreplace

import numpy as np


@dataclass(frozen=True, slots=True)
class Luck:
    """How far machines are from doing the same work in the same time.

    Attributes:
        spread: sigma of the lognormal factor of each task, whose mean is 1.
        slow_share: of the machines, those that are slow.
        slow_times: how many times as long they take.
        lost_share: of the tasks, those that are lost on their way and begin anew.
    """

    spread: float = 0.0
    slow_share: float = 0.0
    slow_times: float = 1.0
    lost_share: float = 0.0


EVEN = Luck()
REAL = Luck(spread=0.25, slow_share=0.01, slow_times=3.0, lost_share=0.001)
"""Assumed: what clusters are like."""


@dataclass(frozen=True, slots=True)
class Phase:
    """What has become of tasks.

    Attributes:
        seconds: from the first to the end of the last.
        busy_seconds: what all workers took for them, lost attempts too.
        lost: attempts that came to nothing.
    """

    seconds: float
    busy_seconds: float
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Fleet:
    """Machines of one core each.

    Attributes:
        workers: how many; at least one.
        luck: how far they are from equal.
        seed: of what is drawn: the same seed, the same fate.

    Raises:
        ValueError: there is no worker.
    """

    workers: int
    luck: Luck = EVEN
    seed: int = 10

    def __post_init__(self) -> None:
        if self.workers < 1:
            msg = "work takes a worker"
            raise ValueError(msg)

    def work(self, tasks: Iterable[float]) -> Phase:
        """Do tasks, told by the seconds that they take on a machine that is not slow, in their order."""
        draw = np.random.default_rng(self.seed)
        seconds = self._vary(tasks, draw)
        workers = min(self.workers, len(seconds))
        if not workers:
            return Phase(0.0, 0.0)
        slow = draw.random(workers) < self.luck.slow_share
        pace: list[float] = np.where(slow, self.luck.slow_times, 1.0).tolist()
        free = [(0.0, worker) for worker in range(workers)]
        lost, busy = [], 0.0
        for task, share in zip(seconds, self._draw_shares(len(seconds), draw), strict=True):
            begun, worker = free[0]
            taken = task * pace[worker] * share
            heapreplace(free, (begun + taken, worker))
            busy += taken
            if share < 1:
                lost.append((begun + taken, task))
        # What was lost begins anew behind all others, and may be lost again.
        for ready, task in lost:
            at, worker = free[0]
            begun, (share,) = max(at, ready), self._draw_shares(1, draw)
            taken = task * pace[worker] * share
            heapreplace(free, (begun + taken, worker))
            busy += taken
            if share < 1:
                lost.append((begun + taken, task))
        return Phase(max(end for end, _ in free), busy, len(lost))

    def _vary(self, tasks: Iterable[float], draw: np.random.Generator) -> list[float]:
        seconds, spread = np.fromiter(tasks, np.float64), self.luck.spread
        if spread:
            seconds = seconds * draw.lognormal(-spread * spread / 2, spread, len(seconds))
        varied: list[float] = seconds.tolist()
        return varied

    def _draw_shares(self, count: int, draw: np.random.Generator) -> list[float]:
        """How much of each task is done before it is lost; all of it, where it is not."""
        is_lost = draw.random(count) < self.luck.lost_share
        shares: list[float] = np.where(is_lost, draw.random(count), 1.0).tolist()
        return shares
