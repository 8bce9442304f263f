"""What is remembered, as JSON for scripts: issues, runs, groupings, comparisons, and what came of a plan."""

from typing import Any

from log_gardener.model.cluster import Cluster
from log_gardener.model.decision import Decisions
from log_gardener.model.instant import spell_instant
from log_gardener.model.issue import Issue, IssueDetails, KnownTemplate, Mute, PastRun, Resolution
from log_gardener.model.plan import Applied
from log_gardener.renderers.json_text import spell_time
from log_gardener.renderers.json_worklog import spell_cluster, spell_entity, spell_revision, spell_shown
from log_gardener.stages import compare
from log_gardener.stages.explain import Difference, list_decisions, list_keys, spell_ties


def spell_issue(issue: Issue, ticket: str | None) -> dict[str, Any]:
    """An issue in plain JSON values, with the address of its ticket."""
    verdict = issue.verdict
    return {
        "id": issue.id,
        "title": issue.title,
        "service": issue.service,
        "priority": issue.priority.value,
        "severity": issue.severity.value,
        "status": issue.status.value,
        "trend": issue.trend.value,
        "mute": None if verdict.mute is None else _spell_mute(verdict.mute),
        "resolved": None if verdict.resolution is None else _spell_resolution(verdict.resolution),
        "locked": verdict.locked.value if verdict.locked else None,
        "count": issue.count,
        "first": spell_time(issue.first_nanos),
        "last": spell_time(issue.last_nanos),
        "ticket": ticket,
        "fingerprints": list(issue.fingerprints),
    }


def _spell_mute(mute: Mute) -> dict[str, Any]:
    return {"until": spell_time(mute.until_nanos), "count": mute.count}


def _spell_resolution(resolution: Resolution) -> dict[str, Any]:
    return {"at": spell_instant(resolution.nanos), "revision": resolution.revision}


def spell_whole(issue: Issue, details: IssueDetails, cluster: Cluster | None, *, ticket: str | None) -> dict[str, Any]:
    """An issue with all that is remembered of it, and the latest cluster if there is one."""
    whole = spell_issue(issue, ticket) | {
        "history": [list(bucket) for bucket in issue.history],
        "revisions": [spell_revision(revision) for revision in details.revisions],
        "entities": [spell_entity(entity) for entity in details.entities],
        "exemplars": [spell_shown(shown) for shown in details.exemplars],
        "decisions": [
            {"at": spell_instant(nanos), "action": action, "detail": detail}
            for nanos, action, detail in details.decisions
        ],
    }
    return whole | ({"cluster": spell_cluster(cluster)} if cluster is not None else {})


def spell_run(run: PastRun) -> dict[str, Any]:
    """A run in plain JSON values."""
    return {
        "run": run.id,
        "generated": spell_instant(run.generated_nanos),
        "outcome": run.outcome,
        "entries": run.entries,
        "first": spell_time(run.first_nanos),
        "last": spell_time(run.last_nanos),
        "digest": run.digest,
        "version": run.version,
        "kept": run.is_kept,
    }


def spell_explanation(issue: Issue, cluster: Cluster | None, decisions: Decisions) -> dict[str, Any]:
    """Why an issue is one, in plain JSON values."""
    reasons = cluster.reasons if cluster else ()
    return {
        "id": issue.id,
        "title": issue.title,
        "recipe": issue.id.partition(":")[0],
        "templates": [_spell_template(template, why) for template, why in spell_ties(issue)],
        "decisions": list_decisions(issue, decisions),
        "class": cluster.fault.value if cluster else None,
        "score": cluster.score if cluster else None,
        "reasons": [{"part": row.part, "points": row.points, "why": row.why} for row in reasons],
    }


def _spell_template(template: KnownTemplate, why: str) -> dict[str, Any]:
    frames = list(template.frames)
    return {"id": template.fingerprint, "why": why, **list_keys(template), "text": template.text, "frames": frames}


def spell_difference(own: Issue, other: Issue, difference: Difference) -> dict[str, Any]:
    """Why two issues are not one, in plain JSON values."""
    values = [difference.own, difference.other]
    return {"issues": [own.id, other.id], "rule": difference.rule, "values": values, "why": difference.why}


def spell_change(issue: Issue, row: compare.Difference) -> dict[str, Any]:
    """How an issue differs between two sides, in plain JSON values."""
    return {
        "id": issue.id,
        "title": issue.title,
        "priority": issue.priority.value,
        "change": row.change.value,
        "sure": row.is_sure,
        "before": {"count": row.before, "among": row.before_among},
        "after": {"count": row.after, "among": row.after_among},
        "chance": row.chance,
    }


def spell_applied(applied: Applied) -> dict[str, Any]:
    """What came of a plan in plain JSON values."""
    return {
        "stopped": applied.stopped,
        "actions": [
            {
                "kind": result.action.kind.value,
                "issue": result.action.issue,
                "digest": result.action.digest,
                "done": result.is_done,
                "note": result.note,
                "ticket": result.number,
                "url": result.url or None,
            }
            for result in applied.results
        ],
    }
