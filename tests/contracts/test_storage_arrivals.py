"""What the source of Cloud Storage promises of what arrives: late files, following, cursors, and what it knows."""

from datetime import UTC, datetime, timedelta

import pytest

from log_gardener.model.coverage import Probe
from log_gardener.model.diagnosis import Mark
from log_gardener.model.instant import from_nanos, to_nanos
from log_gardener.model.window import Window
from log_gardener.ports import Request, Stream
from log_gardener.sources.storage.source import CLOCK_MARGIN, StorageSource
from tests.fakes.bucket_shelf import Shelf, at, between, drain, find_problem, name_file, open_streams
from tests.fakes.storage_server import Fault, StorageServer

HOUR = timedelta(hours=1)
NINE = at("2025-01-13T09:00")
FOLLOWING = Request(is_following=True)

# The server tells when an object came, and cannot be told otherwise: cursors lie around the present.
BEFORE = to_nanos(datetime.now(UTC) - HOUR)
AFTER = to_nanos(datetime.now(UTC) + 24 * HOUR)


def put_hours(shelf: Shelf, *offsets: int, shard: str = "S0") -> list[str]:
    """Files of hours counted from nine o'clock."""
    names = [name_file(NINE + offset * HOUR, shard) for offset in offsets]
    shelf.put_all(*names)
    return names


def test_files_of_earlier_hours_that_came_since_the_cursor_are_read_for_those_hours(shelf: Shelf) -> None:
    put_hours(shelf, -30, -25, -2, -1, 0)
    cursor = to_nanos(NINE)

    found = list(shelf.open().streams(between("2025-01-13T09:00", "2025-01-13T09:30"), cursor))

    late = Window(NINE - 24 * HOUR, NINE)
    assert [(one.name[-25:-17], one.late) for one in found if isinstance(one, Stream)] == [
        ("07:00:00", late),
        ("08:00:00", late),
        ("09:00:00", None),
        # Where a writer goes by arrival, it may hold the last entries of the hour before.
        ("09:00:00", late),
    ]


def test_what_is_late_ends_where_earlier_runs_have_read_to(shelf: Shelf) -> None:
    put_hours(shelf, -2)

    (found,) = shelf.open().streams(between("2025-01-13T09:00", "2025-01-13T09:30"), to_nanos(NINE - HOUR))

    assert isinstance(found, Stream)
    assert found.late == Window(NINE - 25 * HOUR, NINE - HOUR)


def test_files_that_were_there_when_an_earlier_run_read_are_not_late(shelf: Shelf) -> None:
    names = put_hours(shelf, -1, 0)

    assert shelf.find_names(shelf.open(), between("2025-01-13T09:00", "2025-01-13T09:30"), AFTER) == names[1:]


def test_what_came_within_the_margin_of_the_clocks_is_looked_at_again(shelf: Shelf) -> None:
    put_hours(shelf, -1)
    request = between("2025-01-13T09:30", "2025-01-13T10:00")
    now = datetime.now(UTC)

    seen = [
        len(shelf.find_names(shelf.open(), request, to_nanos(now + CLOCK_MARGIN + offset)))
        for offset in (timedelta(minutes=-1), timedelta(minutes=1))
    ]

    # The cursor lies after the window, so that what is late ends where the window begins.
    assert seen == [1, 0]


def test_a_file_of_the_hour_in_which_a_window_begins_is_read_for_the_window_and_for_what_was_late(shelf: Shelf) -> None:
    (name,) = put_hours(shelf, 0)

    found = shelf.find_names(shelf.open(), between("2025-01-13T09:30", "2025-01-13T10:00"), BEFORE)

    assert found == [name, f"{name} late"]


@pytest.mark.parametrize(("late_hours", "cursor"), [(0, BEFORE), (24, None)], ids=["nobody looks", "no cursor"])
def test_nothing_is_late_without_a_cursor_or_where_nobody_looks_for_it(
    shelf: Shelf, late_hours: int, cursor: int | None
) -> None:
    names = put_hours(shelf, -1, 0)
    request = between("2025-01-13T09:00", "2025-01-13T09:30")

    found = shelf.find_names(shelf.open(late_hours=late_hours), request, cursor)

    assert found == names[1:]


def test_what_follows_takes_what_came_since_the_cursor_and_nothing_twice(shelf: Shelf) -> None:
    now = datetime.now(UTC)
    source = shelf.open()
    names = [name_file(now - 2 * HOUR), name_file(now - HOUR)]
    shelf.put(names[0])

    first = follow(shelf, source, BEFORE)
    source.settle()
    shelf.put(names[1])

    assert first == [f"{names[0]} late"]
    assert follow(shelf, source, BEFORE) == [f"{names[1]} late"]


def follow(shelf: Shelf, source: StorageSource, cursor: int | None) -> list[str]:
    """The objects of a slice, read."""
    found = [stream for stream in source.streams(FOLLOWING, cursor) if isinstance(stream, Stream)]
    for stream in found:
        drain(stream)
    return shelf.spell(found)


def test_what_was_read_and_not_remembered_is_followed_again(shelf: Shelf) -> None:
    shelf.put("a.json")
    source = shelf.open()

    assert [follow(shelf, source, BEFORE) for _ in range(2)] == [["a.json late"]] * 2


def test_what_could_not_be_read_to_its_end_is_followed_again(shelf: Shelf, service: StorageServer) -> None:
    shelf.put("a.json")
    source = shelf.open()
    service.add(Fault("/download/", status=403))

    with pytest.raises(OSError, match="denied"):
        follow(shelf, source, BEFORE)
    source.settle()

    assert follow(shelf, source, BEFORE) == ["a.json late"]


def test_content_that_was_replaced_is_followed_as_new(shelf: Shelf) -> None:
    shelf.put("a.json")
    source = shelf.open()
    follow(shelf, source, BEFORE)
    source.settle()
    shelf.put("a.json", b"{}{}")

    assert follow(shelf, source, BEFORE) == ["a.json late"]


def test_what_was_read_for_a_window_is_followed_as_a_whole(shelf: Shelf) -> None:
    shelf.put("a.json")
    source = shelf.open()
    for stream in source.streams(between("2025-01-13T09:00", "2025-01-13T09:30")):
        assert isinstance(stream, Stream)
        drain(stream)
    source.settle()

    assert follow(shelf, source, BEFORE) == ["a.json late"]


def test_without_a_cursor_what_follows_begins_now(shelf: Shelf) -> None:
    shelf.put("a.json")
    times = iter([datetime.now(UTC) + HOUR, datetime.now(UTC) + HOUR])
    source = shelf.open(clock=lambda: next(times))

    assert follow(shelf, source, None) == []
    assert from_nanos(source.find_cursor() or 0) > datetime.now(UTC)


def test_without_a_cursor_what_follows_goes_on_where_it_was(shelf: Shelf) -> None:
    times = iter([datetime.now(UTC), datetime.now(UTC) + 2 * HOUR])
    source = shelf.open(clock=lambda: next(times))
    follow(shelf, source, None)
    source.settle()
    shelf.put("a.json")

    assert follow(shelf, source, None) == ["a.json late"]


def test_what_will_not_be_listed_again_is_not_kept_in_mind(shelf: Shelf) -> None:
    shelf.put("a.json")
    source = shelf.open()
    kept = []
    for cursor in (BEFORE, AFTER):
        follow(shelf, source, cursor)
        source.settle()
        kept.append(len(source._settled))

    assert kept == [1, 0]


def test_what_follows_takes_entries_of_the_hours_that_a_run_knows_again(shelf: Shelf) -> None:
    shelf.put("a.json")
    now = datetime.now(UTC)
    cursor = now - 2 * HOUR

    (stream,) = shelf.open(clock=lambda: now, late_hours=6).streams(FOLLOWING, to_nanos(cursor))

    assert isinstance(stream, Stream)
    assert stream.late == Window(cursor - 6 * HOUR, now + 24 * HOUR)


def test_the_cursor_is_when_the_reading_began_and_no_later_than_the_window_ends(shelf: Shelf) -> None:
    put_hours(shelf, 0)
    now = at("2025-01-13T09:40")
    source = shelf.open(clock=lambda: now)

    found = []
    for request in (between("2025-01-13T09:00", "2025-01-13T09:30"), Request(), FOLLOWING):
        list(source.streams(request))
        found.append(from_nanos(source.find_cursor() or 0))

    assert found == [at("2025-01-13T09:30"), now, now]


def test_there_is_no_cursor_before_the_end_nor_after_a_listing_that_failed(
    shelf: Shelf, service: StorageServer
) -> None:
    shelf.put_all("a.json", "b.json")
    source = shelf.open()
    reading = source.streams(Request())
    next(reading)
    in_midst = source.find_cursor()
    list(reading)
    service.denied.add("storage.objects.list")
    list(source.streams(Request()))

    assert (in_midst, source.find_cursor()) == (None, None)


def test_files_of_the_windows_hours_show_that_logs_arrive(shelf: Shelf) -> None:
    put_hours(shelf, -1, 0, 1)

    probe = probe_of(shelf.open(), between("2025-01-13T09:00", "2025-01-13T10:00"))

    assert probe.is_arriving
    assert probe.newest_nanos == to_nanos(at("2025-01-13T11:00"))
    assert "1 are of the window's hours" in probe.detail


def probe_of(source: StorageSource, request: Request) -> Probe:
    probe = source.probe(request)
    assert isinstance(probe, Probe)
    return probe


@pytest.mark.parametrize(
    ("offsets", "is_arriving"),
    [((-1, 1), True), ((-1,), False), ((1,), False), ((-30, 1), False), ((-1, 30), False), ((-1, 5, 30), True)],
)
def test_files_before_and_after_a_window_show_that_the_sink_was_at_work(
    shelf: Shelf, offsets: tuple[int, ...], *, is_arriving: bool
) -> None:
    put_hours(shelf, *offsets)

    assert probe_of(shelf.open(), between("2025-01-13T09:00", "2025-01-13T10:00")).is_arriving == is_arriving


def test_an_empty_file_shows_nothing(shelf: Shelf) -> None:
    shelf.put(name_file(NINE), b"")
    put_hours(shelf, 1)

    assert not probe_of(shelf.open(), between("2025-01-13T09:00", "2025-01-13T10:00")).is_arriving


@pytest.mark.parametrize(
    "names", [[], ["export.json"], [name_file(NINE)]], ids=["nothing", "no sink file", "a window that goes on after it"]
)
def test_what_tells_nothing_of_a_window_shows_nothing(shelf: Shelf, names: list[str]) -> None:
    shelf.put_all(*names)

    probe = probe_of(shelf.open(), between("2025-01-13T09:00", "2025-01-13T10:30"))

    assert not probe.is_arriving
    assert (probe.newest_nanos is None) == (not names)


def test_a_probe_that_cannot_look_is_a_problem(shelf: Shelf, service: StorageServer) -> None:
    service.denied.add("storage.objects.list")

    problem = shelf.open().probe(Request())

    assert problem is not None
    assert "roles/storage.objectViewer" in find_problem([problem] if not isinstance(problem, Probe) else []).reason


def test_a_probe_for_the_newest_file_does_not_list_the_bucket(shelf: Shelf, service: StorageServer) -> None:
    hours = [at(f"{year}-{month:02}-13T08:00") for year in (2024, 2025) for month in (1, 6, 12)]
    shelf.put_all(*(name_file(hour) for hour in hours))
    service.paths.clear()

    shelf.open().probe(Request())

    # All logs, the two folders of the log's name, its newest year, month and day.
    assert len(service.find_listings()) == 6


def test_a_doctor_finds_all_well_where_it_is(shelf: Shelf) -> None:
    put_hours(shelf, 0)

    found = list(shelf.open(clock=lambda: NINE + 3 * HOUR).diagnose())

    assert [one.mark for one in found] == [Mark.OK] * 4
    assert found[-1].detail == "the newest is of the hour until 2025-01-13T10:00:00Z, 2 h 0 min ago"


def test_a_doctor_names_what_is_denied_with_the_role_that_grants_it(shelf: Shelf, service: StorageServer) -> None:
    service.denied.update({"storage.objects.list", "storage.objects.get"})

    found = list(shelf.open().diagnose())

    assert [one.mark for one in found] == [Mark.OK, Mark.FAILED, Mark.FAILED]
    assert all("--role=roles/storage.objectViewer" in one.remedy for one in found[1:])


@pytest.mark.parametrize(
    ("names", "detail"),
    [
        ([], "none, nor any other object"),
        (["export.json"], "none; the newest object is export.json"),
        ([name_file(NINE - 72 * HOUR)], "the newest is of the hour until 2025-01-10T10:00:00Z, 2 d 23 h ago"),
    ],
)
def test_a_doctor_warns_where_no_sink_writes(shelf: Shelf, names: list[str], detail: str) -> None:
    shelf.put_all(*names)

    *_, last = shelf.open(clock=lambda: NINE).diagnose()

    assert (last.mark, last.detail) == (Mark.WARNING, detail)
    assert "gcloud logging sinks" in last.remedy


def test_a_doctor_who_is_not_let_in_says_so(shelf: Shelf, service: StorageServer) -> None:
    service.add(Fault("/iam/testPermissions", status=404))

    (found,) = shelf.open().diagnose()

    assert found.mark is Mark.FAILED
    assert "there is no bucket" in found.remedy


def test_a_doctor_does_not_wait_long_for_a_service_that_cannot_be_reached(shelf: Shelf) -> None:
    (found,) = shelf.open(endpoint="http://127.0.0.1:9", delays_seconds=(0.01, 0.01)).diagnose()

    assert found.mark is Mark.FAILED
    assert "127.0.0.1" in found.remedy


def test_streams_of_a_source_are_read_at_the_same_time_as_often_as_asked(shelf: Shelf) -> None:
    shelf.put_all("a.json", "b.json")
    source = shelf.open(workers=2)

    one, other = open_streams(source)

    assert source.workers == 2
    assert drain(other) == drain(one)
