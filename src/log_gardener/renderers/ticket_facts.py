"""What a ticket says of an issue: its facts, each spelt."""

from log_gardener.model.cluster import Cluster, Relation
from log_gardener.model.instant import NANOS_PER_SECOND
from log_gardener.model.issue import Issue
from log_gardener.model.ticket import Subject
from log_gardener.renderers.chart import draw_chart
from log_gardener.renderers.inert_text import Inert
from log_gardener.renderers.markdown import count_entries, fence, spell_minute, spell_moment, spell_seconds
from log_gardener.renderers.related import spell_link
from log_gardener.renderers.sparkline import draw_sparkline, find_bounds
from log_gardener.renderers.ticket_evidence import show_evidence
from log_gardener.renderers.ticket_options import TicketOptions
from log_gardener.renderers.ticket_places import show_place
from log_gardener.renderers.ticket_view import CourseView, FaultView, KinView, ReasonView, TicketView, UrgencyView
from log_gardener.renderers.ticket_words import ALERTS, DOES, REPORTS, RESOLUTIONS, TRENDS, UNKNOWN_RESOLUTIONS

CHART_WIDTH, CHART_HEIGHT = 60, 5
SPARKLINE_WIDTH = 24


def make_view(subject: Subject, options: TicketOptions, inert: Inert) -> TicketView:
    """All that a ticket can say of an issue."""
    issue = subject.issue
    return TicketView(
        id=inert.code("id", issue.id),
        explain=inert.code("explain", f"log-gardener issues explain {issue.id}"),
        title=inert.prose("title", issue.title) or "(blank)",
        services=inert.rows(list_services(subject), lambda name: inert.code("services", name)),
        quiet_label=inert.code("quiet_label", options.quiet_label),
        urgency=_show_urgency(subject, inert),
        fault=_show_fault(subject.cluster),
        course=_show_course(subject, options, inert),
        place=show_place(subject, options, inert),
        evidence=show_evidence(subject, options.zone, inert),
        kin=_show_kin(subject, inert),
    )


def list_services(subject: Subject) -> tuple[str, ...]:
    """Which services write it."""
    named = subject.cluster.services if subject.cluster else tuple(subject.issue.service.split(", "))
    return tuple(name for name in named if name)


def _show_urgency(subject: Subject, inert: Inert) -> UrgencyView:
    issue, cluster = subject.issue, subject.cluster
    reasons = cluster.reasons if cluster else ()
    return UrgencyView(
        priority=issue.priority.value,
        alert=ALERTS[issue.priority],
        severity=issue.severity.value,
        is_locked=issue.verdict.locked is not None,
        score=cluster.score if cluster else 0,
        reasons=tuple(ReasonView(f"{row.points:+d}", inert.prose("urgency.reasons.why", row.why)) for row in reasons),
    )


def _show_fault(cluster: Cluster | None) -> FaultView:
    if cluster is None:
        return FaultView("", REPORTS, UNKNOWN_RESOLUTIONS)
    return FaultView(cluster.fault.value, DOES[cluster.fault], RESOLUTIONS[cluster.fault])


def _show_course(subject: Subject, options: TicketOptions, inert: Inert) -> CourseView:
    issue, cluster = subject.issue, subject.cluster
    chart, step = _draw_history(issue)
    return CourseView(
        trend=issue.trend.value,
        trend_words=TRENDS[issue.trend],
        status=issue.status.value,
        count=issue.count,
        count_words=count_entries(issue.count),
        since=spell_minute(issue.first_nanos),
        first=spell_moment(issue.first_nanos, options.zone),
        last=spell_moment(issue.last_nanos, options.zone),
        frequency=cluster.frequency.value if cluster else "",
        window=_spell_window(cluster) if cluster else "",
        sparkline=draw_course(cluster),
        chart=inert.pieces.hold("course.chart", chart, is_block=True),
        step=step,
    )


def _spell_window(cluster: Cluster) -> str:
    """How often it was seen in the latest worklog, and how long that took."""
    has_symptoms = cluster.occurrences != cluster.count
    seen = f"{cluster.occurrences:,} times" if has_symptoms else count_entries(cluster.count)
    length = ((cluster.last_nanos or 0) - (cluster.first_nanos or 0)) / NANOS_PER_SECOND
    within = f" within {spell_seconds(length)}" if length >= 1 else ""
    return f"{seen}{within}{f', {count_entries(cluster.count)} with what followed' if has_symptoms else ''}"


def draw_course(cluster: Cluster | None) -> str:
    """The course of a cluster in its window; nothing where all of it is at one moment."""
    if cluster is None or len(cluster.minutes) <= 1:
        return ""
    first, last = find_bounds([cluster.minutes])
    return draw_sparkline(cluster.minutes, (first, last), min(last - first + 1, SPARKLINE_WIDTH))


def _draw_history(issue: Issue) -> tuple[str, str]:
    if not issue.history:
        return "", ""
    chart = draw_chart(issue.history, CHART_WIDTH, CHART_HEIGHT)
    return fence("\n".join(line.rstrip() for line in chart.lines), "text"), chart.step


def _show_kin(subject: Subject, inert: Inert) -> KinView:
    relations = subject.cluster.relations if subject.cluster else ()
    return KinView(
        relations=inert.rows(relations, lambda row: _spell_relation(row, inert)),
        folded=inert.rows(subject.folded, lambda one: inert.ticket("kin.folded", one)),
        former=subject.former[: inert.limits.rows],
        links=inert.rows(subject.links, lambda link: inert.spelt("kin.links", spell_link(link, inert.limits.text))),
    )


def _spell_relation(relation: Relation, inert: Inert) -> str:
    to = inert.ticket("kin.relations", relation.to)
    return f"{to}: {inert.prose('kin.relations', relation.evidence)} ({relation.strength:.0%})"
