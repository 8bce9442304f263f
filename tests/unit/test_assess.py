"""How urgent an issue is, shown with its arithmetic."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_gardener.model.cluster import Cluster, Trend
from log_gardener.model.issue import Issue
from log_gardener.model.policy import Policy
from log_gardener.model.priority import FaultClass, Frequency, Priority, Reason
from log_gardener.model.severity import Severity
from log_gardener.model.window import Window
from log_gardener.ports import Request
from log_gardener.stages.assess import Assessment, History, assess
from log_gardener.stages.entities import find_entities
from log_gardener.stages.finding import Bundle
from log_gardener.stages.revisions import BundleFacts
from log_gardener.stores.sql import SqlStore
from tests.laws.strategies import batches
from tests.unit.entries import Entry, bundle_of, cluster_of, entry, located, request, tend

HOUR = 3_600


def assessed(bundle: Bundle, history: History | None = None, policy: Policy | None = None) -> Assessment:
    entities = find_entities(facet for finding in bundle.findings for facet in finding.facets)
    return assess(bundle, BundleFacts(entities), history or History(None, None, None), policy or Policy())


def find_part(cluster: Cluster | Assessment, part: str) -> Reason | None:
    return next((reason for reason in cluster.reasons if reason.part == part), None)


def points_of(cluster: Cluster | Assessment, part: str) -> int:
    return sum(reason.points for reason in cluster.reasons if reason.part == part)


def known(priority: Priority) -> History:
    issue = Issue("r1:0", ("r1:0",), "", "web", priority, Severity.WARNING, 1, 0, 0)
    return History(issue, 0, 0)


@given(entries=batches())
def test_a_score_is_the_sum_of_its_reasons(entries: list[Entry]) -> None:
    for cluster in tend(entries).clusters:
        assert cluster.score == sum(reason.points for reason in cluster.reasons)
        assert cluster.priority is Policy().find_priority(cluster.score)


@pytest.mark.parametrize(
    ("count", "frequency"),
    [
        (1, Frequency.LOW),
        (4, Frequency.LOW),
        (5, Frequency.MEDIUM),
        (9, Frequency.MEDIUM),
        (10, Frequency.HIGH),
        (49, Frequency.HIGH),
        (50, Frequency.VERY_HIGH),
        (10**6, Frequency.VERY_HIGH),
    ],
)
def test_frequency_bands_begin_at_50_10_and_5_occurrences(count: int, frequency: Frequency) -> None:
    assert Policy().find_frequency(count) is frequency


def test_the_count_is_always_shown_beside_the_frequency() -> None:
    reason = find_part(cluster_of(*(entry("the pot is dry") for _ in range(7))), "frequency")

    assert reason == Reason("frequency", 5, "medium frequency: seen 7 times")


@pytest.mark.parametrize(
    ("score", "priority"),
    [
        (200, "P0"),
        (95, "P0"),
        (94, "P1"),
        (60, "P1"),
        (59, "P2"),
        (40, "P2"),
        (39, "P3"),
        (15, "P3"),
        (14, "P4"),
        (-9, "P4"),
    ],
)
def test_thresholds_turn_a_score_into_a_priority(score: int, priority: str) -> None:
    assert Policy().find_priority(score) == priority


@given(count=st.integers(1, 12), severity=st.sampled_from(["WARNING", "ERROR", "CRITICAL"]))
def test_a_repeat_of_the_same_counts_gives_the_same_priority(count: int, severity: str) -> None:
    store, entries = SqlStore(":memory:"), [entry("the pot is dry", severity) for _ in range(count)]
    first, second = tend(entries, store=store), tend(entries, store=store)

    assert second == first


@pytest.mark.parametrize(
    ("before", "after"),
    [(Priority.P2, Priority.P2), (Priority.P1, Priority.P3), (Priority.P4, Priority.P3)],
    ids=["near its range", "far above", "far below"],
)
def test_a_known_priority_stays_while_the_score_is_near_its_range(before: Priority, after: Priority) -> None:
    bundle = bundle_of(entry("COOKIE_DOMAIN is not configured", "WARNING"))
    policy = replace(Policy(), class_points={FaultClass.CONFIGURATION: 28})
    result = assessed(bundle, known(before), policy)

    assert (result.score, result.priority) == (38, after)
    stays = find_part(result, "stability")
    assert (stays.points if stays else None) == (0 if before is after else None)


def test_without_a_past_there_is_no_stability_to_keep() -> None:
    assert find_part(assessed(bundle_of(entry("the pot is dry"))), "stability") is None


@pytest.mark.parametrize(
    ("one", "name"),
    [
        (entry("the pot is dry"), "web"),
        (located("the pot is dry"), "shop.cart"),
        (request("/checkout", 503), "/checkout"),
        (request("/checkout/confirm", 503), "/checkout"),
        (request("/v1/checkout", 503), "/v1/checkout"),
    ],
    ids=["service", "module", "path", "path below", "path with a version"],
)
def test_what_the_user_cares_about_weighs_more(one: Entry, name: str) -> None:
    policy = replace(Policy(), impact={name: 17, "something else": 90})

    assert find_part(assessed(bundle_of(one), policy=policy), "impact") == Reason(
        "impact", 17, f"the configuration weighs {name}"
    )


def test_a_text_that_does_not_block_lowers_the_score() -> None:
    reason = find_part(cluster_of(entry("the pot is dry (non-blocking)")), "stated effect")

    assert reason == Reason("stated effect", -10, "says of itself that it does not block")


def test_one_user_only_lowers_the_score() -> None:
    assert find_part(cluster_of(*[entry("refused user ann-17")] * 3), "reach") == Reason(
        "reach", -10, "one user only: ann-17"
    )


def test_one_user_in_some_of_the_entries_is_not_one_user_only() -> None:
    at_one_place = [located(f"managers of user{name} differ, retry later please") for name in (" ann-17", "")]

    assert find_part(cluster_of(*at_one_place), "reach") is None


def test_many_users_raise_the_score() -> None:
    nine, ten = ([entry(f"refused user ann-{number}") for number in range(17, 17 + many)] for many in (9, 10))

    assert find_part(cluster_of(*nine), "reach") is None
    assert find_part(cluster_of(*ten), "reach") == Reason("reach", 5, "10 users")


def hour(number: int) -> Request:
    start = datetime(2025, 9, 14, 21, tzinfo=UTC) + timedelta(hours=number)
    return Request(Window(start, start + timedelta(hours=1)))


def test_an_issue_is_novel_only_in_a_garden_with_a_past() -> None:
    store = SqlStore(":memory:")
    (first,) = tend([entry("the pot is dry")], store=store, asked=hour(0)).clusters
    later = tend(
        [entry("the pot is dry", seconds=HOUR), entry("the can leaks", seconds=HOUR) | {"insertId": "other"}],
        store=store,
        asked=hour(1),
    )
    by_title = {cluster.title: cluster for cluster in later.clusters}

    assert (first.trend, points_of(first, "novelty")) == (Trend.NEW, 0)
    assert (by_title["the pot is dry"].trend, points_of(by_title["the pot is dry"], "novelty")) == (Trend.ONGOING, 0)
    assert (by_title["the can leaks"].trend, points_of(by_title["the can leaks"], "novelty")) == (Trend.NEW, 5)
