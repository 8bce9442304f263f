"""Tables of log entries: which columns of them are read, and the SQL that makes entries of their rows again.

There are two layouts: that of the tables of a log sink, and that of the views of Log Analytics.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import pyarrow as pa

from log_gardener.sources.bigquery.members import Style, spell_proto_payload, spell_value
from log_gardener.sources.bigquery.spelling import (
    Piece,
    find_type,
    quote_name,
    spell_checked_json,
    spell_object,
    spell_unix_nanos,
)

ROWS = "arrived"
"""What the SQL calls the rows."""


class Layout(StrEnum):
    """Who made a table."""

    SINK = "a log sink"
    ANALYTICS = "Log Analytics"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a `LogEntry`.

    Attributes:
        name: also its column in the tables of a log sink, in any case.
        analytics: its column in the views of Log Analytics.
        style: whose its members are.
        is_needed: whether a table without it holds no log entries.
    """

    name: str
    analytics: str
    style: Style = Style.API
    is_needed: bool = False


# All that the core reads or that is shown of an entry. What else there is, such as `severity_number`, says it again.
FIELDS = (
    Field("apphub", "apphub"),
    Field("apphubDestination", "apphub_destination"),
    Field("apphubSource", "apphub_source"),
    Field("errorGroups", "error_groups"),
    Field("httpRequest", "http_request"),
    Field("insertId", "insert_id", is_needed=True),
    Field("jsonPayload", "json_payload", Style.PROGRAM),
    Field("labels", "labels", Style.PROGRAM),
    Field("logName", "log_name", is_needed=True),
    Field("operation", "operation"),
    Field("protoPayload", "proto_payload"),
    Field("receiveTimestamp", "receive_timestamp"),
    Field("resource", "resource"),
    Field("severity", "severity"),
    Field("sourceLocation", "source_location"),
    Field("spanId", "span_id"),
    Field("split", "split"),
    Field("textPayload", "text_payload"),
    Field("timestamp", "timestamp", is_needed=True),
    Field("trace", "trace"),
    Field("traceSampled", "trace_sampled"),
)

# A payload whose type is known has a column that bears the type's name.
_TYPED = ("jsonPayload", "protoPayload")
_AUDIT = "protopayload_auditlog"

# Of these, Log Analytics also has a column in nanoseconds.
_INSTANTS = ("timestamp", "receiveTimestamp")


@dataclass(frozen=True, slots=True)
class Plan:
    """How a table is read.

    Attributes:
        columns: those to read, as the table calls them.
        received: the column that says when an entry arrived; empty if there is none.
        labels: the labels of the resource that have a column of their own; `None` where they are JSON.
        has_severity: whether there is a column of it.
        has_resource_type: whether there is one of the resource's type.
    """

    layout: Layout
    columns: tuple[str, ...]
    received: str
    labels: frozenset[str] | None
    has_severity: bool
    has_resource_type: bool


def make_plan(schema: pa.Schema) -> Plan:
    """Find out what a table is by its columns.

    Raises:
        ValueError: it holds no log entries; the text says which columns it lacks.
    """
    layout = Layout.ANALYTICS if {"log_name", "insert_id"} & set(schema.names) else Layout.SINK
    found = dict(_match(schema, layout))
    missing = [_name_column(field, layout) for field in FIELDS if field.is_needed and field.name not in found.values()]
    if missing:
        msg = f"it has no column {', '.join(missing)}, as each table of {layout.value} has"
        if not found.keys() - {"timestamp", "severity", "labels"}:
            msg = "it has the columns of neither a log sink (logName, insertId, timestamp) nor Log Analytics (log_name)"
        raise ValueError(msg)
    received = next((column for column, name in found.items() if name == "receiveTimestamp"), "")
    resource = next((schema.field(column) for column, name in found.items() if name == "resource"), None)
    return Plan(
        layout,
        tuple(found) + tuple(name for name in schema.names if name in _list_nanos(layout)),
        received,
        _find_labels(resource),
        has_severity="severity" in found.values(),
        has_resource_type=resource is not None and _find_member(resource, "type") is not None,
    )


def make_sql(schema: pa.Schema, layout: Layout) -> str:
    """A query that makes a line of JSON of each row of `ROWS`, which have the columns of a schema."""
    return f"SELECT {spell_object(_list_pieces(schema, layout))} || chr(10) FROM {ROWS}"  # noqa: S608 - names are quoted


def _name_column(field: Field, layout: Layout) -> str:
    return field.analytics if layout is Layout.ANALYTICS else field.name


def _match(schema: pa.Schema, layout: Layout) -> Iterator[tuple[str, str]]:
    """Columns, each with the field that it is of."""
    known = {_name_column(field, layout).casefold(): field.name for field in FIELDS}
    for column in schema.names:
        name = known.get(column.casefold())
        if name is None and layout is Layout.SINK:
            name = next((typed for typed in _TYPED if column.casefold().startswith(f"{typed.casefold()}_")), None)
        if name is not None:
            yield column, name


def _list_nanos(layout: Layout) -> dict[str, str]:
    """Columns of times in nanoseconds, each with its field."""
    if layout is Layout.SINK:
        return {}
    return {f"{field.analytics}_unix_nanos": field.name for field in FIELDS if field.name in _INSTANTS}


def _list_pieces(schema: pa.Schema, layout: Layout) -> Iterator[Piece]:
    # Nanoseconds come first: of two columns of a field, the first that has a value is taken.
    for column, name in _list_nanos(layout).items():
        if column in schema.names:
            yield name, spell_unix_nanos(quote_name(column))
    styles = {field.name: field.style for field in FIELDS}
    for column, name in _match(schema, layout):
        field = schema.field(column).with_name(name)
        yield name, _find_speller(column, field, layout, styles[name])(quote_name(column), field)


def _find_speller(column: str, field: pa.Field, layout: Layout, style: Style) -> Callable[[str, pa.Field], str]:
    if layout is Layout.ANALYTICS and field.name == "protoPayload":
        return spell_proto_payload
    if style is Style.PROGRAM and pa.types.is_string(find_type(field)):
        return lambda path, _: spell_checked_json(path)
    if column.casefold() == _AUDIT:
        style = Style.AUDIT
    return partial(spell_value, style=style)


def _find_member(field: pa.Field, name: str) -> pa.Field | None:
    kind = find_type(field)
    members: Sequence[pa.Field] = list(kind) if pa.types.is_struct(kind) else []
    return next((member for member in members if member.name == name), None)


def _find_labels(resource: pa.Field | None) -> frozenset[str] | None:
    labels = _find_member(resource, "labels") if resource is not None else None
    if labels is None or not pa.types.is_struct(find_type(labels)):
        return None
    return frozenset(member.name for member in find_type(labels))
