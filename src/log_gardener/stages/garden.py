"""Bundles against what is remembered: which issue each is, how urgent, and what it grew by."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from log_gardener._core import Facet
from log_gardener.model.cluster import Cluster, Status
from log_gardener.model.decision import Decisions
from log_gardener.model.issue import Growth, Issue, KnownTemplate, Memory
from log_gardener.model.policy import Policy
from log_gardener.stages.assess import History, assess
from log_gardener.stages.compose import Redactor, make_cluster
from log_gardener.stages.decide import find_owner, separate
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
    decisions: Decisions


def make_sights(bundles: Iterable[Bundle], context: WindowContext, redact: Redactor) -> list[Sight]:
    """The clusters of all bundles, the most urgent first, related by whom they concern and what brought them."""
    united = unite(separate(bundles, context.decisions), context, redact)
    sights = [_make_sight(bundle, context, redact) for bundle in united]
    kin = relate([(sight.cluster.id, sight.facts) for sight in sights], redact.text)
    related = [replace(sight, cluster=replace(sight.cluster, relations=kin[sight.cluster.id])) for sight in sights]
    return sorted(related, key=lambda sight: _rank(sight.cluster))


def unite(bundles: Iterable[Bundle], context: WindowContext, redact: Redactor) -> list[Bundle]:
    """Bundles that lead to one issue as one: what was one issue stays one, and what people merged is one."""
    groups: dict[str, list[Bundle]] = {}
    for bundle in bundles:
        issue_id, _ = _identify(bundle, context, redact)
        groups.setdefault(issue_id, []).append(bundle)
    return [_join(issue_id, group) for issue_id, group in groups.items()]


def _identify(bundle: Bundle, context: WindowContext, redact: Redactor) -> tuple[str, Issue | None]:
    """The id of a bundle's issue, and what is remembered of it."""
    memory, decisions = context.memory, context.decisions
    owner = find_owner(bundle, decisions)
    if owner is not None:
        return owner, memory.by_id.get(owner)
    issue = find_issue(bundle, memory, redact.text)
    issue_id = decisions.lead(issue.id if issue else bundle.root.fingerprint)
    return issue_id, issue or memory.by_id.get(issue_id)


def _join(issue_id: str, group: Sequence[Bundle]) -> Bundle:
    """The bundle that bears the issue's own fingerprint leads; its consequences stay last."""
    first, *others = sorted(group, key=lambda bundle: (bundle.root.fingerprint != issue_id, bundle.root.fingerprint))
    if not others:
        return first
    cut = len(first.findings) - first.symptoms
    more = tuple(replace(one, tie=one.tie or SAME_ISSUE) for bundle in others for one in bundle.findings)
    return replace(first, findings=(*first.findings[:cut], *more, *first.findings[cut:]))


SAME_ISSUE = "of one issue in memory or by a decision in the configuration"


def _rank(cluster: Cluster) -> tuple[str, int, int, str]:
    return cluster.priority, -cluster.score, -cluster.count, cluster.id


def _make_sight(bundle: Bundle, context: WindowContext, redact: Redactor) -> Sight:
    issue_id, issue = _identify(bundle, context, redact)
    entities = find_entities(facet for finding in bundle.findings for facet in finding.facets)
    facts = BundleFacts(entities, find_onset(bundle, context.traffic), context.traffic)
    history = History(issue, context.window_start_nanos, context.memory.first_nanos)
    assessment = assess(bundle, facts, history, context.policy)
    identity = (issue_id, issue.status if issue else Status.OPEN)
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
        templates=_list_known(sight.bundle, redact),
    )
    return Growth(issue, sum(facet.count - facet.known for facet in facets), _count_new_minutes(facets))


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
        redact.text(finding.text),
        service=template.service,
        resource=template.resource,
        frames=tuple(redact.text(frame) for frame in template.frames),
        tie=finding.tie,
    )


def _count_new_minutes(facets: Iterable[Facet]) -> tuple[tuple[int, int], ...]:
    minutes: Counter[int] = Counter()
    for facet in facets:
        minutes.update(dict(facet.minutes))
        minutes.subtract(dict(facet.known_minutes))
    return tuple(sorted((minute, count) for minute, count in minutes.items() if count > 0))
