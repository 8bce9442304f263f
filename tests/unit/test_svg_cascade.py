"""What belongs together as a picture: what is shared on the left, clusters, and what follows from them."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from log_gardener.model.cluster import Cluster, Relation, Symptom
from log_gardener.renderers.svg.graph import draw_cascade
from log_gardener.renderers.svg.ties import MOST_NODES, find_ties
from tests.hostile.corpus import read_texts
from tests.unit.entries import cluster_of, entry
from tests.unit.svg_subjects import SVG, list_texts, parse

POT = cluster_of(entry("the pot is dry"))


def named(name: str, *symptoms: str) -> Cluster:
    listed = tuple(Symptom(text, 2, "in 2 of 2 requests") for text in symptoms)
    return replace(POT, id=f"r1:{name}", title=name, symptoms=listed, relations=())


def tie(clusters: list[Cluster], kind: str, evidence: str) -> list[Cluster]:
    """The clusters, each with a relation of a kind to each other one."""
    relations: dict[str, list[Relation]] = {one.id: list(one.relations) for one in clusters}
    for own, other in permutations(clusters, 2):
        relations[own.id].append(Relation(kind, other.id, evidence, 1.0))
    return [replace(one, relations=tuple(relations[one.id])) for one in clusters]


def count_edges(svg: str) -> tuple[int, int]:
    """Edges, and heads of arrows."""
    classes = [one.get("class", "").split() for one in parse(svg).iter(f"{SVG}path")]
    return sum("tie" in names for names in classes), sum("head" in names for names in classes)


def test_clusters_without_ties_have_no_picture() -> None:
    assert draw_cascade([]) == ""
    assert draw_cascade([named("a"), named("b")]) == ""


def test_what_follows_from_a_cluster_is_led_to_by_arrows() -> None:
    svg = draw_cascade([named("cause", "first", "second"), named("alone")])

    assert count_edges(svg) == (2, 2)
    assert {"cause", "first", "second", "2 entries, in 2 of 2 requests"} <= set(list_texts(svg))
    assert "alone" not in list_texts(svg)


def test_what_many_share_is_one_box_and_no_edge_between_each_two() -> None:
    clusters = tie([named(name) for name in "abcde"], "shared revision", "both first seen in revision r-2; not in 9")
    svg = draw_cascade(clusters)

    assert count_edges(svg) == (5, 5)
    assert {"first seen in revision r-2", "shared revision of 5 clusters"} <= set(list_texts(svg))


def test_a_user_who_is_there_is_no_cause() -> None:
    assert count_edges(draw_cascade(tie([named("a"), named("b")], "shared entity", "same user: ann"))) == (2, 0)


def test_those_who_share_something_stand_next_to_each_other() -> None:
    first, last = tie([named("first"), named("last")], "shared entity", "same user: ann")

    assert [one.title for one in find_ties([first, named("between", "x"), last]).clusters] == [
        "first",
        "last",
        "between",
    ]


def test_a_relation_to_a_cluster_that_is_not_there_is_not_drawn() -> None:
    lonely = replace(named("a"), relations=(Relation("shared entity", "r1:gone", "same user: ann", 1.0),))

    assert draw_cascade([lonely]) == ""


@settings(max_examples=40)
@given(
    symptoms=st.lists(st.integers(0, 12), min_size=1, max_size=40),
    shared=st.lists(st.sets(st.integers(0, 39), min_size=2, max_size=12), max_size=12),
)
def test_no_box_stands_over_another_and_what_has_no_place_is_counted(
    symptoms: list[int], shared: list[set[int]]
) -> None:
    clusters = [named(f"c{number}", *map(str, range(count))) for number, count in enumerate(symptoms)]
    for number, members in enumerate(shared):
        inside = [clusters[member] for member in sorted(members) if member < len(clusters)]
        for one in tie(inside, "shared entity", f"same user: u{number}"):
            clusters[clusters.index(next(each for each in clusters if each.id == one.id))] = one
    ties = find_ties(clusters)
    boxes = [
        tuple(float(box.attrib[name]) for name in ("x", "y", "width", "height"))
        for box in parse(draw_cascade(clusters) or "<svg/>").iter(f"{SVG}rect")
        if box.get("class") == "box"
    ]

    assert len(boxes) <= MOST_NODES
    assert not [
        (one, other)
        for number, one in enumerate(boxes)
        for other in boxes[:number]
        if one[0] == other[0] and one[1] < other[1] + other[3] and other[1] < one[1] + one[3]
    ]
    tied = [one for one in clusters if one.symptoms]
    assert len(ties.clusters) + ties.left_out >= len(tied)
    assert all(len(ties.symptoms[one.id]) + ties.count_hidden(one) == len(one.symptoms) for one in ties.clusters)


def test_consequences_and_clusters_without_a_place_are_told_in_words() -> None:
    svg = draw_cascade([named(f"c{number}", *map(str, range(9))) for number in range(9)])

    assert list_texts(svg).count("1 entry, 4 more consequences") == 3
    assert list_texts(svg, of="note") == ["and 6 more clusters with ties"]


def test_a_box_leads_to_its_cluster_in_a_page_and_nowhere_in_a_file() -> None:
    cause = named("abc", "first")

    assert [one.attrib["href"] for one in parse(draw_cascade([cause])).iter(f"{SVG}a")] == ["#issue-r1-abc"]
    assert "href" not in draw_cascade([cause], is_file=True)


@pytest.mark.parametrize("text", read_texts("page", "characters", "markdown"))
def test_hostile_texts_are_text_in_the_picture(text: str) -> None:
    clusters = tie([named(text, text), replace(named(text), id="r1:other")], text, text)
    svg = draw_cascade(clusters, is_file=True)
    tags = {one.tag.removeprefix(SVG) for one in parse(svg).iter()}

    assert tags <= {"svg", "title", "desc", "style", "rect", "path", "text", "g"}
    svg.encode()
