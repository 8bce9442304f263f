"""A plan is carried out exactly, once, and only where nothing has changed."""

from dataclasses import replace

import pytest

from log_gardener.applying import apply
from log_gardener.errors import BusyError, LeakError, LostAnswerError, PlanError, TrackerError
from log_gardener.filing import FilingParts, make_plan
from log_gardener.model.cluster import Status
from log_gardener.model.issue import Resolution
from log_gardener.model.ledger import StepState
from log_gardener.model.plan import ActionKind, Applied, Plan
from log_gardener.model.ticket import TicketState
from tests.fakes.ticket_box import TicketBox, Trouble
from tests.tickets.gardens import TendedGarden

MINUTE = 60


class Shop:
    """A garden with one fault, its tracker, and what files there."""

    def __init__(self) -> None:
        self.garden = TendedGarden()
        self.box = TicketBox(self.garden.clock)
        self.log("pot", 12)

    def log(self, name: str, count: int = 1) -> None:
        self.garden.tend(self.garden.fail(name, count))

    @property
    def parts(self) -> FilingParts:
        return self.garden.filing(self.box)

    def plan(self) -> Plan:
        return make_plan(self.parts)

    def file(self) -> Applied:
        return apply(self.parts, self.plan())

    @property
    def open_titles(self) -> list[str]:
        tickets = [kept.ticket for _, kept in sorted(self.box.kept.items())]
        return [one.title for one in tickets if one.is_ours and one.state is TicketState.OPEN]

    def lose(self, method: str, *, is_after: bool) -> None:
        error = LostAnswerError("the connection was cut")
        self.box.troubles.append(Trouble(error, is_after=is_after, methods=frozenset({method})))


@pytest.fixture
def shop() -> Shop:
    return Shop()


def notes(applied: Applied) -> list[str]:
    return [result.note for result in applied.results if not result.is_done]


def test_what_is_planned_is_done_and_then_nothing_is_left_to_do(shop: Shop) -> None:
    applied = shop.file()

    assert [result.is_done for result in applied.results] == [True]
    assert shop.open_titles == ["GCP-new | P2 | the pot is dry"]
    assert shop.plan().actions == ()


def test_a_plan_that_was_carried_out_does_nothing_the_second_time(shop: Shop) -> None:
    plan = shop.plan()
    apply(shop.parts, plan)
    writes = len(shop.box.journal)

    again = apply(shop.parts, plan)

    assert [result.note for result in again.results] == ["done before"]
    assert len(shop.box.journal) == writes


def test_a_plan_of_another_tracker_is_refused(shop: Shop) -> None:
    with pytest.raises(PlanError, match="make a new one"):
        apply(shop.parts, replace(shop.plan(), tracker="github.com/acme/other"))


def test_a_plan_for_a_ticket_that_somebody_made_meanwhile_takes_that_one(shop: Shop) -> None:
    plan = shop.plan()
    shop.file()

    apply(shop.parts, plan)

    assert len(shop.open_titles) == 1


def test_a_ticket_that_another_garden_made_meanwhile_is_taken_too(shop: Shop) -> None:
    plan = shop.plan()
    other = Shop()
    other.box = shop.box
    other.file()

    apply(shop.parts, plan)

    assert len(shop.open_titles) == 1
    assert shop.plan().actions == ()


@pytest.mark.parametrize("is_after", [True, False])
def test_a_create_whose_answer_is_lost_makes_one_ticket_in_the_end(shop: Shop, *, is_after: bool) -> None:
    shop.lose("create", is_after=is_after)
    plan = shop.plan()
    first = apply(shop.parts, plan)

    early = apply(shop.parts, plan)
    shop.garden.wait(seconds=11 * MINUTE)
    late = apply(shop.parts, plan)

    assert first.results[0].is_done is is_after
    assert early.results[0].is_done is is_after
    assert late.results[0].is_done
    assert len(shop.open_titles) == 1


def test_a_create_that_no_listing_shows_yet_is_waited_for(shop: Shop) -> None:
    shop.lose("create", is_after=True)
    shop.box.hidden.add(1)
    plan = shop.plan()

    lost = apply(shop.parts, plan)
    waiting = apply(shop.parts, plan)
    replanned = shop.plan()
    shop.box.hidden.clear()
    shown = apply(shop.parts, plan)

    assert not lost.results[0].is_done
    assert "its answer was lost" in waiting.results[0].note
    assert replanned.actions == ()
    assert shown.results[0].is_done
    assert len(shop.box.kept) == 1


def test_a_limit_stops_a_plan_and_the_same_plan_goes_on(shop: Shop) -> None:
    shop.log("hose", 12)
    shop.box.troubles.append(Trouble(BusyError("wait for an hour"), methods=frozenset({"create"}), skipped=1))
    plan = shop.plan()

    stopped = apply(shop.parts, plan)
    went_on = apply(shop.parts, plan)

    assert stopped.stopped == "wait for an hour"
    assert (len(stopped.results), len(went_on.results)) == (1, 2)
    assert all(result.is_done for result in went_on.results)
    assert len(shop.open_titles) == 2


def test_a_kill_before_the_answer_is_settled_by_the_next_plan(shop: Shop) -> None:
    shop.box.troubles.append(Trouble(KeyboardInterrupt(), is_after=True, methods=frozenset({"create"})))
    with pytest.raises(KeyboardInterrupt):
        shop.file()
    steps = shop.garden.store.read_ledger(shop.box.name).unsettled

    shop.file()

    assert [step.state for step in steps] == [StepState.BEGUN]
    assert len(shop.box.kept) == 1
    assert shop.plan().actions == ()


def test_nothing_is_created_where_the_tracker_cannot_be_read(shop: Shop) -> None:
    shop.box.outage = TrackerError("503")

    with pytest.raises(TrackerError):
        shop.plan()

    assert shop.box.journal == []


def test_a_tracker_that_cannot_be_written_says_so_before_anything_is_planned(shop: Shop) -> None:
    shop.box.closed_for = "the repository is archived"

    with pytest.raises(TrackerError, match="archived"):
        shop.plan()


def test_what_drifted_is_refused_and_what_builds_on_it_is_left_out(shop: Shop) -> None:
    shop.file()
    shop.box.people.close(1)
    shop.garden.wait(hours=1)
    shop.log("pot", 3)
    plan = shop.plan()
    shop.box.people.reopen(1)
    shop.box.people.close(1)
    shop.garden.wait(hours=1)

    kinds = [action.kind for action in plan.actions]
    applied = apply(shop.parts, plan)

    assert kinds[0] is ActionKind.REOPEN
    assert notes(applied)[0].startswith("refused")
    assert set(notes(applied)[1:]) <= {"left out, since a step before it was"}
    assert shop.box.kept[1].ticket.state is TicketState.CLOSED


def test_what_people_write_between_plan_and_apply_stays(shop: Shop) -> None:
    shop.file()
    shop.garden.wait(hours=7)
    shop.log("pot", 3)
    plan = shop.plan()
    body = shop.box.kept[1].ticket.body
    shop.box.people.edit(1, body=f"Ann is on it.\n\n{body}\n\nSee the runbook.")

    apply(shop.parts, plan)

    after = shop.box.kept[1].ticket.body
    assert after.startswith("Ann is on it.\n\n")
    assert after.endswith("\n\nSee the runbook.")
    assert "15 entries" in after


def test_a_quiet_label_that_people_add_meanwhile_is_obeyed(shop: Shop) -> None:
    shop.file()
    shop.garden.wait(hours=7)
    shop.log("pot", 3)
    plan = shop.plan()
    shop.box.people.label(1, "log-gardener-quiet")

    applied = apply(shop.parts, plan)

    assert "log-gardener-quiet" in notes(applied)[0]
    assert [write.method for write in shop.box.journal].count("edit") == 0


def test_closing_a_ticket_resolves_the_issue_and_newer_entries_reopen_both(shop: Shop) -> None:
    shop.file()
    shop.box.people.close(1)
    shop.file()
    resolved = shop.garden.find("pot").status
    shop.garden.wait(hours=2)
    shop.log("pot", 2)
    shop.file()

    assert resolved is Status.RESOLVED
    assert shop.garden.find("pot").status is Status.OPEN
    assert shop.open_titles == ["GCP-regression | P2 | the pot is dry"]
    assert len(shop.box.kept[1].comments) == 1


@pytest.mark.parametrize("is_after", [True, False])
def test_a_comment_whose_answer_is_lost_is_said_once(shop: Shop, *, is_after: bool) -> None:
    shop.file()
    shop.box.people.close(1)
    shop.garden.wait(hours=2)
    shop.log("pot", 2)
    shop.lose("comment", is_after=is_after)
    plan = shop.plan()
    apply(shop.parts, plan)
    shop.garden.wait(seconds=11 * MINUTE)

    apply(shop.parts, plan)
    shop.file()

    assert len(shop.box.kept[1].comments) == 1


def test_a_text_that_leaks_leaves_nothing(shop: Shop) -> None:
    def check(text: str, name: str) -> None:
        msg = f"{name} is not written: {len(text)}"
        raise LeakError(msg)

    parts = replace(shop.parts, check=check)
    applied = apply(parts, make_plan(parts))

    assert "is not written" in notes(applied)[0]
    assert shop.box.journal == [write for write in shop.box.journal if write.method == "prepare_labels"]


def test_an_issue_that_people_decided_on_since_is_not_resolved_by_an_old_plan(shop: Shop) -> None:
    shop.file()
    shop.box.people.close(1)
    plan = shop.plan()
    garden = shop.garden.garden
    garden.resolve(shop.garden.find("pot"), Resolution(shop.garden.nanos, "shop-2"))

    applied = apply(shop.parts, plan)

    assert "refused" in notes(applied)[0]
