"""The laws on the lines of ten real systems, not on made-up ones only."""

import io
import random
from functools import cache, reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from log_gardener._core import Reading, Tally
from tests.laws.loghub import SYSTEMS, make_entries, needs_loghub, read_lines, spell_templates
from tests.laws.strategies import to_json_lines

pytestmark = [needs_loghub, pytest.mark.parametrize("system", SYSTEMS)]

# So many times the 2,000 lines fill several blocks of a mebibyte, and only then do threads share the work.
COPIES = 8
EXAMPLES = 5


class Chunks(io.BytesIO):
    """A stream that hands over at most so many bytes at a time, whatever is asked for."""

    def __init__(self, content: bytes, most: int) -> None:
        super().__init__(content)
        self._most = most

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(self._most if size is None or size < 0 else min(size, self._most))


@cache
def spell_lines(system: str) -> tuple[bytes, ...]:
    return tuple(to_json_lines([entry]) for entry in make_entries(system, COPIES))


@cache
def spell_expected(system: str) -> tuple[bytes, bytes]:
    """The tally and the templates of all lines, in order, at once, on one thread."""
    tally = Tally()
    tally.add(b"\n".join(spell_lines(system)), Reading(system))
    return tally.to_bytes(), spell_templates(tally.generalise())


def assert_same(tally: Tally, system: str) -> None:
    snapshot, templates = spell_expected(system)
    # Compared, not shown: megabytes of difference tell nobody anything.
    assert (tally.to_bytes() == snapshot) is True
    assert (spell_templates(tally.generalise()) == templates) is True


def tally_part(part: list[bytes], system: str, threads: int, most: int) -> Tally:
    tally = Tally()
    tally.add(Chunks(b"\n".join(part), most), Reading(system), threads=threads)
    return tally


@settings(max_examples=EXAMPLES)
@given(
    seed=st.integers(0, 2**32),
    shares=st.lists(st.floats(0, 1), max_size=4).map(sorted),
    threads=st.integers(1, 4),
    most=st.integers(300, 2 << 20),
    turn=st.integers(0, 4),
)
def test_any_split_order_chunks_and_threads_give_the_same_templates(
    system: str, seed: int, shares: list[float], threads: int, most: int, turn: int
) -> None:
    lines = list(spell_lines(system))
    random.Random(seed).shuffle(lines)
    cuts = [int(share * len(lines)) for share in shares]
    parts = [lines[start:end] for start, end in zip([0, *cuts], [*cuts, len(lines)], strict=True)]
    tallies = [tally_part(part, system, threads, most) for part in parts]
    # Merged in another order than they were cut in.
    turned = tallies[turn % len(tallies) :] + tallies[: turn % len(tallies)]

    assert_same(reduce(Tally.merge, turned, Tally()), system)


@settings(max_examples=EXAMPLES)
@given(order=st.permutations(range(3)), threads=st.integers(1, 4))
def test_parts_counted_elsewhere_and_brought_as_snapshots_give_the_same_templates(
    system: str, order: list[int], threads: int
) -> None:
    lines = list(spell_lines(system))
    snapshots = [tally_part(lines[start::3], system, threads, 1 << 20).to_bytes() for start in range(3)]

    left = reduce(Tally.merge, (Tally.from_bytes(snapshots[at]) for at in order))
    first, second, third = (Tally.from_bytes(snapshots[at]) for at in order)

    assert_same(left, system)
    assert_same(first.merge(second.merge(third)), system)


@settings(max_examples=EXAMPLES)
@given(seed=st.integers(0, 2**32), threads=st.integers(1, 4), most=st.integers(1, 100_000))
def test_plain_lines_in_any_order_give_the_same_texts_and_counts(
    system: str, seed: int, threads: int, most: int
) -> None:
    lines = list(read_lines(system))
    in_order = count_texts("\n".join(lines).encode(), 1 << 20, 1)
    random.Random(seed).shuffle(lines)

    assert count_texts("\n".join(lines).encode(), most, threads) == in_order


def count_texts(content: bytes, most: int, threads: int) -> list[tuple[str, int]]:
    tally = Tally()
    tally.add(Chunks(content, most), Reading(input="text"), threads=threads)
    return [(template.text, sum(facet.count for facet in template.facets)) for template in tally.generalise()]


def test_the_lines_are_those_of_the_system_and_fall_into_templates(system: str) -> None:
    tally = Tally()
    tally.add(b"\n".join(spell_lines(system)), Reading(system))
    templates = tally.generalise()

    assert tally.account.entries == COPIES * len(read_lines(system)) == 16_000
    assert 1 < len(templates) < 400
    assert sum(facet.count for template in templates for facet in template.facets) == 16_000
