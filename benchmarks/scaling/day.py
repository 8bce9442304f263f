"""A run of the pipeline of `engines/beam`: what each step takes, on so many workers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.scaling.fleet import Fleet, Phase
from benchmarks.scaling.load import Load
from benchmarks.scaling.merging import Merging, find_widths
from log_gardener._core import LEAF_BYTES
from log_gardener.engines.beam.repeats import SLOTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

IDENTITY_BYTES = 8

ALL_STEPS = ("start", "measure", "recall", "read", "find repeats", "settle", "merge", "finish")

DRIVEN = "finish"
"""The step of the machine that has called, when the workers have gone."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What was measured of one core.

    Attributes:
        entry_bytes: of an entry, uncompressed.
        measure_rate: bytes a second that are digested and their newlines counted.
        read_rate: bytes a second that are counted, each entry once.
        split_seconds: to deal an identity out to its slot.
        repeats_seconds: to find repeats, an identity.
        unite_seconds: to bring identities into order on the driver, each.
        unite_bytes: of the driver's memory at its peak, an identity.
        keep_seconds: to write identities to a state, each.
        recall_seconds: for a worker to learn an identity that an earlier run has counted.
        tend_seconds: to generalise, judge and remember the whole, and to write its worklog.
        merging: what tallies cost.
    """

    entry_bytes: float
    measure_rate: float
    read_rate: float
    split_seconds: float
    repeats_seconds: float
    unite_seconds: float
    unite_bytes: float
    keep_seconds: float
    recall_seconds: float
    tend_seconds: float
    merging: Merging


@dataclass(frozen=True, slots=True)
class Assumed:
    """What cannot be measured on one machine.

    Attributes:
        start_seconds: until workers are there.
        open_seconds: until the first byte of anything in a bucket comes.
        network_rate: bytes a second of one worker, in either direction.
        bundles: of stretches that a worker settles, how many it makes; each sends one tally on.
        threads: on one machine of four cores without Beam, how many times as fast as one core it counts.
    """

    start_seconds: float = 120.0
    open_seconds: float = 0.1
    network_rate: float = 200e6
    bundles: int = 4
    threads: float = 3.0


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
        recall = self._recall()
        phases = (
            Phase(self.assumed.start_seconds, self.assumed.start_seconds * fleet.workers),
            fleet.work(self._list(self._measure, self.load.list_leaves())),
            Phase(recall, recall * fleet.workers),
            fleet.work(self._list(self._read, stretches)),
            fleet.work(map(self._find_repeats, self.load.list_slots(self.costs.entry_bytes))),
            fleet.work(self._settle(stretches, bundles)),
            self.merge(fleet, len(stretches)),
            self.finish(),
        )
        return dict(zip(ALL_STEPS, phases, strict=True))

    def merge(self, fleet: Fleet, stretches: int) -> Phase:
        """What bundles of so many stretches become one in, level after level."""
        bundles = self._count_bundles(fleet, stretches)
        widths = find_widths(self.way, bundles)
        levels = list(self.costs.merging.run(fleet, bundles, self._count_leaves() / bundles, widths))
        return Phase(
            sum(level.seconds for level in levels),
            sum(level.busy_seconds for level in levels),
            sum(level.lost for level in levels),
        )

    def finish(self) -> Phase:
        """What one machine does at last."""
        merging, costs, network = self.costs.merging, self.costs, self.assumed.network_rate
        snapshot = merging.sizes.find_bytes(max(self._count_leaves(), 1))
        opened = self.assumed.open_seconds * self.load.hours * SLOTS
        identities = self.entries * (IDENTITY_BYTES / network + costs.unite_seconds + costs.keep_seconds)
        seconds = snapshot * (merging.read_seconds + merging.network_seconds) + opened + identities + costs.tend_seconds
        return Phase(seconds, seconds)

    @property
    def entries(self) -> float:
        """How many there are."""
        return self.load.volume_bytes / self.costs.entry_bytes

    @property
    def driver_bytes(self) -> float:
        """Of the driver's memory, for identities at their peak."""
        return self.entries * self.costs.unite_bytes

    def _measure(self, size: float) -> float:
        return self.assumed.open_seconds + size / self.costs.measure_rate + size / self.assumed.network_rate

    def _recall(self) -> float:
        """Every worker learns what earlier runs have counted."""
        known = self.load.recalled_bytes / self.costs.entry_bytes
        return known * (self.costs.recall_seconds + IDENTITY_BYTES / self.assumed.network_rate)

    def _read(self, size: float) -> float:
        """Bytes in, tally and identities out."""
        merging, entries = self.costs.merging, size / self.costs.entry_bytes
        snapshot = merging.sizes.find_bytes(max(size / LEAF_BYTES, 1))
        sent = (snapshot + entries * IDENTITY_BYTES) / self.assumed.network_rate
        read = size / self.costs.read_rate + size / self.assumed.network_rate
        made = snapshot * merging.write_seconds + entries * self.costs.split_seconds
        return self.assumed.open_seconds + read + made + sent

    def _find_repeats(self, entries: float) -> float:
        brought = 2 * entries * IDENTITY_BYTES / self.assumed.network_rate
        return brought + entries * self.costs.repeats_seconds

    def _settle(self, stretches: list[float], bundles: int) -> Iterator[float]:
        """Tallies of a bundle become one; those that have repeats are read again."""
        again = np.random.default_rng(len(stretches)).random(len(stretches)) < self.load.repeat_share
        reread = np.zeros(bundles)
        np.add.at(reread, np.flatnonzero(again) % bundles, self._list(self._read, stretches)[again])
        leaves = self._count_leaves() / len(stretches)

        # No more than two lengths of chains: each is added up once.
        @cache
        def chained(count: int) -> float:
            return self.costs.merging.chain(count, leaves) + count * self.assumed.open_seconds

        for number in range(bundles):
            yield chained(len(range(number, len(stretches), bundles))) + reread[number]

    def _list(self, work: Callable[[float], float], sizes: list[float]) -> "NDArray[np.float64]":
        """The seconds of each; most sizes are alike."""
        different, places = np.unique(np.asarray(sizes, np.float64), return_inverse=True)
        return np.asarray([work(float(size)) for size in different], np.float64)[places]

    def _count_bundles(self, fleet: Fleet, stretches: int) -> int:
        return min(stretches, fleet.workers * self.assumed.bundles)

    def _count_leaves(self) -> float:
        return self.load.volume_bytes / LEAF_BYTES
