"""What has arrived since: listed by time of arrival, or told by a tail as long as it misses nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from log_gardener._core import Unwrapper
from log_gardener.ports import Clock
from log_gardener.sources.cloud_logging.arrival import since
from log_gardener.sources.cloud_logging.descriptors import find_descriptors
from log_gardener.sources.cloud_logging.fetching import Logs
from log_gardener.sources.cloud_logging.filters import Selection, Span
from log_gardener.sources.cloud_logging.pace import Pace
from log_gardener.sources.cloud_logging.paging import Listing
from log_gardener.sources.cloud_logging.service import TailCall
from log_gardener.sources.cloud_logging.tailing import Tail

# A connection can die without a word. Who has heard nothing for so long asks, which costs one read.
SILENCE_SECONDS = 120.0

# A clock that goes on while the machine's own count of seconds stands still: it has slept, and the session with it.
SLEPT_SECONDS = 10.0

OpenTail: TypeAlias = Callable[[str], TailCall]
"""Opens a session with a filter."""


@dataclass(frozen=True, slots=True)
class Slot:
    """What one slice of following takes.

    Attributes:
        since: up to when what arrived has been read, UTC nanoseconds.
        now: the present time.
        reach: of which times entries are taken.
        seconds: how long to take in what comes by itself.
    """

    since: int
    now: int
    reach: Span
    seconds: float


class Follower:
    """Takes what arrives, slice after slice. One thread reads a slice.

    Args:
        logs: what is followed.
        open_tail: opens a session; `None` to list only.
        clock: the present time.
        pace: how to wait.
    """

    def __init__(self, logs: Logs, open_tail: OpenTail | None, *, clock: Clock, pace: Pace) -> None:
        self._logs = logs
        self._fetcher = logs.fetcher
        self._open_tail = open_tail
        self._clock = clock
        self._pace = pace
        self._tail: tuple[Selection, Tail] | None = None
        self._times = self._tell_times()
        # Up to when what arrived has been read, by the latest slice.
        self.reached = 0

    def blocks(self, selection: Selection, slot: Slot) -> Iterator[bytes]:
        """Lines of JSON; some may come that came in the slice before.

        Raises:
            StoppedError: a stop ended a listing.
            GoogleAPICallError: a page cannot be had; so does everything in `FAILURES`.
        """
        self.reached = slot.since
        tail = self._find_tail(selection)
        is_covered = tail is not None and self._covers(tail, slot)
        if not is_covered:
            yield from self._list(tail, selection, slot)
        if tail is None:
            return
        if is_covered:
            self._pace.wait(slot.seconds, self._fetcher.stopped)
        arrived = tail.take()
        yield from self._unwrap(arrived.responses)
        if is_covered and _is_whole(arrived.whole_since, slot):
            self.reached = max(slot.since, min(arrived.heard, slot.now))
        elif is_covered:
            yield from self._list(tail, selection, slot)

    def tell(self) -> str:
        """How it is done at present."""
        if self._tail is None:
            return ""
        is_open = self._tail[1].whole_since is not None
        return "entries are sent as they come" if is_open else "entries are listed, and not sent as they come"

    def close(self) -> None:
        """End the session."""
        if self._tail is not None:
            self._tail[1].close()
            self._tail = None

    def _find_tail(self, selection: Selection) -> Tail | None:
        """The session of a selection, opened where there is none."""
        if self._open_tail is None or self._fetcher.stopped.is_set():
            return None
        if self._tail is not None and self._tail[0] != selection:
            self.close()
        if self._tail is None:
            open_call = partial(self._open_tail, selection.spell_timeless())
            self._tail = (selection, Tail(open_call, self._clock, self._pace))
        return self._tail[1]

    def _covers(self, tail: Tail, slot: Slot) -> bool:
        """Whether the session has told of everything since the slice before, as far as can be known."""
        if self._has_slept():
            tail.reopen()
            return False
        return _is_whole(tail.whole_since, slot) and tail.find_silence() < SILENCE_SECONDS

    def _has_slept(self) -> bool:
        (clock, count), self._times = self._times, self._tell_times()
        return (self._times[0] - clock) - (self._times[1] - count) > SLEPT_SECONDS

    def _tell_times(self) -> tuple[float, float]:
        return self._clock().timestamp(), self._pace.monotonic()

    def _list(self, tail: Tail | None, selection: Selection, slot: Slot) -> Iterator[bytes]:
        """What has arrived since the slice before. A session that was silent meanwhile has to explain itself."""
        is_silent = tail is not None and tail.find_silence() >= SILENCE_SECONDS
        listing = Listing(self._logs, partial(selection.spell, received=since(slot.since)), slot.reach)
        yield from listing.blocks()
        self.reached = slot.now
        if tail is not None and is_silent and listing.unwrapper.entries:
            tail.reopen()
        elif tail is not None and is_silent:
            tail.excuse()

    def _unwrap(self, responses: list[bytes]) -> Iterator[bytes]:
        unwrapper = Unwrapper(find_descriptors())
        for response in responses:
            before = unwrapper.entries
            yield unwrapper.unwrap(response)
            self._fetcher.meter.count(unwrapper.entries - before, pages=0)


def _is_whole(whole_since: int | None, slot: Slot) -> bool:
    return whole_since is not None and whole_since <= since(slot.since)
