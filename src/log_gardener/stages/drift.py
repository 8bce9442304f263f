"""Whether what a plan changes is still as it was when the plan was made."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from log_gardener.model.ledger import DUPLICATE
from log_gardener.model.plan import NOT_PLANNED, OWN, Action, ActionKind, digest_text
from log_gardener.model.ticket import Ticket, TicketState
from log_gardener.stages.marker import find_mark
from log_gardener.stages.state import spell_state


class Readiness(StrEnum):
    """What is to become of an action."""

    READY = "ready"
    DONE = "done"
    DRIFTED = "drifted"


@dataclass(frozen=True, slots=True)
class Check:
    """What is to become of an action, and why; no full stop."""

    readiness: Readiness
    why: str = ""


READY = Check(Readiness.READY)
DONE = Check(Readiness.DONE, "it is so already")


def check_action(action: Action, ticket: Ticket, numbers: Mapping[str, int], quiet_label: str) -> Check:
    """What is to become of an action on a ticket, as that is at this moment."""
    check = _check_what_it_changes(action, ticket, numbers)
    is_write = action.kind not in OWN
    if check.readiness is Readiness.READY and is_write and quiet_label in ticket.labels:
        return _drift(f"it has got the label {quiet_label}")
    return check


def _check_what_it_changes(action: Action, ticket: Ticket, numbers: Mapping[str, int]) -> Check:
    if action.kind is ActionKind.EDIT:
        return _check_block(action, ticket, numbers)
    if action.kind is ActionKind.RETITLE:
        return _check_title(action, ticket)
    if action.kind is ActionKind.LABEL:
        is_done = ticket.labels.issuperset(action.labels) and ticket.labels.isdisjoint(action.former_labels)
        return DONE if is_done else READY
    return _check_state(action, ticket)


_WANTED_STATES = {ActionKind.CLOSE: TicketState.CLOSED, ActionKind.REOPEN: TicketState.OPEN}


def _check_state(action: Action, ticket: Ticket) -> Check:
    if action.kind is ActionKind.COMMENT and ticket.is_locked:
        return _drift("it was locked")
    if ticket.state is _WANTED_STATES.get(action.kind):
        return DONE
    # A consequence's ticket is closed only as long as nobody else took part in it; a duplicate in any case.
    if action.closed_as == NOT_PLANNED and ticket.has_people and action.issue != DUPLICATE:
        return _drift("people have written in it")
    is_expected = action.expected in {"", spell_state(ticket)}
    return READY if is_expected else _drift(f"it is {ticket.state}, otherwise than when the plan was made")


def _check_block(action: Action, ticket: Ticket, numbers: Mapping[str, int]) -> Check:
    mark = find_mark(ticket.body, [action.issue])
    if mark is None:
        return _drift("people took our text out of it")
    if mark.tells(action.text, numbers):
        return DONE
    return READY if action.expected in {"", mark.digest} else _drift("its text was changed since the plan was made")


def _check_title(action: Action, ticket: Ticket) -> Check:
    if ticket.title == action.title:
        return DONE
    is_expected = digest_text(ticket.title) == action.expected
    return READY if is_expected else _drift("its title was changed since the plan was made")


def _drift(why: str) -> Check:
    return Check(Readiness.DRIFTED, why)
