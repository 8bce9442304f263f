"""Entries that several parts have met are left to the first of them."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from log_gardener.engines.beam.repeats import SLOTS, find_repeats, split
from log_gardener.engines.beam.stretch import Met

NUMBERS = st.one_of(st.integers(0, 40), st.integers(2**64 - 20, 2**64 - 1))
PARTS = st.lists(st.sets(NUMBERS, max_size=12), max_size=6)


def pack(numbers: set[int]) -> bytes:
    return struct.pack(f"<{len(numbers)}Q", *sorted(numbers))


def unpack(data: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(data) // 8}Q", data))


@given(fresh=PARTS, known=PARTS)
def test_each_entry_is_counted_by_the_first_part_that_has_met_it(fresh: list[set[int]], known: list[set[int]]) -> None:
    parts = [
        Met(
            (number, 0),
            pack(fresh[number] if number < len(fresh) else set()),
            pack(known[number] if number < len(known) else set()),
        )
        for number in range(max(len(fresh), len(known)))
    ]

    repeats, news = find_repeats(reversed(parts))

    assert unpack(news) == sorted(set().union(*fresh))
    for groups in (fresh, known):
        before: set[int] = set()
        for number, own in enumerate(groups):
            assert before & own <= set(unpack(repeats.get((number, 0), b"")))
            before |= own
    left_out = sum(len(data) // 8 for data in repeats.values())
    assert left_out == sum(sum(map(len, groups)) - len(set().union(*groups)) for groups in (fresh, known))


@given(numbers=st.sets(st.integers(0, 2**64 - 1), max_size=60))
def test_slots_hold_all_identities_ascending_and_each_always_the_same(numbers: set[int]) -> None:
    found = dict(split(pack(numbers)))

    assert sorted(number for data in found.values() for number in unpack(data)) == sorted(numbers)
    for slot, data in found.items():
        assert all(number % SLOTS == slot for number in unpack(data))
        assert unpack(data) == sorted(unpack(data))
