"""Entries over time as a picture: what was counted, no more and no less."""

import re
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from log_gardener.model.cluster import Cluster
from log_gardener.model.priority import Priority
from log_gardener.model.severity import Severity
from log_gardener.renderers.svg.columns import MOST_COLUMNS, find_silences, make_columns
from log_gardener.renderers.svg.drawing import SMALL_SIZE, measure
from log_gardener.renderers.svg.marks import ROW_HEIGHT, Appearance, place_marks
from log_gardener.renderers.svg.scale import TimeAxis, find_step, make_count_axis
from log_gardener.renderers.svg.timeline import describe_timeline, draw_timeline
from tests.hostile.corpus import read_texts
from tests.unit.entries import entry, tend
from tests.unit.svg_subjects import MIDNIGHT, SVG, find_window, list_texts, list_told, parse, without_all, worklog_of

INFO, ERROR = Severity.INFO, Severity.ERROR
DAY = 1_440

ROWS = st.dictionaries(
    st.tuples(st.integers(0, 30 * DAY), st.sampled_from(Severity)), st.integers(1, 10**6), min_size=1, max_size=60
).map(lambda counted: sorted(((*key, count) for key, count in counted.items()), key=lambda row: (row[0], row[1].rank)))

EVERY_MINUTE = [(minute, INFO, 3) for minute in range(DAY)]


@settings(max_examples=60)
@given(rows=ROWS, power=st.integers(0, 6))
def test_the_columns_tell_every_entry_once(rows: list[tuple[int, Severity, int]], power: int) -> None:
    worklog = worklog_of(rows, width=2**power)
    told = list_told(draw_timeline(worklog))

    assert sum(count for _, count in told) == worklog.coverage.entries
    assert len(told) <= MOST_COLUMNS


@given(rows=ROWS)
@settings(max_examples=20)
def test_equal_worklogs_give_equal_pictures_in_a_page_and_in_a_file(rows: list[tuple[int, Severity, int]]) -> None:
    for is_file in (False, True):
        assert draw_timeline(worklog_of(rows), is_file=is_file) == draw_timeline(worklog_of(rows), is_file=is_file)


@pytest.mark.parametrize(
    "rows",
    [
        [(0, ERROR, 1)],
        [(0, INFO, 10**6)],
        [(0, INFO, 10**9), (30 * DAY, Severity.EMERGENCY, 1)],
        [(0, severity, 1) for severity in Severity],
    ],
    ids=["one entry", "a million in a minute", "thirty days", "every severity"],
)
def test_extremes_are_drawn_within_the_picture(rows: list[tuple[int, Severity, int]]) -> None:
    root = parse(draw_timeline(worklog_of(rows)))
    _, _, width, height = map(float, root.attrib["viewBox"].split())

    for element in root.iter():
        assert 0 <= float(element.get("x", "0")) <= width
        assert 0 <= float(element.get("y", "0")) <= height


def test_nothing_is_drawn_where_no_entry_bears_a_time() -> None:
    worklog = tend([{"severity": "ERROR", "textPayload": "the pot is dry"}])

    assert (draw_timeline(worklog), describe_timeline(worklog)) == ("", "")


def test_a_worklog_of_the_real_stages_is_drawn_with_all_its_entries_and_a_lane_for_what_is_urgent() -> None:
    entries = [entry("the pot is dry", "CRITICAL", seconds=60 * minute) for minute in range(100)]
    worklog = tend([*entries, {"severity": "INFO", "textPayload": "no time here"}])
    svg = draw_timeline(worklog)

    assert worklog.clusters[0].priority in {Priority.P0, Priority.P1}
    assert sum(count for _, count in list_told(svg)) == 100
    assert list_texts(svg, of="lane") == [worklog.clusters[0].title]
    assert list_texts(svg, of="note") == ["1 entry not in the picture: without a time, or without a template"]


def test_a_single_error_among_a_million_entries_can_be_seen() -> None:
    svg = draw_timeline(worklog_of([(0, INFO, 10**6), (1, ERROR, 1)]))
    (drawn, again) = [one.attrib["d"] for one in parse(svg).iter(f"{SVG}path") if one.get("class") == "sev-error"]

    assert "v-1h" in drawn
    assert float(re.findall(r"v-([\d.]+)h", again)[0]) > 20
    assert list_texts(svg, of="flag") == ["entries per minute, UTC", "WARNING and worse per minute"]


def test_errors_that_are_seen_beside_the_others_are_drawn_once() -> None:
    assert len(list_texts(draw_timeline(worklog_of([(0, INFO, 2), (0, ERROR, 1)])), of="flag")) == 1


def test_a_window_of_which_entries_are_in_a_small_part_only_is_told_in_words() -> None:
    asked = find_window(MIDNIGHT - 30 * DAY, MIDNIGHT + 60)
    svg = draw_timeline(replace(worklog_of([(minute, INFO, 1) for minute in range(60)]), window=asked))

    assert len(list_told(svg)) == 60
    assert list_texts(svg, of="note") == [
        "the window is wider, 2025-10-11 00:00 to 2025-11-10 01:00 UTC: elsewhere in it there are no entries"
    ]


def test_a_window_is_drawn_to_its_ends_where_most_of_it_has_entries() -> None:
    asked = find_window(MIDNIGHT - 60, MIDNIGHT + 90)
    told = list_told(draw_timeline(replace(worklog_of([(minute, INFO, 1) for minute in range(60)]), window=asked)))

    assert (told[0][0], told[-1][0]) == ("2025-11-09 23:00 to 23:02 UTC", "2025-11-10 01:28 to 01:30 UTC")


def test_a_day_without_any_break_has_no_silence() -> None:
    assert find_silences(worklog_of(EVERY_MINUTE)) == []


def test_hours_in_which_nothing_was_logged_are_marked_and_told() -> None:
    worklog = worklog_of([row for row in EVERY_MINUTE if not 600 <= row[0] < 780])
    svg = draw_timeline(worklog)

    assert find_silences(worklog) == [(MIDNIGHT + 600, MIDNIGHT + 780)]
    assert list_texts(svg, of="silence") == ["no entries"]
    assert "No entries 2025-11-10 10:00 to 13:00 UTC." in list_texts(svg, "desc")[0]


def test_where_not_all_was_read_no_silence_is_claimed() -> None:
    worklog = worklog_of([row for row in EVERY_MINUTE if not 600 <= row[0] < 780])

    assert find_silences(without_all(worklog, "5,000 pages")) == []


def test_breaks_that_come_again_and_again_are_no_silences() -> None:
    hourly = [row for row in EVERY_MINUTE if row[0] % 60 < 20]

    assert find_silences(worklog_of(hourly)) == []


def test_only_revisions_behind_the_first_are_marked_where_they_appear() -> None:
    svg = draw_timeline(worklog_of(EVERY_MINUTE, revisions=[("shop-1", 0), ("shop-2", 720)]))
    (mark,) = [one for one in parse(svg).iter(f"{SVG}path") if one.findtext(f"{SVG}title")]

    assert mark.findtext(f"{SVG}title") == "revision shop-2, first seen 2025-11-10 12:00 UTC"
    assert mark.attrib["d"].startswith("M452 ")
    assert "shop-2" in list_texts(svg, of="flag")
    assert "shop-1" not in list_texts(svg)


@given(minutes=st.lists(st.integers(0, DAY), max_size=40), name=st.text(max_size=30))
def test_no_name_of_a_revision_stands_over_another_or_over_a_line(minutes: list[int], name: str) -> None:
    axis = TimeAxis(0, DAY, 64, 776)
    marks = place_marks([Appearance(f"{name}{minute}", minute) for minute in minutes], axis, 0)
    boxes = [(one.row, one.left, one.left + measure(one.text, SMALL_SIZE)) for one in marks.flags]
    lines = [(one.row, axis.place(one.appearance.minute)) for one in marks.flags]

    assert all(axis.left <= left and right <= axis.left + axis.width + 6 for _, left, right in boxes)
    assert [
        (box, other)
        for number, box in enumerate(boxes)
        for other in boxes[:number]
        if box[0] == other[0] and box[1] < other[2] and other[1] < box[2]
    ] == []
    assert [(box, line) for box in boxes for line in lines if line[0] <= box[0] and box[1] < line[1] < box[2]] == []
    assert marks.bottom <= 4 * ROW_HEIGHT


def test_revisions_whose_names_have_no_place_are_counted_in_words() -> None:
    many = [(f"shop-{number:05d}-abcdefgh", 700 + number / 10) for number in range(30)]
    svg = draw_timeline(worklog_of(EVERY_MINUTE, revisions=many))

    assert re.fullmatch(r"\d+ lines of further revisions without their names", list_texts(svg, of="note")[0])
    assert len([one for one in parse(svg).iter(f"{SVG}path") if one.get("class") == "mark"]) == 29 + 1


@cache
def find_cluster() -> Cluster:
    (cluster,) = tend([entry("the pot is dry", "CRITICAL", seconds=60 * minute) for minute in range(20)]).clusters
    return cluster


def make_clusters(count: int) -> list[Cluster]:
    cluster = find_cluster()
    return [
        replace(cluster, id=f"r1:{number}", title=f"number {number}", priority=Priority.P1) for number in range(count)
    ]


def test_eight_clusters_have_a_lane_and_the_rest_is_counted_in_words() -> None:
    clusters = tuple(replace(one, count=0) for one in make_clusters(11))
    svg = draw_timeline(replace(worklog_of(EVERY_MINUTE), clusters=clusters))

    assert list_texts(svg, of="lane") == [f"number {number}" for number in range(8)]
    assert list_texts(svg, of="note") == ["and 3 more of priority P0 or P1"]


def test_a_lane_leads_to_its_cluster_in_a_page_and_nowhere_in_a_file() -> None:
    worklog = tend([entry("the pot is dry", "CRITICAL", seconds=60 * minute) for minute in range(20)])

    assert [one.attrib["href"][:9] for one in parse(draw_timeline(worklog)).iter(f"{SVG}a")] == ["#issue-r1"]
    assert "href" not in draw_timeline(worklog, is_file=True)


@pytest.mark.parametrize("text", read_texts("page", "characters", "json"))
def test_hostile_names_are_text_in_the_picture(text: str) -> None:
    clusters = tuple(replace(one, title=text, count=0) for one in make_clusters(1))
    worklog = worklog_of(EVERY_MINUTE[:20], revisions=[("first", 0), (text, 10)])
    svg = draw_timeline(replace(worklog, clusters=clusters), is_file=True)
    tags = {one.tag.removeprefix(SVG) for one in parse(svg).iter()}

    assert tags <= {"svg", "title", "desc", "style", "rect", "path", "text", "g"}
    assert not [name for one in parse(svg).iter() for name in one.attrib if name.startswith("on") or name == "style"]
    svg.encode()


@given(largest=st.integers(1, 10**9))
def test_counts_have_room_and_their_axis_ends_at_a_round_one(largest: int) -> None:
    axis = make_count_axis(largest, 200, 100)
    heights = [height for height, _ in axis.list_ticks()]

    assert largest <= axis.most < 4 * largest or axis.most == 1
    assert 2 <= len(heights) <= 6
    assert heights[0] == 200
    assert heights[-1] == pytest.approx(100)


@given(start=st.integers(0, 3 * 10**7), length=st.integers(1, 20 * 365 * DAY), spacing=st.floats(84, 300))
def test_named_times_are_round_and_stand_apart(start: int, length: int, spacing: float) -> None:
    axis = TimeAxis(start, start + length, 64, 776)
    places = [axis.place(minute) for minute, _, _ in axis.list_ticks(spacing)]

    assert all(after - before >= spacing - 0.01 for before, after in pairwise(places))


@given(length=st.integers(1, 400 * DAY), power=st.integers(0, 12))
def test_a_column_holds_whole_rows_and_there_are_not_too_many(length: int, power: int) -> None:
    step = find_step(MIDNIGHT, MIDNIGHT + length, most=MOST_COLUMNS, multiple=2**power)

    assert step % 2**power == 0
    assert (length + step - 1) // step <= MOST_COLUMNS


def test_the_columns_of_a_day_are_lengths_that_people_name() -> None:
    columns = make_columns(worklog_of(EVERY_MINUTE))

    assert columns is not None
    assert (columns.start, columns.step, len(columns.counts)) == (MIDNIGHT, 15, 96)
