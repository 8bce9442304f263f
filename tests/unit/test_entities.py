"""Whom and what a problem touches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_gardener.model.cluster import Entity
from log_gardener.stages.entities import SHOWN_VALUES, find_entities
from tests.unit.entries import bundle_of, cluster_of, entry, located


def entities_of(*texts: str) -> list[Entity]:
    bundle = bundle_of(*(entry(text) for text in texts))
    found = find_entities(facet for finding in bundle.findings for facet in finding.facets)
    return [entity for entity, _ in found]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("refused user 4711", "user", "4711"),
        ("refused user_id=4711", "user", "4711"),
        ("refused userId: 4711", "user", "4711"),
        ("customer 4711 has no pots", "account", "4711"),
        ("tenant=4711 is full", "tenant", "4711"),
        ("session 3f2c91aa07be4d01 is gone", "session", "3f2c91aa07be4d01"),
        ("connection #4711 reset", "connection", "4711"),
        ("order 4711 is lost", "order", "4711"),
        ("refused usr_20017", "user", "usr_20017"),
        ("lost ws socket-17", "connection", "socket-17"),
    ],
)
def test_the_word_before_a_value_or_its_spelling_says_what_it_names(text: str, kind: str, value: str) -> None:
    assert entities_of(text) == [Entity(kind, 1, True, (value,))]  # noqa: FBT003 - fields of one value


@pytest.mark.parametrize("text", ["request took 12 ms", "took 4711 attempts", "user logged in", "line 17 of order.py"])
def test_a_number_that_names_nothing_is_no_entity(text: str) -> None:
    assert entities_of(text) == []


@given(counts=st.lists(st.integers(1, 4), min_size=2, max_size=16))
def test_entities_are_counted_and_the_most_frequent_shown_first(counts: list[int]) -> None:
    texts = [f"refused user {number + 100}" for number, count in enumerate(counts) for _ in range(count)]
    (entity,) = entities_of(*texts)
    ranked = sorted(range(len(counts)), key=lambda number: (-counts[number], str(number + 100)))

    assert (entity.distinct, entity.is_exact) == (len(counts), True)
    assert entity.values == tuple(str(number + 100) for number in ranked[:SHOWN_VALUES])


def test_more_values_than_a_sample_holds_are_an_estimate_that_says_so() -> None:
    (entity,) = entities_of(*(f"refused user {number}" for number in range(1000, 1200)))

    assert not entity.is_exact
    assert 100 < entity.distinct < 400
    assert any(
        line.startswith("About ") for line in cluster_of(*(entry(f"refused user {n}") for n in range(200))).analysis
    )


def test_one_user_under_two_texts_is_one_user() -> None:
    first, second = (located(f"managers of user ann-17 differ, retry later{end}") for end in ("", " (urgent)"))
    (user,) = cluster_of(first, second).entities

    assert (user.kind, user.distinct, user.values) == ("user", 1, ("ann-17",))


def test_a_kind_is_told_once_with_all_its_values() -> None:
    (user,) = entities_of("user 17 refused by user 18")

    assert (user.distinct, user.values) == (2, ("17", "18"))
