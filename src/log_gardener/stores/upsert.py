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
) -> None:
    """Insert rows; to those of a known key add the columns `adding`, and widen the span if asked for."""
    listed = list(rows)
    if not listed:
        return
    is_postgres = connection.dialect.name == "postgresql"
    statement = (postgresql if is_postgres else sqlite).insert(table)
    keys = [column.name for column in table.primary_key]
    if not adding:
        connection.execute(statement.on_conflict_do_nothing(index_elements=keys), listed)
        return
    changed: dict[str, Any] = {name: table.c[name] + statement.excluded[name] for name in adding}
    if spanning:
        least, most = (func.least, func.greatest) if is_postgres else (func.min, func.max)
        first, last = statement.excluded.first_nanos, statement.excluded.last_nanos
        # What is unknown on one side is what the other side knows.
        changed["first_nanos"] = least(
            func.coalesce(table.c.first_nanos, first), func.coalesce(first, table.c.first_nanos)
        )
        changed["last_nanos"] = most(func.coalesce(table.c.last_nanos, last), func.coalesce(last, table.c.last_nanos))
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), listed)
