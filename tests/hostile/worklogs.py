"""Worklogs whose every text is hostile: entries through the real stages, and what sources may say set beside them."""

import json
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

from log_gardener import flow
from log_gardener.model.compared import Compared
from log_gardener.model.coverage import Problem, Refusal
from log_gardener.model.priority import Priority
from log_gardener.model.worklog import Worklog
from log_gardener.ports import Request
from log_gardener.stages.previous import Past, PastIssue, compare_runs
from tests.unit.entries import Entry, entry, make_parts, request, trace

_Value = TypeVar("_Value")


def make_entries(texts: Sequence[str]) -> list[Entry]:
    """Entries that have the texts in every field that anything is shown of."""
    entries: list[Entry] = []
    for number, text in enumerate(texts):
        # JSON lines have escapes of their own for what is no character; ids must differ.
        named: dict[str, Any] = {"insertId": f"{text}{number}", "seconds": 2 * number, "service": text}
        place = {"file": text, "line": number, "function": text}
        entries += [
            entry(f"{text} refused for user {text}", **named, labels={text: text}, instance=None),
            entry(text, **{**named, "insertId": f"b{number}{text}"}, labels={"instanceId": text, "note": text}),
            trace(
                f"{text}Error: {text}", function="f", seconds=2 * number, service=text, trace=text, sourceLocation=place
            ),
            entry("", jsonPayload={"message": text, "module": text, "function": text, "line": 1, text: [text]}),
            request(f"https://shop/{text}", 500, "ERROR", userAgent=text, referer=text),
        ]
        entries[-5]["resource"]["labels"] |= {"revision_name": text}
    return entries


def tend_hostile(texts: Sequence[str]) -> Worklog:
    """The worklog of such entries, of sources that are named so and say so."""
    # With escapes, which can spell halves of characters too.
    content = "\n".join(map(json.dumps, make_entries(texts))).encode()
    worklog = flow.ingest(make_parts(content), Request())
    coverage = replace(
        worklog.coverage,
        problems=tuple(Problem(text, text) for text in texts),
        caps=tuple(texts),
    )
    # Places are no counts: what refuses nothing still sums.
    places = tuple(Refusal(text, 0, (text, text)) for text in texts)
    coverage = replace(coverage, refusals=(*coverage.refusals, *places))
    clusters = tuple(replace(one, ticket=texts[0]) for one in worklog.clusters)
    told = replace(worklog, sources=tuple(texts), look_back=texts[0], coverage=coverage, clusters=clusters)
    return replace(told, compared=_compare(worklog, texts))


def _compare(worklog: Worklog, texts: Sequence[str]) -> Compared | None:
    """What has changed since a run that saw issues of these titles, which are all gone."""
    assert worklog.window is not None
    gone = tuple(PastIssue(f"r1:{number:02}", text, Priority.P1, (), 40) for number, text in enumerate(texts))
    return compare_runs(worklog, Past(1, worklog.generated, worklog.window, "", gone))


def calm(value: _Value, names: dict[str, str] | None = None) -> _Value:
    """The value with every text in it replaced by a harmless one, equal ones by equal ones, none by none."""
    return _calm(value, {} if names is None else names)  # type: ignore[no-any-return]


def _calm(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return names.setdefault(value, f"calm{len(names):03d}") if value else value
    if isinstance(value, tuple | list):
        return type(value)(_calm(one, names) for one in value)
    if isinstance(value, dict):
        return {_calm(name, names): _calm(one, names) for name, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _calm(getattr(value, one.name), names) for one in fields(value) if one.init})
    return value
