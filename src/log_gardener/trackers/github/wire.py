"""One request to GitHub and its answer, by PyGithub's requester.

PyGithub's own way of calling does more than is good here: it sends a POST again after a 5xx or a 403, follows a
redirect with a write in it, asks once more for what an answer lacks, and takes an answer that is no list for an empty
one. So only its requester is used, for the session, the headers and the addresses; each request goes out once.
"""

import json
import logging
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from github.Auth import Auth
from github.Requester import (
    HTTPRequestsConnectionClass,
    HTTPSRequestsConnectionClass,
    Requester,
    RequestsResponse,
)
from requests import RequestException
from requests.exceptions import ConnectTimeout, InvalidSchema, InvalidURL, ProxyError, SSLError
from urllib3.exceptions import NewConnectionError

from log_gardener.trackers.github.options import GitHubOptions

_USER_AGENT = "log-gardener"
_API_VERSION = "2022-11-28"
_MEDIA_TYPE = "application/vnd.github+json"

# Where a redirect points to, under a name that the requester does not look for, so that it follows none.
REDIRECT = "x-redirect"

# How much of what a server says is repeated: some answer with a whole page.
_LONGEST_MESSAGE = 300

# PyGithub logs every answer whole, also one that holds a token. By its level, since whoever configures logging in this
# process, as a server does, enables what was disabled.
_SILENCE = logging.getLogger(f"{__name__}.silence")
_SILENCE.setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked.

    Attributes:
        path: from the API's root, or the whole address of a next page.
        parameters: of the query.
        payload: of a write, to be sent as JSON.
    """

    verb: str
    path: str
    parameters: dict[str, str] = field(default_factory=dict)
    payload: Any = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered.

    Attributes:
        headers: names in lower case.
        payload: the JSON of it; `None` if there is none.
        is_moved: whether it was found by a redirect.
    """

    status: int
    headers: dict[str, str]
    payload: Any = None
    is_moved: bool = False

    @property
    def message(self) -> str:
        """What GitHub says of a refusal, with its reasons, on one line."""
        if not isinstance(self.payload, dict):
            return ""
        errors = self.payload.get("errors")
        reasons = [_spell_reason(one) for one in errors] if isinstance(errors, list) else []
        said = str(self.payload.get("message", ""))
        text = f"{said} ({'; '.join(reasons)})" if reasons else said
        return " ".join(text.split())[:_LONGEST_MESSAGE]


def _spell_reason(reason: object) -> str:
    if not isinstance(reason, dict):
        return str(reason)
    return str(reason.get("message") or " ".join(str(reason[key]) for key in ("field", "code") if key in reason))


@dataclass(frozen=True, slots=True)
class Failure:
    """No answer.

    Attributes:
        why: in words.
        is_sent: whether the request may have come to the server.
        is_final: whether it would fail again.
    """

    why: str
    is_sent: bool
    is_final: bool = False


Outcome: TypeAlias = Reply | Failure


class _Bearer(Auth):
    """The token of the present request. As an `Auth` it is masked wherever PyGithub shows headers."""

    def __init__(self) -> None:
        self.present = ""

    @property
    def token_type(self) -> str:
        return "Bearer"

    @property
    def token(self) -> str:
        return self.present


class _Response(RequestsResponse):
    """An answer as it came: redirects not followed, and JSON read as what it is by definition, UTF-8."""

    def getheaders(self) -> Any:  # noqa: ANN401 - the view of a dictionary, whose type is private to PyGithub
        return {(REDIRECT if name.lower() == "location" else name): text for name, text in self.headers.items()}.items()

    def read(self) -> str:
        return self.response.content.decode("utf-8", "replace")


class _Plain(HTTPRequestsConnectionClass):
    def getresponse(self) -> RequestsResponse:
        return _Response(super().getresponse().response)


class _Secure(HTTPSRequestsConnectionClass):
    def getresponse(self) -> RequestsResponse:
        return _Response(super().getresponse().response)


class Wire(Requester):
    """Sends each request exactly once, and to the API's host only.

    Args:
        options: where to, and how long an answer may take.
    """

    def __init__(self, options: GitHubOptions) -> None:
        self._bearer = _Bearer()
        super().__init__(
            auth=self._bearer,
            base_url=options.base_url.rstrip("/"),
            timeout=options.timeout_seconds,
            user_agent=_USER_AGENT,
            per_page=100,
            verify=True,
            retry=0,
            pool_size=None,
            api_version=_API_VERSION,
        )
        parts = urlsplit(options.base_url)
        make = _Secure if parts.scheme == "https" else _Plain
        self._host = parts.hostname or ""
        self._origin = (parts.scheme, self._host, parts.port)
        self._line = make(self._host, parts.port, retry=0, timeout=options.timeout_seconds)

    def is_own(self, url: str) -> bool:
        """Whether an address is of the API, so that the token may go there."""
        parts = urlsplit(url)
        ports = {"https": 443, "http": 80}
        own = (*self._origin[:2], self._origin[2] or ports[self._origin[0]])
        return (parts.scheme, parts.hostname, parts.port or ports.get(parts.scheme)) == own

    def send(self, call: Call, token: str, etag: str = "") -> Outcome:
        """Ask once. Nothing is raised for what the net or the server does."""
        self._bearer.present = token
        if call.verb != "GET":
            # One that the server is just closing would lose a request, and nobody could tell that it never arrived.
            self._line.session.close()
        headers = {"Accept": _MEDIA_TYPE} | ({"If-None-Match": etag} if etag else {})
        try:
            status, told, text = self.requestJson(
                call.verb, call.path, dict(call.parameters), headers, call.payload, self._line
            )
        except RequestException as error:
            return self._tell(error)
        finally:
            self._bearer.present = ""
        try:
            payload = json.loads(text) if text.strip() else None
        except ValueError:
            if status < 300:  # noqa: PLR2004 - what is no success needs no JSON to be understood
                return Failure(f"{self._host} answered with what is no JSON", is_sent=True)
            payload = None
        return Reply(status, told, payload)

    def close(self) -> None:
        """End the connections."""
        self._line.close()
        super().close()

    def _tell(self, error: RequestException) -> Failure:
        """In words of our own: the library's may hold the password of a proxy."""
        if isinstance(error, InvalidURL | InvalidSchema):
            return Failure(f"{self._host} or the proxy for it is no valid address", is_sent=False, is_final=True)
        if isinstance(error, ProxyError):
            return Failure("the proxy cannot be reached (see HTTPS_PROXY)", is_sent=False)
        if isinstance(error, SSLError):
            return Failure(
                f"the certificate of {self._host} is not trusted; where a proxy or an Enterprise server has one of its"
                " own, set REQUESTS_CA_BUNDLE to the file of its authority",
                is_sent="CERTIFICATE_VERIFY_FAILED" not in str(error),
                is_final=True,
            )
        reason = getattr(error.args[0] if error.args else None, "reason", None)
        if isinstance(error, ConnectTimeout) or isinstance(reason, NewConnectionError):
            return Failure(f"{self._host} cannot be reached ({type(reason).__name__})", is_sent=False)
        return Failure(f"{self._host} gave no answer ({type(error).__name__})", is_sent=True)


Wire.injectLogger(_SILENCE)
