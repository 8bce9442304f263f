"""A subscription as the client sees it, and what goes wrong with it."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, Self, cast

import grpc
from google.api_core import exceptions
from google.api_core.retry import Retry, if_exception_type
from google.auth.exceptions import GoogleAuthError
from google.iam.v1.iam_policy_pb2 import TestIamPermissionsRequest
from google.pubsub_v1 import SubscriberClient
from google.pubsub_v1 import types as pubsub
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcTransport

from log_gardener.errors import UsageError
from log_gardener.sources.google import explain, find_credentials, is_loopback, spell_grant

SCHEME = "pubsub://"

# What a client raises; nothing else is expected of it.
FAILURES = (exceptions.GoogleAPIError, GoogleAuthError)

_BROKEN = (
    exceptions.Aborted,
    exceptions.BadGateway,
    exceptions.InternalServerError,
    exceptions.ServiceUnavailable,
)

# What is over when it is asked again: https://cloud.google.com/pubsub/docs/reference/error-codes
TRANSIENT = (*_BROKEN, exceptions.GatewayTimeout, exceptions.ResourceExhausted, exceptions.Unknown)

CONSUME = "pubsub.subscriptions.consume"
GET = "pubsub.subscriptions.get"

# How long a question may take, and how long to go on asking where the answer is that nobody is there.
CALL_SECONDS = 10.0
PATIENCE_SECONDS = 10.0

# A request is at most 512 KiB, and an id is about 200 bytes: https://cloud.google.com/pubsub/quotas
IDS_A_CALL = 1_000

# So that a connection that died without a word is found to be dead.
_KEEPALIVE_MILLISECONDS = 30_000

_SCOPE = "https://www.googleapis.com/auth/pubsub"
_EMULATOR = "PUBSUB_EMULATOR_HOST"
_PROJECT = r"(?P<project>[a-z0-9.:-]+)"
_ADDRESS = re.compile(rf"{_PROJECT}/(?P<name>[A-Za-z][\w.~+%-]{{2,254}})")


@dataclass(frozen=True, slots=True)
class Address:
    """`pubsub://PROJECT/SUBSCRIPTION`."""

    project: str
    name: str

    @classmethod
    def parse(cls, argument: str) -> Self:
        """Read an address.

        Raises:
            UsageError: it names no subscription.
        """
        found = _ADDRESS.fullmatch(argument.removeprefix(SCHEME))
        if not found:
            msg = f"{argument} names no subscription; write for example {SCHEME}my-project/my-subscription"
            raise UsageError(msg)
        return cls(found["project"], found["name"])

    @property
    def path(self) -> str:
        """What the API calls it."""
        return f"projects/{self.project}/subscriptions/{self.name}"


class Subscription:
    """A subscription that may be there.

    Args:
        address: which one.
        endpoint: of an emulator on this machine, or of a region of the service; empty for Google's, or where
            `PUBSUB_EMULATOR_HOST` says.
        patience_seconds: how long to go on asking what fails for the moment.

    Raises:
        GoogleAuthError: there are no credentials.
    """

    def __init__(self, address: Address, endpoint: str = "", *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self.address = address
        self._retry = _make_retry(patience_seconds)
        self._client = _make_client(endpoint)

    def find_settings(self) -> pubsub.Subscription | None:
        """How it is set; `None` where that may not be seen, which reading does not need.

        Raises what the client raises.
        """
        try:
            return self._client.get_subscription(
                subscription=self.address.path, retry=self._retry, timeout=CALL_SECONDS
            )
        except exceptions.PermissionDenied as error:
            if is_disabled(error):
                raise
            return None

    def find_granted(self, permissions: Sequence[str]) -> Sequence[str]:
        """Which of some permissions are granted; raises what the client raises."""
        request = TestIamPermissionsRequest(resource=self.address.path, permissions=permissions)
        return list(self._client.test_iam_permissions(request, retry=self._retry, timeout=CALL_SECONDS).permissions)

    def open_pull(self, requests: Iterator[pubsub.StreamingPullRequest]) -> "Pull":
        """A streaming pull, which begins when the first request is taken; it raises what the client raises."""
        routing = (("x-goog-request-params", f"subscription={self.address.path}"),)
        # Neither is for a stream that goes on for ever: one that breaks is opened again by whoever reads it.
        call = self._client.streaming_pull(requests=requests, retry=None, timeout=None, metadata=routing)
        return cast("Pull", call)

    def peek(self) -> int:
        """How many messages wait, of at most one, which is given back; raises what the client raises."""
        try:
            answer = self._client.pull(subscription=self.address.path, max_messages=1, retry=None, timeout=CALL_SECONDS)
        except exceptions.DeadlineExceeded:
            return 0
        found = [one.ack_id for one in answer.received_messages]
        if found:
            self.extend(found, 0)
        return len(found)

    def acknowledge(self, ack_ids: list[str]) -> None:
        """Acknowledge at most `IDS_A_CALL` messages; raises what the client raises."""
        self._client.acknowledge(subscription=self.address.path, ack_ids=ack_ids, retry=None, timeout=CALL_SECONDS)

    def extend(self, ack_ids: list[str], seconds: int) -> None:
        """Hold at most `IDS_A_CALL` messages for so long from now on, or give them back by 0 seconds.

        Raises what the client raises.
        """
        self._client.modify_ack_deadline(
            subscription=self.address.path,
            ack_ids=ack_ids,
            ack_deadline_seconds=seconds,
            retry=None,
            timeout=CALL_SECONDS,
        )

    def close(self) -> None:
        """Close the connection."""
        self._client.transport.close()  # type: ignore[no-untyped-call] # the library's own has no types


class Pull(Protocol):
    """A streaming pull that is open."""

    def __iter__(self) -> Iterator[pubsub.StreamingPullResponse]:
        """What it brings; raises what the client raises."""

    def cancel(self) -> None:
        """End it; may be called by another thread."""


def find_emulator(endpoint: str) -> str:
    """`HOST:PORT` of the emulator that an endpoint is, or without one the environment names; empty for the service."""
    return endpoint if endpoint and is_loopback(endpoint) else "" if endpoint else os.environ.get(_EMULATOR, "")


def _make_client(endpoint: str) -> SubscriberClient:
    if emulator := find_emulator(endpoint):
        options = (("grpc.max_receive_message_length", -1), ("grpc.keepalive_time_ms", _KEEPALIVE_MILLISECONDS))
        channel = grpc.insecure_channel(emulator, options=options)
        return SubscriberClient(transport=SubscriberGrpcTransport(channel=channel))
    return SubscriberClient(
        credentials=find_credentials([_SCOPE]), client_options={"api_endpoint": endpoint} if endpoint else None
    )


def _make_retry(patience_seconds: float) -> Retry:
    return Retry(predicate=if_exception_type(*_BROKEN), initial=0.1, multiplier=2, timeout=patience_seconds)


def is_disabled(error: exceptions.GoogleAPICallError) -> bool:
    """Whether an API is refused because it is not enabled."""
    return bool(error.reason == "SERVICE_DISABLED")


def find_obstacle(settings: pubsub.Subscription, address: Address) -> str:
    """Why a subscription cannot be read as it is set, and what to do; empty if it can."""
    own = f"{address.name} --project={address.project}"
    if settings.detached:
        return f"it is detached from its topic for good; make a new one: {spell_creation(address)}"
    if settings.push_config.push_endpoint:
        return (
            f"it pushes its messages to {settings.push_config.push_endpoint}; make another one for this, or let it be "
            f"pulled: gcloud pubsub subscriptions modify-push-config {own} --push-endpoint="
        )
    if settings.bigquery_config.table or settings.cloud_storage_config.bucket:
        where = settings.bigquery_config.table or settings.cloud_storage_config.bucket
        return f"it writes its messages to {where}; make another one for this: {spell_creation(address)}"
    return ""


def spell_creation(address: Address) -> str:
    """The command that makes a subscription as it should be."""
    return (
        f"gcloud pubsub subscriptions create NAME --topic=TOPIC --project={address.project} --ack-deadline=60 "
        "--message-retention-duration=7d --expiration-period=never"
    )


def explain_failure(error: Exception, address: Address) -> str:
    """What went wrong with a subscription, and what to do."""
    cause = error.cause if isinstance(error, exceptions.RetryError) and error.cause else error
    if isinstance(cause, exceptions.NotFound):
        return (
            f"there is no subscription {address.name} in {address.project}; this lists those that there are: "
            f"gcloud pubsub subscriptions list --project={address.project} --format='value(name)'"
        )
    if isinstance(cause, exceptions.PermissionDenied) and not is_disabled(cause):
        return (
            f"reading subscription {address.name} is denied ({CONSUME}); someone who administers it grants it by: "
            f"{spell_grant(CONSUME, address.path)}"
        )
    if isinstance(cause, exceptions.FailedPrecondition):
        return _explain_setting(cause, address)
    return explain(cause, f"{SCHEME}{address.project}/{address.name}")


def _explain_setting(error: exceptions.FailedPrecondition, address: Address) -> str:
    """A subscription that is there, and cannot be pulled."""
    for word, settings in (
        ("push", pubsub.Subscription(push_config=pubsub.PushConfig(push_endpoint="an endpoint"))),
        ("detached", pubsub.Subscription(detached=True)),
    ):
        if word in str(error.message).lower():
            return find_obstacle(settings, address)
    return explain(error, f"{SCHEME}{address.project}/{address.name}")
