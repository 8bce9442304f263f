"""Workers that take task after task, as a discrete-event simulation: whoever is free first takes the next one."""

import random
from collections import deque
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
        draw = random.Random(self.seed)
        waiting = deque((0.0, seconds) for seconds in self._vary(tasks))
        workers = min(self.workers, len(waiting))
        pace = [self.luck.slow_times if draw.random() < self.luck.slow_share else 1.0 for _ in range(workers)]
        free = [(0.0, worker) for worker in range(workers)]
        end = busy = 0.0
        lost = 0
        while waiting:
            ready, seconds = waiting.popleft()
            at, worker = free[0]
            begun, taken = max(at, ready), seconds * pace[worker]
            if self.luck.lost_share and draw.random() < self.luck.lost_share:
                taken *= draw.random()
                lost += 1
                waiting.append((begun + taken, seconds))
            heapreplace(free, (begun + taken, worker))
            end = max(end, begun + taken)
            busy += taken
        return Phase(end, busy, lost)

    def _vary(self, tasks: Iterable[float]) -> list[float]:
        seconds, spread = np.fromiter(tasks, np.float64), self.luck.spread
        if spread:
            seconds = seconds * np.random.default_rng(self.seed).lognormal(-spread * spread / 2, spread, len(seconds))
        varied: list[float] = seconds.tolist()
        return varied
