"""Reading BigQuery: every row that is asked for, once, whatever breaks, and as little else as can be."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import grpc
import pytest

from log_gardener import flow
from log_gardener.model.instant import to_nanos
from log_gardener.model.severity import Severity
from log_gardener.model.window import Window
from log_gardener.model.worklog import Worklog
from log_gardener.ports import Progress, Request, Source
from log_gardener.renderers.json_worklog import JsonRenderer
from tests.contracts.bigquery_desk import (
    DAY,
    NOON,
    REQUEST,
    SINK,
    VIEW,
    WINDOW,
    Desk,
    Entry,
    list_streams,
    make_entries,
    make_entry,
    open_desk,
    read_entries,
    read_ids,
    read_stream,
    spell,
)
from tests.fakes.bigquery_tables import make_sink_table
from tests.laws.strategies import to_json_lines
from tests.unit.entries import TRACE, BytesSource, make_parts


@pytest.fixture
def desk() -> Iterator[Desk]:
    with open_desk() as opened:
        yield opened


def make_shop() -> list[Entry]:
    """Entries of every kind, of which a sink's table keeps everything that is shown."""
    place = {"file": "cart.py", "line": "137", "function": "total"}
    trace = TRACE.format(file="cart", line=8, function="total", error="KeyError: 'rose'")
    request = {"requestMethod": "GET", "requestUrl": "https://shop.example/beds/7", "status": 502, "latency": "0.123s"}
    denied = {"code": 7, "message": "Permission denied"}
    audit = {
        "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
        "serviceName": "run.googleapis.com",
        "methodName": "google.cloud.run.v1.Services.Replace",
        "status": denied,
        "request": {"name": "cart", "spec": {"limits": [1, 2]}},
    }
    shop = [
        make_entry(0, jsonPayload={"message": "Payment of order 4711 failed", "attempt": 3, "funcName": "pay"}),
        make_entry(1, labels={"instanceId": "00795b"}, textPayload=trace, trace="projects/shop/traces/7"),
        make_entry(2, httpRequest={**request, "responseSize": "512"}, severity="WARNING"),
        make_entry(3, protoPayload=audit, resource={"type": "audited_resource", "labels": {"project_id": "shop"}}),
        make_entry(4, sourceLocation=place, severity="CRITICAL", spanId="ab", traceSampled=True),
        make_entry(5, operation={"id": "o", "producer": "p", "first": True}, severity="INFO"),
    ]
    return shop + [make_entry(number, severity="INFO", textPayload="well") for number in range(6, 40)]


def tend(source: Source, desk: Desk) -> Worklog:
    return flow.ingest(replace(make_parts(), sources=[source], clock=desk.clock), REQUEST)


@pytest.mark.parametrize("address", [SINK, VIEW])
def test_a_table_gives_the_worklog_that_its_entries_give(address: str, desk: Desk) -> None:
    entries = make_shop()
    desk.put(*entries)

    expected = JsonRenderer().render(tend(BytesSource(to_json_lines(entries)), desk))
    rendered = JsonRenderer().render(tend(desk.open(address), desk))

    assert rendered.replace(address, "test") == expected


def test_only_columns_of_log_entries_are_read(desk: Desk) -> None:
    table = make_sink_table(make_entries(3))
    desk.warehouse.put("shop.logs.t", table.append_column("cost", [[1.0, 2.0, 3.0]]))

    read_entries(list_streams(desk.open("bigquery://shop.logs.t")))

    looked, read = desk.warehouse.find_calls("CreateReadSession")
    assert looked.columns == ()
    assert sorted(read.columns) == sorted(table.column_names)


@pytest.mark.parametrize("address", [SINK, VIEW])
def test_every_session_and_query_is_bound_to_the_window(address: str, desk: Desk) -> None:
    desk.put(*make_entries(3))
    source = desk.open(address)

    list_streams(source)
    source.probe(REQUEST)

    asked = [call for call in desk.warehouse.calls if call.method != "ReadRows" and "_results" not in call.table]
    assert len(asked) > 2
    for call in asked:
        assert "timestamp >= TIMESTAMP '" in call.restriction
        assert "timestamp < TIMESTAMP '" in call.restriction


@pytest.mark.parametrize("address", [SINK, VIEW])
def test_what_is_less_severe_or_of_other_services_stays_where_it_is(address: str, desk: Desk) -> None:
    other = {"type": "cloud_run_revision", "labels": {"service_name": "web"}}
    pod = {"type": "k8s_container", "labels": {"pod_name": "cart-7d9f6c5b8d-x2x4z", "cluster_name": "one"}}
    desk.put(
        make_entry(0, severity="WARNING"),
        make_entry(1, severity="NOTICE"),
        make_entry(2, resource=other),
        make_entry(3, resource=pod),
        make_entry(4, severity="DEFAULT"),
        make_entry(5, at=WINDOW.end),
    )

    streams = list_streams(desk.open(address), Request(WINDOW, service="cart", severity=Severity.WARNING))

    assert read_ids(streams) == ["id-0", "id-3"]


@pytest.mark.parametrize("service", ["it's", "a\\b", "100%", "'; DROP", "grüße", "two words"])
def test_a_service_that_sql_could_misread_is_left_to_the_core(service: str, desk: Desk) -> None:
    desk.put(make_entry(0))

    assert read_ids(list_streams(desk.open(), Request(WINDOW, service=service))) == ["id-0"]


def test_a_table_is_read_in_as_many_streams_as_there_are_workers(desk: Desk) -> None:
    desk.put(*make_entries(50))
    source = desk.open(workers=5)

    streams = list_streams(source)

    assert source.workers == len(streams) == 5
    assert len({stream.identity for stream in streams}) == 5
    assert len(read_ids(streams)) == 50
    assert [one.identity for one in list_streams(desk.open(workers=5))] == [one.identity for one in streams]


def test_a_window_without_rows_has_no_streams_and_is_read_whole(desk: Desk) -> None:
    desk.put(make_entry(0, at=NOON + timedelta(days=3)))
    source = desk.open()

    assert list_streams(source) == []
    assert source.find_cursor() == to_nanos(WINDOW.end)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_breaks_each_row_comes_once(seed: int, desk: Desk) -> None:
    desk.put(*make_entries(700))
    desk.warehouse.block_rows = 20
    desk.warehouse.faults.mix(seed, 0.3)

    ids = read_ids(list_streams(desk.open(SINK if seed % 2 else VIEW, workers=1 + seed % 3)))

    assert ids == sorted(f"id-{number}" for number in range(700))
    assert sum(desk.warehouse.faults.counts.values()) > 3


@pytest.mark.parametrize(
    "code",
    [
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.INTERNAL,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
    ],
)
def test_a_broken_stream_goes_on_at_its_row(code: grpc.StatusCode, desk: Desk) -> None:
    desk.put(*make_entries(300))
    (stream,) = list_streams(desk.open(workers=1))
    desk.warehouse.faults.script.extend([None, code, code, None, None])

    assert len(read_stream(stream).splitlines()) == 300
    calls = desk.warehouse.find_calls("ReadRows")
    assert [(call.offset, call.rows) for call in calls] == [(0, 100), (100, 0), (100, 200)]


def test_what_came_before_a_stream_broke_for_good_is_kept(desk: Desk) -> None:
    desk.put(*make_entries(300))
    (stream,) = list_streams(desk.open(workers=1))
    desk.warehouse.faults.script.extend([None, *[grpc.StatusCode.UNAVAILABLE] * 7])
    pieces = []

    def read_on() -> None:
        while piece := stream.opened.read(1000):  # type: ignore[union-attr] # no path
            pieces.append(piece)

    with pytest.raises(OSError, match="curl"):
        read_on()
    assert len(b"".join(pieces).splitlines()) == 100


def test_waits_grow_and_are_bounded(desk: Desk) -> None:
    desk.put(*make_entries(3))
    source = desk.open(delays_seconds=(0.5, 2.0), workers=1)
    waits: list[float] = []

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        return False

    source._patience = replace(source._patience, wait=wait)
    (stream,) = list_streams(source)
    desk.warehouse.faults.script.extend([grpc.StatusCode.UNAVAILABLE] * 3)

    with pytest.raises(OSError, match=r"not available|reached"):
        read_stream(stream)
    assert waits == [0.5, 2.0]


@pytest.mark.parametrize("address", [SINK, VIEW])
def test_what_came_since_the_last_run_is_read_as_late(address: str, desk: Desk) -> None:
    cursor = NOON - timedelta(hours=1)
    came = spell(cursor + timedelta(minutes=5))
    before = NOON - timedelta(hours=3)
    desk.put(
        make_entry(0),
        make_entry(1, at=before, receiveTimestamp=came),
        make_entry(2, at=before),
        make_entry(3, at=cursor - timedelta(hours=25), receiveTimestamp=came),
    )

    timely, late = list_streams(desk.open(address, workers=1), REQUEST, to_nanos(cursor))

    assert (timely.late, late.late) == (None, Window(cursor - timedelta(hours=24), cursor))
    assert (read_ids([timely]), read_ids([late])) == (["id-0"], ["id-1"])
    assert timely.identity != late.identity


def test_what_arrived_on_the_way_of_the_last_run_is_late_too(desk: Desk) -> None:
    cursor = NOON
    in_flight = spell(cursor - timedelta(minutes=9))
    desk.put(make_entry(1, at=NOON - timedelta(hours=2), receiveTimestamp=in_flight))

    (late,) = list_streams(desk.open(), REQUEST, to_nanos(cursor))

    assert read_ids([late]) == ["id-1"]


def test_no_late_hours_no_late_streams(desk: Desk) -> None:
    desk.put(make_entry(0), make_entry(1, at=NOON - timedelta(hours=1)))

    assert read_ids(list_streams(desk.open(late_hours=0), REQUEST, to_nanos(NOON))) == ["id-0"]


def test_following_takes_what_arrived_since_whatever_its_time(desk: Desk) -> None:
    now = desk.clock()
    cursor = now - timedelta(hours=1)
    desk.put(
        make_entry(0, at=cursor - timedelta(hours=5), receiveTimestamp=spell(now)),
        make_entry(1, at=now + timedelta(hours=2), receiveTimestamp=spell(now)),
        make_entry(2, at=cursor - timedelta(hours=1)),
    )
    source = desk.open()

    streams = list_streams(source, Request(is_following=True), to_nanos(cursor))

    assert read_ids(streams) == ["id-0", "id-1"]
    assert all(stream.late == streams[0].late is not None for stream in streams)
    assert source.find_cursor() == to_nanos(now)
    assert source.probe(Request(is_following=True)) is None


def test_what_arrives_between_two_looks_comes_with_the_next_and_no_more_after_it(desk: Desk) -> None:
    source = desk.open()
    following = Request(is_following=True)
    between = desk.clock() + timedelta(minutes=30)
    desk.put(make_entry(0, at=NOON))
    seen = []

    for _ in range(3):
        seen.append(read_ids(list_streams(source, following)))
        source.settle()
        desk.put(make_entry(0, at=NOON), make_entry(1, at=between))
        desk.clock.sleep(3_600)

    assert seen == [[], ["id-1"], []]


def test_the_cursor_is_when_the_reading_began_and_no_later_than_its_window(desk: Desk) -> None:
    desk.put(*make_entries(3))
    source = desk.open()
    assert source.find_cursor() is None

    list_streams(source)
    assert source.find_cursor() == to_nanos(WINDOW.end)

    list_streams(source, Request())
    assert source.find_cursor() == to_nanos(desk.clock())


def test_tables_by_day_are_read_for_the_days_of_the_window(desk: Desk) -> None:
    for day in range(4):
        if day != 2:
            at = DAY + timedelta(days=day, hours=12)
            desk.warehouse.put(f"shop.logs.stderr_2025091{4 + day}", make_sink_table([make_entry(day, at=at)]))
    request = Request(Window(DAY + timedelta(days=1), DAY + timedelta(days=4)))

    for address in ("bigquery://shop.logs.stderr_*", "bigquery://shop.logs.stderr"):
        source = desk.open(address)
        assert read_ids(list_streams(source, request)) == ["id-1", "id-3"]
        assert read_ids(list_streams(source, request)) == ["id-1", "id-3"]
        assert source.find_progress().share == 1
        assert source.probe(request) is not None


def test_a_view_is_read_by_a_query_of_its_columns_and_rows(desk: Desk) -> None:
    desk.put(*make_entries(3))
    desk.warehouse.linked.add("linked")
    desk.jobs.lost_answers = 1

    assert len(read_ids(list_streams(desk.open(VIEW, billing_project="payer")))) == 3

    sent = desk.warehouse.find_calls("query")
    assert {call.parent for call in sent} == {"payer"}
    assert len({call.restriction for call in sent}) == 1
    assert "severity_number" not in sent[0].restriction
    assert "*" not in sent[0].restriction


def test_progress_is_the_share_of_the_rows_that_came(desk: Desk) -> None:
    desk.put(*make_entries(400))
    source = desk.open()
    assert source.find_progress() == Progress(0.0, "opening tables")

    first, second = list_streams(source)
    read_stream(first)
    assert source.find_progress() == Progress(0.5, "200 rows, 1 of 2 streams to their end")

    read_stream(second)
    assert source.find_progress() == Progress(1.0, "400 rows, 2 of 2 streams to their end")


def test_a_source_that_is_stopped_ends_its_streams(desk: Desk) -> None:
    desk.put(*make_entries(300))
    source = desk.open()
    first, second = list_streams(source)
    read_stream(first)

    source.stop()

    with pytest.raises(OSError, match="stopped before its end"):
        read_stream(second)
    assert source.find_cursor() is None
    assert list_streams(source) == []


def test_a_closed_source_opens_again_when_it_is_read(desk: Desk) -> None:
    desk.put(*make_entries(3))
    source = desk.open()
    source.close()

    for _ in range(2):
        assert len(read_ids(list_streams(source))) == 3
        source.close()


def test_a_table_that_wants_a_condition_on_time_gets_it(desk: Desk) -> None:
    desk.put(*make_entries(3))
    desk.warehouse.filtered = set(desk.warehouse.tables)

    assert len(read_ids(list_streams(desk.open()))) == 3
