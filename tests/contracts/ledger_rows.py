"""Tickets and steps as a ledger has them."""

from log_gardener.model.cluster import Trend
from log_gardener.model.ledger import LedgerTicket, Step, StepState, Told
from log_gardener.model.priority import Priority
from log_gardener.model.ticket import EventKind, Fate, Link, NeighbourKind, TicketState

TRACKER, OTHER = "github.com/acme/shop", "github.com/acme/store"

TICKET = LedgerTicket(
    number=7,
    issue="r1:aa",
    url="https://github.com/acme/shop/issues/7",
    state=TicketState.CLOSED,
    closed_nanos=5,
    told=Told(Priority.P1, Trend.ESCALATING, turn=3, revisions=("shop-1",), folded=("r1:bb",), last_nanos=9),
    edited_nanos=6,
    said={EventKind.ESCALATED: 7, EventKind.REVISION: 3},
    folded_into="r1:cc",
    links=(Link(NeighbourKind.PULL_REQUEST, "#9", "a fix", 0.5),),
    fate=Fate.TRANSFERRED,
)
BARE = LedgerTicket(8, "dashboard", "https://github.com/acme/shop/issues/8", TicketState.OPEN)
STEP = Step("plan", 0, "action", "r1:aa", "create", StepState.BEGUN, 100)
