"""What tallies cost on one core: to count, to send, to merge, to judge."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.scaling.resident import measure_merging
from benchmarks.scaling.splits import make_entries, read_leaves
from benchmarks.scaling.timing import measure_least
from log_gardener._core import Reading, Seen, Tally, measure
from log_gardener.config import Settings
from log_gardener.judging import judge
from log_gardener.model.issue import Memory
from log_gardener.ports import Harvest, Request, Silence
from log_gardener.wiring import assemble, make_sources, tell_time

TIMES = 6
"""How often each shape comes: a facet is full of exemplars with four."""


@dataclass(frozen=True, slots=True)
class Mix:
    """The first leaf of a stream.

    Attributes:
        read_rate: bytes a second of one core, duplicates told.
        measure_rate: bytes a second of one core that are digested.
    """

    name: str
    entry_bytes: float
    read_rate: float
    measure_rate: float
    snapshot_bytes: int


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
        judge_seconds: identify, relate and assess, without generalising; `None` where it was not measured.
        merging_bytes: the peak of a worker that merges two of them.
    """

    shapes: int
    snapshot_bytes: int
    write_seconds: float
    read_seconds: float
    merge_seconds: float
    generalise_seconds: float
    templates: int
    judge_seconds: float | None
    merging_bytes: int


def count(data: bytes, layout: str = "lines") -> tuple[Tally, Seen]:
    """The tally of a leaf, and what it has met."""
    tally, seen = Tally(), Seen()
    tally.add(data, Reading("leaf", input=layout), seen=seen)
    return tally, seen


def measure_mix(name: str, path: Path, layout: str, runs: int) -> Mix:
    """Read the first leaf of a stream."""
    leaf = next(read_leaves(path))
    seconds, (tally, _) = measure_least(partial(count, leaf, layout), runs)
    digesting, _ = measure_least(partial(measure, leaf), runs)
    entry_bytes = len(leaf) / tally.account.entries
    return Mix(name, entry_bytes, len(leaf) / seconds, len(leaf) / digesting, len(tally.to_bytes()))


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
    judging = measure_judging(one, runs) - generalising if is_judged else None
    return Full(
        shapes,
        len(snapshot),
        writing,
        reading,
        merging,
        generalising,
        len(templates),
        judging,
        _measure_merging(snapshot),
    )


def _measure_merging(snapshot: bytes) -> int:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "snapshot"
        path.write_bytes(snapshot)
        return measure_merging(path)


def measure_judging(tally: Tally, runs: int) -> float:
    """Seconds from a tally to its worklog's clusters, an empty memory beside it."""
    parts = assemble(Settings(state=":memory:"), make_sources(["-"], Settings(), tell_time), Silence())
    harvest = Harvest(tally, (), (), {})
    return measure_least(partial(judge, parts, Request(), Memory((), (), None), harvest=harvest), runs)[0]
