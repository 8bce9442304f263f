"""Whatever logs bring and people do, in any order: no harm, no copy, and a plan that was carried out leaves none."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from log_gardener.applying import apply
from log_gardener.errors import BusyError, LostAnswerError
from log_gardener.filing import make_plan
from log_gardener.model.decision import Decisions, Merge
from log_gardener.model.issue import Mute, Resolution
from log_gardener.model.ledger import FilingPolicy
from log_gardener.model.plan import ActionKind, Plan, parse_plan, spell_plan
from log_gardener.model.ticket import TicketState
from log_gardener.stages.recipe import RECIPES
from tests.fakes.plain_writer import PlainWriter
from tests.fakes.ticket_box import TicketBox, Trouble
from tests.tickets.benches import LABELS
from tests.tickets.boxes import BoxDesk
from tests.tickets.gardens import FAULTS, NEXT, TendedGarden
from tests.tickets.texts import quoted, written
from tests.tickets.witness import Witness, put_above, put_below, put_inside, send

QUIET = "log-gardener-quiet"
PLACES = (put_above, put_below, put_inside, send(put_above), send(put_below), send(put_inside))

# More than the policy's patience with a lost answer.
SETTLED = timedelta(minutes=15)

# Plans that it may take to settle: to wait, to find, and as many as new tickets are made one by one.
MOST_PLANS = 10

# What ends an apply at a write.
ENDS: tuple[Callable[[], BaseException], ...] = (
    KeyboardInterrupt,
    lambda: BusyError("too many requests"),
    lambda: LostAnswerError("the answer was lost"),
)


class Filing(RuleBasedStateMachine):
    """A garden, a tracker, and people, for weeks."""

    def __init__(self) -> None:
        super().__init__()
        self.garden = TendedGarden()
        self.box = TicketBox(self.garden.clock)
        self.people = Witness(BoxDesk(self.box))
        self.policy = FilingPolicy(labels=LABELS)
        self.more: Callable[[str], str] = str
        self.stale: Plan | None = None

    @initialize(
        closes_quiet=st.booleans(),
        closes_folded=st.booleans(),
        has_dashboard=st.booleans(),
        most_new=st.sampled_from([1, 10]),
        comment_nanos=st.sampled_from([0, FilingPolicy().comment_nanos]),
    )
    def people_choose(self, **chosen: Any) -> None:
        self.policy = replace(self.policy, **chosen)

    # What logs bring.

    @rule(name=st.sampled_from(sorted(FAULTS)), count=st.sampled_from([1, 2, 60]), ago=st.sampled_from([0, 0, 3, 40]))
    def a_fault_is_logged(self, name: str, count: int, ago: int) -> None:
        self.garden.tend(self.garden.fail(name, count, at=self.garden.now - timedelta(hours=ago)))

    @rule(name=st.sampled_from(["", "cart", "till"]), has_failed=st.booleans())
    def requests_fail(self, name: str, *, has_failed: bool) -> None:
        self.garden.tend(self.garden.serve(range(3), name, has_failed=has_failed or not name))

    @rule(text=written())
    def the_tickets_text_becomes(self, text: str) -> None:
        self.more = lambda block: f"{text}\n{block}\n{text}"

    @rule(hours=st.sampled_from([0.2, 1, 7, 30, 8 * 24, 12 * 24]))
    def time_passes(self, hours: float) -> None:
        self.garden.wait(hours=hours)

    @rule(number=st.integers(1, 9))
    def a_revision_is_deployed(self, number: int) -> None:
        self.garden.revision = f"shop-{number}"

    @rule()
    def a_later_release_groups_otherwise(self) -> None:
        self.garden.recipes = (NEXT, *RECIPES)

    @rule()
    def the_ledger_is_lost(self) -> None:
        """Without our label on it, nothing tells a ticket of long ago then."""
        if all("log-gardener" in one.labels for one in self.people.desk.list_tickets() if one.is_ours):
            self.garden.forget_tickets()

    # What people do.

    @rule(data=st.data(), verb=st.sampled_from(["resolve", "mute", "reopen"]))
    def people_decide_in_the_garden(self, data: st.DataObject, verb: str) -> None:
        garden, nanos = self.garden.garden, self.garden.nanos
        if issues := garden.list_issues():
            issue = data.draw(st.sampled_from(issues))
            if verb == "resolve":
                garden.resolve(issue, Resolution(nanos))
            elif verb == "mute":
                garden.mute(issue, Mute(), nanos)
            else:
                garden.reopen(issue, nanos)

    @rule(data=st.data())
    def people_merge(self, data: st.DataObject) -> None:
        issues = sorted(issue.id for issue in self.garden.garden.list_issues())
        if len(issues) > 1 and not self.garden.decisions.merges:
            pair = data.draw(st.lists(st.sampled_from(issues), min_size=2, max_size=2, unique=True))
            self.garden.decisions = Decisions(merges=(Merge(tuple(pair)),))

    @rule()
    def people_take_the_merge_back(self) -> None:
        self.garden.decisions = Decisions()

    @rule(data=st.data(), action=st.sampled_from(["file", "mute"]))
    def people_tick_the_dashboard(self, data: st.DataObject, action: str) -> None:
        for ticket in self.people.desk.list_tickets():
            boxes = [line for line in ticket.body.splitlines() if line.startswith(f"- [ ] {action} ")]
            if boxes and ticket.is_ours and "log-gardener dashboard -->" in ticket.body:
                line = data.draw(st.sampled_from(boxes))
                self.box.people.edit(ticket.number, body=ticket.body.replace(line, line.replace("[ ]", "[x]", 1), 1))

    def _choose(self, data: st.DataObject, *, is_open: bool | None = None) -> int | None:
        wanted = None if is_open is None else (TicketState.OPEN if is_open else TicketState.CLOSED)
        tickets = [one for one in self.people.desk.list_tickets() if one.is_ours and wanted in {None, one.state}]
        return data.draw(st.sampled_from([one.number for one in tickets])) if tickets else None

    @rule(data=st.data(), place=st.sampled_from(PLACES))
    def people_write(self, data: st.DataObject, place: Callable[[str, str], str]) -> None:
        if number := self._choose(data):
            self.people.write(number, place)

    @rule(data=st.data(), text=quoted())
    def people_paste(self, data: st.DataObject, text: str) -> None:
        if number := self._choose(data):
            self.people.write(number, lambda body, note: f"{text}\n{note}\n{body}")

    @rule(data=st.data(), is_own=st.booleans())
    def people_paste_the_text_of_another_ticket(self, data: st.DataObject, *, is_own: bool) -> None:
        number, other = self._choose(data), self._choose(data)
        if number and other and number != other:
            pasted = self.box.kept[other].ticket.body
            fence = "```" if is_own else ""
            self.people.write(number, lambda body, note: f"{note}\n{fence}\n{pasted}\n{fence}\n{body}")

    @rule(data=st.data(), text=quoted())
    def people_comment(self, data: st.DataObject, text: str) -> None:
        if number := self._choose(data):
            self.people.say(number, text)

    @rule(data=st.data(), label=st.sampled_from(["mine", "wontfix", QUIET]))
    def people_label(self, data: st.DataObject, label: str) -> None:
        if number := self._choose(data):
            self.people.label(number, label)

    @rule(data=st.data(), label=st.sampled_from(["mine", QUIET, "bug", "log-gardener"]))
    def people_take_a_label_off(self, data: st.DataObject, label: str) -> None:
        if number := self._choose(data):
            self.people.unlabel(number, label)

    @rule(data=st.data())
    def people_rename(self, data: st.DataObject) -> None:
        if number := self._choose(data):
            self.people.rename(number)

    @rule(data=st.data())
    def people_close(self, data: st.DataObject) -> None:
        if number := self._choose(data, is_open=True):
            self.people.close(number)

    @rule(data=st.data())
    def people_reopen(self, data: st.DataObject) -> None:
        if number := self._choose(data, is_open=False):
            self.people.reopen(number)

    @rule(data=st.data())
    def people_delete(self, data: st.DataObject) -> None:
        if number := self._choose(data):
            self.box.people.delete(number)
            self.people.forget(number)

    @rule(data=st.data())
    def people_lock(self, data: st.DataObject) -> None:
        if number := self._choose(data):
            self.box.people.lock(number)

    @rule(text=quoted())
    def people_open_one_that_looks_like_ours(self, text: str) -> None:
        number = self.people.desk.open("GCP-new | P1 | mine", f"{text}\n", ["log-gardener"])
        self.people.texts[number] = [text]

    # What we do.

    def _plan(self) -> Plan:
        writer = PlainWriter(self.more)
        plan = make_plan(self.garden.filing(self.box, self.policy, writer))
        again = make_plan(self.garden.filing(self.box, self.policy, writer))
        assert again == plan
        return parse_plan(json.dumps(spell_plan(plan)))

    def _apply(self, plan: Plan) -> bool:
        before = {one.number: one for one in self.people.desk.list_tickets()}
        written_before = len(self.box.journal)
        applied = apply(self.garden.filing(self.box, self.policy, PlainWriter(self.more)), plan)
        for write in self.box.journal[written_before:]:
            ticket = before.get(write.number or 0)
            assert ticket is None or ticket.is_ours, write
            assert ticket is None or QUIET not in ticket.labels, write
        return not applied.stopped and all(result.is_done for result in applied.results)

    @rule(hours=st.sampled_from([0, 0, 1, 30]))
    def we_file(self, hours: float) -> None:
        """Once to do it, once more where a lost answer had to be waited for; then there is nothing left."""
        self.garden.wait(hours=hours)
        plan = self._plan()
        done = self._apply(plan)
        for _ in range(MOST_PLANS):
            if done and len([one for one in plan.actions if one.kind is ActionKind.CREATE]) < self.policy.most_new:
                break
            self.garden.wait(seconds=SETTLED.total_seconds())
            plan = self._plan()
            done = self._apply(plan)
        assert done
        assert [f"{action.kind} #{action.number}: {action.reason}" for action in self._plan().actions] == []
        assert not self.people.find_open(self.garden.garden.list_issues())

    @rule(data=st.data(), end=st.sampled_from(ENDS), skipped=st.integers(0, 8), is_after=st.booleans())
    def we_are_stopped(
        self, data: st.DataObject, end: Callable[[], BaseException], skipped: int, *, is_after: bool
    ) -> None:
        """At any write, before or after it took effect; sometimes the same plan goes on, sometimes a new one."""
        plan, error = self._plan(), end()
        if isinstance(error, BusyError):
            is_after = False
        self.box.troubles = [Trouble(error, is_after, skipped=skipped)]
        with suppress(KeyboardInterrupt):
            self._apply(plan)
        self.box.troubles = []
        if data.draw(st.booleans()):
            self._apply(plan)

    @precondition(lambda self: self.stale is None)
    @rule()
    def a_plan_is_made(self) -> None:
        self.stale = self._plan()

    @precondition(lambda self: self.stale is not None)
    @rule()
    def a_plan_of_once_is_carried_out(self) -> None:
        assert self.stale
        self._apply(self.stale)
        self.stale = None

    @invariant()
    def nothing_of_peoples_is_lost_and_nothing_of_ours_repeated(self) -> None:
        assert list(self.people.find_breaches()) == []


TestFiling = Filing.TestCase
TestFiling.settings = settings(max_examples=40, stateful_step_count=20)
