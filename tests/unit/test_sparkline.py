"""How often something happened over time, as a row of blocks."""

from hypothesis import given
from hypothesis import strategies as st

from log_gardener.renderers.sparkline import BLOCKS, draw_sparkline, find_bounds

MINUTES = st.dictionaries(st.integers(0, 500), st.integers(1, 10**6), min_size=1).map(lambda rows: tuple(rows.items()))


@given(minutes=MINUTES, width=st.integers(1, 80))
def test_a_sparkline_has_its_width_and_its_tallest_block(minutes: tuple[tuple[int, int], ...], width: int) -> None:
    drawn = draw_sparkline(minutes, find_bounds([minutes]), width)

    assert len(drawn) == width
    assert BLOCKS[-1] in drawn


@given(minute=st.integers(0, 500), count=st.integers(1, 10**6))
def test_a_count_above_zero_is_never_drawn_as_nothing(minute: int, count: int) -> None:
    drawn = draw_sparkline([(0, 10**7), (minute, count)], (0, 500))

    assert drawn[minute * 24 // 501] != BLOCKS[0]


def test_equal_counts_are_equally_tall() -> None:
    assert draw_sparkline([(0, 5), (1, 10), (3, 10)], (0, 3), width=4) == "▄█·█"


def test_what_lies_outside_its_bounds_is_not_drawn() -> None:
    assert draw_sparkline([(1, 5), (99, 5)], (0, 3), width=4) == "·█··"


def test_nothing_is_drawn_as_nothing() -> None:
    assert draw_sparkline([], find_bounds([]), width=4) == "····"
