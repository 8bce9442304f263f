"""Whole runs over a bucket: the real client, engine, flow and state."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from log_gardener import flow
from log_gardener.engines.local import LocalEngine
from log_gardener.model.coverage import Outcome
from log_gardener.model.window import Window
from log_gardener.model.worklog import Worklog
from log_gardener.ports import Harvest, Request, Silence, Source, Store
from log_gardener.sources.files import FileSource
from log_gardener.sources.storage.source import StorageSource
from log_gardener.stores.sql import SqlStore
from tests.fakes.bucket_shelf import Shelf, at, make_entries, name_file, pack
from tests.fakes.storage_server import Fault, StorageServer
from tests.unit.entries import make_parts

# Sink files of this morning came now, as far as the server can tell; a run may be late for hours, not for years.
NINE = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=6)
HOUR = timedelta(hours=1)


def tally(source: Source, request: Request | None = None) -> Harvest:
    return LocalEngine(2).tally([source], request or Request(), None, Silence())


@pytest.mark.parametrize("workers", [1, 3])
def test_a_bucket_gives_what_its_files_give(shelf: Shelf, tmp_path: Path, workers: int) -> None:
    hours = [at(f"2025-01-13T{hour:02}:00") for hour in range(5)]
    for number, hour in enumerate(hours):
        content = make_entries(hour)
        (tmp_path / f"{number}.json").write_bytes(content)
        shelf.put(name_file(hour), pack(content) if number % 2 else content, encoding="gzip" if number == 1 else None)

    bucket = tally(shelf.open(workers=workers))

    assert bucket.problems == ()
    assert bucket.tally.account.entries == 300
    assert bucket.tally.to_bytes() == tally(FileSource(str(tmp_path / "*.json"))).tally.to_bytes()


def test_the_core_cuts_the_window_out_of_its_hours(shelf: Shelf) -> None:
    hours = [at("2025-01-31T23:00"), at("2025-02-01T00:00")]
    for hour in hours:
        shelf.put(name_file(hour), make_entries(hour))

    window = Window(at("2025-01-31T23:45"), at("2025-02-01T00:10"))
    account = tally(shelf.open(), Request(window=window)).tally.account

    assert (account.entries, account.outside) == (25, 95)


def test_downloads_that_break_are_counted_once(shelf: Shelf, service: StorageServer) -> None:
    hours = [at(f"2025-01-13T{hour:02}:00") for hour in range(4)]
    for hour in hours:
        shelf.put(name_file(hour), make_entries(hour, 6_000))
    service.add(*(Fault("/download/", cut_after=300_000 * number) for number in range(1, 6)))

    harvest = tally(shelf.open(workers=4))

    assert harvest.problems == ()
    assert harvest.tally.account.entries == 24_000
    assert harvest.tally.account.refusals == []


def test_an_object_that_cannot_be_read_is_told_and_the_others_are_counted(shelf: Shelf, service: StorageServer) -> None:
    hours = [at("2025-01-13T08:00"), at("2025-01-13T09:00")]
    for hour in hours:
        shelf.put(name_file(hour), make_entries(hour))
    service.add(Fault("/08:00:00_.*alt=media", times=99, status=404))

    harvest = tally(shelf.open())

    (problem,) = harvest.problems
    assert problem.source == f"gs://{shelf.name}/{name_file(hours[0])}"
    assert "deleted or replaced" in problem.reason
    assert harvest.tally.account.entries == 60
    assert harvest.cursors == {}


def test_where_no_object_can_be_read_not_all_of_them_are_tried(shelf: Shelf, service: StorageServer) -> None:
    for hour in range(20):
        shelf.put(name_file(at(f"2025-01-13T{hour:02}:00")))
    service.denied.add("storage.objects.get")

    problems = tally(shelf.open(workers=2)).problems

    tried = [one for one in problems if one.source != f"gs://{shelf.name}/"]
    (rest,) = (one for one in problems if one.source == f"gs://{shelf.name}/")
    assert 4 <= len(tried) <= 6
    assert rest.reason.startswith(f"{20 - len(tried)} more objects are not tried: storage.objects.get is denied")


def test_objects_that_nobody_may_read_do_not_keep_the_others_from_being_read(
    shelf: Shelf, service: StorageServer
) -> None:
    for hour in range(20):
        shelf.put(name_file(at(f"2025-01-13T{hour:02}:00")), make_entries(at(f"2025-01-13T{hour:02}:00")))
    service.add(Fault(r"/\d[02468]:00:00_.*alt=media", times=99, status=403))

    harvest = tally(shelf.open(workers=1))

    assert (len(harvest.problems), harvest.tally.account.entries) == (10, 600)


def run(source: StorageSource, request: Request, store: Store) -> Worklog:
    """A run of the present."""
    parts = replace(make_parts(store=store), sources=[source], clock=lambda: datetime.now(UTC))
    return flow.ingest(parts, request)


def window(start: datetime, hours: int = 1) -> Request:
    return Request(window=Window(start, start + hours * HOUR))


def test_files_that_come_after_their_hour_was_read_are_counted_once_in_the_next_run(shelf: Shelf) -> None:
    store = SqlStore(":memory:")
    shelf.put(name_file(NINE), make_entries(NINE))
    first = run(shelf.open(), window(NINE), store)
    shelf.put(name_file(NINE, "A0:1736759700"), _add(make_entries(NINE), 40))
    shelf.put(name_file(NINE + HOUR), make_entries(NINE + HOUR))

    second = run(shelf.open(), window(NINE + HOUR), store)
    third = run(shelf.open(), window(NINE + HOUR), store)

    assert (first.coverage.entries, first.coverage.late) == (60, 0)
    assert (second.coverage.entries, second.coverage.late) == (100, 40)
    assert (third.coverage.entries, third.coverage.late) == (60, 0)


def _add(content: bytes, more: int) -> bytes:
    """The entries, and copies of some of them under other ids, as a late shard may have them."""
    entries = [json.loads(line) for line in content.splitlines()]
    copies = [entry | {"insertId": f"late-{entry['insertId']}"} for entry in entries[:more]]
    return "\n".join(json.dumps(entry) for entry in [*entries, *copies]).encode()


def test_what_follows_counts_each_entry_once_however_often_it_looks(shelf: Shelf) -> None:
    store = SqlStore(":memory:")
    source = shelf.open()
    shelf.put(name_file(NINE), make_entries(NINE))
    parts = replace(make_parts(store=store), sources=[source], clock=lambda: datetime.now(UTC))

    counted = []
    slices = flow.watch(parts, [Request(is_following=True)] * 4)
    for number, worklog in enumerate(slices):
        counted.append(worklog.coverage.entries)
        hour = NINE + (number + 1) * HOUR
        shelf.put(name_file(hour), make_entries(hour))

    assert counted == [60, 60, 60, 60]


def test_a_window_without_entries_is_verified_empty_only_where_the_sink_was_at_work(shelf: Shelf) -> None:
    shelf.put(name_file(NINE - HOUR), make_entries(NINE - HOUR))
    alone = run(shelf.open(), window(NINE), SqlStore(":memory:"))
    shelf.put(name_file(NINE + 2 * HOUR), make_entries(NINE + 2 * HOUR))

    assert alone.coverage.outcome is Outcome.UNKNOWN
    assert run(shelf.open(), window(NINE), SqlStore(":memory:")).coverage.outcome is Outcome.VERIFIED_EMPTY
