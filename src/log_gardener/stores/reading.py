"""Rows to what they remember."""

import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, func, select

from log_gardener.model.cluster import Cluster, Entity, RevisionSpan, ShownEntry, Status, Trend
from log_gardener.model.instant import NANOS_PER_MINUTE
from log_gardener.model.issue import (
    Bucket,
    Issue,
    IssueDetails,
    KnownTemplate,
    Mute,
    PastRun,
    Replay,
    Resolution,
    Verdict,
)
from log_gardener.model.priority import Priority
from log_gardener.model.severity import Severity
from log_gardener.model.window import Window
from log_gardener.model.worklog import Worklog
from log_gardener.stores.schema import (
    buckets,
    changes,
    cursors,
    decisions,
    entities,
    exemplars,
    fingerprints,
    issue_revisions,
    issues,
    revisions,
    runs,
    sightings,
    traffic,
)

WORKLOG = TypeAdapter(Worklog)
SHOWN = TypeAdapter(ShownEntry)

# Values of one kind of entity that are kept: those of the lowest hashes.
SKETCH = 16

# Parameters that any database takes in one statement.
_AT_ONCE = 500


def find_last_run(connection: Connection) -> int | None:
    """The number of the latest run."""
    last: int | None = connection.execute(select(func.max(runs.c.id))).scalar()
    return last


# The columns of a template, in the order of its fields.
_TEMPLATE = [fingerprints.c[field.name] for field in fields(KnownTemplate)]
_FRAMES = [field.name for field in fields(KnownTemplate)].index("frames")


def read_issues(connection: Connection) -> list[Issue]:
    """All issues, the most urgent first, without their histories."""
    # Ten thousand of each are read for every list: by position, which takes half the time that names take.
    known: dict[str, list[KnownTemplate]] = {}
    templates = select(fingerprints.c.issue_id, *_TEMPLATE).order_by(fingerprints.c.fingerprint)
    for issue_id, *row in connection.execute(templates):
        row[_FRAMES] = tuple(row[_FRAMES].split("\n")) if row[_FRAMES] else ()
        known.setdefault(issue_id, []).append(KnownTemplate(*row))
    # A row is a tuple, whose `count` is a method.
    rows = select(issues, issues.c.count.label("total")).order_by(issues.c.priority, issues.c.count.desc(), issues.c.id)
    return [_make_issue(row, known.get(row.id, [])) for row in connection.execute(rows)]


def _make_issue(row: Row[Any], known: Sequence[KnownTemplate]) -> Issue:
    verdict = read_verdict(row)
    return Issue(
        id=row.id,
        fingerprints=tuple(template.fingerprint for template in known),
        title=row.title,
        service=row.service,
        priority=verdict.locked or Priority(row.priority),
        severity=Severity(row.severity),
        count=row.total,
        first_nanos=row.first_nanos,
        last_nanos=row.last_nanos,
        trend=Trend(row.trend),
        verdict=verdict,
        templates=tuple(known),
    )


def read_verdict(row: Row[Any]) -> Verdict:
    """What people decided, of a row of an issue."""
    status = Status(row.status)
    mute = Mute(row.mute_until_nanos, row.mute_count) if status is Status.MUTED else None
    resolution = None if row.resolved_nanos is None else Resolution(row.resolved_nanos, row.resolved_revision)
    return Verdict(status, mute, resolution, Priority(row.locked) if row.locked else None)


def read_histories(
    connection: Connection, ids: Sequence[str] | None, since_minute: int | None
) -> dict[str, tuple[Bucket, ...]]:
    """The histories of all issues, or some, from a minute on."""
    query = select(buckets.c.issue_id, buckets.c.minute, buckets.c.width, buckets.c.count)
    query = query.order_by(buckets.c.minute, buckets.c.width)
    if since_minute is not None:
        query = query.where(buckets.c.minute >= since_minute)
    found: dict[str, list[Bucket]] = {}
    parts = [query] if ids is None else [query.where(buckets.c.issue_id.in_(part)) for part in chunk(ids)]
    for part in parts:
        for issue_id, minute, width, count in connection.execute(part):
            found.setdefault(issue_id, []).append((minute, width, count))
    return {issue_id: tuple(rows) for issue_id, rows in found.items()}


def chunk(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    """Ids, as many at a time as a statement takes."""
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))


def read_worklog(connection: Connection, issue_id: str) -> Worklog | None:
    """The latest worklog that lists an issue and is not pruned."""
    query = select(runs.c.worklog).join(sightings, sightings.c.run_id == runs.c.id)
    query = query.where(sightings.c.issue_id == issue_id, func.length(runs.c.worklog) > 0)
    found = connection.execute(query.order_by(runs.c.id.desc()).limit(1)).scalar()
    return unpack(found) if found else None


def read_clusters(connection: Connection, ids: Sequence[str]) -> dict[str, Cluster]:
    """Issues as the latest kept worklogs that list them saw them; each worklog is unpacked once."""
    latest: dict[int, list[str]] = {}
    for part in chunk(ids):
        query = select(sightings.c.issue_id, func.max(runs.c.id)).join(runs, sightings.c.run_id == runs.c.id)
        query = query.where(sightings.c.issue_id.in_(part), func.length(runs.c.worklog) > 0)
        for issue_id, run in connection.execute(query.group_by(sightings.c.issue_id)):
            latest.setdefault(run, []).append(issue_id)
    found: dict[str, Cluster] = {}
    for run in sorted(latest):
        worklog = unpack(connection.execute(select(runs.c.worklog).where(runs.c.id == run)).scalar_one())
        listed = {cluster.id: cluster for cluster in worklog.clusters}
        found.update({issue_id: listed[issue_id] for issue_id in latest[run] if issue_id in listed})
    return found


def unpack(packed: bytes) -> Worklog:
    """A worklog of what is kept of it."""
    return WORKLOG.validate_json(zlib.decompress(packed))


def read_run(connection: Connection, run: int) -> Worklog | None:
    """The worklog of a run, unless it is pruned."""
    query = select(runs.c.worklog).where(runs.c.id == run, func.length(runs.c.worklog) > 0)
    found = connection.execute(query).scalar()
    return unpack(found) if found else None


def read_run_before(connection: Connection, scope: str, window: Window) -> tuple[int, Worklog] | None:
    """Of the kept runs of a scope with a window before one, the one whose window ends last."""
    start, end = window.nanos
    query = select(runs.c.id, runs.c.worklog).where(runs.c.scope == scope, func.length(runs.c.worklog) > 0)
    query = query.where(runs.c.window_start_nanos <= start, runs.c.window_end_nanos < end)
    # The same window read again was read later, and may hold late arrivals.
    latest = query.order_by(runs.c.window_end_nanos.desc(), runs.c.id.desc()).limit(1)
    found = connection.execute(latest).one_or_none()
    return (found.id, unpack(found.worklog)) if found else None


def read_version(connection: Connection) -> str:
    """What differs from what it was before anything was written."""
    return str(connection.execute(select(changes.c.number)).scalar() or 0)


def read_revisions(connection: Connection) -> dict[str, dict[str, int]]:
    """By service, when each of its revisions was first seen."""
    found: dict[str, dict[str, int]] = {}
    query = select(revisions.c.service, revisions.c.revision, revisions.c.first_nanos)
    for service, revision, first in connection.execute(query.where(revisions.c.first_nanos.is_not(None))):
        found.setdefault(service, {})[revision] = first
    return found


def read_cursors(connection: Connection) -> dict[str, int]:
    """By source, up to when it was read."""
    return {row.source: row.nanos for row in connection.execute(select(cursors.c.source, cursors.c.nanos))}


def read_details(connection: Connection, issue_id: str) -> IssueDetails:
    """What is remembered of one issue beside its counts."""
    spans = select(issue_revisions).where(issue_revisions.c.issue_id == issue_id)
    ordered = spans.order_by(issue_revisions.c.first_nanos, issue_revisions.c.revision)
    shown = select(exemplars).where(exemplars.c.issue_id == issue_id).order_by(exemplars.c.nanos)
    decided = select(decisions.c.nanos, decisions.c.action, decisions.c.detail)
    return IssueDetails(
        revisions=tuple(
            RevisionSpan(row["revision"], row["count"], row["first_nanos"], row["last_nanos"])
            for row in connection.execute(ordered).mappings()
        ),
        entities=_read_entities(connection, issue_id),
        exemplars=tuple(
            SHOWN.validate_python(json.loads(row["entry"])) for row in connection.execute(shown).mappings()
        ),
        decisions=tuple(
            (row[0], row[1], row[2])
            for row in connection.execute(decided.where(decisions.c.issue_id == issue_id).order_by(decisions.c.id))
        ),
    )


def _read_entities(connection: Connection, issue_id: str) -> tuple[Entity, ...]:
    query = select(entities.c.kind, entities.c.rank, entities.c.value).where(entities.c.issue_id == issue_id)
    kinds: dict[str, list[tuple[int, str]]] = {}
    for kind, rank, value in connection.execute(query.order_by(entities.c.kind, entities.c.rank)):
        kinds.setdefault(kind, []).append((rank, value))
    return tuple(_make_entity(kind, rows) for kind, rows in kinds.items())


def _make_entity(kind: str, rows: Sequence[tuple[int, str]]) -> Entity:
    """An estimate from a full sketch (Beyer et al., SIGMOD 2007), as in the core."""
    values = tuple(value for _, value in rows[:5])
    if len(rows) < SKETCH:
        return Entity(kind, len(rows), is_exact=True, values=values)
    share = (rows[SKETCH - 1][0] + 2**63 + 1) / 2**64
    return Entity(kind, max(round((SKETCH - 1) / share), SKETCH), is_exact=False, values=values)


def find_first_nanos(connection: Connection) -> int | None:
    """The earliest entry of any issue."""
    first: int | None = connection.execute(select(func.min(issues.c.first_nanos))).scalar()
    return first


def read_newest(connection: Connection) -> dict[str, int]:
    """By service, the end of the latest minute of which anything was counted, UTC nanoseconds."""
    newest = func.max(traffic.c.minute + traffic.c.width)
    query = select(traffic.c.service, newest).group_by(traffic.c.service)
    return {service: int(minute) * NANOS_PER_MINUTE for service, minute in connection.execute(query)}


def read_replay(connection: Connection, run: int) -> Replay | None:
    """What a run needs to be repeated."""
    query = select(runs.c.digest, runs.c.version, runs.c.replay).where(runs.c.id == run)
    found = connection.execute(query).one_or_none()
    if found is None or found.replay is None:
        return None
    return Replay(found.digest, found.version, json.loads(zlib.decompress(found.replay)))


def read_runs(connection: Connection) -> list[PastRun]:
    """All runs, the latest first."""
    names = ("id", "generated_nanos", "outcome", "entries", "first_nanos", "last_nanos", "digest", "version")
    query = select(*(runs.c[name] for name in names), (func.length(runs.c.worklog) > 0).label("is_kept"))
    rows = connection.execute(query.order_by(runs.c.id.desc())).mappings()
    return [PastRun(**{**row, "is_kept": bool(row["is_kept"])}) for row in rows]
