"""A filter of the Logging query language that tells which entries fit it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from tests.fakes.filter_fields import Body, find_texts, make_test
from tests.fakes.filter_parser import parse_tree
from tests.fakes.filter_tree import Anywhere, Comparison, Every, InLog, Node, Some, Without
from tests.fakes.instants import parse_nanos

__all__ = ["Bounds", "Filter", "parse_filter"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Which times a filter lets through, `start <= t < end` in nanoseconds; `None` where it says nothing."""

    start: int | None = None
    end: int | None = None

    @property
    def is_closed(self) -> bool:
        """Whether there are both."""
        return self.start is not None and self.end is not None


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that the service takes.

    Attributes:
        text: as it was sent.
        is_match: whether an entry, as JSON, fits it.
        timestamp: which times of entries it is bound to, as far as its outermost AND tells.
        received: which times of arrival.
    """

    text: str
    is_match: Callable[[Body], bool]
    timestamp: Bounds
    received: Bounds


def parse_filter(text: str) -> Filter:
    """Read a filter.

    Raises:
        FilterError: the service would refuse it with INVALID_ARGUMENT.
    """
    tree = parse_tree(text)
    return Filter(
        text, _make_match(tree, text), _find_bounds(tree, "timestamp"), _find_bounds(tree, "receiveTimestamp")
    )


def _make_match(node: Node, text: str) -> Callable[[Body], bool]:
    if isinstance(node, Comparison):
        return make_test(node, text)
    if isinstance(node, Anywhere):
        wanted = node.text.casefold()
        return lambda body: any(wanted in one for one in find_texts(body))
    if isinstance(node, InLog):
        log = unquote(node.log_id).casefold()
        return lambda body: _find_log_id(body) == log
    if isinstance(node, Without):
        inner = _make_match(node.part, text)
        return lambda body: not inner(body)
    parts = [_make_match(part, text) for part in node.parts]
    join = any if isinstance(node, Some) else all
    return lambda body: join(part(body) for part in parts)


def _find_log_id(body: dict[str, Any]) -> str:
    return unquote(str(body.get("logName", "")).partition("/logs/")[2]).casefold()


def _find_bounds(tree: Node, field: str) -> Bounds:
    starts, ends = [], []
    for comparison in _find_outermost(tree):
        if comparison.path != (field,) or comparison.value.text == "*":
            continue
        at = parse_nanos(comparison.value.text)
        if comparison.operator in (">", ">=", "="):
            starts.append(at + (comparison.operator == ">"))
        if comparison.operator in ("<", "<=", "="):
            ends.append(at + (comparison.operator != "<"))
    return Bounds(max(starts, default=None), min(ends, default=None))


def _find_outermost(node: Node) -> Iterator[Comparison]:
    if isinstance(node, Comparison):
        yield node
    elif isinstance(node, Every):
        for part in node.parts:
            yield from _find_outermost(part)
