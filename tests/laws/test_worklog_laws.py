"""The worklog depends on the entries alone: not on their order, not on how they were split into files."""

from hypothesis import given, settings
from hypothesis import strategies as st

from log_gardener import flow
from log_gardener.model.worklog import Worklog
from log_gardener.ports import Request, Store
from log_gardener.renderers.json_worklog import JsonRenderer
from log_gardener.renderers.worklog import WorklogRenderer
from log_gardener.stores.sql import SqlStore
from tests.laws.strategies import Entry, batches, shuffled_splits, timed_batches, to_json_lines
from tests.unit.entries import make_parts


def tend(parts: list[list[Entry]], store: Store | None = None) -> Worklog:
    """The worklog of entries in files."""
    return flow.ingest(make_parts(*(to_json_lines(part) for part in parts), store=store), Request())


def documents(worklog: Worklog) -> str:
    return WorklogRenderer().render(worklog) + JsonRenderer().render(worklog)


@given(entries=batches(40), cuts=st.data())
def test_any_order_and_split_over_files_gives_the_same_worklog_to_the_byte(
    entries: list[Entry], cuts: st.DataObject
) -> None:
    assert documents(tend(shuffled_splits(entries, cuts.draw))) == documents(tend([entries]))


@given(entries=batches(40))
def test_parts_sum_to_the_entries(entries: list[Entry]) -> None:
    worklog = tend([entries])
    in_clusters = sum(cluster.count for cluster in worklog.clusters)

    assert in_clusters + worklog.other.entries == worklog.coverage.entries == worklog.coverage.read == len(entries)
    assert sum(count for _, count in worklog.severities) == len(entries)
    for cluster in worklog.clusters:
        assert sum(template.count for template in cluster.templates) == cluster.count
        assert sum(count for _, count in cluster.minutes) <= cluster.count


@given(entries=timed_batches(40))
def test_minutes_sum_to_the_entries_where_all_bear_a_time(entries: list[Entry]) -> None:
    for cluster in tend([entries]).clusters:
        assert sum(count for _, count in cluster.minutes) == cluster.count


@given(entries=batches(40))
def test_no_fingerprint_is_in_two_clusters(entries: list[Entry]) -> None:
    fingerprints = [fingerprint for cluster in tend([entries]).clusters for fingerprint in cluster.fingerprints]

    assert len(fingerprints) == len(set(fingerprints))


@given(entries=batches(), again=st.integers(1, 3))
def test_entries_delivered_again_change_nothing_but_the_count_of_duplicates(entries: list[Entry], again: int) -> None:
    once, often = tend([entries]), tend([entries] * (1 + again))

    assert often.coverage.duplicates == again * len(entries)
    assert (often.clusters, often.other, often.severities) == (once.clusters, once.other, once.severities)


@settings(max_examples=50)
@given(entries=timed_batches(), cuts=st.data())
def test_runs_over_parts_remember_as_much_as_one_run_over_all(entries: list[Entry], cuts: st.DataObject) -> None:
    whole, grown = SqlStore(":memory:"), SqlStore(":memory:")
    tend([entries], whole)
    for part in shuffled_splits(entries, cuts.draw):
        tend([part], grown)
        tend([part], grown)

    def total(store: Store) -> int:
        return sum(issue.count for issue in store.list_issues())

    assert total(grown) == total(whole)
