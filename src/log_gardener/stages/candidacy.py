"""Which issues get a ticket, and why the others do not."""

from dataclasses import dataclass

from log_gardener.model.cluster import Status, Trend
from log_gardener.model.instant import spell_instant
from log_gardener.model.issue import Issue
from log_gardener.model.ledger import FilingPolicy, Step
from log_gardener.model.plan import ActionKind
from log_gardener.model.ticket import TicketState
from log_gardener.stages.evidence import is_after, is_within
from log_gardener.stages.mirror import Mirror


@dataclass(frozen=True, slots=True)
class Candidacy:
    """Whether an issue is to get a new ticket; why not, with no full stop."""

    is_new: bool
    why: str = ""


def find_candidacy(issue: Issue, mirror: Mirror, policy: FilingPolicy, now_nanos: int) -> Candidacy:
    """Whether an issue needs a ticket that it has not."""
    if mirror.fate:
        number = mirror.known.number if mirror.known else 0
        return Candidacy(is_new=False, why=f"its ticket #{number} was {mirror.fate}; it is not filed again")
    why = find_hindrance(issue, policy, now_nanos)
    ticket = mirror.ticket
    if ticket is None:
        return Candidacy(not why, why)
    if ticket.state is TicketState.OPEN:
        return Candidacy(is_new=False)
    is_back = issue.status is Status.OPEN and is_after(issue, ticket.closed_nanos, mirror.known)
    if not is_back or is_within(issue, ticket.closed_nanos, policy.reopen_nanos):
        return Candidacy(is_new=False)
    return Candidacy(not why, why)


def find_hindrance(issue: Issue, policy: FilingPolicy, now_nanos: int) -> str:
    """Why an issue is not filed, or not reopened; empty if nothing hinders."""
    if issue.status is not Status.OPEN:
        return f"it is {issue.status}"
    if issue.priority > policy.least_priority:
        return f"{issue.priority} is less urgent than {policy.least_priority}, from which on issues are filed"
    if issue.trend is Trend.QUIET:
        return "it is quiet"
    if issue.last_nanos is None:
        return "none of its entries bears a time"
    if now_nanos - issue.last_nanos > policy.fresh_nanos:
        return f"it was last seen at {spell_instant(issue.last_nanos)}, too long ago to be filed"
    return ""


def find_pending(issue_id: str, unsettled: tuple[Step, ...], settle_nanos: int, now_nanos: int) -> str:
    """Why a ticket is not made yet that may have been made already; empty if that is settled."""
    begun = [one.nanos for one in unsettled if one.issue == issue_id and one.kind == ActionKind.CREATE]
    if not begun or now_nanos - max(begun) >= settle_nanos:
        return ""
    until = spell_instant(max(begun) + settle_nanos)
    return f"a ticket may have been made already, its answer was lost; looked for until {until}"
