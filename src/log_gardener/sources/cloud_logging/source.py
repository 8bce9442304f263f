"""Cloud Logging itself: listed by time, and followed as entries arrive."""

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from google.cloud.logging_v2.types import ListLogEntriesRequest

from log_gardener.errors import UsageError
from log_gardener.model.coverage import Probe, Problem
from log_gardener.model.diagnosis import Diagnosis
from log_gardener.model.instant import NANOS_PER_HOUR, from_nanos, to_nanos, to_span
from log_gardener.model.window import Window
from log_gardener.ports import Clock, Progress, Request, Source, Stream
from log_gardener.sources.cloud_logging.address import Address
from log_gardener.sources.cloud_logging.arrival import AHEAD
from log_gardener.sources.cloud_logging.fetching import IMPATIENT, Fetcher, Logs, Patience
from log_gardener.sources.cloud_logging.filters import Selection, Span, check_own
from log_gardener.sources.cloud_logging.following import Follower, Slot
from log_gardener.sources.cloud_logging.line_reader import LineReader
from log_gardener.sources.cloud_logging.pace import Pace
from log_gardener.sources.cloud_logging.probe import Prober
from log_gardener.sources.cloud_logging.service import FAILURES, Endpoint, LoggingService, TailCall, connect
from log_gardener.sources.cloud_logging.slicing import Course
from log_gardener.sources.cloud_logging.token_bucket import Quota, find_bucket
from log_gardener.sources.cloud_logging.trials import Trials
from log_gardener.sources.cloud_logging.window_reading import Late, WindowReading
from log_gardener.sources.google import find_credentials, is_loopback

# What reading needs of the credentials, and no more.
SCOPES = ("https://www.googleapis.com/auth/logging.read",)

# The longest that a log bucket can keep entries.
LONGEST_RETENTION_HOURS = 3_650 * 24


@dataclass(frozen=True, slots=True)
class LoggingOptions:
    """How Cloud Logging is read.

    Attributes:
        filter: the user's own filter, in the Logging query language.
        reads_per_minute: how often to ask for a page of 1,000 entries.
        workers: parts of the window that are read at the same time.
        late_hours: how far before a window, or a cursor, to look for what arrived since.
        endpoint: `host:port` of an emulator on this machine; empty for Google's.
        quota_project: whose quota is used; empty for that of the credentials.
        is_tailing: whether to let the service send entries as they come, where they are followed.
        patience_seconds: how long to wait for a quota that is used up.
    """

    filter: str = ""
    reads_per_minute: int = 60
    workers: int = 4
    late_hours: int = 24
    endpoint: str = ""
    quota_project: str = ""
    is_tailing: bool = True
    patience_seconds: float = 600.0


class CloudLoggingSource(Source):
    """A project, folder, organisation, billing account or view of a log bucket.

    Args:
        address: `logging://PROJECT`, or a resource name behind `logging://`.
        options: how it is read.
        clock: the present time.
        pace: how to wait.

    Raises:
        UsageError: the address names nothing, the filter does not stand for itself, or the endpoint is not on this
            machine.
    """

    def __init__(self, address: str, options: LoggingOptions, clock: Clock, pace: Pace | None = None) -> None:
        self._name = address
        self._address = Address.parse(address)
        self._options = options
        self._own = check_own(options.filter)
        self._clock = clock
        if options.endpoint and not is_loopback(options.endpoint):
            msg = f"the endpoint {options.endpoint} is not on this machine; without one, Google's own is used"
            raise UsageError(msg)
        self._pace = pace or Pace()
        self._logs = self._make_logs(Patience(options.patience_seconds))
        open_tail = self._open_tail if options.is_tailing else None
        self._follower = Follower(self._logs, open_tail, clock=clock, pace=self._pace)
        self._service: LoggingService | None = None
        self._reading: WindowReading | LineReader | None = None
        # Up to when the latest reading has read what arrived, if it was whole, and up to when that is remembered.
        self._reached: int | None = None
        self._remembered: int | None = None

    @property
    def name(self) -> str:
        """The argument of the command line."""
        return self._name

    @property
    def restriction(self) -> str:
        """A digest of the user's own filter."""
        return hashlib.blake2b(self._own.encode(), digest_size=8).hexdigest() if self._own else ""

    @property
    def workers(self) -> int:
        """Parts of the window that are read at the same time."""
        return self._options.workers

    @property
    def late_hours(self) -> int:
        """How far before a window, or a cursor, to look for what arrived since."""
        return self._options.late_hours

    def streams(self, request: Request, cursor: int | None = None) -> Iterator[Stream | Problem]:
        """Slices of the window and what arrived late, or what has arrived since the cursor."""
        self._reading = self._reached = None
        self._logs.fetcher.begin()
        if self._logs.fetcher.stopped.is_set():
            return
        try:
            self._connect()
        except FAILURES as error:
            yield Problem(self.name, self._logs.explain(error))
            return
        if request.is_following:
            yield self._follow(request, cursor)
        else:
            yield from self._read(request, cursor)

    def find_cursor(self) -> int | None:
        """When the latest reading began, if it was whole; no later than its window ended."""
        if self._reading is None or not self._reading.is_whole:
            return None
        return self._follower.reached if isinstance(self._reading, LineReader) else self._reached

    def find_progress(self) -> Progress:
        """The share of the window's time, and how many pages and entries that was."""
        meter, bucket = self._logs.fetcher.meter, self._logs.fetcher.bucket
        notes = [f"{meter.pages:,} {'page' if meter.pages == 1 else 'pages'}, {meter.entries:,} entries"]
        if isinstance(self._reading, LineReader):
            notes.append(self._follower.tell())
        delay = math.ceil(bucket.find_delay())
        if delay:
            notes.append(f"waiting {delay} s for quota")
        if bucket.find_rate() < bucket.limit:
            notes.append(f"slowed down to {bucket.find_rate():.0f} pages a minute, since the quota was used up")
        share = self._reading.find_share() if isinstance(self._reading, WindowReading) else None
        return Progress(share, "; ".join(filter(None, notes)))

    def probe(self, request: Request) -> Probe | Problem:
        """The newest entry of any severity, in the window or before it."""
        try:
            self._connect()
            return Prober(self._logs).probe(request.service, self._find_span(request))
        except FAILURES as error:
            return Problem(self.name, self._logs.explain(error))
        except OSError as error:
            return Problem(self.name, str(error))

    def settle(self) -> None:
        """What was read is remembered, so that following goes on from there."""
        found = self.find_cursor()
        if found is not None:
            self._remembered = found

    def stop(self) -> None:
        """End all listings, and the wait for more."""
        self._logs.fetcher.stopped.set()
        if isinstance(self._reading, WindowReading):
            self._reading.end()

    def close(self) -> None:
        """End the session that is told what arrives, and the connections."""
        self._follower.close()
        if self._service is not None:
            self._service.close()
            self._service = None

    def diagnose(self) -> Iterator[Diagnosis]:
        """Try each permission, and see how old the newest entry is and what is left of the quota."""
        logs = self._make_logs(IMPATIENT)
        yield from Trials(logs, self._address, self._connect, to_nanos(self._clock())).run()

    def _make_logs(self, patience: Patience) -> Logs:
        options = self._options
        quota = Quota(options.endpoint, options.quota_project, options.reads_per_minute, self._pace)
        fetcher = Fetcher(self._ask, find_bucket(quota), pace=self._pace, patience=patience)
        return Logs(fetcher, self._address.resource, self._name)

    def _connect(self) -> LoggingService:
        """The service; raises what the client raises."""
        if self._service is None:
            options = self._options
            credentials = None if options.endpoint else find_credentials(SCOPES, options.quota_project)
            self._service = connect(Endpoint(options.endpoint, options.quota_project), credentials)
        return self._service

    def _ask(self, request: ListLogEntriesRequest) -> bytes:
        return self._connect().list_page(request)

    def _open_tail(self, text: str) -> TailCall:
        return self._connect().open_tail(self._address.resource, text)

    def _find_span(self, request: Request) -> Span:
        if request.window is not None:
            return request.window.nanos
        now = to_nanos(self._clock())
        return now - LONGEST_RETENTION_HOURS * NANOS_PER_HOUR, now

    def _read(self, request: Request, cursor: int | None) -> Iterator[Stream | Problem]:
        began = to_nanos(self._clock())
        span = start, end = self._find_span(request)
        late = None
        if cursor is not None and end > cursor and self._options.late_hours:
            until = min(start, cursor)
            late = Late((until - self._options.late_hours * NANOS_PER_HOUR, until), cursor)
        # What was read up to a later time before is not forgotten for an earlier window.
        self._reached = min(began, end) if cursor is None or end > cursor else None
        selection = Selection.of(request, self._own)
        reading = WindowReading(self._logs, selection, Course(span, self.workers), began=began)
        self._reading = reading
        yield from reading.streams(late)

    def _follow(self, request: Request, cursor: int | None) -> Stream:
        now = to_nanos(self._clock())
        known = [at for at in (cursor, self._remembered) if at is not None]
        start = (now if cursor is None else cursor) - self._options.late_hours * NANOS_PER_HOUR
        slot = Slot(max(known, default=now), now, (start, now + to_span(AHEAD)), request.slice_seconds)
        reader = LineReader(self._follower.blocks(Selection.of(request, self._own), slot), self._logs.explain)
        self._reading = reader
        late = Window(from_nanos(start), from_nanos(now) + AHEAD)
        return Stream(self.name, f"{self.name}#{slot.since}", None, cast("BinaryIO", reader), late)
