"""What a run adds to memory: the entries that no earlier run had counted."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence

from log_gardener._core import Facet, Template
from log_gardener.model.issue import Growth, Issue, KnownTemplate, RevisionGrowth, TrafficGrowth, Verdict
from log_gardener.stages.entities import find_kind
from log_gardener.stages.finding import Bundle, Finding, join_spans
from log_gardener.stages.garden import Sight
from log_gardener.stages.redaction import Redactor

# Of each kind of entity, the values of the lowest hashes: a bottom-k sketch that merges with what is remembered.
SKETCH = 16

# Ranks are unsigned, columns of databases are not.
_SIGN = 1 << 63


def grow(sights: Iterable[Sight], redact: Redactor) -> list[Growth]:
    """What each issue gains."""
    return [_grow(sight, redact) for sight in sights]


def _grow(sight: Sight, redact: Redactor) -> Growth:
    cluster = sight.cluster
    issue = Issue(
        id=cluster.id,
        fingerprints=cluster.fingerprints,
        title=cluster.title,
        service=", ".join(cluster.services),
        priority=cluster.priority,
        severity=cluster.severity,
        count=cluster.count,
        first_nanos=cluster.first_nanos,
        last_nanos=cluster.last_nanos,
        trend=cluster.trend,
        verdict=sight.verdict or Verdict(),
        templates=_list_known(sight.bundle, redact),
    )
    facets = [facet for finding in sight.bundle.findings for facet in finding.facets]
    return Growth(
        issue,
        count_new(facets),
        _count_new_minutes(facets),
        revisions=_count_revisions((finding.template.service, finding.facets) for finding in sight.bundle.findings),
        entities=_list_entities(facets, redact),
        exemplars=cluster.exemplars,
        ended=sight.movement.ended,
    )


def count_new(facets: Iterable[Facet]) -> int:
    """Entries that no earlier run had counted."""
    return sum(facet.count - facet.known for facet in facets)


def _list_known(bundle: Bundle, redact: Redactor) -> tuple[KnownTemplate, ...]:
    """The templates behind the fingerprints, each once: a generic line has one for every instance."""
    known = {finding.identity: finding for finding in reversed(bundle.findings)}
    return tuple(_know(finding, redact) for finding in reversed(known.values()))


def _know(finding: Finding, redact: Redactor) -> KnownTemplate:
    template = finding.template
    return KnownTemplate(
        finding.identity,
        template.kind,
        template.module,
        template.function,
        redact.finding(finding),
        service=template.service,
        resource=template.resource,
        frames=tuple(redact.text(frame) for frame in template.frames),
        tie=finding.tie,
    )


def _count_new_minutes(facets: Iterable[Facet]) -> tuple[tuple[int, int], ...]:
    minutes: Counter[int] = Counter()
    for facet in facets:
        rows = dict(facet.minutes)
        starts = sorted(rows)
        for minute, known in facet.known_minutes:
            # Where a row stands for several minutes, those of what is known may be finer.
            rows[starts[bisect_right(starts, minute) - 1]] -= known
        minutes.update({minute: count for minute, count in rows.items() if count > 0})
    return tuple(sorted(minutes.items()))


def count_traffic(templates: Iterable[Template]) -> tuple[TrafficGrowth, ...]:
    """What every service wrote, minute by minute, healthy or not."""
    entries: Counter[tuple[str, int]] = Counter()
    requests: Counter[tuple[str, int]] = Counter()
    for template in templates:
        for minute, count in _count_new_minutes(template.facets):
            entries[template.service, minute] += count
            if template.kind == "http":
                requests[template.service, minute] += count
    return tuple(TrafficGrowth(*key, entries[key], requests[key]) for key in sorted(entries))


def count_revisions(templates: Sequence[Template]) -> tuple[RevisionGrowth, ...]:
    """What every revision of every service wrote."""
    return _count_revisions(
        ((template.service, template.facets) for template in templates),
        ((template.service, template.facets) for template in templates if template.kind == "http"),
    )


def _count_revisions(
    facets: Iterable[tuple[str, Iterable[Facet]]], requests: Iterable[tuple[str, Iterable[Facet]]] = ()
) -> tuple[RevisionGrowth, ...]:
    entries, spans = _sum_revisions(facets)
    asked, _ = _sum_revisions(requests)
    return tuple(
        RevisionGrowth(*key, entries[key], *_split(join_spans(spans[key])), asked[key])
        for key in sorted(entries)
        if key[1]
    )


def _split(span: tuple[int, int] | None) -> tuple[int | None, int | None]:
    return span or (None, None)


def _sum_revisions(
    facets: Iterable[tuple[str, Iterable[Facet]]],
) -> tuple[Counter[tuple[str, str]], dict[tuple[str, str], list[tuple[int, int] | None]]]:
    counts: Counter[tuple[str, str]] = Counter()
    spans: dict[tuple[str, str], list[tuple[int, int] | None]] = {}
    for service, facet in ((service, facet) for service, of_service in facets for facet in of_service):
        known = {row.value: row.count for row in facet.known_revisions}
        for row in facet.revisions:
            counts[service, row.value] += row.count - known.get(row.value, 0)
            spans.setdefault((service, row.value), []).append(row.span)
    return counts, spans


def _list_entities(facets: Iterable[Facet], redact: Redactor) -> tuple[tuple[str, int, str], ...]:
    kinds: dict[str, dict[int, str]] = {}
    for variable in (variable for facet in facets for variable in facet.variables):
        kind = find_kind(variable)
        if kind is not None:
            kinds.setdefault(kind, {}).update({row.rank: row.value for row in variable.values})
    return tuple(
        (kind, rank - _SIGN, redact.entity(kind, ranked[rank]))
        for kind, ranked in sorted(kinds.items())
        for rank in sorted(ranked)[:SKETCH]
    )
