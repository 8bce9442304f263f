"""The chart of a history: its scales, its peak, and its marks."""

from hypothesis import given
from hypothesis import strategies as st

from log_gardener.model.instant import NANOS_PER_MINUTE
from log_gardener.renderers.chart import ASCII, draw_chart

HISTORY = ((600, 1, 3), (604, 1, 9), (609, 1, 1))


def test_the_peak_is_the_largest_column_and_when_it_begins() -> None:
    chart = draw_chart(HISTORY, 60, 4)

    assert (chart.peak, chart.peak_nanos, chart.step) == (9, 604 * NANOS_PER_MINUTE, "1 minute")


def test_a_mark_stands_below_its_column_under_a_letter() -> None:
    chart = draw_chart(HISTORY, 60, 2, marks=[604 * NANOS_PER_MINUTE, None, 609 * NANOS_PER_MINUTE])

    assert chart.marked == ("a", "", "b")
    lowest, marks = chart.lines[1:3]
    assert [lowest[marks.index(letter)] != " " for letter in "ab"] == [True, True]


def test_marks_that_fall_together_are_told_to() -> None:
    chart = draw_chart(HISTORY, 60, 2, marks=[604 * NANOS_PER_MINUTE] * 2)

    assert chart.lines[2].strip() == "+"
    assert chart.marked == ("a", "b")


def test_a_mark_outside_is_left_out() -> None:
    chart = draw_chart(HISTORY, 60, 2, marks=[0, 10**18])

    assert chart.marked == ("", "")
    assert len(chart.lines) == 3


def test_without_blocks_it_is_drawn_with_letters() -> None:
    assert "\n".join(draw_chart(HISTORY, 60, 4, blocks=ASCII).lines).isascii()


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from([1, 60, 1_440]), st.integers(1, 10**9)), min_size=1),
    st.integers(1, 120),
    st.integers(1, 9),
)
def test_it_is_never_wider_than_asked_for_and_its_peak_is_in_it(
    history: list[tuple[int, int, int]], width: int, height: int
) -> None:
    chart = draw_chart(history, width, height)

    assert all(len(line.partition("|")[2]) <= width for line in chart.lines)
    assert chart.peak >= max(count for _, _, count in history)
    assert f"{chart.peak:,} |" in chart.lines[0]
