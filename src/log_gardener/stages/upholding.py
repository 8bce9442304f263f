"""What is to be done for a ticket that is there: to keep it true, and to take over what people did to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from log_gardener.model.cluster import Status, Trend
from log_gardener.model.instant import NANOS_PER_SECOND
from log_gardener.model.ledger import DUPLICATE, FilingPolicy, LedgerTicket, Told
from log_gardener.model.plan import COMPLETED, NOT_PLANNED, STATING, Action, ActionKind, LeftAlone, digest_text
from log_gardener.model.priority import Priority
from log_gardener.model.ticket import Event, EventKind, Subject, Ticket, TicketState, list_named
from log_gardener.stages.candidacy import find_hindrance
from log_gardener.stages.events import find_events, is_rested, make_told, tell_return
from log_gardener.stages.evidence import find_end, is_after, is_within
from log_gardener.stages.headline import find_retitle
from log_gardener.stages.marker import MarkedBlock, find_mark
from log_gardener.stages.mirror import NONE, Mirror
from log_gardener.stages.scene import Part, Scene
from log_gardener.stages.state import spell_state


def uphold(scene: Scene, subject: Subject, mirror: Mirror) -> Part:
    """What is to be done for the tickets of an issue."""
    if mirror.ticket is None:
        return Part()
    case = _Case(scene, subject, mirror.ticket, mirror.known)
    rows = list(_uphold_closed(case))
    if case.is_open:
        rows = [*heal(scene, mirror, subject.issue.id), *_uphold_open(case)]
    actions = [row for row in rows if isinstance(row, Action)]
    before = {at: case.find_before(action) for at, action in enumerate(actions)}
    left_alone = tuple(row for row in rows if isinstance(row, LeftAlone))
    return Part(tuple(case.seal(actions)), left_alone, {at: text for at, text in before.items() if text})


def list_labels(policy: FilingPolicy, priority: Priority) -> tuple[str, ...]:
    """The labels that a ticket of a priority gets beside ours."""
    return tuple(dict.fromkeys((*policy.labels.get("", ()), *policy.labels.get(priority, ()))))


def remember(
    issue: str, ticket: Ticket, told: Told | None = None, reason: str = "a ticket of ours was found"
) -> Action:
    """What makes the ledger know a ticket."""
    return Action(ActionKind.REMEMBER, issue, reason, ticket.number, told=told, expected=spell_state(ticket))


@dataclass(frozen=True)
class _Case:
    """A ticket, the issue that it mirrors, and what is known of both."""

    scene: Scene
    subject: Subject
    ticket: Ticket
    known: LedgerTicket | None

    @property
    def is_open(self) -> bool:
        return self.ticket.state is TicketState.OPEN

    @property
    def told(self) -> Told | None:
        return self.known.told if self.known else None

    @property
    def turn(self) -> int:
        """Of changes of state that were told; of a ticket that the ledger does not know one that no other has had."""
        return self.told.turn if self.told else self.scene.now_nanos // NANOS_PER_SECOND

    @property
    def is_quiet(self) -> bool:
        return self.scene.policy.quiet_label in self.ticket.labels

    @cached_property
    def mark(self) -> MarkedBlock | None:
        issue = self.subject.issue
        return find_mark(self.ticket.body, {issue.id, *issue.fingerprints})

    @property
    def was_open(self) -> bool:
        """Whether it was open when we last saw it, so that it was people who closed it."""
        return self.known is None or self.known.state is TicketState.OPEN

    def find_now(self, *, has_spoken: bool = False) -> Told:
        """The state that the ticket is to tell."""
        return make_told(self.subject, self.told, self.turn + has_spoken)

    def make(self, kind: ActionKind, reason: str) -> Action:
        """An action on this ticket."""
        return Action(kind, self.subject.issue.id, reason, self.ticket.number)

    def comment(self, events: Sequence[Event]) -> Action:
        """One comment on all that has happened; its key does not change while it is not told."""
        text = "\n\n".join(self.scene.tell(event, self.subject) for event in events)
        first = events[0]
        key = f"{first.kind.name.lower()}.{first.other.replace(':', '-') or self.turn}"
        reason = "; ".join(f"{event.kind}: {event.why}" for event in events)
        # On a ticket that was closed meanwhile there is nothing to say; one that is about to be reopened is closed yet.
        expected = spell_state(self.ticket) if self.is_open else ""
        said = tuple(event.kind for event in events)
        return replace(self.make(ActionKind.COMMENT, reason), text=text, key=key, said=said, expected=expected)

    def find_before(self, action: Action) -> str:
        """What an action replaces, for people."""
        if action.kind is ActionKind.EDIT:
            return self.mark.block if self.mark else ""
        return self.ticket.title if action.kind is ActionKind.RETITLE else ""

    def seal(self, actions: Sequence[Action]) -> Iterator[Action]:
        """The actions, the last of which makes the ledger know what the ticket tells then."""
        own = [at for at, one in enumerate(actions) if one.number == self.ticket.number]
        now = self.find_now(has_spoken=any(actions[at].kind is ActionKind.COMMENT for at in own))
        decided = next((one.status for one in actions if one.status), now.status)
        now = replace(now, status=decided)
        yield from (replace(one, told=now) if own and at == own[-1] else one for at, one in enumerate(actions))
        issue_id = self.subject.issue.id
        if self.known is None:
            if not own:
                yield remember(issue_id, self.ticket, now)
            return
        is_stated = any(actions[at].kind in STATING for at in own)
        is_other = self.known.state is not self.ticket.state and not is_stated
        # What a ticket is not told, because it is closed or left alone, it does not tell.
        tells = self.is_open and not self.is_quiet and self.mark is not None
        if is_other or (tells and not own and now != self.told):
            yield remember(issue_id, self.ticket, now if tells else None, "nothing of it is to be written")


Rows = Iterator[Action | LeftAlone]


def heal(scene: Scene, mirror: Mirror, issue_id: str) -> Iterator[Action]:
    """Close further tickets of one issue, once: two gardeners may have filed it at the same moment."""
    number = mirror.ticket.number if mirror.ticket else 0
    for ticket in mirror.duplicates:
        known = scene.ledger.by_number.get(ticket.number)
        is_done = known is not None and known.issue == DUPLICATE and known.state is TicketState.CLOSED
        is_left = is_done or scene.policy.quiet_label in ticket.labels
        if ticket.state is TicketState.CLOSED or is_left:
            continue
        reason = f"#{number} is of the same issue"
        event = Event(EventKind.DUPLICATE, issue_id, reason)
        text, key = scene.tell(event, scene.subjects.get(issue_id)), f"duplicate.{number}"
        if not ticket.is_locked:
            yield Action(ActionKind.COMMENT, DUPLICATE, reason, ticket.number, text=text, key=key)
        expected = spell_state(ticket)
        yield Action(ActionKind.CLOSE, DUPLICATE, reason, ticket.number, closed_as=NOT_PLANNED, expected=expected)


def _uphold_closed(case: _Case) -> Rows:
    issue, ticket, scene = case.subject.issue, case.ticket, case.scene
    if case.is_open:
        return
    if issue.id in scene.folds:
        yield from _link(case, scene.folds[issue.id])
        return
    if issue.status is not Status.OPEN:
        return
    if not is_after(issue, ticket.closed_nanos, case.known):
        if case.was_open:
            taken = case.make(ActionKind.DECIDE, f"people closed #{ticket.number}")
            ended, expected = find_end(ticket.closed_nanos), spell_state(ticket)
            yield replace(taken, status=Status.RESOLVED, nanos=ended, expected=expected)
        return
    why = find_hindrance(issue, scene.policy, scene.now_nanos)
    if case.is_quiet:
        why = f"#{ticket.number} has the label {scene.policy.quiet_label}"
    if why or not is_within(issue, ticket.closed_nanos, scene.policy.reopen_nanos):
        if why:
            yield LeftAlone(issue.id, f"seen again after #{ticket.number} was closed, but {why}", ticket.number)
        return
    yield from _reopen(case)


def _reopen(case: _Case) -> Rows:
    why = tell_return(case.subject, case.ticket.closed_nanos or 0)
    yield replace(case.make(ActionKind.REOPEN, why), expected=spell_state(case.ticket))
    yield from _retitle(case, Trend.REGRESSED)
    yield from _relabel(case)
    yield from _edit(case, is_changed=True)
    yield from _say(case, [Event(EventKind.REGRESSED, case.subject.issue.id, why)])


def _uphold_open(case: _Case) -> Rows:
    issue, scene, number = case.subject.issue, case.scene, case.ticket.number
    if case.is_quiet:
        yield LeftAlone(issue.id, f"#{number} has the label {scene.policy.quiet_label}", number)
        return
    if case.mark is None:
        yield LeftAlone(issue.id, f"people took our text out of #{number}", number)
        return
    if issue.status is Status.RESOLVED and not case.was_open:
        taken = case.make(ActionKind.DECIDE, f"people reopened #{number}")
        yield replace(taken, status=Status.OPEN, nanos=scene.now_nanos, expected=spell_state(case.ticket))
    yield from _retitle(case, issue.trend)
    yield from _relabel(case)
    is_changed = case.told is None or replace(case.find_now(), turn=case.told.turn) != case.told
    yield from _edit(case, is_changed=is_changed)
    if issue.id in scene.folds:
        yield from _fold(case, scene.folds[issue.id])
    elif issue.status is Status.RESOLVED and case.was_open:
        yield from _resolve(case)
    elif issue.status is Status.OPEN:
        yield from _tell_events(case)


def _retitle(case: _Case, trend: Trend) -> Rows:
    title = find_retitle(case.ticket.title, case.subject.issue.priority, trend)
    if title and title != case.ticket.title:
        action = case.make(ActionKind.RETITLE, f"{case.subject.issue.priority}, {trend}")
        yield replace(action, title=title, expected=digest_text(case.ticket.title))


def _relabel(case: _Case) -> Rows:
    """Labels change with the priority only: whoever takes one off has a reason."""
    told, priority, policy = case.told, case.subject.issue.priority, case.scene.policy
    if told is None or told.priority == priority:
        return
    now, then = list_labels(policy, priority), list_labels(policy, told.priority)
    added = tuple(one for one in now if one not in then and one not in case.ticket.labels)
    former = tuple(one for one in then if one not in now and one in case.ticket.labels)
    if added or former:
        action = case.make(ActionKind.LABEL, f"{told.priority} became {priority}")
        yield replace(action, labels=added, former_labels=former)


def _edit(case: _Case, *, is_changed: bool) -> Rows:
    """Write the block anew: at once if the state has changed, else not too often."""
    block, mark = case.scene.drafts[case.subject.issue.id].block, case.mark
    if mark is None:
        return
    names_new = any(one in case.scene.created for one in list_named(block))
    if not names_new and mark.tells(block, case.scene.numbers):
        return
    is_due = case.known is None or case.scene.now_nanos - case.known.edited_nanos >= case.scene.policy.edit_nanos
    if is_changed or is_due or names_new:
        reason = "its state has changed" if is_changed else "what it tells has changed"
        yield replace(case.make(ActionKind.EDIT, reason), text=block, expected=mark.digest)


def _say(case: _Case, events: Sequence[Event]) -> Rows:
    if case.ticket.is_locked:
        yield LeftAlone(case.subject.issue.id, f"#{case.ticket.number} is locked: no comment", case.ticket.number)
    else:
        yield case.comment(events)


def _tell_events(case: _Case) -> Rows:
    happened = [*_list_returns(case), *find_events(case.subject, case.told)]
    policy, now_nanos = case.scene.policy, case.scene.now_nanos
    events = [event for event in happened if is_rested(case.known, event.kind, policy.comment_nanos, now_nanos)]
    if events:
        yield from _say(case, events)
    for event in happened:
        if event not in events:
            why = f"it was said lately, so that its text alone tells: {event.kind}"
            yield LeftAlone(case.subject.issue.id, why, case.ticket.number)
    # Once: whoever opens it again has a reason.
    is_over = case.told is not None and case.told.trend is not Trend.QUIET and case.subject.issue.trend is Trend.QUIET
    if is_over and case.scene.policy.closes_quiet:
        yield _close(case, "it is quiet, and quiet ones are to be closed", COMPLETED)


def _list_returns(case: _Case) -> Iterator[Event]:
    """The return of an issue whose ticket was reopened, by people or by us before we could say why."""
    known, issue = case.known, case.subject.issue
    has_come = known is not None and not case.was_open and is_after(issue, known.closed_nanos, known)
    if known is not None and has_come and issue.trend is not Trend.REGRESSED:
        yield Event(EventKind.REGRESSED, issue.id, tell_return(case.subject, known.closed_nanos or 0))


def _resolve(case: _Case) -> Rows:
    """People resolved the issue in the garden."""
    why = "people resolved it in the garden"
    if case.told is None or case.told.status is not Status.RESOLVED:
        yield from _say(case, [Event(EventKind.RESOLVED, case.subject.issue.id, why)])
    if case.scene.policy.closes_resolved:
        yield _close(case, why, COMPLETED)


def _fold(case: _Case, cause: str) -> Rows:
    """The ticket of a consequence, into that of its cause: said, linked, and closed if only we wrote in it."""
    if not _needs_link(case, cause):
        return
    why = "it was found to follow from another issue"
    yield from _say(case, [Event(EventKind.FOLDED, case.subject.issue.id, why, cause)])
    if case.scene.policy.closes_folded and not case.ticket.has_people:
        yield _close(case, why, NOT_PLANNED)
    # Last, because it is what says that all of this is done.
    yield from _link(case, cause)


def _needs_link(case: _Case, cause: str) -> bool:
    """Whether the cause has an open ticket, and this one is not part of it yet."""
    home = case.scene.mirrors.get(cause, NONE).ticket
    is_linked = case.known is not None and case.known.folded_into == cause
    return home is not None and home.state is TicketState.OPEN and not is_linked


def _link(case: _Case, cause: str) -> Rows:
    if _needs_link(case, cause):
        yield replace(case.make(ActionKind.LINK, "it was found to follow from another issue"), to=cause)


def _close(case: _Case, reason: str, closed_as: str) -> Action:
    return replace(case.make(ActionKind.CLOSE, reason), closed_as=closed_as, expected=spell_state(case.ticket))
