"""Which issues cause others, and what they share, counted on the coordinated samples of instances."""

from statistics import median

from log_gardener.model.instant import NANOS_PER_SECOND
from log_gardener.model.severity import Severity
from log_gardener.stages.finding import Bundle, Finding, tie
from log_gardener.stages.health import is_crash

# A consequence is claimed only where it was seen again and again ...
LEAST_INSTANCES = 2
# ... and where the two hardly occur without each other. Windows cut the first and last instance.
LEAST_SHARE = 0.8
# ... and soon: an error of an hour before did not stop the container now.
LONGEST_LEAD_NANOS = 120 * NANOS_PER_SECOND


def find_cascades(bundles: list[Bundle]) -> list[Bundle]:
    """Fold what goes down together, instance by instance, into its cause.

    A crash (a container's exit, a worker that fails to boot) takes its identity from the errors
    that precede it in the same instances.
    """
    crashes = [bundle for bundle in bundles if any(is_crash(finding.template) for finding in bundle.findings)]
    remaining = list(bundles)
    for crash in sorted(crashes, key=lambda bundle: (-bundle.count, bundle.root.fingerprint)):
        if crash not in remaining:
            continue
        members = [other for other in remaining if other is crash or _goes_with(other, crash)]
        if len(members) > 1:
            remaining = [bundle for bundle in remaining if bundle not in members]
            remaining.append(_fold(members, crash))
    return sorted(remaining, key=lambda bundle: bundle.root.fingerprint)


def _may_cascade(bundle: Bundle) -> bool:
    is_telling = any(finding.template.kind == "trace" or is_crash(finding.template) for finding in bundle.findings)
    return is_telling or bundle.severity.rank >= Severity.ERROR.rank


def _goes_with(other: Bundle, crash: Bundle) -> bool:
    if not _may_cascade(other) or other.service != crash.service:
        return False
    common = other.instances.keys() & crash.instances.keys()
    if len(common) < LEAST_INSTANCES:
        return False
    shares = (len(common) / len(other.instances), len(common) / len(crash.instances))
    is_near = all(_is_near(other, crash, instance) for instance in common)
    return min(shares) >= LEAST_SHARE and is_near


def _is_near(other: Bundle, crash: Bundle, instance: str) -> bool:
    span, crash_span = other.instances[instance], crash.instances[instance]
    return span[0] - LONGEST_LEAD_NANOS <= crash_span[1] and crash_span[0] <= span[1] + LONGEST_LEAD_NANOS


def _fold(members: list[Bundle], crash: Bundle) -> Bundle:
    findings = sorted((finding for bundle in members for finding in bundle.findings), key=lambda one: _rank(one, crash))
    instances = len(set.intersection(*(set(bundle.instances) for bundle in members)))
    evidence = f"the same {instances} instances, within {LONGEST_LEAD_NANOS // NANOS_PER_SECOND} s of each other"
    return Bundle(tie(findings, f"goes down together with it: {evidence}"), len(findings) - 1, evidence)


def _rank(finding: Finding, crash: Bundle) -> tuple[bool, bool, float, str]:
    """The root is what comes first and says most: a trace with frames, then any error, then the crash itself.

    A request bears the time at which it began, so that its failure seems to come before its cause.
    """
    is_consequence = is_crash(finding.template) or finding.template.kind == "http"
    return is_consequence, not finding.template.frames, _find_lead(finding, crash), finding.fingerprint


def _find_lead(finding: Finding, crash: Bundle) -> float:
    """Median time from the crash to the finding, over the common instances; negative is before."""
    leads = [
        row.span[0] - crash_span[0]
        for facet in finding.facets
        for row in facet.instances
        if row.span and (crash_span := crash.instances.get(row.value))
    ]
    return median(leads) if leads else 0.0
