"""The worklog as JSON, the interface of scripts and other tools."""

from typing import Any

from log_gardener.model.cluster import Cluster, Entity, RevisionSpan, ShownEntry
from log_gardener.model.compared import Changed, Compared
from log_gardener.model.coverage import Coverage
from log_gardener.model.instant import NANOS_PER_MINUTE, spell_instant, to_nanos
from log_gardener.model.window import Window
from log_gardener.model.worklog import Context, Worklog
from log_gardener.renderers.console_links import find_links
from log_gardener.renderers.json_text import spell_json, spell_time


class JsonRenderer:
    """Two spaces of indent, keys in the documented order."""

    suffix = ".json"

    def render(self, worklog: Worklog) -> str:
        """The document, with a newline at its end."""
        return spell_json(spell_worklog(worklog)) + "\n"


def spell_worklog(worklog: Worklog) -> dict[str, Any]:
    """The worklog in plain JSON values."""
    return {
        "outcome": worklog.outcome.value,
        "generated": spell_instant(to_nanos(worklog.generated)),
        "service": worklog.service,
        "window": _window(worklog.window),
        "requested": _window(worklog.requested),
        "look_back": worklog.look_back,
        "sources": list(worklog.sources),
        "coverage": _coverage(worklog.coverage),
        "severities": {severity.value: count for severity, count in worklog.severities},
        "timeline": _timeline(worklog),
        "compared": worklog.compared and _compared(worklog.compared),
        "clusters": [spell_cluster(cluster) for cluster in worklog.clusters],
        "other": {"entries": worklog.other.entries, "templates": worklog.other.templates},
        "recommendations": [
            {"priority": row.priority.value, "text": row.text, "cluster": row.cluster}
            for row in worklog.recommendations
        ],
        "context": _context(worklog.context),
    }


def _timeline(worklog: Worklog) -> dict[str, Any]:
    buckets: dict[int, dict[str, int]] = {}
    for minute, severity, count in worklog.timeline:
        buckets.setdefault(minute, {})[severity.value] = count
    rows = [{"start": spell_time(minute * NANOS_PER_MINUTE), "entries": row} for minute, row in buckets.items()]
    return {"minutes": worklog.timeline_minutes, "buckets": rows}


def _compared(compared: Compared) -> dict[str, Any]:
    return {
        "run": compared.run,
        "generated": spell_instant(to_nanos(compared.generated)),
        "window": _window(compared.window),
        "changes": [_changed(row) for row in compared.changes],
        "notes": list(compared.notes),
    }


def _changed(row: Changed) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "priority": row.priority.value,
        "change": row.change.value,
        "before": row.before,
        "after": row.after,
        "sure": row.is_sure,
    }


def _window(window: Window | None) -> dict[str, str] | None:
    if window is None:
        return None
    return {"start": spell_instant(window.nanos[0]), "end": spell_instant(window.nanos[1])}


def _coverage(coverage: Coverage) -> dict[str, Any]:
    has_time = coverage.first_nanos is not None
    covered = {"start": spell_time(coverage.first_nanos), "end": spell_time(coverage.last_nanos)} if has_time else None
    return {
        "entries": coverage.entries,
        "joined": coverage.joined,
        "covered": covered,
        "caps": list(coverage.caps),
        "unusable": {refusal.reason: refusal.count for refusal in coverage.refusals},
        "unusable_places": {refusal.reason: list(refusal.places) for refusal in coverage.refusals},
        "duplicates": coverage.duplicates,
        "read": coverage.read,
        "outside_window": coverage.outside_window,
        "other_services": coverage.other_services,
        "less_severe": coverage.less_severe,
        "late": coverage.late,
        "without_time": coverage.timeless,
        "repaired_encoding": coverage.repaired,
        "overflow": coverage.overflow,
        "problems": [{"source": problem.source, "reason": problem.reason} for problem in coverage.problems],
        "probes": [
            {
                "source": probe.source,
                "arriving": probe.is_arriving,
                "newest": spell_time(probe.newest_nanos),
                "detail": probe.detail,
            }
            for probe in coverage.probes
        ],
    }


def spell_cluster(cluster: Cluster) -> dict[str, Any]:
    """A cluster in plain JSON values."""
    return {
        "id": cluster.id,
        "title": cluster.title,
        "services": list(cluster.services),
        "class": cluster.fault.value,
        "priority": cluster.priority.value,
        "score": cluster.score,
        "reasons": [{"part": row.part, "points": row.points, "why": row.why} for row in cluster.reasons],
        "severity": cluster.severity.value,
        "frequency": cluster.frequency.value,
        "count": cluster.count,
        "occurrences": cluster.occurrences,
        "first": spell_time(cluster.first_nanos),
        "last": spell_time(cluster.last_nanos),
        "trend": cluster.trend.value,
        "status": cluster.status.value,
        "templates": [{"id": row.id, "text": row.text, "count": row.count} for row in cluster.templates],
        "locations": [
            {"module": row.module, "function": row.function, "line": row.line, "file": row.file}
            for row in cluster.locations
        ],
        "revisions": [spell_revision(row) for row in cluster.revisions],
        "instances": cluster.instances,
        "entities": [spell_entity(row) for row in cluster.entities],
        "exemplars": [spell_shown(row) for row in cluster.exemplars],
        "analysis": list(cluster.analysis),
        "symptoms": [{"text": row.text, "count": row.count, "evidence": row.evidence} for row in cluster.symptoms],
        "relations": [
            {"kind": row.kind, "to": row.to, "evidence": row.evidence, "strength": row.strength}
            for row in cluster.relations
        ],
        "ticket": cluster.ticket,
        "links": _spell_links(cluster),
    }


def _spell_links(cluster: Cluster) -> dict[str, str | None]:
    links = find_links(cluster)
    return {"logs": links.logs or None, "errors": links.errors or None}


def spell_entity(entity: Entity) -> dict[str, Any]:
    """Users, sessions and the like in plain JSON values."""
    return {"kind": entity.kind, "distinct": entity.distinct, "exact": entity.is_exact, "values": list(entity.values)}


def spell_shown(shown: ShownEntry) -> dict[str, Any]:
    """An entry to show in plain JSON values."""
    values = [{"kind": value.kind, "text": value.text} for value in shown.values]
    return {"insertId": shown.insert_id, "entry": shown.entry, "values": values}


def spell_revision(revision: RevisionSpan) -> dict[str, Any]:
    """A revision in plain JSON values."""
    span = {"first": spell_time(revision.first_nanos), "last": spell_time(revision.last_nanos)}
    return {"name": revision.name, "count": revision.count, **span}


def _context(context: Context) -> dict[str, Any]:
    return {
        "services": list(context.services),
        "resources": list(context.resources),
        "instances": dict(context.instances),
        "revisions": {name: [spell_revision(row) for row in rows] for name, rows in context.revisions},
        "labels": {name: list(labels) for name, labels in context.labels},
    }
