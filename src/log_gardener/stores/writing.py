"""What a run adds, to rows."""

import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, delete, func, insert, select, update

from log_gardener.model.cluster import Status
from log_gardener.model.instant import NANOS_PER_MINUTE, to_nanos
from log_gardener.model.issue import Growth, KnownTemplate, RevisionGrowth, Run, Verdict
from log_gardener.stores.reading import SHOWN, SKETCH, WORKLOG, chunk
from log_gardener.stores.rollup import Ages
from log_gardener.stores.schema import (
    buckets,
    changes,
    cursors,
    decisions,
    entities,
    exemplars,
    fingerprints,
    identities,
    issue_revisions,
    issues,
    revisions,
    runs,
    sightings,
    traffic,
)
from log_gardener.stores.upsert import upsert

# Entries to show that are kept of one issue: the first, and the latest ones.
_SHOWN = 4


def write_run(connection: Connection, run: Run) -> int:
    """Write all that a run leaves behind, and return its number."""
    run_id = _write_record(connection, run)
    ages = Ages.at(_find_newest(connection, run))
    _write_growths(connection, run.growths)
    _write_details(connection, run.growths, ages)
    _write_traffic(connection, run, ages)
    _write_rows(connection, sightings, [{"run_id": run_id, "issue_id": growth.issue.id} for growth in run.growths])
    counted = [{"run_id": run_id, "hour": hour, "hashes": hashes} for hour, hashes in run.news]
    _write_rows(connection, identities, counted)
    _write_cursors(connection, run, run_id)
    ages.roll_up(connection)
    return run_id


def write_change(connection: Connection) -> None:
    """Count that something was written: last of all, for on a server it makes whoever else writes wait."""
    upsert(connection, changes, [{"id": 1, "number": 1}], adding=("number",))


def _write_record(connection: Connection, run: Run) -> int:
    worklog, replay = run.worklog, run.replay
    start, end = window.nanos if (window := worklog.requested or worklog.window) else (None, None)
    facts = None if replay is None else zlib.compress(json.dumps(replay.facts, ensure_ascii=False).encode())
    statement = insert(runs).values(
        generated_nanos=to_nanos(worklog.generated),
        worklog=zlib.compress(WORKLOG.dump_json(worklog)),
        outcome=worklog.outcome,
        entries=worklog.coverage.entries,
        first_nanos=worklog.coverage.first_nanos,
        last_nanos=worklog.coverage.last_nanos,
        digest=replay.digest if replay else "",
        version=replay.version if replay else "",
        replay=facts,
        scope=run.scope,
        window_start_nanos=start,
        window_end_nanos=end,
    )
    run_id: int = connection.execute(statement.returning(runs.c.id)).scalar_one()
    return run_id


def _find_newest(connection: Connection, run: Run) -> int | None:
    """The minute of the latest entry ever counted, none from the future: ages are told by the logs' own clock."""
    known = connection.execute(select(func.max(traffic.c.minute))).scalar()
    minutes = [minute for minute in (known, *(row.minute for row in run.traffic)) if minute is not None]
    now = to_nanos(run.worklog.generated) // NANOS_PER_MINUTE
    return min(max(minutes), now) if minutes else None


def _write_growths(connection: Connection, growths: Sequence[Growth]) -> None:
    spans: dict[str, tuple[int | None, int | None]] = {}
    for ids in chunk([growth.issue.id for growth in growths]):
        query = select(issues.c.id, issues.c.first_nanos, issues.c.last_nanos).where(issues.c.id.in_(ids))
        spans.update({row[0]: (row[1], row[2]) for row in connection.execute(query)})
    added = [_spell_growth(one, (None, None)) for one in growths if one.issue.id not in spans]
    _write_rows(connection, issues, added)
    grown = [_spell_growth(one, spans[one.issue.id]) for one in growths if one.issue.id in spans]
    if grown:
        names = [name for name in grown[0] if name not in {"id", "count", "status"}]
        values: dict[str, Any] = {name: bindparam(f"of_{name}") for name in names}
        statement = update(issues).where(issues.c.id == bindparam("of_id"))
        statement = statement.values(count=issues.c.count + bindparam("of_count"), **values)
        connection.execute(statement, [{f"of_{name}": value for name, value in row.items()} for row in grown])
    for growth in growths:
        if growth.ended:
            _end_decision(connection, growth)


def _spell_growth(growth: Growth, known: tuple[int | None, int | None]) -> dict[str, Any]:
    issue = growth.issue
    return {
        "id": issue.id,
        "title": issue.title,
        "service": issue.service,
        "priority": issue.priority,
        "severity": issue.severity,
        "status": issue.status,
        "count": growth.count,
        "trend": issue.trend,
        "first_nanos": _find_extreme(min, known[0], issue.first_nanos),
        "last_nanos": _find_extreme(max, known[1], issue.last_nanos),
    }


def _end_decision(connection: Connection, growth: Growth) -> None:
    issue = growth.issue
    write_verdict(connection, issue.id, Verdict(Status.OPEN, None, None, issue.verdict.locked))
    write_decision(connection, issue.id, (issue.last_nanos or 0, "reopen", growth.ended), is_ours=True)


def write_verdict(connection: Connection, issue_id: str, verdict: Verdict) -> None:
    """Write what was decided about an issue."""
    mute, resolution = verdict.mute, verdict.resolution
    connection.execute(
        update(issues)
        .where(issues.c.id == issue_id)
        .values(
            status=verdict.status,
            mute_until_nanos=mute.until_nanos if mute else None,
            mute_count=mute.count if mute else None,
            resolved_nanos=resolution.nanos if resolution else None,
            resolved_revision=resolution.revision if resolution else None,
            locked=verdict.locked,
        )
    )


def write_decision(connection: Connection, issue_id: str, decision: tuple[int, str, str], *, is_ours: bool) -> None:
    """Write down that something was decided: time, action and detail."""
    nanos, action, detail = decision
    connection.execute(
        insert(decisions).values(issue_id=issue_id, nanos=nanos, action=action, detail=detail, is_ours=is_ours)
    )


def _write_details(connection: Connection, growths: Sequence[Growth], ages: Ages) -> None:
    """Templates, counts, entities and exemplars of all issues, in one statement each."""
    templates = [_spell_template(one, growth.issue.id) for growth in growths for one in growth.issue.templates]
    upsert(connection, fingerprints, templates)
    counted = ((growth.issue.id, *ages.place(minute), count) for growth in growths for minute, count in growth.minutes)
    names = ("issue_id", "minute", "width", "count")
    upsert(connection, buckets, [dict(zip(names, row, strict=True)) for row in counted], adding=("count",))
    spans = [_spell_revision(one) | {"issue_id": growth.issue.id} for growth in growths for one in growth.revisions]
    for row in spans:
        row["count"] = row.pop("entries")
        del row["requests"]
    upsert(connection, issue_revisions, spans, adding=("count",), spanning=True)
    ranked = [(growth.issue.id, *row) for growth in growths for row in growth.entities]
    names = ("issue_id", "kind", "rank", "value")
    upsert(connection, entities, [dict(zip(names, row, strict=True)) for row in ranked])
    upsert(
        connection, exemplars, [_spell_shown(growth.issue.id, one) for growth in growths for one in growth.exemplars]
    )
    _trim(connection, [growth.issue.id for growth in growths])


def _spell_template(template: KnownTemplate, issue_id: str) -> dict[str, Any]:
    facts = {field.name: getattr(template, field.name) for field in fields(template)}
    return facts | {"issue_id": issue_id, "frames": "\n".join(template.frames)}


def _spell_revision(growth: RevisionGrowth) -> dict[str, Any]:
    return asdict(growth)


def _spell_shown(issue_id: str, shown: Any) -> dict[str, Any]:  # noqa: ANN401
    entry = SHOWN.dump_json(shown).decode()
    return {"issue_id": issue_id, "nanos": shown.nanos or 0, "insert_id": shown.insert_id[:255], "entry": entry}


def _trim(connection: Connection, ids: Sequence[str]) -> None:
    """Keep of each sketch its lowest ranks, of each issue's exemplars the first and the latest."""
    for part in chunk(ids):
        order = func.row_number().over(partition_by=(entities.c.issue_id, entities.c.kind), order_by=entities.c.rank)
        ranked = select(entities.c.issue_id, entities.c.kind, entities.c.rank, order.label("place"))
        sketch = ranked.where(entities.c.issue_id.in_(part)).subquery()
        _delete(connection, entities, select(sketch).where(sketch.c.place > SKETCH))
        by_time = (exemplars.c.nanos, exemplars.c.insert_id)
        oldest = func.row_number().over(partition_by=exemplars.c.issue_id, order_by=by_time)
        latest = func.row_number().over(
            partition_by=exemplars.c.issue_id, order_by=[column.desc() for column in by_time]
        )
        listed = select(exemplars.c.issue_id, *by_time, oldest.label("oldest"), latest.label("latest"))
        shown = listed.where(exemplars.c.issue_id.in_(part)).subquery()
        _delete(connection, exemplars, select(shown).where(shown.c.oldest > 1, shown.c.latest >= _SHOWN))


def _delete(connection: Connection, table: Table, query: Select[Any]) -> None:
    """Delete the rows whose keys a query names."""
    keys = [column.name for column in table.primary_key]
    rows = [{f"of_{key}": row[key] for key in keys} for row in connection.execute(query).mappings()]
    if rows:
        connection.execute(delete(table).where(*(table.c[key] == bindparam(f"of_{key}") for key in keys)), rows)


def _write_traffic(connection: Connection, run: Run, ages: Ages) -> None:
    rows: dict[tuple[str, int, int], list[int]] = {}
    for row in run.traffic:
        counts = rows.setdefault((row.service, *ages.place(row.minute)), [0, 0])
        counts[0] += row.entries
        counts[1] += row.requests
    names = ("service", "minute", "width", "entries", "requests")
    spelt = [dict(zip(names, (*key, *counts), strict=True)) for key, counts in rows.items()]
    upsert(connection, traffic, spelt, adding=("entries", "requests"))
    upsert(
        connection,
        revisions,
        [_spell_revision(one) for one in run.revisions],
        adding=("entries", "requests"),
        spanning=True,
    )


def _write_cursors(connection: Connection, run: Run, run_id: int) -> None:
    for source, nanos in run.cursors.items():
        key = source[:255]
        known = connection.execute(select(cursors.c.nanos).where(cursors.c.source == key)).scalar()
        if known is None:
            connection.execute(insert(cursors).values(source=key, nanos=nanos, run_id=run_id))
        elif nanos > known:
            connection.execute(update(cursors).where(cursors.c.source == key).values(nanos=nanos, run_id=run_id))


def _find_extreme(choose: Callable[[Sequence[int]], int], *instants: int | None) -> int | None:
    known = [nanos for nanos in instants if nanos is not None]
    return choose(known) if known else None


def _write_rows(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)
