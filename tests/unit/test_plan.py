"""A plan is a text that can be kept, looked at and carried out; nobody changes it unnoticed."""

import json
from dataclasses import replace
from typing import Any

import pytest

from log_gardener.errors import PlanError
from log_gardener.model.cluster import Status, Trend
from log_gardener.model.ledger import Told
from log_gardener.model.plan import Action, ActionKind, LeftAlone, Plan, digest_text, parse_plan, spell_plan
from log_gardener.model.priority import Priority
from log_gardener.model.ticket import Fate, Link, NeighbourKind, name_ticket

ACTIONS = (
    Action(
        ActionKind.CREATE,
        "r1:aa",
        "new",
        title="GCP-new | P1 | a name",
        text=f"follows from {name_ticket('r1:bb')}",
        after=3,
        labels=("log-gardener",),
        links=(Link(NeighbourKind.PULL_REQUEST, "#9", "a fix", 0.5),),
        told=Told(Priority.P1, Trend.NEW, turn=4, revisions=("shop-1",)),
    ),
    Action(ActionKind.DECIDE, "r1:bb", "closed", 7, status=Status.RESOLVED, nanos=5, expected="closed 5"),
    Action(ActionKind.REMEMBER, "r1:cc", "gone", 8, fate=Fate.DELETED),
)
PLAN = Plan("github.com/acme/shop", ACTIONS, {"r1:bb": 7}, 99, (LeftAlone("r1:dd", "it is quiet"),), {}, {0: "old"})


def test_a_plan_is_read_back_as_it_was_spelt() -> None:
    assert parse_plan(json.dumps(spell_plan(PLAN))) == PLAN


@pytest.mark.parametrize(
    "change",
    [
        ("text", "something else"),
        ("title", "GCP-new | P0 | a name"),
        ("labels", ["log-gardener", "more"]),
        ("after", 4),
    ],
)
def test_a_plan_that_was_changed_is_refused(change: tuple[str, object]) -> None:
    spelt = spell_plan(PLAN)
    spelt["actions"][0][change[0]] = change[1]

    with pytest.raises(PlanError, match="changed after it was made"):
        parse_plan(json.dumps(spelt))


def test_a_plan_for_another_tracker_or_with_other_numbers_is_another_plan() -> None:
    others = [replace(PLAN, tracker="github.com/acme/other"), replace(PLAN, numbers={"r1:bb": 8})]

    assert len({PLAN.digest, *(other.digest for other in others)}) == 3


@pytest.mark.parametrize("fields", [{"left_alone": ()}, {"titles": {"r1:aa": "x"}}, {"before": {}}, {"made_nanos": 1}])
def test_what_people_looked_at_is_part_of_the_digest(fields: dict[str, Any]) -> None:
    assert replace(PLAN, **fields).digest != PLAN.digest


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", "not json", '{"format": 1, "digest": "0"}', "[" * 100_000])
def test_what_is_no_plan_is_refused_with_the_command_that_makes_one(text: str) -> None:
    with pytest.raises(PlanError, match="log-gardener plan"):
        parse_plan(text)


def test_a_plan_of_another_format_is_refused() -> None:
    with pytest.raises(PlanError, match="format 2"):
        parse_plan(json.dumps(spell_plan(PLAN) | {"format": 2}))


def test_only_what_changes_the_tracker_counts_as_a_write() -> None:
    assert PLAN.writes == 1


@pytest.mark.parametrize("other", ["one\r\ntwo", "one  \ntwo\t", "\none\ntwo\n\n", "one\rtwo"])
def test_digests_look_past_what_browsers_do_to_line_ends(other: str) -> None:
    assert digest_text(other) == digest_text("one\ntwo")


@pytest.mark.parametrize("other", ["one two", "one\n\ntwo", " one\ntwo", "One\ntwo"])
def test_digests_tell_texts_apart(other: str) -> None:
    assert digest_text(other) != digest_text("one\ntwo")
