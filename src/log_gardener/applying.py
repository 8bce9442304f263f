"""A plan, carried out: exactly it, each ticket read again before it is written, every step written down.

Before the tracker is asked, the ledger says that a step is begun, and after its answer what came of it. Whenever this
ends, however it ends, it can go on: what is done is known, what may be done is looked for, the rest is done.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from log_gardener.errors import (
    BusyError,
    LeakError,
    LostAnswerError,
    PlanError,
    TicketGoneError,
    TicketRefusedError,
    TrackerError,
    UnknownIssueError,
)
from log_gardener.filing import FilingParts
from log_gardener.model.cluster import Status
from log_gardener.model.instant import spell_instant, to_nanos
from log_gardener.model.issue import Mute, Resolution
from log_gardener.model.ledger import DUPLICATE, LedgerTicket, Step, StepState
from log_gardener.model.plan import OWN, STATING, Action, ActionKind, Applied, Plan, StepResult
from log_gardener.model.ticket import Ticket, TicketState, put_numbers
from log_gardener.ports import Progress
from log_gardener.stages.drift import Readiness, check_action
from log_gardener.stages.evidence import is_after
from log_gardener.stages.marker import find_mark, has_comment, mark_block, mark_comment, put_block

LABEL_DESCRIPTION = "tended by Log Gardener"

TWICE = frozenset({ActionKind.CREATE, ActionKind.COMMENT})
"""What would be there twice if it were written again. All else is the same."""


def apply(parts: FilingParts, plan: Plan, told: Callable[[StepResult], None] = lambda _: None) -> Applied:
    """Carry out a plan, or what is left of it.

    Args:
        parts: by whom and where.
        plan: what.
        told: is called with what came of each action, as soon as that is written down. It must not raise.

    Raises:
        PlanError: it is of another tracker.
    """
    if plan.tracker != parts.tracker.name:
        msg = f"the plan is of {plan.tracker}, and the configuration names {parts.tracker.name}; make a new one"
        raise PlanError(msg)
    with parts.garden.store.filing(parts.observer.wait):
        application = _Application(parts, plan, told)
        with parts.observer.enter("applying"), parts.observer.follow(parts.tracker.name, application.find_progress):
            return application.run()


class _Left(Exception):  # noqa: N818 - no error: what is left undone, and why
    """An action is not carried out, nor is what follows for the same ticket."""

    def __init__(self, note: str, state: StepState | None = None) -> None:
        super().__init__(note)
        self.note, self.state = note, state


def _find_lane(action: Action) -> tuple[str, int | None]:
    """Actions that build on one another: those of an issue, or of one further ticket of it."""
    return action.issue, action.number if action.issue == DUPLICATE else None


def _is_made_by(action: Action, ticket: Ticket) -> bool:
    """Whether a ticket is the one that an action creates."""
    mark = find_mark(ticket.body, [action.issue])
    return mark is not None and (mark.issue, mark.after) == (action.issue, action.after)


@dataclass
class _Application:
    """A plan on its way.

    Attributes:
        told: is called with what came of each action.
        results: of the actions so far.
        blocked: lanes in which an action was left undone: what follows there would build on it.
    """

    parts: FilingParts
    plan: Plan
    told: Callable[[StepResult], None]
    results: list[StepResult] = field(default_factory=list)
    blocked: set[tuple[str, int | None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        store = self.parts.garden.store
        self.ledger = store.read_ledger(self.plan.tracker)
        self.steps = {step.position: step for step in store.find_steps(self.plan.tracker, self.plan.digest)}
        self.known = dict(self.ledger.by_number)

    @property
    def numbers(self) -> dict[str, int]:
        """By issue, the number of its ticket: of all that we own, as the plan saw it, and as it was created by it."""
        owned = {one.issue: number for number, one in sorted(self.known.items()) if one.fate is None}
        created = [one for one in self.results if one.action.kind is ActionKind.CREATE]
        made = {one.action.issue: one.number for one in created if one.is_done and one.number is not None}
        return owned | self.plan.numbers | made

    def find_progress(self) -> Progress:
        """How far it is."""
        done, total = len(self.results), len(self.plan.actions)
        return Progress(done / total if total else 1.0, f"{done:,} of {total:,} actions")

    @property
    def now(self) -> int:
        return to_nanos(self.parts.clock())

    def run(self) -> Applied:
        """Carry out what is not done yet, in order, until the tracker does not let us."""
        try:
            self._settle()
            self._prepare()
            for position, action in enumerate(self.plan.actions):
                self.results.append(self._take(position, action))
                self.told(self.results[-1])
        except TrackerError as error:
            return Applied(tuple(self.results), str(error))
        return Applied(tuple(self.results))

    def _settle(self) -> None:
        """Give up the steps of other plans that nobody will go on with: what they did would show by now."""
        for step in self.ledger.unsettled:
            is_pending = step.kind in TWICE and self.now - step.nanos < self.parts.policy.settle_nanos
            if step.plan != self.plan.digest and not is_pending:
                given_up = replace(step, state=StepState.FAILED, note="never ended; another plan has gone on")
                self.parts.garden.store.write_step(self.plan.tracker, given_up)

    def _prepare(self) -> None:
        """The labels that are about to be used."""
        left = [one for at, one in enumerate(self.plan.actions) if not self._is_done(at)]
        labels = dict.fromkeys(label for action in left for label in action.labels)
        if labels:
            self.parts.tracker.prepare_labels([(label, LABEL_DESCRIPTION) for label in labels])

    def _is_done(self, position: int) -> bool:
        step = self.steps.get(position)
        return step is not None and step.state is StepState.DONE

    def _take(self, position: int, action: Action) -> StepResult:
        """One action; what follows for the same ticket is left undone if it is."""
        if self._is_done(position):
            number = self.steps[position].number
            return self._tell(action, number, "done before")
        if _find_lane(action) in self.blocked:
            return StepResult(action, is_done=False, note="left out, since a step before it was", number=action.number)
        try:
            return self._carry_out(position, action)
        except _Left as left:
            note, state = left.note, left.state
        except (TicketGoneError, TicketRefusedError, UnknownIssueError, LeakError) as error:
            note, state = str(error), StepState.REFUSED
        except LostAnswerError as error:
            note, state = f"{error}; whether it took effect is looked for the next time", None
        if state and not self._is_unsettled(position, action):
            self._note_step(position, action, state, note=note)
        self.blocked.add(_find_lane(action))
        return StepResult(action, is_done=False, note=note, number=action.number)

    def _is_unsettled(self, position: int, action: Action) -> bool:
        """Whether an earlier try may have taken effect, which must not be forgotten."""
        step = self.steps.get(position)
        return step is not None and step.state is StepState.BEGUN and action.kind in TWICE

    def _carry_out(self, position: int, action: Action) -> StepResult:
        if action.kind is ActionKind.CREATE:
            return self._create(position, action)
        number = action.number if action.number is not None else self.numbers.get(action.issue)
        if action.fate is not None and number is not None:
            return self._bury(position, action, number)
        ticket = None if number is None else self.parts.tracker.read_ticket(number)
        if ticket is not None:
            self._demand(action, ticket)
        elif action.kind is not ActionKind.DECIDE:
            msg = "refused: its ticket is not there"
            raise _Left(msg, StepState.REFUSED)
        if action.kind is ActionKind.DECIDE:
            self._decide(action)
        elif ticket is not None and action.kind not in OWN and not self._is_so(action, ticket):
            ticket = self._write(position, action, ticket)
        return self._finish(position, action, ticket)

    def _demand(self, action: Action, ticket: Ticket) -> None:
        """Refuse what has drifted."""
        check = check_action(action, ticket, self.numbers, self.parts.policy.quiet_label)
        if check.readiness is Readiness.DRIFTED:
            msg = f"refused: {check.why}"
            raise _Left(msg, StepState.REFUSED)

    def _is_so(self, action: Action, ticket: Ticket) -> bool:
        """Whether a ticket is already as the action would make it."""
        if action.kind is ActionKind.COMMENT:
            # The ledger first: a listing may not show yet what was posted while this plan waited for its turn.
            known = self.known.get(ticket.number)
            if known and any(known.said.get(kind, 0) >= self.plan.made_nanos for kind in action.said):
                return True
            said = self.parts.tracker.list_comments(ticket.number)
            return has_comment(said, action.key, self.now - self.parts.policy.comment_nanos)
        check = check_action(action, ticket, self.numbers, self.parts.policy.quiet_label)
        return check.readiness is Readiness.DONE

    def _write(self, position: int, action: Action, ticket: Ticket) -> Ticket:
        """Ask the tracker; an answer that was lost is looked for once at once."""
        self._wait_for_answer(action)
        self._check(action)
        self._note_step(position, action, StepState.BEGUN, number=ticket.number)
        try:
            return self._send(action, ticket)
        except BusyError as error:
            self._note_step(position, action, StepState.FAILED, number=ticket.number, note=str(error))
            raise
        except LostAnswerError:
            present = self.parts.tracker.read_ticket(ticket.number)
            if not self._is_so(action, present):
                raise
            return present

    def _wait_for_answer(self, action: Action) -> None:
        """What may be there already is not written again before it must show.

        Only where it would be there twice: all else is the same when it is written again.
        """
        if action.kind not in TWICE:
            return
        begun = self._list_begun(action)
        settle = self.parts.policy.settle_nanos
        if begun and self.now - max(begun) < settle:
            until = spell_instant(max(begun) + settle)
            msg = f"it may be there already, its answer was lost; looked for until {until}"
            raise _Left(msg)

    def _list_begun(self, action: Action) -> list[int]:
        """When such steps for the same ticket were begun of which nobody knows."""
        unsettled = self.ledger.unsettled
        return [one.nanos for one in unsettled if one.issue == action.issue and one.kind == action.kind]

    def _check(self, action: Action) -> None:
        """The last look at what would leave."""
        name = f"the {action.kind} of {action.issue}"
        for text in filter(None, (action.title, put_numbers(action.text, self.numbers))):
            self.parts.check(text, name)

    def _send(self, action: Action, ticket: Ticket) -> Ticket:
        tracker, number, kind = self.parts.tracker, ticket.number, action.kind
        text = put_numbers(action.text, self.numbers)
        if kind is ActionKind.EDIT:
            return tracker.edit(number, body=put_block(ticket.body, action.issue, text))
        if kind is ActionKind.RETITLE:
            return tracker.edit(number, title=action.title)
        if kind is ActionKind.CLOSE:
            return tracker.edit(number, state=TicketState.CLOSED, closed_as=action.closed_as)
        if kind is ActionKind.REOPEN:
            return tracker.edit(number, state=TicketState.OPEN)
        if kind is ActionKind.LABEL:
            self._relabel(action, number)
        elif kind is ActionKind.COMMENT:
            tracker.comment(number, mark_comment(text, action.key))
        elif action.to not in self.numbers:
            msg = "refused: the ticket of its cause is not there"
            raise _Left(msg, StepState.REFUSED)
        else:
            tracker.link(number, self.numbers[action.to])
        return ticket

    def _relabel(self, action: Action, number: int) -> None:
        if action.labels:
            self.parts.tracker.add_labels(number, action.labels)
        if action.former_labels:
            self.parts.tracker.remove_labels(number, action.former_labels)

    def _create(self, position: int, action: Action) -> StepResult:
        """Create a ticket, unless one was made meanwhile or before an answer was lost."""
        made = self._find_made(action)
        if made is not None:
            return self._finish(position, action, made)
        self._wait_for_answer(action)
        self._demand_end(action)
        self._check(action)
        self._note_step(position, action, StepState.BEGUN)
        body = mark_block(action.issue, put_numbers(action.text, self.numbers), action.after)
        try:
            made = self.parts.tracker.create(action.title, body, action.labels)
        except BusyError as error:
            self._note_step(position, action, StepState.FAILED, note=str(error))
            raise
        except LostAnswerError:
            made = self._find_made(action)
            if made is None:
                raise
        return self._finish(position, action, made)

    def _demand_end(self, action: Action) -> None:
        """Refuse to follow a ticket that people opened again."""
        try:
            former = None if action.after is None else self.parts.tracker.read_ticket(action.after)
        except TicketGoneError:
            return
        if former is not None and former.state is TicketState.OPEN:
            msg = f"refused: #{former.number} is open again"
            raise _Left(msg, StepState.REFUSED)

    def _find_made(self, action: Action) -> Ticket | None:
        """The ticket that an action is about to create, if it is there already: the ledger, then the tracker tells."""
        known = [one.number for one in self.known.values() if one.issue == action.issue and one.fate is None]
        for number in sorted(number for number in known if number > (action.after or 0)):
            ticket = self.parts.tracker.read_ticket(number)
            if _is_made_by(action, ticket):
                return ticket
        since = min([self.now, self.plan.made_nanos, *self._list_begun(action)]) - self.parts.policy.settle_nanos
        recent = self.parts.tracker.find_recent(self.parts.policy.label, since)
        made = [ticket for ticket in recent if ticket.is_ours and _is_made_by(action, ticket)]
        return min(made, key=lambda ticket: ticket.number, default=None)

    def _decide(self, action: Action) -> None:
        """Take over into the garden what people did in the tracker."""
        garden = self.parts.garden
        issue = garden.find_issue(action.issue)
        if action.status is Status.RESOLVED:
            known = self.known.get(action.number) if action.number is not None else None
            if issue.status is not Status.OPEN or is_after(issue, action.nanos, known):
                msg = f"refused: it is {issue.status}, or was seen again, since the plan was made"
                raise _Left(msg, StepState.REFUSED)
            garden.resolve(issue, Resolution(action.nanos))
        elif action.status is Status.MUTED:
            garden.mute(issue, Mute(), action.nanos)
        else:
            garden.reopen(issue, action.nanos)

    def _bury(self, position: int, action: Action, number: int) -> StepResult:
        known = self.known.get(number)
        if known is not None:
            self._note_ticket(replace(known, fate=action.fate))
        self._note_step(position, action, StepState.DONE, number=number)
        return StepResult(action, is_done=True, note="remembered", number=number)

    def _finish(self, position: int, action: Action, ticket: Ticket | None) -> StepResult:
        """Write down that it is so: first what the ticket tells, then that the step is done."""
        if ticket is not None:
            self._note_ticket(self._make_known(action, ticket))
        number = ticket.number if ticket else None
        self._note_step(position, action, StepState.DONE, number=number)
        return self._tell(action, number, "done")

    def _make_known(self, action: Action, ticket: Ticket) -> LedgerTicket:
        known = self.known.get(ticket.number) or LedgerTicket(ticket.number, action.issue, ticket.url, TicketState.OPEN)
        now, kind = self.now, action.kind
        # What people did to its state is taken over by a plan, not by whatever else was written meanwhile.
        stated = ticket if kind in STATING else known
        return replace(
            known,
            issue=action.issue,
            url=ticket.url,
            state=stated.state,
            closed_nanos=stated.closed_nanos,
            told=action.told or known.told,
            edited_nanos=now if kind in {ActionKind.CREATE, ActionKind.EDIT} else known.edited_nanos,
            said=known.said | dict.fromkeys(action.said, now),
            folded_into=action.to or known.folded_into,
            links=action.links or known.links,
        )

    def _note_ticket(self, ticket: LedgerTicket) -> None:
        self.parts.garden.store.write_ticket(self.plan.tracker, ticket)
        self.known[ticket.number] = ticket

    def _note_step(
        self, position: int, action: Action, state: StepState, *, number: int | None = None, note: str = ""
    ) -> None:
        plan, facts = self.plan, (action.digest, action.issue, action.kind.value)
        step = Step(plan.digest, position, *facts, state=state, nanos=self.now, number=number, note=note)
        self.parts.garden.store.write_step(plan.tracker, step)

    def _tell(self, action: Action, number: int | None, note: str) -> StepResult:
        known = self.known.get(number) if number is not None else None
        return StepResult(action, is_done=True, note=note, number=number, url=known.url if known else "")
