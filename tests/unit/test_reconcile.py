"""What is filed, and what a ticket that tells the truth is left with."""

from dataclasses import replace
from typing import Any

import pytest

from log_gardener.model.cluster import Status, Trend
from log_gardener.model.ledger import FilingPolicy
from log_gardener.model.plan import ActionKind
from log_gardener.model.priority import Priority
from tests.unit.scenes import HOUR, ID, NOW, issue, kinds, known, only, plan_for, ticket, whys


def test_a_new_issue_gets_a_ticket() -> None:
    policy = FilingPolicy(labels={"": ("bug",), "P1": ("urgent",)})
    action = only(plan_for([issue()], policy=policy), ActionKind.CREATE)

    assert (action.title, action.text) == ("GCP-new | P1 | title of r1:aa", "block")
    assert action.labels == ("log-gardener", "bug", "urgent")
    assert action.told


def test_a_ticket_that_tells_the_truth_is_left_in_peace() -> None:
    plan = plan_for([issue()], [ticket()], [known()])

    assert (plan.actions, plan.left_alone) == ((), ())


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"priority": Priority.P4}, "P4 is less urgent than P3"),
        ({"trend": Trend.QUIET}, "it is quiet"),
        ({"last_nanos": NOW - 200 * HOUR}, "too long ago"),
        ({"last_nanos": None}, "bears a time"),
    ],
)
def test_what_is_not_filed_is_named_with_the_reason(fields: dict[str, Any], why: str) -> None:
    plan = plan_for([issue(**fields)])

    assert plan.actions == ()
    assert why in whys(plan)


@pytest.mark.parametrize("status", [Status.MUTED, Status.RESOLVED])
def test_what_people_muted_or_resolved_is_not_filed(status: Status) -> None:
    verdict = replace(issue().verdict, status=status)

    assert plan_for([issue(verdict=verdict)]).actions == ()


def test_no_more_tickets_are_created_at_once_than_allowed_the_rest_comes_later() -> None:
    issues = [issue(f"r1:a{at}") for at in range(5)]
    plan = plan_for(issues, policy=FilingPolicy(most_new=3))

    assert [action.issue for action in plan.actions] == ["r1:a0", "r1:a1", "r1:a2"]
    assert whys(plan).count("comes with a later one") == 2


def test_counts_are_written_at_most_so_often() -> None:
    fresh = plan_for([issue()], [ticket()], [known(edited_nanos=NOW - HOUR)], blocks={ID: "more"})
    due = plan_for([issue()], [ticket()], [known(edited_nanos=NOW - 7 * HOUR)], blocks={ID: "more"})

    assert fresh.actions == ()
    assert kinds(due) == ["edit"]
    assert due.before[0] == "block"


def test_a_change_of_priority_is_written_at_once() -> None:
    policy = FilingPolicy(labels={"P1": ("urgent",), "P0": ("fire",)})
    now = issue(priority=Priority.P0)
    old = ticket(labels=frozenset({"log-gardener", "urgent", "people's own"}))
    plan = plan_for([now], [old], [known()], blocks={ID: "P0 now"}, policy=policy)

    assert kinds(plan) == ["retitle", "label", "edit"]
    assert only(plan, ActionKind.RETITLE).title == "GCP-ongoing | P0 | title of r1:aa"
    label = only(plan, ActionKind.LABEL)
    assert (label.labels, label.former_labels) == (("fire",), ("urgent",))
