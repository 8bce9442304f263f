"""A day's logs through the pipeline of `engines/beam`: what each step takes, on so many workers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain, repeat
from math import ceil
from typing import Any

import numpy as np

from benchmarks.scaling.fleet import Fleet, Phase
from benchmarks.scaling.merging import Merging, find_widths

LEAF_BYTES = 64 << 20
SLOTS = 16
IDENTITY_BYTES = 8
ALL_STEPS = ("start", "measure", "read", "find repeats", "settle", "merge", "finish")


@dataclass(frozen=True, slots=True)
class Costs:
    """What was measured of one core.

    Attributes:
        entry_bytes: of an entry, uncompressed.
        measure_rate: bytes a second that are digested and their newlines counted.
        read_rate: bytes a second that are counted, each entry once.
        repeats_seconds: to find repeats, an identity.
        repeats_bytes: of memory at its peak, an identity.
        unite_seconds: to bring identities into order on the driver, each.
        unite_bytes: of memory at its peak, an identity.
        keep_seconds: to write identities to a state, each.
        judge_seconds: to generalise and judge the whole.
        merging: what tallies cost.
    """

    entry_bytes: float
    measure_rate: float
    read_rate: float
    repeats_seconds: float
    repeats_bytes: float
    unite_seconds: float
    unite_bytes: float
    keep_seconds: float
    judge_seconds: float
    merging: Merging


@dataclass(frozen=True, slots=True)
class Assumed:
    """What cannot be measured on one machine.

    Attributes:
        start_seconds: until workers are there.
        open_seconds: until the first byte of a stretch comes.
        network_rate: bytes a second of one worker, in either direction.
        bundles: of stretches that a worker settles, how many it makes; each sends one tally on.
    """

    start_seconds: float = 120.0
    open_seconds: float = 0.1
    network_rate: float = 200e6
    bundles: int = 4


@dataclass(frozen=True, slots=True)
class Load:
    """What is to be read in one run.

    Attributes:
        volume_bytes: uncompressed.
        hours: that the entries span, at least 1.
        services: each with a file an hour.
        skew: exponent of Zipf's law for the sizes of services; 0 for equal ones.
        busy_times: how many times as much as in a mean hour is written in the busiest.
        repeat_share: of the stretches, those that have an entry which another counts.
        is_divisible: whether files can be cut, which compressed ones cannot.
    """

    volume_bytes: float
    hours: int = 24
    services: int = 40
    skew: float = 1.0
    busy_times: float = 2.0
    repeat_share: float = 0.001
    is_divisible: bool = True

    def list_stretches(self) -> list[float]:
        """The bytes of each, stream after stream."""
        ranks = np.arange(1, self.services + 1) ** -self.skew
        files = np.outer(self._weigh_hours(), ranks / ranks.sum()).ravel() * self.volume_bytes
        if not self.is_divisible:
            return [float(size) for size in files]
        return list(chain.from_iterable(map(_cut, files)))

    def list_slots(self, entry_bytes: float) -> list[float]:
        """The entries of each slot."""
        entries = self.volume_bytes / entry_bytes
        return [float(share) * entries / SLOTS for share in self._weigh_hours() for _ in range(SLOTS)]

    def _weigh_hours(self) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
        """The share of each hour: a wave, its crest so many times its mean."""
        turn = np.arange(self.hours) / self.hours * 2 * np.pi
        weights = 1 + (self.busy_times - 1) * np.cos(turn) if self.hours > 1 else np.ones(1)
        weights = np.maximum(weights, 0)
        return np.asarray(weights / weights.sum(), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Day:
    """A run of the pipeline.

    Attributes:
        load: what is read.
        costs: what was measured.
        assumed: what was not.
        way: how tallies are merged (`merging.find_widths`).
    """

    load: Load
    costs: Costs
    assumed: Assumed = Assumed()
    way: str = "fan-out 16"

    def run(self, fleet: Fleet) -> Mapping[str, Phase]:
        """The steps of `ALL_STEPS`, each after the one before."""
        stretches = self.load.list_stretches()
        bundles = self._count_bundles(fleet, len(stretches))
        phases = (
            Phase(self.assumed.start_seconds, self.assumed.start_seconds * fleet.workers),
            fleet.work(self._list(self._measure, stretches)) if self.load.is_divisible else Phase(0.0, 0.0),
            fleet.work(self._list(self._read, stretches)),
            fleet.work(map(self._find_repeats, self.load.list_slots(self.costs.entry_bytes))),
            fleet.work(self._settle(stretches, bundles)),
            self.merge(fleet, len(stretches)),
            self._finish(len(stretches)),
        )
        return dict(zip(ALL_STEPS, phases, strict=True))

    def merge(self, fleet: Fleet, stretches: int) -> Phase:
        """What bundles of so many stretches become one in, level after level."""
        bundles = self._count_bundles(fleet, stretches)
        widths = find_widths(self.way, bundles)
        levels = list(self.costs.merging.run(fleet, bundles, stretches / bundles, widths))
        return Phase(
            sum(level.seconds for level in levels),
            sum(level.busy_seconds for level in levels),
            sum(level.lost for level in levels),
        )

    @property
    def entries(self) -> float:
        """How many there are."""
        return self.load.volume_bytes / self.costs.entry_bytes

    def _measure(self, size: float) -> float:
        return self.assumed.open_seconds + size / self.costs.measure_rate + size / self.assumed.network_rate

    def _read(self, size: float) -> float:
        """Bytes in, tally and identities out."""
        merging = self.costs.merging
        snapshot = merging.sizes.find_bytes(max(size / LEAF_BYTES, 1))
        sent = (snapshot + size / self.costs.entry_bytes * IDENTITY_BYTES) / self.assumed.network_rate
        read = size / self.costs.read_rate + size / self.assumed.network_rate
        return self.assumed.open_seconds + read + snapshot * merging.write_seconds + sent

    def _find_repeats(self, entries: float) -> float:
        brought = 2 * entries * IDENTITY_BYTES / self.assumed.network_rate
        return brought + entries * self.costs.repeats_seconds

    def _settle(self, stretches: list[float], bundles: int) -> Iterator[float]:
        """Tallies of a bundle become one; those that have repeats are read again."""
        again = np.random.default_rng(len(stretches)).random(len(stretches)) < self.load.repeat_share
        reread = np.zeros(bundles)
        np.add.at(reread, np.flatnonzero(again) % bundles, self._list(self._read, stretches)[again])
        # No more than two lengths of chains: each is added up once.
        chained = cache(partial(self.costs.merging.chain, stretches=1))
        for number in range(bundles):
            yield chained(len(range(number, len(stretches), bundles))) + reread[number]

    def _list(self, work: Callable[[float], float], sizes: list[float]) -> "np.ndarray[Any, np.dtype[np.float64]]":
        """The seconds of each; most sizes are alike."""
        different, places = np.unique(np.asarray(sizes), return_inverse=True)
        return np.asarray([work(float(size)) for size in different])[places]

    def _count_bundles(self, fleet: Fleet, stretches: int) -> int:
        return min(stretches, fleet.workers * self.assumed.bundles)

    def _finish(self, stretches: int) -> Phase:
        """What one machine does at last."""
        merging, entries = self.costs.merging, self.entries
        snapshot = merging.sizes.find_bytes(stretches)
        identities = entries * IDENTITY_BYTES / self.assumed.network_rate
        identities += entries * (self.costs.unite_seconds + self.costs.keep_seconds)
        seconds = snapshot * (merging.read_seconds + merging.network_seconds) + identities + self.costs.judge_seconds
        return Phase(seconds, seconds)


def _cut(size: float) -> Iterator[float]:
    whole = ceil(size / LEAF_BYTES) - 1
    return chain(repeat(float(LEAF_BYTES), whole), [float(size - whole * LEAF_BYTES)])
