"""Secrets and personal data out of all that the worklog shows and the state keeps, by the core's table of rules."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

from log_gardener import _core
from log_gardener._core import Exemplar, Facet, Template
from log_gardener.model.cluster import ShownValue
from log_gardener.model.redaction import RedactionRule
from log_gardener.stages.finding import Finding
from log_gardener.stages.recipe import repair

# People read no deeper, and readers of JSON give up at a few hundred levels.
DEEPEST = 64

# Fields whose digits are identifiers, made here or by the platform.
_IDENTIFYING = frozenset({"id", "insert_id", "fingerprints", "to", "cluster"})

_HALVES = re.compile("[\ud800-\udfff]")

_Shown = TypeVar("_Shown")


@dataclass(frozen=True, slots=True)
class Redactor:
    """Takes secrets out; the key makes marks that nobody else can make or undo.

    Attributes:
        rules: of the user's own, beside the core's table.
        allowed: patterns of what stays when one of them matches it as a whole.
    """

    key: bytes
    rules: tuple[RedactionRule, ...] = ()
    allowed: tuple[str, ...] = ()
    core: _core.Redactor = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rows = [(rule.name, rule.pattern, rule.keywords, rule.entropy) for rule in self.rules]
        object.__setattr__(self, "core", _core.Redactor(self.key, rows, self.allowed))

    def text(self, text: str) -> str:
        """The text with every secret in it replaced."""
        return self.core.text(_make_whole(text))

    def find(self, text: str) -> list[tuple[str, int, int]]:
        """What of a text would be replaced: kind, start and end in characters."""
        return self.core.find(_make_whole(text))

    def entry(self, value: Any) -> Any:  # noqa: ANN401 - JSON is anything
        """A JSON value with every secret replaced, keys considered, cut where it nests too deep to be read."""
        if isinstance(value, str):
            return self.text(repair(value))
        clean = self.core.json(json.dumps(_repair_all(value, depth=0), ensure_ascii=False))
        return value if clean is None else json.loads(clean)

    def identifier(self, identifier: str) -> str:
        """An entry's id, whose digits are no card's."""
        return str(self.entry({"insertId": identifier})["insertId"])

    def entity(self, kind: str, value: str) -> str:
        """Whom or what a problem touches, read behind the name of what it is."""
        return self.core.parts([f"{kind}id=", _make_whole(value)])[1]

    def finding(self, finding: Finding) -> str:
        """A finding's text, see `template`."""
        return self._redact_text(finding.text, finding.template, finding.facets)

    def template(self, template: Template, text: str) -> str:
        """A template's text. A secret in it may be seen only in the whole of an entry, where no value is masked."""
        return self._redact_text(text, template, template.facets)

    def _redact_text(self, text: str, template: Template, facets: Sequence[Facet]) -> str:
        parts, clean = self._redact_parts(template, facets)
        if clean == parts:
            return self.text(text)
        for at, one in zip(range(1, len(parts), 2), template.facets[0].variables, strict=True):
            # What a secret before or around it has swallowed is no value any more.
            is_own = clean[at] == parts[at] or (clean[at] and clean[at + 1] == parts[at + 1])
            clean[at] = f"<{one.kind}>" if is_own else clean[at]
        return self.text("".join(clean))

    def constants(self, finding: Finding) -> list[str]:
        """By variable, the value that all entries of a finding have, redacted in its place; else nothing."""
        _, clean = self._redact_parts(finding.template, finding.facets)
        known: list[set[str]] = [set() for _ in clean[1::2]]
        for facet in finding.facets:
            for own, variable in zip(known, facet.variables, strict=False):
                own.update(row.value for row in variable.values)
        return [value if len(own) == 1 else "" for value, own in zip(clean[1::2], known, strict=True)]

    def _redact_parts(self, template: Template, facets: Sequence[Facet]) -> tuple[list[str], list[str]]:
        """An entry of a template in parts, as they are and redacted; none where the entry was cut."""
        exemplar = next((exemplar for facet in facets for exemplar in facet.exemplars), None)
        parts = self._list_parts(template, exemplar) if exemplar else []
        return parts, self.core.parts(parts)

    def values(self, template: Template, exemplar: Exemplar) -> tuple[ShownValue, ...]:
        """An entry's values; none where the entry was cut.

        What a value is may be seen only by what stands around it, so they are redacted in their place.
        """
        clean = self.core.parts(self._list_parts(template, exemplar))
        variables = template.facets[0].variables
        return tuple(ShownValue(one.kind, self.text(text)) for one, text in zip(variables, clean[1::2], strict=False))

    def _list_parts(self, template: Template, exemplar: Exemplar) -> list[str]:
        """An entry's body in parts: what stands before each value, the value, and what is behind the last one.

        What the names of its members give away is redacted already. Empty where the entry was cut.
        """
        variables = template.facets[0].variables
        found = template.find_values(exemplar.json) or []
        if len(found) != len(variables):
            return []
        behind = template.text[sum(len(f"{one.before}<{one.kind}>") for one in variables) :]
        parts = [text for one, value in zip(variables, found, strict=True) for text in (one.before, value.text)]
        named = self.core.find_named(exemplar.json)
        return [_replace_all(_make_whole(repair(text)), named) for text in (*parts, behind)]

    def shown(self, value: _Shown) -> _Shown:
        """A value of the model with every text in it redacted, but for identifiers and named constants."""
        clean: _Shown = self._show(value)
        return clean

    def _show(self, value: Any) -> Any:  # noqa: ANN401 - whatever a model's field may hold
        if isinstance(value, str):
            return value if isinstance(value, Enum) else self.text(value)
        if isinstance(value, tuple):
            return tuple(self._show(item) for item in value)
        if isinstance(value, Mapping):
            return self.entry(value)
        if not is_dataclass(value) or isinstance(value, type):
            return value
        known = {one.name: getattr(value, one.name) for one in fields(value) if one.init}
        changed = {name: self._show(item) for name, item in known.items() if name not in _IDENTIFYING}
        return replace(value, **{name: item for name, item in changed.items() if item != known[name]})


def _repair_all(value: Any, *, depth: int) -> Any:  # noqa: ANN401 - JSON is anything
    """A JSON value that every encoding can write, wrong decodings undone."""
    if isinstance(value, dict | list) and depth == DEEPEST:
        return f"(nests deeper than {DEEPEST})"
    if isinstance(value, dict):
        return {_make_whole(name): _repair_all(member, depth=depth + 1) for name, member in value.items()}
    if isinstance(value, list):
        return [_repair_all(member, depth=depth + 1) for member in value]
    return _make_whole(repair(value)) if isinstance(value, str) else value


def _replace_all(text: str, marks: Sequence[tuple[str, str]]) -> str:
    for secret, mark in marks:
        text = text.replace(secret, mark)
    return text


def _make_whole(text: str) -> str:
    """The text without halves of surrogate pairs, which JSON can hold and no encoding can write."""
    return text if text.isascii() else _HALVES.sub("\ufffd", text)
