"""When to file nothing: the tracker looks empty, or too much is new at once."""

from log_gardener.model.ledger import NOTICE, FilingPolicy, Ledger
from log_gardener.model.ticket import Listing, Stop

EMPTY = "empty"
FLOOD = "flood"
BREAKERS = (EMPTY, FLOOD)

# Fewer tickets people delete; more at once are a tracker that shows us something else than before.
LEAST_GONE = 3
GONE_SHARE = 0.5


def find_empty(listing: Listing, ledger: Ledger) -> Stop | None:
    """Whether most of the tickets that the ledger owns are suddenly not there any more."""
    owned = [known.number for known in ledger.tickets if known.fate is None and known.issue != NOTICE]
    present = {ticket.number for ticket in listing.tickets}
    gone = [number for number in owned if number not in present]
    if len(gone) < LEAST_GONE or len(gone) < GONE_SHARE * len(owned):
        return None
    return Stop(EMPTY, f"{len(gone):,} of the {len(owned):,} tickets that we own are not there any more")


def find_flood(new: int, policy: FilingPolicy) -> Stop | None:
    """Whether too many issues without a ticket come at once."""
    if new < policy.flood_from:
        return None
    return Stop(FLOOD, f"{new:,} issues without a ticket came at once, where {policy.flood_from:,} or more stop us")
