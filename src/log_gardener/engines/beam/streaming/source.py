"""Panes that wait, as a source: what a slice takes of them, and that they go when it is remembered."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate
from typing import TypeAlias

from log_gardener.engines.beam.streaming.shelf import Content, Pane, Shelf
from log_gardener.model.coverage import Problem
from log_gardener.model.instant import NANOS_PER_HOUR, to_nanos
from log_gardener.ports import Clock, Feed, Progress, Request, Source, Stream

Chosen: TypeAlias = tuple[tuple[Pane, Content], ...]

MOST_PANES = 256
MOST_BYTES = 256 << 20
"""How much a slice takes: that many panes, or so many bytes of them and their lines."""

_HOURS_AHEAD = 24
_READERS = 8


class PaneSource(Source):
    """The panes of a subscription.

    Args:
        feed: the subscription.
        shelf: where its panes wait.
        clock: the present time.
        on_close: is called when it is read no more.
        most_panes: how many a slice takes at most.
    """

    def __init__(
        self,
        feed: Feed,
        shelf: Shelf,
        clock: Clock,
        *,
        on_close: Callable[[], None] = lambda: None,
        most_panes: int = MOST_PANES,
    ) -> None:
        self._feed = feed
        self._shelf = shelf
        self._clock = clock
        self._on_close = on_close
        self._most_panes = most_panes
        self._waiting = 0
        self.chosen: Chosen = ()

    @property
    def name(self) -> str:
        """The argument of the command line."""
        return self._feed.name

    @property
    def shelf(self) -> Shelf:
        """Where the panes wait."""
        return self._shelf

    @property
    def is_repeatable(self) -> bool:
        """A pane that is remembered goes."""
        return False

    @property
    def late_hours(self) -> int:
        """How many hours ago the earliest entry is of the panes that were chosen; 0 for any."""
        now = to_nanos(self._clock()) // NANOS_PER_HOUR
        hours = [hour for _, content in self.chosen for hour, _ in content.identities]
        # Entries without any time are of an hour before all others.
        if min(hours, default=now) < 0 or max(hours, default=now) > now + _HOURS_AHEAD:
            return 0
        return max(now - min(hours, default=now), 0) + 1

    def choose(self) -> bool:
        """Choose what the next slice takes, the earliest windows first, and return whether there is anything."""
        panes = self._shelf.list_panes()
        sizes = accumulate(pane.size for pane in panes)
        fitting = sum(1 for size in sizes if size <= MOST_BYTES)
        wanted = panes[: min(max(fitting, 1), self._most_panes)]
        # In a bucket each takes a tenth of a second to come.
        with ThreadPoolExecutor(_READERS) as executor:
            contents = list(executor.map(self._shelf.find_content, wanted))
        self.chosen = tuple(
            (pane, content) for pane, content in zip(wanted, contents, strict=True) if content is not None
        )
        self._waiting = len(panes) - len(self.chosen)
        return bool(self.chosen)

    def streams(self, request: Request, cursor: int | None = None) -> Iterator[Stream | Problem]:
        """Nothing: what the panes are made of was read by others."""
        del request, cursor
        yield from ()

    def find_progress(self) -> Progress:
        """How many panes are taken and how many wait, of an end that nobody knows."""
        return Progress(None, f"{len(self.chosen):,} panes, {self._waiting:,} more wait")

    def settle(self) -> None:
        """Take away what is remembered."""
        self._shelf.remove([pane for pane, _ in self.chosen])
        self.chosen = ()

    def close(self) -> None:
        """Let go of whoever counts the panes; those that wait are there the next time."""
        self._on_close()
