"""One machine: every source read by native threads that share one memory of what was counted."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from log_gardener._core import Reading, Seen, Tally
from log_gardener.engines.gathering import Gathering
from log_gardener.model.issue import Memory
from log_gardener.ports import Harvest, Observer, Request, Rows, Source, Stream


class LocalEngine:
    """Reads source after source, of each as many streams at a time as it says, with several native threads."""

    def __init__(self, threads: int | None = None) -> None:
        """With `threads` counting threads; by default one a core."""
        self._threads = threads or os.cpu_count() or 1

    def tally(self, sources: Sequence[Source], request: Request, memory: Memory | None, observer: Observer) -> Harvest:
        """Read all sources, counting no entry twice; without a memory, as often as it comes."""
        gathering = Gathering(request, _recall(memory) if memory else None, observer, self._threads)
        for source in sources:
            gathering.read(source, memory.cursors.get(request.name_scope(source)) if memory else None)
        return gathering.harvest()

    def assign(
        self, tally: Tally, sources: Sequence[Source], request: Request, observer: Observer, *, rows: Rows
    ) -> int:
        """Read all sources again, on one thread, and write a row for every entry."""
        streams = [stream for source in sources for stream in source.streams(request) if isinstance(stream, Stream)]
        sizes = [stream.size for stream in streams if stream.size is not None]
        size = sum(sizes) if len(sizes) == len(streams) else None
        name = streams[0].name if len(streams) == 1 else f"{len(streams)} sources"
        reading = Reading(input=request.input, application=request.application_frames, library=request.library_frames)
        write = partial(tally.assign, rows.labels, [stream.opened for stream in streams], rows.output, reading)
        watched = observer.watch(f"{name} again, for the rows", size, lambda: reading.bytes)
        # In a thread of its own, so that Ctrl-C reaches this one while the native code reads.
        with watched, ThreadPoolExecutor(1) as executor:
            try:
                return executor.submit(write).result()
            except KeyboardInterrupt:
                reading.stop()
                raise


def _recall(memory: Memory) -> Seen:
    seen = Seen()
    for hour, identities in memory.identities:
        seen.recall(hour, identities)
    for hour in memory.closed_hours:
        seen.seal(hour)
    return seen
