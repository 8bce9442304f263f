"""How often the API may be asked: our own token bucket, since the service says only that it was too often.

Cloud Logging allows 60 reads a minute and project, refuses with RESOURCE_EXHAUSTED, and names no time to come back.
"""

from collections import deque
from dataclasses import dataclass
from functools import cache
from threading import Event, Lock

from log_gardener.sources.cloud_logging.pace import Backoff, Pace

MINUTE = 60.0

# So many reads of a minute may come at once after a rest: a short reading need not wait, and others get theirs.
BURST_SHARE = 6

# What others read of the same quota is unknown: after a refusal half as often, and no slower than this share.
SLOWEST_SHARE = 16

# What is given back for each minute without a refusal: a tenth, so that a quota that others use too is not hit often.
RECOVERY_SHARE = 10

# Refusals are counted by the minute, so that asking again within seconds helps at most once.
AFTER_REFUSAL = Backoff(first_seconds=8.0, most_seconds=64.0)

# Requests arrive later than they are sent, and not all by the same: what is sent within a minute may arrive in less.
JITTER_SECONDS = 1.0

# A wait that rounds to nothing would be asked for without end.
SHORTEST_SECONDS = 0.001


class TokenBucket:
    """Lets callers wait for their turn. Threads share it.

    Never more than `reads_per_minute` within a minute, at most a sixth of them at once, then evenly. What the service
    refuses halves the rate for everybody, after a pause; it recovers by a tenth a minute.

    Args:
        reads_per_minute: the quota.
        pace: how to wait.
    """

    def __init__(self, reads_per_minute: int, pace: Pace) -> None:
        self._limit = reads_per_minute
        self._pace = pace
        self._lock = Lock()
        self._burst = max(reads_per_minute / BURST_SHARE, 1.0)
        self._tokens = self._burst
        self._filled_at = pace.monotonic()
        self._taken: deque[float] = deque(maxlen=reads_per_minute)
        self._rate = float(reads_per_minute)
        self._slowed_at: float | None = None
        self._paused_until = self._filled_at
        self._refusals = 0
        self._refusals_in_a_row = 0
        self._waiting = 0

    @property
    def limit(self) -> int:
        """Reads a minute that are allowed at most."""
        return self._limit

    @property
    def refusals(self) -> int:
        """How often the service has refused."""
        return self._refusals

    def find_rate(self) -> float:
        """Reads a minute at present."""
        with self._lock:
            return self._find_rate(self._pace.monotonic())

    def find_delay(self) -> float:
        """Seconds until the next turn; 0 where nobody waits for one."""
        with self._lock:
            return self._find_delay(self._pace.monotonic()) if self._waiting else 0.0

    def take(self, stopped: Event) -> int:
        """Wait for a turn, and take it; gives what to tell the turn's outcome with.

        Raises:
            StoppedError: a stop ended the wait.
        """
        while True:
            with self._lock:
                now = self._pace.monotonic()
                delay = self._find_delay(now)
                if delay <= 0:
                    self._fill(now)
                    self._tokens -= 1
                    self._taken.append(now)
                    return self._refusals
                self._waiting += 1
            try:
                self._pace.pause(delay, stopped)
            finally:
                with self._lock:
                    self._waiting -= 1

    def slow_down(self, turn: int) -> None:
        """A turn was refused. What was sent before the latest refusal was known says nothing new."""
        with self._lock:
            if turn != self._refusals:
                return
            now = self._pace.monotonic()
            self._refusals += 1
            self._refusals_in_a_row += 1
            self._rate = max(self._find_rate(now) / 2, self._limit / SLOWEST_SHARE)
            pause = AFTER_REFUSAL.find_seconds(self._refusals_in_a_row, self._pace.random())
            # One turn comes after the pause, and nothing gathers meanwhile.
            self._tokens = 1.0
            self._paused_until = self._slowed_at = self._filled_at = now + pause

    def speed_up(self, turn: int) -> None:
        """A turn was granted."""
        with self._lock:
            if turn == self._refusals:
                self._refusals_in_a_row = 0

    def _find_rate(self, now: float) -> float:
        if self._slowed_at is None:
            return self._rate
        minutes = max(now - self._slowed_at, 0.0) // MINUTE
        return min(self._rate + minutes * self._limit / RECOVERY_SHARE, float(self._limit))

    def _fill(self, now: float) -> None:
        self._tokens = self._find_tokens(now)
        self._filled_at = now

    def _find_tokens(self, now: float) -> float:
        gained = max(now - self._filled_at, 0.0) * self._find_rate(now) / MINUTE
        return min(self._tokens + gained, self._burst)

    def _find_delay(self, now: float) -> float:
        delays = [self._paused_until - now, (1 - self._find_tokens(now)) * MINUTE / self._find_rate(now)]
        if len(self._taken) == self._limit:
            delays.append(self._taken[0] + MINUTE + JITTER_SECONDS - now)
        longest = max(delays)
        return longest if longest > SHORTEST_SECONDS else 0.0


@dataclass(frozen=True, slots=True)
class Quota:
    """What callers share who wait for the same turns.

    Attributes:
        endpoint: which service; empty for Google's.
        project: whose quota; empty for that of the credentials, which all sources of a process share.
        reads_per_minute: how much it is.
        pace: how to wait.
    """

    endpoint: str
    project: str
    reads_per_minute: int
    pace: Pace


@cache
def find_bucket(quota: Quota) -> TokenBucket:
    """The one bucket of this process for a quota."""
    return TokenBucket(quota.reads_per_minute, quota.pace)
