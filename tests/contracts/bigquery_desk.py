"""What the tests of BigQuery have in common: a warehouse behind both fakes, and sources that read it."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from log_gardener.model.coverage import Problem
from log_gardener.model.window import Window
from log_gardener.ports import Request, Stream
from log_gardener.sources.bigquery.source import BigQueryOptions, BigQuerySource
from tests.fakes.bigquery_jobs import BigQueryJobsFake
from tests.fakes.bigquery_read import BigQueryReadFake, Warehouse
from tests.fakes.bigquery_tables import make_analytics_table, make_sink_table
from tests.fakes.standing_clock import StandingClock

DAY = datetime(2025, 9, 14, tzinfo=UTC)
NOON = DAY + timedelta(hours=12)
WINDOW = Window(NOON, NOON + timedelta(hours=1))
REQUEST = Request(window=WINDOW)

SINK = "bigquery://shop.logs.run_googleapis_com_stderr"
VIEW = "bigquery://shop.linked._AllLogs"

Entry = dict[str, Any]


def spell(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def make_entry(number: int, at: datetime | None = None, **fields: Any) -> Entry:
    """An entry of a minute of the window; it arrives a second later."""
    at = at or NOON + timedelta(minutes=number % 60, microseconds=number)
    body: Entry = (
        {} if {"jsonPayload", "protoPayload", "httpRequest"} & fields.keys() else {"textPayload": f"no {number}"}
    )
    return {
        "insertId": f"id-{number}",
        "logName": "projects/shop/logs/run.googleapis.com%2Fstderr",
        "receiveTimestamp": spell(at + timedelta(seconds=1)),
        "resource": {"type": "cloud_run_revision", "labels": {"service_name": "cart", "revision_name": "cart-1"}},
        "severity": "ERROR",
        "timestamp": spell(at),
        **body,
        **fields,
    }


def make_entries(count: int) -> list[Entry]:
    return [make_entry(number) for number in range(count)]


@dataclass(frozen=True)
class Desk:
    """Where a test reads."""

    warehouse: Warehouse
    jobs: BigQueryJobsFake
    endpoint: str
    clock: StandingClock
    opened: list[BigQuerySource] = field(default_factory=list)

    def put(self, *entries: Entry) -> None:
        """Put entries into a sink's table and into a view."""
        self.warehouse.put(SINK.removeprefix("bigquery://"), make_sink_table(entries))
        self.warehouse.put_view(VIEW.removeprefix("bigquery://"), make_analytics_table(entries))

    def open(self, address: str = SINK, **options: Any) -> BigQuerySource:
        """A source that waits for nothing."""
        ways = {"endpoint": self.endpoint, "query_endpoint": self.jobs.endpoint, "delays_seconds": (0.0,) * 6}
        source = BigQuerySource(address, BigQueryOptions(**(ways | options)), self.clock)
        self.opened.append(source)
        return source


@contextmanager
def open_desk() -> Iterator[Desk]:
    warehouse = Warehouse()
    with BigQueryReadFake(warehouse) as reads, BigQueryJobsFake(warehouse) as jobs:
        desk = Desk(warehouse, jobs, reads.endpoint, StandingClock(NOON + timedelta(hours=2)))
        yield desk
        for source in desk.opened:
            source.close()


def list_streams(source: BigQuerySource, request: Request = REQUEST, cursor: int | None = None) -> list[Stream]:
    """Its streams; a problem fails the test."""
    found = list(source.streams(request, cursor))
    assert not [one for one in found if isinstance(one, Problem)], found
    return [one for one in found if isinstance(one, Stream)]


def find_problem(source: BigQuerySource, request: Request = REQUEST) -> str:
    """What is wrong with it."""
    *_, problem = source.streams(request)
    assert isinstance(problem, Problem)
    assert problem.source == source.name
    return problem.reason


def read_stream(stream: Stream, size: int = 1 << 16) -> bytes:
    pieces = []
    while piece := stream.opened.read(size):  # type: ignore[union-attr] # no path
        assert len(piece) <= size
        pieces.append(piece)
    return b"".join(pieces)


def read_entries(streams: Sequence[Stream]) -> list[Entry]:
    return [json.loads(line) for stream in streams for line in read_stream(stream).splitlines()]


def read_ids(streams: Sequence[Stream]) -> list[str]:
    return sorted(entry["insertId"] for entry in read_entries(streams))
