"""What arrives, told by the service itself: a session that is held open while nobody waits for it."""

from collections.abc import Callable
from threading import Event, Lock, Thread
from typing import NamedTuple

from log_gardener.model.instant import to_nanos
from log_gardener.ports import Clock
from log_gardener.sources.cloud_logging.pace import Backoff, Pace
from log_gardener.sources.cloud_logging.service import FAILURES, TailCall, has_suppressed

# What waits for the next slice; beyond it all is dropped and listed instead. A minute of what one session gives at
# most (60,000 entries) of 1 kB each.
MOST_BYTES = 64 << 20

# A session lasts an hour and is then opened again at once. One that is refused (ten may be open in a project, and the
# network may be gone) is tried again later, and meanwhile entries are listed.
AFTER_SESSION = Backoff(first_seconds=1.0, most_seconds=60.0)
LASTING_SECONDS = 60.0

# How long the thread may take to end; it waits for nothing but the call, which has been cancelled.
END_SECONDS = 5.0


class Arrived(NamedTuple):
    """What has come since it was asked for last.

    Attributes:
        responses: as they came.
        whole_since: from when on everything that arrived has come, UTC nanoseconds; `None` if the session is not open.
        heard: when the last of them came, or nothing had to. A session that has died without a word says nothing of
            what arrived later.
    """

    responses: list[bytes]
    whole_since: int | None
    heard: int


class Tail:
    """A session in the background, opened again whenever it ends. One thread takes what has come.

    Args:
        open_call: opens a session; raises what the client raises.
        clock: tells when.
        pace: how to wait.
    """

    def __init__(self, open_call: Callable[[], TailCall], clock: Clock, pace: Pace) -> None:
        self._open_call = open_call
        self._clock = clock
        self._pace = pace
        self._closed = Event()
        self._lock = Lock()
        self._call: TailCall | None = None
        self._responses: list[bytes] = []
        self._size = 0
        self._whole_since: int | None = None
        self._heard = self._tell_times()
        self._thread = Thread(target=self._run, name="tail of Cloud Logging", daemon=True)
        self._thread.start()

    @property
    def whole_since(self) -> int | None:
        """From when on everything that arrived has come, UTC nanoseconds; `None` if the session is not open."""
        return self._whole_since

    def find_silence(self) -> float:
        """Seconds since anything came, or since it was known that nothing had to."""
        return self._pace.monotonic() - self._heard[1]

    def excuse(self) -> None:
        """It is known that nothing had to come so far."""
        self._heard = self._tell_times()

    def take(self) -> Arrived:
        """What has come, which is forgotten here."""
        with self._lock:
            responses, self._responses, self._size = self._responses, [], 0
            return Arrived(responses, self._whole_since, self._heard[0])

    def reopen(self) -> None:
        """Give up the session, which may be dead, for a new one."""
        with self._lock:
            self._whole_since = None
            call = self._call
        if call:
            call.cancel()

    def close(self) -> None:
        """End the session and its thread."""
        self._closed.set()
        self.reopen()
        self._thread.join(END_SECONDS)

    def _run(self) -> None:
        failures = 0
        while not self._closed.is_set():
            began = self._pace.monotonic()
            self._hold()
            is_lasting = self._pace.monotonic() - began >= LASTING_SECONDS
            failures = 0 if is_lasting else failures + 1
            if failures:
                self._pace.wait(AFTER_SESSION.find_seconds(failures, self._pace.random()), self._closed)

    def _hold(self) -> None:
        """One session, until it ends for whatever reason."""
        try:
            call = self._open_call()
            self._begin(call)
            for response in call.responses():
                self._keep(response)
        except FAILURES:
            # The next slice lists what came meanwhile, and tells what is wrong if that fails too.
            pass
        finally:
            with self._lock:
                self._whole_since = None
                self._call = None

    def _begin(self, call: TailCall) -> None:
        with self._lock:
            self._call = call
            self._heard = self._tell_times()
            self._whole_since = self._heard[0]
        if self._closed.is_set():
            call.cancel()

    def _keep(self, response: bytes) -> None:
        is_gap = has_suppressed(response)
        with self._lock:
            self._heard = self._tell_times()
            if self._size + len(response) > MOST_BYTES:
                is_gap = True
            else:
                self._responses.append(response)
                self._size += len(response)
            if is_gap and self._whole_since is not None:
                self._whole_since = self._heard[0]

    def _tell_times(self) -> tuple[int, float]:
        return to_nanos(self._clock()), self._pace.monotonic()
