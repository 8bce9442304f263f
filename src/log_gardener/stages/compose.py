"""Bundles to the clusters that a worklog lists. All text that leaves here is redacted."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from log_gardener._core import Exemplar, Facet, Template, redact_parts, redact_text, redact_whole
from log_gardener.model.cluster import (
    Cluster,
    Entity,
    Location,
    ShownEntry,
    ShownValue,
    Status,
    Symptom,
    TemplateCount,
)
from log_gardener.stages.analysis import analyse
from log_gardener.stages.assess import Assessment
from log_gardener.stages.finding import Bundle
from log_gardener.stages.recipe import repair
from log_gardener.stages.revisions import BundleFacts, find_revisions
from log_gardener.stages.spelling import spell_entry
from log_gardener.stages.title import make_title

SHOWN_EXEMPLARS = 3
SHOWN_LOCATIONS = 8

# People read no deeper, and readers of JSON give up at a few hundred levels.
DEEPEST = 64

_HALVES = re.compile("[\ud800-\udfff]")

# Members of a payload whose value is a secret whatever it looks like.
SECRET_KEYS = (
    "password",
    "passwd",
    "authorization",
    "cookie",
    "secret",
    "api_key",
    "apikey",
    "access_token",
    "private_key",
)
# Members of the API's own that say who called.
PERSONAL_KEYS = frozenset({"remoteIp", "callerIp", "principalEmail", "principalSubject", "userAgent"})


@dataclass(frozen=True, slots=True)
class Redactor:
    """Takes secrets out; the key makes marks that nobody else can make or undo."""

    key: bytes

    def text(self, text: str) -> str:
        """The text with every secret in it replaced."""
        return redact_text(_make_whole(text), self.key)

    def entry(self, value: Any, key: str = "", *, depth: int = 0) -> Any:  # noqa: ANN401 - JSON is anything
        """A JSON value with every secret replaced, keys considered, cut where it nests too deep to be read."""
        if isinstance(value, dict | list) and depth == DEEPEST:
            return f"(nests deeper than {DEEPEST})"
        if isinstance(value, dict):
            return {self.text(name): self.entry(member, name, depth=depth + 1) for name, member in value.items()}
        if isinstance(value, list):
            return [self.entry(member, key, depth=depth + 1) for member in value]
        return self._member(value, key) if value and isinstance(value, str) else value

    def values(self, template: Template, exemplar: Exemplar) -> tuple[ShownValue, ...]:
        """An entry's values; none where the entry was cut.

        What a value is may be seen only by what stands around it, so they are redacted in their place.
        """
        found = template.find_values(exemplar.json) or []
        variables = template.facets[0].variables
        behind = template.text[sum(len(f"{one.before}<{one.kind}>") for one in variables) :]
        parts = [text for one, value in zip(variables, found, strict=False) for text in (one.before, value.text)]
        clean = redact_parts([repair(text) for text in (*parts, behind)], self.key)
        return tuple(ShownValue(value.kind, text) for value, text in zip(found, clean[1::2], strict=True))

    def _member(self, value: str, key: str) -> str:
        if key in PERSONAL_KEYS:
            return redact_whole(key, _make_whole(value), self.key)
        if any(secret in key.lower() for secret in SECRET_KEYS) and len(value) > len("REDACTED"):
            return redact_whole("secret", _make_whole(value), self.key)
        return self.text(repair(value))


def _make_whole(text: str) -> str:
    """The text without halves of surrogate pairs, which JSON can hold and no encoding can write."""
    return _HALVES.sub("\ufffd", text)


def make_cluster(
    bundle: Bundle, assessment: Assessment, facts: BundleFacts, identity: tuple[str, Status], redact: Redactor
) -> Cluster:
    """The cluster of a bundle."""
    issue_id, status = identity
    first_nanos, last_nanos = bundle.span or (None, None)
    facets = [facet for finding in bundle.findings for facet in finding.facets]
    locations, revisions = find_locations(bundle), find_revisions(facets)
    return Cluster(
        id=issue_id,
        fingerprints=tuple(dict.fromkeys(finding.identity for finding in bundle.findings)),
        title=redact.text(make_title(bundle)),
        services=tuple(sorted({finding.template.service for finding in bundle.findings} - {""})),
        fault=assessment.fault,
        priority=assessment.priority,
        score=assessment.score,
        reasons=tuple(replace(reason, why=redact.text(reason.why)) for reason in assessment.reasons),
        severity=bundle.severity,
        frequency=assessment.frequency,
        count=bundle.count,
        occurrences=bundle.occurrences,
        first_nanos=first_nanos,
        last_nanos=last_nanos,
        minutes=count_minutes(facets),
        trend=assessment.trend,
        status=status,
        templates=_count_templates(bundle, redact),
        locations=locations,
        revisions=revisions,
        instances=count_instances(facets),
        entities=tuple(_redact_entity(entity, redact) for entity, _ in facts.entities),
        exemplars=_choose_exemplars(bundle, redact),
        analysis=tuple(redact.text(line) for line in analyse(bundle, facts, locations, revisions)),
        symptoms=_list_symptoms(bundle, redact),
    )


def _list_symptoms(bundle: Bundle, redact: Redactor) -> tuple[Symptom, ...]:
    """Consequences by text: one that comes from many instances is said once."""
    rows: dict[str, Symptom] = {}
    for finding in bundle.findings[len(bundle.findings) - bundle.symptoms :]:
        known = rows.get(finding.text)
        count = finding.count + (known.count if known else 0)
        rows[finding.text] = Symptom(redact.text(finding.text), count, known.evidence if known else finding.tie)
    return tuple(rows.values())


def _redact_entity(entity: Entity, redact: Redactor) -> Entity:
    return Entity(entity.kind, entity.distinct, entity.is_exact, tuple(redact.text(value) for value in entity.values))


def count_minutes(facets: Iterable[Facet]) -> tuple[tuple[int, int], ...]:
    """Entries by minute over all facets."""
    minutes: Counter[int] = Counter()
    for facet in facets:
        minutes.update(dict(facet.minutes))
    return tuple(sorted(minutes.items()))


def _count_templates(bundle: Bundle, redact: Redactor) -> tuple[TemplateCount, ...]:
    counts: Counter[tuple[str, str]] = Counter()
    for finding in bundle.findings:
        counts[finding.fingerprint, finding.text] += finding.count
    return tuple(TemplateCount(key[0], redact.text(key[1]), count) for key, count in counts.items())


def find_locations(bundle: Bundle) -> tuple[Location, ...]:
    """The places that the entries name, the root's first, lines in order."""
    found: dict[Location, None] = {}
    for finding in bundle.findings:
        template = finding.template
        # The module is the logger's; a trace's frame is elsewhere.
        module = "" if template.frames else template.module
        places = [row.value.split("\t") for facet in finding.facets for row in facet.places]
        named = [_make_location(module, *place) for place in places if len(place) == len(_PLACE_PARTS)]
        if not named and template.module:
            named = [Location(template.module, template.function or None, None, None)]
        found.update(dict.fromkeys(sorted(named, key=lambda location: (location.file or "", location.line or 0))))
    return tuple(found)[:SHOWN_LOCATIONS]


_PLACE_PARTS = ("file", "function", "line")


def _make_location(module: str, file: str, function: str, line: str) -> Location:
    return Location(module or None, function or None, int(line) if line.isdecimal() else None, file or None)


def count_instances(facets: Sequence[Facet]) -> int:
    """Distinct instances: counted while every sample is whole, else the largest estimate."""
    sampled = {row.value for facet in facets for row in facet.instances}
    return max([len(sampled), *(facet.instance_count for facet in facets)])


def _choose_exemplars(bundle: Bundle, redact: Redactor) -> tuple[ShownEntry, ...]:
    """One entry for each of the first templates: the latest, which people can still look up."""
    kept: dict[str, list[tuple[Template, Exemplar]]] = {}
    for finding in bundle.findings[: len(bundle.findings) - bundle.symptoms]:
        of_template = kept.setdefault(finding.fingerprint, [])
        of_template += [(finding.template, exemplar) for facet in finding.facets for exemplar in facet.exemplars]
    latest = [
        max(rows, key=lambda row: (row[1].nanos or 0, row[1].insert_id))
        for rows in list(kept.values())[:SHOWN_EXEMPLARS]
    ]
    return tuple(_show(template, exemplar, redact) for template, exemplar in latest)


def _show(template: Template, exemplar: Exemplar, redact: Redactor) -> ShownEntry:
    entry = spell_entry(redact.entry(read_entry(exemplar.json)))
    return ShownEntry(exemplar.insert_id, exemplar.nanos, entry, redact.values(template, exemplar))


def read_entry(text: str) -> dict[str, Any]:
    """The entry as an object; what nests too deep to be one is shown as text."""
    try:
        return dict(json.loads(text, strict=False))
    except (ValueError, RecursionError):
        return {"textPayload": text}
