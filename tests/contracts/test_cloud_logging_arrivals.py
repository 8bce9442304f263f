"""Entries of Cloud Logging that arrive late, and that are followed as they arrive: none is lost, none is double."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import grpc
import pytest

from log_gardener.model.instant import to_nanos
from log_gardener.model.window import Window
from log_gardener.ports import Request
from log_gardener.sources.cloud_logging.pace import Pace
from log_gardener.sources.cloud_logging.source import CloudLoggingSource, LoggingOptions
from tests.contracts.logging_garden import NAME, NOW, REQUEST, WINDOW, Taken, entry, make_memory, make_source, take
from tests.fakes.google_errors import Refusal, make_exhausted
from tests.fakes.logging_service import Fault, LoggingFake, Setting, serve_logging
from tests.fakes.standing_clock import StandingClock
from tests.waiting import wait_until

HOUR = 3_600
FOLLOWING = Request(is_following=True)
FEW = [entry(at) for at in range(0, HOUR, 20)]


def arrived(at: datetime) -> dict[str, str]:
    return {"receiveTimestamp": at.isoformat().replace("+00:00", "Z")}


def test_what_arrives_behind_the_position_while_the_window_is_read_is_counted() -> None:
    late = [entry(at + 0.5, insertId=f"late-{at}") for at in range(20)]
    entries = [entry(at * 5) for at in range(HOUR // 5)]
    with serve_logging(entries, Setting(clock=lambda: NOW, most_a_page=100)) as fake:
        fake.hold(late)
        fake.faults.mix(1, {Fault.LATE: 1.0})
        taken = take(make_source(fake))

        missed = {one["insertId"] for one in fake.arrivals.held}
    assert len(missed) < 20
    assert taken.counted == len(entries) + 20 - len(missed)
    assert {one["insertId"] for one in late} - missed <= {*taken.late, *taken.ids}


def test_what_arrived_just_before_a_window_that_ends_now_is_not_told_to_have_come_twice() -> None:
    late = [entry(at, insertId=f"late-{at}", **arrived(WINDOW.end)) for at in range(0, 900, 100)]
    entries = [entry(at) for at in range(0, HOUR, 10)]
    with serve_logging([*entries, *late]) as fake:
        fake.faults.script(*[None] * 5, Fault.EXPIRED)
        taken = take(make_source(fake, clock=lambda: WINDOW.end))

    assert (taken.counted, taken.harvest.tally.account.duplicates) == (len(entries) + len(late), len(late))
    assert sorted(taken.late) == sorted(one["insertId"] for one in late)


def test_what_arrived_between_two_runs_for_times_before_the_second_is_counted_once() -> None:
    clock = StandingClock(WINDOW.end)
    after = Request(window=Window(WINDOW.end, WINDOW.end + timedelta(hours=1)))
    with serve_logging(FEW, Setting(clock=clock)) as fake:
        first = take(make_source(fake, clock))
        clock.sleep(HOUR)
        fake.add([entry(100.5, insertId="late", **arrived(clock() - timedelta(minutes=10)))])
        fake.add([entry(HOUR + 60, insertId="next")])
        second = take(make_source(fake, clock), after, make_memory(first.harvest))
        third = take(make_source(fake, clock), after, make_memory(first.harvest, second.harvest))

    assert (first.counted, first.cursor) == (len(FEW), to_nanos(WINDOW.end))
    assert (second.counted, second.harvest.late) == (2, 1)
    assert second.late.count("late") == 1
    assert second.cursor == to_nanos(clock())
    assert (third.harvest.news, third.harvest.late) == ((), 0)


@pytest.mark.parametrize(("hours", "is_read"), [(24, True), (2, True), (1, False), (0, False)])
def test_late_arrivals_are_looked_for_as_far_back_as_is_asked(hours: int, *, is_read: bool) -> None:
    clock = StandingClock(WINDOW.end + timedelta(minutes=30))
    window = Window(WINDOW.end + timedelta(minutes=10), WINDOW.end + timedelta(minutes=30))
    memory = replace(make_memory(), cursors={NAME: to_nanos(WINDOW.end + timedelta(minutes=20))})
    with serve_logging([entry(60, insertId="late", **arrived(clock()))]) as fake:
        taken = take(make_source(fake, clock, late_hours=hours), Request(window=window), memory)

    assert (taken.late == ["late"]) == is_read
    assert {stream.late.end for stream in taken.streams if stream.late} <= {window.start, window.end}


def test_late_streams_come_last_and_ask_by_time_of_arrival() -> None:
    memory = replace(make_memory(), cursors={NAME: to_nanos(WINDOW.start)})
    with serve_logging(FEW) as fake:
        taken = take(make_source(fake, clock=lambda: WINDOW.end), REQUEST, memory)

        late = [call for call in fake.journal.calls() if call.received.start is not None]
    before, during = sorted(late, key=lambda call: call.received.start or 0)
    assert [stream.late is not None for stream in taken.streams] == [False] * 4 + [True] * 2
    minute = 60 * 10**9
    assert before.received.start == to_nanos(WINDOW.start) - minute
    assert (before.timestamp.start, before.timestamp.end) == (
        to_nanos(WINDOW.start - timedelta(days=1)),
        to_nanos(WINDOW.start),
    )
    assert during.received.start == to_nanos(WINDOW.end) - minute
    assert (during.timestamp.start, during.timestamp.end) == WINDOW.nanos


class Watch:
    """Slices of following, each remembered before the next."""

    def __init__(self, source: CloudLoggingSource) -> None:
        self.source = source
        self.memory = make_memory()
        self.counted: list[str] = []

    def tend(self, request: Request = FOLLOWING) -> Taken:
        taken = take(self.source, request, self.memory)
        harvest = taken.harvest
        if taken.counted:
            cursors = {**self.memory.cursors, **harvest.cursors}
            self.memory = replace(self.memory, identities=(*self.memory.identities, *harvest.news), cursors=cursors)
        self.source.settle()
        return taken


@contextmanager
def watching(
    fake: LoggingFake, clock: StandingClock, *, is_tailing: bool = True, awake: StandingClock | None = None
) -> Iterator[Watch]:
    """Watch by a clock that stands, but wait for real; `awake` counts the seconds in which the machine is awake."""
    pace = Pace(monotonic=(awake or clock).monotonic)
    source = CloudLoggingSource(NAME, LoggingOptions(endpoint=fake.target, is_tailing=is_tailing), clock, pace)
    try:
        yield Watch(source)
    finally:
        source.close()
    assert not [one for one in threading.enumerate() if one.name.startswith("tail")]


def add(fake: LoggingFake, clock: StandingClock, *names: str, before: timedelta = timedelta()) -> None:
    """Entries arrive now, of now or a time before."""
    times = arrived(clock() - before)["receiveTimestamp"]
    fake.add([entry(0, insertId=name, timestamp=times, **arrived(clock())) for name in names])


def wait_for_the_tail(watch: Watch) -> None:
    """Until it has brought something that is not read yet."""

    def has_come() -> bool:
        tail = watch.source._follower._tail
        return tail is not None and bool(tail[1]._responses)

    wait_until(has_come)


def test_following_takes_what_arrived_since_the_cursor_whatever_its_time() -> None:
    clock = StandingClock(NOW)
    with serve_logging(setting=Setting(clock=clock)) as fake, watching(fake, clock, is_tailing=False) as watch:
        add(fake, clock, "old", before=timedelta(hours=1))
        clock.sleep(300)
        counts = [watch.tend().counted]
        for names, before in [("a", 0), ("bc", 5), ("", 0), ("d", 23 * HOUR), ("e", 25 * HOUR), ("f", -HOUR)]:
            clock.sleep(30)
            add(fake, clock, *names, before=timedelta(seconds=before))
            counts.append(watch.tend().counted)

        assert all(call.is_bounded for call in fake.journal.calls())
        assert len(fake.journal.calls()) == 7
    assert counts == [0, 1, 2, 0, 1, 0, 1]
    assert watch.memory.cursors == {NAME: to_nanos(clock())}


def test_following_goes_on_where_the_window_before_it_began_though_it_held_nothing() -> None:
    clock = StandingClock(NOW)
    with serve_logging(setting=Setting(clock=clock)) as fake, watching(fake, clock, is_tailing=False) as watch:
        assert watch.tend(Request(window=Window.until(NOW, timedelta(minutes=10)))).counted == 0
        clock.sleep(600)
        add(fake, clock, "a", before=timedelta(minutes=9))
        clock.sleep(600)

        assert watch.tend().counted == 1


def test_a_tail_gives_what_arrives_without_a_listing_once_it_has_proven_whole() -> None:
    clock = StandingClock(NOW)
    with serve_logging(setting=Setting(clock=clock)) as fake, watching(fake, clock) as watch:
        watch.tend()
        wait_until(fake.tails.find_running)
        listed = _list_while_the_tail_is_new(fake, clock, watch)
        for name in ("a", "b"):
            clock.sleep(30)
            add(fake, clock, name)
            wait_for_the_tail(watch)
            assert watch.tend(replace(FOLLOWING, slice_seconds=0.1)).counted == 1

        assert len(fake.journal.calls()) == listed
        assert len(fake.journal.calls("TailLogEntries")) == 1
        assert "sent as they come" in watch.source.find_progress().note


def _list_while_the_tail_is_new(fake: LoggingFake, clock: StandingClock, watch: Watch) -> int:
    for _ in range(3):
        clock.sleep(61)
        watch.tend()
    return len(fake.journal.calls())


@pytest.mark.parametrize("fault", ["suppressed", "broken", "expired", "overfull"])
def test_whatever_a_tail_misses_is_listed(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = StandingClock(NOW)
    with serve_logging(setting=Setting(clock=clock)) as fake, watching(fake, clock) as watch:
        watch.tend()
        wait_until(fake.tails.find_running)
        listed = _list_while_the_tail_is_new(fake, clock, watch)
        clock.sleep(10)
        if fault == "suppressed":
            fake.tails.suppress("RATE_LIMIT", 1)
        elif fault == "overfull":
            monkeypatch.setattr("log_gardener.sources.cloud_logging.tailing.MOST_BYTES", 10)
        else:
            code = grpc.StatusCode.UNAVAILABLE if fault == "broken" else grpc.StatusCode.OUT_OF_RANGE
            fake.tails.break_off(Refusal(code, fault))
            wait_until(lambda: len(fake.journal.calls("TailLogEntries")) == 2)
        add(fake, clock, "a")
        taken = watch.tend(replace(FOLLOWING, slice_seconds=1))

        assert taken.counted == 1
        assert len(fake.journal.calls()) == listed + 1
        wait_until(lambda: len(fake.tails.find_running()) == 1)
        clock.sleep(10)
        add(fake, clock, "b")
        assert watch.tend().counted == 1
    assert taken.harvest.problems == ()


def test_a_tail_that_is_refused_costs_nothing_but_reads() -> None:
    clock = StandingClock(NOW)
    with serve_logging(setting=Setting(clock=clock)) as fake, watching(fake, clock) as watch:
        fake.tails.open = _refuse  # type: ignore[method-assign, assignment] # as where ten sessions are open
        counts = []
        for name in "abc":
            add(fake, clock, name)
            counts.append(watch.tend().counted)
            clock.sleep(40)

        note = watch.source.find_progress().note

    assert counts == [1, 1, 1]
    assert "listed, and not sent as they come" in note


def test_what_a_tail_that_died_without_a_word_has_missed_is_listed_after_a_while() -> None:
    clock = StandingClock(NOW)
    with serve_logging(setting=Setting(clock=clock)) as fake, watching(fake, clock) as watch:
        watch.tend()
        wait_until(fake.tails.find_running)
        _list_while_the_tail_is_new(fake, clock, watch)
        fake.tails.find_running()[0]._is_wanted = lambda _: False
        counts = []
        for _ in range(6):
            clock.sleep(20)
            add(fake, clock, "a")
            counts.append(watch.tend().counted)
        reached = watch.memory.cursors

        wait_until(lambda: len(fake.journal.calls("TailLogEntries")) == 2)
    assert sum(counts) == 6
    assert counts[:2] == [0, 0]
    assert reached == {NAME: to_nanos(clock())}


def test_a_cursor_says_no_more_than_a_tail_has_shown() -> None:
    clock = StandingClock(NOW)
    with serve_logging(setting=Setting(clock=clock)) as fake, watching(fake, clock) as watch:
        watch.tend()
        wait_until(fake.tails.find_running)
        _list_while_the_tail_is_new(fake, clock, watch)
        known = watch.source.find_cursor()
        clock.sleep(50)
        watch.tend()

        assert known is not None
        assert watch.source.find_cursor() == known
        add(fake, clock, "a")
        wait_for_the_tail(watch)
        assert watch.tend(replace(FOLLOWING, slice_seconds=0.1)).counted == 1
        assert watch.memory.cursors == {NAME: to_nanos(clock())}


def _refuse(*_: object) -> None:
    raise make_exhausted(10)


def test_a_machine_that_has_slept_lists_what_it_has_missed() -> None:
    clock = StandingClock(NOW)
    awake = StandingClock(NOW)
    with serve_logging(setting=Setting(clock=clock)) as fake, watching(fake, clock, awake=awake) as watch:
        watch.tend()
        wait_until(fake.tails.find_running)
        for _ in range(3):
            awake.sleep(61)
            clock.sleep(61)
            watch.tend()
        listed = len(fake.journal.calls())
        fake.tails.find_running()[0]._is_wanted = lambda _: False  # the session is dead
        clock.sleep(8 * HOUR)
        awake.sleep(1)
        add(fake, clock, "a", before=timedelta(hours=4))

        assert watch.tend().counted == 1
        assert len(fake.journal.calls()) == listed + 1
        wait_until(lambda: len(fake.journal.calls("TailLogEntries")) == 2)


def test_a_stop_ends_a_slice_that_waits_and_keeps_what_has_come() -> None:
    clock = StandingClock(NOW)
    with serve_logging(setting=Setting(clock=clock)) as fake, watching(fake, clock) as watch:
        watch.tend()
        wait_until(fake.tails.find_running)
        _list_while_the_tail_is_new(fake, clock, watch)
        clock.sleep(30)
        add(fake, clock, "a")
        wait_for_the_tail(watch)
        threading.Timer(0.2, watch.source.stop).start()
        began = time.monotonic()
        taken = watch.tend(replace(FOLLOWING, slice_seconds=60))

        assert time.monotonic() - began < 5
        assert (taken.counted, taken.harvest.problems) == (1, ())
        assert list(watch.source.streams(FOLLOWING)) == []
