"""Texts of the state in which the present rules find secrets, and how they are mended.

Every text is looked at, of whatever table, so that a new column is not forgotten. To look is to mend without writing:
what would change is what leaks, and the two cannot disagree.
"""

import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Connection, LargeBinary, String, Table, delete, select, text, update

from log_gardener.model.redaction import StoredLeak, count_marks, is_harmless, sum_leaks
from log_gardener.ports import Redactor
from log_gardener.stores.schema import cursors, exemplars, fingerprints, issues, metadata, runs, steps, tickets
from log_gardener.stores.upsert import upsert

# Hashes and words of our own.
_OURS = {
    issues.c.id,
    fingerprints.c.fingerprint,
    runs.c.digest,
    runs.c.version,
    runs.c.scope,
    *(tickets.c[name] for name in ("tracker", "issue", "url", "folded_into")),
    *(steps.c[name] for name in ("tracker", "plan", "action", "issue")),
}

# JSON, and JSON compressed by zlib.
_JSON = {exemplars.c.entry, tickets.c.told, tickets.c.said, tickets.c.links}
_PACKED = {runs.c.worklog, runs.c.replay}

# Names by which a source is found again, as the operator gave them. What is personal in them is his own.
_PLACES = {"replay.sources"}
_PERSONAL = {"user", "email", "ip"}

# What a row counts, where rows that become alike are to be one.
_COUNTS = {
    "traffic": ("entries", "requests"),
    "revisions": ("entries", "requests"),
    "issue_revisions": ("count",),
}

# A member whose name may be one of the logs' ends the path that is told.
_OPEN = {"entry", "hours", "instances", "labels", "revisions", "tickets"}


@dataclass(slots=True)
class _Look:
    """What was found in one row, by field and rule."""

    redactor: Redactor
    found: Counter[tuple[str, str]] = field(default_factory=Counter)

    def mend(self, value: str, path: str) -> str:
        """A text without secrets."""
        hits = self.redactor.find(value)
        found = [rule for rule, start, end in hits if not is_harmless(rule, value[start:end], value)]
        self.found.update((path, rule) for rule in found)
        return self.redactor.text(value) if found else value

    def mend_place(self, value: str, path: str) -> str:
        """The name of a source, as it is where it holds nothing but what is personal."""
        is_his = all(rule in _PERSONAL for rule, _, _ in self.redactor.find(value))
        return value if is_his else self.mend(value, path)

    def mend_json(self, value: Any, path: str, name: str = "") -> Any:  # noqa: ANN401 - JSON is anything
        """A JSON value without secrets; in an entry, the names of members tell of them too."""
        if isinstance(value, str):
            return self.mend_place(value, path) if path in _PLACES else self.mend(value, path)
        if isinstance(value, list):
            return [self.mend_json(member, path, name) for member in value]
        if not isinstance(value, dict):
            return value
        if name == "entry":
            clean = self.redactor.entry(value)
            marks = count_marks(json.dumps(value), json.dumps(clean)) if clean != value else {}
            self.found.update({(path, rule): count for rule, count in marks.items()})
            return clean if marks else value
        return {
            self.mend(key, path): self.mend_json(member, path if name in _OPEN else f"{path}.{key}", key)
            for key, member in value.items()
        }


def find_leaks(connection: Connection, redactor: Redactor) -> list[StoredLeak]:
    """Where the state holds what the rules find, each place once."""
    return sum_leaks(leak for table in metadata.sorted_tables for leak in _scan(connection, table, redactor))


def _scan(connection: Connection, table: Table, redactor: Redactor) -> Iterator[StoredLeak]:
    named = _list_columns(table)
    if not named:
        return
    owners = [column for column in _list_owners(table) if column not in named]
    query = select(*owners, *named)
    # Of the traffic of every minute the service is looked at once.
    rows = connection.execute(query if _has_blob(named) else query.distinct())
    for row in rows.mappings():
        _, leaks = mend_row(table, row, redactor)
        yield from leaks


def mend_row(table: Table, row: Mapping[Any, Any], redactor: Redactor) -> tuple[dict[str, Any], list[StoredLeak]]:
    """The columns of a row that hold secrets, without them, and what was found."""
    changed: dict[str, Any] = {}
    leaks: list[StoredLeak] = []
    for column in _list_columns(table):
        if not (value := row.get(column.name)):
            continue
        look = _Look(redactor)
        clean = _mend(column, value, look)
        if look.found:
            changed[column.name] = clean
            found = sorted(look.found.items())
            leaks += [StoredLeak(table.name, path, _name_owner(row), rule, count) for (path, rule), count in found]
    return changed, leaks


def _mend(column: Column[Any], value: Any, look: _Look) -> Any:  # noqa: ANN401 - of whatever type the column is
    if column in _PACKED:
        facts = look.mend_json(json.loads(zlib.decompress(value)), column.name)
        return zlib.compress(json.dumps(facts, ensure_ascii=False).encode())
    if column in _JSON:
        return json.dumps(look.mend_json(json.loads(value), column.name), ensure_ascii=False)
    return look.mend_place(value, column.name) if column is cursors.c.source else look.mend(value, column.name)


def _list_columns(table: Table) -> list[Column[Any]]:
    """Columns that hold text of the logs, or may."""
    return [
        column
        for column in table.columns
        if column not in _OURS and not column.foreign_keys and (isinstance(column.type, String) or column in _PACKED)
    ]


def _has_blob(columns: Iterable[Column[Any]]) -> bool:
    return any(isinstance(column.type, LargeBinary) for column in columns)


def _list_owners(table: Table) -> list[Column[Any]]:
    named = {issues.c.id, runs.c.id, tickets.c.number, steps.c.number}
    return [column for column in table.columns if column.name == "issue_id" or column in named]


def _name_owner(row: Mapping[Any, Any]) -> str:
    """The issue, the ticket or the run that a row belongs to."""
    if "issue_id" in row:
        return f"issue {row['issue_id']}"
    if "number" in row:
        return "" if row["number"] is None else f"ticket {row['number']}"
    return "" if "id" not in row else f"run {row['id']}" if isinstance(row["id"], int) else f"issue {row['id']}"


def mend(connection: Connection, redactor: Redactor) -> list[StoredLeak]:
    """Redact all that the rules find, in place, and tell where it was."""
    if connection.dialect.name == "sqlite":
        # What is overwritten shall not lie in the file's free space.
        connection.execute(text("PRAGMA secure_delete = ON"))
    found = find_leaks(connection, redactor)
    for name in dict.fromkeys(leak.table for leak in found):
        _mend_table(connection, metadata.tables[name], redactor)
    return found


def _mend_table(connection: Connection, table: Table, redactor: Redactor) -> None:
    moved: list[dict[str, Any]] = []
    for row in _list_rows(connection, table):
        changed, _ = mend_row(table, row, redactor)
        if not changed:
            continue
        own = [key == row[key.name] for key in table.primary_key]
        if changed.keys() & {key.name for key in table.primary_key}:
            connection.execute(delete(table).where(*own))
            moved.append({**row, **changed})
        else:
            connection.execute(update(table).where(*own).values(**changed))
    # Two names may have become one: what they counted is added.
    upsert(connection, table, moved, adding=_COUNTS.get(table.name, ()), spanning="first_nanos" in table.columns)


def _list_rows(connection: Connection, table: Table) -> Iterator[Mapping[Any, Any]]:
    """All rows of a table; those with worklogs one by one, since all of them may be more than there is memory for."""
    if not _PACKED & set(table.columns):
        yield from connection.execute(select(table)).mappings().all()
        return
    for number in connection.execute(select(runs.c.id)).scalars().all():
        yield connection.execute(select(runs).where(runs.c.id == number)).mappings().one()


def find_leaks_in_rows(table: Table, rows: Sequence[Mapping[str, Any]], redactor: Redactor) -> list[StoredLeak]:
    """Where rows that are not in the state yet hold what the rules find."""
    return sum_leaks(leak for row in rows for leak in mend_row(table, row, redactor)[1])
