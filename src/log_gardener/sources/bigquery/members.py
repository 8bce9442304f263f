"""How the parts of a log entry are named in tables: a struct's members to those of a `LogEntry`.

A log sink writes the API's own names as they are, and everything else in lower case with `_` for what is no letter and
no digit (https://cloud.google.com/logging/docs/export/bigquery); Log Analytics writes the API's names in snake case and
everything else as JSON (https://cloud.google.com/logging/docs/log-analytics).
"""

import re
from collections.abc import Iterator, Mapping
from enum import Enum, auto

import pyarrow as pa

from log_gardener.sources.bigquery.spelling import (
    Piece,
    find_type,
    is_json,
    quote_name,
    spell_array,
    spell_checked_json,
    spell_long,
    spell_object,
    spell_parts_of_seconds,
    spell_raw_json,
    spell_scalar,
    spell_seconds,
    spell_unix_nanos,
)


class Style(Enum):
    """Whose a struct is."""

    API = auto()
    """Of a type of the API's; what bears nothing is absent."""
    AUDIT = auto()
    """An audit record: of the API's, and some of its members are JSON in a text."""
    PROGRAM = auto()
    """Of the program that logged: its names and values are anybody's, and may mean something where they are empty."""


# Names of the API's that a table may have in lower case, since BigQuery does not tell them apart.
_API_NAMES: Mapping[str, str] = {
    name.casefold(): name
    for name in (
        *("requestMethod", "requestUrl", "requestSize", "responseSize", "userAgent", "remoteIp", "serverIp"),
        *("cacheLookup", "cacheHit", "cacheValidatedWithOriginServer", "cacheFillBytes", "totalSplits"),
        *("serviceName", "methodName", "resourceName", "resourceLocation", "numResponseItems", "authenticationInfo"),
        *("authorizationInfo", "policyViolationInfo", "requestMetadata", "serviceData", "resourceOriginalState"),
    )
}

# What a sink has made lower case of names that platforms and loggers are known to write, and that tell something.
_SINK_NAMES: Mapping[str, str] = {
    "_type": "@type",
    "attemptresponselog": "attemptResponseLog",
    "category": "Category",
    "classname": "className",
    "debuginfo": "debugInfo",
    "errorstack": "errorStack",
    "errorverbose": "errorVerbose",
    "extendedstacktrace": "extendedStackTrace",
    "funcname": "funcName",
    "instanceid": "instanceId",
    "k8s_pod_pod_template_hash": "k8s-pod/pod-template-hash",
    "linenumber": "lineNumber",
    "loggername": "loggerName",
    "proxystatus": "proxyStatus",
    "renderedmessage": "RenderedMessage",
    "sourcecontext": "SourceContext",
    "sourcelocation": "sourceLocation",
    "statusdetails": "statusDetails",
    "textpayload": "textPayload",
}

# 64-bit integers of the API's, which its JSON has as texts.
_LONGS = frozenset(
    {"cacheFillBytes", "line", "megaCycles", "numResponseItems", "requestSize", "responseSize", "traceMegaCycles"}
)

_LENGTHS = frozenset({"latency", "pendingTime"})

# Of the API's, what anybody may put anything into: JSON where it is a text.
_JSON_NAMES = frozenset(
    {"claims", "headers", "metadata", "request", "resourceOriginalState", "response", "serviceData"}
    | {"details", "labels", "thirdPartyClaims"}
)

_TYPES: Mapping[str, str] = {
    "auditlog": "type.googleapis.com/google.cloud.audit.AuditLog",
    "requestlog": "type.googleapis.com/google.appengine.logging.v1.RequestLog",
}

_JSON_SUFFIX = "Json"
_SERVICE_DATA = "servicedata_"
_NANOS_SUFFIX = "_unix_nanos"
_WORD_START = re.compile(r"(?<=.)_+([a-zA-Z0-9])")


def spell_value(path: str, field: pa.Field, style: Style, depth: int = 0) -> str:
    """The SQL of a column's or member's JSON text, NULL where it has no value.

    Args:
        path: the SQL of its value.
        field: what it is, by the name that a `LogEntry` has for it.
        style: whose it is.
        depth: of lists around it.
    """
    kind = find_type(field)
    if is_json(field):
        return spell_raw_json(path)
    if pa.types.is_struct(kind):
        return _spell_struct(path, kind, style, depth=depth)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        item = f"e{depth}"
        element = kind.value_field.with_name(field.name)
        return spell_array(path, item, spell_value(item, element, style, depth + 1))
    return spell_scalar(path, kind) if style is Style.PROGRAM else _spell_of_api(path, field.name, kind)


def _spell_of_api(path: str, name: str, kind: pa.DataType) -> str:
    """What the API's types say of a value more than a table does."""
    if name in _JSON_NAMES and pa.types.is_string(kind):
        return spell_checked_json(path)
    if name in _LENGTHS and pa.types.is_floating(kind):
        return spell_seconds(path)
    if name in _LONGS and pa.types.is_integer(kind):
        return spell_long(path)
    return spell_scalar(path, kind)


def _spell_struct(path: str, kind: pa.StructType, style: Style, *, depth: int) -> str:
    if style is not Style.PROGRAM and {field.name for field in kind} == {"seconds", "nanos"}:
        return spell_parts_of_seconds(path)
    pieces = list(_list_members(path, kind, style, depth=depth))
    if style is Style.AUDIT:
        pieces.append(_type_piece("auditlog"))
    text = spell_object(pieces) if pieces else "'{}'"
    if style is Style.API:
        text = f"nullif({text}, '{{}}')"
    return f"CASE WHEN {path} IS NOT NULL THEN {text} END"


def _list_members(path: str, kind: pa.StructType, style: Style, *, depth: int) -> Iterator[Piece]:
    names = {field.name for field in kind}
    for field in kind:
        place = f"{path}.{quote_name(field.name)}"
        if style is not Style.PROGRAM and field.name.removesuffix(_NANOS_SUFFIX) in names - {field.name}:
            yield find_name(field.name.removesuffix(_NANOS_SUFFIX), style), spell_unix_nanos(place)
        elif style is not Style.PROGRAM and field.name + _NANOS_SUFFIX in names:
            continue
        elif style is Style.AUDIT and field.name.endswith(_JSON_SUFFIX) and pa.types.is_string(field.type):
            yield field.name.removesuffix(_JSON_SUFFIX), spell_checked_json(place)
        else:
            named = field.with_name(find_name(field.name, style))
            yield named.name, spell_value(place, named, _find_inner(named, style), depth)


def _find_inner(member: pa.Field, style: Style) -> Style:
    """Whose a member is."""
    if member.name == "labels" and pa.types.is_struct(find_type(member)):
        return Style.PROGRAM
    return Style.API if style is Style.AUDIT else style


def find_name(name: str, style: Style) -> str:
    """What a `LogEntry` calls a member."""
    if style is Style.PROGRAM:
        return _SINK_NAMES.get(name, name)
    if style is Style.AUDIT and name.startswith(_SERVICE_DATA) and name != "service_data":
        return "serviceData"
    if name == "_type":
        return "@type"
    return _API_NAMES.get(name.casefold()) or _WORD_START.sub(lambda found: found[1].upper(), name)


def spell_proto_payload(path: str, field: pa.Field) -> str:
    """A `protoPayload` of Log Analytics: a member for each type of record that it knows."""
    kind = find_type(field)
    if is_json(field) or not pa.types.is_struct(kind):
        return spell_checked_json(path)
    records = []
    for member in kind:
        place, name = f"{path}.{quote_name(member.name)}", member.name.replace("_", "").casefold()
        if name == "auditlog":
            records.append(spell_value(place, member, Style.AUDIT))
        elif name == "requestlog":
            pieces = [*_list_members(place, find_type(member), Style.API, depth=0), _type_piece(name)]
            records.append(f"CASE WHEN {place} IS NOT NULL THEN {spell_object(pieces)} END")
    return f"coalesce({', '.join([*records, 'NULL'])})"


def _type_piece(name: str) -> Piece:
    """The type of a record, which no column names."""
    return "@type", f"'\"{_TYPES[name]}\"'"
