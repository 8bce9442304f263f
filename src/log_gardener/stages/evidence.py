"""Whether an issue was seen after its ticket was closed."""

from log_gardener.model.instant import NANOS_PER_SECOND
from log_gardener.model.issue import Issue
from log_gardener.model.ledger import LedgerTicket


def find_end(closed_nanos: int | None) -> int:
    """The end of the second in which a ticket was closed: trackers tell no more than the second."""
    return ((closed_nanos or 0) // NANOS_PER_SECOND + 1) * NANOS_PER_SECOND


def is_after(issue: Issue, closed_nanos: int | None, known: LedgerTicket | None) -> bool:
    """Whether an issue has entries strictly after its ticket was closed, and after those that it was told of.

    Entries may bear a time to come: such a one was no news when the ticket was closed.
    """
    told = known.told.last_nanos if known and known.told else 0
    return (issue.last_nanos or 0) > max(find_end(closed_nanos), told)


def is_within(issue: Issue, closed_nanos: int | None, reopen_nanos: int) -> bool:
    """Whether they came soon enough after it to open it again."""
    return (issue.last_nanos or 0) - (closed_nanos or 0) <= reopen_nanos
