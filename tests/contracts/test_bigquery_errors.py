"""What goes wrong with a table is told with what mends it, and what is there is told before it is read."""

import re
from collections.abc import Iterator
from datetime import timedelta

import grpc
import pyarrow as pa
import pytest

from log_gardener.errors import UsageError
from log_gardener.model.coverage import Probe, Problem
from log_gardener.model.diagnosis import Diagnosis, Mark
from log_gardener.model.instant import to_nanos
from log_gardener.model.severity import Severity
from log_gardener.model.window import Window
from log_gardener.ports import Request
from log_gardener.sources.bigquery.source import BigQueryOptions, BigQuerySource
from tests.contracts.bigquery_desk import (
    DAY,
    NOON,
    REQUEST,
    SINK,
    VIEW,
    WINDOW,
    Desk,
    find_problem,
    list_streams,
    make_entries,
    make_entry,
    open_desk,
    read_stream,
)
from tests.fakes.bigquery_tables import make_sink_table

GRANT_PAYER = "gcloud projects add-iam-policy-binding payer --member=user:YOU@EXAMPLE.COM"

DISABLED = (
    "BigQuery Storage API has not been used in project 123 before or it is disabled. Enable it by visiting "
    "https://console.developers.google.com/apis/api/bigquerystorage.googleapis.com/overview?project=123 then retry."
)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with open_desk() as opened:
        opened.put(*make_entries(3))
        yield opened


@pytest.mark.parametrize(
    "text", ["bigquery://shop", "bigquery://shop.logs", "bigquery://shop..t", "bigquery://s.l.t`x"]
)
def test_an_address_that_names_no_table_is_refused(text: str, desk: Desk) -> None:
    with pytest.raises(UsageError, match=r"PROJECT\.DATASET\.TABLE"):
        BigQuerySource(text, BigQueryOptions(), desk.clock)


def test_a_project_may_have_a_domain(desk: Desk) -> None:
    desk.warehouse.put("garden.example:shop.logs.t", make_sink_table(make_entries(3)))

    assert list_streams(desk.open("bigquery://garden.example:shop.logs.t"))


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("bigquery://shop.logs.missing", "bq ls --max_results=1000 shop:logs"),
        ("bigquery://shop.logs.missing_*", "bq ls --max_results=1000 shop:logs"),
        ("bigquery://shop.nothing.t", "there is no dataset nothing in project shop; .* bq ls --project_id=shop"),
    ],
)
def test_what_is_not_there_is_told_with_how_to_find_it(address: str, told: str, desk: Desk) -> None:
    source = desk.open(address)

    reason = find_problem(source)

    assert re.search(told, reason), reason
    assert source.find_cursor() is None


@pytest.mark.parametrize(
    ("permission", "address", "grant"),
    [
        (
            "bigquery.readsessions.create",
            SINK,
            f"{GRANT_PAYER} --role=roles/bigquery.readSessionUser",
        ),
        ("bigquery.tables.getData", SINK, "GRANT `roles/bigquery.dataViewer` ON SCHEMA `shop.logs`"),
        ("bigquery.tables.getData", VIEW, "GRANT `roles/bigquery.dataViewer` ON SCHEMA `shop.linked`"),
        (
            "bigquery.jobs.create",
            VIEW,
            "add-iam-policy-binding payer --member=user:YOU@EXAMPLE.COM --role=roles/bigquery.jobUser",
        ),
    ],
)
def test_a_denied_permission_is_told_with_its_grant(permission: str, address: str, grant: str, desk: Desk) -> None:
    desk.warehouse.denied.add(permission)
    source = desk.open(address, billing_project="payer")

    reason = find_problem(source)

    assert permission in reason
    assert grant in reason
    assert any(grant in diagnosis.remedy for diagnosis in source.diagnose() if diagnosis.mark is Mark.FAILED)
    probed = source.probe(REQUEST)
    assert isinstance(probed, Problem)
    assert grant in probed.reason


def test_rows_that_may_not_be_read_break_the_stream_off_with_the_grant(desk: Desk) -> None:
    desk.warehouse.denied.add("bigquery.readsessions.getData")
    stream, *_ = list_streams(desk.open())

    with pytest.raises(OSError, match=r"roles/bigquery\.readSessionUser"):
        read_stream(stream)


def test_a_disabled_api_is_told_with_what_enables_it(desk: Desk) -> None:
    desk.warehouse.refusals.append((grpc.StatusCode.PERMISSION_DENIED, DISABLED))

    reason = find_problem(desk.open())

    assert "gcloud services enable bigquerystorage.googleapis.com" in reason


def test_a_quota_that_stays_used_up_is_told_with_what_to_do(desk: Desk) -> None:
    desk.warehouse.refusals.extend([(grpc.StatusCode.RESOURCE_EXHAUSTED, "Quota exceeded")] * 7)

    assert "gcloud alpha services quota list" in find_problem(desk.open())


def test_no_connection_is_told(desk: Desk) -> None:
    source = desk.open(endpoint="127.0.0.1:1", delays_seconds=())

    assert "127.0.0.1:1" in find_problem(source)


def test_missing_credentials_are_told_with_how_to_sign_in(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere/key.json")
    source = BigQuerySource(SINK, BigQueryOptions(), desk.clock)

    assert "gcloud auth application-default login" in find_problem(source)
    (diagnosis,) = source.diagnose()
    assert (diagnosis.subject, diagnosis.mark) == ("credentials", Mark.FAILED)


def test_a_table_of_other_things_is_told(desk: Desk) -> None:
    desk.warehouse.put("shop.logs.sales", pa.table({"id": [1], "price": [2.0]}))
    source = desk.open("bigquery://shop.logs.sales")

    assert "it has the columns of neither a log sink" in find_problem(source)
    assert [one.mark for one in source.diagnose()][-1] is Mark.FAILED


def test_a_missing_table_is_told_while_it_is_followed_too(desk: Desk) -> None:
    request = Request(is_following=True)

    for name in ("missing", "missing_*"):
        assert "there is no table missing" in find_problem(desk.open(f"bigquery://shop.logs.{name}"), request)


def test_tables_by_day_want_a_window(desk: Desk) -> None:
    assert "--since" in find_problem(desk.open("bigquery://shop.logs.t_*"), Request())


def test_no_message_holds_what_was_logged(desk: Desk) -> None:
    desk.put(make_entry(0, textPayload="tulip"))
    (stream,) = list_streams(desk.open())
    desk.warehouse.faults.script.extend([grpc.StatusCode.INTERNAL] * 7)

    with pytest.raises(OSError, match="Google's side") as broken:
        read_stream(stream)
    assert "tulip" not in str(broken.value)


def test_rows_that_arrive_damaged_break_the_stream_off(desk: Desk) -> None:
    desk.warehouse.is_damaged = True
    stream, *_ = list_streams(desk.open())

    with pytest.raises(OSError, match="cannot be made entries"):
        read_stream(stream)


def test_a_probe_finds_rows_of_any_severity_and_service(desk: Desk) -> None:
    desk.put(make_entry(0, severity="DEBUG"), make_entry(59, severity="INFO"))

    for address in (SINK, VIEW):
        source = desk.open(address)
        probe = source.probe(Request(WINDOW, service="web", severity=Severity.ERROR))
        newest = to_nanos(NOON + timedelta(minutes=59, microseconds=59))
        told = "the newest row of any severity in the window is of 2025-09-14T12:59:00.000059Z"
        assert probe == Probe(source.name, newest, told, is_arriving=True)


def test_a_probe_of_an_empty_window_tells_when_logs_arrived_before(desk: Desk) -> None:
    desk.put(make_entry(0, at=NOON - timedelta(days=2)))

    for address in (SINK, VIEW):
        probe = desk.open(address).probe(REQUEST)
        assert isinstance(probe, Probe)
        assert probe.is_arriving is False
        assert probe.newest_nanos == to_nanos(NOON - timedelta(days=2))
        assert "the newest of the week before it is of 2025-09-12T12:00:00Z" in probe.detail


def test_a_probe_reads_times_and_nothing_else(desk: Desk) -> None:
    desk.open().probe(REQUEST)

    assert {call.columns for call in desk.warehouse.find_calls("CreateReadSession")} == {("timestamp",)}


def test_a_table_that_is_well_is_told_step_by_step(desk: Desk) -> None:
    desk.put(make_entry(0, at=desk.clock() - timedelta(minutes=7)))

    assert list(desk.open().diagnose()) == [
        Diagnosis("bigquery.readsessions.create", Mark.OK, "granted"),
        Diagnosis("bigquery.tables.getData", Mark.OK, "granted on shop.logs.run_googleapis_com_stderr"),
        Diagnosis("columns", Mark.OK, "those of a log sink"),
        Diagnosis("bigquery.readsessions.getData", Mark.OK, "granted"),
        Diagnosis("newest entry", Mark.OK, "2025-09-14T13:53:00Z, 7 minutes ago"),
    ]


def test_a_view_is_told_to_cost_queries(desk: Desk) -> None:
    first, *_, newest = desk.open(VIEW).diagnose()

    assert (first.subject, first.mark) == ("view", Mark.WARNING)
    assert (newest.subject, newest.mark) == ("newest entry", Mark.WARNING)
    assert "gcloud logging sinks list" in newest.remedy


def test_tables_by_day_are_diagnosed_by_the_newest_of_them(desk: Desk) -> None:
    at = DAY + timedelta(hours=13, minutes=30)
    desk.warehouse.put("shop.logs.stderr_20250914", make_sink_table([make_entry(0, at=at)]))

    for address in ("bigquery://shop.logs.stderr_*", "bigquery://shop.logs.stderr"):
        assert [one.mark for one in desk.open(address).diagnose()] == [Mark.OK] * 5

    (missing,) = desk.open("bigquery://shop.logs.gone_*").diagnose()
    assert (missing.subject, missing.mark) == ("table", Mark.FAILED)


def test_one_bad_day_is_a_problem_and_the_rest_is_still_read(desk: Desk) -> None:
    at = DAY + timedelta(hours=23)
    desk.warehouse.put("shop.logs.stderr_20250914", make_sink_table([make_entry(0, at=at)]))
    desk.warehouse.put("shop.logs.stderr_20250915", pa.table({"id": [1]}))
    request = Request(Window(at, at + timedelta(days=1)))

    stream, problem = desk.open("bigquery://shop.logs.stderr_*").streams(request)

    assert isinstance(problem, Problem)
    assert not isinstance(stream, Problem)
