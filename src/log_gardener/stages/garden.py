"""Bundles against what is remembered: which issue each is, how it moves, and how urgent it is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from log_gardener.model.cluster import Cluster, Status
from log_gardener.model.decision import Decisions
from log_gardener.model.issue import Issue, Memory, Verdict
from log_gardener.model.policy import Policy
from log_gardener.stages.assess import History, assess
from log_gardener.stages.compose import make_cluster
from log_gardener.stages.decide import find_owner, separate
from log_gardener.stages.entities import find_entities
from log_gardener.stages.finding import Bundle
from log_gardener.stages.kinship import relate
from log_gardener.stages.recognise import find_issue
from log_gardener.stages.redaction import Redactor
from log_gardener.stages.revisions import BundleFacts, Traffic, find_onset, find_revisions
from log_gardener.stages.trend import Appearance, Moment, Movement, find_movement


@dataclass(frozen=True, slots=True)
class Sight:
    """A bundle, the cluster that it became, how that moves, and what people decided about it."""

    bundle: Bundle
    facts: BundleFacts
    cluster: Cluster
    movement: Movement
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class WindowContext:
    """What every bundle is seen against."""

    memory: Memory
    present: Moment
    traffic: Mapping[str, Traffic]
    policy: Policy
    decisions: Decisions


def make_sights(bundles: Iterable[Bundle], context: WindowContext, redact: Redactor) -> list[Sight]:
    """The clusters of united bundles, the most urgent first, related by whom they concern and what brought them."""
    sights = [_make_sight(bundle, context, redact) for bundle in bundles]
    kin = relate([(sight.cluster.id, sight.facts) for sight in sights], redact)
    related = [replace(sight, cluster=replace(sight.cluster, relations=kin[sight.cluster.id])) for sight in sights]
    return sorted(related, key=lambda sight: _rank(sight.cluster))


def unite(bundles: Iterable[Bundle], context: WindowContext, redact: Redactor) -> list[Bundle]:
    """Bundles that lead to one issue as one: what was one issue stays one, and what people merged is one."""
    groups: dict[str, list[Bundle]] = {}
    for bundle in separate(bundles, context.decisions):
        issue_id, _ = _identify(bundle, context, redact)
        groups.setdefault(issue_id, []).append(bundle)
    return [_join(issue_id, group) for issue_id, group in groups.items()]


def find_known(bundles: Iterable[Bundle], context: WindowContext, redact: Redactor) -> list[Issue]:
    """The remembered issues that united bundles are."""
    found = (_identify(bundle, context, redact)[1] for bundle in bundles)
    return sorted((issue for issue in found if issue), key=lambda issue: issue.id)


def _identify(bundle: Bundle, context: WindowContext, redact: Redactor) -> tuple[str, Issue | None]:
    """The id of a bundle's issue, and what is remembered of it."""
    memory, decisions = context.memory, context.decisions
    owner = find_owner(bundle, decisions)
    if owner is not None:
        return owner, memory.by_id.get(owner)
    issue = find_issue(bundle, memory, redact.finding)
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
    movement = find_movement(issue, _see(bundle), context.present)
    history = History(issue, context.present.window_start_nanos, context.memory.first_nanos, movement)
    assessment = assess(bundle, facts, history, context.policy)
    status = issue.status if issue and not movement.ended else Status.OPEN
    cluster = make_cluster(bundle, assessment, facts, (issue_id, status), redact)
    return Sight(bundle, facts, cluster, movement, issue.verdict if issue else None)


def _see(bundle: Bundle) -> Appearance:
    facets = [facet for finding in bundle.findings for facet in finding.facets]
    return Appearance(
        minutes=tuple(row for facet in facets for row in facet.minutes),
        new=sum(facet.count - facet.known for facet in facets),
        last_nanos=bundle.span[1] if bundle.span else None,
        revisions=find_revisions(facets),
        service=bundle.service,
    )
