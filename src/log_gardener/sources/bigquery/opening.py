"""From a table or a view to streams of its rows: only the columns that are used, only the rows that are asked for."""

from collections.abc import Callable
from functools import partial

import pyarrow as pa
from google.api_core.exceptions import BadRequest

from log_gardener.model.window import Window
from log_gardener.sources.bigquery.address import Table
from log_gardener.sources.bigquery.client import Client, Session
from log_gardener.sources.bigquery.columns import Layout, Plan, make_plan
from log_gardener.sources.bigquery.failures import is_view
from log_gardener.sources.bigquery.rows import Cut, spell_restriction, spell_times


def open_table(client: Client, table: Table, cut: Cut, *, streams: int) -> tuple[Session, Layout]:
    """The rows of a table or a view, and whose it is. Raises what the client raises.

    Args:
        client: whom to ask.
        table: what to read.
        cut: which rows.
        streams: at most so many parts.

    Raises:
        ValueError: it holds no log entries.
    """
    try:
        schema = _look(partial(_list_columns, client, table), cut.window)
    except BadRequest as error:
        if not is_view(error):
            raise
        return _open_view(client, table, cut, streams=streams)
    plan = make_plan(schema)
    session = client.open_session(table, plan.columns, spell_restriction(cut, plan), streams=streams)
    return session, plan.layout


def _open_view(client: Client, table: Table, cut: Cut, *, streams: int) -> tuple[Session, Layout]:
    """The rows of a view, by way of the table that a query leaves behind for a day."""
    plan = find_view_plan(client, table, cut.window)
    condition = spell_restriction(cut, plan, is_query=True)
    columns = ", ".join(f"`{column}`" for column in plan.columns)
    result = client.queries.run(spell_query(columns, table, condition))
    return client.open_session(result, streams=streams), plan.layout


def find_view_plan(client: Client, table: Table, window: Window | None) -> Plan:
    """What a view is by its columns. Raises what the client raises.

    Raises:
        ValueError: it holds no log entries.
    """
    return make_plan(_look(lambda times: client.queries.find_schema(spell_query("*", table, times)), window))


def spell_query(columns: str, table: Table, condition: str) -> str:
    """A query of a table's or view's rows that meet a condition."""
    where = f" WHERE {condition}" if condition else ""
    return f"SELECT {columns} FROM `{table.label}`{where}"  # noqa: S608 - an address has no quotation marks


def _list_columns(client: Client, table: Table, times: str) -> pa.Schema:
    return client.open_session(table, restriction=times).schema


def _look(ask: Callable[[str], pa.Schema], window: Window | None) -> pa.Schema:
    """The columns of what may have no column of times, or may not be asked for without a condition on it."""
    times = spell_times(window)
    try:
        return ask(times)
    except BadRequest as error:
        if is_view(error) or not times:
            raise
        # Says what is missing, if that is why.
        make_plan(ask(""))
        raise
