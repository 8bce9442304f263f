"""The rows of a stream as lines of JSON, taken up at the row where the connection broke."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock

import duckdb
import pyarrow as pa
from google.cloud.bigquery_storage_v1.types import ReadRowsResponse

from log_gardener.ports import Progress
from log_gardener.sources.bigquery.client import Call, Client
from log_gardener.sources.bigquery.columns import Layout
from log_gardener.sources.bigquery.failures import FAILURES, is_transient
from log_gardener.sources.bigquery.lines import Lines, make_lines, make_plain
from log_gardener.sources.bigquery.patience import Patience

STOPPED = "stopped before its end; what was read of it is counted once, also when it is read again"

UNFIT = "its rows cannot be made entries ({}): see whether its columns are those of log entries: log-gardener doctor"


@dataclass(slots=True)
class Meter:
    """How far the reading of a source is; its readers share it. Also ends them all.

    Attributes:
        stopped: whether to end early.
    """

    stopped: Event = field(default_factory=Event)
    _lock: Lock = field(default_factory=Lock)
    _tables: int = 0
    _shares: dict[str, float] = field(default_factory=dict)
    _weights: dict[str, float] = field(default_factory=dict)
    _rows: int = 0
    _calls: dict[str, Call] = field(default_factory=dict)

    def begin(self) -> None:
        """Forget what was read before."""
        with self._lock:
            self._tables = self._rows = 0
            self._shares.clear()
            self._weights.clear()

    def await_tables(self, count: int) -> None:
        """So many more tables are to be read; fewer if one is not there."""
        with self._lock:
            self._tables += count

    def expect(self, streams: Sequence[str]) -> None:
        """A table has these streams; the service gives each about as many rows."""
        with self._lock:
            for stream in streams:
                self._shares[stream], self._weights[stream] = 0.0, 1 / len(streams)

    def count(self, stream: str, rows: int, share: float) -> None:
        """So many rows came of a stream, which is read up to a share of it."""
        with self._lock:
            self._rows += rows
            self._shares[stream] = max(self._shares.get(stream, 0.0), min(share, 1.0))

    def hold(self, stream: str, call: Call | None) -> None:
        """Remember the call that a stream waits for, so that it can be ended."""
        with self._lock:
            if call is None:
                self._calls.pop(stream, None)
            else:
                self._calls[stream] = call
        if call is not None and self.stopped.is_set():
            call.cancel()

    def stop(self) -> None:
        """End all calls, and let no other begin."""
        self.stopped.set()
        with self._lock:
            calls = list(self._calls.values())
        for call in calls:
            call.cancel()

    def tell(self) -> Progress:
        """How far it is, by what the service says of each stream."""
        with self._lock:
            read = sum(share * self._weights[stream] for stream, share in self._shares.items())
            ended = sum(share >= 1 for share in self._shares.values())
            streams, rows, tables = len(self._shares), self._rows, self._tables
        if not streams:
            return Progress(0.0, "opening tables")
        return Progress(min(read / max(tables, 1), 1.0), f"{rows:,} rows, {ended} of {streams} streams to their end")


@dataclass(frozen=True, slots=True)
class Rows:
    """A stream of a session.

    Attributes:
        name: what the service calls it.
        schema: its columns.
        layout: whose table it is of.
    """

    name: str
    schema: pa.Schema
    layout: Layout


class RowReader:
    """Reads a stream once.

    Args:
        client: whom to ask.
        rows: for which stream.
        meter: what is shared with the other readers.
        patience: how often to go on where it broke, as long as nothing comes.
        explain: what went wrong, and what to do, in words.
    """

    def __init__(
        self, client: Client, rows: Rows, meter: Meter, *, patience: Patience, explain: Callable[[Exception], str]
    ) -> None:
        self._client = client
        self._rows = rows
        self._meter = meter
        self._patience = patience
        self._explain = explain
        self._offset = 0
        self._failures = 0
        self._failure: str = ""
        self._lines: Iterator[Lines] | None = None
        self._ongoing: Call | None = None
        self._rest = memoryview(b"")
        self.is_whole = False
        """Whether all of it was read."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none at the end.

        Raises:
            OSError: it cannot be read on, or was stopped. What had come is given before.
        """
        if self._lines is None:
            self._lines = make_lines(self._rows.schema, self._rows.layout, self._list_batches())
        while not self._rest:
            try:
                lines = next(self._lines, None)
            except (duckdb.Error, pa.ArrowException) as error:
                # Not its text, which may quote a row.
                raise OSError(UNFIT.format(type(error).__name__)) from None
            if lines is None:
                return self._end()
            self._rest = lines
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece.tobytes()

    def close(self) -> None:
        """Let the service go: what it still sends is not waited for."""
        if self._ongoing is not None:
            self._ongoing.cancel()

    def _end(self) -> bytes:
        if self._failure:
            raise OSError(self._failure)
        self.is_whole = True
        return b""

    def _list_batches(self) -> Iterator[pa.RecordBatch]:
        """All rows. Ends where it breaks off for good, since what is raised here would be lost with rows before it."""
        schema = make_plain(self._rows.schema)
        is_over = False
        while not is_over and not self._failure:
            try:
                for response in self._call():
                    yield _read_batch(response, schema)
                is_over = True
            except FAILURES as error:
                self._recover(error)
            except pa.ArrowException as error:
                self._failure = UNFIT.format(type(error).__name__)
        self._meter.count(self._rows.name, 0, 1.0)

    def _call(self) -> Iterator[ReadRowsResponse]:
        call = self._client.read_rows(self._rows.name, self._offset)
        self._meter.hold(self._rows.name, call)
        self._ongoing = call
        try:
            for response in call:
                self._offset += response.row_count
                self._failures = 0
                self._meter.count(self._rows.name, response.row_count, response.stats.progress.at_response_end)
                if response.row_count:
                    yield response
                if self._meter.stopped.is_set():
                    self._failure = STOPPED
                    call.cancel()
                    return
        finally:
            self._ongoing = None
            self._meter.hold(self._rows.name, None)

    def _recover(self, error: Exception) -> None:
        """Wait, to go on at the row where it broke, unless there is no use in that."""
        delays = self._patience.delays_seconds
        if self._meter.stopped.is_set():
            self._failure = STOPPED
        elif not is_transient(error) or self._failures == len(delays):
            self._failure = self._explain(error)
        elif self._patience.wait(delays[self._failures]):
            self._failure = STOPPED
        self._failures += 1


def _read_batch(response: ReadRowsResponse, schema: pa.Schema) -> pa.RecordBatch:
    return pa.ipc.read_record_batch(pa.py_buffer(response.arrow_record_batch.serialized_record_batch), schema)
