"""What comes of a subscription, as the bytes of one stream that ends."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

from log_gardener.sources.pubsub.holding import Batch, Holding
from log_gardener.sources.pubsub.pulling import Tick, Trouble
from log_gardener.sources.pubsub.subscription import FAILURES

# How often to look whether it is over while nothing comes.
_LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Term:
    """When a delivery is over.

    Attributes:
        slice_seconds: so long it goes on; 0 is until nothing comes.
        idle_seconds: for so long nothing must have come.
        stopped: set to end it at once.
    """

    slice_seconds: float
    idle_seconds: float
    stopped: Event


class Delivery:
    """An object to read from, until the term is over or the holding is full; then what has come is handed over.

    Args:
        holding: where messages come in; what is read of it stays held.
        trouble: what keeps them from coming.
        term: when it is over.
        tick: seconds that pass.
        confirm: asks the service anything, and raises what the client raises.
        explain: what is wrong, and what to do.
    """

    def __init__(
        self,
        holding: Holding,
        trouble: Trouble,
        term: Term,
        *,
        tick: Tick,
        confirm: Callable[[], object],
        explain: Callable[[Exception], str],
    ) -> None:
        self._holding = holding
        self._trouble = trouble
        self._term = term
        self._tick = tick
        self._confirm = confirm
        self._explain = explain
        self._rest = memoryview(b"")
        self._began: float | None = None
        self._last = 0.0
        # Batches that are still to be handed over, once it is known to be over.
        self._left: int | None = None
        self._is_cut = False

    def read(self, size: int = -1, /) -> bytes:
        """At most so many bytes; none at the end.

        Raises:
            OSError: messages do not come any more, and why. What came before has been read.
        """
        if not self._rest:
            batch = self._find_next()
            if batch is None:
                self._end()
                return b""
            self._rest = memoryview(batch.lines)
        end = size if size >= 0 else len(self._rest)
        piece, self._rest = self._rest[:end], self._rest[end:]
        return bytes(piece)

    def _find_next(self) -> Batch | None:
        if self._began is None:
            self._began = self._last = self._tick()
        while not self._is_over(self._began):
            batch = self._holding.take(_LOOK_SECONDS)
            if batch:
                self._last = self._tick()
                self._left = None if self._left is None else self._left - 1
                return batch
        return None

    def _is_over(self, began: float) -> bool:
        if self._left is None and self._has_to_end(began):
            self._left = self._holding.waiting
        return self._left == 0

    def _has_to_end(self, began: float) -> bool:
        self._is_cut = self._holding.is_full
        if self._is_cut or self._term.stopped.is_set() or self._trouble.find_problem():
            return True
        now = self._tick()
        if self._term.slice_seconds:
            return now - began >= self._term.slice_seconds
        # What fails now and then may bring something yet.
        quiet_since = max(self._last, self._trouble.last or self._last)
        return not self._holding.waiting and now - quiet_since >= self._term.idle_seconds

    def _end(self) -> None:
        problem = self._trouble.find_problem()
        if self._term.stopped.is_set() or self._is_cut:
            return
        if problem is None and self._trouble.last is not None and not self._term.slice_seconds:
            # Nothing came since a stream broke: is there nothing, or nobody?
            try:
                self._confirm()
            except FAILURES as error:
                problem = error
        if problem is not None:
            raise OSError(self._explain(problem))
