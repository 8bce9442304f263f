"""Leaves into stretches: whole, in order, with the numbers of their first lines and one digest."""

from dataclasses import dataclass
from datetime import UTC, datetime

import apache_beam as beam
import pytest

from log_gardener._core import join_digests
from log_gardener.engines.beam.cutting import Cut
from log_gardener.engines.beam.stretch import LEAVES_PER_STRETCH, Leaf, Listed, Stretch, Told
from log_gardener.model.window import Window

LATE = Window(datetime(2025, 9, 14, tzinfo=UTC), datetime(2025, 9, 15, tzinfo=UTC))
DIGESTS = [f"{number:032x}" for number in range(LEAVES_PER_STRETCH + 1)]


@dataclass(frozen=True)
class Nowhere:
    """Is not opened."""

    is_divisible: bool = True

    def open(self, start: int = 0) -> None:
        raise AssertionError(start)


def cut(late: Window | None, leaves: list[Leaf]) -> list[object]:
    listed = Listed(3, "a.log", "/a.log", 50, Nowhere(), late)  # type: ignore[arg-type] # it is not opened
    return list(Cut(10).process((3, [(listed, "lines", leaf) for leaf in reversed(leaves)])))


@pytest.fixture
def leaves() -> list[Leaf]:
    """Two lines a leaf; the last of the first stretch goes on into the second."""
    whole = [Leaf(10 * number, 2, is_line_end=True, digest=digest) for number, digest in enumerate(DIGESTS)]
    whole[LEAVES_PER_STRETCH - 1] = Leaf(10 * (LEAVES_PER_STRETCH - 1), 1, digest=DIGESTS[LEAVES_PER_STRETCH - 1])
    return whole


def test_stretches_follow_each_other_and_know_their_first_lines(leaves: list[Leaf]) -> None:
    first, second, told = cut(None, leaves)
    end = 10 * LEAVES_PER_STRETCH

    assert isinstance(first, Stretch)
    assert isinstance(second, Stretch)
    assert (first.start, first.end, first.line) == (0, end, 1)
    # Seven newlines are before; the line that has begun is the first stretch's, so the ninth is its first.
    assert (second.start, second.end, second.line) == (end, None, 2 * LEAVES_PER_STRETCH + 1)
    assert isinstance(told, beam.pvalue.TaggedOutput)
    assert told.value == Told((3, 0), join_digests(DIGESTS))


def test_what_arrives_late_tells_no_digest(leaves: list[Leaf]) -> None:
    assert [type(one) for one in cut(LATE, leaves)] == [Stretch, Stretch]


def test_what_cannot_be_measured_is_one_stretch(leaves: list[Leaf]) -> None:
    (only,) = cut(None, [*leaves[:-1], Leaf(leaves[-1].start, problem="permission denied")])

    assert isinstance(only, Stretch)
    assert (only.start, only.end, only.layout) == (0, None, None)
