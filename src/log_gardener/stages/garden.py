"""Bundles against what is remembered: which issue each is, how urgent, and what it grew by."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from log_gardener._core import Facet
from log_gardener.model.cluster import Cluster, Status
from log_gardener.model.issue import Growth, Issue, KnownTemplate, Memory
from log_gardener.model.policy import Policy
from log_gardener.stages.assess import History, assess
from log_gardener.stages.compose import Redactor, make_cluster
from log_gardener.stages.entities import find_entities
from log_gardener.stages.finding import Bundle, Finding
from log_gardener.stages.kinship import relate
from log_gardener.stages.recognise import find_issue
from log_gardener.stages.revisions import BundleFacts, Traffic, find_onset


@dataclass(frozen=True, slots=True)
class Sight:
    """A bundle, and the cluster that it became."""

    bundle: Bundle
    facts: BundleFacts
    cluster: Cluster


@dataclass(frozen=True, slots=True)
class WindowContext:
    """What every bundle is seen against."""

    memory: Memory
    window_start_nanos: int | None
    traffic: Mapping[str, Traffic]
    policy: Policy


def make_sights(
    bundles: Iterable[Bundle],
    memory: Memory,
    window_start_nanos: int | None,
    traffic: Mapping[str, Traffic],
    policy: Policy,
    redact: Redactor,
) -> list[Sight]:
    """The clusters of all bundles, the most urgent first, related by whom they concern and what brought them."""
    united = unite(bundles, memory, redact)
    view = WindowContext(memory, window_start_nanos, traffic, policy)
    sights = [_make_sight(bundle, view, redact) for bundle in united]
    kin = relate([(sight.cluster.id, sight.facts) for sight in sights], redact.text)
    related = [replace(sight, cluster=replace(sight.cluster, relations=kin[sight.cluster.id])) for sight in sights]
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


def _make_sight(bundle: Bundle, view: WindowContext, redact: Redactor) -> Sight:
    issue = find_issue(bundle, view.memory, redact.text)
    entities = find_entities(facet for finding in bundle.findings for facet in finding.facets)
    facts = BundleFacts(entities, find_onset(bundle, view.traffic), view.traffic)
    history = History(issue, view.window_start_nanos, view.memory.first_nanos)
    assessment = assess(bundle, facts, history, view.policy)
    identity = (issue.id, issue.status) if issue else (bundle.root.fingerprint, Status.OPEN)
    return Sight(bundle, facts, make_cluster(bundle, assessment, facts, identity, redact))


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
    return KnownTemplate(finding.identity, template.kind, template.module, template.function, text)


def _count_new_minutes(facets: Iterable[Facet]) -> tuple[tuple[int, int], ...]:
    minutes: Counter[int] = Counter()
    for facet in facets:
        minutes.update(dict(facet.minutes))
        minutes.subtract(dict(facet.known_minutes))
    return tuple(sorted((minute, count) for minute, count in minutes.items() if count > 0))
