"""What is said beside an issue's ticket: comments, the notice that nothing is filed, and the dashboard."""

from collections.abc import Sequence
from dataclasses import dataclass

from log_gardener.model.cluster import Status, Trend
from log_gardener.model.priority import Priority
from log_gardener.model.ticket import Event, Stop, Subject
from log_gardener.renderers.inert_text import Inert
from log_gardener.renderers.markdown import count_entries, spell_minute
from log_gardener.renderers.ticket_facts import draw_course, list_services
from log_gardener.renderers.ticket_options import TicketOptions, link_console
from log_gardener.renderers.ticket_words import TRENDS
from log_gardener.stages.dashboard import FILE, MUTE, spell_tick


@dataclass(frozen=True, slots=True)
class CommentView:
    """What a comment can say.

    Attributes:
        kind: of the event.
        why: piece.
        own: piece; the ticket of the issue.
        other: piece; the ticket of the other issue that it is about; empty if there is none.
        priority: of the issue, as all that follows; empty if nothing is known of it.
        count: its entries ever counted, with their noun.
        since: the first of them.
        last: the latest of them.
        logs: piece; link to Cloud Logging.
    """

    kind: str
    why: str
    own: str
    other: str
    priority: str
    count: str
    since: str
    last: str
    logs: str


@dataclass(frozen=True, slots=True)
class NoticeView:
    """What the notice can say: the breaker that has tripped, and a piece that says why."""

    breaker: str
    why: str


@dataclass(frozen=True, slots=True)
class LineView:
    """An issue on the dashboard.

    Attributes:
        title: piece.
        services: list of pieces.
        ticket: piece.
        count: entries ever counted, with their noun.
        last: the latest of them.
        trend: in words.
        status: `open` or `muted`.
        sparkline: the course in the latest worklog.
        file_mark: what stands, unseen, behind the box to file it; empty for an issue without boxes.
        mute_mark: the same of the box to mute it.
    """

    title: str
    services: tuple[str, ...]
    ticket: str
    count: str
    last: str
    trend: str
    status: str
    sparkline: str
    file_mark: str
    mute_mark: str


@dataclass(frozen=True, slots=True)
class GroupView:
    """The issues of one priority: those that are listed, and how many there are."""

    priority: str
    count: int
    lines: tuple[LineView, ...]


@dataclass(frozen=True, slots=True)
class DashboardView:
    """What the dashboard can say.

    Attributes:
        count: of open issues.
        groups: list by priority, the most urgent first, each with `priority`, `count` and `lines`.
        left: how many of all have no line.
        quiet: how many are quiet, and have no line.
        resolved: how many are resolved, and have no line.
    """

    count: int
    groups: tuple[GroupView, ...]
    left: int
    quiet: int
    resolved: int


def show_comment(event: Event, subject: Subject | None, options: TicketOptions, inert: Inert) -> CommentView:
    """What has happened, and how the issue stands."""
    issue = subject.issue if subject else None
    logs = link_console(subject, options).logs if subject else ""
    return CommentView(
        kind=event.kind.value,
        why=inert.prose("why", event.why),
        own=inert.ticket("own", event.issue_id),
        other=inert.ticket("other", event.other),
        priority=issue.priority.value if issue else "",
        count=count_entries(issue.count) if issue else "",
        since=spell_minute(issue.first_nanos) if issue else "",
        last=spell_minute(issue.last_nanos) if issue else "",
        logs=inert.spelt("logs", f"[Cloud Logging]({logs})" if logs else ""),
    )


def show_notice(stop: Stop, inert: Inert) -> NoticeView:
    """Why nothing is filed."""
    return NoticeView(stop.breaker, inert.prose("why", stop.why))


def show_dashboard(subjects: Sequence[Subject], most: int, inert: Inert) -> DashboardView:
    """All issues, the first of them with a line each; what is quiet or resolved is counted.

    Args:
        subjects: the most urgent first.
        most: how many get a line.
        inert: makes pieces.
    """
    resolved = sum(one.issue.status is Status.RESOLVED for one in subjects)
    left = [one for one in subjects if one.issue.status is not Status.RESOLVED]
    listed = [one for one in left if one.issue.trend is not Trend.QUIET]
    by_priority: dict[Priority, list[Subject]] = {priority: [] for priority in Priority}
    for one in listed:
        by_priority[one.issue.priority].append(one)
    groups, room = [], most
    for priority, members in by_priority.items():
        lines = tuple(_show_line(one, inert) for one in members[:room])
        room -= len(lines)
        if members:
            groups.append(GroupView(priority.value, len(members), lines))
    shown = sum(len(group.lines) for group in groups)
    return DashboardView(len(listed), tuple(groups), len(listed) - shown, len(left) - len(listed), resolved)


def _show_line(subject: Subject, inert: Inert) -> LineView:
    issue = subject.issue
    has_boxes = issue.status is Status.OPEN
    return LineView(
        title=inert.prose("title", issue.title) or "(blank)",
        services=inert.rows(list_services(subject), lambda name: inert.code("services", name)),
        ticket=inert.ticket("ticket", issue.id),
        count=count_entries(issue.count),
        last=spell_minute(issue.last_nanos),
        trend=TRENDS[issue.trend],
        status=issue.status.value,
        sparkline=draw_course(subject.cluster),
        file_mark=spell_tick(FILE, issue.id) if has_boxes and not subject.is_filed else "",
        mute_mark=spell_tick(MUTE, issue.id) if has_boxes else "",
    )
