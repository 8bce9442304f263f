"""A clock that stands until somebody sleeps by it."""

import threading
from datetime import UTC, datetime, timedelta


class StandingClock:
    """Call it for the time, UTC; `sleep` moves it on at once. Threads may share it.

    Args:
        at: what it shows first.
    """

    def __init__(self, at: datetime = datetime(2025, 9, 24, 21, tzinfo=UTC)) -> None:
        self._at = at
        self._start = at
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        """The time."""
        with self._lock:
            return self._at

    def monotonic(self) -> float:
        """Seconds since the clock was made."""
        return (self() - self._start).total_seconds()

    def sleep(self, seconds: float) -> None:
        """Let the time pass."""
        with self._lock:
            self._at += timedelta(seconds=max(seconds, 0))
