"""What people decide about the grouping wins, lasts, and loses nothing."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_gardener import flow
from log_gardener.errors import UnknownIssueError
from log_gardener.garden import Garden
from log_gardener.model.cluster import Cluster
from log_gardener.model.decision import Decisions, Merge, Split
from log_gardener.model.worklog import Worklog
from log_gardener.ports import Request, Store
from log_gardener.stages.explain import find_difference
from log_gardener.stores.sql import SqlStore
from tests.laws.strategies import batches, numbered, to_json_lines
from tests.unit.entries import Entry, entry, located, make_parts, trace

NOTHING = Decisions()


def tend(entries: Sequence[Entry], decisions: Decisions = NOTHING, store: Store | None = None) -> Worklog:
    return flow.ingest(make_parts(to_json_lines(numbered(list(entries))), store=store, decisions=decisions), Request())


def by_title(worklog: Worklog) -> dict[str, Cluster]:
    return {cluster.title: cluster for cluster in worklog.clusters}


DRY, LEAK = entry("the pot is dry", seconds=0), entry("a tap leaks badly today", seconds=60)
BOTH = [DRY, LEAK]


def ids() -> tuple[str, str]:
    clusters = by_title(tend(BOTH))
    return clusters["the pot is dry"].id, clusters["a tap leaks badly today"].id


def test_merged_issues_are_one_cluster_under_the_first_id() -> None:
    dry, leak = ids()
    for first, second in ((dry, leak), (leak, dry)):
        (cluster,) = tend(BOTH, Decisions((Merge((first, second)),))).clusters

        assert (cluster.id, cluster.count, len(cluster.templates)) == (first, 2, 2)


def test_a_merge_holds_where_only_the_other_issue_is_seen() -> None:
    dry, leak = ids()
    (cluster,) = tend([LEAK], Decisions((Merge((dry, leak)),))).clusters

    assert (cluster.id, cluster.count) == (dry, 1)


def test_a_merge_of_remembered_issues_has_the_history_of_both_and_can_be_undone() -> None:
    dry, leak = ids()
    store, decisions = SqlStore(":memory:"), Decisions((Merge((leak, dry)),))
    tend(BOTH, store=store)
    later = [{**one, "insertId": f"later-{number}"} for number, one in enumerate([DRY, LEAK, DRY])]
    tend(later, decisions, store)

    (issue,) = Garden(store, decisions).list_issues()
    history = Garden(store, decisions).remember([issue])[0].history
    assert (issue.id, issue.count, sum(count for _, _, count in history)) == (leak, 5, 5)
    assert Garden(store, decisions).find_issue(dry) == issue
    assert sum(one.count for one in Garden(store, NOTHING).list_issues()) == 5
    again = [{**one, "insertId": f"again-{number}"} for number, one in enumerate(BOTH)]
    assert {cluster.id for cluster in tend(again, store=store).clusters} == {dry, leak}


def find_kin() -> list[Entry]:
    """Two templates of one place that are one issue."""
    return [
        located("could not save the basket of this user"),
        located("could not save the big basket of this user", 2),
    ]


def find_split() -> tuple[str, str]:
    """The issue of `find_kin`, and its other template."""
    (cluster,) = tend(find_kin()).clusters
    (other,) = set(cluster.fingerprints) - {cluster.id}
    return cluster.id, other


def test_a_split_template_is_an_issue_of_its_own() -> None:
    issue, other = find_split()
    clusters = tend(find_kin(), Decisions(splits=(Split((other,)),))).clusters

    assert {cluster.id for cluster in clusters} == {issue, other}


def test_a_split_wins_over_memory_and_lasts() -> None:
    issue, other = find_split()
    store, decisions = SqlStore(":memory:"), Decisions(splits=(Split((other,)),))
    tend(find_kin(), store=store)
    for run in range(2):
        later = [{**one, "insertId": f"{run}-{number}"} for number, one in enumerate(find_kin())]
        assert {cluster.id for cluster in tend(later, decisions, store).clusters} == {issue, other}

    counts = {one.id: one.count for one in Garden(store, decisions).list_issues()}
    assert counts == {issue: 4, other: 2}


@pytest.mark.slow
@given(entries=batches(12), data=st.data())
def test_decisions_in_any_order_lose_no_entry(entries: list[Entry], data: st.DataObject) -> None:
    found = tend(entries)
    names = [cluster.id for cluster in found.clusters]
    chosen = data.draw(st.lists(st.sampled_from(names), unique=True, max_size=4)) if names else []
    pairs = [Merge(tuple(chosen[at : at + 2])) for at in range(0, len(chosen) - 1, 2)]
    decided = tend(entries, Decisions(tuple(pairs)))

    assert sum(one.count for one in decided.clusters) == sum(one.count for one in found.clusters)
    assert len(decided.clusters) == len(found.clusters) - len(pairs)
    assert tend(entries, Decisions(tuple(reversed(pairs)))).clusters == decided.clusters


def test_an_id_that_is_unknown_or_ambiguous_is_an_error() -> None:
    store = SqlStore(":memory:")
    tend(BOTH, store=store)
    garden = Garden(store, NOTHING)

    for prefix in ("nothing", "r1:", ""):
        with pytest.raises(UnknownIssueError):
            garden.find_issue(prefix)
    issue = garden.list_issues()[0]
    assert garden.find_issue(issue.id.removeprefix("r1:")[:12]) == issue


@pytest.mark.parametrize(
    ("one", "two", "rule", "values"),
    [
        pytest.param(DRY, entry("the pot is dry", service="api"), "service", {"web", "api"}, id="service"),
        pytest.param(DRY, located("the pot is dry"), "kind", {"text", "json"}, id="kind"),
        pytest.param(
            trace("KeyError: 'rose'"),
            trace("TypeError: no pot"),
            "exception",
            {"KeyError", "TypeError"},
            id="exception",
        ),
        pytest.param(
            trace("KeyError: 'rose'", "sow"),
            trace("KeyError: 'rose'", "reap"),
            "frame",
            {"sow in /app/cart.py", "reap in /app/cart.py"},
            id="frame",
        ),
        pytest.param(DRY, LEAK, "text", {"the pot is dry", "a tap leaks badly today"}, id="text"),
    ],
)
def test_the_first_difference_is_told(one: Entry, two: Entry, rule: str, values: set[str]) -> None:
    store = SqlStore(":memory:")
    tend([one, {**two, "timestamp": LEAK["timestamp"]}], store=store)
    own, other = store.list_issues()
    difference = find_difference(own, other, NOTHING)

    assert (difference.rule, {difference.own, difference.other}) == (rule, values)
    assert difference.why
