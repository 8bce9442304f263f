"""What Google's clients raise, as one value: its kind, and what the service says of it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

# Enough for what a service says of a filter or a quota. What is longer repeats what it was asked.
LONGEST_TEXT = 300

# Everything that moves a cursor, sets a title, rings a bell, or ends a line.
_BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


class Kind(StrEnum):
    """Where something went wrong."""

    CREDENTIALS = "no credentials were found, or they cannot be read"
    REFRESH = "the credentials give no access token"
    UNREACHABLE = "no answer came, or none in time"
    UNAUTHENTICATED = "the service does not take the access token"
    DENIED = "the service does not allow it"
    NOT_FOUND = "the service has no such thing"
    EXHAUSTED = "a quota is used up"
    INVALID = "the service does not take the request"
    PRECONDITION = "what is asked for is not in a state for it"
    SERVER = "the service itself failed"
    SYSTEM = "the operating system refused"
    OTHER = "anything else"


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong.

    Attributes:
        kind: where.
        type: the name of the exception's class.
        text: what the library or the service says, on one line, without control characters, cut to `LONGEST_TEXT`.
        whole: the same, not cut, for what is looked for in it; never for people.
        reason: the service's name of it, such as `SERVICE_DISABLED`; empty if it gives none.
        metadata: what the service tells beside, such as `permission`.
    """

    kind: Kind
    type: str
    text: str
    whole: str
    reason: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)


_CALL_ERROR = "google.api_core.exceptions.GoogleAPICallError"

# What the JSON APIs' clients put before the service's own words.
_CALL = re.compile(r"^[A-Z]+ https?://\S+: ")

# Exceptions by name, so that no library is imported to tell what it did not raise. The nearest ancestor counts.
_KINDS = {
    "google.auth.exceptions.DefaultCredentialsError": Kind.CREDENTIALS,
    "google.auth.exceptions.MutualTLSChannelError": Kind.CREDENTIALS,
    "google.auth.exceptions.ClientCertError": Kind.CREDENTIALS,
    "google.auth.exceptions.TransportError": Kind.UNREACHABLE,
    "google.auth.exceptions.TimeoutError": Kind.UNREACHABLE,
    "google.auth.exceptions.ResponseError": Kind.UNREACHABLE,
    "google.auth.exceptions.GoogleAuthError": Kind.REFRESH,
    "google.api_core.exceptions.Unauthorized": Kind.UNAUTHENTICATED,
    "google.api_core.exceptions.Forbidden": Kind.DENIED,
    "google.api_core.exceptions.NotFound": Kind.NOT_FOUND,
    "google.api_core.exceptions.TooManyRequests": Kind.EXHAUSTED,
    "google.api_core.exceptions.FailedPrecondition": Kind.PRECONDITION,
    "google.api_core.exceptions.PreconditionFailed": Kind.PRECONDITION,
    "google.api_core.exceptions.Conflict": Kind.SERVER,
    "google.api_core.exceptions.ClientError": Kind.INVALID,
    "google.api_core.exceptions.BadGateway": Kind.UNREACHABLE,
    "google.api_core.exceptions.ServiceUnavailable": Kind.UNREACHABLE,
    "google.api_core.exceptions.GatewayTimeout": Kind.UNREACHABLE,
    "google.api_core.exceptions.MethodNotImplemented": Kind.INVALID,
    "google.api_core.exceptions.RetryError": Kind.UNREACHABLE,
    _CALL_ERROR: Kind.SERVER,
    "requests.exceptions.RequestException": Kind.UNREACHABLE,
    "urllib3.exceptions.HTTPError": Kind.UNREACHABLE,
    "urllib.error.URLError": Kind.UNREACHABLE,
    "http.client.HTTPException": Kind.UNREACHABLE,
    "socket.gaierror": Kind.UNREACHABLE,
    "ssl.SSLError": Kind.UNREACHABLE,
    "builtins.ConnectionError": Kind.UNREACHABLE,
    "builtins.TimeoutError": Kind.UNREACHABLE,
    "builtins.OSError": Kind.SYSTEM,
}


def read_failure(error: BaseException) -> Failure:
    """What an exception of any of the libraries says."""
    cause = _find_cause(error)
    whole = _BLANK.sub(" ", _find_text(cause)).strip()
    metadata = {str(key): _BLANK.sub(" ", str(value)) for key, value in _list_metadata(cause)}
    reason = str(_find(cause, "reason") or _find_first_reason(cause))
    return Failure(_find_kind(cause), type(cause).__name__, shorten(whole), whole, reason, metadata)


def shorten(text: str) -> str:
    """The text, cut where it is longer than people would read."""
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT].rstrip() + " ..."


def _find_cause(error: BaseException) -> BaseException:
    """What lies behind an exception that only says that a client gave up, or that is raw gRPC or HTTP."""
    names = _list_names(error)
    if "google.api_core.exceptions.RetryError" in names:
        cause = getattr(error, "cause", None)
        return _find_cause(cause) if isinstance(cause, BaseException) else error
    if "grpc.RpcError" in names:
        return _read_call(error)
    response = getattr(error, "response", None)
    if isinstance(getattr(response, "status_code", None), int) and _CALL_ERROR not in names:
        return _read_response(response)
    return error


def _read_call(error: Any) -> BaseException:  # noqa: ANN401 - gRPC's own, which is not imported for it
    """What gRPC says of a call."""
    from google.api_core.exceptions import from_grpc_error, from_grpc_status  # noqa: PLC0415 - it is there with gRPC

    found: BaseException
    try:
        found = from_grpc_error(error)  # type: ignore[no-untyped-call] # the library has no types
    except ValueError:
        # What the service said was cut on its way, so that its parts contradict each other.
        found = from_grpc_status(error.code(), error.details())  # type: ignore[no-untyped-call] # nor here
    return found


def _read_response(response: Any) -> BaseException:  # noqa: ANN401 - requests' own, which is not imported for it
    """What an HTTP answer with an error says."""
    from google.api_core.exceptions import from_http_response, from_http_status  # noqa: PLC0415

    found: BaseException
    try:
        found = from_http_response(response)  # type: ignore[no-untyped-call] # the library has no types
    except (OSError, RuntimeError):
        # Its body was read already, or broke off.
        found = from_http_status(response.status_code, "")  # type: ignore[no-untyped-call] # nor here
    return found


def _list_names(error: BaseException) -> list[str]:
    return [f"{one.__module__}.{one.__qualname__}" for one in type(error).__mro__]


def _find_kind(error: BaseException) -> Kind:
    return next((_KINDS[name] for name in _list_names(error) if name in _KINDS), Kind.OTHER)


def _find_text(error: BaseException) -> str:
    """What it says: of Google's, without what the client adds to it."""
    message = _find(error, "message")
    if message:
        return _CALL.sub("", str(message))
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error.args[0]) if error.args else ""


def _find(error: BaseException, name: str) -> object:
    """An attribute that only errors of Google's services have."""
    return getattr(error, name, None) if _CALL_ERROR in _list_names(error) else None


def _list_metadata(error: BaseException) -> Iterable[tuple[object, object]]:
    found = _find(error, "metadata")
    return found.items() if isinstance(found, Mapping) else ()


def _find_first_reason(error: BaseException) -> str:
    """The reason in the form of the older JSON APIs."""
    found = _find(error, "errors")
    first = found[0] if isinstance(found, list) and found else None
    return str(first.get("reason", "")) if isinstance(first, dict) else ""
