"""Failures to their causes, request by request.

Where an exception is logged in a request that fails, the failed request is a symptom of the exception, and so is
an error that follows it in the same requests.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from log_gardener.stages.cascade import LEAST_OCCURRENCES, LEAST_SHARE, is_end, may_cause, spell_order
from log_gardener.stages.finding import Bundle, Finding, tie
from log_gardener.stages.sample import Meeting


def fold_requests(bundles: Iterable[Bundle]) -> list[Bundle]:
    """Fold each bundle that hardly occurs without another in the same requests into that one."""
    ranked = sorted(bundles, key=_rank)
    parents: dict[int, tuple[int, Meeting]] = {}
    holders = _find_holders(ranked)
    for number, others in _find_neighbours(holders).items():
        found = [(other, meeting) for other in others if (meeting := _follows(ranked[number], ranked[other]))]
        if found:
            parents[number] = max(found, key=lambda row: (len(row[1].common), -row[0]))
    return [_fold(number, ranked, parents) for number in range(len(ranked)) if number not in parents]


def _find_neighbours(holders: Mapping[str, Sequence[int]]) -> dict[int, list[int]]:
    """From each bundle to those of its requests that rank before it: only they may be causes, so no circle closes."""
    neighbours: dict[int, set[int]] = {}
    for numbers in holders.values():
        for place, number in enumerate(numbers):
            neighbours.setdefault(number, set()).update(numbers[:place])
    return {number: sorted(others) for number, others in neighbours.items()}


def _rank(bundle: Bundle) -> tuple[bool, bool, int, str]:
    """A failed request is never a cause; a trace with frames says more than a line."""
    root = bundle.root
    start = bundle.span[0] if bundle.span else 0
    return root.template.kind == "http", not root.template.frames, start, root.fingerprint


def _find_holders(bundles: Sequence[Bundle]) -> dict[str, list[int]]:
    holders: dict[str, list[int]] = {}
    for number, bundle in enumerate(bundles):
        if not is_end(bundle.root):
            for request in bundle.requests.values:
                holders.setdefault(request, []).append(number)
    return holders


def _follows(bundle: Bundle, other: Bundle) -> Meeting | None:
    """How a bundle meets its cause in requests, if it hardly occurs without it."""
    meeting = bundle.requests.meet(other.requests)
    if meeting is None or meeting.own_share < LEAST_SHARE:
        return None
    if bundle.root.template.kind == "http":
        return meeting if other.root.template.kind != "http" else None
    is_mutual = meeting.other_share >= LEAST_SHARE
    if not may_cause(other) or meeting.occurrences < LEAST_OCCURRENCES:
        return None
    # A warning is an issue of its own unless neither comes without the other, and so is what comes before.
    return meeting if is_mutual or (may_cause(bundle) and meeting.lead_nanos >= 0) else None


def _fold(number: int, bundles: Sequence[Bundle], parents: dict[int, tuple[int, Meeting]]) -> Bundle:
    root = bundles[number]
    followers: list[Finding] = []
    for other in sorted(parents):
        if _find_top(other, parents) == number:
            bundle = bundles[other]
            why = _spell(bundle, bundle.requests.meet(root.requests) or parents[other][1])
            followers += (replace(finding, tie=why) for finding in bundle.findings)
    if not followers:
        return root
    return Bundle((*root.findings, *tie([root.root, *followers], "")[1:]), symptoms=len(followers))


def _spell(bundle: Bundle, meeting: Meeting) -> str:
    sample = bundle.requests
    noun = "requests" if sample.ceiling is None else "sampled requests"
    shared = f"in {len(meeting.common)} of its {len(sample.values)} {noun}"
    return shared if bundle.root.template.kind == "http" else f"{shared}, {spell_order(meeting)}"


def _find_top(number: int, parents: dict[int, tuple[int, Meeting]]) -> int:
    while number in parents:
        number = parents[number][0]
    return number
