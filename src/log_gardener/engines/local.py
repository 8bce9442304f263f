"""One machine: every source read by native threads that share one memory of what was counted."""

import os
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from log_gardener._core import Reading, Seen, Tally
from log_gardener.model.coverage import Problem
from log_gardener.model.issue import Memory
from log_gardener.ports import Harvest, Observer, Request, Source, Stream

# How Rust ends the text of an error of the operating system.
_OS_ERROR = re.compile(r" \(os error \d+\)$")


class LocalEngine:
    """Reads one stream after another, each with several native threads."""

    def __init__(self, threads: int | None = None) -> None:
        """With `threads` counting threads; by default one a core."""
        self._threads = threads or os.cpu_count() or 1

    def tally(self, sources: Sequence[Source], request: Request, memory: Memory, observer: Observer) -> Harvest:
        """Read all sources, counting no entry twice."""
        seen = Seen()
        for hour, identities in memory.identities:
            seen.recall(hour, identities)
        tally = Tally()
        problems: list[Problem] = []
        names: dict[str, str] = {}
        for stream in (stream for source in sources for stream in source.streams()):
            if isinstance(stream, Problem):
                problems.append(stream)
                continue
            names[stream.identity] = stream.name
            problem = self._read(stream, tally, seen, request, observer)
            problems += [problem] if problem else []
        return Harvest(tally, tuple(seen.news()), tuple(problems), names)

    def _read(self, stream: Stream, tally: Tally, seen: Seen, request: Request, observer: Observer) -> Problem | None:
        window = request.window.nanos if request.window else None
        reading = Reading(stream.identity, input=request.input, window=window, service=request.service)
        # In a thread of its own, so that Ctrl-C reaches this one while the native code reads.
        with ThreadPoolExecutor(1) as executor, observer.watch(stream.name, stream.size, lambda: reading.bytes):
            future = executor.submit(tally.add, stream.opened, reading, seen=seen, threads=self._threads)
            try:
                future.result()
            except KeyboardInterrupt:
                reading.stop()
                raise
            except OSError as error:
                return Problem(stream.name, error.strerror or _OS_ERROR.sub("", str(error)))
        return None
