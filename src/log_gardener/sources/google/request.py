"""How Google's libraries ask token servers here: with less patience than their own, which is two minutes.

Imported only when a source on Google Cloud is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from google.auth.exceptions import TransportError
from google.auth.transport.requests import Request

# A token server answers within a second. Nobody waits longer than this to be told that it does not.
TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class _Nobody:
    """The answer of a server that is not there."""

    status: int = 404
    headers: Mapping[str, str] = field(default_factory=dict)
    data: bytes = b""


class BoundedRequest(Request):
    """Asks the metadata server once whether it is there.

    The libraries ask three times, with pauses between, which takes eight seconds off Google Cloud. On Google Cloud, the
    libraries see from the machine itself where it is, if the server should be slow.
    """

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        **more: Any,  # noqa: ANN401 - what requests takes
    ) -> Any:  # noqa: ANN401 - the library has no types
        """Ask, and return the answer.

        Raises:
            TransportError: there is none.
        """
        try:
            patience = timeout or TIMEOUT_SECONDS
            return super().__call__(url, method, body, headers, patience, **more)  # type: ignore[no-untyped-call] # the library has no types
        except TransportError:
            # All else that is asked of the metadata server has a path.
            if urlsplit(url).path:
                raise
            return _Nobody()


def make_request() -> BoundedRequest:
    """A connection of its own."""
    return BoundedRequest()
