"""What is remembered of tickets: which ticket mirrors which issue, what it was told, and every step towards it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from log_gardener.model.cluster import Status, Trend
from log_gardener.model.instant import NANOS_PER_DAY, NANOS_PER_HOUR, NANOS_PER_MINUTE
from log_gardener.model.priority import Priority
from log_gardener.model.ticket import EventKind, Fate, Link, TicketState

DASHBOARD = "dashboard"
NOTICE = "notice"
"""In the place of an issue's id: tickets that speak of the garden as a whole."""

DUPLICATE = "duplicate"
"""In the place of an issue's id: tickets that we closed because an older one is of the same issue."""


@dataclass(frozen=True, slots=True)
class Told:
    """The state of an issue as its ticket tells it.

    Attributes:
        turn: counts the changes of state that were told, so that no two comments have the same key.
        revisions: that have written entries of it.
        folded: ids of issues that were found to follow from it.
        last_nanos: the latest entry that was known then, UTC; it makes no other state.
    """

    priority: Priority
    trend: Trend
    status: Status = Status.OPEN
    turn: int = 0
    revisions: tuple[str, ...] = ()
    folded: tuple[str, ...] = ()
    last_nanos: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class LedgerTicket:
    """A ticket that is ours.

    Attributes:
        number: the tracker's.
        issue: id of the issue that it mirrors, or `DASHBOARD`, `NOTICE` or `DUPLICATE`.
        state: as we last read or wrote it: if it is another one, people changed it.
        closed_nanos: UTC; `None` while it is open.
        told: what it tells; `None` for what mirrors no issue.
        edited_nanos: when its block was last written, UTC.
        said: by kind of event, when we last commented on it, UTC.
        folded_into: id of the issue that its own was found to follow from.
        links: what was found that may be related, when it was made.
        fate: if it is gone from the tracker.
    """

    number: int
    issue: str
    url: str
    state: TicketState
    closed_nanos: int | None = None
    told: Told | None = None
    edited_nanos: int = 0
    said: dict[EventKind, int] = field(default_factory=dict)
    folded_into: str = ""
    links: tuple[Link, ...] = ()
    fate: Fate | None = None


class StepState(StrEnum):
    """How far a step has come. `BEGUN` is written before the tracker is asked, all others after its answer."""

    BEGUN = "begun"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Step:
    """One action of a plan, on its way to the tracker.

    Attributes:
        plan: digest of the plan.
        position: of the action in it, from 0.
        action: digest of the action.
        issue: of the action.
        kind: of the action.
        nanos: when it came to this state, UTC.
        number: of the ticket, once it is known.
        note: why it was refused or has failed.
    """

    plan: str
    position: int
    action: str
    issue: str
    kind: str
    state: StepState
    nanos: int
    number: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Ledger:
    """All that is remembered of one tracker.

    Attributes:
        tickets: in order of number.
        unsettled: steps that were begun, and of which nobody knows whether they took effect.
    """

    tickets: tuple[LedgerTicket, ...] = ()
    unsettled: tuple[Step, ...] = ()

    @cached_property
    def by_number(self) -> Mapping[int, LedgerTicket]:
        """From a ticket's number to it."""
        return {ticket.number: ticket for ticket in self.tickets}

    @cached_property
    def by_issue(self) -> Mapping[str, LedgerTicket]:
        """From an issue's id to its latest ticket."""
        return {ticket.issue: ticket for ticket in self.tickets}


@dataclass(frozen=True, slots=True)
class FilingPolicy:
    """What is filed, how often, and when to stop.

    Attributes:
        label: that all our tickets bear.
        labels: that a ticket gets beside, by priority or `""` for any.
        quiet_label: a ticket with it is left alone.
        least_priority: the least urgent that is filed.
        fresh_nanos: an issue is filed while its latest entry is this near to the present.
        settle_nanos: how long a write whose answer was lost may take to show in a listing.
        reopen_nanos: how long after its end evidence reopens a ticket; later a new one is made.
        comment_nanos: least time between two comments of one kind on a ticket.
        edit_nanos: least time between two edits for the sake of counts alone.
        closes_resolved: close the ticket of an issue that people resolved here.
        closes_quiet: close the ticket of an issue that is quiet.
        closes_folded: close the ticket of an issue that was found to follow from another, if only we wrote in it.
        most_new: most tickets that one plan creates.
        flood_from: from so many new ones at once nothing is filed, but one notice.
        has_dashboard: keep one ticket that lists all.
    """

    label: str = "log-gardener"
    labels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    quiet_label: str = "log-gardener-quiet"
    least_priority: Priority = Priority.P3
    fresh_nanos: int = 7 * NANOS_PER_DAY
    settle_nanos: int = 10 * NANOS_PER_MINUTE
    reopen_nanos: int = 10 * NANOS_PER_DAY
    comment_nanos: int = NANOS_PER_DAY
    edit_nanos: int = 6 * NANOS_PER_HOUR
    closes_resolved: bool = True
    closes_quiet: bool = False
    closes_folded: bool = True
    most_new: int = 10
    flood_from: int = 50
    has_dashboard: bool = False
