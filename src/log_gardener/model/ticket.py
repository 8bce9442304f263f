"""Tickets of a tracker, as they are read, and what is to be said in one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from log_gardener.model.cluster import Cluster
from log_gardener.model.issue import Issue, IssueDetails


class TicketState(StrEnum):
    """Whether a ticket is open."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as the tracker shows it.

    Attributes:
        number: the tracker's own, unique in it.
        url: for people.
        body: as it is stored, with any line ends.
        labels: by name.
        closed_nanos: UTC; `None` while it is open.
        is_ours: whether our own account wrote it, so that its markers can be trusted.
        is_locked: nobody but those who may write the code can comment.
        has_people: whether anyone beside us has said anything in it, or taken it on.
    """

    number: int
    url: str
    title: str
    body: str
    labels: frozenset[str]
    state: TicketState
    closed_nanos: int | None = None
    is_ours: bool = True
    is_locked: bool = False
    has_people: bool = False


class Fate(StrEnum):
    """What has become of a ticket that the tracker does not show any more where it was."""

    DELETED = "deleted"
    TRANSFERRED = "transferred"


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on a ticket; whether our own account wrote it."""

    body: str
    nanos: int
    is_ours: bool


class NeighbourKind(StrEnum):
    """What may speak of the same problem."""

    TICKET = "ticket"
    PULL_REQUEST = "pull request"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A ticket of people's, a pull request or a document of the repository.

    Attributes:
        reference: what the tracker makes a link of, such as `#12` or an address.
    """

    kind: NeighbourKind
    reference: str
    title: str
    text: str
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Listing:
    """All that a tracker holds of ours.

    Attributes:
        tickets: with our label, open and closed, and those that the ledger knows and the listing did not show.
        fates: of tickets that the ledger knows and that are gone, by number.
        is_writable: whether tickets can be written there at all.
        why: why not.
    """

    tickets: tuple[Ticket, ...]
    fates: dict[int, Fate] = field(default_factory=dict)
    is_writable: bool = True
    why: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """Something that may be related to an issue, with how alike the two are, 0 to 1."""

    kind: NeighbourKind
    reference: str
    title: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Subject:
    """All that a ticket may say of an issue. All text is redacted.

    Attributes:
        cluster: as the latest worklog saw it; `None` if none that is kept lists it.
        folded: ids of issues that were found to follow from this one, and have tickets of their own.
        former: numbers of tickets of this issue that were closed before the present one was made, latest first.
        links: what may be related, the most alike first.
        is_filed: whether it has a ticket, or is about to get one.
    """

    issue: Issue
    cluster: Cluster | None
    details: IssueDetails
    folded: tuple[str, ...] = ()
    former: tuple[int, ...] = ()
    links: tuple[Link, ...] = ()
    is_filed: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """What a ticket is to say: its short name, and the block of its body, without markers.

    The block names tickets of other issues by `name_ticket`, since their numbers may not be known yet.
    """

    name: str
    block: str


_OPENING, _CLOSING = "\x02", "\x03"
"""Around the id of an issue whose ticket is meant. No text of logs can hold them: they are not printed."""


def name_ticket(issue_id: str) -> str:
    """What stands in a text for the ticket of an issue until its number is known."""
    return f"{_OPENING}{issue_id}{_CLOSING}"


def put_numbers(text: str, numbers: Mapping[str, int]) -> str:
    """The text with every ticket by its number; of an issue without one, by the issue's id."""
    head, *rest = text.split(_OPENING)
    pieces = [head]
    for piece in rest:
        issue_id, _, after = piece.partition(_CLOSING)
        number = numbers.get(issue_id)
        pieces += [f"`{issue_id}`" if number is None else f"#{number}", after]
    return "".join(pieces)


def list_named(text: str) -> list[str]:
    """The ids of the issues whose tickets a text names, in order."""
    return [piece.partition(_CLOSING)[0] for piece in text.split(_OPENING)[1:]]


class EventKind(StrEnum):
    """A change of state that is worth a comment."""

    ESCALATED = "escalated"
    REGRESSED = "regressed"
    REVISION = "new revision"
    CASCADE = "cascade found"
    FOLDED = "folded"
    QUIET = "quiet"
    RESOLVED = "resolved"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Event:
    """What has happened to an issue since its ticket was last told.

    Attributes:
        why: with the facts, redacted; no full stop.
        other: id of the issue that it is about beside this one, such as the cause that this one follows from.
    """

    kind: EventKind
    issue_id: str
    why: str
    other: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """Why nothing is filed: the breaker that has tripped, and the facts; no full stop."""

    breaker: str
    why: str
