"""What follows from what: a root, and its symptoms with what shows that they are."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from log_gardener.model.instant import NANOS_PER_SECOND
from log_gardener.model.severity import Severity
from log_gardener.stages.finding import Bundle, Finding, tie
from log_gardener.stages.health import is_crash
from log_gardener.stages.sample import Meeting, Sample, join_samples

LEAST_SHARE = 0.8
"""A consequence hardly occurs without its cause; windows cut the first and the last of it."""

LEAST_OCCURRENCES = 2
"""A consequence is claimed only where it was seen again."""

INSTANT_SECONDS = 0.05


def is_end(finding: Finding) -> bool:
    """Whether a finding says that something ended, and not why."""
    return bool(finding.template.bucket) or is_crash(finding.template)


def may_cause(bundle: Bundle) -> bool:
    """Whether a bundle is grave enough to have consequences, or to be one: a warning is an issue of its own."""
    is_telling = any(finding.template.kind == "trace" or is_crash(finding.template) for finding in bundle.findings)
    return is_telling or bundle.severity.rank >= Severity.ERROR.rank


def make_cascade(causes: Iterable[Finding], ends: Sequence[Finding], sample: Sample) -> Bundle:
    """One bundle of a root and what follows from it.

    Args:
        causes: findings one of which is the root: a trace with frames first, then the earliest.
        ends: findings that are consequences whatever comes first.
        sample: the instances or requests of all causes; in it the order is seen.
    """
    root, *others = sorted(causes, key=lambda finding: _rank(finding, sample)) or ends
    followers = [*others, *(_give_cause(end, root) for end in ends if end is not root)]
    return Bundle(tie([root, *followers], ""), symptoms=len(followers))


def _give_cause(end: Finding, root: Finding) -> Finding:
    return replace(end, cause=root.fingerprints) if is_end(end) and not is_end(root) else end


def _rank(finding: Finding, sample: Sample) -> tuple[bool, bool, float, str, str]:
    """A failed request is no cause: it bears the time at which it began, so that it seems to come first."""
    template = finding.template
    lead = _find_lead(finding, sample)
    return template.kind == "http", not template.frames, lead, finding.fingerprint, template.bucket


def _find_lead(finding: Finding, sample: Sample) -> float:
    own = join_samples(facet.instances for facet in finding.facets).meet(sample)
    own = own or join_samples(facet.requests for facet in finding.facets).meet(sample)
    return own.lead_nanos if own else 0.0


def spell_order(meeting: Meeting) -> str:
    """When the one comes: `0.3 s after it`, by the median."""
    seconds = abs(meeting.lead_nanos) / NANOS_PER_SECOND
    if seconds < INSTANT_SECONDS:
        return "at the same instant"
    return f"{seconds:,.1f} s {'after' if meeting.lead_nanos >= 0 else 'before'} it"
