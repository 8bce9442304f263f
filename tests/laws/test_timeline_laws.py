"""The timeline holds every entry that bears a time, whatever the order, the split and the width of its rows."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from log_gardener.errors import LedgerError
from log_gardener.model.worklog import Worklog
from log_gardener.stages.timeline import MOST_MINUTES, make_timeline
from tests.laws.strategies import Entry, batches, shuffled_splits, timed_batches
from tests.laws.test_worklog_laws import tend
from tests.unit.entries import entry, templates_of

START = datetime(2025, 9, 14, tzinfo=UTC)
FIRST = int(START.timestamp()) // 60


def total(worklog: Worklog) -> int:
    return sum(count for _, _, count in worklog.timeline)


@given(entries=batches(40))
def test_a_timeline_and_what_bears_no_time_sum_to_the_entries(entries: list[Entry]) -> None:
    worklog = tend([entries])

    assert total(worklog) + worklog.coverage.timeless == worklog.coverage.entries - worklog.coverage.overflow


@settings(max_examples=30)
@given(entries=batches(40), cuts=st.data())
def test_any_order_and_split_over_files_gives_the_same_timeline(entries: list[Entry], cuts: st.DataObject) -> None:
    assert tend(shuffled_splits(entries, cuts.draw)).timeline == tend([entries]).timeline


@settings(max_examples=30)
@given(entries=timed_batches(40))
def test_a_timeline_has_every_severity_whole_and_ascends(entries: list[Entry]) -> None:
    worklog = tend([entries])
    severities = Counter[str]()
    for _, severity, count in worklog.timeline:
        severities[severity] += count

    assert severities == dict(worklog.severities)
    places = [(minute, severity.rank) for minute, severity, _ in worklog.timeline]
    assert places == sorted(set(places))


def at_minutes(minutes: list[int], severity: str = "ERROR", text: str = "the pot is dry") -> list[Entry]:
    times = [(START + timedelta(minutes=minute)).isoformat().replace("+00:00", "Z") for minute in minutes]
    return [entry(text, severity, timestamp=time) for time in times]


@settings(max_examples=15, deadline=None)
@given(minutes=st.lists(st.integers(0, 60 * 24 * 40), min_size=1, max_size=1_200, unique=True))
def test_a_long_timeline_is_as_wide_as_it_must_be_and_no_wider(minutes: list[int]) -> None:
    rows, width = make_timeline(templates_of(*at_minutes(minutes)))

    def place(at: int) -> dict[int, int]:
        return dict(Counter((FIRST + minute) // at * at for minute in minutes))

    assert {minute: count for minute, _, count in rows} == place(width)
    assert len(place(width)) <= MOST_MINUTES
    assert width == 1 or len(place(width // 2)) > MOST_MINUTES


def test_a_stray_entry_of_another_year_leaves_the_others_their_minutes() -> None:
    _, width = make_timeline(templates_of(*at_minutes([*range(300), -60 * 24 * 365 * 40])))

    assert width == 1


def test_rows_that_the_core_widened_lie_whole_in_those_of_the_timeline() -> None:
    often, rarely = list(range(5_000)), [7, 4_999]
    templates = templates_of(*at_minutes(often), *at_minutes(rarely, "INFO", "all is well"))
    assert len(templates[0].facets[0].minutes) < 5_000

    rows, width = make_timeline(templates)

    placed = Counter[tuple[int, str]]()
    for minutes, severity in ((often, "ERROR"), (rarely, "INFO")):
        placed.update(((FIRST + minute) // width * width, severity) for minute in minutes)
    assert {(minute, severity.value): count for minute, severity, count in rows} == dict(placed)


@pytest.mark.parametrize("count", [0, 5])
def test_a_worklog_whose_timeline_does_not_sum_cannot_be_built(count: int) -> None:
    worklog = tend([[{**entry("the pot is dry"), "insertId": "a"}]])
    ((minute, severity, _),) = worklog.timeline
    rows: Any = ((minute, severity, count),)

    with pytest.raises(LedgerError, match="timeline"):
        replace(worklog, timeline=rows)
