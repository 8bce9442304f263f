"""How urgent an issue is: an integer score from named parts, and the priority that follows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from log_gardener.model.cluster import Entity, Trend
from log_gardener.model.issue import Issue
from log_gardener.model.policy import Policy
from log_gardener.model.priority import FaultClass, Frequency, Priority, Reason
from log_gardener.stages.classify import find_class, is_non_blocking
from log_gardener.stages.finding import Bundle
from log_gardener.stages.revisions import BundleFacts
from log_gardener.stages.trend import Movement

_CLASS_WORDS = {
    FaultClass.STARTUP: "the service cannot start or stops",
    FaultClass.REQUEST: "requests fail",
    FaultClass.AUTHENTICATION: "authentication or permission",
    FaultClass.CONFIGURATION: "configuration",
    FaultClass.DEPENDENCY: "a missing dependency",
    FaultClass.DATA: "data",
    FaultClass.UPSTREAM: "an upstream service",
    FaultClass.PERFORMANCE: "performance",
    FaultClass.DEPRECATION: "deprecation",
    FaultClass.CODE: "a fault in the code",
    FaultClass.NOTICE: "a notice",
}


# A share of fewer requests says nothing.
LEAST_REQUESTS = 20


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the policy makes of a bundle."""

    fault: FaultClass
    frequency: Frequency
    trend: Trend
    reasons: tuple[Reason, ...]
    score: int
    priority: Priority


@dataclass(frozen=True, slots=True)
class History:
    """What is known from before the window.

    Attributes:
        issue: the remembered issue, if it is one.
        window_start_nanos: where the window starts, UTC.
        garden_first_nanos: earliest entry ever counted; `None` in an empty garden.
        movement: how it moves in the window.
    """

    issue: Issue | None
    window_start_nanos: int | None
    garden_first_nanos: int | None
    movement: Movement = field(default_factory=lambda: Movement(Trend.NEW))

    @property
    def has_past(self) -> bool:
        """Whether anything at all was seen before the window, so that being new means something."""
        first, start = self.garden_first_nanos, self.window_start_nanos
        return first is not None and start is not None and first < start


def assess(bundle: Bundle, facts: BundleFacts, history: History, policy: Policy) -> Assessment:
    """Score a bundle; the sum of the reasons' points is the score."""
    fault = find_class(bundle)
    frequency = policy.find_frequency(bundle.occurrences)
    parts = (
        _severity(bundle, policy),
        Reason("class", policy.class_points.get(fault, 0), f"class of fault: {_CLASS_WORDS[fault]}"),
        Reason("frequency", policy.band_points.get(frequency, 0), f"{frequency} frequency: {_spell_times(bundle)}"),
        _non_blocking(bundle, policy),
        _reach(bundle, facts.entities, policy),
        _request_share(bundle, facts, policy),
        _novelty(history, facts, policy),
        *_impact(bundle, policy),
    )
    reasons = tuple(part for part in parts if part)
    score = sum(reason.points for reason in reasons)
    priority = policy.find_priority(score)
    locked, kept = _find_locked(history), _find_kept(score, priority, history, policy)
    if locked is not None:
        reasons, priority = (*reasons, Reason("lock", 0, f"locked at {locked} by people")), locked
    elif kept is not None:
        why = f"stays {kept}: {score} points are within {policy.hysteresis} of its range"
        reasons, priority = (*reasons, Reason("stability", 0, why)), kept
    return Assessment(fault, frequency, history.movement.trend, reasons, score, priority)


def _spell_times(bundle: Bundle) -> str:
    followed = f", {bundle.count - bundle.occurrences} entries followed" if bundle.symptoms else ""
    return f"seen {bundle.occurrences} times{followed}"


def _severity(bundle: Bundle, policy: Policy) -> Reason:
    return Reason("severity", policy.severity_points.get(bundle.severity, 0), f"severity {bundle.severity}")


def _non_blocking(bundle: Bundle, policy: Policy) -> Reason | None:
    if not is_non_blocking(bundle):
        return None
    return Reason("stated effect", policy.non_blocking_points, "says of itself that it does not block")


def _reach(bundle: Bundle, entities: Sequence[tuple[Entity, Counter[str]]], policy: Policy) -> Reason | None:
    for entity, counts in entities:
        if entity.kind != "user":
            continue
        if entity.distinct >= policy.many_users:
            about = "" if entity.is_exact else "about "
            return Reason("reach", policy.many_users_points, f"{about}{entity.distinct} users")
        if entity.distinct == 1 and counts.total() >= bundle.occurrences:
            return Reason("reach", policy.single_user_points, f"one user only: {entity.values[0]}")
    return None


def _request_share(bundle: Bundle, facts: BundleFacts, policy: Policy) -> Reason | None:
    """Where the bundle's failed requests are a good part of all that their service had."""
    failed: Counter[str] = Counter()
    for finding in bundle.findings:
        if finding.template.kind == "http":
            failed[finding.template.service] += finding.count
    for service, count in failed.most_common(1):
        total = facts.traffic[service].requests if service in facts.traffic else 0
        if total >= LEAST_REQUESTS and count >= policy.request_share * total:
            why = f"{count:,} of {total:,} requests fail, {count / total:.0%}"
            return Reason("reach", policy.request_share_points, why)
    return None


def _novelty(history: History, facts: BundleFacts, policy: Policy) -> Reason | None:
    trend, why = history.movement.trend, history.movement.why
    if trend in {Trend.REGRESSED, Trend.ESCALATING}:
        return Reason("novelty", policy.novelty_points, f"{trend}: {why}")
    if trend is Trend.NEW and history.has_past:
        return Reason("novelty", policy.novelty_points, "not seen before this window")
    if trend is Trend.NEW and facts.onset and facts.onset.is_first:
        return Reason("novelty", policy.novelty_points, f"not seen before revision {facts.onset.revision}")
    return None


def _impact(bundle: Bundle, policy: Policy) -> list[Reason]:
    named = {bundle.service} | {finding.template.module for finding in bundle.findings}
    texts = [finding.text for finding in bundle.findings if finding.template.kind == "http"]
    return [
        Reason("impact", points, f"the configuration weighs {name}")
        for name, points in sorted(policy.impact.items())
        if name in named or any(f" {name}" in text for text in texts)
    ]


def _find_locked(history: History) -> Priority | None:
    return history.issue.verdict.locked if history.issue else None


def _find_kept(score: int, priority: Priority, history: History, policy: Policy) -> Priority | None:
    """The known priority, if the score left its range by less than the hysteresis."""
    known = history.issue.priority if history.issue else None
    if known is None or known == priority:
        return None
    reachable = {policy.find_priority(score + shift) for shift in (-policy.hysteresis, policy.hysteresis)}
    return known if known in reachable else None
