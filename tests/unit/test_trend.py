"""How issues move: ceilings, returns, mutes and silence."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_gardener import flow
from log_gardener.garden import Garden
from log_gardener.model.cluster import Cluster, Status, Trend
from log_gardener.model.decision import Decisions
from log_gardener.model.instant import to_nanos
from log_gardener.model.issue import Issue, Mute, Resolution
from log_gardener.model.priority import Priority
from log_gardener.model.window import Window
from log_gardener.ports import Request
from log_gardener.stages.trend import HOURS_PER_WEEK, LEAST_ESCALATION, YOUNG_FACTOR, find_ceiling, sum_hours
from log_gardener.stores.sql import SqlStore
from tests.laws.strategies import numbered, to_json_lines
from tests.unit.entries import Entry, entry, make_parts

START = datetime(2025, 9, 1, tzinfo=UTC)


def dry(at: datetime, count: int = 1, revision: str = "pots-1") -> list[Entry]:
    resource = {"type": "cloud_run_revision", "labels": {"service_name": "web", "revision_name": revision}}
    return [
        entry(
            "the pot is dry",
            timestamp=(at + timedelta(seconds=number)).isoformat(),
            insertId=f"{at.isoformat()}-{number}-{revision}",
            resource=resource,
        )
        for number in range(count)
    ]


def fine(at: datetime) -> list[Entry]:
    return [entry("all is well", "INFO", timestamp=at.isoformat(), insertId=f"fine-{at.isoformat()}")]


def see(
    store: SqlStore, entries: Sequence[Entry], window: Window | None = None, now: datetime | None = None
) -> Cluster:
    parts = make_parts(to_json_lines(numbered(list(entries))), store=store)
    if now is not None:
        parts = replace(parts, clock=lambda: now)
    (cluster,) = flow.ingest(parts, Request(window)).clusters
    return cluster


def hour_of(at: datetime, hours: int = 1) -> Window:
    return Window(at, at + timedelta(hours=hours))


def the_issue(store: SqlStore) -> Issue:
    (issue,) = store.list_issues()
    return issue


@given(
    counts=st.dictionaries(st.integers(0, 5 * HOURS_PER_WEEK), st.integers(1, 1_000), min_size=1),
    hour=st.integers(1, 6 * HOURS_PER_WEEK),
)
def test_a_ceiling_is_never_below_what_the_same_hours_had(counts: dict[int, int], hour: int) -> None:
    first = min(counts)
    ceiling = find_ceiling(counts, first, hour)
    before = {at: count for at, count in counts.items() if at < hour}

    if not before:
        assert ceiling is None
    elif hour - first < HOURS_PER_WEEK:
        assert ceiling == max(YOUNG_FACTOR * max(before.values()), LEAST_ESCALATION)
    else:
        same = [before.get(hour - HOURS_PER_WEEK * week, 0) for week in range(1, 5)]
        assert ceiling is not None
        assert ceiling >= max(*same, LEAST_ESCALATION)


def test_a_ceiling_knows_days_from_nights() -> None:
    counts = {day * 24 + 12: 1_000 for day in range(30)} | {day * 24: 10 for day in range(30)}
    noon, night = 30 * 24 + 12, 30 * 24

    assert (find_ceiling(counts, 0, noon) or 0) >= 1_000
    assert (find_ceiling(counts, 0, night) or 0) < 100


def test_what_is_kept_by_day_tells_nothing_of_hours() -> None:
    assert sum_hours([(0, 1_440, 500), (1_440, 60, 7), (1_500, 1, 2), (1_501, 1, 3), (1_560, 1, 9)], 1_560) == {
        24: 7,
        25: 5,
    }


def test_an_issue_escalates_above_ten_times_its_maximum_and_says_so() -> None:
    store = SqlStore(":memory:")
    see(store, dry(START, 3))
    later = START + timedelta(hours=5)

    as_ever = see(store, dry(later, 30), hour_of(later))
    risen = see(store, dry(later + timedelta(hours=2), 301), hour_of(later + timedelta(hours=2)))

    assert (as_ever.trend, risen.trend) == (Trend.ONGOING, Trend.ESCALATING)
    (novelty,) = [reason.why for reason in risen.reasons if reason.part == "novelty"]
    assert novelty == (
        "escalating: 301 entries in the hour from 2025-09-01T07:00:00Z, where its history lets expect at most 300"
    )


def test_the_same_window_again_moves_the_same() -> None:
    store = SqlStore(":memory:")
    see(store, dry(START, 3))
    later = START + timedelta(hours=5)
    first = see(store, dry(later, 400), hour_of(later))

    assert see(store, dry(later, 400), hour_of(later)) == first


def test_a_resolved_issue_comes_back_only_by_later_entries() -> None:
    store = SqlStore(":memory:")
    see(store, dry(START, 3))
    garden = Garden(store, Decisions())
    resolved = START + timedelta(hours=1)
    garden.resolve(the_issue(store), Resolution(to_nanos(resolved)))

    early = see(store, dry(START + timedelta(minutes=30)))
    assert (early.trend, early.status, the_issue(store).status) == (Trend.ONGOING, Status.RESOLVED, Status.RESOLVED)

    late = see(store, dry(resolved + timedelta(minutes=1)), hour_of(resolved))
    assert (late.trend, late.status, the_issue(store).status) == (Trend.REGRESSED, Status.OPEN, Status.OPEN)
    action = store.find_details(late.id).decisions[-1]
    assert action[1:] == ("reopen", "seen again after it was resolved at 2025-09-01T01:00:00Z")


def test_a_fix_in_a_revision_is_not_undone_by_older_ones() -> None:
    store = SqlStore(":memory:")
    see(store, dry(START, 3, "pots-1"))
    hour = timedelta(hours=1)
    Garden(store, Decisions()).resolve(the_issue(store), Resolution(to_nanos(START + hour), "pots-2"))

    # The fix is not there yet, then it is beside the old revision.
    assert see(store, dry(START + 2 * hour, 1, "pots-1"), hour_of(START + 2 * hour)).status is Status.RESOLVED
    fix = [{**one, "resource": dry(START, 1, "pots-2")[0]["resource"]} for one in fine(START + 3 * hour)]
    both = [*fix, *dry(START + 3 * hour, 1, "pots-1")]
    assert see(store, both, hour_of(START + 3 * hour)).status is Status.RESOLVED

    back = see(store, dry(START + 4 * hour, 1, "pots-3"), hour_of(START + 4 * hour))
    assert (back.trend, back.status) == (Trend.REGRESSED, Status.OPEN)


@pytest.mark.parametrize(
    ("mute", "now", "count", "status"),
    [
        (Mute(until_nanos=to_nanos(START + timedelta(days=1))), START + timedelta(hours=23), 1, Status.MUTED),
        (Mute(until_nanos=to_nanos(START + timedelta(days=1))), START + timedelta(hours=24), 1, Status.OPEN),
        (Mute(count=13), START, 9, Status.MUTED),
        (Mute(count=13), START, 10, Status.OPEN),
        (Mute(), START, 30, Status.MUTED),
        (Mute(), START, 31, Status.OPEN),
    ],
)
def test_a_mute_has_an_exit(mute: Mute, now: datetime, count: int, status: Status) -> None:
    store = SqlStore(":memory:")
    see(store, dry(START, 3))
    Garden(store, Decisions()).mute(the_issue(store), mute, to_nanos(START))
    later = START + timedelta(hours=5)

    seen = see(store, dry(later, count), hour_of(later), now)

    assert (seen.status, the_issue(store).status, the_issue(store).count) == (status, status, 3 + count)


def test_a_lock_holds_whatever_the_counts_say() -> None:
    store = SqlStore(":memory:")
    see(store, dry(START, 3))
    garden = Garden(store, Decisions())
    garden.lock(the_issue(store), Priority.P4, 0)

    locked = see(store, dry(START + timedelta(hours=5), 400))

    assert (locked.priority, locked.reasons[-1].why) == (Priority.P4, "locked at P4 by people")
    garden.lock(the_issue(store), None, 0)
    assert see(store, dry(START + timedelta(hours=6), 1)).priority is not Priority.P4


def test_an_issue_is_quiet_once_its_service_has_long_written_without_it() -> None:
    store = SqlStore(":memory:")
    see(store, dry(START, 3))
    garden = Garden(store, Decisions())

    def trend(after: timedelta) -> Trend:
        parts = make_parts(to_json_lines(numbered(fine(START + after))), store=store)
        flow.ingest(parts, Request())
        (issue,) = garden.list_issues()
        return issue.trend

    assert trend(timedelta(days=6)) is Trend.NEW
    assert trend(timedelta(days=8)) is Trend.QUIET


def test_silence_of_the_whole_service_proves_nothing() -> None:
    store = SqlStore(":memory:")
    see(store, dry(START, 3))
    other = {"type": "cloud_run_revision", "labels": {"service_name": "other"}}
    later = [{**one, "resource": other} for one in fine(START + timedelta(days=30))]
    flow.ingest(make_parts(to_json_lines(numbered(later)), store=store), Request())

    (issue,) = Garden(store, Decisions()).list_issues()

    assert issue.trend is Trend.NEW
