"""An issue's history and a cluster's course as pictures: rates are compared, counts are told."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from log_gardener.model.cluster import RevisionSpan
from log_gardener.model.instant import NANOS_PER_MINUTE
from log_gardener.model.issue import Bucket
from log_gardener.renderers.svg.history import draw_history
from log_gardener.renderers.svg.sparkline import draw_bars
from tests.hostile.corpus import read_texts
from tests.unit.svg_subjects import MIDNIGHT, SVG, list_texts, list_told, parse

DAY = 1_440
LABEL = "the pot is dry"

# As the store keeps them: days, then hours, then minutes.
BUCKETS = st.tuples(
    st.dictionaries(st.integers(0, 400), st.integers(1, 10**6), max_size=20),
    st.dictionaries(st.integers(0, 91 * 24), st.integers(1, 10**4), max_size=20),
    st.dictionaries(st.integers(0, DAY - 1), st.integers(1, 100), min_size=1, max_size=20),
)


def make_buckets(days: dict[int, int], hours: dict[int, int], minutes: dict[int, int]) -> list[Bucket]:
    return [
        *((MIDNIGHT + day * DAY, DAY, days[day]) for day in sorted(days)),
        *((MIDNIGHT + 401 * DAY + hour * 60, 60, hours[hour]) for hour in sorted(hours)),
        *((MIDNIGHT + 500 * DAY + minute, 1, minutes[minute]) for minute in sorted(minutes)),
    ]


def list_bars(svg: str) -> list[tuple[float, float]]:
    """Height and width of each bar."""
    (path,) = [one.attrib["d"] for one in parse(svg).iter(f"{SVG}path") if one.get("class") == "bars"]
    return [(float(tall), float(wide)) for tall, wide in re.findall(r"v-([\d.]+)h([\d.]+)", path)]


@settings(max_examples=60)
@given(kept=BUCKETS)
def test_a_history_tells_every_entry_once(kept: tuple[dict[int, int], ...]) -> None:
    buckets = make_buckets(*kept)

    assert sum(count for _, count in list_told(draw_history(buckets, (), label=LABEL))) == sum(
        count for _, _, count in buckets
    )


def test_an_hour_is_as_tall_as_an_equal_rate_in_minutes_and_as_wide_as_it_is_long() -> None:
    hour, minutes = (MIDNIGHT, 60, 600), [(MIDNIGHT + 60 + minute, 1, 10) for minute in range(30)]
    bars = list_bars(draw_history([hour, *minutes], (), label=LABEL))

    assert len({tall for tall, _ in bars}) == 1
    assert bars[0][1] > 30 * bars[1][1]


def test_what_is_coarser_than_a_column_tells_its_mean() -> None:
    svg = draw_history([(MIDNIGHT, 60, 90), (MIDNIGHT + 60, 1, 3)], (), label=LABEL)

    assert list_texts(svg, "title")[1:] == [
        "2025-11-10 00:00 to 01:00 UTC: 90 entries, 1.5 per minute in the mean",
        "2025-11-10 01:00 to 01:01 UTC: 3 entries",
    ]


def test_an_issue_of_which_nothing_is_remembered_has_no_picture() -> None:
    assert draw_history([], (), label=LABEL) == ""


def test_revisions_of_an_issue_are_marked_within_what_is_remembered() -> None:
    revisions = [
        RevisionSpan(name, 1, (MIDNIGHT + minute) * NANOS_PER_MINUTE, None)
        for name, minute in (("first", -90), ("before", -60), ("within", 60))
    ]
    svg = draw_history([(MIDNIGHT + minute, 1, 1) for minute in range(120)], revisions, label=LABEL)

    assert list_texts(svg, of="flag") == ["within", "entries per 2 minutes, UTC"]


@pytest.mark.parametrize("text", read_texts("page", "characters"))
def test_hostile_labels_are_text_in_the_picture(text: str) -> None:
    revisions = [RevisionSpan(name, 1, (MIDNIGHT + at) * NANOS_PER_MINUTE, None) for at, name in enumerate(["", text])]
    for svg in (
        draw_history([(MIDNIGHT, 1, 1), (MIDNIGHT + 9, 1, 1)], revisions, label=text),
        draw_bars([(0, 1)], (0, 3), label=text),
    ):
        assert {one.tag.removeprefix(SVG) for one in parse(svg).iter()} <= {
            "svg",
            "title",
            "desc",
            "path",
            "rect",
            "text",
        }
        svg.encode()


MINUTES = st.dictionaries(st.integers(0, 500), st.integers(1, 10**6), min_size=1).map(lambda rows: sorted(rows.items()))


@given(minutes=MINUTES)
def test_a_course_has_a_tallest_bar_and_none_that_is_nothing(minutes: Sequence[tuple[int, int]]) -> None:
    bars = list_bars(draw_bars(minutes, (0, 500), label=LABEL))

    assert max(tall for tall, _ in bars) == 27
    assert min(tall for tall, _ in bars) >= 1
    assert len(bars) == len({minute * 40 // 501 for minute, _ in minutes})


def test_a_course_of_forty_columns_is_less_than_a_kilobyte_in_one_path_of_bars() -> None:
    svg = draw_bars([(minute, minute + 1) for minute in range(500)], (0, 499), label=LABEL)

    assert len(list_bars(svg)) == 40
    assert len(svg) < 1_000
    assert parse(svg).attrib["role"] == "img"
    assert list_texts(svg, "title") == [LABEL]


def test_a_course_of_nothing_is_a_line() -> None:
    assert list_bars(draw_bars([], (0, 0), label=LABEL)) == []
    assert list_bars(draw_bars([(9, 1)], (0, 3), label=LABEL)) == []
