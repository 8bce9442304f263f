"""What the source of Cloud Storage promises of its bytes: the real client against a real server."""

import random
from typing import Any

import pytest

from log_gardener._core import Reading, Tally
from log_gardener.model.coverage import Problem
from log_gardener.ports import Progress, Request, Stream
from tests.fakes.bucket_shelf import (
    NO_DELAYS,
    Shelf,
    at,
    between,
    drain,
    find_problem,
    make_entries,
    name_file,
    open_streams,
    pack,
)
from tests.fakes.storage_server import Fault, StorageServer

HOUR = at("2025-01-13T08:00")
OBJECT = name_file(HOUR)
ENTRIES = make_entries(HOUR)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2025-01-13T08:00", "2025-01-13T08:30", ["2025-01-13T08:00"]),
        ("2025-01-13T08:59", "2025-01-13T09:30", ["2025-01-13T08:00", "2025-01-13T09:00"]),
        # An entry of the last minute may lie in the file of the next hour, where a writer goes by arrival.
        ("2025-01-13T08:30", "2025-01-13T09:00", ["2025-01-13T08:00", "2025-01-13T09:00"]),
        ("2025-01-13T23:30", "2025-01-14T00:30", ["2025-01-13T23:00", "2025-01-14T00:00"]),
        ("2025-01-31T23:30", "2025-02-01T00:30", ["2025-01-31T23:00", "2025-02-01T00:00"]),
        ("2024-12-31T23:30", "2025-01-01T00:30", ["2024-12-31T23:00", "2025-01-01T00:00"]),
        ("2025-01-13T10:00", "2025-01-13T10:59", []),
    ],
)
def test_of_a_window_only_the_files_of_its_hours_are_read(shelf: Shelf, start: str, end: str, hours: list[str]) -> None:
    days = ("2024-12-31", "2025-01-01", "2025-01-13", "2025-01-14", "2025-01-31", "2025-02-01")
    stored = [at(f"{day}T{hour:02}:00") for day in days for hour in (0, 7, 8, 9, 22, 23)]
    shelf.put_all(*(name_file(hour) for hour in stored))

    found = shelf.find_names(shelf.open(), between(start, end))

    assert found == [name_file(at(hour)) for hour in hours]


def test_shards_addenda_and_other_logs_are_read_in_order_of_name(shelf: Shelf) -> None:
    names = [
        name_file(HOUR, "A0:1736759700", "a.example.com/deep/log"),
        name_file(HOUR, "A0:1736759700"),
        name_file(HOUR, "S0"),
        name_file(HOUR, "S1"),
        name_file(HOUR, "S0", "syslog"),
    ]
    shelf.put_all(*reversed(names))

    assert shelf.find_names(shelf.open(), between("2025-01-13T08:10", "2025-01-13T08:20")) == names


def test_a_bucket_of_years_is_not_listed_for_one_hour(shelf: Shelf, service: StorageServer) -> None:
    hours = [
        at(f"{year}-{month:02}-{day}T08:00") for year in (2024, 2025) for month in range(1, 13) for day in (13, 14)
    ]
    shelf.put_all(*(name_file(hour, log=log) for hour in hours for log in ("syslog", "stdout")))
    service.paths.clear()

    shelf.find_names(shelf.open(), between("2025-06-13T08:10", "2025-06-13T08:20"))

    listings = service.find_listings()
    # All logs, each log, each of its years, its one month, and its days from the one before to the one after.
    assert len(listings) == 1 + 2 * (1 + 2 + 1 + 1)
    assert all("delimiter=/" in path or "startOffset" in path for path in listings)


def test_a_month_that_lies_in_the_window_is_one_listing(shelf: Shelf, service: StorageServer) -> None:
    shelf.put_all(*(name_file(at(f"2025-{month:02}-{day}T08:00")) for month in range(1, 6) for day in range(10, 20)))
    service.paths.clear()

    found = shelf.find_names(shelf.open(), between("2025-01-19T08:00", "2025-05-10T09:00"))

    assert len(found) == 1 + 3 * 10 + 1
    # The bucket, both parts of the log's name, its year, three whole months, and two in part with their days.
    assert len(service.find_listings()) == 3 + 1 + 3 + 2 * 2


def test_without_a_window_everything_comes_in_one_listing(shelf: Shelf, service: StorageServer) -> None:
    names = ["export.json", OBJECT, name_file(at("2020-01-01T00:00"))]
    shelf.put_all(*names)
    service.paths.clear()

    assert shelf.find_names(shelf.open(), Request()) == sorted(names)
    assert len(service.find_listings()) == 1


def test_objects_whose_names_tell_no_time_are_read_whatever_the_window(shelf: Shelf) -> None:
    kept = ["2024/export.json", "2025/01/export.json", "a/b/c/export.json", "top.json"]
    shelf.put_all(*kept, "a/", OBJECT)

    assert shelf.find_names(shelf.open(), between("2025-01-20T08:00", "2025-01-20T09:00")) == kept


def test_objects_in_the_folder_of_a_day_are_read_for_that_day_and_those_beside_it(shelf: Shelf) -> None:
    shelf.put_all(*(f"app/2025/01/{day}/part-1.json" for day in (11, 12, 13, 14, 15)), "app/2025/01/13/08/deep.json")

    found = shelf.find_names(shelf.open(), between("2025-01-13T08:00", "2025-01-13T09:00"))

    parts = [f"app/2025/01/{day}/part-1.json" for day in (12, 13, 14)]
    assert found == sorted([*parts, "app/2025/01/13/08/deep.json"])


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("app", ["app/a.json", "app/b/c.json"]),
        ("app/", ["app/a.json", "app/b/c.json"]),
        ("app/a.json", ["app/a.json"]),
        ("app*", ["app/a.json", "app/b/c.json", "apple/d.json"]),
        ("*/*.json", ["app/a.json", "apple/d.json"]),
        ("**/c.json", ["app/b/c.json"]),
        ("nothing", []),
    ],
)
@pytest.mark.parametrize("request_", [Request(), between("2025-01-13T08:00", "2025-01-13T09:00")])
def test_an_address_names_an_object_a_folder_or_a_glob(
    shelf: Shelf, prefix: str, expected: list[str], request_: Request
) -> None:
    shelf.put_all("app/a.json", "app/b/c.json", "apple/d.json")

    assert shelf.find_names(shelf.open(prefix), request_) == expected


def test_an_object_has_the_same_identity_in_every_run_and_other_content_another(shelf: Shelf) -> None:
    shelf.put("a.json")
    first, second = (open_streams(shelf.open())[0] for _ in range(2))
    shelf.put("a.json", b"{}{}")

    assert first.identity == second.identity
    assert first.identity.startswith(f"gs://{shelf.name}/a.json#")
    assert open_streams(shelf.open())[0].identity != first.identity


@pytest.mark.parametrize("encoding", [None, "gzip"])
def test_what_is_stored_compressed_comes_as_it_is_stored(shelf: Shelf, encoding: str | None) -> None:
    shelf.put("a.json", pack(ENTRIES), encoding=encoding)

    (stream,) = open_streams(shelf.open())

    assert drain(stream) == pack(ENTRIES)
    assert stream.size == len(pack(ENTRIES))


def test_compressed_or_not_the_core_counts_the_same(shelf: Shelf) -> None:
    shelf.put("plain/a.json", ENTRIES)
    shelf.put("packed/a.json", pack(ENTRIES))
    shelf.put("encoded/a.json", pack(ENTRIES), encoding="gzip")

    tallies = [_tally(shelf, folder) for folder in ("plain", "packed", "encoded")]

    assert [tally.account.entries for tally in tallies] == [60, 60, 60]
    assert len({tally.to_bytes() for tally in tallies}) == 1


def _tally(shelf: Shelf, folder: str) -> Tally:
    tally = Tally()
    for stream in open_streams(shelf.open(folder)):
        tally.add(stream.opened, Reading("same"))
    return tally


def test_an_empty_object_ends_at_once(shelf: Shelf, service: StorageServer) -> None:
    shelf.put("a.json", b"")

    assert drain(open_streams(shelf.open())[0]) == b""
    assert service.find_downloads() == []


def test_a_broken_download_goes_on_at_the_byte_where_it_broke(shelf: Shelf, service: StorageServer) -> None:
    shelf.put(OBJECT, ENTRIES)
    service.add(
        Fault("/download/", cut_after=5000), Fault("/download/", cut_after=1234), Fault("/download/", status=503)
    )

    assert drain(open_streams(shelf.open())[0]) == ENTRIES
    assert len(service.find_downloads()) == 4


def test_a_server_that_knows_no_ranges_is_read_all_the_same(shelf: Shelf, service: StorageServer) -> None:
    shelf.put(OBJECT, ENTRIES)
    service.add(Fault("/download/", cut_after=5000), Fault("/download/", is_whole=True))

    assert drain(open_streams(shelf.open())[0]) == ENTRIES


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("encoding", [None, "gzip"])
def test_however_often_it_breaks_nothing_is_lost_or_doubled(
    shelf: Shelf, service: StorageServer, seed: int, encoding: str | None
) -> None:
    draw = random.Random(seed)
    content = draw.randbytes(50_000) if encoding is None else pack(draw.randbytes(50_000))
    shelf.put(OBJECT, content, encoding=encoding)
    # A read gets through each time, so that it is not given up.
    service.add(*(Fault("/download/", cut_after=draw.randint(1_000, 5_000)) for _ in range(draw.randint(5, 15))))

    assert drain(open_streams(shelf.open())[0]) == content


@pytest.mark.parametrize(
    "fault",
    [
        Fault("/download/", times=99, status=503),
        Fault("/download/", times=99, status=429),
        Fault("/download/", times=99, cut_after=0),
    ],
)
def test_what_does_not_come_is_given_up_after_so_many_trials(
    shelf: Shelf, service: StorageServer, fault: Fault
) -> None:
    shelf.put(OBJECT, ENTRIES)
    service.add(fault)

    with pytest.raises(OSError, match=r"."):
        drain(open_streams(shelf.open())[0])

    assert len(service.find_downloads()) == 1 + len(NO_DELAYS)


def test_an_object_that_vanishes_after_it_was_listed_is_told(shelf: Shelf) -> None:
    shelf.put_all("a.json", "b.json")
    gone, kept = open_streams(shelf.open())
    shelf.remove("a.json")

    with pytest.raises(OSError, match="deleted or replaced after it had been listed"):
        drain(gone)
    assert drain(kept) == b"{}\n"


def test_of_an_object_that_is_replaced_while_it_is_read_nothing_is_mixed(shelf: Shelf, service: StorageServer) -> None:
    shelf.put(OBJECT, ENTRIES)
    (stream,) = open_streams(shelf.open())
    service.add(Fault("/download/", cut_after=2000))

    assert stream.opened.read(2000) == ENTRIES[:2000]  # type: ignore[union-attr] # no path comes from a bucket
    shelf.put(OBJECT, ENTRIES.replace(b"payment", b"booking"))

    with pytest.raises(OSError, match="deleted or replaced"):
        drain(stream)


def test_what_arrives_damaged_is_told(shelf: Shelf, service: StorageServer) -> None:
    shelf.put(OBJECT, ENTRIES)
    service.add(Fault("/download/", is_damaged=True))

    with pytest.raises(OSError, match="arrived damaged"):
        drain(open_streams(shelf.open())[0])


@pytest.mark.parametrize(
    ("permission", "path"), [("storage.objects.list", "the listing"), ("storage.objects.get", "the reading")]
)
def test_a_denied_bucket_is_a_problem_with_the_command_that_mends_it(
    shelf: Shelf, service: StorageServer, permission: str, path: str
) -> None:
    shelf.put(OBJECT, ENTRIES)
    service.denied.add(permission)

    (found,) = shelf.open().streams(Request())
    reason = found.reason if isinstance(found, Problem) else _break(found)

    assert isinstance(found, Problem) == (path == "the listing")
    assert f"gcloud storage buckets add-iam-policy-binding gs://{shelf.name}" in reason
    assert "--role=roles/storage.objectViewer" in reason


def _break(stream: Stream) -> str:
    with pytest.raises(OSError, match=r".") as raised:
        drain(stream)
    return str(raised.value)


def test_a_bucket_that_there_is_not_is_a_problem(shelf: Shelf) -> None:
    source = shelf.open()
    missing = Shelf.__new__(Shelf)
    missing.name, missing.service = "no-such-bucket", shelf.service

    problem = find_problem(list(missing.open().streams(Request())))

    assert "there is no bucket no-such-bucket" in problem.reason
    assert list(source.streams(Request())) == []


def test_a_service_that_cannot_be_reached_is_a_problem_without_a_long_wait(shelf: Shelf) -> None:
    source = shelf.open(endpoint="http://127.0.0.1:9", delays_seconds=(0.01, 0.01))

    assert find_problem(list(source.streams(Request()))).source == source.name


def test_no_credentials_are_a_problem(shelf: Shelf, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    # Off Google Cloud; the library reads this whenever it looks, others only once in a process.
    monkeypatch.setenv("GCE_METADATA_IP", "127.0.0.1:9")
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)

    problem = find_problem(list(shelf.open(endpoint="").streams(Request())))

    assert "gcloud auth application-default login" in problem.reason


def test_the_emulator_that_the_environment_names_is_read(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", shelf.service.endpoint)
    shelf.put(OBJECT, ENTRIES)

    assert drain(open_streams(shelf.open(endpoint=""))[0]) == ENTRIES


def test_progress_is_told_from_the_listing_on(shelf: Shelf) -> None:
    shelf.put("a.json", b"x" * 3_000)
    shelf.put("b.json", b"x" * 1_000)
    source = shelf.open()

    told = [source.find_progress()]
    for stream in open_streams(source):
        drain(stream)
        told.append(source.find_progress())

    assert told == [
        Progress(0.0, "listing objects"),
        Progress(0.75, "1 of 2 objects, 3 kB"),
        Progress(1.0, "2 of 2 objects, 4 kB"),
    ]


def test_what_is_stopped_ends_early_and_gives_no_cursor(shelf: Shelf) -> None:
    shelf.put(OBJECT, ENTRIES)
    source = shelf.open()
    (stream,) = open_streams(source)
    stream.opened.read(10)  # type: ignore[union-attr] # no path comes from a bucket
    source.stop()

    with pytest.raises(OSError, match="stopped before its end"):
        drain(stream)
    assert source.find_cursor() is None
