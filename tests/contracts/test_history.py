"""What a store keeps over time: coarser as it ages, nothing twice, repeatable, portable."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from log_gardener.errors import StoreError
from log_gardener.model.instant import to_nanos
from log_gardener.stores.rollup import DAY, HOUR
from log_gardener.stores.sql import SqlStore
from tests.contracts.garden import NOW, tend
from tests.unit.entries import Entry, entry

NEWEST = NOW - timedelta(hours=1)


def dry(at: datetime, number: int = 0) -> Entry:
    return entry("the pot is dry", timestamp=at.isoformat(), insertId=f"{at.isoformat()}-{number}")


def minute_of(at: datetime) -> int:
    return to_nanos(at) // 60_000_000_000


def test_counts_grow_coarser_as_they_age_and_none_is_lost(state: str) -> None:
    store = SqlStore(state, identity_hours=10**6)
    ages = [timedelta(minutes=3), timedelta(hours=23), timedelta(days=3), timedelta(days=80), timedelta(days=200)]
    for age in reversed(ages):
        tend(store, [dry(NEWEST - age, number) for number in range(3)])
    # Late arrivals find the buckets of their age.
    tend(store, [dry(NEWEST - age, 7) for age in ages])

    (issue,) = store.list_issues()
    history = store.find_histories([issue.id])[issue.id]

    assert [count for _, _, count in history] == [4] * 5
    assert [width for _, width, _ in history] == [DAY, HOUR, HOUR, 1, 1]
    for (minute, width, _), age in zip(history, reversed(ages), strict=True):
        assert minute % width == 0
        assert minute <= minute_of(NEWEST - age) < minute + width


def test_an_entry_from_the_future_ages_nothing(state: str) -> None:
    store = SqlStore(state, identity_hours=24)
    tend(store, [dry(NEWEST)])
    tend(store, [dry(NOW + timedelta(days=9_999))])
    tend(store, [dry(NEWEST)])

    (issue,) = store.list_issues()

    assert [(width, count) for _, width, count in store.find_histories([issue.id])[issue.id]] == [(1, 1), (1, 1)]


def test_nothing_is_added_to_hours_that_cannot_be_told_apart_any_more(state: str) -> None:
    store = SqlStore(state, identity_hours=24)
    old = NEWEST - timedelta(days=3)
    tend(store, [dry(old), dry(old - timedelta(hours=5))])
    tend(store, [dry(NEWEST)])

    worklog = tend(store, [dry(old), dry(old, 1), dry(NEWEST, 1), dry(old - timedelta(hours=1))])

    (issue,) = store.list_issues()
    # Shown are all four; added to history the one of the present, and the one of an hour never seen.
    assert worklog.clusters[0].count == 4
    assert issue.count == 5
    assert sum(count for _, _, count in store.find_histories([issue.id])[issue.id]) == 5


def test_entries_without_a_time_are_known_again_for_ever(state: str) -> None:
    store = SqlStore(state, identity_hours=1)
    timeless = [{"insertId": "a", "severity": "ERROR", "textPayload": "the pot is dry"}]
    tend(store, timeless)
    tend(store, [dry(NEWEST)])
    tend(store, timeless)

    assert sum(issue.count for issue in store.list_issues()) == 2


def test_only_the_identities_of_the_asked_hours_are_recalled(state: str) -> None:
    store = SqlStore(state)
    tend(store, [dry(NEWEST - timedelta(hours=hours)) for hours in range(5)])
    hour = minute_of(NEWEST) // 60

    assert [number for number, _ in store.recall((hour - 2, hour - 1)).identities] == [hour - 2, hour - 1]
    assert len(store.recall().identities) == 5


def test_a_sketch_keeps_the_same_users_whatever_the_runs(state: str) -> None:
    whole, parts = SqlStore(":memory:"), SqlStore(state)
    users = [
        entry(f"login of user {number:05}a failed", timestamp=NEWEST.isoformat(), insertId=str(number))
        for number in range(200)
    ]
    tend(whole, users)
    for start in range(0, 200, 40):
        tend(parts, users[start : start + 40])

    (issue,) = whole.list_issues()
    (entity,) = whole.find_details(issue.id).entities

    assert parts.find_details(issue.id).entities == (entity,)
    assert (entity.kind, entity.is_exact) == ("user", False)
    assert 80 < entity.distinct < 500


def test_the_first_and_the_latest_entries_are_kept_to_show(state: str) -> None:
    store = SqlStore(state)
    times = [NEWEST - timedelta(hours=hours) for hours in range(12, 0, -1)]
    for at in times:
        tend(store, [dry(at)])

    (issue,) = store.list_issues()
    shown = [one.nanos for one in store.find_details(issue.id).exemplars]

    assert shown == [to_nanos(at) for at in (times[0], *times[-3:])]


def test_an_export_is_the_same_after_an_import(state: str) -> None:
    first, second = SqlStore(":memory:"), SqlStore(state)
    tend(first, [dry(NEWEST), entry("ünïcode 🌱 is kept", timestamp=NEWEST.isoformat())])
    rows = [json.loads(json.dumps(row)) for row in first.dump()]

    assert second.load(rows) == len(rows) - 1
    assert list(second.dump()) == rows
    # It goes on as if it had been there from the start.
    tend(second, [dry(NEWEST), dry(NEWEST, 1)])
    assert sum(issue.count for issue in second.list_issues()) == 3


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"table": "issues", "row": {"id": "r1:x"}}, "cannot be imported"),
        ({"table": "users", "row": {}}, "'users'"),
        ({"table": "issues", "row": {"colour": "red"}}, "columns"),
        ({"row": []}, "not a row"),
    ],
)
def test_a_wrong_export_is_refused_whole(state: str, row: dict[str, Any], told: str) -> None:
    store, good = SqlStore(state), SqlStore(":memory:")
    tend(good, [dry(NEWEST)])

    with pytest.raises(StoreError, match=told):
        store.load([*good.dump(), row])
    assert store.list_issues() == []


def test_an_import_needs_an_empty_state_and_the_same_schema(state: str) -> None:
    store = SqlStore(state)
    tend(store, [dry(NEWEST)])
    rows = list(store.dump())

    with pytest.raises(StoreError, match="not empty"):
        store.load(rows)
    with pytest.raises(StoreError, match="same release"):
        store.load([{"log-gardener": "state", "schema": "0000"}])


def test_pruning_drops_what_is_old_and_no_issue(state: str) -> None:
    store = SqlStore(state)
    tend(store, [dry(NEWEST - timedelta(days=500)), dry(NEWEST)])
    (issue,) = store.list_issues()

    kept = store.prune(to_nanos(NOW), minute_of(NOW - timedelta(days=400)))
    pruned = store.prune(to_nanos(NOW) + 1, minute_of(NOW - timedelta(days=400)))

    assert (kept.worklogs, kept.buckets, pruned.worklogs, pruned.buckets) == (0, 2, 1, 0)
    assert store.find_worklog(issue.id) is None
    assert [run.is_kept for run in store.list_runs()] == [False]
    assert (store.find_replay(1), store.list_issues()[0].count) == (None, 2)


def test_a_sound_state_has_no_faults(state: str) -> None:
    store = SqlStore(state)
    tend(store, [dry(NEWEST)])

    found = store.check()

    assert (found.faults, found.rows["issues"], found.rows["runs"]) == ((), 1, 1)
    assert (found.size or 0) > 10_000
