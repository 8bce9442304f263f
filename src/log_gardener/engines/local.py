"""One machine: every source read by native threads that share one memory of what was counted."""

import os
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from log_gardener._core import Reading, Seen, Tally
from log_gardener.model.coverage import Problem
from log_gardener.model.issue import Memory
from log_gardener.ports import Harvest, Observer, Request, Rows, Source, Stream

_Result = TypeVar("_Result")

# How Rust ends the text of an error of the operating system.
_OS_ERROR = re.compile(r" \(os error \d+\)$")


class LocalEngine:
    """Reads one stream after another, each with several native threads."""

    def __init__(self, threads: int | None = None) -> None:
        """With `threads` counting threads; by default one a core."""
        self._threads = threads or os.cpu_count() or 1

    def tally(self, sources: Sequence[Source], request: Request, memory: Memory | None, observer: Observer) -> Harvest:
        """Read all sources, counting no entry twice; without a memory, as often as it comes."""
        seen = _recall(memory) if memory else None
        tally = Tally()
        problems: list[Problem] = []
        names: dict[str, str] = {}
        digests: list[str] = []
        for stream in (stream for source in sources for stream in source.streams()):
            if isinstance(stream, Problem):
                problems.append(stream)
                continue
            names[stream.identity] = stream.name
            digest, problem = self._read(stream, tally, seen, request, observer)
            digests.append(digest)
            problems += [problem] if problem else []
        return Harvest(tally, tuple(seen.news()) if seen else (), tuple(problems), names, tuple(digests))

    def assign(
        self, tally: Tally, sources: Sequence[Source], request: Request, observer: Observer, *, rows: Rows
    ) -> int:
        """Read all sources again, on one thread, and write a row for every entry."""
        streams = [stream for source in sources for stream in source.streams() if isinstance(stream, Stream)]
        sizes = [stream.size for stream in streams if stream.size is not None]
        size = sum(sizes) if len(sizes) == len(streams) else None
        name = streams[0].name if len(streams) == 1 else f"{len(streams)} sources"
        reading = Reading(input=request.input, application=request.application_frames, library=request.library_frames)
        write = partial(tally.assign, rows.labels, [stream.opened for stream in streams], rows.output, reading)
        with observer.watch(f"{name} again, for the rows", size, lambda: reading.bytes):
            return _wait(reading, write)

    def _read(
        self, stream: Stream, tally: Tally, seen: Seen | None, request: Request, observer: Observer
    ) -> tuple[str, Problem | None]:
        window = request.window.nanos if request.window else None
        reading = Reading(
            stream.identity,
            input=request.input,
            window=window,
            service=request.service,
            application=request.application_frames,
            library=request.library_frames,
        )
        count = partial(tally.add, stream.opened, reading, seen=seen, threads=self._threads)
        try:
            with observer.watch(stream.name, stream.size, lambda: reading.bytes):
                _wait(reading, count)
        except OSError as error:
            return reading.digest, Problem(stream.name, error.strerror or _OS_ERROR.sub("", str(error)))
        return reading.digest, None


def _recall(memory: Memory) -> Seen:
    seen = Seen()
    for hour, identities in memory.identities:
        seen.recall(hour, identities)
    for hour in memory.closed_hours:
        seen.seal(hour)
    return seen


def _wait(reading: Reading, work: Callable[[], _Result]) -> _Result:
    """Work in a thread of its own, so that Ctrl-C reaches this one while the native code reads."""
    with ThreadPoolExecutor(1) as executor:
        future = executor.submit(work)
        try:
            return future.result()
        except KeyboardInterrupt:
            reading.stop()
            raise
