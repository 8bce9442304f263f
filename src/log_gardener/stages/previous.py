"""A run against the previous one: what is new, gone, up or down since then, and what cannot be told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from log_gardener.model.cluster import Cluster, Trend
from log_gardener.model.compared import Change, Changed, Compared
from log_gardener.model.coverage import Coverage
from log_gardener.model.decision import Decisions
from log_gardener.model.instant import NANOS_PER_MINUTE
from log_gardener.model.priority import Priority
from log_gardener.model.window import Window
from log_gardener.model.worklog import Worklog
from log_gardener.stages.compare import Difference, Side, compare
from log_gardener.stages.redaction import Redactor

# Entries over less of the window than this are no sign that the rest of it was read.
LEAST_COVERED = 0.5

# What both sides are among, where rates are compared: the time that their windows last.
_TIME = "time"

_ORDER = list(Change)


@dataclass(frozen=True, slots=True)
class PastIssue:
    """An issue as the previous run saw it, as people's decisions have it now."""

    id: str
    title: str
    priority: Priority
    services: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Past:
    """The previous run, as far as a later one is compared with it.

    Attributes:
        run: its number.
        generated: when it ran, UTC.
        window: what it read.
        missing: why logs may be missing from it; empty if nothing tells of that.
    """

    run: int
    generated: datetime
    window: Window
    missing: str
    issues: tuple[PastIssue, ...]


def make_past(run: int, worklog: Worklog, decisions: Decisions, redact: Redactor) -> Past | None:
    """What a run is compared with, of an earlier one; `None` if nothing of that bore a time."""
    if worklog.window is None:
        return None
    issues: dict[str, PastIssue] = {}
    for one in (part for cluster in worklog.clusters for part in _separate(cluster, decisions)):
        lead = decisions.lead(one.id)
        issues[lead] = _join(lead, issues.get(lead), one)
    told = tuple(replace(one, title=redact.text(one.title)) for _, one in sorted(issues.items()))
    return Past(run, worklog.generated, worklog.window, find_missing(worklog.coverage, worklog.window), told)


def _separate(cluster: Cluster, decisions: Decisions) -> Iterator[PastIssue]:
    """A cluster, and templates that people have split from it since."""
    split = [one for one in cluster.templates if one.id in decisions.owners]
    for one in split:
        yield PastIssue(decisions.owners[one.id], one.text, cluster.priority, cluster.services, one.count)
    rest = cluster.count - sum(one.count for one in split)
    if rest:
        yield PastIssue(cluster.id, cluster.title, cluster.priority, cluster.services, rest)


def _join(lead: str, known: PastIssue | None, more: PastIssue) -> PastIssue:
    """Issues that are one now, by the name of the one that leads, or else of the first."""
    if known is None:
        return replace(more, id=lead)
    return PastIssue(
        lead,
        more.title if more.id == lead else known.title,
        min(known.priority, more.priority),
        tuple(sorted({*known.services, *more.services})),
        known.count + more.count,
    )


def find_missing(coverage: Coverage, window: Window) -> str:
    """Why logs may be missing, of which then nothing can be concluded; empty if nothing tells of that."""
    first, last = coverage.first_nanos, coverage.last_nanos
    start, end = window.nanos
    signs = (
        (not coverage.entries, "nothing was counted"),
        (coverage.problems, "a source could not be read"),
        (coverage.caps, "a limit was hit"),
        (coverage.refusals, "records were refused"),
        (
            first is None or last is None or last - first < LEAST_COVERED * (end - start - NANOS_PER_MINUTE),
            "what was read covers less than half of the window",
        ),
    )
    return next((why for is_there, why in signs if is_there), "")


def compare_runs(worklog: Worklog, past: Past | None) -> Compared | None:
    """What has changed since the previous run; `None` without one."""
    if past is None or worklog.window is None:
        return None
    missing = find_missing(worklog.coverage, worklog.window)
    before = {one.id: one.count for one in past.issues}
    after = {one.id: one.count for one in worklog.clusters}
    sides = [
        Side(name, {_TIME: _count_minutes(window)}, "minutes", counts)
        for name, window, counts in (("before", past.window, before), ("after", worklog.window, after))
    ]
    rows = compare(sides[0], sides[1], dict.fromkeys({*before, *after}, (_TIME,)))
    # What is missing makes counts smaller: nothing can be told of what would be explained by that.
    untold = {*((Change.GONE, Change.DOWN) if missing else ()), *((Change.UP,) if past.missing else ())}
    changes = [one for one in _list_changes(rows, worklog, past) if one.change not in untold]
    changes.sort(key=lambda one: (_ORDER.index(one.change), one.priority, -max(one.before, one.after), one.id))
    notes = _list_notes((past.window, worklog.window), past.missing, missing)
    return Compared(past.run, past.generated, past.window, tuple(changes), tuple(notes))


def _count_minutes(window: Window) -> int:
    start, end = window.nanos
    return -(-(end - start) // NANOS_PER_MINUTE)


def _list_changes(rows: Sequence[Difference], worklog: Worklog, past: Past) -> Iterator[Changed]:
    seen = {one.id: one for one in worklog.clusters}
    known = {one.id: one for one in past.issues}
    for row in rows:
        cluster = seen.get(row.issue_id)
        change = _find_change(row, cluster) if cluster else _find_end(known[row.issue_id], worklog)
        if change is not Change.SAME:
            told = cluster or known[row.issue_id]
            is_sure = row.is_sure or change in {Change.NEW, Change.REGRESSED}
            yield Changed(row.issue_id, told.title, told.priority, change, row.before, row.after, is_sure)


def _find_change(row: Difference, cluster: Cluster) -> Change:
    """What became of an issue that this run saw: memory knows what is new, not the previous run."""
    if cluster.trend is Trend.REGRESSED:
        return Change.REGRESSED
    if row.change is Change.NEW and cluster.trend is not Trend.NEW:
        return Change.UP
    return row.change


def _find_end(issue: PastIssue, worklog: Worklog) -> Change:
    """Gone, if a service of the issue has gone on writing logs without it; silence proves nothing."""
    is_heard = not issue.services or any(service in worklog.context.services for service in issue.services)
    return Change.GONE if is_heard else Change.SAME


def _list_notes(windows: tuple[Window, Window], missing_then: str, missing: str) -> Iterator[str]:
    lengths = {_count_minutes(window) for window in windows}
    if len(lengths) > 1:
        yield "the windows differ in length, so that counts are compared as rates"
    if windows[1].start < windows[0].end:
        yield "the windows overlap, so that some entries count on both sides"
    if missing:
        yield f"nothing is told of what is gone or down, for {missing}"
    if missing_then:
        yield f"nothing is told of what is up, for in the previous run {missing_then}"
