"""How long tallies take to become one: in a chain, by Beam's fan-out, or in a tree."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, sqrt

from benchmarks.scaling.fleet import Fleet, Phase


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large the snapshot of a tally is that covers so many leaves: a power of them, up to a bound.

    Attributes:
        first_bytes: of one leaf.
        exponent: 0 where all leaves say the same, 1 where none says what another does.
        largest_bytes: of a tally that is full.
    """

    first_bytes: float
    exponent: float
    largest_bytes: float

    def find_bytes(self, leaves: float) -> float:
        """The bytes."""
        return float(min(self.first_bytes * leaves**self.exponent, self.largest_bytes))


@dataclass(frozen=True, slots=True)
class Merging:
    """What merging costs, in seconds a byte of snapshots.

    Attributes:
        sizes: how large they are.
        read_seconds: to make a tally of a snapshot.
        merge_seconds: to merge two tallies, a byte of both.
        write_seconds: to make a snapshot of a tally.
        network_seconds: to bring a snapshot from another machine.
        writes: how often a tally becomes a snapshot that is sent on: Beam also asks how large it is.
    """

    sizes: Sizes
    read_seconds: float
    merge_seconds: float
    write_seconds: float
    network_seconds: float
    writes: float = 1.0

    def chain(self, count: int, leaves: float) -> float:
        """Seconds to merge so many tallies one after another, each of so many leaves, and to write the last."""
        one = self.sizes.find_bytes(leaves)
        merged = sum(self.sizes.find_bytes(number * leaves) + one for number in range(1, count))
        brought = count * one * (self.network_seconds + self.read_seconds)
        written = self.sizes.find_bytes(count * leaves) * self.write_seconds * self.writes
        return brought + merged * self.merge_seconds + written

    def run(self, fleet: Fleet, count: int, leaves: float, widths: Sequence[int]) -> Iterator[Phase]:
        """Merge level by level; a level begins when the one before has ended.

        Args:
            fleet: who merges.
            count: tallies at first.
            leaves: that each of them covers.
            widths: how many tallies are left after each level; the last is 1.
        """
        for width in widths:
            left = min(width, count)
            small, larger = divmod(count, left)
            # No more than two lengths of chains: each is added up once.
            seconds = [self.chain(small + 1, leaves)] * larger + [self.chain(small, leaves)] * (left - larger)
            yield fleet.work(seconds)
            count, leaves = left, leaves * count / left


def make_tree(count: int, fan: int) -> list[int]:
    """The widths of a tree in which each merges so many."""
    widths = [ceil(count / fan)]
    while widths[-1] > 1:
        widths.append(ceil(widths[-1] / fan))
    return widths


def find_widths(way: str, count: int) -> list[int]:
    """The widths of a way to merge: `chain`, `fan-out 16`, `tree of 16`, or `fan-out by root`.

    Raises:
        ValueError: it is another word.
    """
    kind, _, number = way.rpartition(" ")
    if way == "chain":
        return [1]
    if way == "fan-out by root":
        return [max(round(sqrt(count)), 1), 1]
    if kind == "fan-out":
        return [int(number), 1]
    if kind == "tree of":
        return make_tree(count, int(number))
    raise ValueError(way)
