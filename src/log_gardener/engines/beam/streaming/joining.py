"""Panes into what a run brings in: each entry once, whoever has counted it before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from log_gardener._core import Seen, Tally
from log_gardener.engines.beam.streaming.counting import count
from log_gardener.engines.beam.streaming.shelf import Content, Pane, Shelf
from log_gardener.errors import EngineError
from log_gardener.model.coverage import Problem
from log_gardener.model.issue import Memory
from log_gardener.ports import Request

if TYPE_CHECKING:
    from numpy.typing import NDArray

IDENTITY = "<u8"


@dataclass(slots=True)
class Joining:
    """What panes bring in, one after the other.

    Attributes:
        request: what is asked for.
        name: of the subscription.
        shelf: where the panes' lines are.
        news: by hour since 1970, which entries are new, in pieces that are each ascending.
        problems: panes that could not be read again.
    """

    request: Request
    name: str
    shelf: Shelf
    news: "dict[int, list[NDArray[np.uint64]]]" = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _known: "dict[int, NDArray[np.uint64]]" = field(default_factory=dict)
    _closed: frozenset[int] = frozenset()
    # With of how many panes each is, at least twice as many as the next: a merge costs what both tallies hold.
    _tallies: list[tuple[int, Tally]] = field(default_factory=list)

    @property
    def tally(self) -> Tally:
        """Of all that is new."""
        whole = Tally()
        for _, tally in reversed(self._tallies):
            whole = whole.merge(tally)
        return whole

    def recall(self, memory: Memory) -> None:
        """Take in what earlier runs have counted."""
        pieces: dict[int, list[NDArray[np.uint64]]] = {}
        for hour, identities in memory.identities:
            pieces.setdefault(hour, []).append(np.frombuffer(identities, IDENTITY))
        self._known = {hour: _unite(own) for hour, own in pieces.items()}
        self._closed = frozenset(memory.closed_hours)

    def take(self, pane: Pane, content: Content) -> None:
        """Take what nobody has counted yet of a pane.

        Raises:
            EngineError: it is damaged.
        """
        found = {hour: np.frombuffer(identities, IDENTITY) for hour, identities in content.identities}
        size = sum(map(len, found.values()))
        known = sum(self._count_known(hour, own) for hour, own in found.items())
        if not known:
            self._add(_read_tally(pane, content), found)
        elif known < size:
            self._take_rest(pane, sorted(found))

    def list_news(self) -> tuple[tuple[int, bytes], ...]:
        """By hour, which entries are new, ascending, eight little-endian bytes each."""
        return tuple((hour, _unite(own).tobytes()) for hour, own in sorted(self.news.items()))

    def _count_known(self, hour: int, identities: "NDArray[np.uint64]") -> int:
        if hour in self._closed:
            return len(identities)
        known = self._known.get(hour)
        if known is None or not known.size:
            return 0
        places = np.minimum(np.searchsorted(known, identities), len(known) - 1)
        return int((known[places] == identities).sum())

    def _take_rest(self, pane: Pane, hours: Sequence[int]) -> None:
        """Count the lines of a pane again, without what is known."""
        seen = Seen()
        for hour in hours:
            if hour in self._closed:
                seen.seal(hour)
            elif hour in self._known:
                seen.recall(hour, self._known[hour].tobytes())
        lines = self.shelf.find_lines(pane)
        if lines is None:
            self.problems.append(Problem(self.name, f"the pane {pane.name} is gone, and not all of it was counted"))
            return
        tally = count(lines, self.request, self.name, seen)
        self._add(tally, {hour: np.frombuffer(identities, IDENTITY) for hour, identities in seen.news()})

    def _add(self, tally: Tally, fresh: "dict[int, NDArray[np.uint64]]") -> None:
        panes = 1
        while self._tallies and self._tallies[-1][0] == panes:
            _, other = self._tallies.pop()
            tally, panes = other.merge(tally), panes * 2
        self._tallies.append((panes, tally))
        for hour, identities in fresh.items():
            self.news.setdefault(hour, []).append(identities)
            known = self._known.get(hour)
            self._known[hour] = identities if known is None else _unite([known, identities])


def _read_tally(pane: Pane, content: Content) -> Tally:
    try:
        return Tally.from_bytes(content.tally)
    except ValueError as error:
        msg = f"the pane {pane.name} is damaged ({error}); nothing of it is counted, move it away to go on"
        raise EngineError(msg) from error


def _unite(pieces: "Sequence[NDArray[np.uint64]]") -> "NDArray[np.uint64]":
    """Pieces that are each ascending, as one that is; a stable sort makes use of that they are."""
    return np.sort(np.concatenate(pieces), kind="stable")
