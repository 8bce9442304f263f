"""Pages of entries: asked for within the quota, and as often as it takes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import TypeAlias

from google.api_core.exceptions import (
    Aborted,
    DeadlineExceeded,
    GoogleAPICallError,
    InternalServerError,
    InvalidArgument,
    ResourceExhausted,
    ServiceUnavailable,
    Unknown,
)
from google.cloud.logging_v2.types import ListLogEntriesRequest

from log_gardener.sources.cloud_logging.pace import Backoff, Pace, StoppedError
from log_gardener.sources.cloud_logging.service import FAILURES
from log_gardener.sources.cloud_logging.token_bucket import TokenBucket
from log_gardener.sources.google import explain
from log_gardener.sources.google.errors import find_row
from log_gardener.sources.google.failure import read_failure

TRANSIENT = (ServiceUnavailable, DeadlineExceeded, InternalServerError, Aborted, Unknown)
"""What is over when it is asked again; `Unknown` is what gRPC makes of a connection that was cut."""

AFTER_FAILURE = Backoff(first_seconds=0.5, most_seconds=30.0)

Ask: TypeAlias = Callable[[ListLogEntriesRequest], bytes]
"""Sends a `ListLogEntriesRequest`; raises what the client raises."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to go on where a page cannot be had.

    Attributes:
        quota_seconds: where the quota is gone; whoever used it up may be done by then.
        tries: where something else failed. Eight are a minute at most, half of it on average: a load balancer is
            replaced in less, and what lasts longer is told.
    """

    quota_seconds: float = 600.0
    tries: int = 8


IMPATIENT = Patience(quota_seconds=0.0, tries=2)
"""Of somebody who looks on."""


@dataclass(slots=True)
class Meter:
    """What a source has read; its workers share it."""

    pages: int = 0
    entries: int = 0
    _lock: Lock = field(default_factory=Lock)

    def count(self, entries: int, pages: int = 1) -> None:
        """So many have come."""
        with self._lock:
            self.pages += pages
            self.entries += entries


class Fetcher:
    """Asks for pages within the quota, and again where that may help. Threads share it.

    Args:
        ask: sends a request.
        bucket: says when.
        pace: how to wait.
        patience: how long to go on.
    """

    def __init__(self, ask: Ask, bucket: TokenBucket, *, pace: Pace, patience: Patience) -> None:
        self.meter = Meter()
        self._ask = ask
        self._bucket = bucket
        self._pace = pace
        self._patience = patience
        self.stopped = Event()
        # Whether a page could not be had for good: what fails now for others need not be waited for.
        self._is_hopeless = False

    @property
    def bucket(self) -> TokenBucket:
        """What says when to ask."""
        return self._bucket

    def begin(self) -> None:
        """A new reading has new hope."""
        self._is_hopeless = False

    def fetch(self, request: ListLogEntriesRequest) -> bytes:
        """The page, serialized.

        Raises:
            StoppedError: a stop ended it.
            GoogleAPICallError: it cannot be had; so does everything in `FAILURES`.
        """
        try:
            return self._insist(request)
        except InvalidArgument:
            raise
        except FAILURES:
            self._is_hopeless = True
            raise

    def _insist(self, request: ListLogEntriesRequest) -> bytes:
        failures = 0
        refused_at: float | None = None
        while True:
            if self.stopped.is_set():
                raise StoppedError
            turn = self._bucket.take(self.stopped)
            try:
                page = self._ask(request)
            except ResourceExhausted:
                now = self._pace.monotonic()
                refused_at = now if refused_at is None else refused_at
                self._bucket.slow_down(turn)
                if self._is_hopeless or now - refused_at >= self._patience.quota_seconds:
                    raise
            except TRANSIENT as error:
                failures += 1
                if self._is_hopeless or _is_of_credentials(error) or failures >= self._patience.tries:
                    raise
                self._pace.pause(AFTER_FAILURE.find_seconds(failures, self._pace.random()), self.stopped)
            else:
                self._bucket.speed_up(turn)
                return page


def _is_of_credentials(error: GoogleAPICallError) -> bool:
    """Whether there is no access token, which gRPC calls unavailable too, and which does not mend itself."""
    failure = read_failure(error)
    return "metadata from plugin failed" in failure.whole and find_row(failure).name != "token unreachable"


@dataclass(frozen=True, slots=True)
class Logs:
    """What is read, and how.

    Attributes:
        fetcher: asks for pages.
        resource: the name of what is listed.
        source: what the report calls it, and messages too.
    """

    fetcher: Fetcher
    resource: str
    source: str

    def explain(self, error: BaseException) -> str:
        """What is wrong, and what to do next, in words."""
        return explain(error, self.source)
