"""What goes wrong with a subscription: nothing is lost, nothing is double, and people are told what to do."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from threading import Timer
from typing import Any

import grpc
import pytest
from google.pubsub_v1 import types as pubsub

from log_gardener import flow
from log_gardener.errors import UsageError
from log_gardener.model.coverage import Outcome, Probe, Problem
from log_gardener.model.diagnosis import Mark
from log_gardener.model.worklog import Worklog
from log_gardener.ports import Request, Stream
from log_gardener.sources.pubsub import PubSubOptions, PubSubSource
from log_gardener.sources.pulling import Pace
from log_gardener.stores.sql import SqlStore
from log_gardener.wiring import tell_time
from tests.contracts.drain_subscription import count_identities, make_parts
from tests.contracts.subscriptions import (
    EVERYTHING,
    PACE,
    SHORT,
    Place,
    drain_stream,
    make_bodies,
    make_topic,
    open_stream,
    read,
    read_ids,
)
from tests.fakes.pubsub_server import FakePubSub, Mishaps, Shelf

SPEED = 10
SEEDS = 10
SOME = 3_000
MIB = 1 << 20


@dataclass
class Time:
    """Passes ten times as fast as it should, and jumps."""

    ahead_seconds: float = 0.0

    def __call__(self) -> float:
        return time.monotonic() * SPEED + self.ahead_seconds


@dataclass(frozen=True)
class Trial:
    """A fake with one subscription."""

    fake: FakePubSub
    place: Place
    tick: Time

    @property
    def shelf(self) -> Shelf:
        return self.fake.shelf(self.place.topic.address.rpartition("/")[2])


@pytest.fixture
def trial() -> Iterator[Trial]:
    tick = Time()
    with FakePubSub(tick).serve() as fake:
        yield Trial(fake, Place(make_topic(fake.endpoint), fake.endpoint, SPEED), tick)


def ingest(source: PubSubSource, store: SqlStore) -> Worklog:
    return flow.ingest(make_parts(source, store), EVERYTHING)


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


def test_what_is_held_stays_within_its_bound_while_nobody_reads(trial: Trial) -> None:
    bodies = [body.ljust(20_000) for body in make_bodies(range(SOME))]
    trial.place.topic.publish(bodies)
    with trial.place.open(held_mib=2) as source:
        stream = open_stream(source)
        time.sleep(0.5)
        held = source._holding.tell()
        assert 2 * MIB <= held.size <= 2 * MIB * (1 + PACE.streams)
        assert "which is the most" in source.find_progress().note
        parts = [drain_stream(stream)]
        while parts[-1]:
            source.settle()
            parts.append(read(source))

    assert sum(part.count(b"\n") for part in parts) == SOME


def test_a_source_says_how_much_it_holds_and_since_when(trial: Trial) -> None:
    trial.place.topic.publish([body.ljust(50_000) for body in make_bodies(range(1_000))])
    with trial.place.open() as source:
        read(source)
        later = PubSubSource("pubsub://demo-project/other", PubSubOptions(), lambda: tell_time() + timedelta(hours=5))
        later._holding = source._holding

        assert source.find_progress().share is None
        assert source.find_progress().note.startswith("1,000 messages, oldest ")
        assert source.find_progress().note.endswith(" s ago, 50 MB held")
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
    Timer(0.1, lambda: setattr(trial.fake, "mishaps", Mishaps())).start()

    coverage = ingest(trial.place.make_source(), SqlStore(":memory:")).coverage

    assert coverage.entries == 100
    assert coverage.duplicates > 0


def deny(trial: Trial) -> None:
    trial.shelf.granted = frozenset()


def revoke(trial: Trial) -> None:
    deny(trial)
    trial.fake.break_streams()


def deny_pulling(trial: Trial) -> None:
    trial.shelf.granted = frozenset({"pubsub.subscriptions.get"})


def push(trial: Trial) -> None:
    trial.shelf.settings.push_config = pubsub.PushConfig(push_endpoint="https://example.com/logs")


def push_unseen(trial: Trial) -> None:
    push(trial)
    trial.shelf.granted = frozenset({"pubsub.subscriptions.consume"})


def detach(trial: Trial) -> None:
    trial.shelf.settings.detached = True


def detach_unseen(trial: Trial) -> None:
    detach(trial)
    trial.shelf.granted = frozenset({"pubsub.subscriptions.consume"})


def export(trial: Trial) -> None:
    trial.shelf.settings.bigquery_config = pubsub.BigQueryConfig(table="demo.logs.entries")


def delete(trial: Trial) -> None:
    trial.fake.shelves.clear()


def exhaust(trial: Trial) -> None:
    trial.fake.refusal = (grpc.StatusCode.RESOURCE_EXHAUSTED, "Quota exceeded for quota metric 'Subscriber throughput'")


def expire(trial: Trial) -> None:
    trial.fake.refusal = (grpc.StatusCode.UNAUTHENTICATED, "Request had invalid authentication credentials.")


GRANT = "gcloud pubsub subscriptions add-iam-policy-binding gardener-"
PULLED = "gcloud pubsub subscriptions modify-push-config gardener-"
NEW = "gcloud pubsub subscriptions create NAME --topic=TOPIC"
REMEDIES = [
    (deny, GRANT),
    (deny_pulling, GRANT),
    (push, PULLED),
    (push_unseen, PULLED),
    (detach, NEW),
    (detach_unseen, NEW),
    (export, NEW),
    (delete, "gcloud pubsub subscriptions list --project=demo-project"),
    (exhaust, "quota"),
    (expire, "gcloud auth application-default login"),
]


@pytest.mark.parametrize(("break_it", "remedy"), REMEDIES, ids=lambda value: getattr(value, "__name__", ""))
def test_what_keeps_a_subscription_from_being_read_is_told_with_its_remedy(
    trial: Trial, break_it: Callable[[Trial], None], remedy: str
) -> None:
    trial.place.topic.publish(make_bodies(range(10)))
    break_it(trial)

    coverage = ingest(trial.place.make_source(), SqlStore(":memory:")).coverage

    (problem,) = coverage.problems
    assert problem.source == trial.place.topic.address
    assert remedy in problem.reason
    assert coverage.outcome is Outcome.UNKNOWN


def test_without_credentials_people_are_told_how_to_sign_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PUBSUB_EMULATOR_HOST", raising=False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "missing.json"))
    source = PubSubSource("pubsub://demo-project/gardener", PubSubOptions(), tell_time)

    (problem,) = source.streams(EVERYTHING)
    (diagnosis,) = source.diagnose()

    assert isinstance(problem, Problem)
    assert "gcloud auth application-default login" in problem.reason
    assert diagnosis.mark is Mark.FAILED


def test_a_permission_that_is_taken_away_ends_a_reading_which_goes_on_when_it_is_back(trial: Trial) -> None:
    trial.place.topic.publish(make_bodies(range(200)))
    store = SqlStore(":memory:")
    source = trial.place.make_source(idle_seconds=100_000)

    def requests() -> Iterator[Request]:
        Timer(0.3, revoke, [trial]).start()
        yield EVERYTHING
        yield EVERYTHING
        trial.shelf.granted = frozenset({"pubsub.subscriptions.consume"})
        trial.place.topic.publish(make_bodies(range(200, 300)))
        yield Request(is_following=True, slice_seconds=0.5 * SPEED)

    first, second, third = (worklog.coverage for worklog in flow.watch(make_parts(source, store), requests()))

    assert first.entries == 200
    assert GRANT in first.problems[0].reason
    assert second.entries == 0
    assert GRANT in second.problems[0].reason
    # What was read before could not be acknowledged while it was denied.
    assert count_identities(store) == 300
    assert third.problems == ()


def test_the_address_of_an_emulator_in_the_environment_is_used(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBSUB_EMULATOR_HOST", trial.fake.endpoint)
    trial.place.topic.publish(make_bodies(range(10)))

    with trial.place.open(endpoint="") as source:
        assert len(read_ids(source)) == 10


@pytest.mark.parametrize(
    "address", ["pubsub://", "pubsub://project", "pubsub://project/", "pubsub://a/b/c", "pubsub://p/x y"]
)
def test_an_address_that_names_no_subscription_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="pubsub://my-project/my-subscription"):
        PubSubSource(address, PubSubOptions(), tell_time)


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


def diagnose(trial: Trial) -> dict[str, tuple[Mark, str]]:
    found = trial.place.make_source().diagnose()
    return {one.subject: (one.mark, f"{one.detail}; {one.remedy}") for one in found}


def test_a_subscription_that_is_well_is_told_to_be(trial: Trial) -> None:
    trial.shelf.settings.message_retention_duration = timedelta(days=7)
    trial.place.topic.publish(make_bodies(range(1)))

    found = diagnose(trial)

    assert {mark for mark, _ in found.values()} == {Mark.OK}
    assert list(found) == ["pubsub.subscriptions.consume", "subscription", "messages"]
    # What was looked at is given back.
    assert trial.shelf.backlog.out == 0
    assert trial.shelf.backlog.unsettled == 1


@pytest.mark.parametrize(
    ("settings", "subject", "remedy"),
    [
        ({"topic": "_deleted-topic_"}, "topic", NEW),
        ({"message_retention_duration": timedelta(hours=1)}, "retention", "--message-retention-duration=7d"),
        ({"expiration_policy": {"ttl": timedelta(days=31)}}, "expiration", "--expiration-period=never"),
        ({"filter": "attributes:severity"}, "filter", NEW),
        ({"dead_letter_policy": {"dead_letter_topic": "projects/p/topics/dead"}}, "dead letters", "dead-letter-policy"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_settings_that_take_entries_away_are_warned_of(
    trial: Trial, settings: dict[str, Any], subject: str, remedy: str
) -> None:
    trial.place.topic.publish(make_bodies(range(1)))
    trial.shelf.settings = pubsub.Subscription(name="x", ack_deadline_seconds=10, **settings)

    mark, told = diagnose(trial)[subject]

    assert mark is Mark.WARNING
    assert remedy in told


@pytest.mark.parametrize(
    ("break_it", "subject", "mark", "remedy"),
    [
        (deny, "pubsub.subscriptions.consume", Mark.FAILED, GRANT),
        (deny, "pubsub.subscriptions.get", Mark.WARNING, "roles/pubsub.viewer"),
        (push, "subscription", Mark.FAILED, PULLED),
        (detach, "subscription", Mark.FAILED, NEW),
        (delete, "subscription", Mark.FAILED, "gcloud pubsub subscriptions list"),
    ],
)
def test_what_keeps_it_from_being_read_is_diagnosed(
    trial: Trial, break_it: Callable[[Trial], None], subject: str, mark: Mark, remedy: str
) -> None:
    break_it(trial)

    found = diagnose(trial)

    assert found[subject][0] is mark
    assert remedy in found[subject][1]


def test_a_subscription_that_brings_nothing_is_diagnosed_with_where_to_look(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("log_gardener.sources.subscription.CALL_SECONDS", 0.3)

    mark, told = diagnose(trial)["messages"]

    assert mark is Mark.WARNING
    assert "gcloud logging sinks list --project=demo-project" in told


def test_two_sources_share_a_subscription(trial: Trial) -> None:
    trial.place.topic.publish(make_bodies(range(SOME)))
    pace = Pace(streams=1, lease_seconds=10)
    with trial.place.open(pace=pace, held_messages=1_000) as one, trial.place.open(pace=pace) as other:
        streams = [stream for source in (one, other) for stream in source.streams(EVERYTHING)]
        assert all(isinstance(stream, Stream) for stream in streams)
        time.sleep(0.2)
        one.settle()
        other.settle()
        counts = [source._holding.tell().messages for source in (one, other)]

    assert sum(counts) == SOME
    assert min(counts) > 0
