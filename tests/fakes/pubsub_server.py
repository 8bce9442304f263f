"""A strict Pub/Sub service in this process, on loopback, for the real client.

It rejects what the real one rejects, and does on purpose what the real one does now and then.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from random import Random
from typing import Any

import grpc
from google.iam.v1 import iam_policy_pb2
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.empty_pb2 import Empty
from google.pubsub_v1 import types as pubsub
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from tests.fakes.backlog import Backlog, Stored

# The messages below the client's wrappers, which would make an object of each message.
_Answer = pubsub.StreamingPullResponse.pb()
_Received = pubsub.ReceivedMessage.pb()
_Properties = pubsub.StreamingPullResponse.SubscriptionProperties

ANSWER_MESSAGES = 1_000

LARGEST_REQUEST = 524_288
DEADLINES = range(10, 601)
_ONLY_FIRST = "Only the first request of a stream may say this."
DETACHED = "The subscription is detached, and cannot be pulled."
PUSHED = "This method is not supported for push subscriptions."
DENIED = "User not authorized to perform this action."
INVALID_IDS = (
    "Some acknowledgement ids in the request were invalid. This could be because the acknowledgement ids have expired "
    "or the acknowledgement ids were malformed."
)


@dataclass(slots=True)
class Mishaps:
    """What goes wrong on purpose, each with its share of the occasions, drawn from a seed.

    Attributes:
        repeated: a message of an answer is delivered twice.
        broken: a stream ends with UNAVAILABLE after an answer.
        lost: an acknowledgement is done, but its answer is UNAVAILABLE.
        slow_seconds: how long each answer of a stream takes.
        answer_messages: how many messages an answer has at most.
        is_pressing: it sends on, whatever a stream said that it may have out.
        seed: of the draws.
    """

    repeated: float = 0.0
    broken: float = 0.0
    lost: float = 0.0
    slow_seconds: float = 0.0
    answer_messages: int = ANSWER_MESSAGES
    is_pressing: bool = False
    seed: int = 0
    _random: Random | None = None

    def draw(self, share: float) -> bool:
        """Whether it happens this time."""
        self._random = self._random or Random(self.seed)
        return self._random.random() < share


@dataclass
class Shelf:
    """A subscription with its messages, and what is granted to whoever asks."""

    settings: pubsub.Subscription
    backlog: Backlog
    granted: frozenset[str] = frozenset({"pubsub.subscriptions.consume", "pubsub.subscriptions.get"})
    streams: int = 0
    opened: int = 0


@dataclass
class FakePubSub:
    """The state of the service.

    Attributes:
        tick: seconds that pass, by which leases end.
        mishaps: what goes wrong on purpose.
    """

    tick: Callable[[], float] = time.monotonic
    mishaps: Mishaps = field(default_factory=Mishaps)
    endpoint: str = ""
    shelves: dict[str, Shelf] = field(default_factory=dict)
    topics: dict[str, list[str]] = field(default_factory=dict)
    # What every call ends with, while it is set.
    refusal: tuple[grpc.StatusCode, str] | None = None
    _breaks: int = 0
    _numbers: Iterator[int] = field(default_factory=count)

    def shelf(self, name: str) -> Shelf:
        """A subscription by the last part of its name."""
        return next(shelf for path, shelf in self.shelves.items() if path.endswith(f"/{name}"))

    def break_streams(self) -> None:
        """End all streams that are open with UNAVAILABLE."""
        self._breaks += 1

    @contextmanager
    def serve(self) -> Iterator["FakePubSub"]:
        """The service on a port of its own, for as long as the context lasts."""
        options = (("grpc.max_receive_message_length", -1), ("grpc.so_reuseport", 0))
        server = grpc.server(ThreadPoolExecutor(64, thread_name_prefix="fake"), options=options)
        server.add_generic_rpc_handlers(tuple(self._list_handlers()))
        self.endpoint = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
        server.start()
        try:
            yield self
        finally:
            self.break_streams()
            server.stop(grace=1).wait()

    def _list_handlers(self) -> Iterator[grpc.GenericRpcHandler]:
        yield _make_handlers(
            "google.pubsub.v1.Publisher",
            {
                "CreateTopic": (self._create_topic, pubsub.Topic, pubsub.Topic),
                "Publish": (self._publish, pubsub.PublishRequest, pubsub.PublishResponse),
            },
        )
        subscriber = {
            "CreateSubscription": (self._create_subscription, pubsub.Subscription, pubsub.Subscription),
            "GetSubscription": (self._get_subscription, pubsub.GetSubscriptionRequest, pubsub.Subscription),
            "Pull": (self._pull, pubsub.PullRequest, pubsub.PullResponse),
            "Acknowledge": (self._acknowledge, pubsub.AcknowledgeRequest, Empty),
            "ModifyAckDeadline": (self._modify, pubsub.ModifyAckDeadlineRequest, Empty),
            "StreamingPull": (self._stream, pubsub.StreamingPullRequest, pubsub.StreamingPullResponse),
        }
        yield _make_handlers("google.pubsub.v1.Subscriber", subscriber)
        yield _make_handlers(
            "google.iam.v1.IAMPolicy",
            {
                "TestIamPermissions": (
                    self._test_permissions,
                    iam_policy_pb2.TestIamPermissionsRequest,
                    iam_policy_pb2.TestIamPermissionsResponse,
                )
            },
        )

    def _create_topic(self, request: Any, context: grpc.ServicerContext) -> Any:
        if self.topics.setdefault(request.name, []):
            context.abort(grpc.StatusCode.ALREADY_EXISTS, "Resource already exists in the project.")
        return request

    def _publish(self, request: Any, context: grpc.ServicerContext) -> Any:
        if request.topic not in self.topics:
            context.abort(grpc.StatusCode.NOT_FOUND, "Resource not found (resource=topic).")
        now = datetime.now(UTC)
        for message in request.messages:
            message.message_id = str(next(self._numbers))
            message.publish_time.FromDatetime(now)
        for name in self.topics[request.topic]:
            self.shelves[name].backlog.publish([Stored(one, one.ByteSize()) for one in request.messages])
        return pubsub.PublishResponse.pb()(message_ids=[one.message_id for one in request.messages])

    def _create_subscription(self, request: Any, context: grpc.ServicerContext) -> Any:
        settings = pubsub.Subscription.wrap(request)
        if request.topic not in self.topics:
            context.abort(grpc.StatusCode.NOT_FOUND, "Resource not found (resource=topic).")
        if settings.ack_deadline_seconds not in DEADLINES:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "Invalid ack deadline given (seconds).")
        self.shelves[request.name] = Shelf(settings, Backlog(request.name, self.tick))
        self.topics[request.topic].append(request.name)
        return request

    def _get_subscription(self, request: Any, context: grpc.ServicerContext) -> Any:
        shelf = self._find(request.subscription, context, "pubsub.subscriptions.get")
        return pubsub.Subscription.pb(shelf.settings)

    def _test_permissions(self, request: Any, context: grpc.ServicerContext) -> Any:
        if self.refusal:
            context.abort(*self.refusal)
        # Of what is not there, nothing is granted: that is no error.
        granted = self.shelves[request.resource].granted if request.resource in self.shelves else ()
        return iam_policy_pb2.TestIamPermissionsResponse(
            permissions=[one for one in request.permissions if one in granted]
        )

    def _pull(self, request: Any, context: grpc.ServicerContext) -> Any:
        shelf = self._find_pulled(request.subscription, context)
        while context.is_active():
            found = shelf.backlog.hand_out("pull", (request.max_messages, 0, 0), shelf.settings.ack_deadline_seconds)
            if found:
                return pubsub.PullResponse.pb()(received_messages=[_spell(*one) for one in found])
        return pubsub.PullResponse.pb()()

    def _acknowledge(self, request: Any, context: grpc.ServicerContext) -> Empty:
        shelf = self._find_pulled(request.subscription, context)
        _check_ids(request, context)
        expired = shelf.backlog.acknowledge(request.ack_ids)
        if self.mishaps.draw(self.mishaps.lost):
            context.abort(grpc.StatusCode.UNAVAILABLE, "The service was unable to fulfill your request.")
        _tell_expired(shelf, expired, context)
        return Empty()

    def _modify(self, request: Any, context: grpc.ServicerContext) -> Empty:
        shelf = self._find_pulled(request.subscription, context)
        _check_ids(request, context)
        if request.ack_deadline_seconds and request.ack_deadline_seconds not in DEADLINES:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "Invalid ack deadline given (seconds).")
        _tell_expired(shelf, shelf.backlog.extend(request.ack_ids, request.ack_deadline_seconds), context)
        return Empty()

    def _stream(self, requests: Iterator[Any], context: grpc.ServicerContext) -> Iterator[Any]:
        first = next(requests)
        shelf = self._find_pulled(first.subscription, context)
        if first.stream_ack_deadline_seconds not in DEADLINES:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "Invalid stream ack deadline given (seconds).")
        faults: list[str] = []
        reader = threading.Thread(target=_read_on, args=(requests, faults), daemon=True)
        reader.start()
        breaks, shelf.opened = self._breaks, shelf.opened + 1
        name = f"{first.client_id}/{shelf.opened}"
        bounds = (first.max_outstanding_messages, first.max_outstanding_bytes)
        bounds = (0, 0) if self.mishaps.is_pressing else bounds
        while context.is_active() and breaks == self._breaks:
            if faults:
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, faults[0])
            if not reader.is_alive():
                # Whoever has no more to say is sent no more.
                return
            found = shelf.backlog.hand_out(
                name, (self.mishaps.answer_messages, *bounds), first.stream_ack_deadline_seconds
            )
            if found:
                yield self._answer(shelf, found)
                if self.mishaps.draw(self.mishaps.broken):
                    break
        context.abort(grpc.StatusCode.UNAVAILABLE, "The service was unable to fulfill your request. Please try again.")

    def _answer(self, shelf: Shelf, found: list[tuple[str, Stored]]) -> Any:
        if self.mishaps.slow_seconds:
            threading.Event().wait(self.mishaps.slow_seconds)
        if self.mishaps.repeated:
            shelf.backlog.repeat([ack_id for ack_id, _ in found if self.mishaps.draw(self.mishaps.repeated)])
        is_exact = shelf.settings.enable_exactly_once_delivery
        properties = _Properties.pb()(exactly_once_delivery_enabled=is_exact)
        return _Answer(received_messages=[_spell(*one) for one in found], subscription_properties=properties)

    def _find(self, name: str, context: grpc.ServicerContext, permission: str = "") -> Shelf:
        if self.refusal:
            context.abort(*self.refusal)
        if name not in self.shelves:
            context.abort(grpc.StatusCode.NOT_FOUND, f"Resource not found (resource={name.rpartition('/')[2]}).")
        if permission and permission not in self.shelves[name].granted:
            context.abort(grpc.StatusCode.PERMISSION_DENIED, DENIED)
        return self.shelves[name]

    def _find_pulled(self, name: str, context: grpc.ServicerContext) -> Shelf:
        shelf = self._find(name, context, "pubsub.subscriptions.consume")
        if shelf.settings.detached:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, DETACHED)
        if shelf.settings.push_config.push_endpoint:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, PUSHED)
        return shelf


def _spell(ack_id: str, stored: Stored) -> Any:
    return _Received(ack_id=ack_id, message=stored.message)


def _read_on(requests: Iterator[Any], faults: list[str]) -> None:
    """What comes after the first request may only keep the stream alive, or change its deadline."""
    # Whoever goes away leaves an error here.
    with suppress(grpc.RpcError):
        faults.extend(_ONLY_FIRST for request in requests if _says_too_much(request))


def _says_too_much(request: Any) -> bool:
    return bool(request.subscription or request.max_outstanding_messages or request.max_outstanding_bytes)


def _check_ids(request: Any, context: grpc.ServicerContext) -> None:
    if not request.ack_ids:
        context.abort(grpc.StatusCode.INVALID_ARGUMENT, "No ack ids were given.")
    if request.ByteSize() > LARGEST_REQUEST:
        context.abort(grpc.StatusCode.INVALID_ARGUMENT, "Request payload size exceeds the limit: 524288 bytes.")


def _tell_expired(shelf: Shelf, expired: list[str], context: grpc.ServicerContext) -> None:
    """Only a subscription with exactly-once delivery tells of leases that were over."""
    if not expired or not shelf.settings.enable_exactly_once_delivery:
        return
    verdicts = dict.fromkeys(expired, "PERMANENT_FAILURE_INVALID_ACK_ID")
    detail = AnyMessage()
    detail.Pack(
        error_details_pb2.ErrorInfo(
            reason="EXACTLY_ONCE_ACKID_FAILURE", domain="pubsub.googleapis.com", metadata=verdicts
        )
    )
    code = grpc.StatusCode.INVALID_ARGUMENT.value[0]
    status = status_pb2.Status(code=code, message=INVALID_IDS, details=[detail])
    context.abort_with_status(rpc_status.to_status(status))


def _make_handlers(service: str, methods: Mapping[str, tuple[Callable[..., Any], Any, Any]]) -> grpc.GenericRpcHandler:
    """Handlers of methods that take and give bare messages; only `StreamingPull` streams."""
    handlers = {}
    for name, (method, taken, given) in methods.items():
        make = grpc.stream_stream_rpc_method_handler if name == "StreamingPull" else grpc.unary_unary_rpc_method_handler
        bare_taken, bare_given = (one.pb() if hasattr(one, "wrap") else one for one in (taken, given))
        handlers[name] = make(method, bare_taken.FromString, bare_given.SerializeToString)
    return grpc.method_handlers_generic_handler(service, handlers)
