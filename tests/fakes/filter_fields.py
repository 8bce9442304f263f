"""The fields of a `LogEntry`: what there are, of which kind, and how each is compared.

A field of the type that an entry does not have is compared by its default. A label or a member of a payload that
is not there makes each comparison fail, `!=` too. Text is compared without regard to case; patterns with.
"""

import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from google.cloud.logging_v2.types import LogEntry
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

from tests.fakes.filter_tree import Comparison, FilterError, Literal
from tests.fakes.instants import parse_length, parse_nanos

Body: TypeAlias = dict[str, Any]
Test: TypeAlias = Callable[[Any], bool]

_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_LEAVES = {"google.protobuf.Timestamp": "timestamp", "google.protobuf.Duration": "length"}
_FREE = {"google.protobuf.Struct", "google.protobuf.Any"}
_DEFAULTS: dict[str, Any] = {"text": "", "number": 0, "truth": False, "rank": 0, "timestamp": 0, "length": 0}
# What RE2, which the service matches with, does not know but Python does.
_NOT_RE2 = re.compile(r"\(\?(?:[=!]|<[=!]|P=|\()|(?<!\\)(?:\\\\)*\\[1-9]|[*+?}]\+")
_ENTRY: Descriptor = LogEntry.pb().DESCRIPTOR


@dataclass(frozen=True, slots=True)
class Kind:
    """What a field holds: text, number, truth, rank (an enum), timestamp, length, object; free is told by its value."""

    name: str
    ranks: EnumDescriptor | None = None

    @property
    def has_default(self) -> bool:
        """Whether an entry without the field is compared as if it had the default."""
        return self.name in _DEFAULTS


def find_kind(path: tuple[str, ...]) -> Kind | None:
    """What the field of a path holds; `None` if a `LogEntry` has no such field."""
    message = _ENTRY
    for place, name in enumerate(path):
        found = next((one for one in message.fields if one.json_name == name), None)
        if found is None:
            return None
        is_last = place == len(path) - 1
        inner = found.message_type
        if inner is None or inner.full_name in _LEAVES:
            return _leaf_kind(found) if is_last else None
        if inner.full_name in _FREE or inner.GetOptions().map_entry:
            return Kind("object" if is_last else "free")
        message = inner
    return Kind("object")


def _leaf_kind(found: FieldDescriptor) -> Kind:
    if found.message_type is not None:
        return Kind(_LEAVES[found.message_type.full_name])
    if found.enum_type is not None:
        return Kind("rank", found.enum_type)
    if found.type == FieldDescriptor.TYPE_STRING:
        return Kind("text")
    return Kind("truth" if found.type == FieldDescriptor.TYPE_BOOL else "number")


def make_test(comparison: Comparison, text: str) -> Callable[[Body], bool]:
    """What tells whether an entry, as JSON, fits a comparison.

    Raises:
        FilterError: there is no such field, or it cannot be compared like that.
    """
    kind = find_kind(comparison.path)
    if kind is None:
        reason = f"field not found: '{'.'.join(comparison.path)}'"
        raise FilterError(reason, text, comparison.at)
    if comparison.operator == ":" and comparison.value == Literal("*", is_quoted=False, at=comparison.value.at):
        return partial(_has, comparison.path, kind)
    try:
        test = _make_value_test(kind, comparison.operator, comparison.value)
    except ValueError as error:
        reason = f"{'.'.join(comparison.path)} cannot be compared: {error}"
        raise FilterError(reason, text, comparison.value.at) from None
    if kind.has_default:
        return partial(_fits_typed, comparison.path, kind, test)
    return partial(_fits_free, comparison.path, test, comparison.operator in ("!=", "!~"))


def _has(path: tuple[str, ...], kind: Kind, body: Body) -> bool:
    values = list(find_values(body, path))
    return bool(values) and not (kind.has_default and _to_typed(kind, values[0]) == _DEFAULTS[kind.name])


def _fits_typed(path: tuple[str, ...], kind: Kind, test: Test, body: Body) -> bool:
    for value in find_values(body, path):
        return test(_to_typed(kind, value))
    return test(_DEFAULTS[kind.name])


def _fits_free(path: tuple[str, ...], test: Test, is_negative: bool, body: Body) -> bool:  # noqa: FBT001 - given by name of operator
    values = list(find_values(body, path))
    return bool(values) and (all if is_negative else any)(test(value) for value in values)


def find_values(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    """All that stands at a path; a list on the way stands for each of its members."""
    if isinstance(value, list):
        for one in value:
            yield from find_values(one, path)
    elif not path:
        yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from find_values(value[path[0]], path[1:])


def find_texts(value: Any) -> Iterator[str]:
    """Every value in an object, as text in lower case."""
    if isinstance(value, dict):
        for one in value.values():
            yield from find_texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from find_texts(one)
    else:
        yield str(value).casefold()


def _to_typed(kind: Kind, value: Any) -> Any:
    if kind.ranks is not None:
        return kind.ranks.values_by_name[value].number if isinstance(value, str) else value
    if kind.name == "timestamp":
        return parse_nanos(value)
    if kind.name == "length":
        return parse_length(value)
    return float(value) if kind.name == "number" else value


def _make_value_test(kind: Kind, operator_: str, literal: Literal) -> Test:
    """A test of a value; raises a ValueError that says why there is none."""
    if kind.name == "free":
        return _make_free_test(operator_, literal)
    if kind.name == "text":
        return _make_text_test(operator_, literal.text)
    if kind.name == "object":
        if operator_ != ":":
            msg = f"{operator_} does not go with an object"
            raise ValueError(msg)
        return partial(_contains, literal.text.casefold())
    wanted = _parse_typed(kind, literal)
    compare = _ORDERS.get("=" if operator_ == ":" and kind.name != "timestamp" else operator_)
    if compare is None or (kind.name == "truth" and operator_ not in ("=", "!=", ":")):
        msg = f"{operator_} does not go with a {kind.name}"
        raise ValueError(msg)
    return lambda value: compare(value, wanted)


def _parse_typed(kind: Kind, literal: Literal) -> Any:
    if kind.ranks is not None:
        if literal.text.lstrip("-").isdigit():
            return int(literal.text)
        found = kind.ranks.values_by_name.get(literal.text.upper())
        if found is None:
            msg = f"{literal.text!r} is none of {', '.join(kind.ranks.values_by_name)}"
            raise ValueError(msg)
        return found.number
    if kind.name == "timestamp":
        return parse_nanos(literal.text)
    if kind.name == "length":
        return parse_length(literal.text)
    return _parse_truth(literal) if kind.name == "truth" else float(literal.text)


def _parse_truth(literal: Literal) -> bool:
    if literal.text.lower() not in ("true", "false"):
        msg = f"{literal.text!r} is neither true nor false"
        raise ValueError(msg)
    return literal.text.lower() == "true"


def _make_text_test(operator_: str, text: str) -> Test:
    if operator_ in ("=~", "!~"):
        pattern = _make_pattern(text)
        return lambda value: bool(pattern.search(value)) == (operator_ == "=~")
    wanted = text.casefold()
    if operator_ == ":":
        return lambda value: wanted in value.casefold()
    compare = _ORDERS[operator_]
    return lambda value: compare(value.casefold(), wanted)


def _make_pattern(text: str) -> re.Pattern[str]:
    if _NOT_RE2.search(text):
        msg = f"the pattern {text!r} is not of RE2"
        raise ValueError(msg)
    try:
        return re.compile(text)
    except re.error as error:
        msg = f"the pattern {text!r} is none: {error}"
        raise ValueError(msg) from None


def _make_free_test(operator_: str, literal: Literal) -> Test:
    """A test that goes by what it meets: the literal is taken for a value of that kind, or does not fit."""
    as_text = _make_text_test(operator_, literal.text)
    number = _find_number(literal.text)
    compare = _ORDERS.get("=" if operator_ == ":" else operator_)
    is_null = literal == Literal("NULL_VALUE", is_quoted=False, at=literal.at)

    def test(value: Any) -> bool:
        if isinstance(value, str):
            return as_text(value)
        if value is None or isinstance(value, bool):
            same = is_null if value is None else str(value).lower() == literal.text.lower()
            return {"=": same, ":": same, "!=": not same}.get(operator_, False)
        if isinstance(value, dict):
            return operator_ == ":" and _contains(literal.text.casefold(), value)
        return compare is not None and number is not None and compare(value, number)

    return test


def _find_number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _contains(wanted: str, value: Any) -> bool:
    return any(wanted in one for one in find_texts(value))
