"""The state of a ticket as a text to compare by."""

from log_gardener.model.ticket import Ticket


def spell_state(ticket: Ticket) -> str:
    """Whether it is open, and since when not: closed once more is another state."""
    return ticket.state if ticket.closed_nanos is None else f"{ticket.state} {ticket.closed_nanos}"
