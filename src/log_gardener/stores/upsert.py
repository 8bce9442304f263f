"""Insert or add: each dialect's own statement."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table, func
from sqlalchemy.dialects import postgresql, sqlite


def upsert(
    connection: Connection,
    table: Table,
    rows: Iterable[dict[str, Any]],
    *,
    adding: Sequence[str] = (),
    spanning: bool = False,
    replacing: bool = False,
) -> None:
    """Insert rows of texts and numbers; to those of a known key add the columns `adding`, and widen the span if asked.

    With `replacing` the new row takes the place of the known one.

    All rows have the same columns.
    """
    listed = list(rows)
    if not listed:
        return
    statement = (postgresql if _is_server(connection) else sqlite).insert(table)
    keys = [column.name for column in table.primary_key]
    changed: dict[str, Any] = {name: table.c[name] + statement.excluded[name] for name in adding}
    if replacing:
        changed |= {column.name: statement.excluded[column.name] for column in table.columns if not column.primary_key}
    if spanning:
        changed |= _widen(connection, table, statement)
    resolved = (
        statement.on_conflict_do_update(index_elements=keys, set_=changed)
        if changed
        else statement.on_conflict_do_nothing(index_elements=keys)
    )
    _execute(connection, resolved, listed)


def _is_server(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


def _widen(connection: Connection, table: Table, statement: postgresql.Insert | sqlite.Insert) -> dict[str, Any]:
    """A span that holds both; what is unknown on one side is what the other side knows."""
    names = ("least", "greatest") if _is_server(connection) else ("min", "max")
    changed = {}
    for column, name in zip(("first_nanos", "last_nanos"), names, strict=True):
        known, new = table.c[column], statement.excluded[column]
        changed[column] = getattr(func, name)(func.coalesce(known, new), func.coalesce(new, known))
    return changed


def _execute(connection: Connection, statement: postgresql.Insert | sqlite.Insert, rows: list[dict[str, Any]]) -> None:
    """Hand the rows to the driver as they are: a run has a hundred thousand, and to look at each takes longest."""
    compiled = statement.compile(dialect=connection.dialect, column_keys=list(rows[0]))
    order = compiled.positiontup
    connection.exec_driver_sql(
        str(compiled), rows if order is None else [tuple(row[key] for key in order) for row in rows]
    )
