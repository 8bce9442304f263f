"""A window in slices, which several workers read at the same time.

Which slices there are depends on the entries and on nothing else, so that reading again gives the same streams: a
slice is split when a fixed number of its pages have been read, and not when a worker happens to be free.
"""

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from threading import Condition

from log_gardener.sources.cloud_logging.filters import Span

# A slice that has given so many pages is split where more than as many again are expected. A piece has half a page at
# its end to spare, so that splitting costs 6 to 12 %; without it one worker reads a busy hour while others are done.
PAGES_BEFORE_SPLIT = 8


@dataclass(eq=False, slots=True)
class Slice:
    """A part of the window that one worker reads, from its start on.

    Attributes:
        span: what is left to it; its end comes nearer when a part is given away.
        position: up to when it has been read.
        is_begun: whether a worker reads it.
        is_over: whether it has been read to its end.
        pieces: what it has given away and nobody has taken.
    """

    span: Span
    position: int = 0
    is_begun: bool = False
    is_over: bool = False
    pieces: "deque[Slice]" = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.position = self.span[0]


@dataclass(frozen=True, slots=True)
class Step:
    """How far a listing is.

    Attributes:
        start: where it began, UTC nanoseconds.
        newest: its newest entry.
        pages: how many it has given.
    """

    start: int
    newest: int
    pages: int


class Course:
    """All slices of a window. Threads share it.

    Args:
        span: the window.
        workers: how many slices are read at the same time.
    """

    def __init__(self, span: Span, workers: int) -> None:
        self.span = span
        self._workers = workers
        self._changed = Condition()
        # As many as there are workers: whoever reads that many at a time comes back for more only when one is over.
        self._slices = [Slice(part) for part in cut(span, workers)]
        # The first slice whose pieces have not all been taken.
        self._giver = 0
        self._is_taken = True
        self._is_ended = False

    def walk(self) -> Iterator[Slice]:
        """Every slice, those that are split off included; waits while there may be more.

        Whoever takes all slices before reading any gets the first ones, which then are not split.
        """
        taken = 0
        try:
            while found := self._find(taken):
                taken += 1
                yield found
        finally:
            self._is_taken = False

    def begin(self, slice_: Slice) -> None:
        """A worker reads a slice."""
        with self._changed:
            slice_.is_begun = True

    def advance(self, slice_: Slice, step: Step) -> int:
        """A page has been read, and there are more; gives the slice's end, which may have come nearer."""
        with self._changed:
            slice_.position = max(slice_.position, step.newest)
            parts = self._split(slice_, step) if self._is_taken else ()
            if len(parts) > 1:
                slice_.span = (slice_.span[0], parts[0][1])
                slice_.pieces.extend(Slice(part) for part in parts[1:])
                self._changed.notify_all()
            return slice_.span[1]

    def finish(self, slice_: Slice) -> None:
        """A slice has been read to its end."""
        with self._changed:
            slice_.position = slice_.span[1]
            slice_.is_over = True
            self._changed.notify_all()

    def end(self) -> None:
        """There will be no more slices: something failed, or somebody wants no more."""
        with self._changed:
            self._is_ended = True
            self._changed.notify_all()

    @property
    def is_ended(self) -> bool:
        """Whether somebody has ended it."""
        return self._is_ended

    @property
    def is_read(self) -> bool:
        """Whether all of the window has been read."""
        with self._changed:
            return all(slice_.is_over and not slice_.pieces for slice_ in self._slices)

    def find_share(self) -> float:
        """The share of the window's time that has been read."""
        with self._changed:
            read = sum(slice_.position - slice_.span[0] for slice_ in self._slices)
        return read / (self.span[1] - self.span[0])

    def _find(self, taken: int) -> Slice | None:
        with self._changed:
            while not self._is_ended:
                if taken < len(self._slices):
                    return self._slices[taken]
                if self._take_piece():
                    continue
                is_read_now = any(slice_.is_begun for slice_ in self._slices)
                if self._giver == len(self._slices) or not is_read_now:
                    return None
                self._changed.wait()
        return None

    def _take_piece(self) -> bool:
        """Take the next piece, in the order of the slices and not of time; whether there is one."""
        while self._giver < len(self._slices):
            giver = self._slices[self._giver]
            if giver.pieces:
                self._slices.append(giver.pieces.popleft())
                return True
            if not giver.is_over:
                return False
            self._giver += 1
        return False

    def _split(self, slice_: Slice, step: Step) -> tuple[Span, ...]:
        """What is left of a slice, in parts of as many pages or fewer, at most one a worker; nothing if it is little.

        A listing that has not come past its first instant is not split: it would begin there again.
        """
        end = slice_.span[1]
        if step.pages < PAGES_BEFORE_SPLIT or step.newest <= step.start:
            return ()
        expected = step.pages * (end - step.newest) / (step.newest - step.start)
        count = min(math.ceil(expected / PAGES_BEFORE_SPLIT), self._workers)
        return cut((step.newest, end), count) if count > 1 else ()


def cut(span: Span, count: int) -> tuple[Span, ...]:
    """So many equal parts, or fewer where there are fewer nanoseconds."""
    start, end = span
    parts = min(count, end - start)
    bounds = [start + (end - start) * place // parts for place in range(parts + 1)]
    return tuple(pairwise(bounds))
