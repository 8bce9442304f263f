"""Did a revision bring it?"""

from typing import Any

import pytest

from log_gardener.model.worklog import Worklog
from tests.unit.entries import Entry, entry, request, tend, trace


def serving(revision: str, count: int, start: int, **fields: Any) -> list[Entry]:
    """So many healthy requests of a revision, one a second."""
    return [of(revision, request("/orders", 200, seconds=start + at, **fields)) for at in range(count)]


def of(revision: str, one: Entry) -> Entry:
    labels = {"service_name": "web", "revision_name": revision}
    return {**one, "resource": {"type": "cloud_run_revision", "labels": labels}}


def claims(worklog: Worklog) -> list[str]:
    return [line for cluster in worklog.clusters for line in cluster.analysis if "revision" in line]


def faults(revision: str, count: int, start: int) -> list[Entry]:
    return [of(revision, trace("KeyError: 'rose'", seconds=start + at)) for at in range(count)]


def test_a_fault_is_first_seen_in_a_revision_where_the_one_before_would_have_shown_it() -> None:
    worklog = tend([*serving("web-1", 200, 0), *serving("web-2", 100, 500), *faults("web-2", 10, 500)])

    assert claims(worklog) == [
        (
            "First seen in revision web-2: 10 in 100 requests; none in 200 requests of the revisions before it,"
            " where the same rate would give 20"
        )
    ]
    assert ("novelty", 5) in [(reason.part, reason.points) for reason in worklog.clusters[0].reasons]


@pytest.mark.parametrize(
    ("before", "why"), [(0, "there is none before"), (20, "too little before: two would be expected")]
)
def test_without_a_before_there_is_no_claim(before: int, why: str) -> None:
    worklog = tend([*serving("web-1", before, 0), *serving("web-2", 100, 500), *faults("web-2", 10, 500)])

    assert claims(worklog) == ["All of it from revision web-2"], why


def test_a_fault_that_was_there_before_is_more_frequent_only_beyond_chance() -> None:
    healthy = [*serving("web-1", 200, 0), *serving("web-2", 200, 500)]
    clear = tend([*healthy, *faults("web-1", 2, 0), *faults("web-2", 40, 500)])
    unclear = tend([*healthy, *faults("web-1", 4, 0), *faults("web-2", 8, 500)])

    assert claims(clear) == [
        (
            "More frequent since revision web-2: 40 in 200 requests; 2 in 200 requests of the revisions before it,"
            " where the same rate would give 40"
        )
    ]
    assert claims(unclear) == []


def test_entries_are_compared_where_requests_are_not_logged() -> None:
    lines = [of("web-1", entry("all is well", "INFO", seconds=at)) for at in range(200)]
    worklog = tend([*lines, *serving("web-2", 100, 500), *faults("web-2", 10, 500)])

    (claim,) = claims(worklog)
    assert "10 in 110 entries; none in 200 entries" in claim


def test_issues_that_one_revision_brought_are_related() -> None:
    second = [of("web-2", entry("no pot is left", seconds=600 + at)) for at in range(10)]
    worklog = tend(
        [*serving("web-1", 200, 0), *serving("web-2", 100, 500), *faults("web-2", 10, 500), *second],
    )

    for cluster in worklog.clusters:
        (relation,) = cluster.relations
        assert relation.kind == "shared revision"
        assert relation.evidence == (
            "both first seen in revision web-2; not in 200 requests of the revisions before it"
        )
        assert relation.strength > 0.99


def test_a_good_part_of_all_requests_weighs_more() -> None:
    failed = [request("/orders", 503, "ERROR", seconds=at) for at in range(10)]
    worklog = tend([*failed, *(request("/orders", 200, seconds=at) for at in range(40))])

    (cluster,) = worklog.clusters
    assert ("reach", 5, "10 of 50 requests fail, 20%") in [
        (reason.part, reason.points, reason.why) for reason in cluster.reasons
    ]
