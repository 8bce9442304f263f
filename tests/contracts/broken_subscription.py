"""A subscription that does not give what it should: the ways to break one."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import grpc
from google.pubsub_v1 import types as pubsub

from log_gardener import flow
from log_gardener.model.worklog import Worklog
from log_gardener.sources.pubsub.source import PubSubSource
from log_gardener.stores.sql import SqlStore
from tests.contracts.drain_subscription import make_parts
from tests.contracts.subscriptions import (
    EVERYTHING,
    Place,
    make_topic,
)
from tests.fakes.pubsub_server import FakePubSub, Shelf

SPEED = 10


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


def ingest(source: PubSubSource, store: SqlStore) -> Worklog:
    """Read all of it into a state."""
    return flow.ingest(make_parts(source, store), EVERYTHING)


@contextmanager
def open_trial() -> Iterator[Trial]:
    """A fake with a new subscription, while the context lasts."""
    tick = Time()
    with FakePubSub(tick).serve() as fake:
        yield Trial(fake, Place(make_topic(fake.endpoint), fake.endpoint, SPEED), tick)


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
