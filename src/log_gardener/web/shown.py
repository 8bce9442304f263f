"""What the live page shows, as values."""

from dataclasses import dataclass

from log_gardener.model.cluster import Cluster
from log_gardener.model.decision import Decisions
from log_gardener.model.issue import Issue, IssueDetails


@dataclass(frozen=True, slots=True)
class ListedIssue:
    """An issue in a list, with its history.

    Attributes:
        ticket: the address of its ticket; `None` if it has none.
    """

    issue: Issue
    ticket: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """A page of the issues that are asked for; of one version the same object, so that what is drawn of it can be kept.

    Attributes:
        rows: those on this page.
        total: how many issues are remembered.
        found: how many of them are asked for.
        page: its number, from 1 on.
        pages: how many there are, at least 1.
        services: of all that is remembered, by name.
    """

    rows: tuple[ListedIssue, ...]
    total: int
    found: int
    page: int
    pages: int
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IssueView:
    """One issue with all that is remembered of it.

    Attributes:
        issue: with its history.
        cluster: as the latest worklog that lists it saw it; `None` if none is kept.
        ticket: the address of its ticket; `None` if it has none.
        decisions: people's about the grouping, all of them.
    """

    issue: Issue
    details: IssueDetails
    cluster: Cluster | None
    ticket: str | None
    decisions: Decisions


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a decision.

    Attributes:
        issue: as it is now; of a split, the one that templates were taken from.
        sentence: what was done, for people; no full stop.
        undo: takes it back, given to `Desk.undo`; empty if it cannot be taken back.
    """

    issue: Issue
    sentence: str
    undo: str = ""
