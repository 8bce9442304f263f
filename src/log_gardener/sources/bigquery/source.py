"""BigQuery: the tables that a log sink writes, and the views of Log Analytics."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import BinaryIO, cast

from google.api_core.exceptions import NotFound

from log_gardener.model.coverage import Probe, Problem
from log_gardener.model.diagnosis import Diagnosis, Mark
from log_gardener.model.instant import from_nanos, to_nanos
from log_gardener.model.window import Window
from log_gardener.ports import Clock, Progress, Request, Source, Stream
from log_gardener.sources.bigquery.address import SCHEME, Address, Table
from log_gardener.sources.bigquery.client import Client, Session
from log_gardener.sources.bigquery.columns import Layout
from log_gardener.sources.bigquery.failures import FAILURES, explain_failure, is_missing_table
from log_gardener.sources.bigquery.opening import open_table
from log_gardener.sources.bigquery.patience import DELAYS_SECONDS, Patience
from log_gardener.sources.bigquery.place import RowsPlace
from log_gardener.sources.bigquery.reading import Meter, RowReader, Rows
from log_gardener.sources.bigquery.rows import Cut
from log_gardener.sources.bigquery.trials import AHEAD, STEPS, Trials, find_newest, name_other_table, probe_window

# Logging says when an entry arrived there; in BigQuery it can be read a minute later, in a new table up to ten.
ARRIVAL_MARGIN = timedelta(minutes=10)

# The service gives no session more, and a small table fewer.
MOST_STREAMS = 1_000

NO_DAYS = "there is one table for each day; say of which days, such as --since 2d"


@dataclass(frozen=True, slots=True)
class BigQueryOptions:
    """How a table is read.

    Attributes:
        workers: streams that are read at the same time.
        late_hours: how far before a window, or a cursor, to look for what arrived since.
        endpoint: where the Storage Read API is, such as an emulator on this machine; empty for Google's.
        billing_project: the project that pays; empty for the table's own.
        query_endpoint: where the REST API is, by which views are read; empty for Google's.
        delays_seconds: waits before what failed for the moment is tried again.
        streams: into how many a table is divided at most, where others than this process read them; 0 for as many as
            are read at the same time.
    """

    workers: int = 2
    late_hours: int = 24
    endpoint: str = ""
    billing_project: str = ""
    query_endpoint: str = ""
    delays_seconds: tuple[float, ...] = DELAYS_SECONDS
    streams: int = 0


@dataclass(frozen=True, slots=True)
class _Part:
    """What is read at once.

    Attributes:
        cut: which rows.
        late: of which times they are taken, where they arrived since; `None` for those of the request's window.
        is_extra: whether it is read beside what was asked for, so that there need not be a table of it.
    """

    cut: Cut
    late: Window | None = None
    is_extra: bool = False


class BigQuerySource(Source):
    """A table, a view, or the tables by day of a sink without partitions.

    Args:
        address: `bigquery://PROJECT.DATASET.TABLE`.
        options: how it is read.
        clock: the present time.

    Raises:
        UsageError: the address names no table.
    """

    def __init__(self, address: str, options: BigQueryOptions, clock: Clock) -> None:
        self._name = address
        self._address = Address.parse(address)
        self._options = options
        self._clock = clock
        self._meter = Meter()
        self._patience = Patience(options.delays_seconds, self._meter.stopped.wait)
        self._client: Client | None = None
        # Whether there is one table for each day; known when the one without a day is missing.
        self._is_sharded = self._address.is_sharded
        # Up to when the latest reading has read what arrived, and up to when what it read is remembered.
        self._reached: int | None = None
        self._remembered: int | None = None
        self._readers: list[RowReader] = []

    @property
    def name(self) -> str:
        """The argument of the command line."""
        return self._name

    @property
    def workers(self) -> int:
        """Streams that are read at the same time."""
        return self._options.workers

    @property
    def late_hours(self) -> int:
        """How far before a window, or a cursor, to look for what arrived since."""
        return self._options.late_hours

    def streams(self, request: Request, cursor: int | None = None) -> Iterator[Stream | Problem]:
        """The streams of the rows of the window, then of those that came since of the hours before."""
        began = to_nanos(self._clock())
        self._reached, self._readers = None, []
        parts = self._plan(request, cursor, began)
        if self._is_sharded and parts[0].cut.window is None:
            yield Problem(self.name, NO_DAYS)
            return
        self._meter.begin()
        self._meter.await_tables(sum(len(self._list_tables(part.cut.window)) for part in parts))
        try:
            for part in parts:
                yield from self._read(part)
        except FAILURES as error:
            yield Problem(self.name, self._explain(error))
        except ValueError as error:
            yield Problem(self.name, f"{error}; {name_other_table(self._address.table)}")
        else:
            self._reached = min(began, request.window.nanos[1]) if request.window else began

    def find_cursor(self) -> int | None:
        """When the latest reading began, if it came to its end; no later than its window ended."""
        return None if self._meter.stopped.is_set() else self._reached

    def find_progress(self) -> Progress:
        """What share of their rows the service has given of all streams."""
        return self._meter.tell()

    def probe(self, request: Request) -> Probe | Problem | None:
        """Whether rows of any severity and service are of the window; nothing of what follows, which is asked often."""
        if request.is_following:
            return None
        now = self._clock()
        window = request.window or Window(now - STEPS[-1], now + AHEAD)
        try:
            return probe_window(self._find_newest, window, name=self.name)
        except FAILURES as error:
            return Problem(self.name, self._explain(error))

    def settle(self) -> None:
        """What was read while following need not be read again."""
        readers, self._readers = self._readers, []
        reached = self.find_cursor()
        if reached is not None and all(reader.is_whole for reader in readers):
            self._remembered = reached

    def stop(self) -> None:
        """End all streams that are being read."""
        self._meter.stop()

    def close(self) -> None:
        """Give the connections back; what is read later makes new ones."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def diagnose(self) -> Iterator[Diagnosis]:
        """Whether each permission is granted, the columns are those of log entries, and how old the newest is."""
        now = self._clock()
        try:
            trials = Trials(self._connect(), self._explain, now)
        except FAILURES as error:
            yield Diagnosis("credentials", Mark.FAILED, f"{self.name} cannot be asked", self._explain(error))
            return
        days = reversed(list(self._address.shards(Window(now - STEPS[-1], now + timedelta(seconds=1)))))
        tables = days if self._address.is_sharded else (self._address.table, *days)
        yield from trials.run(tables, self._patience)

    @property
    def _payer(self) -> str:
        return self._options.billing_project or self._address.table.project

    def _explain(self, error: Exception) -> str:
        return explain_failure(error, self._address.table, self._payer)

    def _connect(self) -> Client:
        if self._client is None:
            options = self._options
            self._client = Client(
                self._payer, self._patience, endpoint=options.endpoint, query_endpoint=options.query_endpoint
            )
        return self._client

    def _plan(self, request: Request, cursor: int | None, now: int) -> Sequence[_Part]:
        reach = timedelta(hours=self._options.late_hours)
        wanted = Cut(severity=request.severity, service=request.service)
        if request.is_following:
            since = from_nanos(cursor or self._remembered or now)
            # Whatever came, of the times whose entries a run knows again.
            late = Window(from_nanos(cursor or now) - reach, from_nanos(now) + AHEAD)
            return [_Part(replace(wanted, window=late, received_since=since - ARRIVAL_MARGIN), late)]
        timely = _Part(replace(wanted, window=request.window))
        if request.window is None or cursor is None or not reach:
            return [timely]
        end = min(request.window.start, from_nanos(cursor))
        late = Window(end - reach, end)
        since = from_nanos(cursor) - ARRIVAL_MARGIN
        return [timely, _Part(replace(wanted, window=late, received_since=since), late, is_extra=True)]

    def _list_tables(self, window: Window | None) -> Sequence[Table]:
        """The tables of a window; of tables by day, those that there may be."""
        return list(self._address.shards(window)) if self._is_sharded and window else [self._address.table]

    def _read(self, part: _Part) -> Iterator[Stream]:
        window = part.cut.window
        if self._is_sharded:
            yield from self._read_days(part)
            return
        try:
            yield from self._open(self._address.table, part)
        except NotFound as error:
            if window is None or not is_missing_table(error):
                raise
            self._is_sharded = True
            self._meter.await_tables(len(self._list_tables(window)) - 1)
            yield from self._read_days(part)

    def _read_days(self, part: _Part) -> Iterator[Stream]:
        """The tables by day. A day without entries has none; that there is none at all is told."""
        missing: NotFound | None = None
        found = 0
        for table in self._list_tables(part.cut.window):
            try:
                yield from self._open(table, part)
                found += 1
            except NotFound as error:
                if not is_missing_table(error):
                    raise
                missing = error
                self._meter.await_tables(-1)
        if missing is not None and not found and not part.is_extra:
            self._is_sharded = self._address.is_sharded
            raise missing

    def _open(self, table: Table, part: _Part) -> Iterator[Stream]:
        if self._meter.stopped.is_set():
            return
        streams = self._options.streams or self.workers
        session, layout = open_table(self._connect(), table, part.cut, streams=streams)
        yield from self._list_streams(table, session, layout, part.late)

    def _list_streams(self, table: Table, session: Session, layout: Layout, late: Window | None) -> Iterator[Stream]:
        if not session.streams:
            self._meter.await_tables(-1)
        self._meter.expect(session.streams)
        options = self._options
        for number, name in enumerate(session.streams, 1):
            rows = Rows(name, session.schema, layout)
            reader = RowReader(self._connect(), rows, self._meter, patience=self._patience, explain=self._explain)
            self._readers.append(reader)
            place = RowsPlace(
                rows, table, self._payer, options.endpoint, options.query_endpoint, options.delays_seconds
            )
            label = f"{SCHEME}{table.label}"
            identity = f"{label}#{'late-' if late else ''}{number}"
            shown = label if len(session.streams) == 1 else f"{label}, stream {number} of {len(session.streams)}"
            yield Stream(shown, identity, None, cast("BinaryIO", reader), late, place)

    def _find_newest(self, window: Window) -> int | None:
        tables = reversed(self._list_tables(window))
        for table in tables:
            with suppress(NotFound):
                found = find_newest(self._connect(), table, window, self._patience)
                if found is not None:
                    return found
        return None
