"""What goes wrong with a subscription: nothing is lost, nothing is double, and people are told what to do."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Thread, Timer

import pytest

from log_gardener import flow
from log_gardener.model.coverage import Probe, Problem
from log_gardener.ports import Request
from log_gardener.sources.pubsub.holding import Held
from log_gardener.sources.pubsub.pulling import Pace
from log_gardener.sources.pubsub.source import PubSubOptions, PubSubSource
from log_gardener.stores.sql import SqlStore
from log_gardener.wiring import tell_time
from tests.contracts.broken_subscription import (
    GRANT,
    SPEED,
    Trial,
    ingest,
    open_trial,
    revoke,
)
from tests.contracts.drain_subscription import count_identities, make_parts
from tests.contracts.subscriptions import (
    EVERYTHING,
    PACE,
    SHORT,
    drain_stream,
    make_bodies,
    make_topic,
    open_stream,
    read,
    read_ids,
)
from tests.fakes.pubsub_server import Mishaps
from tests.waiting import wait_until

SEEDS = 10
SOME = 3_000
MIB = 1 << 20


@pytest.fixture
def trial() -> Iterator[Trial]:
    with open_trial() as one:
        yield one


@pytest.mark.parametrize("seed", range(SEEDS))
def test_nothing_is_lost_or_double_whatever_goes_wrong(trial: Trial, seed: int, tmp_path: Path) -> None:
    trial.fake.mishaps = Mishaps(0.1, broken=0.2, lost=0.3, slow_seconds=0.002, answer_messages=50, seed=seed)
    trial.place.topic.publish(make_bodies(range(SOME)))
    store = SqlStore(str(tmp_path / "garden.db"))
    source = trial.place.make_source(held_messages=400, idle_seconds=2, pace=SHORT)

    worklogs = list(flow.watch(make_parts(source, store), repeat_until_drained(trial)))

    assert count_identities(store) == SOME
    assert [issue.count for issue in store.list_issues()] == [SOME // 4] * 4
    assert trial.shelf.backlog.redeliveries > 0
    assert trial.shelf.opened > PACE.streams
    assert all(worklog.coverage.problems == () for worklog in worklogs)


def do_when(is_time: Callable[[], bool], act: Callable[[], object]) -> None:
    """Act beside the test, as soon as it is time."""

    def wait() -> None:
        while not is_time():
            time.sleep(0.01)
        act()

    Thread(target=wait, daemon=True).start()


def repeat_until_drained(trial: Trial) -> Iterator[Request]:
    for _ in range(200):
        if not trial.shelf.backlog.unsettled:
            return
        yield EVERYTHING
    pytest.fail("the subscription is never drained")


def test_what_is_held_longer_than_a_lease_is_not_delivered_again(trial: Trial) -> None:
    trial.place.topic.publish(make_bodies(range(1_500)))
    with trial.place.open(pace=SHORT) as source:
        assert len(read_ids(source)) == 1_500
        # 25 seconds, by the tick, of leases that last 10.
        time.sleep(25 / SPEED)
        assert trial.shelf.backlog.out == 1_500
        source.settle()

    assert trial.shelf.backlog.unsettled == 0
    assert trial.shelf.backlog.redeliveries == 0


def test_what_was_remembered_but_not_acknowledged_is_not_counted_again(trial: Trial) -> None:
    class Forgetful(PubSubSource):
        def settle(self) -> None:
            return

    trial.place.topic.publish(make_bodies(range(SOME)))
    store = SqlStore(":memory:")
    options = PubSubOptions(idle_seconds=10, endpoint=trial.fake.endpoint, pace=PACE)
    ingest(Forgetful(trial.place.topic.address, options, tell_time, tick=trial.tick), store)
    assert trial.shelf.backlog.unsettled == SOME

    again = ingest(trial.place.make_source(), store)

    assert again.coverage.entries == SOME
    assert [issue.count for issue in store.list_issues()] == [SOME // 4] * 4
    assert trial.shelf.backlog.unsettled == 0


def wait_for_all_that_comes(source: PubSubSource) -> Held:
    """What is held when a source that nobody reads is full, and had some time to take in more than it should."""
    wait_until(lambda: source._holding.is_full)
    time.sleep(0.3)
    return source._holding.tell()


def test_what_is_held_stays_within_its_bound_while_nobody_reads(trial: Trial) -> None:
    bodies = [body.ljust(20_000) for body in make_bodies(range(SOME))]
    trial.place.topic.publish(bodies)
    with trial.place.open(held_mib=2) as source:
        stream = open_stream(source)
        held = wait_for_all_that_comes(source)
        assert 2 * MIB <= held.size <= 2 * MIB * (1 + PACE.streams)
        assert "which is the most" in source.find_progress().note
        parts = [drain_stream(stream)]
        while parts[-1]:
            source.settle()
            parts.append(read(source))

    assert sum(part.count(b"\n") for part in parts) == SOME


def test_a_service_that_sends_on_whatever_it_was_told_is_not_listened_to_beyond_the_bound(trial: Trial) -> None:
    trial.fake.mishaps = Mishaps(answer_messages=20, is_pressing=True)
    trial.place.topic.publish([body.ljust(20_000) for body in make_bodies(range(SOME))])
    with trial.place.open(held_mib=2) as source:
        open_stream(source)
        held = wait_for_all_that_comes(source)

    # Each stream may bring one answer more.
    assert 2 * MIB <= held.size <= 2 * MIB + PACE.streams * 20 * 20_001


def test_a_source_says_how_much_it_holds_and_since_when(trial: Trial) -> None:
    trial.place.topic.publish([body.ljust(5_000) for body in make_bodies(range(1_000))])
    with trial.place.open() as source:
        read(source)
        later = PubSubSource("pubsub://demo-project/other", PubSubOptions(), lambda: tell_time() + timedelta(hours=5))
        later._holding = source._holding

        assert source.find_progress().share is None
        assert source.find_progress().note.startswith("1,000 messages, oldest ")
        assert source.find_progress().note.endswith(" s ago, 5 MB held")
        assert "oldest 5 h ago" in later.find_progress().note


def test_a_reading_that_waits_ends_at_once_when_it_is_stopped(trial: Trial) -> None:
    with trial.place.open(idle_seconds=100_000) as source:
        Timer(0.2, source.stop).start()
        began = time.monotonic()

        assert read(source) == b""
        assert time.monotonic() - began < 2


def test_a_lease_that_was_over_is_told_where_messages_are_delivered_exactly_once(trial: Trial) -> None:
    topic = make_topic(trial.fake.endpoint, enable_exactly_once_delivery=True)
    place = replace(trial.place, topic=topic)
    topic.publish(make_bodies(range(500)))
    store = SqlStore(":memory:")
    with place.open() as source:
        assert len(read_ids(source)) == 500
        trial.tick.ahead_seconds += 1_000
        source.settle()
        assert "500 could not be acknowledged and come again" in source.find_progress().note

    assert ingest(place.make_source(), store).coverage.entries == 500
    assert trial.fake.shelf(topic.address.rpartition("/")[2]).backlog.unsettled == 0


def test_an_entry_that_comes_twice_in_one_reading_counts_once(trial: Trial) -> None:
    trial.fake.mishaps = Mishaps(repeated=1.0)
    trial.place.topic.publish(make_bodies(range(100)))
    do_when(lambda: trial.shelf.backlog.redeliveries > 0, lambda: setattr(trial.fake, "mishaps", Mishaps()))

    coverage = ingest(trial.place.make_source(), SqlStore(":memory:")).coverage

    assert coverage.entries == 100
    assert coverage.duplicates > 0


def test_a_permission_that_is_taken_away_ends_a_reading_which_goes_on_when_it_is_back(trial: Trial) -> None:
    trial.place.topic.publish(make_bodies(range(200)))
    store = SqlStore(":memory:")
    source = trial.place.make_source(idle_seconds=100_000)

    def requests() -> Iterator[Request]:
        do_when(lambda: source._holding.tell().messages == 200, partial(revoke, trial))
        yield EVERYTHING
        yield EVERYTHING
        trial.shelf.granted = frozenset({"pubsub.subscriptions.consume"})
        trial.place.topic.publish(make_bodies(range(200, 300)))
        yield Request(is_following=True, slice_seconds=1.5 * SPEED)

    first, second, third = (worklog.coverage for worklog in flow.watch(make_parts(source, store), requests()))

    assert first.entries == 200
    assert GRANT in first.problems[0].reason
    assert second.entries == 0
    assert GRANT in second.problems[0].reason
    # What was read before could not be acknowledged while it was denied.
    assert count_identities(store) == 300
    assert third.problems == ()


def test_messages_are_not_read_as_plain_text(trial: Trial) -> None:
    (problem,) = trial.place.make_source().streams(Request(input="text"))

    assert isinstance(problem, Problem)
    assert "--input" in problem.reason


def test_silence_shows_nothing_and_a_message_of_just_now_shows_that_logs_arrive(trial: Trial) -> None:
    with trial.place.open() as source:
        assert read(source) == b""
        silent = source.probe(EVERYTHING)
        trial.place.topic.publish(make_bodies(range(1)))
        read(source)
        source.settle()
        told = source.probe(EVERYTHING)
        source._clock = lambda: tell_time() + timedelta(hours=1)
        old = source.probe(Request(is_following=True))

    assert isinstance(silent, Probe)
    assert not silent.is_arriving
    assert "nothing came of topic logs-" in silent.detail
    assert isinstance(told, Probe)
    assert told.is_arriving
    assert isinstance(old, Probe)
    assert not old.is_arriving


def test_two_sources_share_a_subscription(trial: Trial) -> None:
    trial.place.topic.publish(make_bodies(range(SOME)))
    pace = Pace(streams=1, lease_seconds=10)
    with trial.place.open(pace=pace, held_messages=1_000) as one, trial.place.open(pace=pace) as other:

        def count(source: PubSubSource) -> int:
            return source._holding.tell().messages

        open_stream(one)
        wait_until(lambda: count(one) >= 1_000)
        open_stream(other)
        wait_until(lambda: count(one) + count(other) == SOME)
        # What has not been read is not settled.
        one.settle()
        other.settle()
        assert count(one) + count(other) == SOME
        assert count(one) < SOME
