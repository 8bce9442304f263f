"""Same counts, same priority: it changes only when a named part of its sum does."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from log_gardener.model.cluster import Cluster
from log_gardener.model.priority import Priority
from log_gardener.stores.sql import SqlStore
from tests.laws.strategies import SPREAD_NANOS, Entry, spell_time, timed_batches
from tests.unit.entries import tend


def parts(cluster: Cluster) -> tuple[tuple[str, int], ...]:
    return tuple((reason.part, reason.points) for reason in cluster.reasons if reason.part != "stability")


def by_id(clusters: tuple[Cluster, ...]) -> dict[str, Cluster]:
    return {cluster.id: cluster for cluster in clusters}


@settings(max_examples=60)
@given(entries=timed_batches(30))
def test_the_same_entries_again_have_the_same_priorities(entries: list[Entry]) -> None:
    store = SqlStore(":memory:")
    first, second = (by_id(tend(entries, store=store).clusters) for _ in range(2))

    assert {id_: one.priority for id_, one in second.items()} == {id_: one.priority for id_, one in first.items()}
    assert {id_: parts(one) for id_, one in second.items()} == {id_: parts(one) for id_, one in first.items()}


@settings(max_examples=60)
@given(entries=timed_batches(30))
def test_the_same_counts_in_a_later_window_change_a_priority_by_named_parts_only(entries: list[Entry]) -> None:
    store = SqlStore(":memory:")
    first = by_id(tend(entries, store=store).clusters)
    later = [{**one, "insertId": f"later-{one['insertId']}", "timestamp": _shift(one["timestamp"])} for one in entries]
    second = by_id(tend(later, store=store).clusters)
    third = by_id(tend([{**one, "insertId": f"third-{one['insertId']}"} for one in later], store=store).clusters)

    assert second.keys() == first.keys() == third.keys()
    for id_, cluster in second.items():
        if parts(cluster) == parts(first[id_]):
            assert cluster.priority == first[id_].priority
        # Once an issue is known, nothing that a repeat brings moves it.
        assert parts(third[id_]) == parts(cluster) or cluster.trend != third[id_].trend


def _shift(time: str) -> str:
    """A day later: all entries of a batch are of one day and the night behind it."""
    return time.replace("2025-09-14", "2025-09-15")


@given(count=st.integers(1, 200), more=st.integers(0, 200), members=st.data())
def test_more_of_the_same_is_never_less_urgent(count: int, more: int, members: st.DataObject) -> None:
    entry: dict[str, Any] = {
        "severity": members.draw(st.sampled_from(["WARNING", "ERROR", "CRITICAL"])),
        "textPayload": members.draw(st.sampled_from(["the pot is dry", "SEEDS_URL is not set", "query timed out"])),
    }
    few, many = (
        tend([{**entry, "timestamp": spell_time(at * SPREAD_NANOS // 500)} for at in range(total)]).clusters[0]
        for total in (count, count + more)
    )

    assert list(Priority).index(many.priority) <= list(Priority).index(few.priority)
