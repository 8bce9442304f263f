"""Crashes to their causes, instance by instance.

A container's exit, a worker that fails to boot: such lines are the same for every cause. Each is given
to the trace or error that stands in the same instance, so that two crashes of different cause are two issues.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from log_gardener.model.instant import NANOS_PER_SECOND
from log_gardener.stages.cascade import LEAST_OCCURRENCES, LEAST_SHARE, is_end, make_cascade, may_cause, spell_order
from log_gardener.stages.finding import Bundle, Finding, tie
from log_gardener.stages.health import is_crash
from log_gardener.stages.sample import Meeting, Sample, join_samples

# An error of an hour before did not stop the container now.
LONGEST_GAP_NANOS = 120 * NANOS_PER_SECOND

# A trace that was seen once is the cause of a crash that was seen once, if the one ends with the other.
LAST_BREATH_NANOS = 10 * NANOS_PER_SECOND


@dataclass(frozen=True, slots=True)
class Cause:
    """Bundles that go down together in the same instances, the leader first."""

    bundles: tuple[Bundle, ...]

    @property
    def instances(self) -> Sample:
        """Those of the leader."""
        return self.bundles[0].instances


def fold_crashes(bundles: Iterable[Bundle]) -> list[Bundle]:
    """Fold each crash into what precedes it in the same instances of its service."""
    services: dict[str, list[Bundle]] = {}
    for bundle in bundles:
        services.setdefault(bundle.service, []).append(bundle)
    return [folded for group in services.values() for folded in _fold_service(group)]


def _fold_service(bundles: Sequence[Bundle]) -> list[Bundle]:
    ending = [bundle for bundle in bundles if is_end(bundle.root)]
    others = [bundle for bundle in bundles if not is_end(bundle.root)]
    ends = [finding for bundle in ending for finding in bundle.findings]
    crashed = _sample(finding for finding in ends if is_crash(finding.template))
    if not crashed.values:
        return list(bundles)
    causes = _find_causes(others, crashed)
    holders = _find_holders(causes)
    given = [_find_cause(end, causes, holders) for end in ends]
    cascades: list[Bundle] = []
    for number, cause in enumerate(causes):
        own = [end for end, of in zip(ends, given, strict=True) if of == number]
        if any(is_crash(end.template) for end in own):
            cascades.append(_fold(cause, own))
        else:
            given = [None if of == number else of for of in given]
    folded = {id(bundle) for number, cause in enumerate(causes) if number in given for bundle in cause.bundles}
    left = [end for end, of in zip(ends, given, strict=True) if of is None]
    alone = _regroup(ending, left)
    return [*(bundle for bundle in others if id(bundle) not in folded), *_take_in(cascades, _fold_alike(alone))]


def _sample(findings: Iterable[Finding]) -> Sample:
    return join_samples(facet.instances for finding in findings for facet in finding.facets)


def _find_causes(bundles: Sequence[Bundle], crashed: Sample) -> list[Cause]:
    """What goes down with the crashes, by the instances in which it does."""
    found = [(bundle, meeting) for bundle in bundles if (meeting := _meet_crash(bundle, crashed))]
    found.sort(key=lambda row: (_rank(row[0]), -len(row[1].common), row[0].root.fingerprint))
    causes: list[list[Bundle]] = []
    for bundle, _ in found:
        kin = next((cause for cause in causes if _is_together(bundle.instances, cause[0].instances)), None)
        if kin is not None:
            kin.append(bundle)
        elif bundle.root.template.kind != "http":
            causes.append([bundle])
    return [Cause(tuple(cause)) for cause in causes]


def _rank(bundle: Bundle) -> tuple[bool, bool]:
    """A trace says most; a request bears the time at which it began, so that it seems to come before its cause."""
    return bundle.root.template.kind == "http", not bundle.root.template.frames


def _meet_crash(bundle: Bundle, crashed: Sample) -> Meeting | None:
    """How a bundle and the crashes meet, if it hardly occurs without one."""
    meeting = bundle.instances.meet(crashed) if may_cause(bundle) else None
    if meeting is None or meeting.own_share < LEAST_SHARE or meeting.gap_nanos > LONGEST_GAP_NANOS:
        return None
    is_last_breath = bool(bundle.root.template.frames) and -LAST_BREATH_NANOS <= meeting.lead_nanos <= 0
    return meeting if is_last_breath or meeting.occurrences >= LEAST_OCCURRENCES else None


def _is_together(one: Sample, other: Sample) -> bool:
    meeting = one.meet(other)
    if meeting is None or meeting.gap_nanos > LONGEST_GAP_NANOS:
        return False
    return min(meeting.own_share, meeting.other_share) >= LEAST_SHARE


def _find_holders(causes: Sequence[Cause]) -> dict[str, list[int]]:
    """From each instance to the causes in it."""
    holders: dict[str, list[int]] = {}
    for number, cause in enumerate(causes):
        for instance in cause.instances.values:
            holders.setdefault(instance, []).append(number)
    return holders


def _find_cause(end: Finding, causes: Sequence[Cause], holders: Mapping[str, Sequence[int]]) -> int | None:
    """The number of the cause that has most of the end's instances, the first of equals."""
    own = _sample([end])
    numbers = sorted({number for instance in own.values for number in holders.get(instance, ())})
    meetings = [(own.meet(causes[number].instances), number) for number in numbers]
    near = [
        (len(meeting.common), -number)
        for meeting, number in meetings
        if meeting and meeting.gap_nanos <= LONGEST_GAP_NANOS
    ]
    return -max(near)[1] if near else None


def _fold(cause: Cause, ends: Sequence[Finding]) -> Bundle:
    requests = [bundle for bundle in cause.bundles if bundle.root.template.kind == "http"]
    errors = [finding for bundle in cause.bundles if bundle not in requests for finding in bundle.findings]
    failing = [finding for bundle in requests for finding in bundle.findings]
    return _explain(make_cascade(errors, [*failing, *ends], cause.instances))


def _explain(bundle: Bundle) -> Bundle:
    """Ties of the followers, counted over all that say the same."""
    root = _sample([bundle.root])
    alike: dict[str, list[Finding]] = {}
    for finding in bundle.findings:
        alike.setdefault(finding.fingerprint, []).append(finding)
    ties = {}
    for fingerprint, findings in alike.items():
        meeting = _sample(findings).meet(root)
        shared = f"in {len(meeting.common)} of {len(root.values)} instances, {spell_order(meeting)}" if meeting else ""
        ties[fingerprint] = shared or "in the same revision"
    findings = [
        replace(one, tie=ties[one.fingerprint] if is_end(one) else one.tie or ties[one.fingerprint])
        for one in bundle.findings
    ]
    return replace(bundle, findings=tie(findings, ""))


def _regroup(bundles: Sequence[Bundle], left: Sequence[Finding]) -> list[Bundle]:
    """What is left of each bundle of ends."""
    kept = {id(finding) for finding in left}
    rests = [[finding for finding in bundle.findings if id(finding) in kept] for bundle in bundles]
    return [Bundle(tie(rest, "the same text")) for rest in rests if rest]


def _fold_alike(bundles: Sequence[Bundle]) -> list[Bundle]:
    """Ends without a cause that come together are one crash, told by the first of them."""
    remaining = sorted(bundles, key=lambda bundle: (-bundle.count, bundle.root.fingerprint))
    folded: list[Bundle] = []
    while remaining:
        first = remaining[0]
        members = [other for other in remaining if other is first or _is_together(other.instances, first.instances)]
        remaining = [bundle for bundle in remaining if bundle not in members]
        folded.append(_fold_ends(members) if len(members) > 1 else first)
    return folded


def _fold_ends(members: Sequence[Bundle]) -> Bundle:
    root = min(members, key=lambda bundle: (_find_start(bundle), bundle.root.fingerprint)).root
    others = [finding for bundle in members for finding in bundle.findings if finding is not root]
    return _explain(Bundle((root, *others), symptoms=len(others)))


def _find_start(bundle: Bundle) -> int:
    return bundle.span[0] if bundle.span else 0


def _take_in(cascades: Sequence[Bundle], alone: Sequence[Bundle]) -> list[Bundle]:
    """Cascades with what names their revision and no instance: a record that it did not get ready."""
    taken: dict[int, list[Finding]] = {}
    rest: list[Bundle] = []
    for bundle in alone:
        names = _find_names(bundle) if _is_of_no_instance(bundle) else set()
        fitting = [number for number, cascade in enumerate(cascades) if names & _list_revisions(cascade)]
        if len(fitting) == 1:
            taken.setdefault(fitting[0], []).extend(bundle.findings)
        else:
            rest.append(bundle)
    return [*(_append(cascade, taken.get(number, [])) for number, cascade in enumerate(cascades)), *rest]


def _is_of_no_instance(bundle: Bundle) -> bool:
    """Whether it says nothing of one instance: a record of administration is about a revision."""
    is_record = any(finding.template.kind == "audit" for finding in bundle.findings)
    return is_record or not bundle.instances.values


def _append(cascade: Bundle, findings: Sequence[Finding]) -> Bundle:
    root = cascade.root
    cause = () if is_end(root) else root.fingerprints
    more = (replace(finding, cause=cause, tie="names its revision") for finding in findings)
    return Bundle((*cascade.findings, *more), symptoms=cascade.symptoms + len(findings))


def _find_names(bundle: Bundle) -> set[str]:
    facets = [facet for finding in bundle.findings for facet in finding.facets]
    values = {row.value for facet in facets for variable in facet.variables for row in variable.values}
    return values | {row.value for facet in facets for row in facet.revisions}


def _list_revisions(bundle: Bundle) -> set[str]:
    return {row.value for finding in bundle.findings for facet in finding.facets for row in facet.revisions}
