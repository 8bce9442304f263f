"""Topics and subscriptions on an emulator, made and filled by the real client, and sources that read them."""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

import grpc
from google.pubsub_v1 import PublisherClient, SubscriberClient
from google.pubsub_v1 import types as pubsub
from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcTransport

from log_gardener.ports import Request, Stream
from log_gardener.sources.pubsub.pulling import Pace
from log_gardener.sources.pubsub.source import PubSubOptions, PubSubSource
from log_gardener.wiring import tell_time

PROJECT = "demo-project"
PUBLISH_MESSAGES = 1_000
FIRST = datetime(2025, 11, 3, tzinfo=UTC)

EVERYTHING = Request()

PACE = Pace(streams=4, lease_seconds=30, delays_seconds=(0.05,), patience_seconds=20)

# What was under way when a stream broke comes again when its lease is over.
SHORT = replace(PACE, lease_seconds=10)


@dataclass(frozen=True)
class Topic:
    """A topic with one subscription.

    Attributes:
        address: the subscription as a source.
        endpoint: of the emulator.
    """

    name: str
    address: str
    endpoint: str
    publisher: PublisherClient

    def publish(self, bodies: Sequence[bytes]) -> None:
        """Publish messages, a thousand at a time."""
        for start in range(0, len(bodies), PUBLISH_MESSAGES):
            messages = [pubsub.PubsubMessage(data=body) for body in bodies[start : start + PUBLISH_MESSAGES]]
            self.publisher.publish(topic=self.name, messages=messages)


def make_topic(endpoint: str, **settings: Any) -> Topic:
    """A new topic with a subscription of some settings."""
    number = uuid4().hex[:12]
    publisher = PublisherClient(transport=PublisherGrpcTransport(channel=grpc.insecure_channel(endpoint)))
    subscriber = SubscriberClient(transport=SubscriberGrpcTransport(channel=grpc.insecure_channel(endpoint)))
    topic = publisher.create_topic(name=f"projects/{PROJECT}/topics/logs-{number}")
    path = f"projects/{PROJECT}/subscriptions/gardener-{number}"
    deadline = {"ack_deadline_seconds": 10} | settings
    subscriber.create_subscription(request={"name": path, "topic": topic.name} | deadline)
    subscriber.transport.close()  # type: ignore[no-untyped-call] # the library's own has no types
    return Topic(topic.name, f"pubsub://{PROJECT}/gardener-{number}", endpoint, publisher)


def make_bodies(numbers: Sequence[int]) -> list[bytes]:
    """Entries as a log sink publishes them, each with its number in it."""
    return [json.dumps(make_entry(number)).encode() for number in numbers]


def make_entry(number: int) -> dict[str, Any]:
    """An entry of one of four issues; the number decides which."""
    texts = ("Payment of order {} failed", "Stock of item {} is negative", "Mail {} bounced", "Cart {} was lost")
    labels = {"service_name": "shop-api", "revision_name": "shop-api-00042-abc", "location": "europe-west1"}
    at = FIRST + timedelta(milliseconds=number)
    return {
        "insertId": f"id-{number:07}",
        "logName": f"projects/{PROJECT}/logs/run.googleapis.com%2Fstderr",
        "timestamp": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "severity": "ERROR",
        "resource": {"type": "cloud_run_revision", "labels": labels},
        "jsonPayload": {"message": texts[number % len(texts)].format(number)},
    }


@dataclass(frozen=True)
class Place:
    """An empty topic, read by a tick of its own."""

    topic: Topic
    endpoint: str
    speed: int

    def tick(self) -> float:
        return time.monotonic() * self.speed

    def make_source(self, **options: Any) -> PubSubSource:
        """A source for which a second without messages is the end."""
        settings = PubSubOptions(idle_seconds=0.7 * self.speed, endpoint=self.endpoint, pace=PACE)
        return PubSubSource(self.topic.address, replace(settings, **options), tell_time, tick=self.tick)

    @contextmanager
    def open(self, **options: Any) -> Iterator[PubSubSource]:
        source = self.make_source(**options)
        try:
            yield source
        finally:
            source.close()


def read_ids(source: PubSubSource, request: Request = EVERYTHING) -> list[str]:
    return [json.loads(line)["insertId"] for line in read(source, request).splitlines()]


def read(source: PubSubSource, request: Request = EVERYTHING) -> bytes:
    return drain_stream(open_stream(source, request))


def open_stream(source: PubSubSource, request: Request = EVERYTHING) -> BinaryIO:
    (stream,) = source.streams(request)
    assert isinstance(stream, Stream), stream
    assert not isinstance(stream.opened, Path)
    return stream.opened


def drain_stream(opened: BinaryIO) -> bytes:
    return b"".join(iter(lambda: opened.read(1 << 16), b""))


def name_ids(numbers: range) -> list[str]:
    return [f"id-{number:07}" for number in numbers]
