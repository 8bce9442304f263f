"""What a run on many machines is to read, and what of it was found."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from log_gardener._core import Tally
from log_gardener.engines.beam.folder import Folder
from log_gardener.engines.beam.stretch import LEAVES_PER_STRETCH, Listed
from log_gardener.errors import UsageError
from log_gardener.model.coverage import Problem
from log_gardener.model.issue import Memory
from log_gardener.ports import Harvest, Request, Source, Stream


@dataclass(frozen=True, slots=True)
class _Taken:
    """A source, the numbers of its streams, and whether all of them could be opened."""

    source: Source
    numbers: range
    is_whole: bool


@dataclass(slots=True)
class Manifest:
    """The streams of all sources, numbered in the order of reading.

    Attributes:
        request: what is asked for.
        memory: what earlier runs have counted, and up to when they have read.
        listed: what the workers read.
    """

    request: Request
    memory: Memory
    listed: list[Listed] = field(default_factory=list)
    _taken: list[_Taken] = field(default_factory=list)
    # What could not even be opened, each with the number of the stream that came next.
    _problems: list[tuple[int, Problem]] = field(default_factory=list)

    def take(self, source: Source) -> None:
        """List a source.

        Raises:
            UsageError: only this machine can read it.
        """
        first, before = len(self.listed), len(self._problems)
        for stream in source.streams(self.request, self.memory.cursors.get(self.request.name_scope(source))):
            if isinstance(stream, Problem):
                self._problems.append((len(self.listed), stream))
                continue
            self.listed.append(_list(len(self.listed), stream))
        self._taken.append(_Taken(source, range(first, len(self.listed)), len(self._problems) == before))

    def count_stretches(self, leaf_bytes: int) -> int:
        """About how many stretches there are: as many as the sizes of streams say that can be cut."""
        sizes = ((one.size or 0) if one.portable.is_divisible else 0 for one in self.listed)
        return sum(max(-(-size // (leaf_bytes * LEAVES_PER_STRETCH)), 1) for size in sizes)

    def harvest(self, folder: Folder) -> Harvest:
        """Everything together, as one machine would have it."""
        told = folder.read_told() if self.listed else []
        digests: dict[int, str] = {one.key[0]: one.digest for one in told if one.digest}
        broken: dict[int, Problem] = {}
        for one in told:
            if one.problem:
                broken.setdefault(one.key[0], one.problem)
        timely, late = _read_tally(folder, "timely"), _read_tally(folder, "late")
        late_entries = late.account.entries
        return Harvest(
            tally=timely.merge(late) if late.account.read else timely,
            news=tuple(sorted((hour, _unite(pieces)) for hour, pieces in folder.read_news().items())),
            problems=self._find_problems(broken),
            names={one.identity: one.name for one in self.listed},
            digests=tuple(digests[number] for number in sorted(digests)),
            late=late_entries,
            caps=tuple(cap for taken in self._taken for cap in taken.source.find_caps()),
            cursors=self._find_cursors(broken),
            is_repeatable=all(taken.source.is_repeatable for taken in self._taken) and not late_entries,
        )

    def _find_problems(self, broken: Mapping[int, Problem]) -> tuple[Problem, ...]:
        rows = [*((number, 0, problem) for number, problem in self._problems)]
        rows += [(number, 1, problem) for number, problem in broken.items()]
        return tuple(problem for _, _, problem in sorted(rows, key=lambda row: row[:2]))

    def _find_cursors(self, broken: Mapping[int, Problem]) -> dict[str, int]:
        """Up to when each source was read whose streams were all read to their end."""
        cursors: dict[str, int] = {}
        for taken in self._taken:
            found = taken.source.find_cursor()
            if found is not None and taken.is_whole and not any(number in broken for number in taken.numbers):
                cursors[self.request.name_scope(taken.source)] = found
        return cursors


def _list(number: int, stream: Stream) -> Listed:
    if stream.portable is None:
        msg = (
            f"{stream.name} can be read on this machine only: leave out --engine beam, "
            "or name files, gs://BUCKET/PREFIX or bigquery://PROJECT.DATASET.TABLE"
        )
        raise UsageError(msg)
    return Listed(number, stream.name, stream.identity, stream.size, stream.portable, stream.late)


def _read_tally(folder: Folder, kind: str) -> Tally:
    snapshot = folder.read_tally(kind)
    return Tally() if snapshot is None else Tally.from_bytes(snapshot)


def _unite(pieces: list[bytes]) -> bytes:
    """Identities that are each in one piece, ascending."""
    return np.sort(np.concatenate([np.frombuffer(piece, "<u8") for piece in pieces])).tobytes()
