"""What has happened to an issue since its ticket was last told."""

from collections.abc import Iterator, Sequence

from log_gardener.model.cluster import Trend
from log_gardener.model.instant import spell_instant
from log_gardener.model.ledger import LedgerTicket, Told
from log_gardener.model.ticket import Event, EventKind, Subject

# Names of revisions that a ticket has been told of; a service deploys more often than anyone looks back.
MOST_REVISIONS = 50


def make_told(subject: Subject, told: Told | None, turn: int) -> Told:
    """The state of an issue as its ticket is to tell it now.

    Args:
        subject: the issue.
        told: as its ticket tells it.
        turn: of changes of state.
    """
    issue = subject.issue
    before = told.revisions if told else ()
    seen = _list_revisions(subject)
    revisions = (*(name for name in before if name not in seen), *seen)[-MOST_REVISIONS:]
    return Told(issue.priority, issue.trend, issue.status, turn, revisions, subject.folded, issue.last_nanos or 0)


def _list_revisions(subject: Subject) -> tuple[str, ...]:
    """The latest revisions that have written entries, by name, so that a repeat lists them alike."""
    shown = subject.cluster.revisions if subject.cluster else ()
    return tuple(sorted(row.name for row in shown[-MOST_REVISIONS:]))


def find_events(subject: Subject, told: Told | None) -> list[Event]:
    """The changes of state that are worth a comment, the weightiest first; none of a ticket that was told nothing."""
    return list(_list_events(subject, told)) if told else []


def _list_events(subject: Subject, told: Told) -> Iterator[Event]:
    issue = subject.issue
    if issue.trend is Trend.REGRESSED and told.trend is not Trend.REGRESSED:
        yield Event(EventKind.REGRESSED, issue.id, _tell_trend(subject))
    if issue.trend is Trend.ESCALATING and told.trend is not Trend.ESCALATING:
        yield Event(EventKind.ESCALATED, issue.id, _tell_trend(subject))
    for folded in subject.folded:
        if folded not in told.folded:
            yield Event(EventKind.CASCADE, issue.id, "another issue was found to follow from this one", folded)
    new = [name for name in _list_revisions(subject) if name not in told.revisions]
    if new and told.revisions:
        yield Event(EventKind.REVISION, issue.id, f"now also in {_list_names(new)}")
    if issue.trend is Trend.QUIET and told.trend is not Trend.QUIET:
        yield Event(EventKind.QUIET, issue.id, f"the service goes on writing logs without it{_tell_last(subject)}")


def _tell_trend(subject: Subject) -> str:
    """Why an issue moves as it does, as its priority's arithmetic tells it."""
    trend = f"{subject.issue.trend}: "
    reasons = subject.cluster.reasons if subject.cluster else ()
    found = next((row.why for row in reasons if row.part == "novelty" and row.why.startswith(trend)), "")
    return found.removeprefix(trend) or f"it is {subject.issue.trend}{_tell_last(subject)}"


def tell_return(subject: Subject, closed_nanos: int) -> str:
    """That an issue came back after its ticket was closed."""
    return f"seen again after this was closed at {spell_instant(closed_nanos)}{_tell_last(subject)}"


def _tell_last(subject: Subject) -> str:
    last = subject.issue.last_nanos
    return "" if last is None else f"; last seen at {spell_instant(last)}"


def _list_names(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    most = 3
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def is_rested(known: LedgerTicket | None, kind: EventKind, comment_nanos: int, now_nanos: int) -> bool:
    """Whether the last comment of a kind is long enough ago for another one."""
    said = known.said.get(kind) if known else None
    return said is None or now_nanos - said >= comment_nanos
