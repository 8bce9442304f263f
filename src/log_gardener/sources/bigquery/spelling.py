"""Values of columns as JSON texts, in DuckDB's SQL: what has no value is NULL, so that `concat_ws` leaves it out.

`benchmarks/columns.py` measures it: five to ten times as fast as `json.dumps` of each row. `to_json` of whole structs
is half as fast again, but keeps what is absent as `null`; `json_merge_patch`, which drops that, is about as fast as
this, but also drops what a program logged as null. Arrow's own kernels make half as much, and its join of texts leaves
rows out that have none (pyarrow 26).
"""

import json
from collections.abc import Iterable, Sequence
from typing import TypeAlias

import pyarrow as pa

Piece: TypeAlias = tuple[str, str]
"""A member's name, and the SQL of its value."""

# Beyond it a double does not tell neighbouring integers apart.
_EXACT = 2**53

_NANOS = 1_000_000_000
_JSON_TYPES = frozenset({b"google:sqlType:json", b"arrow.json"})


def quote_name(name: str) -> str:
    """A column's or member's name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def is_json(field: pa.Field) -> bool:
    """Whether a column holds JSON, by what the API says of it."""
    if isinstance(field.type, pa.BaseExtensionType):
        return field.type.extension_name.encode() in _JSON_TYPES
    return (field.metadata or {}).get(b"ARROW:extension:name") in _JSON_TYPES


def find_type(field: pa.Field) -> pa.DataType:
    """What a column is stored as."""
    kind = field.type
    return kind.storage_type if isinstance(kind, pa.BaseExtensionType) else kind


def spell_object(pieces: Iterable[Piece]) -> str:
    """An object of members in the order of their names; of several of one name, the first that has a value."""
    named: dict[str, list[str]] = {}
    for name, value in pieces:
        named.setdefault(name, []).append(value)
    members = [f"{quote_text(_spell_key(name))} || {_choose(named[name])}" for name in sorted(named)]
    return f"'{{' || concat_ws(',', {', '.join(members)}) || '}}'"


def _spell_key(name: str) -> str:
    return json.dumps(name, ensure_ascii=False) + ":"


def _choose(values: Sequence[str]) -> str:
    return f"({values[0]})" if len(values) == 1 else f"coalesce({', '.join(values)})"


def spell_array(path: str, item: str, value: str) -> str:
    """An array; the API gives none for what has no elements, so an empty one is absent.

    Args:
        path: the list.
        item: what `value` calls an element.
        value: an element's text.
    """
    texts = f"list_transform({path}, lambda {item}: coalesce({value}, 'null'))"
    return f"CASE WHEN len({path}) > 0 THEN '[' || array_to_string({texts}, ',') || ']' END"


def spell_raw_json(path: str) -> str:
    """What is JSON already; a line break between its tokens would be taken for the end of an entry."""
    one_line = f"CASE WHEN contains({path}, chr(10)) THEN replace({path}, chr(10), ' ') ELSE {path} END"
    return f"CASE WHEN {path} <> 'null' THEN {one_line} END"


def spell_checked_json(path: str) -> str:
    """What should be JSON, and else is a text."""
    return f"CASE WHEN json_valid({path}) THEN {spell_raw_json(path)} ELSE {_spell_text(path)} END"


def spell_scalar(path: str, kind: pa.DataType) -> str:
    """A value without parts."""
    types = pa.types
    if types.is_string(kind) or types.is_large_string(kind):
        return _spell_text(path)
    if types.is_floating(kind) or types.is_decimal(kind):
        return _spell_double(path if types.is_floating(kind) else f"CAST({path} AS DOUBLE)")
    if types.is_integer(kind) or types.is_boolean(kind):
        return f"CAST({path} AS VARCHAR)"
    if types.is_timestamp(kind):
        return spell_instant(path)
    if types.is_binary(kind) or types.is_large_binary(kind):
        return _spell_text(f"to_base64({path})")
    return _spell_text(f"CAST({path} AS VARCHAR)")


def _spell_text(path: str) -> str:
    return f"CAST(to_json({path}) AS VARCHAR)"


def _spell_double(path: str) -> str:
    """Whole numbers without a point, as they were logged; what JSON has no number for as text."""
    whole = f"CAST(TRY_CAST({path} AS BIGINT) AS VARCHAR)"
    is_whole = f"abs({path}) <= {_EXACT} AND {path} = trunc({path})"
    return (
        f"CASE WHEN {is_whole} THEN {whole} WHEN isfinite({path}) THEN CAST(to_json({path}) AS VARCHAR) "
        f"ELSE {_spell_text(f'CAST({path} AS VARCHAR)')} END"
    )


def spell_long(path: str) -> str:
    """An integer of 64 bits, which the JSON mapping of Protocol Buffers has as a text."""
    return f"'\"' || CAST({path} AS VARCHAR) || '\"'"


def spell_instant(path: str) -> str:
    """RFC 3339, exact to the microsecond; by `epoch_us`, since formatting would depend on the machine's time zone."""
    return f"strftime(make_timestamp(epoch_us({path})), '\"%Y-%m-%dT%H:%M:%S.%fZ\"')"


def spell_unix_nanos(path: str) -> str:
    """RFC 3339, exact to the nanosecond, of nanoseconds since 1970."""
    return f"strftime(make_timestamp_ns({path}), '\"%Y-%m-%dT%H:%M:%S.%nZ\"')"


def spell_seconds(path: str) -> str:
    """A length of time such as `0.123s`, of seconds."""
    return spell_length(f"TRY_CAST(round({path} * {_NANOS}) AS HUGEINT)")


def spell_parts_of_seconds(path: str) -> str:
    """A length of time, of a struct of seconds and nanoseconds."""
    seconds, nanos = (f"coalesce({path}.{quote_name(name)}, 0)" for name in ("seconds", "nanos"))
    return f"CASE WHEN {path} IS NOT NULL THEN {spell_length(f'(CAST({seconds} AS HUGEINT) * {_NANOS} + {nanos})')} END"


def spell_length(nanos: str) -> str:
    """A length of time with no, three, six or nine digits, as the JSON mapping has it."""
    digits = f"lpad(CAST(abs({nanos}) % {_NANOS} AS VARCHAR), 9, '0')"
    fraction = (
        f"CASE WHEN {nanos} % {_NANOS} = 0 THEN '' WHEN {nanos} % 1000000 = 0 THEN '.' || left({digits}, 3) "
        f"WHEN {nanos} % 1000 = 0 THEN '.' || left({digits}, 6) ELSE '.' || {digits} END"
    )
    sign = f"CASE WHEN {nanos} < 0 THEN '-' ELSE '' END"
    return f"'\"' || {sign} || CAST(abs({nanos}) // {_NANOS} AS VARCHAR) || {fraction} || 's\"'"
