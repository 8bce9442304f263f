"""Log entries as a log sink and as Log Analytics have them in tables, in Arrow as the Storage Read API sends them.

What either cannot hold is lost here as there: a sink keeps microseconds, lower case and no nulls.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

import pyarrow as pa

from tests.fakes.instants import parse_length, parse_nanos

Entry: TypeAlias = Mapping[str, Any]

TIME = pa.timestamp("us", "UTC")
TEXT, LONG, DOUBLE, BOOL = pa.string(), pa.int64(), pa.float64(), pa.bool_()

_HTTP = {
    **dict.fromkeys(("requestMethod", "requestUrl", "userAgent", "remoteIp", "serverIp", "referer", "protocol"), TEXT),
    **dict.fromkeys(("requestSize", "responseSize", "cacheFillBytes", "status"), LONG),
    **dict.fromkeys(("cacheLookup", "cacheHit", "cacheValidatedWithOriginServer"), BOOL),
    "latency": DOUBLE,
}
_OPERATION = {"id": TEXT, "producer": TEXT, "first": BOOL, "last": BOOL}
_PLACE = {"file": TEXT, "line": LONG, "function": TEXT}
_SPLIT = {"uid": TEXT, "index": LONG, "totalSplits": LONG}

# Fields of a `LogEntry` that are the same in every table, by name.
_FIXED: Mapping[str, pa.DataType] = {
    **dict.fromkeys(("insertId", "logName", "severity", "spanId", "textPayload", "trace"), TEXT),
    "errorGroups": pa.list_(pa.struct({"id": TEXT})),
    "httpRequest": pa.struct(_HTTP),
    "operation": pa.struct(_OPERATION),
    "receiveTimestamp": TIME,
    "sourceLocation": pa.struct(_PLACE),
    "split": pa.struct(_SPLIT),
    "timestamp": TIME,
    "traceSampled": BOOL,
}

JSON_MARK = {b"ARROW:extension:name": b"google:sqlType:json"}

_AUDIT_JSON = ("request", "response", "metadata")
_ILLEGAL = re.compile(r"[^A-Za-z0-9_]")
_AUDIT_TYPE = "type.googleapis.com/google.cloud.audit.AuditLog"
_WORD = re.compile(r"(?<=[a-z0-9])([A-Z])")


def make_sink_table(entries: Sequence[Entry]) -> pa.Table:
    """The table that a log sink writes: a column only for what some entry has."""
    rows = [_make_sink_row(entry) for entry in entries]
    names = sorted({name for row in rows for name in row} | {"timestamp", "insertId", "logName", "severity"})
    columns = {name: _make_column([row.get(name) for row in rows], _FIXED.get(name)) for name in names}
    return pa.table(columns)


def _make_sink_row(entry: Entry) -> dict[str, Any]:
    row = {name: _convert(value, _FIXED[name]) for name, value in entry.items() if name in _FIXED}
    if "resource" in entry:
        row["resource"] = {"type": entry["resource"].get("type"), "labels": _sanitise(entry["resource"].get("labels"))}
    if "labels" in entry:
        row["labels"] = _sanitise(entry["labels"])
    if "jsonPayload" in entry:
        row[_name_payload("jsonPayload", entry["jsonPayload"])] = _sanitise(entry["jsonPayload"])
    if "protoPayload" in entry:
        row["protopayload_auditlog"] = _make_audit_row(entry["protoPayload"])
    return row


def _name_payload(name: str, payload: Mapping[str, Any]) -> str:
    """A payload of a type has a column of its own, which bears the last part of the type's name."""
    kind = str(payload.get("@type", "")).rpartition(".")[-1]
    return f"{name}_type_{kind}".lower() if kind else name


def _make_audit_row(payload: Mapping[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name, value in payload.items():
        if name in _AUDIT_JSON:
            row[f"{name}Json"] = json.dumps(value, ensure_ascii=False)
        elif name != "@type":
            row[name] = value
    return row


def sanitise_name(name: str) -> str:
    """What a sink makes of a name that is not the API's."""
    if name == "@type":
        return "_type"
    return _ILLEGAL.sub("_", name).lstrip("_").lower()


def _sanitise(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {sanitise_name(name): _sanitise(member) for name, member in value.items() if member is not None}
    if isinstance(value, list):
        return [_sanitise(member) for member in value]
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def make_analytics_table(entries: Sequence[Entry], *, is_marked: bool = True) -> pa.Table:
    """The view of Log Analytics: always the same columns; with `is_marked`, the API says which of them are JSON."""
    mark = JSON_MARK if is_marked else None
    fields: list[pa.Field] = []
    columns: list[pa.Array] = []
    for name, kind in _FIXED.items():
        plain = _snake_type(kind)
        fields.append(pa.field(snake(name), plain))
        columns.append(pa.array([_snake_value(_convert(entry.get(name), kind), plain) for entry in entries], plain))
    for name in ("timestamp", "receiveTimestamp"):
        fields.append(pa.field(f"{snake(name)}_unix_nanos", LONG))
        columns.append(pa.array([parse_nanos(entry[name]) if name in entry else None for entry in entries], LONG))
    for name in ("jsonPayload", "labels"):
        fields.append(pa.field(snake(name), TEXT, metadata=mark))
        columns.append(pa.array([_dump(entry.get(name)) for entry in entries], TEXT))
    fields.append(pa.field("severity_number", LONG))
    columns.append(pa.nulls(len(entries), LONG))
    resource = pa.struct([pa.field("type", TEXT), pa.field("labels", TEXT, metadata=mark)])
    fields.append(pa.field("resource", resource))
    columns.append(pa.array([_make_resource(entry.get("resource")) for entry in entries], resource))
    audit = [_make_audit_log(entry.get("protoPayload")) for entry in entries]
    found = _make_column([{"audit_log": one} if one else None for one in audit], _find_audit_type(audit, mark))
    return pa.table([*columns, found], schema=pa.schema([*fields, pa.field("proto_payload", found.type)]))


def _make_resource(resource: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if resource is None else {"type": resource.get("type"), "labels": _dump(resource.get("labels"))}


def _make_audit_log(payload: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if payload is None:
        return None
    row = {snake(name): _snake(value) for name, value in payload.items() if name not in {*_AUDIT_JSON, "@type"}}
    return row | {snake(name): _dump(payload[name]) for name in _AUDIT_JSON if name in payload}


def _find_audit_type(rows: Iterable[dict[str, Any] | None], mark: dict[bytes, bytes] | None) -> pa.DataType:
    known = {"service_name": TEXT, "method_name": TEXT, "status": pa.struct({"code": LONG, "message": TEXT})}
    inferred = _infer([row for row in rows if row]) if any(rows) else None
    kinds = known | ({field.name: field.type for field in inferred} if inferred else {})
    fields = [pa.field(name, kind, metadata=mark if name in _AUDIT_JSON else None) for name, kind in kinds.items()]
    return pa.struct([pa.field("audit_log", pa.struct(fields))])


def _dump(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def snake(name: str) -> str:
    """`requestUrl` is spelt `request_url`."""
    return _WORD.sub(r"_\1", name).lower()


def _snake(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {snake(name): _snake(member) for name, member in value.items()}
    return [_snake(member) for member in value] if isinstance(value, list) else value


def _snake_type(kind: pa.DataType) -> pa.DataType:
    if not pa.types.is_struct(kind):
        return kind
    length = pa.struct({"seconds": LONG, "nanos": LONG})
    return pa.struct({snake(one.name): length if one.name == "latency" else one.type for one in kind})


def _snake_value(value: Any, kind: pa.DataType) -> Any:
    if not isinstance(value, dict) or not pa.types.is_struct(kind):
        return value
    named = {snake(name): member for name, member in value.items()}
    if named.get("latency") is not None:
        seconds, nanos = divmod(round(named["latency"] * 10**9), 10**9)
        named["latency"] = {"seconds": seconds, "nanos": nanos}
    return named


def _convert(value: Any, kind: pa.DataType) -> Any:
    """A JSON value of the API as the column's."""
    if value is None:
        return None
    if pa.types.is_struct(kind):
        return {field.name: _convert(value.get(field.name), field.type) for field in kind}
    if pa.types.is_timestamp(kind):
        return parse_nanos(value) // 1_000
    if kind == DOUBLE:
        return parse_length(value) / 10**9
    return int(value) if kind == LONG else value


def _make_column(values: Sequence[Any], kind: pa.DataType | None) -> pa.Array:
    return pa.array(values, kind or _infer([value for value in values if value is not None]))


def _infer(values: Sequence[Any]) -> pa.DataType:
    """The type that holds all values; of objects, with the members of each."""
    if any(isinstance(value, Mapping) for value in values):
        members: dict[str, list[Any]] = {}
        for value in values:
            for name, member in value.items():
                members.setdefault(name, []).extend([] if member is None else [member])
        # BigQuery has no records without members.
        return pa.struct({name: _infer(found) for name, found in members.items()} or {"none": TEXT})
    if any(isinstance(value, list) for value in values):
        return pa.list_(_infer([member for value in values for member in value]))
    if any(isinstance(value, datetime) for value in values):
        return TIME
    return pa.infer_type(values) if values else TEXT
