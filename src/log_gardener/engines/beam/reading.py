"""A stretch into a tally, on a worker."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import lru_cache
from typing import Any, BinaryIO, cast

import apache_beam as beam
from apache_beam.metrics import Metrics

from log_gardener._core import Seen, Tally
from log_gardener.engines.beam.folder import Folder
from log_gardener.engines.beam.line_range import LineRange
from log_gardener.engines.beam.repeats import split
from log_gardener.engines.beam.stretch import Key, Met, Repeat, Slot, Stretch, Told
from log_gardener.engines.stretch_reading import make_reading, read_into, tell_failure
from log_gardener.model.coverage import Problem
from log_gardener.ports import Request

MET = "met"
TOLD = "told"


class ReadStretch(beam.DoFn):
    """Reads stretches as if there were no others.

    Args:
        request: what is asked for.
        folder: where the run keeps what it needs.
    """

    def __init__(self, request: Request, folder: Folder) -> None:
        self._request = request
        self._folder = folder
        self._bytes = Metrics.counter("log_gardener", "bytes")

    def process(self, stretch: Stretch) -> Iterator[Any]:
        """The stretch, when its tally is in the folder; with tags what it has met, and what is told of it."""
        seen = _recall(self._folder).fork()
        tally, digest, problem, size = _read(stretch, self._request, seen)
        self._bytes.inc(size)
        self._folder.write_part(stretch.name, tally.to_bytes())
        yield stretch.key, stretch
        is_whole = stretch.layout is None and stretch.listed.late is None
        yield beam.pvalue.TaggedOutput(TOLD, Told(stretch.key, digest if is_whole else "", problem))
        for slot, met in _list_met(stretch.key, seen):
            yield beam.pvalue.TaggedOutput(MET, (slot, met))
        self._folder.mark(stretch.key)


class Settle(beam.DoFn):
    """Lets a tally pass, or reads its stretch again without what another stretch counts."""

    def __init__(self, request: Request, folder: Folder) -> None:
        self._request = request
        self._folder = folder

    def process(self, joined: tuple[Key, tuple[Iterable[Stretch], Iterable[Repeat]]]) -> Iterator[tuple[str, str]]:
        """The name of the snapshot, by whether it is of what came in time or late."""
        _, (read, repeats) = joined
        excluded = list(repeats)
        for stretch in read:
            kind = "late" if stretch.listed.late else "timely"
            if not excluded:
                yield kind, stretch.name
                continue
            seen = _recall(self._folder).fork()
            for repeat in excluded:
                seen.exclude(repeat.hour, repeat.identities)
            tally, _, _, _ = _read(stretch, self._request, seen)
            name = f"{stretch.name}.again"
            self._folder.write_part(name, tally.to_bytes())
            yield kind, name


def _read(stretch: Stretch, request: Request, seen: Seen) -> tuple[Tally, str, Problem | None, int]:
    listed = stretch.listed
    reading = make_reading(request, listed.identity, listed.late, layout=stretch.layout, line=stretch.line)
    tally = Tally()
    try:
        opened = _open(stretch)
    except OSError as error:
        return tally, reading.digest, Problem(listed.name, tell_failure(error)), 0
    with closing(opened):
        problem = read_into(tally, opened, reading, seen=seen, name=listed.name)
    return tally, reading.digest, problem, reading.bytes


def _open(stretch: Stretch) -> BinaryIO:
    portable = stretch.listed.portable
    if stretch.layout is None:
        return portable.open()
    return cast("BinaryIO", LineRange(portable, stretch.start, stretch.end))


def _list_met(key: Key, seen: Seen) -> Iterator[tuple[Slot, Met]]:
    for hour, identities in seen.news():
        for slot, share in split(identities):
            yield (hour, slot), Met(key, fresh=share)
    for hour, identities in seen.known():
        for slot, share in split(identities):
            yield (hour, slot), Met(key, known=share)


@lru_cache(maxsize=1)
def _recall(folder: Folder) -> Seen:
    """What earlier runs have counted; read once a process."""
    seen = Seen()
    for hour, identities in folder.read_identities():
        seen.recall(hour, identities)
    for hour in folder.read_closed_hours():
        seen.seal(hour)
    return seen
