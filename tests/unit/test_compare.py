"""What changed, and how sure that is."""

from math import comb, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_gardener.model.compared import Change
from log_gardener.stages.compare import Difference, Side, compare, find_chance

COUNTS = st.integers(0, 60)
AMONG = st.integers(1, 5_000)


def sides(before: dict[str, int], after: dict[str, int], among: tuple[int, int] = (1_000, 1_000)) -> list[Difference]:
    services = {issue: ["web"] for issue in (*before, *after)}
    made = [
        Side(name, {"web": whole}, "entries", counts)
        for name, whole, counts in zip("ab", among, (before, after), strict=True)
    ]
    return compare(made[0], made[1], services)


def sum_exactly(total: int, share: float, least: int) -> float:
    return sum(
        comb(total, number) * share**number * (1 - share) ** (total - number) for number in range(least, total + 1)
    )


@given(COUNTS, AMONG, COUNTS, AMONG)
def test_the_chance_is_that_of_the_exact_test(before: int, before_among: int, after: int, after_among: int) -> None:
    share = after_among / (before_among + after_among)
    total = before + after
    tails = (sum_exactly(total, share, after), sum_exactly(total, 1 - share, before))

    chance = find_chance(before, before_among, after, after_among)

    assert 0 <= chance <= 1
    # A tail from below the mean on is more than half of all: twice the smaller one is what counts.
    assert chance == 1.0 or isclose(chance, min(1.0, 2 * min(tails)), rel_tol=1e-6)


@given(COUNTS, AMONG, COUNTS, AMONG)
def test_the_chance_does_not_care_which_side_is_first(before: int, one: int, after: int, other: int) -> None:
    assert isclose(find_chance(before, one, after, other), find_chance(after, other, before, one), rel_tol=1e-9)


def test_large_counts_are_no_trouble() -> None:
    assert find_chance(1_000_000, 10**9, 1_010_000, 10**9) < 1e-10
    assert find_chance(1_000_000, 10**9, 1_000_100, 10**9) > 0.5


@pytest.mark.parametrize(
    ("before", "after", "change", "is_sure"),
    [
        (0, 40, Change.NEW, True),
        (0, 2, Change.NEW, False),
        (40, 0, Change.GONE, True),
        (40, 100, Change.UP, True),
        (100, 40, Change.DOWN, True),
        (1_000, 1_500, Change.SAME, True),
        (40, 41, Change.SAME, False),
    ],
)
def test_an_issue_is_told_by_both_counts(before: int, after: int, change: Change, *, is_sure: bool) -> None:
    (one,) = sides({"i": before} if before else {}, {"i": after} if after else {})

    assert (one.change, one.is_sure) == (change, is_sure)


def test_twice_the_traffic_makes_no_change() -> None:
    (one,) = sides({"i": 100}, {"i": 200}, (1_000, 2_000))

    assert (one.change, one.is_sure) == (Change.SAME, False)


def test_the_more_is_compared_the_less_is_sure() -> None:
    alone = sides({"i": 2}, {"i": 15})
    among_others = sides({"i": 2} | {str(n): 9 for n in range(99)}, {"i": 15} | {str(n): 9 for n in range(99)})

    assert alone[0].is_sure
    assert not any(one.is_sure for one in among_others)


def test_nothing_to_be_among_tells_nothing() -> None:
    (one,) = sides({"i": 5}, {}, (1_000, 0))

    assert (one.chance, one.is_sure) == (1.0, False)
