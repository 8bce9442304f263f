"""The Storage Read API of BigQuery over real gRPC on this machine, for the real client: as strict as the real one.

Tables are Arrow tables. A session selects columns and filters rows; its streams give blocks from any row on.
"""

import threading
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import pairwise
from random import Random
from typing import NoReturn, Self

import grpc
import pyarrow as pa
from google.cloud.bigquery_storage_v1.types import (
    CreateReadSessionRequest,
    DataFormat,
    ReadRowsRequest,
    ReadRowsResponse,
    ReadSession,
)

from tests.fakes.bigquery_filter import ConditionError, parse_condition

_SERVICE = "google.cloud.bigquery.storage.v1.BigQueryRead"
MOST_FAILURES_IN_A_ROW = 3
"""A client that tries four times gets through; one that cannot be satisfied would prove nothing."""

BREAKS = (
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.INTERNAL,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
)


@dataclass(frozen=True, slots=True)
class Call:
    """One request.

    Attributes:
        columns: those that were selected; none for all.
        restriction: which rows were asked for.
        rows: how many came back.
    """

    method: str
    table: str = ""
    parent: str = ""
    columns: tuple[str, ...] = ()
    restriction: str = ""
    streams: int = 0
    stream: str = ""
    offset: int = 0
    outcome: str = "OK"
    rows: int = 0


@dataclass(slots=True)
class Faults:
    """What goes wrong on purpose: by a script, or at random from a seed."""

    script: deque[grpc.StatusCode | None] = field(default_factory=deque)
    share: float = 0.0
    random: Random = field(default_factory=Random)
    in_a_row: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)

    def mix(self, seed: int, share: float) -> None:
        """Let so many of all blocks and sessions break."""
        self.random, self.share = Random(seed), share

    def draw(self, key: str) -> grpc.StatusCode | None:
        """What goes wrong next, with what is asked by this key; nothing if it has often enough in a row."""
        if self.script:
            found = self.script.popleft()
        else:
            is_broken = self.random.random() < self.share
            found = self.random.choice(BREAKS) if is_broken else None
            if self.in_a_row[key] >= MOST_FAILURES_IN_A_ROW:
                found = None
        self.in_a_row[key] = self.in_a_row[key] + 1 if found else 0
        if found:
            self.counts[found.name] += 1
        return found


class Warehouse:
    """Tables and views, who may read them, and what was asked. Threads may share it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.tables: dict[str, pa.Table] = {}
        self.views: dict[str, pa.Table] = {}
        self.linked: set[str] = set()
        """Datasets that are linked: of them nothing is a table."""
        self.denied: set[str] = set()
        """Permissions that whoever asks does not have."""
        self.filtered: set[str] = set()
        """Tables that may not be read without a condition on `timestamp`."""
        self.refusals: deque[tuple[grpc.StatusCode, str]] = deque()
        """What the next sessions end with."""
        self.faults = Faults()
        self.calls: list[Call] = []
        self.block_rows = 100
        self.is_damaged = False
        """Whether blocks lack their ends."""
        self.is_late = False
        """Whether more than six hours have passed since any session was made."""
        self.sessions: dict[str, pa.Table] = {}

    def put(self, label: str, table: pa.Table) -> None:
        """Add a table `PROJECT.DATASET.TABLE`, or replace it."""
        project, dataset, name = label.rsplit(".", 2)
        self.tables[f"projects/{project}/datasets/{dataset}/tables/{name}"] = table

    def put_view(self, label: str, table: pa.Table) -> None:
        """Add a view."""
        project, dataset, name = label.rsplit(".", 2)
        self.views[f"projects/{project}/datasets/{dataset}/tables/{name}"] = table

    def find_calls(self, method: str) -> list[Call]:
        """All requests of a method so far."""
        with self.lock:
            return [call for call in self.calls if call.method == method]


class _RefusedError(Exception):
    def __init__(self, code: grpc.StatusCode, message: str) -> None:
        super().__init__(message)
        self.code = code


class BigQueryReadFake:
    """The service on a port of its own; a context, which ends it."""

    def __init__(self, warehouse: Warehouse | None = None) -> None:
        self.warehouse = warehouse or Warehouse()
        self._server = grpc.server(ThreadPoolExecutor(8))
        handlers = {
            "CreateReadSession": grpc.unary_unary_rpc_method_handler(
                self._create, CreateReadSessionRequest.deserialize, ReadSession.serialize
            ),
            "ReadRows": grpc.unary_stream_rpc_method_handler(
                self._read, ReadRowsRequest.deserialize, ReadRowsResponse.serialize
            ),
        }
        self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(_SERVICE, handlers),))
        self.endpoint = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop(None).wait()

    def _create(self, request: CreateReadSessionRequest, context: grpc.ServicerContext) -> ReadSession:
        options = request.read_session.read_options
        call = Call(
            "CreateReadSession",
            request.read_session.table,
            request.parent,
            tuple(options.selected_fields),
            options.row_restriction,
            request.max_stream_count,
        )
        with self.warehouse.lock:
            try:
                answer: ReadSession | _RefusedError = self._make_session(request)
            except _RefusedError as error:
                answer = error
            outcome = answer.code.name if isinstance(answer, _RefusedError) else "OK"
            self.warehouse.calls.append(replace(call, outcome=outcome))
        if isinstance(answer, _RefusedError):
            _abort(context, answer)
        return answer

    def _make_session(self, request: CreateReadSessionRequest) -> ReadSession:
        warehouse, asked = self.warehouse, request.read_session
        if warehouse.refusals:
            raise _RefusedError(*warehouse.refusals.popleft())
        fault = warehouse.faults.draw(f"session {asked.table} {asked.read_options.row_restriction}")
        if fault:
            raise _RefusedError(fault, f"{fault.name.lower()} on purpose")
        self._check(request)
        rows = self._select(warehouse.tables[asked.table], asked)
        name = f"{request.parent}/locations/eu/sessions/s{len(warehouse.sessions)}"
        parts = _split(rows, request.max_stream_count or 1)
        for number, part in enumerate(parts):
            warehouse.sessions[f"{name}/streams/{number}"] = part
        return ReadSession(
            name=name,
            table=asked.table,
            data_format=DataFormat.ARROW,
            arrow_schema={"serialized_schema": rows.schema.serialize().to_pybytes()},
            streams=[{"name": f"{name}/streams/{number}"} for number in range(len(parts))],
            estimated_row_count=rows.num_rows,
        )

    def _check(self, request: CreateReadSessionRequest) -> None:
        """Refuse what the real service refuses, in its words."""
        warehouse, table = self.warehouse, request.read_session.table
        _, project, _, dataset, _, name = table.split("/")
        if "bigquery.readsessions.create" in warehouse.denied:
            text = f"the user does not have 'bigquery.readsessions.create' permission for '{request.parent}'"
            _refuse(grpc.StatusCode.PERMISSION_DENIED, text)
        known = (*warehouse.tables, *warehouse.views)
        if not any(one.startswith(f"projects/{project}/datasets/{dataset}/") for one in known):
            _refuse(grpc.StatusCode.NOT_FOUND, f"Not found: Dataset {project}:{dataset}")
        if "bigquery.tables.getData" in warehouse.denied:
            text = (
                f"Access Denied: Table {project}:{dataset}.{name}: Permission bigquery.tables.getData denied on table"
            )
            _refuse(grpc.StatusCode.PERMISSION_DENIED, f"{text} {project}:{dataset}.{name} (or it may not exist).")
        if dataset in warehouse.linked:
            text = "Attempted `CreateReadSession` on a Linked Dataset. This operation is not supported."
            _refuse(grpc.StatusCode.FAILED_PRECONDITION, text)
        if table in warehouse.views:
            _refuse(grpc.StatusCode.INVALID_ARGUMENT, "non-table entities cannot be read with the storage API")
        if table not in warehouse.tables:
            _refuse(grpc.StatusCode.NOT_FOUND, f"Not found: Table {project}:{dataset}.{name}")
        if request.read_session.data_format != DataFormat.ARROW:
            _refuse(grpc.StatusCode.INVALID_ARGUMENT, "a data format is needed")
        is_bound = "timestamp >=" in request.read_session.read_options.row_restriction
        if table in warehouse.filtered and not is_bound:
            text = f"Cannot query over table '{table}' without a filter over column(s) 'timestamp'"
            _refuse(grpc.StatusCode.INVALID_ARGUMENT, text)

    def _select(self, table: pa.Table, asked: ReadSession) -> pa.Table:
        columns = list(asked.read_options.selected_fields)
        unknown = [name for name in columns if name not in table.column_names]
        if unknown:
            text = f"The following selected fields do not exist in the table schema: {', '.join(unknown)}"
            _refuse(grpc.StatusCode.INVALID_ARGUMENT, text)
        try:
            kept = table.filter(parse_condition(asked.read_options.row_restriction)(table))
        except ConditionError as error:
            _refuse(grpc.StatusCode.INVALID_ARGUMENT, f"Row filter is invalid: {error}")
        # The order is the table's, whatever was asked for.
        return kept.select([name for name in table.column_names if not columns or name in columns])

    def _read(self, request: ReadRowsRequest, context: grpc.ServicerContext) -> Iterator[ReadRowsResponse]:
        warehouse, stream = self.warehouse, request.read_stream
        rows = warehouse.sessions.get(stream)
        call = Call("ReadRows", stream=stream, offset=request.offset)
        sent, failure = 0, self._find_refusal(rows, request)
        while failure is None and rows is not None and request.offset + sent < rows.num_rows:
            with warehouse.lock:
                fault = warehouse.faults.draw(f"rows {stream}")
            if fault:
                failure = _RefusedError(fault, f"{fault.name.lower()} on purpose")
                break
            block = rows.slice(request.offset + sent, warehouse.block_rows)
            yield _make_response(block, request.offset + sent, rows.num_rows, is_damaged=warehouse.is_damaged)
            sent += block.num_rows
        with warehouse.lock:
            warehouse.calls.append(replace(call, rows=sent, outcome=failure.code.name if failure else "OK"))
        if failure is not None:
            _abort(context, failure)

    def _find_refusal(self, rows: pa.Table | None, request: ReadRowsRequest) -> _RefusedError | None:
        if "bigquery.readsessions.getData" in self.warehouse.denied:
            text = f"the user does not have 'bigquery.readsessions.getData' permission for '{request.read_stream}'"
            return _RefusedError(grpc.StatusCode.PERMISSION_DENIED, f"request failed: {text}")
        if self.warehouse.is_late:
            text = f"there was an error operating on '{request.read_stream}': session expired at 2025-09-14T18:00:00Z"
            return _RefusedError(grpc.StatusCode.FAILED_PRECONDITION, f"request failed: {text}")
        if rows is None:
            return _RefusedError(grpc.StatusCode.NOT_FOUND, f"request failed: Not found: stream {request.read_stream}")
        if request.offset > rows.num_rows:
            return _RefusedError(grpc.StatusCode.OUT_OF_RANGE, "request failed: there are no such rows")
        return None


def _abort(context: grpc.ServicerContext, refusal: _RefusedError) -> NoReturn:
    context.abort(refusal.code, str(refusal))
    raise AssertionError


def _refuse(code: grpc.StatusCode, text: str) -> NoReturn:
    raise _RefusedError(code, f"request failed: {text}")


def _split(rows: pa.Table, most: int) -> Sequence[pa.Table]:
    """Parts of about the same size; none if there are no rows, as with the real service."""
    count = min(most, rows.num_rows)
    bounds = [rows.num_rows * number // count for number in range(count + 1)] if count else [0]
    return [rows.slice(start, end - start) for start, end in pairwise(bounds)]


def _make_response(block: pa.Table, before: int, total: int, *, is_damaged: bool) -> ReadRowsResponse:
    batch = _serialise(block, pa.ipc.IpcWriteOptions(compression="lz4"))
    progress = {"at_response_start": before / total, "at_response_end": (before + block.num_rows) / total}
    return ReadRowsResponse(
        arrow_record_batch={"serialized_record_batch": batch[:-100] if is_damaged else batch},
        row_count=block.num_rows,
        stats={"progress": progress},
    )


def _serialise(block: pa.Table, options: pa.ipc.IpcWriteOptions) -> bytes:
    """One record batch as the API sends it: a message without the schema before it."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, block.schema, options=options) as writer:
        writer.write_table(block.combine_chunks())
    reader = pa.ipc.MessageReader.open_stream(sink.getvalue())
    reader.read_next_message()
    message: bytes = reader.read_next_message().serialize().to_pybytes()
    return message
