"""The state as JSON lines: to be carried to another database, or kept."""

import base64
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, LargeBinary, Table, func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError

from log_gardener.errors import LeakError, StoreError
from log_gardener.model.redaction import explain_leaks
from log_gardener.ports import Redactor
from log_gardener.stores.leaks import find_leaks, find_leaks_in_rows
from log_gardener.stores.schema import HEAD, changes, metadata

_AT_ONCE = 1_000

# How often a state was written is its own: an export is the same after an import.
_TABLES = [table for table in metadata.sorted_tables if table is not changes]

MEND = "'log-gardener doctor --leaks --mend' redacts them in the state; export it again then"


def dump(connection: Connection, redactor: Redactor | None = None) -> Iterator[dict[str, Any]]:
    """A line about the format, then every row of every table, parents first, in the order of their keys.

    Raises:
        LeakError: the redactor finds secrets; no line has been given then.
    """
    if redactor and (found := find_leaks(connection, redactor)):
        raise LeakError(explain_leaks("the export", found, MEND))
    yield {"log-gardener": "state", "schema": HEAD}
    for table in _TABLES:
        blobs = _list_blobs(table)
        for row in connection.execute(select(table).order_by(*table.primary_key)).mappings():
            values = {name: value for name, value in row.items() if value is not None}
            values.update({name: base64.b85encode(values[name]).decode() for name in blobs if name in values})
            yield {"table": table.name, "row": values}


def load(connection: Connection, rows: Iterable[dict[str, Any]], redactor: Redactor | None = None) -> int:
    """Take in what `dump` gave, into an empty state.

    Raises:
        StoreError: the state is not empty, or the rows are not those of this release.
        LeakError: the redactor finds secrets in the rows.
    """
    lines = iter(rows)
    head = next(lines, {})
    if head.get("log-gardener") != "state" or head.get("schema") != HEAD:
        msg = f"this is no export of a state of schema {HEAD}; export it with the same release that imports it"
        raise StoreError(msg)
    for table in _TABLES:
        if connection.execute(select(func.count()).select_from(table)).scalar_one():
            msg = "the state to import into is not empty; name a new one with --state"
            raise StoreError(msg)
    count = sum(_load_chunk(connection, *chunk, redactor) for chunk in _chunk(lines))
    _set_counters(connection)
    return count


def _chunk(lines: Iterable[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Rows of one table together, so many at a time."""
    name, rows = "", list[dict[str, Any]]()
    for line in lines:
        if set(line) != {"table", "row"} or not isinstance(line["row"], dict):
            msg = "a line of the export is not a row of a table; nothing was imported"
            raise StoreError(msg)
        if line["table"] != name or len(rows) == _AT_ONCE:
            if rows:
                yield name, rows
            name, rows = line["table"], []
        rows.append(line["row"])
    if rows:
        yield name, rows


def _load_chunk(connection: Connection, name: str, rows: list[dict[str, Any]], redactor: Redactor | None) -> int:
    table = next((one for one in _TABLES if one.name == name), None)
    if table is None or any(set(row) - set(table.columns.keys()) for row in rows):
        msg = f"the export has a table {name!r} that this release has not, or not with these columns"
        raise StoreError(msg)
    try:
        filled = _fill(table, rows)
        found = find_leaks_in_rows(table, filled, redactor) if redactor else []
        connection.execute(insert(table), filled)
    except (SQLAlchemyError, ValueError, TypeError, zlib.error) as error:
        cause = getattr(error, "orig", None) or error
        msg = f"rows of the table {name!r} cannot be imported: {cause}; nothing was"
        raise StoreError(msg) from error
    if found:
        raise LeakError(explain_leaks("the import", found, MEND))
    return len(rows)


def _fill(table: Table, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with all their columns, and bytes as bytes."""
    blobs, names = _list_blobs(table), [column.name for column in table.columns]
    return [
        {name: base64.b85decode(row[name]) if name in blobs and name in row else row.get(name) for name in names}
        for row in rows
    ]


def _list_blobs(table: Table) -> list[str]:
    return [column.name for column in table.columns if isinstance(column.type, LargeBinary)]


def _set_counters(connection: Connection) -> None:
    """Let a server go on numbering behind what was imported; SQLite does by itself."""
    if connection.dialect.name != "postgresql":
        return
    for name in ("runs", "decisions"):
        highest = f"COALESCE((SELECT MAX(id) FROM {name}), 0) + 1"  # noqa: S608 - names of our own
        connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {highest}, false)"))
