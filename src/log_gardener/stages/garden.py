"""Bundles against what is remembered: which issue each is, how urgent, and what it grew by."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from typing import TypeAlias

from log_gardener._core import Facet
from log_gardener.model.cluster import Cluster, Entity, Relation, Status
from log_gardener.model.issue import Growth, Issue, KnownTemplate, Memory
from log_gardener.model.policy import Policy
from log_gardener.stages.assess import History, assess
from log_gardener.stages.compose import Redactor, make_cluster
from log_gardener.stages.entities import find_entities
from log_gardener.stages.finding import Bundle, Finding
from log_gardener.stages.recognise import find_issue

SHOWN_COMMON = 3

# What more clusters than this have in common ties none of them to another.
SHARED_BY_MOST = 20

Entities: TypeAlias = Sequence[tuple[Entity, Counter[str]]]


@dataclass(frozen=True, slots=True)
class Sight:
    """A bundle, and the cluster that it became."""

    bundle: Bundle
    entities: Entities
    cluster: Cluster


def make_sights(
    bundles: Iterable[Bundle],
    memory: Memory,
    window_start_nanos: int | None,
    policy: Policy,
    redact: Redactor,
) -> list[Sight]:
    """The clusters of all bundles, the most urgent first, related by whom they concern."""
    united = unite(bundles, memory, redact)
    sights = [_make_sight(bundle, memory, window_start_nanos, policy, redact) for bundle in united]
    relations = _relate_by_entity(sights, redact)
    related = [
        replace(sight, cluster=replace(sight.cluster, relations=relations[sight.cluster.id])) for sight in sights
    ]
    return sorted(related, key=lambda sight: _rank(sight.cluster))


def unite(bundles: Iterable[Bundle], memory: Memory, redact: Redactor) -> list[Bundle]:
    """Bundles that lead to one remembered issue as one: what was one issue stays one."""
    groups: dict[str, list[Bundle]] = {}
    for bundle in bundles:
        issue = find_issue(bundle, memory, redact.text)
        groups.setdefault(issue.id if issue else bundle.root.fingerprint, []).append(bundle)
    return [_join(issue_id, group) for issue_id, group in groups.items()]


def _join(issue_id: str, group: Sequence[Bundle]) -> Bundle:
    """The bundle that bears the issue's own fingerprint leads; its consequences stay last."""
    first, *others = sorted(group, key=lambda bundle: (bundle.root.fingerprint != issue_id, bundle.root.fingerprint))
    if not others:
        return first
    cut = len(first.findings) - first.symptoms
    more = tuple(finding for bundle in others for finding in bundle.findings)
    return replace(first, findings=(*first.findings[:cut], *more, *first.findings[cut:]))


def _rank(cluster: Cluster) -> tuple[str, int, int, str]:
    return cluster.priority, -cluster.score, -cluster.count, cluster.id


def _make_sight(
    bundle: Bundle, memory: Memory, window_start_nanos: int | None, policy: Policy, redact: Redactor
) -> Sight:
    issue = find_issue(bundle, memory, redact.text)
    facets = [facet for finding in bundle.findings for facet in finding.facets]
    entities = find_entities(facets)
    history = History(issue, window_start_nanos, memory.first_nanos)
    assessment = assess(bundle, entities, history, policy)
    identity = (issue.id, issue.status) if issue else (bundle.root.fingerprint, Status.OPEN)
    return Sight(bundle, entities, make_cluster(bundle, assessment, entities, identity, redact))


def _relate_by_entity(sights: Sequence[Sight], redact: Redactor) -> Mapping[str, tuple[Relation, ...]]:
    """By cluster id, the other clusters that concern the same user, session or the like."""
    holders: dict[tuple[str, str], list[int]] = {}
    for number, sight in enumerate(sights):
        for entity, values in sight.entities:
            for value in values:
                holders.setdefault((entity.kind, value), []).append(number)
    common: dict[tuple[int, int, str], list[str]] = {}
    telling = {key: numbers for key, numbers in holders.items() if len(numbers) <= SHARED_BY_MOST}
    for (kind, value), numbers in telling.items():
        for own, other in permutations(numbers, 2):
            common.setdefault((own, other, kind), []).append(value)
    relations: dict[str, tuple[Relation, ...]] = {sight.cluster.id: () for sight in sights}
    for (own, other, kind), found in sorted(common.items()):
        relation = Relation("shared entity", sights[other].cluster.id, redact.text(_spell_common(kind, found)))
        relations[sights[own].cluster.id] += (relation,)
    return relations


def _spell_common(kind: str, values: Sequence[str]) -> str:
    shown = sorted(values)[:SHOWN_COMMON]
    more = f" and {len(values) - SHOWN_COMMON} more" if len(values) > SHOWN_COMMON else ""
    return f"same {kind}: {', '.join(shown)}{more}"


def grow(sights: Iterable[Sight], redact: Redactor) -> list[Growth]:
    """What each issue gains: the entries that no earlier run had counted."""
    return [_grow(sight, redact) for sight in sights]


def _grow(sight: Sight, redact: Redactor) -> Growth:
    cluster = sight.cluster
    facets = [facet for finding in sight.bundle.findings for facet in finding.facets]
    issue = Issue(
        id=cluster.id,
        fingerprints=cluster.fingerprints,
        title=cluster.title,
        service=", ".join(cluster.services),
        priority=cluster.priority,
        severity=cluster.severity,
        status=cluster.status,
        count=cluster.count,
        first_nanos=cluster.first_nanos,
        last_nanos=cluster.last_nanos,
        templates=tuple(_know(finding, redact) for finding in sight.bundle.findings),
    )
    return Growth(issue, sum(facet.count - facet.known for facet in facets), _count_new_minutes(facets))


def _know(finding: Finding, redact: Redactor) -> KnownTemplate:
    template = finding.template
    text = redact.text(finding.text)
    return KnownTemplate(finding.fingerprint, template.kind, template.module, template.function, text)


def _count_new_minutes(facets: Iterable[Facet]) -> tuple[tuple[int, int], ...]:
    minutes: Counter[int] = Counter()
    for facet in facets:
        minutes.update(dict(facet.minutes))
        minutes.subtract(dict(facet.known_minutes))
    return tuple(sorted((minute, count) for minute, count in minutes.items() if count > 0))
