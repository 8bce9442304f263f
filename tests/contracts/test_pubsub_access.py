"""Who may not read a subscription is told why, and what to do; doctor tells before."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from google.pubsub_v1 import types as pubsub

from log_gardener.errors import UsageError
from log_gardener.model.coverage import Outcome, Problem
from log_gardener.model.diagnosis import Mark
from log_gardener.sources.pubsub.source import PubSubOptions, PubSubSource
from log_gardener.stores.sql import SqlStore
from log_gardener.wiring import tell_time
from tests.contracts.broken_subscription import (
    GRANT,
    NEW,
    PULLED,
    Trial,
    delete,
    deny,
    deny_pulling,
    detach,
    detach_unseen,
    exhaust,
    expire,
    export,
    ingest,
    open_trial,
    push,
    push_unseen,
)
from tests.contracts.subscriptions import (
    EVERYTHING,
    make_bodies,
    read_ids,
)


@pytest.fixture
def trial() -> Iterator[Trial]:
    with open_trial() as one:
        yield one


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
    monkeypatch.setattr("log_gardener.sources.pubsub.subscription.CALL_SECONDS", 0.3)

    mark, told = diagnose(trial)["messages"]

    assert mark is Mark.WARNING
    assert "gcloud logging sinks list --project=demo-project" in told
