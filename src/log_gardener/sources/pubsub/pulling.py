"""Streaming pulls that are kept open, and the leases of what they bring.

The client's own `subscribe` makes an object, a future and a task of every message, and keeps them until it is
acknowledged: 46 microseconds of the processor and 4 KiB a message. The streaming pulls below it, with leases looked
after batch by batch, take 4 microseconds and half the memory (`benchmarks/subscription.py`).
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias
from uuid import uuid4

from google.api_core.exceptions import GoogleAPICallError
from google.pubsub_v1 import types as pubsub

from log_gardener.sources.pubsub.holding import Batch, Holding
from log_gardener.sources.pubsub.lines import make_lines
from log_gardener.sources.pubsub.subscription import FAILURES, IDS_A_CALL, TRANSIENT, Pull, Subscription

Tick: TypeAlias = Callable[[], float]
"""Seconds that pass, from any beginning."""

# One answer may bring thousands of messages, some of which unpack to many times their size.
_BATCH_MESSAGES = 100

# How often to look for leases that are half over; the shortest is 10 seconds.
_LEASE_LOOK_SECONDS = 0.1

# A lease that could not be extended is tried again when a tenth of it is over.
_RETRY_SHARE = 0.1

# Nothing is sent for so long: a request without content keeps gateways from closing the stream, as the client does it.
_HEARTBEAT_SECONDS = 30.0

# Calls at the same time, where hundreds are to be made: each waits for its answer only.
_CALLS = 4

# How long a stream may take to end by itself, and a thread when it is cut off.
_FAREWELL_SECONDS = 1.0
_JOIN_SECONDS = 5.0

# How verdicts on messages begin: one cannot be acknowledged any more, since its lease is over and it comes again;
# another is to be tried once more.
_PERMANENT = "PERMANENT_"
_PASSING = "TRANSIENT_"


@dataclass(frozen=True, slots=True)
class Pace:
    """How messages are fetched.

    Attributes:
        streams: streaming pulls that are open at the same time; the service gives each at most 10 MB/s.
        lease_seconds: for how long a message is held at a time, from 10 to 600; so long it takes until what a killed
            run had held is delivered again.
        delays_seconds: waits before what failed for the moment is tried again; the last one over and over.
        patience_seconds: how long it may fail before it is a problem.
    """

    streams: int = 4
    lease_seconds: int = 60
    delays_seconds: tuple[float, ...] = (0.1, 0.5, 1.0, 2.0, 5.0)
    patience_seconds: float = 30.0


class Trouble:
    """What keeps messages from coming. Threads may share it."""

    def __init__(self, tick: Tick, patience_seconds: float) -> None:
        self._tick = tick
        self._patience_seconds = patience_seconds
        self._lock = threading.Lock()
        self._error: Exception | None = None
        self._first = self._last = 0.0
        self._is_final = False

    @property
    def last(self) -> float | None:
        """When it was last met; `None` if all is well."""
        with self._lock:
            return None if self._error is None else self._last

    @property
    def is_final(self) -> bool:
        """Whether it does not go away by itself."""
        with self._lock:
            return self._is_final

    def find_problem(self) -> Exception | None:
        """What is to be told: what does not go away by itself, or has not for long."""
        with self._lock:
            is_long = self._last - self._first >= self._patience_seconds
            return self._error if self._is_final or is_long else None

    def meet(self, error: Exception, *, is_final: bool) -> None:
        """Something went wrong."""
        with self._lock:
            if self._is_final:
                return
            now = self._tick()
            # A stream that the service closes now and then is no trouble that goes on.
            is_new = self._error is None or now - self._last > self._patience_seconds
            self._first, self._last = (now if is_new else self._first), now
            self._error, self._is_final = error, is_final

    def overcome(self) -> None:
        """Messages come."""
        with self._lock:
            if not self._is_final:
                self._error = None

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._error, self._is_final = None, False


class Session:
    """Streaming pulls that bring messages into a holding, and keep them leased until they are settled or given back.

    Args:
        subscription: where from.
        holding: where to; whoever brings more than its bounds waits.
        pace: how.
        tick: seconds that pass.
    """

    def __init__(self, subscription: Subscription, holding: Holding, pace: Pace, tick: Tick) -> None:
        self._subscription = subscription
        self._holding = holding
        self._pace = pace
        self._tick = tick
        # One thread may halt it in the middle of itself, by a signal.
        self._lock = threading.RLock()
        self._calls: dict[Pull, threading.Event] = {}
        self._pullers: list[threading.Thread] = []
        self._keeper: threading.Thread | None = None
        self._halted = threading.Event()
        self._closed = threading.Event()
        self._executor = ThreadPoolExecutor(_CALLS, thread_name_prefix="subscription")
        self.trouble = Trouble(tick, pace.patience_seconds)

    def start(self) -> None:
        """Begin to pull, or go on where what went wrong did not go away by itself."""
        if self._pullers and not self.trouble.is_final:
            return
        self._end_pulls()
        self.trouble.forget()
        self._halted.clear()
        self._holding.open()
        self._pullers = [self._spawn(self._pull) for _ in range(self._pace.streams)]
        self._keeper = self._keeper or self._spawn(self._keep_leases)

    def halt(self) -> None:
        """Pull nothing more. What is held stays leased."""
        self._halted.set()
        self._holding.close()
        with self._lock:
            # Whoever has no more to say is told what was still under way, and what is given back goes to others: to a
            # stream that was cut off the service may deliver for a while.
            for ended in self._calls.values():
                ended.set()

    def settle(self) -> int:
        """Acknowledge what has been read, and return of how many messages that failed."""
        ack_ids = [ack_id for batch in self._holding.release_read() for ack_id in batch.ack_ids]
        return sum(self._executor.map(self._acknowledge, _cut(ack_ids)))

    def close(self) -> None:
        """End, and give back what is held."""
        self._end_pulls()
        self._closed.set()
        if self._keeper:
            self._keeper.join(_JOIN_SECONDS)
        self._give_back([ack_id for batch in self._holding.release_all() for ack_id in batch.ack_ids])
        self._executor.shutdown()

    def _spawn(self, work: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=work, name="subscription", daemon=True)
        thread.start()
        return thread

    def _end_pulls(self) -> None:
        self.halt()
        for puller in self._pullers:
            puller.join(_FAREWELL_SECONDS)
        with self._lock:
            for call in self._calls:
                call.cancel()
        for puller in self._pullers:
            puller.join(_JOIN_SECONDS)

    def _pull(self) -> None:
        # By the same name the service knows a stream again that broke.
        name, failures = str(uuid4()), 0
        while not self._halted.is_set():
            try:
                for response in self._receive(name):
                    failures = 0
                    self.trouble.overcome()
                    self._take(response)
            except FAILURES as error:
                if self._halted.is_set():
                    return
                is_final = not isinstance(error, TRANSIENT)
                self.trouble.meet(error, is_final=is_final)
                if is_final:
                    return
            delays = self._pace.delays_seconds
            self._halted.wait(delays[min(failures, len(delays) - 1)])
            failures += 1

    def _receive(self, name: str) -> Iterator[pubsub.StreamingPullResponse]:
        ended = threading.Event()
        call = self._subscription.open_pull(self._make_requests(name, ended))
        with self._lock:
            self._calls[call] = ended
            if self._halted.is_set():
                ended.set()
        try:
            yield from call
        finally:
            ended.set()
            call.cancel()
            with self._lock:
                del self._calls[call]

    def _make_requests(self, name: str, ended: threading.Event) -> Iterator[pubsub.StreamingPullRequest]:
        yield pubsub.StreamingPullRequest(
            subscription=self._subscription.address.path,
            stream_ack_deadline_seconds=self._pace.lease_seconds,
            client_id=name,
            max_outstanding_messages=self._holding.most_messages,
            max_outstanding_bytes=self._holding.most_bytes,
        )
        while not ended.wait(_HEARTBEAT_SECONDS):
            yield pubsub.StreamingPullRequest()

    def _take(self, response: pubsub.StreamingPullResponse) -> None:
        """Hold all of it, so that all of it is leased, and wait until there is room for more."""
        # The message below the client's wrapper, which would make an object of each.
        received = pubsub.StreamingPullResponse.pb(response).received_messages
        due = self._tick() + self._pace.lease_seconds / 2
        for start in range(0, len(received), _BATCH_MESSAGES):
            piece = received[start : start + _BATCH_MESSAGES]
            published = [one.message.publish_time.seconds for one in piece]
            ack_ids = [one.ack_id for one in piece]
            lines = make_lines([one.message for one in piece])
            self._holding.put(Batch(lines, ack_ids, (min(published), max(published)), due))
        self._holding.wait_for_room()

    def _keep_leases(self) -> None:
        while not self._closed.wait(_LEASE_LOOK_SECONDS):
            due = self._holding.list_due(self._tick())
            step = IDS_A_CALL // _BATCH_MESSAGES
            groups = [due[start : start + step] for start in range(0, len(due), step)]
            for _ in self._executor.map(self._extend, groups):
                pass

    def _extend(self, batches: Sequence[Batch]) -> None:
        began, lease_seconds = self._tick(), self._pace.lease_seconds
        share = 0.5
        try:
            self._subscription.extend([one for batch in batches for one in batch.ack_ids], lease_seconds)
        except FAILURES:
            share = _RETRY_SHARE
        for batch in batches:
            batch.due = began + lease_seconds * share

    def _acknowledge(self, ack_ids: list[str]) -> int:
        """Of how many messages that failed."""
        left, lost = ack_ids, 0
        for delay_seconds in (*self._pace.delays_seconds, 0.0):
            try:
                self._subscription.acknowledge(left)
            except FAILURES as error:
                verdicts = _find_verdicts(error)
                if not verdicts and not isinstance(error, TRANSIENT):
                    break
                asked, left = left, [one for one in left if not verdicts.get(one, "").startswith(_PERMANENT)]
                lost += len(asked) - len(left)
            else:
                return lost
            if not left or self._closed.wait(delay_seconds):
                break
        return lost + len(left)

    def _give_back(self, ack_ids: list[str]) -> None:
        failed = threading.Event()

        def give_back(group: list[str]) -> None:
            try:
                # Where some cannot be given back, nor can the rest: they come again when their leases are over.
                if not failed.is_set():
                    self._subscription.extend(group, 0)
            except FAILURES:
                failed.set()

        for _ in self._executor.map(give_back, _cut(ack_ids)):
            pass


def _cut(ack_ids: list[str]) -> list[list[str]]:
    return [ack_ids[start : start + IDS_A_CALL] for start in range(0, len(ack_ids), IDS_A_CALL)]


def _find_verdicts(error: Exception) -> Mapping[str, str]:
    """What became of each message that is not acknowledged, as a subscription with exactly-once delivery tells it."""
    told = (error.metadata or {}) if isinstance(error, GoogleAPICallError) else {}
    return {ack_id: verdict for ack_id, verdict in told.items() if verdict.startswith((_PERMANENT, _PASSING))}
