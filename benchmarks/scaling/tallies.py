"""What tallies cost on one core: to count, to send, to merge, to judge."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from benchmarks.scaling.resident import measure_merging
from benchmarks.scaling.splits import make_entries, read_leaves
from benchmarks.scaling.tending import measure_tending
from benchmarks.scaling.timing import measure_least
from log_gardener._core import Reading, Seen, Tally, measure
from log_gardener.engines.beam.stretch import LEAVES_PER_STRETCH

TIMES = 6
"""How often each shape comes: a facet is full of exemplars with four."""


@dataclass(frozen=True, slots=True)
class Mix:
    """The first stretch of a stream: what one worker reads at once.

    Attributes:
        read_rate: bytes a second of one core, duplicates told.
        measure_rate: bytes a second of one core that are digested.
        templates: after generalising.
    """

    name: str
    stretch_bytes: int
    entry_bytes: float
    read_rate: float
    measure_rate: float
    snapshot_bytes: int
    templates: int


@dataclass(frozen=True, slots=True)
class Union:
    """The tally of the first leaves of a stream."""

    leaves: int
    entries: int
    leaf_bytes: int
    snapshot_bytes: int
    merge_seconds: float


@dataclass(frozen=True, slots=True)
class Full:
    """A tally of so many shapes.

    Attributes:
        templates: after generalising, which takes `generalise_seconds`.
        tend_seconds: to judge, remember and write the worklog, without generalising; `None` where it was not measured.
        merging_bytes: the peak of a worker that merges two of them.
    """

    shapes: int
    snapshot_bytes: int
    write_seconds: float
    read_seconds: float
    merge_seconds: float
    generalise_seconds: float
    templates: int
    tend_seconds: float | None
    merging_bytes: int


def count(data: bytes, layout: str = "lines") -> tuple[Tally, Seen]:
    """The tally of a piece of a stream, and what it has met."""
    tally, seen = Tally(), Seen()
    tally.add(data, Reading("piece", input=layout), seen=seen)
    return tally, seen


def measure_mix(name: str, path: Path, layout: str, runs: int) -> Mix:
    """Read the first stretch of a stream, or all of it if it is shorter."""
    stretch = b"".join(islice(read_leaves(path), LEAVES_PER_STRETCH))
    seconds, (tally, _) = measure_least(partial(count, stretch, layout), runs)
    digesting, _ = measure_least(partial(measure, stretch), runs)
    size = len(stretch)
    return Mix(
        name,
        size,
        size / tally.account.entries,
        size / seconds,
        size / digesting,
        len(tally.to_bytes()),
        len(tally.generalise()),
    )


def measure_unions(path: Path) -> Iterator[Union]:
    """Merge leaf after leaf of a stream."""
    whole = Tally()
    for number, leaf in enumerate(read_leaves(path), 1):
        tally, _ = count(leaf)
        seconds, whole = measure_least(partial(whole.merge, tally), 2)
        yield Union(number, whole.account.entries, len(tally.to_bytes()), len(whole.to_bytes()), seconds)


def measure_full(shapes: int, runs: int, *, is_judged: bool) -> Full:
    """Make a tally of so many shapes, and do with it all that is done with tallies."""
    entries = make_entries(shapes, TIMES)
    (one, _), (other, _) = count(entries), count(entries)
    writing, snapshot = measure_least(one.to_bytes, runs)
    reading, _ = measure_least(partial(Tally.from_bytes, snapshot), runs)
    merging, _ = measure_least(partial(one.merge, other), runs)
    generalising, templates = measure_least(one.generalise, runs)
    tending = measure_tending(one, 1) - generalising if is_judged else None
    return Full(
        shapes,
        len(snapshot),
        writing,
        reading,
        merging,
        generalising,
        len(templates),
        tending,
        _measure_merging(snapshot),
    )


def _measure_merging(snapshot: bytes) -> int:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "snapshot"
        path.write_bytes(snapshot)
        return measure_merging(path)
