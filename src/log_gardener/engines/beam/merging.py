"""Tallies into one: the monoid of the core as a combiner of Beam's."""

from collections.abc import Callable, Iterable

import apache_beam as beam

from log_gardener._core import Tally
from log_gardener.engines.beam.folder import Folder


class Heap:
    """A tally, `None` as long as it is empty; it travels between workers as its snapshot.

    Args:
        tally: never changed once it is here.
        snapshot: of the tally, if it is known.
    """

    def __init__(self, tally: Tally | None = None, snapshot: bytes = b"") -> None:
        self.tally = tally
        self._snapshot = snapshot

    def take(self, other: Tally | None) -> "Heap":
        """Both together."""
        if self.tally is None or other is None:
            return Heap(self.tally or other)
        return Heap(self.tally.merge(other))

    def __reduce__(self) -> "tuple[Callable[[bytes], Heap], tuple[bytes]]":
        return read_heap, (self.to_bytes(),)

    def to_bytes(self) -> bytes:
        """The snapshot. Made once: Beam asks for it again and again, if only for its size."""
        self._snapshot = self._snapshot or (self.tally or Tally()).to_bytes()
        return self._snapshot


def read_heap(snapshot: bytes) -> Heap:
    """A heap from where it came over the wire."""
    return Heap(Tally.from_bytes(snapshot), snapshot)


class MergeTallies(beam.CombineFn):
    """Names of snapshots to the snapshot of all of them. In any order, in any tree: the tally is a commutative monoid.

    Args:
        folder: where the snapshots are.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    def create_accumulator(self) -> Heap:
        """Nothing."""
        return Heap()

    def add_input(self, accumulator: Heap, name: str) -> Heap:
        """One more."""
        return accumulator.take(Tally.from_bytes(self._folder.read_part(name)))

    def merge_accumulators(self, accumulators: Iterable[Heap]) -> Heap:
        """Those of several workers."""
        whole = Heap()
        for heap in accumulators:
            whole = whole.take(heap.tally)
        return whole

    def extract_output(self, accumulator: Heap) -> bytes:
        """The snapshot."""
        return accumulator.to_bytes()
