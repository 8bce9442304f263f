"""`TailLogEntries`: entries as they arrive, for as long as a session lasts."""

import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import grpc
from google.cloud.logging_v2.types import TailLogEntriesResponse

from tests.fakes.arrivals import Arrivals
from tests.fakes.entry_shelf import Kept
from tests.fakes.google_errors import Refusal, RefusedError

MOST_SECONDS = 3_600.0
MOST_SESSIONS = 10
ENTRIES_PER_MINUTE = 60_000
DEFAULT_BUFFER_SECONDS = 2.0
MOST_BUFFER_SECONDS = 60

# What waits for a client that does not read before it is given up.
_MOST_WAITING = 10_000
# How often a session looks whether its time or its client is gone.
_LOOK_SECONDS = 0.01
_MOST_A_RESPONSE = 1_000

_Response: Any = TailLogEntriesResponse.pb()
_Reason: Any = TailLogEntriesResponse.SuppressionInfo.Reason


@dataclass(frozen=True, slots=True)
class TailLimits:
    """What a session is held to.

    Attributes:
        seconds: how long one lasts.
        sessions: how many a project may have.
        entries_per_minute: how many entries one session gets; the rest is suppressed.
    """

    seconds: float = MOST_SECONDS
    sessions: int = MOST_SESSIONS
    entries_per_minute: int = ENTRIES_PER_MINUTE


class TailSession:
    """One client that is told what arrives. One thread reads `responses`, others tell.

    Args:
        is_wanted: whether the client asked for an entry.
        buffer_seconds: how long an entry waits for others that belong before it.
        limits: what the session is held to.
        monotonic: tells the seconds that pass.
    """

    def __init__(
        self,
        is_wanted: Callable[[Kept], bool],
        buffer_seconds: float,
        *,
        limits: TailLimits,
        monotonic: Callable[[], float],
    ) -> None:
        self._is_wanted = is_wanted
        self._buffer_seconds = buffer_seconds
        self._limits = limits
        self._monotonic = monotonic
        self._end = monotonic() + limits.seconds
        self._changed = threading.Condition()
        self._waiting: deque[tuple[float, Kept]] = deque()
        self._taken: deque[float] = deque()
        self._suppressed: Counter[str] = Counter()
        self._refusal: Refusal | None = None

    def take(self, entries: list[Kept]) -> None:
        """Entries have arrived."""
        now = self._monotonic()
        wanted = [entry for entry in entries if self._is_wanted(entry)]
        with self._changed:
            while self._taken and now - self._taken[0] >= 60:
                self._taken.popleft()
            for entry in wanted:
                if len(self._taken) >= self._limits.entries_per_minute:
                    self._suppressed["RATE_LIMIT"] += 1
                elif len(self._waiting) >= _MOST_WAITING:
                    self._suppressed["NOT_CONSUMED"] += 1
                else:
                    self._taken.append(now)
                    self._waiting.append((now + self._buffer_seconds, entry))
            self._changed.notify_all()

    def suppress(self, reason: str, count: int) -> None:
        """Tell the client that entries were left out, as RATE_LIMIT or NOT_CONSUMED."""
        with self._changed:
            self._suppressed[reason] += count
            self._changed.notify_all()

    def end(self, refusal: Refusal) -> None:
        """End the session; what has not been sent is lost."""
        with self._changed:
            self._refusal = refusal
            self._changed.notify_all()

    def responses(self, is_active: Callable[[], bool]) -> Iterator[Any]:
        """What to send, until the client is gone.

        Raises:
            RefusedError: the session's time is over, or something ended it.
        """
        while is_active():
            with self._changed:
                response = self._find_response()
                if response is None:
                    self._check_end()
                    self._changed.wait(_LOOK_SECONDS)
            if response is not None:
                yield response

    def _find_response(self) -> Any | None:
        now = self._monotonic()
        ready: list[Kept] = []
        while self._waiting and self._waiting[0][0] <= now and len(ready) < _MOST_A_RESPONSE:
            ready.append(self._waiting.popleft()[1])
        if self._refusal is not None or not (ready or self._suppressed):
            return None
        response = _Response()
        response.entries.extend([entry.message for entry in sorted(ready, key=lambda entry: entry.key)])
        for reason, count in sorted(self._suppressed.items()):
            response.suppression_info.add(reason=_Reason[reason].value, suppressed_count=count)
        self._suppressed.clear()
        return response

    def _check_end(self) -> None:
        if self._refusal is not None:
            raise RefusedError(self._refusal)
        if self._monotonic() >= self._end:
            text = (
                f"Session has run for the maximum allowed duration of {self._limits.seconds:g}s. To continue, start a "
                "new session."
            )
            raise RefusedError(Refusal(grpc.StatusCode.OUT_OF_RANGE, text))


class TailSessions:
    """All sessions that run. Threads may share it.

    Args:
        arrivals: tells what arrives.
        limits: what each is held to.
    """

    def __init__(self, arrivals: Arrivals, limits: TailLimits) -> None:
        self._arrivals = arrivals
        self._limits = limits
        self._lock = threading.Lock()
        self._running: dict[TailSession, tuple[str, Callable[[], None]]] = {}

    def open(self, container: str, session: TailSession) -> None:
        """Let a session begin.

        Raises:
            RefusedError: the project has as many as it may have.
        """
        with self._lock:
            count = sum(project == container for project, _ in self._running.values())
            if count >= self._limits.sessions:
                text = f"There are already {count} open tail sessions, which is the maximum allowed for {container}."
                raise RefusedError(Refusal(grpc.StatusCode.RESOURCE_EXHAUSTED, text))
            self._running[session] = (container, self._arrivals.listen(session.take))

    def close(self, session: TailSession) -> None:
        """A session is over."""
        with self._lock:
            _, leave = self._running.pop(session)
        leave()

    def find_running(self) -> list[TailSession]:
        """All that run, the oldest first."""
        with self._lock:
            return list(self._running)

    def suppress(self, reason: str, count: int) -> None:
        """Tell all clients that entries were left out."""
        for session in self.find_running():
            session.suppress(reason, count)

    def break_off(self, refusal: Refusal) -> None:
        """End all sessions at once, as when the network goes."""
        for session in self.find_running():
            session.end(refusal)
