"""Which ticket mirrors which issue."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from log_gardener.model.cluster import Cluster
from log_gardener.model.issue import Issue
from log_gardener.model.ledger import DUPLICATE, Ledger, LedgerTicket
from log_gardener.model.ticket import Fate, Listing, Ticket, TicketState
from log_gardener.stages.evidence import is_after
from log_gardener.stages.marker import find_mark


@dataclass(frozen=True, slots=True)
class Mirror:
    """The tickets of an issue.

    Attributes:
        ticket: the present one; `None` if there is none, or if it is gone.
        known: what the ledger knows of it.
        former: those that it follows, the latest first.
        duplicates: further ones that are open.
        fate: what has become of the present one, if it is gone.
    """

    ticket: Ticket | None = None
    known: LedgerTicket | None = None
    former: tuple[Ticket, ...] = ()
    duplicates: tuple[Ticket, ...] = ()
    fate: Fate | None = None


NONE = Mirror()


def find_mirrors(issues: Sequence[Issue], listing: Listing, ledger: Ledger) -> dict[str, Mirror]:
    """By issue, or what stands in an issue's place, its tickets.

    A ticket is told by the marker that our own account wrote, or by the ledger where people took the marker away.
    An issue keeps its ticket by any of its fingerprints, so that neither a new recipe nor a merge moves it.
    """
    owners = {fingerprint: issue.id for issue in issues for fingerprint in (*issue.fingerprints, issue.id)}
    names = {issue.id: {issue.id, *issue.fingerprints} for issue in issues}
    owned: dict[str, list[tuple[str, int | None, Ticket]]] = {}
    for ticket in listing.tickets:
        known = ledger.by_number.get(ticket.number)
        owner = owners.get(known.issue, known.issue) if known else ""
        marked, after = _find_issue(ticket, known, names.get(owner, {owner}))
        if marked:
            owned.setdefault(owners.get(marked, marked), []).append((marked, after, ticket))
    mirrors = {owner: _make_mirror(owner, rows, ledger) for owner, rows in owned.items()}
    return mirrors | _find_gone(listing, ledger, owners, mirrors)


def _find_issue(ticket: Ticket, known: LedgerTicket | None, names: Collection[str]) -> tuple[str, int | None]:
    """By which name a ticket is marked, where several are by one of these, and which ticket it follows."""
    mark = find_mark(ticket.body, names) if ticket.is_ours or known else None
    if mark:
        return mark.issue, mark.after
    return (known.issue, None) if known else ("", None)


def _make_mirror(owner: str, rows: Iterable[tuple[str, int | None, Ticket]], ledger: Ledger) -> Mirror:
    """The chain of tickets that follow one another.

    Of several in one place an open one counts before a closed one, since people chose it; then the first that was made.
    """
    left = sorted(rows, key=lambda row: (row[2].state is TicketState.CLOSED, row[0] != owner, row[2].number))
    numbers = {ticket.number for _, _, ticket in left}
    chain: list[Ticket] = []
    place: int | None = None
    while True:
        found = next((row for row in left if (row[1] if row[1] in numbers else None) == place), None)
        if found is None:
            break
        chain.append(found[2])
        left.remove(found)
        place = found[2].number
    *former, present = chain
    duplicates = sorted((ticket for _, _, ticket in left), key=lambda ticket: ticket.number)
    return Mirror(present, ledger.by_number.get(present.number), tuple(reversed(former)), tuple(duplicates))


def _find_gone(
    listing: Listing, ledger: Ledger, owners: Mapping[str, str], mirrors: Mapping[str, Mirror]
) -> dict[str, Mirror]:
    """Of issues whose latest ticket is gone, what has become of it."""
    gone: dict[str, Mirror] = {}
    for known in ledger.tickets:
        fate = listing.fates.get(known.number, known.fate)
        owner = owners.get(known.issue, known.issue)
        present = mirrors.get(owner, NONE).ticket
        is_past = present is None or (present.state is TicketState.CLOSED and present.number < known.number)
        if fate and is_past and known.issue != DUPLICATE:
            gone[owner] = Mirror(None, replace(known, fate=fate), fate=fate)
    return gone


def find_folds(issues: Sequence[Issue], clusters: Mapping[str, Cluster]) -> dict[str, str]:
    """From the id of an issue that was found to follow from another one to that one's.

    The cause's cluster holds the templates of what follows from it, and has seen them later than the issue itself.
    """
    owners = {fingerprint: issue for issue in issues for fingerprint in issue.fingerprints}
    folds: dict[str, str] = {}
    for cause in sorted(clusters):
        for fingerprint in clusters[cause].fingerprints:
            issue = owners.get(fingerprint)
            if issue is not None and issue.id != cause and _is_later(clusters[cause], clusters.get(issue.id), issue):
                folds[issue.id] = cause
    roots = {issue_id: _find_root(issue_id, folds) for issue_id in folds}
    return {issue_id: root for issue_id, root in roots.items() if root != issue_id}


def keep_folds(folds: Mapping[str, str], issues: Sequence[Issue], mirrors: Mapping[str, Mirror]) -> dict[str, str]:
    """The folds with those that the ledger knows, of issues that were not seen on their own again.

    A new recipe gives the templates of a cascade other fingerprints, and a worklog that showed one may be pruned.
    """
    by_id = {issue.id: issue for issue in issues}
    kept = dict(folds)
    for owner, mirror in mirrors.items():
        issue, known, ticket = by_id.get(owner), mirror.known, mirror.ticket
        if issue is None or known is None or ticket is None or known.folded_into not in by_id:
            continue
        is_back = ticket.state is TicketState.OPEN or is_after(issue, ticket.closed_nanos, known)
        if not is_back:
            kept.setdefault(owner, known.folded_into)
    return kept


def _is_later(cause: Cluster, own: Cluster | None, issue: Issue) -> bool:
    last = issue.last_nanos if own is None else own.last_nanos
    return (cause.last_nanos or 0) > (last or 0)


def _find_root(issue_id: str, folds: Mapping[str, str]) -> str:
    seen = {issue_id}
    root = folds[issue_id]
    while root in folds and root not in seen:
        seen.add(root)
        root = folds[root]
    return root
