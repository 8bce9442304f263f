"""Whom and what a problem touches: values of variables whose key or spelling says what they are."""

import re
from collections import Counter
from collections.abc import Iterable

from log_gardener._core import Facet, Variable
from log_gardener.model.cluster import Entity

# The words by which programs name those they serve and what they serve them with.
KINDS = {
    "user": ("user", "usr", "username", "login", "uid"),
    "account": ("account", "acct", "customer", "client"),
    "tenant": ("tenant", "org", "organization", "organisation", "workspace"),
    "session": ("session", "sess", "sid"),
    "connection": ("connection", "conn", "websocket", "socket"),
    "request": ("request", "req"),
    "order": ("order",),
    "job": ("job", "task"),
    "device": ("device",),
}
_KIND_OF_WORD = {word: kind for kind, words in KINDS.items() for word in words}

# Variables that identify; a duration or a size after the word "request" is none of its names.
_NAMING = frozenset({"id", "int", "hex", "uuid", "email", "text", "*", "base64"})

SHOWN_VALUES = 5

_KEY = re.compile(r"([A-Za-z][A-Za-z_]*)[\s:='\"#(\[]*$")
_SPLIT = re.compile(r"[-_.:]|(?<=[a-z])(?=\d)")


def find_kind(variable: Variable) -> str | None:
    """What a variable names, by the word before it or by its values' own spelling."""
    if variable.kind not in _NAMING:
        return None
    found = _KEY.search(variable.before)
    word = re.sub(r"_?ids?$", "", re.sub(r"(?<=[a-z])Id$", "", found.group(1)).lower()) if found else ""
    by_key = _KIND_OF_WORD.get(word) or _KIND_OF_WORD.get(word.rpartition("_")[2])
    return by_key or _find_kind_of_values(variable)


def _find_kind_of_values(variable: Variable) -> str | None:
    kinds = {_find_kind_of_value(row.value) for row in variable.values}
    return kinds.pop() if len(kinds) == 1 else None


def _find_kind_of_value(value: str) -> str | None:
    parts = _SPLIT.split(value.lower())
    return next((kind for part in parts[:-1] if (kind := _KIND_OF_WORD.get(part))), None)


def find_entities(facets: Iterable[Facet]) -> list[tuple[Entity, Counter[str]]]:
    """Every kind of entity in the facets, with all kept values and their counts."""
    counts: dict[str, Counter[str]] = {}
    largest: dict[str, int] = {}
    inexact: set[str] = set()
    entries: Counter[str] = Counter()
    for facet, variable in ((one, variable) for one in facets for variable in one.variables):
        kind = find_kind(variable)
        if kind is None:
            continue
        entries[kind] += facet.count
        counts.setdefault(kind, Counter()).update({row.value: row.count for row in variable.values})
        largest[kind] = max(largest.get(kind, 0), variable.distinct)
        if not variable.is_exact:
            inexact.add(kind)
    return [
        (_make_entity(kind, values, largest[kind], entries[kind], is_exact=kind not in inexact), values)
        for kind, values in sorted(counts.items())
    ]


def _make_entity(kind: str, values: Counter[str], largest: int, entries: int, *, is_exact: bool) -> Entity:
    ranked = sorted(values, key=lambda value: (-values[value], value))
    # An estimate may be higher than the entries that were counted; the truth is not.
    distinct = len(values) if is_exact else max(min(largest, entries), len(values))
    return Entity(kind, distinct, is_exact, tuple(ranked[:SHOWN_VALUES]))
