"""Bundles to the clusters that a worklog lists. All text that leaves here is redacted."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from log_gardener._core import Exemplar, Facet, Template
from log_gardener.model.cluster import (
    Cluster,
    Entity,
    Location,
    ShownEntry,
    Status,
    Symptom,
    TemplateCount,
)
from log_gardener.stages.analysis import analyse
from log_gardener.stages.assess import Assessment
from log_gardener.stages.finding import Bundle
from log_gardener.stages.redaction import Redactor
from log_gardener.stages.revisions import BundleFacts, find_revisions
from log_gardener.stages.spelling import spell_entry
from log_gardener.stages.title import make_title

SHOWN_EXEMPLARS = 3
SHOWN_LOCATIONS = 8


def make_cluster(
    bundle: Bundle, assessment: Assessment, facts: BundleFacts, identity: tuple[str, Status], redact: Redactor
) -> Cluster:
    """The cluster of a bundle. Texts are redacted before anything is made of them, for a cut secret is not known."""
    issue_id, status = identity
    bundle, facts = _redact(bundle, facts, redact)
    first_nanos, last_nanos = bundle.span or (None, None)
    facets = [facet for finding in bundle.findings for facet in finding.facets]
    locations, revisions = redact.shown(find_locations(bundle)), redact.shown(find_revisions(facets))
    return Cluster(
        id=issue_id,
        fingerprints=tuple(dict.fromkeys(finding.identity for finding in bundle.findings)),
        title=make_title(bundle, redact),
        services=redact.shown(tuple(sorted({finding.template.service for finding in bundle.findings} - {""}))),
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
        templates=_count_templates(bundle),
        locations=locations,
        revisions=revisions,
        instances=count_instances(facets),
        entities=tuple(entity for entity, _ in facts.entities),
        exemplars=_choose_exemplars(bundle, redact),
        analysis=tuple(redact.text(line) for line in analyse(bundle, facts, locations, revisions)),
        symptoms=_list_symptoms(bundle),
    )


def _redact(bundle: Bundle, facts: BundleFacts, redact: Redactor) -> tuple[Bundle, BundleFacts]:
    """What is said of a bundle, without secrets."""
    findings = [replace(one, text=redact.finding(one), tie=redact.text(one.tie)) for one in bundle.findings]
    entities = tuple((_redact_entity(entity, redact), counts) for entity, counts in facts.entities)
    return replace(bundle, findings=tuple(findings)), replace(facts, entities=entities)


def _list_symptoms(bundle: Bundle) -> tuple[Symptom, ...]:
    """Consequences by text: one that comes from many instances is said once."""
    rows: dict[str, Symptom] = {}
    for finding in bundle.findings[len(bundle.findings) - bundle.symptoms :]:
        known = rows.get(finding.text)
        count = finding.count + (known.count if known else 0)
        rows[finding.text] = Symptom(finding.text, count, known.evidence if known else finding.tie)
    return tuple(rows.values())


def _redact_entity(entity: Entity, redact: Redactor) -> Entity:
    return Entity(
        entity.kind,
        entity.distinct,
        entity.is_exact,
        tuple(redact.entity(entity.kind, value) for value in entity.values),
    )


def count_minutes(facets: Iterable[Facet]) -> tuple[tuple[int, int], ...]:
    """Entries by minute over all facets."""
    minutes: Counter[int] = Counter()
    for facet in facets:
        minutes.update(dict(facet.minutes))
    return tuple(sorted(minutes.items()))


def _count_templates(bundle: Bundle) -> tuple[TemplateCount, ...]:
    counts: Counter[tuple[str, str]] = Counter()
    for finding in bundle.findings:
        counts[finding.fingerprint, finding.text] += finding.count
    return tuple(TemplateCount(*key, count) for key, count in counts.items())


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
    return ShownEntry(redact.identifier(exemplar.insert_id), exemplar.nanos, entry, redact.values(template, exemplar))


def read_entry(text: str) -> dict[str, Any]:
    """The entry as an object; what nests too deep to be one is shown as text."""
    try:
        return dict(json.loads(text, strict=False))
    except (ValueError, RecursionError):
        return {"textPayload": text}
