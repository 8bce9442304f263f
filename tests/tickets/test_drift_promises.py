"""What has changed since a plan was made is refused, and what people wrote stays."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from log_gardener.errors import PlanError
from log_gardener.model.plan import ActionKind, parse_plan, spell_plan
from log_gardener.model.ticket import TicketState
from log_gardener.stages.marker import find_mark, put_block
from tests.tickets.benches import Bench, filed, find_action, kinds

DAYS = 24


@pytest.fixture
def bench() -> Bench:
    return Bench()


# What drifted is refused.


def drifted(act: Callable[[Bench], object], bench: Bench, kind: ActionKind) -> str:
    """What is said of the first action of a kind if people act between plan and apply."""
    plan = bench.plan()
    action = find_action(plan, kind)
    act(bench)
    written = bench.list_writes()
    results = bench.apply(plan).results
    refused = [result for result in results if result.action.number == action.number and result.action.kind is kind]
    assert [result.is_done for result in refused] == [False]
    assert all(write.number != action.number for write in bench.box.journal[written:])
    return refused[0].note


def escalated(bench: Bench) -> Bench:
    filed(bench)
    bench.garden.wait(hours=8)
    bench.garden.tend(bench.garden.fail("pot", 80))
    return bench


def test_a_title_that_people_change_is_not_written_over(bench: Bench) -> None:
    note = drifted(lambda one: one.box.people.edit(1, title="Dry pots"), escalated(bench), ActionKind.RETITLE)

    assert "title" in note
    assert bench.read(1).title == "Dry pots"


def test_a_block_that_people_change_is_not_written_over(bench: Bench) -> None:
    filed(bench)
    bench.garden.wait(hours=8)
    bench.garden.tend(bench.garden.fail("pot"))
    edited = bench.read(1).body.replace("the pot", "Ann's pot")

    note = drifted(lambda one: one.box.people.edit(1, body=edited), bench, ActionKind.EDIT)

    assert "changed" in note
    assert bench.read(1).body == edited


def test_a_ticket_that_gets_the_quiet_label_is_not_written_to(bench: Bench) -> None:
    note = drifted(lambda one: one.box.people.label(1, one.policy.quiet_label), escalated(bench), ActionKind.RETITLE)

    assert "label" in note


def test_a_ticket_that_was_closed_once_more_is_not_opened(bench: Bench) -> None:
    filed(bench)
    bench.box.people.close(1)
    bench.file(hours=1)
    bench.garden.wait(hours=1)
    bench.garden.tend(bench.garden.fail("pot"))

    def close_again(one: Bench) -> None:
        one.box.people.reopen(1)
        one.garden.wait(seconds=5)
        one.box.people.close(1)

    drifted(close_again, bench, ActionKind.REOPEN)
    assert bench.read(1).state is TicketState.CLOSED


def test_the_ticket_of_a_consequence_in_which_people_speak_meanwhile_stays_open(bench: Bench) -> None:
    garden = bench.garden
    bench.file(*garden.serve(range(3)))
    bench.file(*garden.serve(range(3), "cart", has_failed=False), hours=1)
    garden.wait(hours=1)
    garden.tend(garden.serve(range(6), "cart"))
    plan = bench.plan()
    number = find_action(plan, ActionKind.CLOSE).number
    assert number

    bench.box.people.comment(number, "I am on it")
    bench.apply(plan)
    bench.finish()

    assert bench.read(number).state is TicketState.OPEN


def test_a_new_ticket_is_not_made_beside_a_former_one_that_people_open_meanwhile(bench: Bench) -> None:
    filed(bench)
    bench.box.people.close(1)
    bench.file(hours=1)
    bench.garden.wait(hours=12 * DAYS)
    bench.garden.tend(bench.garden.fail("pot"))
    plan = bench.plan()
    assert kinds(plan) == [ActionKind.CREATE]

    bench.box.people.reopen(1)
    bench.apply(plan)
    bench.finish()

    assert sorted(bench.box.kept) == [1]


def test_what_people_write_back_is_written_again_by_the_next_plan(bench: Bench) -> None:
    bench = escalated(bench)
    title = bench.read(1).title
    bench.file()
    changed = bench.read(1).title
    bench.box.people.edit(1, title=title)

    bench.file()

    assert bench.read(1).title == changed
    assert bench.plan().actions == ()


# The plan file is what was looked at.


@pytest.mark.parametrize(
    "change",
    [
        lambda spelt: spelt["actions"][0].update(title="GCP-new | P1 | other"),
        lambda spelt: spelt["actions"][0].update(text="other"),
        lambda spelt: spelt["actions"].pop(),
        lambda spelt: spelt.update(tracker="github.com/acme/other"),
        lambda spelt: spelt.update(numbers={"r1:00": 7}),
        lambda spelt: spelt.update(made_nanos=1),
        lambda spelt: spelt.update(digest="0" * 32),
        lambda spelt: spelt.update(format=99),
    ],
)
def test_a_plan_that_was_edited_is_refused(bench: Bench, change: Callable[[dict[str, object]], object]) -> None:
    bench.garden.tend([*bench.garden.fail("pot"), *bench.garden.fail("hose")])
    spelt = spell_plan(bench.plan())
    assert parse_plan(json.dumps(spelt)).digest == spelt["digest"]

    change(spelt)

    with pytest.raises(PlanError):
        parse_plan(json.dumps(spelt))


def test_what_the_preview_shows_is_protected_as_well(bench: Bench) -> None:
    """Whoever approves looks at the text that is replaced, at the titles, and at what is left alone."""
    filed(bench)
    bench.garden.wait(hours=8)
    bench.garden.tend(bench.garden.fail("pot"))
    spelt = spell_plan(bench.plan())
    for name, other in (
        ("before", {"0": "other"}),
        ("titles", {}),
        ("left_alone", [{"issue": "r1:00", "why": "other"}]),
    ):
        with pytest.raises(PlanError):
            parse_plan(json.dumps(spelt | {name: other}))


def test_a_plan_of_another_tracker_is_refused(bench: Bench) -> None:
    plan = filed(bench).plan()

    with pytest.raises(PlanError, match="other"):
        bench.apply(replace(plan, tracker="github.com/acme/other"))


# Text.


@pytest.mark.parametrize("fence", ["", "```\n", "> "], ids=["bare", "fenced", "quoted"])
def test_the_text_of_another_ticket_pasted_into_one_moves_neither(bench: Bench, fence: str) -> None:
    filed(bench, "pot", "hose")
    pot, hose = bench.find_number("pot"), bench.find_number("hose")
    body = bench.read(hose).body
    pasted = "\n".join(f"> {line}" for line in body.split("\n")) if fence == "> " else f"{fence}{body}\n{fence}"
    bench.box.people.edit(pot, body=f"{pasted}\n{bench.read(pot).body}")

    plan = bench.file(*bench.garden.fail("pot"), *bench.garden.fail("hose"), hours=8)

    assert sorted(kinds(plan)) == [ActionKind.EDIT, ActionKind.EDIT]
    assert bench.read(pot).body.startswith(pasted)
    assert bench.read(hose).state is TicketState.OPEN
    assert bench.plan().actions == ()


def test_a_log_line_that_looks_like_our_marker_ends_nothing(bench: Bench) -> None:
    garden = bench.garden
    text = "broken <!-- log-gardener end --> and <!-- log-gardener comment escalated.1 -->"
    bench.file(garden.entry(text))
    length = len(bench.read(1).body)

    for _ in range(4):
        bench.file(garden.entry(text), hours=8)

    mark = find_mark(bench.read(1).body)
    assert mark
    assert not mark.is_edited
    assert len(bench.read(1).body) < length + 50


def test_a_ticket_whose_end_mark_people_took_away_gets_a_whole_block_again(bench: Bench) -> None:
    filed(bench)
    bench.box.people.edit(1, body=bench.read(1).body.replace("<!-- log-gardener end -->", "by Ann"))

    bench.file(*bench.garden.fail("pot"), hours=8)
    bench.file(*bench.garden.fail("pot"), hours=8)

    assert "by Ann" in bench.read(1).body
    mark = find_mark(bench.read(1).body)
    assert mark
    assert not mark.is_edited
    assert put_block(bench.read(1).body, mark.issue, mark.block) == bench.read(1).body
