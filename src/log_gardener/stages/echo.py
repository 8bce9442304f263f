"""A trace and its echo: one failure that is written twice, at one instant in one instance."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from log_gardener.model.instant import NANOS_PER_SECOND
from log_gardener.model.severity import Severity
from log_gardener.stages.cascade import LEAST_SHARE, is_end
from log_gardener.stages.finding import Bundle, Finding, tie
from log_gardener.stages.sample import Meeting, Sample

# What the core calls a trace of frames alone.
NAMELESS = "(no exception named)"

# What one handler writes, it writes at once.
INSTANT_NANOS = NANOS_PER_SECOND

MOST_TRACES = 200

# Two that quote nothing of each other are one if each instance has as many of both, at the same instants.
BOUND_INSTANCES = 2
BOUND_OCCURRENCES = 8

# A message shorter than this, or a type that says no more than that it is an error, is in many texts.
LEAST_QUOTED = 12
_BARE_TYPES = frozenset({"error", "exception", "fatal error", "runtimeerror", "panic"})


def fold_echoes(bundles: Iterable[Bundle]) -> list[Bundle]:
    """Fold each line or trace that quotes a trace, as often and at the same instants, into that trace."""
    ranked = sorted(bundles, key=_rank)
    holders = _find_holders(ranked)
    echoes: dict[int, tuple[int, Meeting]] = {}
    for number, bundle in enumerate(ranked):
        if is_end(bundle.root) or bundle.root.template.kind == "audit":
            continue
        others = {other for instance in bundle.instances.values for other in holders.get(instance, ())}
        # An echo has none itself, so that no chain forms.
        sources = sorted(other for other in others if other < number and other not in echoes)
        found = [(other, meeting) for other in sources if (meeting := _hear(bundle, ranked[other]))]
        if found:
            echoes[number] = max(found, key=lambda row: (row[1].occurrences, -row[0]))
    return [_fold(number, ranked, echoes) for number in range(len(ranked)) if number not in echoes]


def _find_holders(bundles: Sequence[Bundle]) -> dict[str, list[int]]:
    """From each instance to the traces in it; none where they are too many to tell echoes apart."""
    holders: dict[str, list[int]] = {}
    for number, bundle in enumerate(bundles):
        if bundle.root.template.frames:
            for instance in bundle.instances.values:
                holders.setdefault(instance, []).append(number)
    return {instance: numbers for instance, numbers in holders.items() if len(numbers) <= MOST_TRACES}


def _rank(bundle: Bundle) -> tuple[bool, int, str]:
    """Traces first, those with most frames first: what says most is not the echo."""
    return not bundle.root.template.frames, -len(bundle.root.template.frames), bundle.root.fingerprint


def _hear(bundle: Bundle, other: Bundle) -> Meeting | None:
    """How a bundle meets the trace that it echoes."""
    if bundle.service != other.service:
        return None
    meeting = bundle.instances.meet(other.instances)
    if meeting is None or min(meeting.own_share, meeting.other_share) < LEAST_SHARE:
        return None
    # What warns at every start is no part of what breaks it.
    may_be_bound = bundle.root.template.kind == "http" or bundle.root.severity.rank >= Severity.ERROR.rank
    is_echo = _quotes(bundle.root, other.root) or (may_be_bound and _is_bound(meeting))
    return meeting if is_echo and _is_in_step(bundle.instances, other.instances, meeting) else None


def _is_bound(meeting: Meeting) -> bool:
    """Whether two come together so often, and never one alone, that no words are needed to tell."""
    is_always = meeting.own_share == meeting.other_share == 1.0
    return is_always and len(meeting.common) >= BOUND_INSTANCES and meeting.occurrences >= BOUND_OCCURRENCES


def _quotes(finding: Finding, trace: Finding) -> bool:
    """Whether a text has the trace's message in it, or its exception's type where that says something."""
    if trace.text == NAMELESS:
        # Who wrote the frames alone has written what they are of beside them, as often and at the same instants.
        return finding.severity.rank >= Severity.WARNING.rank
    exception, _, message = trace.text.partition(": ")
    if finding.template.kind == "trace" and finding.text == trace.text:
        return True
    name = exception.rpartition(".")[2]
    is_named = name.lower() not in _BARE_TYPES and name in finding.text
    return is_named or (len(message) >= LEAST_QUOTED and message in finding.text)


def _is_in_step(own: Sample, other: Sample, meeting: Meeting) -> bool:
    """Whether both come as often, and begin and end at one instant, in each common instance."""
    pairs = [(own.values[value], other.values[value]) for value in meeting.common]
    spans = [(one.span, two.span) for one, two in pairs if one.span and two.span]
    is_synchronous = all(
        abs(one[0] - two[0]) <= INSTANT_NANOS and abs(one[1] - two[1]) <= INSTANT_NANOS for one, two in spans
    )
    return bool(spans) and is_synchronous and all(one.count == two.count for one, two in pairs)


def _fold(number: int, bundles: Sequence[Bundle], echoes: dict[int, tuple[int, Meeting]]) -> Bundle:
    own = bundles[number]
    heard = [
        replace(
            finding, tie=f"echoes it, in {len(meeting.common)} of its {len(bundles[echo].instances.values)} instances"
        )
        for echo, (source, meeting) in echoes.items()
        if source == number
        for finding in bundles[echo].findings
    ]
    if not heard:
        return own
    cut = len(own.findings) - own.symptoms
    findings = (*own.findings[:cut], *heard, *own.findings[cut:])
    return Bundle(tie(findings, ""), symptoms=own.symptoms + len(heard))
