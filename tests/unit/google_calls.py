"""Ways to go wrong with Google Cloud: real clients over real transport on loopback, and their own exceptions."""

import socket
from collections.abc import Callable

import grpc
import requests
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import GoogleAuthError, RefreshError
from google.cloud.logging_v2.services.logging_service_v2 import LoggingServiceV2Client
from google.cloud.logging_v2.services.logging_service_v2.transports import LoggingServiceV2GrpcTransport
from google.cloud.storage import Client
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import ErrorInfo

from tests.fakes.account_server import serving
from tests.fakes.google_errors import Refusal, RefusedError
from tests.fakes.refusing_server import refusing

Raise = Callable[[], None]


def make_info(reason: str, **metadata: str) -> Message:
    return ErrorInfo(reason=reason, domain="googleapis.com", metadata=metadata)


def refused(code: str, message: str, *details: Message) -> Raise:
    """A real client's call that a real server refuses."""
    return fail(RefusedError(Refusal(grpc.StatusCode[code], message, details)))


def fail(refusal: RefusedError) -> Raise:
    """The same, of a refusal that is there."""

    def ask() -> None:
        with refusing(refusal.refusal) as address, grpc.insecure_channel(address) as channel:
            transport = LoggingServiceV2GrpcTransport(channel=channel, credentials=make_nobody())
            LoggingServiceV2Client(transport=transport).list_logs(parent="projects/shop", retry=None, timeout=5)

    return ask


def throw(error: BaseException) -> Raise:
    """An exception as it is."""

    def ask() -> None:
        raise error

    return ask


def make_nobody() -> AnonymousCredentials:
    """What needs no credentials."""
    return AnonymousCredentials()  # type: ignore[no-untyped-call] # the library has no types


def list_bucket(status: int, message: str, reason: str = "") -> Raise:
    """A real listing of a bucket that a real server refuses."""

    def ask() -> None:
        with serving() as server:
            errors = [{"reason": reason, "domain": "global", "message": message}] if reason else []
            server.others = (status, {"error": {"code": status, "message": message, "errors": errors}})
            options = {"api_endpoint": server.address}
            client = Client(project="shop", credentials=make_nobody(), client_options=options)
            list(client.list_blobs("logs", retry=None))

    return ask


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def dial(target: str, timeout: float = 5, credentials: grpc.ChannelCredentials | None = None) -> None:
    """A raw call of gRPC."""
    secure = grpc.secure_channel(target, credentials) if credentials else grpc.insecure_channel(target)
    with secure as channel:
        channel.unary_unary("/service/Method")(b"", timeout=timeout)


def dial_nowhere() -> None:
    """To where nobody answers."""
    dial(f"127.0.0.1:{free_port()}")


def dial_nameless() -> None:
    """To a name that nobody has."""
    dial("nowhere.invalid:443")


def get_nowhere() -> None:
    """HTTP to where nobody answers."""
    requests.get(f"http://127.0.0.1:{free_port()}/", timeout=5)


def get_nameless() -> None:
    """HTTP to a name that nobody has."""
    requests.get("http://nowhere.invalid/", timeout=5)


def get_through_proxy() -> None:
    """Through a proxy that does not let it."""
    with serving() as server:
        requests.get("https://logging.googleapis.com/", proxies={"https": server.address}, timeout=5)


def get_refused() -> None:
    """What a service refuses, as requests raise it."""
    with serving() as server:
        server.others = (401, {"error": {"code": 401, "message": "Invalid Credentials"}})
        requests.get(f"{server.address}/storage/v1/b", timeout=5).raise_for_status()


def dial_silence() -> None:
    """To where somebody listens and says nothing."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        dial(f"127.0.0.1:{silent.getsockname()[1]}", timeout=0.2)


def refresh(text: str) -> Raise:
    return throw(RefreshError(text, {"error": "as above"}))  # type: ignore[no-untyped-call] # the library has no types


def throw_auth(error: type[GoogleAuthError], text: str) -> Raise:
    return throw(error(text))
