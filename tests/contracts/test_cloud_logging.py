"""A window of Cloud Logging is read whole and once, whatever happens on the way."""

import json
from collections import Counter
from contextlib import AbstractContextManager
from datetime import timedelta
from itertools import pairwise
from random import Random
from typing import Any, BinaryIO, cast

import pytest

from log_gardener.errors import UsageError
from log_gardener.model.instant import to_nanos
from log_gardener.model.severity import Severity
from log_gardener.ports import Request, Stream
from log_gardener.sources.cloud_logging.pace import Pace
from log_gardener.sources.cloud_logging.source import CloudLoggingSource, LoggingOptions
from tests.contracts.logging_garden import NAME, NOW, REQUEST, WINDOW, entry, make_memory, make_source, take
from tests.fakes.logging_service import Fault, LoggingFake, Setting, serve_logging
from tests.fakes.standing_clock import StandingClock

HOUR = 3_600
START, END = WINDOW.nanos

FEW = [entry(at) for at in range(0, HOUR, 30)]
# The fake is told to give pages of 100 entries. More than one page for each of four workers:
MANY = [entry(at * 5) for at in range(HOUR // 5)]
# Five pages, of which the first of four slices has all; with what `crowding` sets, its worker gives away what is left.
CROWDED = [entry(at * 1.8) for at in range(500)]
# Three pages of one instant, between others.
TIED = [entry(at + 0.01) for at in range(0, HOUR, 60)] + [entry(1_800.25, insertId=f"tie-{at:04}") for at in range(300)]


def serving(entries: list[dict[str, str]], **setting: Any) -> AbstractContextManager[LoggingFake]:
    return serve_logging(entries, Setting(most_a_page=100, **setting))


@pytest.fixture(autouse=True)
def crowding(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let slices be split so early that a test need not make tens of thousands of entries."""
    monkeypatch.setattr("log_gardener.sources.cloud_logging.slicing.PAGES_BEFORE_SPLIT", 2)


def ids(entries: list[dict[str, str]]) -> list[str]:
    return [one["insertId"] for one in entries]


@pytest.mark.parametrize("entries", [[], FEW, MANY, CROWDED, TIED], ids=["none", "few", "many", "crowded", "tied"])
@pytest.mark.parametrize("workers", [1, 4])
def test_a_window_is_read_whole_and_every_entry_once(entries: list[dict[str, str]], workers: int) -> None:
    outside = [entry(-0.000001, insertId="before"), entry(HOUR, insertId="after")]
    with serving([*entries, *outside]) as fake:
        taken = take(make_source(fake, workers=workers))

        calls = fake.journal.calls()
    assert sorted(taken.ids) == sorted(ids(entries))
    assert (taken.counted, taken.harvest.problems) == (len(entries), ())
    assert all(call.is_bounded and call.page_size == 1_000 and call.order_by == "timestamp asc" for call in calls)
    assert {call.resource_names for call in calls} == {("projects/garden",)}


def test_pages_are_asked_for_no_more_often_than_it_takes() -> None:
    with serving(MANY) as fake:
        take(make_source(fake))

        # Two for each of four slices, and one for what arrived meanwhile.
        assert len(fake.journal.calls()) == 9


def test_what_a_crowded_slice_has_left_is_read_by_all() -> None:
    with serving(CROWDED) as fake:
        taken = take(make_source(fake))

        spans = Counter(call.timestamp for call in fake.journal.calls() if call.received.start is None)
    # Four slices, one that was given away, what is left of the first, and what arrived late, which is no span.
    assert (len(spans), len(taken.streams)) == (6, 6)
    assert max(spans.values()) < 4


def test_slices_follow_one_another_without_a_gap() -> None:
    with serving(CROWDED) as fake:
        taken = take(make_source(fake))

    spans = [list(map(int, one.identity.split("#")[1].split("-"))) for one in taken.streams if one.late is None]
    assert min(start for start, _ in spans) == START
    assert max(end for _, end in spans) == END
    starts = sorted(start for start, _ in spans)
    assert all(earlier < later for earlier, later in pairwise(starts))


def test_reading_again_gives_the_same_bytes_in_the_same_streams() -> None:
    with serving([*CROWDED, *TIED]) as fake:
        first, second = [take(make_source(fake, seed=seed)) for seed in (1, 2)]

    assert first.harvest.digests == second.harvest.digests
    assert len(first.harvest.digests) > 4


def test_streams_that_are_listed_before_any_is_read_give_everything() -> None:
    with serving([*CROWDED, *TIED]) as fake:
        streams = [stream for stream in make_source(fake).streams(REQUEST) if isinstance(stream, Stream)]
        blocks = [_read_all(stream) for stream in streams if stream.late is None]

    found = [json.loads(line)["insertId"] for block in blocks for line in block.splitlines()]
    assert sorted(found) == sorted(ids([*CROWDED, *TIED]))


def _read_all(stream: Stream) -> bytes:
    opened = cast("BinaryIO", stream.opened)
    return b"".join(iter(lambda: opened.read(5_000), b""))


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_a_stream_gives_no_more_than_it_is_asked_for_and_all_of_it(size: int) -> None:
    with serving(FEW[:20]) as fake:
        stream = next(make_source(fake, workers=1).streams(REQUEST))
        assert isinstance(stream, Stream)
        opened = cast("BinaryIO", stream.opened)
        parts = list(iter(lambda: opened.read(size), b""))

    assert max(map(len, parts)) <= size
    assert len(b"".join(parts).splitlines()) == 20


@pytest.mark.parametrize("entries", [MANY, CROWDED, TIED], ids=["many", "crowded", "tied"])
@pytest.mark.parametrize("page", [1, 3])
def test_an_expired_token_is_followed_by_a_listing_from_there_on(entries: list[dict[str, str]], page: int) -> None:
    with serving(entries) as fake:
        fake.faults.script(*[None] * page, (Fault.EXPIRED, Fault.SHUFFLED), (Fault.SHUFFLED,), Fault.EXPIRED)
        taken = take(make_source(fake, workers=1))

        assert fake.faults.counts[Fault.EXPIRED] == 2
    assert sorted(taken.ids) == sorted(ids(entries))
    assert taken.harvest.problems == ()


def test_a_token_that_never_holds_is_told_after_a_while() -> None:
    with serving(TIED, token_life=timedelta(seconds=-1)) as fake:
        taken = take(make_source(fake))

    assert any("invalid/expired" in reason for reason in taken.reasons)
    assert taken.cursor is None


@pytest.mark.parametrize("seed", range(12))
def test_everything_that_goes_wrong_at_once_changes_nothing(seed: int) -> None:
    entries = [*MANY[::3], *TIED, *(entry(100.0001 + at * 0.001) for at in range(400))]
    with serving(entries) as fake:
        fake.faults.mix(seed)
        taken = take(make_source(fake, seed=seed))

    assert taken.harvest.problems == ()
    assert taken.counted == len(entries)
    assert set(taken.ids) == set(ids(entries))


@pytest.mark.parametrize("fault", [Fault.UNAVAILABLE, Fault.LOST, Fault.DEADLINE, Fault.INTERNAL])
def test_what_is_over_soon_is_asked_again(fault: Fault) -> None:
    with serving(FEW) as fake:
        fake.faults.script(*[fault] * 7)
        taken = take(make_source(fake, workers=1))

        calls = fake.journal.calls()
    assert (taken.counted, taken.harvest.problems) == (len(FEW), ())
    assert [call.outcome for call in calls].count("OK") == 3


def test_a_quota_of_the_service_is_kept_without_a_single_refusal_however_many_sources_share_it() -> None:
    clock = StandingClock(NOW)
    pace = Pace(clock.sleep, clock.monotonic, Random(7).random)
    with serving(FEW, clock=clock, reads_per_minute=60) as fake:
        counts = [_read_slowly(make_crumbling(fake.target, pace)) for _ in range(3)]

        outcomes = [call.outcome for call in fake.journal.calls()]
    assert counts == [len(FEW)] * 3
    assert outcomes == ["OK"] * 3 * 65
    assert 135 < clock.monotonic() < 200


def test_a_smaller_quota_than_ours_is_adapted_to() -> None:
    clock = StandingClock(NOW)
    with serving(FEW, clock=clock, reads_per_minute=15) as fake:
        source = make_crumbling(fake.target, Pace(clock.sleep, clock.monotonic, Random(7).random))
        count = _read_slowly(source)

        outcomes = Counter(call.outcome for call in fake.journal.calls())
    assert count == len(FEW)
    assert outcomes["OK"] == 65
    assert 0 < outcomes["RESOURCE_EXHAUSTED"] < 20
    assert clock.monotonic() < 10 * 60
    assert "since the quota was used up" in source.find_progress().note


def make_crumbling(target: str, pace: Pace) -> CloudLoggingSource:
    """A source each of whose 64 slices is a page."""
    return CloudLoggingSource(NAME, LoggingOptions(endpoint=target, workers=64), lambda: NOW, pace)


def _read_slowly(source: CloudLoggingSource) -> int:
    """Read stream after stream, since workers who sleep at the same time move a standing clock one after another."""
    streams = [stream for stream in source.streams(REQUEST) if isinstance(stream, Stream)]
    return sum(_read_all(stream).count(b"\n") for stream in streams)


def test_only_the_service_and_the_severity_are_asked_for() -> None:
    other = {"type": "k8s_container", "labels": {"container_name": "cart", "cluster_name": "shop-cluster"}}
    bad = [entry(at + 0.5, severity="ERROR") for at in range(40)]
    with serving([*FEW, *bad, *(entry(at + 0.25, resource=other) for at in range(40))]) as fake:
        taken = take(make_source(fake), Request(window=WINDOW, service="shop", severity=Severity.ERROR))

    assert sorted(taken.ids) == sorted(ids(bad))
    assert taken.harvest.tally.account.other_services == 0


def test_a_filter_of_the_users_own_that_speaks_of_time_moves_no_bound() -> None:
    outside = [entry(-60, insertId="before", severity="ERROR"), entry(HOUR + 60, insertId="after")]
    bad = [entry(at + 0.5, severity="ERROR") for at in range(40)]
    own = 'severity>=ERROR -- or, whatever the timestamp\nOR timestamp<"2001-01-01T00:00:00Z" -- ('
    with serving([*FEW, *bad, *outside]) as fake:
        taken = take(make_source(fake, filter=own))

        assert all(call.is_bounded for call in fake.journal.calls())
    assert sorted(taken.ids) == sorted(ids(bad))


@pytest.mark.parametrize(
    "address", ["logging://folders/12", "logging://projects/garden/locations/global/buckets/_Default"]
)
def test_what_is_not_a_project_is_read_by_its_name(address: str) -> None:
    folder = [entry(at, logName="folders/12/logs/stdout") for at in range(9)]
    with serving([*FEW, *folder]) as fake:
        taken = take(make_source(fake, address=address))

        (names,) = {call.resource_names for call in fake.journal.calls()}
    assert taken.counted == (9 if "folders" in address else len(FEW))
    assert names[0].removesuffix("/views/_AllLogs") == address.removeprefix("logging://")


def test_no_window_is_everything_there_is() -> None:
    old = entry(-200 * 24 * HOUR, insertId="old")
    with serving([old, *FEW]) as fake:
        taken = take(make_source(fake), Request())

        assert all(call.is_bounded for call in fake.journal.calls())
    assert taken.counted == len(FEW) + 1


def test_progress_tells_pages_entries_and_the_share_of_the_windows_time() -> None:
    with serving([entry(at * 5) for at in range(360)]) as fake:
        source = make_source(fake, workers=1)
        assert source.find_progress().share is None
        stream = next(source.streams(REQUEST))
        assert isinstance(stream, Stream)
        opened = cast("BinaryIO", stream.opened)
        shares = [source.find_progress().share or 0.0 for _ in iter(lambda: opened.read(1 << 12), b"")]

        progress = source.find_progress()
    assert shares == sorted(shares)
    assert any(0.1 < share < 0.4 for share in shares)
    assert (progress.share, progress.note) == (1.0, "4 pages, 360 entries")


def test_a_cursor_is_when_the_reading_began_but_no_later_than_the_windows_end() -> None:
    began = WINDOW.start + timedelta(minutes=10)
    with serving(FEW) as fake:
        assert take(make_source(fake)).cursor == END
        assert take(make_source(fake, clock=lambda: began)).cursor == to_nanos(began)


def test_a_reading_that_fails_or_is_stopped_leaves_no_cursor() -> None:
    with serving(MANY) as fake:
        fake.faults.script(*[None] * 4, *[Fault.UNAVAILABLE] * 99)
        failed = take(make_source(fake))
        fake.faults.stop()
        source = make_source(fake)
        streams = source.streams(REQUEST)
        first = next(streams)
        source.stop()

        assert isinstance(first, Stream)
        with pytest.raises(OSError, match="stopped before its end"):
            _read_all(first)
        assert list(streams) == []
        assert source.find_cursor() is None
    assert failed.cursor is None
    assert 0 < failed.counted < len(MANY)


def test_an_older_window_moves_no_cursor_back() -> None:
    with serving(FEW) as fake:
        first = take(make_source(fake))
        older = Request(window=type(WINDOW)(WINDOW.start, WINDOW.start + timedelta(minutes=5)))
        second = take(make_source(fake), older, make_memory(first.harvest))

    assert (first.cursor, second.cursor) == (END, None)
    assert len([stream for stream in second.streams if stream.late]) == 1


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (LoggingOptions(endpoint="logging.example.com:443"), "is not on this machine"),
        (LoggingOptions(filter="severity>=ERROR)"), "does not stand for itself"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_once(options: LoggingOptions, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        CloudLoggingSource(NAME, options, lambda: NOW)
