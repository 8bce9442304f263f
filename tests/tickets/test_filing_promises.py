"""What filing promises, one by one, on the real garden and a tracker in memory: one ticket an issue."""

import pytest

from log_gardener.model.cluster import Status
from log_gardener.model.decision import Decisions, Merge, Split
from log_gardener.model.issue import Mute, Resolution
from log_gardener.model.ledger import DASHBOARD
from log_gardener.model.plan import ActionKind
from log_gardener.model.priority import Priority
from log_gardener.model.ticket import TicketState
from log_gardener.stages.recipe import RECIPES
from tests.tickets.benches import Bench, filed, kinds
from tests.tickets.gardens import NEXT

DAYS = 24


@pytest.fixture
def bench() -> Bench:
    return Bench()


# Nobody's ticket is filed twice.


def test_a_ledger_that_is_lost_costs_no_new_ticket_and_no_word(bench: Bench) -> None:
    filed(bench, "pot", "hose", "rake")
    bench.box.people.close(bench.find_number("hose"))
    bench.file(hours=1)
    before = bench.list_writes()

    bench.garden.forget_tickets()
    plan = bench.file(hours=1)

    assert {*kinds(plan)} <= {ActionKind.REMEMBER, ActionKind.DECIDE, ActionKind.EDIT}
    assert ActionKind.CREATE not in kinds(plan)
    assert [write.method for write in bench.box.journal[before:] if write.method != "edit"] == []
    assert bench.plan().actions == ()


def test_a_change_of_recipe_moves_nothing(bench: Bench) -> None:
    filed(bench, "pot", "hose").garden.wait(hours=1)
    bench.file(*bench.garden.fail("pot"), *bench.garden.fail("hose"), hours=1)
    before = bench.list_writes()

    bench.garden.recipes = (NEXT, *RECIPES)
    plan = bench.file(*bench.garden.fail("pot"), *bench.garden.fail("hose"), hours=1)
    assert plan.actions == ()
    bench.garden.recipes = (NEXT,)
    plan = bench.file(*bench.garden.fail("pot"), *bench.garden.fail("hose"), hours=1)

    assert plan.actions == ()
    assert bench.list_writes() == before


def test_merged_issues_keep_one_ticket_and_the_other_one_points_to_it(bench: Bench) -> None:
    filed(bench, "pot", "hose")
    lead, other = bench.find("pot").id, bench.find("hose").id
    kept, closed = bench.find_number("pot"), bench.find_number("hose")

    bench.garden.decisions = Decisions(merges=(Merge((lead, other)),))
    bench.file(hours=1)

    assert (bench.read(kept).state, bench.read(closed).state) == (TicketState.OPEN, TicketState.CLOSED)
    assert [f"#{kept}" in text for text in bench.say(closed)] == [True]
    bench.box.people.reopen(closed)
    assert bench.file(*bench.garden.fail("hose"), hours=1) is not None
    assert bench.read(closed).state is TicketState.OPEN, "whoever opens it again has a reason"
    assert len(bench.say(closed)) == 1


def test_a_split_template_gets_a_ticket_of_its_own_and_the_issue_keeps_its_own(bench: Bench) -> None:
    bench.garden.tend(bench.garden.serve(range(6), "cart"))
    bench.file()
    issue = bench.garden.garden.list_issues()[0]
    number = bench.find_number("cart")
    template = next(one.fingerprint for one in issue.templates if one.fingerprint != issue.id)

    bench.garden.decisions = Decisions(splits=(Split((template,)),))
    plan = bench.file(*bench.garden.serve(range(6), "cart"), hours=1)

    assert [action.issue for action in plan.actions if action.kind is ActionKind.CREATE] == [template]
    assert bench.read(number).state is TicketState.OPEN
    assert bench.plan().actions == ()


def test_a_copy_is_closed_once_and_stays_open_if_people_open_it_again(bench: Bench) -> None:
    filed(bench)
    first = bench.read(1)
    copy = bench.box.put(first.title, first.body, sorted(first.labels), is_ours=True).number

    bench.file(hours=1)
    assert (bench.read(1).state, bench.read(copy).state) == (TicketState.OPEN, TicketState.CLOSED)
    bench.box.people.reopen(copy)
    bench.file(hours=1)

    assert bench.read(copy).state is TicketState.OPEN
    assert len(bench.say(copy)) == 1


def test_a_copy_that_people_locked_is_closed_without_a_word(bench: Bench) -> None:
    filed(bench)
    first = bench.read(1)
    copy = bench.box.put(first.title, first.body, sorted(first.labels), is_ours=True).number
    bench.box.people.lock(copy)

    bench.file(hours=1)

    assert bench.read(copy).state is TicketState.CLOSED
    assert bench.plan().actions == ()


def test_of_two_copies_the_one_that_people_keep_open_is_the_ticket(bench: Bench) -> None:
    filed(bench)
    first = bench.read(1)
    copy = bench.box.put(first.title, first.body, sorted(first.labels), is_ours=True).number
    bench.box.people.close(1)

    bench.file(*bench.garden.fail("pot"), hours=1)

    assert (bench.read(1).state, bench.read(copy).state) == (TicketState.CLOSED, TicketState.OPEN)
    assert bench.find("pot").status is Status.OPEN


# What people decide stands.


def test_a_ticket_that_people_closed_resolves_its_issue_also_if_it_was_closed_between_plan_and_apply(
    bench: Bench,
) -> None:
    filed(bench)
    bench.garden.wait(hours=8)
    bench.garden.tend(bench.garden.fail("pot"))
    plan = bench.plan()
    assert kinds(plan) == [ActionKind.EDIT]

    bench.garden.wait(hours=1)
    bench.box.people.close(1)
    bench.apply(plan)
    bench.finish()

    assert bench.find("pot").status is Status.RESOLVED
    assert bench.read(1).state is TicketState.CLOSED


def test_entries_with_a_time_to_come_do_not_open_a_ticket_again_and_again(bench: Bench) -> None:
    garden = bench.garden
    bench.file(*garden.fail("pot", at=garden.now.replace(hour=20)))

    for _ in range(3):
        bench.box.people.close(1)
        bench.file(hours=1)
        assert bench.read(1).state is TicketState.CLOSED


def test_a_quiet_ticket_that_people_open_again_is_not_closed_again(bench: Bench) -> None:
    bench.choose(closes_quiet=True)
    filed(bench)
    for _ in range(9):
        bench.file(*bench.garden.fail("hose"), hours=DAYS)
    assert bench.read(1).state is TicketState.CLOSED

    bench.box.people.reopen(1)
    for _ in range(3):
        bench.file(*bench.garden.fail("hose"), hours=DAYS)

    assert bench.read(1).state is TicketState.OPEN


def test_a_label_that_people_took_off_stays_off_when_the_priority_changes(bench: Bench) -> None:
    filed(bench)
    bench.box.people.unlabel(1, "bug")
    garden = bench.garden.garden
    garden.lock(bench.find("pot"), _other(bench), bench.garden.nanos)

    plan = bench.file(hours=1)

    assert ActionKind.LABEL in kinds(plan)
    assert "bug" not in bench.read(1).labels


def _other(bench: Bench) -> Priority:
    return Priority.P1 if bench.find("pot").priority is not Priority.P1 else Priority.P2


def test_a_reopened_ticket_bears_the_labels_of_its_priority(bench: Bench) -> None:
    filed(bench)
    bench.box.people.close(1)
    bench.file(hours=1)
    bench.garden.garden.lock(bench.find("pot"), Priority.P1, bench.garden.nanos)

    bench.file(*bench.garden.fail("pot"), hours=1)

    assert bench.read(1).state is TicketState.OPEN
    assert {"urgent"} <= bench.read(1).labels
    assert "P2" not in bench.read(1).labels


def test_a_priority_that_changed_while_the_ticket_was_closed_shows_in_its_labels_when_it_is_back(bench: Bench) -> None:
    filed(bench)
    bench.box.people.close(1)
    bench.file(hours=1)
    bench.garden.garden.lock(bench.find("pot"), Priority.P1, bench.garden.nanos)
    bench.file(hours=1)

    bench.file(*bench.garden.fail("pot"), hours=1)

    assert "urgent" in bench.read(1).labels
    assert "P2" not in bench.read(1).labels


def test_nothing_is_planned_for_a_closed_ticket_whose_issue_goes_on_without_news(bench: Bench) -> None:
    filed(bench)
    bench.garden.garden.resolve(bench.find("pot"), Resolution(bench.garden.nanos, "shop-2"))
    bench.file(hours=1)

    plan = bench.file(*bench.garden.fail("pot"), hours=1)

    assert bench.read(1).state is TicketState.CLOSED
    assert plan.actions == ()


def test_a_deleted_ticket_is_not_filed_again(bench: Bench) -> None:
    filed(bench)
    bench.box.people.delete(1)

    for _ in range(3):
        plan = bench.file(*bench.garden.fail("pot"), hours=DAYS)
        assert ActionKind.CREATE not in kinds(plan)
    assert bench.box.kept == {}


# Cascades.


def test_a_consequence_is_not_closed_while_its_cause_has_no_ticket(bench: Bench) -> None:
    garden = bench.garden
    bench.file(*garden.serve(range(3)))
    garden.tend(garden.serve(range(3), "cart", has_failed=False))
    garden.wait(hours=1)
    garden.tend([*garden.fail("pot", 5), *garden.fail("hose", 5), *garden.serve(range(6), "cart")])
    bench.choose(most_new=1)

    for _ in range(6):
        bench.file(hours=0.5)
        states = {kept.ticket.title: kept.ticket.state for kept in bench.box.kept.values()}
        has_cause = any("cart" in title for title in states)
        assert has_cause or states["GCP-new | P2 | POST /orders fails with 500"] is TicketState.OPEN

    assert bench.read(1).state is TicketState.CLOSED
    assert bench.box.kept[1].parent == bench.find_number("cart")
    assert any(f"#{bench.find_number('cart')}" in text for text in bench.say(1))


def test_what_people_mute_or_resolve_in_the_garden_gets_no_ticket(bench: Bench) -> None:
    bench.garden.tend([*bench.garden.fail("pot"), *bench.garden.fail("hose")])
    bench.garden.garden.mute(bench.find("pot"), Mute(), 0)
    bench.garden.garden.resolve(bench.find("hose"), Resolution(bench.garden.nanos))

    assert bench.file().actions == ()


def test_the_dashboard_that_people_delete_is_not_made_again(bench: Bench) -> None:
    bench.choose(has_dashboard=True)
    filed(bench)
    number = next(
        one.number for one in bench.garden.store.read_ledger(bench.box.name).tickets if one.issue == DASHBOARD
    )
    bench.box.people.delete(number)

    bench.file(*bench.garden.fail("pot"), hours=8)

    assert number not in bench.box.kept
    assert len(bench.box.kept) == 1


def test_a_fold_stays_when_grouping_changes(bench: Bench) -> None:
    garden = bench.garden
    bench.file(*garden.serve(range(3)), hours=1)
    bench.file(*garden.serve(range(3), "cart", has_failed=False), hours=1)
    bench.file(*garden.serve(range(3), "cart"), hours=1)
    bench.file(*garden.serve(range(3), "cart"), hours=1)
    assert bench.read(1).state is TicketState.CLOSED

    garden.recipes = (NEXT, *RECIPES)
    plan = bench.file(*garden.serve(range(3), "cart"), hours=1)

    assert plan.actions == ()
