"""The messages of one fake subscription: which wait, which are out, and until when."""

import heapq
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(slots=True, eq=False)
class Stored:
    """A message.

    Attributes:
        message: the bare Protocol Buffers message.
        size: its bytes.
        attempts: how often it went out.
        is_settled: whether it was acknowledged.
    """

    message: object
    size: int
    attempts: int = 0
    is_settled: bool = False


@dataclass(slots=True, eq=False)
class _Out:
    """A message that a stream has, until a deadline by the tick."""

    stored: Stored
    stream: str
    deadline: float


class Backlog:
    """Hands messages out until they are acknowledged. Threads may share it.

    Args:
        name: begins every ack id.
        tick: seconds that pass.
    """

    def __init__(self, name: str, tick: Callable[[], float]) -> None:
        self._name = name
        self._tick = tick
        self._changed = threading.Condition()
        self._waiting: deque[Stored] = deque()
        self._out: dict[str, _Out] = {}
        self._loads: Counter[str] = Counter()
        self._sizes: Counter[str] = Counter()
        self._expiries: list[tuple[float, str]] = []
        self._unsettled = 0
        self.deliveries = 0
        self.redeliveries = 0

    @property
    def unsettled(self) -> int:
        """Messages that nobody has acknowledged."""
        with self._changed:
            return self._unsettled

    @property
    def out(self) -> int:
        """Messages that somebody has."""
        with self._changed:
            self._expire()
            return len(self._out)

    def publish(self, messages: Sequence[Stored]) -> None:
        """Add messages."""
        with self._changed:
            self._waiting.extend(messages)
            self._unsettled += len(messages)
            self._changed.notify_all()

    def repeat(self, ack_ids: Iterable[str]) -> None:
        """Deliver messages again that are out, as a service may that delivers at least once."""
        with self._changed:
            self._waiting.extend(self._out[ack_id].stored for ack_id in ack_ids if ack_id in self._out)

    def hand_out(self, stream: str, most: tuple[int, int, int], seconds: float) -> list[tuple[str, Stored]]:
        """Messages that go out for so many seconds, each with its ack id; none if none come soon.

        Args:
            stream: to whom.
            most: messages at a time, messages that it may have out, and bytes of them; 0 for any number.
            seconds: until when they are its own.
        """
        with self._changed:
            self._expire()
            found: list[tuple[str, Stored]] = []
            while self._waiting and len(found) < most[0] and self._has_room(stream, most):
                stored = self._waiting.popleft()
                if not stored.is_settled:
                    found.append((self._send(stored, stream, seconds), stored))
            if not found:
                self._changed.wait(0.02)
            return found

    def acknowledge(self, ack_ids: Iterable[str]) -> list[str]:
        """Drop messages; the ids of those that are not out any more."""
        with self._changed:
            self._expire()
            expired = [ack_id for ack_id in ack_ids if not self._settle(ack_id)]
            self._changed.notify_all()
            return expired

    def extend(self, ack_ids: Iterable[str], seconds: float) -> list[str]:
        """Set a new deadline from now on, 0 to let them wait again; the ids of those that are not out any more."""
        with self._changed:
            self._expire()
            deadline = self._tick() + seconds
            expired = []
            for ack_id in ack_ids:
                if ack_id not in self._out:
                    expired.append(ack_id)
                    continue
                self._out[ack_id].deadline = deadline
                heapq.heappush(self._expiries, (deadline, ack_id))
            self._expire()
            self._changed.notify_all()
            return expired

    def _has_room(self, stream: str, most: tuple[int, int, int]) -> bool:
        is_few = not most[1] or self._loads[stream] < most[1]
        return is_few and (not most[2] or self._sizes[stream] < most[2])

    def _send(self, stored: Stored, stream: str, seconds: float) -> str:
        self.deliveries += 1
        self.redeliveries += stored.attempts > 0
        stored.attempts += 1
        ack_id = f"{self._name}:{self.deliveries}"
        deadline = self._tick() + seconds
        self._out[ack_id] = _Out(stored, stream, deadline)
        self._loads[stream] += 1
        self._sizes[stream] += stored.size
        heapq.heappush(self._expiries, (deadline, ack_id))
        return ack_id

    def _settle(self, ack_id: str) -> bool:
        if ack_id not in self._out:
            return False
        stored = self._take_back(ack_id)
        self._unsettled -= not stored.is_settled
        stored.is_settled = True
        return True

    def _take_back(self, ack_id: str) -> Stored:
        out = self._out.pop(ack_id)
        self._loads[out.stream] -= 1
        self._sizes[out.stream] -= out.stored.size
        return out.stored

    def _expire(self) -> None:
        now = self._tick()
        while self._expiries and self._expiries[0][0] <= now:
            _, ack_id = heapq.heappop(self._expiries)
            if ack_id in self._out and self._out[ack_id].deadline <= now:
                self._waiting.append(self._take_back(ack_id))
