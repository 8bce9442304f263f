"""Messages that are held: some wait to be read, some have been read and wait to be settled."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Condition


@dataclass(slots=True, eq=False)
class Batch:
    """Messages that came together.

    Attributes:
        lines: what they say.
        ack_ids: by which they are acknowledged.
        published: when the oldest and the newest of them were published, seconds since 1970.
        due: when their lease is to be extended, by the clock of whoever does it.
    """

    lines: bytes
    ack_ids: Sequence[str]
    published: tuple[int, int]
    due: float


@dataclass(frozen=True, slots=True)
class Held:
    """How much is held.

    Attributes:
        messages: how many, read or not.
        size: their bytes.
        oldest: when the oldest of them was published, seconds since 1970; `None` if there is none.
    """

    messages: int
    size: int
    oldest: int | None


class Holding:
    """What threads put in and another takes out, within bounds. Threads may share it.

    What has been read counts until it is settled: the bounds are how much is delivered again if all is lost.

    Args:
        most_messages: how many are held before whoever brings more must wait.
        most_bytes: how many bytes of them.
    """

    def __init__(self, most_messages: int, most_bytes: int) -> None:
        self.most_messages = most_messages
        self.most_bytes = most_bytes
        self._changed = Condition()
        self._waiting: deque[Batch] = deque()
        self._read: list[Batch] = []
        self._messages = 0
        self._bytes = 0
        self._newest: int | None = None
        self._is_closed = False

    @property
    def is_full(self) -> bool:
        """Whether a bound is reached."""
        with self._changed:
            return self._has_no_room()

    @property
    def newest(self) -> int | None:
        """When the newest message was published that ever was held, seconds since 1970; `None` if none was."""
        with self._changed:
            return self._newest

    @property
    def waiting(self) -> int:
        """Batches that wait to be read."""
        with self._changed:
            return len(self._waiting)

    def tell(self) -> Held:
        """How much is held."""
        with self._changed:
            oldest = min((batch.published[0] for batch in (*self._waiting, *self._read)), default=None)
            return Held(self._messages, self._bytes, oldest)

    def put(self, batch: Batch) -> None:
        """Hold a batch, room or not: it is here."""
        with self._changed:
            self._waiting.append(batch)
            self._count(batch, 1)
            self._newest = max(self._newest or 0, batch.published[1])
            self._changed.notify_all()

    def wait_for_room(self) -> None:
        """Wait until there is room for more, or nothing more is wanted."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or not self._has_no_room())

    def take(self, patience_seconds: float) -> Batch | None:
        """The next batch to read; `None` if none comes in time. It is held on until it is settled."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting, patience_seconds)
            if not self._waiting:
                return None
            batch = self._waiting.popleft()
            self._read.append(batch)
            return batch

    def list_due(self, now: float) -> list[Batch]:
        """The batches whose leases are to be extended."""
        with self._changed:
            return [batch for batch in (*self._waiting, *self._read) if batch.due <= now]

    def release_read(self) -> list[Batch]:
        """What has been read, which is held no longer."""
        with self._changed:
            batches, self._read = self._read, []
            self._release(batches)
            return batches

    def release_all(self) -> list[Batch]:
        """Everything, which is held no longer."""
        with self._changed:
            batches = [*self._waiting, *self._read]
            self._waiting.clear()
            self._read = []
            self._release(batches)
            return batches

    def open(self) -> None:
        """Take in messages."""
        with self._changed:
            self._is_closed = False

    def close(self) -> None:
        """Send those away who wait to bring more."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _release(self, batches: Sequence[Batch]) -> None:
        for batch in batches:
            self._count(batch, -1)
        self._changed.notify_all()

    def _count(self, batch: Batch, sign: int) -> None:
        self._messages += sign * len(batch.ack_ids)
        self._bytes += sign * len(batch.lines)

    def _has_no_room(self) -> bool:
        return self._messages >= self.most_messages or self._bytes >= self.most_bytes
