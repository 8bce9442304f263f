"""The store on any database that SQLAlchemy speaks; SQLite by default."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, RowMapping, Table, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from log_gardener.errors import StoreError
from log_gardener.model.cluster import Status
from log_gardener.model.instant import to_nanos
from log_gardener.model.issue import Growth, Issue, KnownTemplate, Memory
from log_gardener.model.priority import Priority
from log_gardener.model.severity import Severity
from log_gardener.model.worklog import Worklog
from log_gardener.stores.database import explained, open_engine, parse_state
from log_gardener.stores.schema import buckets, fingerprints, identities, issues, runs, sightings

_WORKLOG = TypeAdapter(Worklog)


class SqlStore:
    """Remembers issues, runs and what was counted. One transaction commits a run.

    Args:
        state: an SQLAlchemy URL, a path of an SQLite file, or `:memory:`.

    Raises:
        StoreError: the database cannot be used.
    """

    def __init__(self, state: str) -> None:
        self._url = parse_state(state)
        self._engine = open_engine(self._url)
        self._recalled_run: int | None = None

    def recall(self) -> Memory:
        """Everything that a run must know before it starts."""
        with explained(self._url), self._engine.begin() as connection:
            self._recalled_run = _find_last_run(connection)
            counted = connection.execute(select(identities.c.hour, identities.c.hashes).order_by(identities.c.hour))
            first = connection.execute(select(func.min(issues.c.first_nanos))).scalar()
            return Memory(
                issues=tuple(_read_issues(connection)),
                identities=tuple((hour, hashes) for hour, hashes in counted),
                first_nanos=first,
            )

    def commit(self, worklog: Worklog, growths: Iterable[Growth], news: Iterable[tuple[int, bytes]]) -> None:
        """Remember a run, all of it or nothing.

        Raises:
            StoreError: another run was committed since `recall`, so that its entries would count twice.
        """
        with explained(self._url), self._engine.begin() as connection:
            if _find_last_run(connection) != self._recalled_run:
                msg = "another run has written to the state meanwhile; nothing was changed, run again"
                raise StoreError(msg)
            growths = list(growths)
            run = insert(runs).values(
                generated_nanos=to_nanos(worklog.generated), worklog=_WORKLOG.dump_json(worklog).decode()
            )
            run_id = connection.execute(run.returning(runs.c.id)).scalar_one()
            for growth in growths:
                _write_growth(connection, growth)
            _write_details(connection, growths)
            _write_rows(connection, sightings, [{"run_id": run_id, "issue_id": growth.issue.id} for growth in growths])
            counted = [{"run_id": run_id, "hour": hour, "hashes": hashes} for hour, hashes in news]
            _write_rows(connection, identities, counted)
            self._recalled_run = run_id

    def list_issues(self) -> list[Issue]:
        """All remembered issues, the most urgent first."""
        with explained(self._url), self._engine.begin() as connection:
            return _read_issues(connection, with_minutes=True)

    def find_worklog(self, issue_id: str) -> Worklog | None:
        """The latest worklog that lists an issue."""
        query = (
            select(runs.c.worklog)
            .join(sightings, sightings.c.run_id == runs.c.id)
            .where(sightings.c.issue_id == issue_id)
            .order_by(runs.c.id.desc())
            .limit(1)
        )
        with explained(self._url), self._engine.begin() as connection:
            found = connection.execute(query).scalar()
        return _WORKLOG.validate_json(found) if found else None


def _find_last_run(connection: Connection) -> int | None:
    last: int | None = connection.execute(select(func.max(runs.c.id))).scalar()
    return last


def _read_issues(connection: Connection, *, with_minutes: bool = False) -> list[Issue]:
    known: dict[str, list[KnownTemplate]] = {}
    for row in connection.execute(select(fingerprints).order_by(fingerprints.c.fingerprint)).mappings():
        facts = {name: value for name, value in row.items() if name not in {"issue_id", "frames"}}
        frames = tuple(row["frames"].split("\n")) if row["frames"] else ()
        known.setdefault(row["issue_id"], []).append(KnownTemplate(**facts, frames=frames))
    minutes: dict[str, list[tuple[int, int]]] = {}
    if with_minutes:
        for issue_id, minute, count in connection.execute(select(buckets).order_by(buckets.c.minute)):
            minutes.setdefault(issue_id, []).append((minute, count))
    rows = connection.execute(select(issues).order_by(issues.c.priority, issues.c.count.desc(), issues.c.id))
    return [_make_issue(row, known.get(row["id"], []), minutes.get(row["id"], [])) for row in rows.mappings()]


def _make_issue(row: RowMapping, known: Sequence[KnownTemplate], minutes: Sequence[tuple[int, int]]) -> Issue:
    return Issue(
        id=row["id"],
        fingerprints=tuple(template.fingerprint for template in known),
        title=row["title"],
        service=row["service"],
        priority=Priority(row["priority"]),
        severity=Severity(row["severity"]),
        status=Status(row["status"]),
        count=row["count"],
        first_nanos=row["first_nanos"],
        last_nanos=row["last_nanos"],
        minutes=tuple(minutes),
        templates=tuple(known),
    )


def _write_growth(connection: Connection, growth: Growth) -> None:
    issue = growth.issue
    columns = (issues.c.first_nanos, issues.c.last_nanos)
    known = connection.execute(select(*columns).where(issues.c.id == issue.id)).one_or_none()
    known_first, known_last = known or (None, None)
    facts_of_run: dict[str, Any] = {
        "title": issue.title,
        "service": issue.service,
        "priority": issue.priority,
        "severity": issue.severity,
        "first_nanos": _find_extreme(min, known_first, issue.first_nanos),
        "last_nanos": _find_extreme(max, known_last, issue.last_nanos),
    }
    if known is None:
        connection.execute(insert(issues).values(id=issue.id, status=issue.status, count=growth.count, **facts_of_run))
    else:
        grown = update(issues).where(issues.c.id == issue.id)
        connection.execute(grown.values(count=issues.c.count + growth.count, **facts_of_run))


def _write_details(connection: Connection, growths: Sequence[Growth]) -> None:
    """Templates and minutes of all issues, in one statement each."""
    templates = [_spell_template(one, growth.issue.id) for growth in growths for one in growth.issue.templates]
    _upsert(connection, fingerprints, templates)
    minutes = [(growth.issue.id, *bucket) for growth in growths for bucket in growth.minutes]
    rows = [{"issue_id": issue_id, "minute": minute, "count": count} for issue_id, minute, count in minutes]
    _upsert(connection, buckets, rows, adding="count")


def _spell_template(template: KnownTemplate, issue_id: str) -> dict[str, Any]:
    return asdict(template) | {"issue_id": issue_id, "frames": "\n".join(template.frames)}


def _find_extreme(choose: Callable[[Sequence[int]], int], *instants: int | None) -> int | None:
    known = [nanos for nanos in instants if nanos is not None]
    return choose(known) if known else None


def _write_rows(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _upsert(connection: Connection, table: Table, rows: list[dict[str, Any]], *, adding: str | None = None) -> None:
    """Insert rows; of a known key add the column `adding`, or else leave it as it is."""
    if not rows:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table)
    keys = [column.name for column in table.primary_key]
    if adding is None:
        connection.execute(statement.on_conflict_do_nothing(index_elements=keys), rows)
        return
    total = {adding: table.c[adding] + statement.excluded[adding]}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=total), rows)
