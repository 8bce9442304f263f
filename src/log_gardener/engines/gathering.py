"""Streams into tallies, several at a time."""

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from queue import SimpleQueue

from log_gardener._core import Reading, Seen, Tally
from log_gardener.engines.stretch_reading import make_reading, read_into
from log_gardener.model.coverage import Problem
from log_gardener.ports import Harvest, Observer, Request, Source, Stream


@dataclass(frozen=True, slots=True)
class _Read:
    """What became of one stream."""

    digest: str
    is_late: bool
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class _Basket:
    """What a worker has read; what arrived late stands apart, so that it can be counted."""

    timely: Tally = field(default_factory=Tally)
    late: Tally = field(default_factory=Tally)

    def merge(self, other: "_Basket") -> "_Basket":
        """Both together."""
        return _Basket(_merge(self.timely, other.timely), _merge(self.late, other.late))


def _merge(one: Tally, other: Tally) -> Tally:
    return one.merge(other) if other.account.read else one


class Gathering:
    """What has been read so far.

    Args:
        request: what is asked for.
        seen: which entries have been counted; `None` to count each as often as it comes.
        observer: whoever shows progress.
        threads: native threads over all streams that are read at a time.
    """

    def __init__(self, request: Request, seen: Seen | None, observer: Observer, threads: int) -> None:
        self._request = request
        self._seen = seen
        self._observer = observer
        self._threads = threads
        self._basket = _Basket()
        self._problems: list[Problem] = []
        self._names: dict[str, str] = {}
        self._digests: list[str] = []
        self._caps: tuple[str, ...] = ()
        self._cursors: dict[str, int] = {}
        self._is_repeatable = not request.is_following
        self._readings: set[Reading] = set()

    def read(self, source: Source, cursor: int | None) -> None:
        """Read one source; `cursor` is up to when earlier runs have read it."""
        before = len(self._problems)
        self._is_repeatable &= source.is_repeatable
        is_told = source.find_progress() is not None
        shown = self._observer.follow(source.name, source.find_progress) if is_told else nullcontext()
        with shown, ThreadPoolExecutor(max(source.workers, 1)) as executor:
            try:
                self._read_all(source, cursor, executor, is_told=is_told)
            except BaseException:
                # Ctrl-C comes here while others read.
                self._stop(source)
                raise
        self._caps += source.find_caps()
        progress = source.find_progress()
        if progress and progress.note:
            # Not in the worklog, which does not depend on how often a network failed.
            self._observer.tell(f"{source.name}: {progress.note}")
        found = source.find_cursor()
        if found is not None and len(self._problems) == before:
            self._cursors[self._request.name_scope(source)] = found

    def harvest(self) -> Harvest:
        """Everything together."""
        timely, late = self._basket.timely, self._basket.late
        return Harvest(
            tally=_merge(timely, late),
            news=tuple(self._seen.news()) if self._seen else (),
            problems=tuple(self._problems),
            names=self._names,
            digests=tuple(self._digests),
            late=late.account.entries,
            caps=self._caps,
            cursors=self._cursors,
            is_repeatable=self._is_repeatable and not late.account.entries,
        )

    def _read_all(self, source: Source, cursor: int | None, executor: ThreadPoolExecutor, *, is_told: bool) -> None:
        workers = max(source.workers, 1)
        # Each worker folds stream after stream into tallies of its own: a merge costs what both tallies hold.
        baskets = [self._basket, *(_Basket() for _ in range(workers - 1))]
        free: SimpleQueue[_Basket] = SimpleQueue()
        for basket in baskets:
            free.put(basket)
        pending: deque[Future[_Read]] = deque()
        for stream in source.streams(self._request, cursor):
            if isinstance(stream, Problem):
                self._problems.append(stream)
                continue
            self._names[stream.identity] = stream.name
            pending.append(executor.submit(self._read_one, stream, free, workers, is_told=is_told))
            if len(pending) == workers:
                self._take(pending.popleft())
        for future in pending:
            self._take(future)
        for basket in baskets[1:]:
            self._basket = self._basket.merge(basket)

    def _read_one(self, stream: Stream, free: SimpleQueue[_Basket], workers: int, *, is_told: bool) -> _Read:
        reading = make_reading(self._request, stream.identity, stream.late)
        self._readings.add(reading)
        shown = nullcontext() if is_told else self._observer.watch(stream.name, stream.size, lambda: reading.bytes)
        basket = free.get()
        target = basket.late if stream.late and not self._request.is_following else basket.timely
        threads = max(self._threads // workers, 1)
        try:
            with shown:
                problem = read_into(target, stream.opened, reading, seen=self._seen, name=stream.name, threads=threads)
        finally:
            free.put(basket)
            self._readings.discard(reading)
        return _Read(reading.digest, bool(stream.late), problem)

    def _take(self, future: Future[_Read]) -> None:
        read = future.result()
        # What arrives late depends on when it is looked for.
        self._digests += [] if read.is_late else [read.digest]
        self._problems += [read.problem] if read.problem else []

    def _stop(self, source: Source) -> None:
        source.stop()
        for reading in tuple(self._readings):
            reading.stop()
