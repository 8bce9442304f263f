"""The conditions on rows that a session or a query may have: a strict part of SQL, and nothing beside it.

condition := term {AND term} | term {OR term}
term      := NOT term | ( condition ) | value comparison
value     := column {. member} | JSON_VALUE(column {. member}, '$.member')
comparison:= >= instant | < instant | = text | LIKE text | IN ( text {, text} )
instant   := TIMESTAMP text
"""

import json
import re
from collections.abc import Callable
from datetime import datetime
from functools import reduce
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

Condition: TypeAlias = Callable[[pa.Table], pa.ChunkedArray]
"""Which rows of a table meet it: true, false, or null as in SQL."""

Value: TypeAlias = Callable[[pa.Table], pa.ChunkedArray]

_TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^'\\\n])*')|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<mark>>=|<|=|[().,]))")
_WORDS = frozenset({"AND", "OR", "NOT", "IN", "LIKE", "TIMESTAMP", "JSON_VALUE"})
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


class ConditionError(ValueError):
    """A condition that the service does not take."""


def parse_condition(text: str, *, has_json: bool = False) -> Condition:
    """Read a condition.

    Args:
        text: empty for all rows.
        has_json: whether it may look into JSON.

    Raises:
        ConditionError: it is none.
    """
    if not text:
        return lambda table: pa.chunked_array([pa.array([True] * table.num_rows, pa.bool_())])
    parser = _Parser(text, has_json=has_json)
    condition = parser.read_condition()
    parser.end()
    return condition


def _split(text: str) -> list[str]:
    tokens, at = [], 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            msg = f"Syntax error: Unexpected {text[at : at + 10]!r}"
            raise ConditionError(msg)
        tokens.append(found[0].strip())
        at = found.end()
    return tokens


class _Parser:
    def __init__(self, text: str, *, has_json: bool) -> None:
        self._tokens = _split(text)
        self._at = 0
        self._has_json = has_json

    def end(self) -> None:
        if self._at != len(self._tokens):
            self._fail()

    def read_condition(self) -> Condition:
        terms = [self._read_term()]
        word = self._peek()
        if word not in {"AND", "OR"}:
            return terms[0]
        while self._take(word):
            terms.append(self._read_term())
        join = pc.and_kleene if word == "AND" else pc.or_kleene
        return lambda table: reduce(join, (term(table) for term in terms))

    def _read_term(self) -> Condition:
        if self._take("NOT"):
            inner = self._read_term()
            return lambda table: pc.invert(inner(table))
        if self._take("("):
            inner = self.read_condition()
            self._expect(")")
            return inner
        return self._read_comparison(self._read_value())

    def _read_value(self) -> Value:
        if self._take("JSON_VALUE"):
            return self._read_json_value()
        path = self._read_path()
        return lambda table: _find(table, path)

    def _read_json_value(self) -> Value:
        if not self._has_json:
            self._fail()
        self._expect("(")
        path = self._read_path()
        self._expect(",")
        member = self._read_text().removeprefix("$.")
        self._expect(")")

        def read(table: pa.Table) -> pa.ChunkedArray:
            texts = _find(table, path).to_pylist()
            return pa.chunked_array([pa.array([json.loads(text or "{}").get(member) for text in texts], pa.string())])

        return read

    def _read_path(self) -> list[str]:
        path = [self._read_name()]
        while self._take("."):
            path.append(self._read_name())
        return path

    def _read_comparison(self, value: Value) -> Condition:
        if self._take("IN"):
            return self._read_list(value)
        for mark, compare in {">=": pc.greater_equal, "<": pc.less}.items():
            if self._take(mark):
                instant = self._read_instant()
                return lambda table: compare(value(table), instant)
        if self._take("="):
            text = self._read_text()
            return lambda table: pc.equal(value(table), text)
        if self._take("LIKE"):
            pattern = self._read_text()
            return lambda table: pc.match_like(value(table), pattern)
        self._fail()
        raise AssertionError

    def _read_list(self, value: Value) -> Condition:
        self._expect("(")
        texts = [self._read_text()]
        while self._take(","):
            texts.append(self._read_text())
        self._expect(")")
        return lambda table: reduce(pc.or_kleene, (pc.equal(value(table), text) for text in texts))

    def _read_instant(self) -> pa.Scalar:
        self._expect("TIMESTAMP")
        text = self._read_text()
        if not _INSTANT.fullmatch(text):
            msg = f"Invalid TIMESTAMP value: {text}"
            raise ConditionError(msg)
        return pa.scalar(datetime.fromisoformat(text), pa.timestamp("us", "UTC"))

    def _read_text(self) -> str:
        token = self._peek()
        if not token.startswith("'"):
            self._fail()
        self._at += 1
        return token[1:-1]

    def _read_name(self) -> str:
        token = self._peek()
        if not token[:1].isidentifier() or token in _WORDS:
            self._fail()
        self._at += 1
        return token

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self, token: str) -> bool:
        is_next = self._peek() == token
        self._at += is_next
        return is_next

    def _expect(self, token: str) -> None:
        if not self._take(token):
            self._fail()

    def _fail(self) -> None:
        msg = f"Syntax error: Unexpected {self._peek()!r}"
        raise ConditionError(msg)


def _find(table: pa.Table, path: list[str]) -> pa.ChunkedArray:
    """A column, or a member of it."""
    if path[0] not in table.column_names:
        msg = f"Unrecognized name: {path[0]}"
        raise ConditionError(msg)
    column = table.column(path[0])
    for name in path[1:]:
        if not pa.types.is_struct(column.type) or column.type.get_field_index(name) < 0:
            msg = f"Field name {name} does not exist in {column.type}"
            raise ConditionError(msg)
        column = pc.struct_field(column, name)
    return column
