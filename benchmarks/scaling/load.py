"""What is to be read in one run: files by hour and service, cut as `engines/beam` cuts them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, repeat
from math import ceil

import numpy as np

from log_gardener._core import LEAF_BYTES
from log_gardener.engines.beam.repeats import SLOTS
from log_gardener.engines.beam.stretch import LEAVES_PER_STRETCH

STRETCH_BYTES = LEAF_BYTES * LEAVES_PER_STRETCH


@dataclass(frozen=True, slots=True)
class Load:
    """Logs, the file of an hour and a service beside the next.

    Attributes:
        volume_bytes: uncompressed.
        hours: that the entries span, at least 1.
        services: each with a file an hour.
        skew: exponent of Zipf's law for the sizes of services; 0 for equal ones.
        busy_times: how many times as much as in a mean hour is written in the busiest, at most 2.
        repeat_share: of the stretches, those that have an entry which another counts.
        is_divisible: whether files can be cut, which compressed ones cannot.
        recalled_bytes: of logs that earlier runs have counted, and that every worker must know again.
    """

    volume_bytes: float
    hours: int = 24
    services: int = 40
    skew: float = 1.0
    busy_times: float = 2.0
    repeat_share: float = 0.001
    is_divisible: bool = True
    recalled_bytes: float = 0.0

    def list_leaves(self) -> list[float]:
        """The bytes of each leaf that is measured before anything is read: those of files longer than a stretch."""
        if not self.is_divisible:
            return []
        return list(chain.from_iterable(_cut(size, LEAF_BYTES) for size in self._list_files() if size > STRETCH_BYTES))

    def list_stretches(self) -> list[float]:
        """The bytes of each stretch, file after file."""
        files = self._list_files()
        return list(chain.from_iterable(_cut(size, STRETCH_BYTES) for size in files)) if self.is_divisible else files

    def list_slots(self, entry_bytes: float) -> list[float]:
        """The entries of each slot."""
        entries = self.volume_bytes / entry_bytes
        return [share * entries / SLOTS for share in self._weigh_hours() for _ in range(SLOTS) if share]

    def _list_files(self) -> list[float]:
        ranks = np.arange(1, self.services + 1) ** -self.skew
        files = np.outer(self._weigh_hours(), ranks / ranks.sum()).ravel() * self.volume_bytes
        return [float(size) for size in files if size]

    def _weigh_hours(self) -> list[float]:
        """The share of each hour: a wave, its crest so many times its mean."""
        turn = np.arange(self.hours) / self.hours * 2 * np.pi
        weights = 1 + (self.busy_times - 1) * np.cos(turn) if self.hours > 1 else np.ones(1)
        weights = np.maximum(weights, 0)
        return [float(share) for share in weights / weights.sum()]


def _cut(size: float, piece: int) -> Iterator[float]:
    whole = max(ceil(size / piece) - 1, 0)
    return chain(repeat(float(piece), whole), [float(size - whole * piece)])
