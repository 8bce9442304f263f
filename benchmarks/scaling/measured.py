"""Everything that is measured, in one run on one machine, and what the simulation takes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from statistics import median

from benchmarks.scaling.day import Costs
from benchmarks.scaling.growth import State, measure_states
from benchmarks.scaling.identities import Identities, measure_identities
from benchmarks.scaling.merging import Merging, Sizes
from benchmarks.scaling.splits import read_leaves
from benchmarks.scaling.tallies import (
    Full,
    Mix,
    Union,
    count,
    measure_full,
    measure_mix,
    measure_unions,
)
from benchmarks.scaling.tending import measure_tending

SHAPES = (1_000, 5_000, 20_000, 50_000)
"""The last is how many a tally holds."""

WRITES = 4 / 3
"""Counted in the engine: 4 snapshots of one tally that goes from a bundle to one of 16 and from there to the last."""

MOST_JUDGED = 5_000
IDENTITIES = 4_000_000
STATES = 4


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures.

    Attributes:
        mixes: the first is what the simulation reads.
        unions: of the first mix.
        whole_seconds: to generalise, judge and remember all of the first mix.
    """

    mixes: Sequence[Mix]
    fulls: Sequence[Full]
    unions: Sequence[Union]
    whole_seconds: float
    identities: Identities
    states: Sequence[State]

    @property
    def sizes(self) -> Sizes:
        """Of tallies of the first mix, up to a full one; by whole leaves only."""
        first = self.unions[0].snapshot_bytes
        last = self.unions[-2] if len(self.unions) > 2 else self.unions[-1]  # noqa: PLR2004 - the last leaf may be short
        exponent = log(last.snapshot_bytes / first) / log(last.leaves) if last.leaves > 1 else 0.0
        return Sizes(first, exponent, self.fulls[-1].snapshot_bytes)

    @property
    def full_sizes(self) -> Sizes:
        """Of logs that say so many different things that one stretch fills a tally."""
        return Sizes(self.fulls[-1].snapshot_bytes, 0.0, self.fulls[-1].snapshot_bytes)

    @property
    def tend_seconds(self) -> float:
        """For one template, a fifth of which are of errors, so that more templates can be reckoned."""
        judged = [one for one in self.fulls if one.tend_seconds is not None]
        return (judged[-1].tend_seconds or 0.0) / judged[-1].templates

    def find_costs(self, network_rate: float, *, is_full: bool = False) -> Costs:
        """What the simulation takes of them, for the first mix or for full tallies."""
        mix, own = self.mixes[0], self.identities
        sizes = self.full_sizes if is_full else self.sizes
        full = self.fulls[-1]
        return Costs(
            mix.entry_bytes,
            mix.measure_rate,
            mix.read_rate,
            own.split_seconds,
            own.repeats_seconds,
            own.unite_seconds,
            own.unite_bytes,
            own.keep_seconds,
            own.recall_seconds,
            full.generalise_seconds + self.tend_seconds * full.templates if is_full else self.whole_seconds,
            Merging(
                sizes,
                median(one.read_seconds / one.snapshot_bytes for one in self.fulls),
                median(one.merge_seconds / one.snapshot_bytes / 2 for one in self.fulls),
                median(one.write_seconds / one.snapshot_bytes for one in self.fulls),
                1 / network_rate,
                WRITES,
            ),
        )


def measure_all(streams: Sequence[tuple[str, Path, str]], runs: int, shapes: Sequence[int] = SHAPES) -> Measured:
    """Measure; `streams` are names, files and layouts of lines."""
    first = streams[0][1]
    tally = count(next(read_leaves(first)))[0]
    return Measured(
        [measure_mix(name, path, layout, runs) for name, path, layout in streams],
        [measure_full(number, runs, is_judged=number <= MOST_JUDGED) for number in shapes],
        list(measure_unions(first)),
        measure_tending(tally, runs),
        measure_identities(IDENTITIES, runs),
        list(measure_states(first, STATES)),
    )
