"""A strict Cloud Logging on loopback: real gRPC, for the real client.

It refuses what the real one refuses, understands the documented query language and no more, and goes wrong when it
is told to:

    with serve_logging(entries) as fake:
        fake.faults.mix(seed=7)
        client = make_client(fake.target)
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import grpc
from google.cloud.logging_v2 import types
from google.cloud.logging_v2.services.config_service_v2 import ConfigServiceV2Client
from google.cloud.logging_v2.services.config_service_v2.transports import ConfigServiceV2GrpcTransport
from google.cloud.logging_v2.services.logging_service_v2 import LoggingServiceV2Client
from google.cloud.logging_v2.services.logging_service_v2.transports import LoggingServiceV2GrpcTransport
from grpc_status import rpc_status

from tests.fakes.faults import Fault
from tests.fakes.filter_fields import Body
from tests.fakes.google_errors import RefusedError
from tests.fakes.logging_access import State
from tests.fakes.logging_fake import LoggingFake, Message, Setting

__all__ = [
    "Fault",
    "LoggingFake",
    "Setting",
    "State",
    "make_channel",
    "make_client",
    "make_config_client",
    "serve_logging",
]

# A tail keeps its thread as long as it runs; ten of them must leave room for everything else.
_THREADS = 32
# A page of 1,000 entries may be larger than the 4 MB that gRPC takes by default; the real transport lifts that too.
_CHANNEL = (("grpc.max_receive_message_length", -1),)
# How long tails have to end when the fake goes.
_GRACE_SECONDS = 0.2


@contextmanager
def serve_logging(entries: Iterable[Body] = (), setting: Setting | None = None) -> Iterator[LoggingFake]:
    """Serve entries, given as JSON as gcloud prints them, while the context lasts."""
    fake = LoggingFake(setting or Setting())
    fake.add(entries)
    server = grpc.server(ThreadPoolExecutor(_THREADS), options=(("grpc.so_reuseport", 0),))
    server.add_generic_rpc_handlers(_make_services(fake))
    fake.target = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        yield fake
    finally:
        server.stop(grace=_GRACE_SECONDS).wait()


def make_channel(target: str) -> grpc.Channel:
    """A connection to a fake."""
    return grpc.insecure_channel(target, options=_CHANNEL)


def make_client(target: str) -> LoggingServiceV2Client:
    """The real client of a fake."""
    return LoggingServiceV2Client(transport=LoggingServiceV2GrpcTransport(channel=make_channel(target)))


def make_config_client(target: str) -> ConfigServiceV2Client:
    """The real client of a fake's sinks, buckets and views."""
    return ConfigServiceV2Client(transport=ConfigServiceV2GrpcTransport(channel=make_channel(target)))


def _make_services(fake: LoggingFake) -> tuple[grpc.GenericRpcHandler, ...]:
    logging = {
        "ListLogEntries": _make_unary(fake.list_entries, types.ListLogEntriesRequest),
        "ListLogs": _make_unary(fake.list_logs, types.ListLogsRequest),
        "TailLogEntries": _make_tail(fake),
    }
    config = {
        "ListSinks": _make_unary(fake.list_sinks, types.ListSinksRequest),
        "ListBuckets": _make_unary(fake.list_buckets, types.ListBucketsRequest),
        "GetView": _make_unary(fake.get_view, types.GetViewRequest),
    }
    return (
        grpc.method_handlers_generic_handler("google.logging.v2.LoggingServiceV2", logging),
        grpc.method_handlers_generic_handler("google.logging.v2.ConfigServiceV2", config),
    )


def _make_unary(answer: Callable[[Message], Message], request_type: Any) -> grpc.RpcMethodHandler:
    def behave(request: Message, context: grpc.ServicerContext) -> Message:
        with _refusing(context):
            return answer(request)

    return grpc.unary_unary_rpc_method_handler(
        behave, request_deserializer=request_type.pb().FromString, response_serializer=_serialize
    )


def _make_tail(fake: LoggingFake) -> grpc.RpcMethodHandler:
    def behave(requests: Iterator[Message], context: grpc.ServicerContext) -> Iterator[Message]:
        with _refusing(context):
            # The first request says everything; a client that says no more still wants to listen.
            yield from fake.tail_entries(next(requests), context.is_active)

    return grpc.stream_stream_rpc_method_handler(
        behave, request_deserializer=types.TailLogEntriesRequest.pb().FromString, response_serializer=_serialize
    )


@contextmanager
def _refusing(context: grpc.ServicerContext) -> Iterator[None]:
    try:
        yield
    except RefusedError as error:
        context.abort_with_status(rpc_status.to_status(error.refusal.to_status()))


def _serialize(message: Message) -> bytes:
    serialized: bytes = message.SerializeToString()
    return serialized
