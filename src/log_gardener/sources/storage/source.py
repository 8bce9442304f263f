"""Cloud Storage: what a log sink writes into a bucket by the hour, and files that were copied there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO, cast

from log_gardener.model.coverage import Probe, Problem
from log_gardener.model.diagnosis import Diagnosis, Mark
from log_gardener.model.instant import from_nanos, to_nanos
from log_gardener.model.window import Window
from log_gardener.ports import Clock, Progress, Request, Source, Stream
from log_gardener.sources.storage.bucket import FAILURES, Bucket, explain_failure, open_bucket
from log_gardener.sources.storage.listing import Found, choose_span, walk
from log_gardener.sources.storage.object_reader import DELAYS_SECONDS, Meter, ObjectReader
from log_gardener.sources.storage.place import ObjectPlace
from log_gardener.sources.storage.sink_names import SCHEME, Address, find_reach, meets
from log_gardener.sources.storage.trials import diagnose_bucket, probe_bucket

# How far this machine's clock may differ from that of the service, which says when objects came.
CLOCK_MARGIN = timedelta(minutes=10)

# Cloud Logging takes entries whose time is up to a day ahead.
AHEAD = timedelta(days=1)

_EPOCH = from_nanos(0)


@dataclass(frozen=True, slots=True)
class StorageOptions:
    """How a bucket is read.

    Attributes:
        workers: objects that are read at the same time.
        late_hours: how far before a window, or a cursor, to look for what arrived since.
        endpoint: where the service is; empty for Google's, or where `STORAGE_EMULATOR_HOST` says.
        delays_seconds: waits before what failed for the moment is tried again.
    """

    workers: int = 4
    late_hours: int = 24
    endpoint: str = ""
    delays_seconds: tuple[float, ...] = DELAYS_SECONDS


@dataclass(frozen=True, slots=True)
class _Cut:
    """What of a bucket a reading takes.

    Attributes:
        is_timely: whether to take what is of the window, whenever it came.
        window: of which times that is; `None` for all.
        late: of which times to take what came since `since`; `None` for none.
    """

    is_timely: bool
    window: Window | None = None
    late: Window | None = None
    since: datetime = _EPOCH

    @property
    def span(self) -> Window | None:
        """All times of which anything is taken; `None` for all that there are."""
        spans = [span for span in (self.window if self.is_timely else None, self.late) if span]
        if not spans or (self.is_timely and self.window is None):
            return None
        return Window(min(span.start for span in spans), max(span.end for span in spans))

    def find_uses(self, found: Found) -> Iterator[Window | None]:
        """`None` to take of an object what is of the window, and the span of which to take what is late."""
        reach = find_reach(found.name)
        if self.is_timely and (reach is None or self.window is None or meets(reach, self.window)):
            yield None
        if self.late and found.created >= self.since and (reach is None or meets(reach, self.late)):
            yield self.late


class StorageSource(Source):
    """An object, a folder or a glob of a bucket.

    Args:
        address: `gs://BUCKET/PREFIX`.
        options: how it is read.
        clock: the present time.

    Raises:
        UsageError: the address names no bucket.
    """

    def __init__(self, address: str, options: StorageOptions, clock: Clock) -> None:
        self._name = address
        self._address = Address.parse(address)
        self._options = options
        self._clock = clock
        self._meter = Meter(options.delays_seconds)
        self._bucket: Bucket | None = None
        # Up to when the latest reading has read what came, and up to when what it read is remembered.
        self._reached: datetime | None = None
        self._remembered: datetime | None = None
        # What the latest reading took, and of what was read while following, when it came.
        self._cut = _Cut(is_timely=True)
        self._opened: list[tuple[Found, ObjectReader]] = []
        self._settled: dict[str, datetime] = {}

    @property
    def name(self) -> str:
        """The argument of the command line."""
        return self._name

    @property
    def workers(self) -> int:
        """Objects that are read at the same time."""
        return self._options.workers

    @property
    def late_hours(self) -> int:
        """How far before a window, or a cursor, to look for what arrived since."""
        return self._options.late_hours

    def streams(self, request: Request, cursor: int | None = None) -> Iterator[Stream | Problem]:
        """Every object of the window by name, and those that came since of the hours before."""
        began = self._clock()
        cut = self._cut = self._find_cut(request, cursor, began)
        self._reached, self._opened = None, []
        try:
            chosen = self._choose(cut)
        except FAILURES as error:
            yield Problem(self.name, self._explain(error))
            return
        self._meter.begin(len(chosen), sum(found.size for found, _ in chosen))
        for place, (found, late) in enumerate(chosen):
            if self._meter.stopped.is_set():
                return
            if reason := self._meter.find_obstacle():
                yield Problem(self.name, f"{len(chosen) - place:,} more objects are not tried: {reason}")
                return
            yield self._open(found, late)
        self._reached = min(began, request.window.end) if request.window else began

    def find_cursor(self) -> int | None:
        """When the latest reading began, if it came to its end; no later than its window ended."""
        return to_nanos(self._reached) if self._reached and not self._meter.stopped.is_set() else None

    def find_progress(self) -> Progress:
        """Objects and bytes, of those that were listed."""
        return self._meter.tell()

    def probe(self, request: Request) -> Probe | Problem | None:
        """Whether sink files show that logs arrived in the window; nothing of what follows, which is asked often."""
        if request.is_following:
            return None
        try:
            return probe_bucket(self._connect(), self._address, request.window, name=self.name)
        except FAILURES as error:
            return Problem(self.name, self._explain(error))

    def settle(self) -> None:
        """What was read while following need not be read again."""
        opened, self._opened = self._opened, []
        if self._reached is None or any(reader.has_failed for _, reader in opened):
            return
        self._remembered = self._reached
        if self._cut.is_timely:
            return
        read = {_identify(found): found.created for found, _ in opened}
        # What came earlier will not be listed again.
        self._settled = {key: at for key, at in (self._settled | read).items() if at >= self._cut.since}

    def stop(self) -> None:
        """End all objects that are being read."""
        self._meter.stopped.set()

    def diagnose(self) -> Iterator[Diagnosis]:
        """Whether the bucket is there, may be listed and read, and has sink files, and how old the newest is."""
        try:
            yield from diagnose_bucket(self._connect(), self._address, self._clock())
        except FAILURES as error:
            yield Diagnosis("bucket", Mark.FAILED, f"{self.name} cannot be asked", self._explain(error))

    def _explain(self, error: Exception) -> str:
        return explain_failure(error, self._address.bucket)

    def _connect(self) -> Bucket:
        """The bucket; raises what the client raises."""
        if self._bucket is None:
            options = self._options
            patience_seconds = sum(options.delays_seconds)
            self._bucket = open_bucket(
                self._address.bucket, options.endpoint, patience_seconds, workers=options.workers
            )
        return self._bucket

    def _find_cut(self, request: Request, cursor: int | None, now: datetime) -> _Cut:
        reach = timedelta(hours=self._options.late_hours)
        known = from_nanos(cursor) if cursor is not None else None
        if request.is_following:
            # Whatever came, of the times whose entries a run knows again.
            late = Window((known or now) - reach, now + AHEAD)
            return _Cut(is_timely=False, late=late, since=(known or self._remembered or now) - CLOCK_MARGIN)
        if request.window is None or known is None or not reach:
            return _Cut(is_timely=True, window=request.window)
        end = min(request.window.start, known)
        return _Cut(is_timely=True, window=request.window, late=Window(end - reach, end), since=known - CLOCK_MARGIN)

    def _choose(self, cut: _Cut) -> Sequence[tuple[Found, Window | None]]:
        """Objects by name, each with the span of which to take what is late; raises what the client raises."""
        bucket, span = self._connect(), cut.span
        pages = walk(bucket.ask, self._address, choose_span(span) if span else None)
        found = sorted((one for page in pages for one in page), key=lambda one: (one.name, one.generation))
        new = (one for one in found if cut.is_timely or _identify(one) not in self._settled)
        return [(one, late) for one in new for late in cut.find_uses(one)]

    def _open(self, found: Found, late: Window | None) -> Stream:
        bucket = self._connect()
        reader = ObjectReader(bucket.fetch, found, self._meter, explain=self._explain)
        self._opened.append((found, reader))
        name = f"{SCHEME}{bucket.name}/"
        options = self._options
        place = ObjectPlace(bucket.name, found, options.endpoint, options.workers, options.delays_seconds)
        opened = cast("BinaryIO", reader)
        return Stream(name + found.name, name + _identify(found), found.size, opened, late, place)


def _identify(found: Found) -> str:
    """The same for the same content of the same object, always."""
    return f"{found.name}#{found.generation}"
