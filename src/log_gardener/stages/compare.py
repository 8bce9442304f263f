"""Two sides against each other: what is new, gone, more or less frequent, and how sure that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, log1p

from log_gardener.model.compared import Change

# A change is told where chance alone would make one as large less often than this, all comparisons together
# (Holm, "A Simple Sequentially Rejective Multiple Test Procedure", Scandinavian Journal of Statistics, 1979).
ERROR_RATE = 0.01

# And where it is one that people would call a change.
LEAST_RATIO = 2.0


@dataclass(frozen=True, slots=True)
class Side:
    """What is compared: a window or a revision.

    Attributes:
        name: as it was asked for.
        among: by service, the entries or requests that were counted.
        noun: what `among` counts.
        counts: by issue, its entries.
    """

    name: str
    among: Mapping[str, int]
    noun: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Difference:
    """One issue on both sides.

    Attributes:
        chance: of a difference as large or larger if nothing had changed.
        is_sure: whether chance alone would hardly make it, all comparisons together.
    """

    issue_id: str
    change: Change
    before: int
    before_among: int
    after: int
    after_among: int
    chance: float
    is_sure: bool


def compare(before: Side, after: Side, services: Mapping[str, Sequence[str]]) -> list[Difference]:
    """Every issue of either side, the surest change first.

    Args:
        before: the side that is the control.
        after: the other one.
        services: by issue, those that it is of.
    """
    rows = []
    for issue_id in sorted({*before.counts, *after.counts}):
        own = services.get(issue_id, ())
        among = [sum(side.among.get(service, 0) for service in own) for side in (before, after)]
        counts = [side.counts.get(issue_id, 0) for side in (before, after)]
        rows.append((issue_id, counts, among, find_chance(counts[0], among[0], counts[1], among[1])))
    rows.sort(key=lambda row: (row[3], row[0]))
    differences = []
    is_sure = True
    for place, (issue_id, counts, among, chance) in enumerate(rows):
        is_sure = is_sure and chance * (len(rows) - place) <= ERROR_RATE
        change = _find_change(counts, among)
        differences.append(Difference(issue_id, change, counts[0], among[0], counts[1], among[1], chance, is_sure))
    return differences


def _find_change(counts: Sequence[int], among: Sequence[int]) -> Change:
    before, after = counts
    if not before or not after:
        return Change.NEW if after else Change.GONE
    # With nothing to be among, counts alone are compared.
    ratio = (after / (among[1] or 1)) / (before / (among[0] or 1))
    if max(ratio, 1 / ratio) < LEAST_RATIO:
        return Change.SAME
    return Change.UP if ratio > 1 else Change.DOWN


def find_chance(before: int, before_among: int, after: int, after_among: int) -> float:
    """The chance of counts as unequal as these if both sides had one rate; 1 where a side has nothing to be among.

    The exact test of two Poisson rates, two-sided: given their sum, one count is binomial (Przyborowski and
    Wilenski, "Homogeneity of Results in Testing Samples from Poisson Series", Biometrika, 1940).
    """
    if not before_among or not after_among:
        return 1.0
    total, share = before + after, after_among / (before_among + after_among)
    return min(1.0, 2 * min(_sum_tail(total, share, after), _sum_tail(total, 1 - share, before)))


def _sum_tail(total: int, share: float, least: int) -> float:
    """The chance of `least` or more of `total`, each with a chance of `share`."""
    if least <= total * share:
        return 1.0
    term = exp(
        lgamma(total + 1)
        - lgamma(least + 1)
        - lgamma(total - least + 1)
        + least * log(share)
        + (total - least) * log1p(-share)
    )
    tail, odds = 0.0, share / (1 - share)
    for number in range(least, total + 1):
        tail += term
        term *= (total - number) / (number + 1) * odds
        # Above the mean the terms fall: what is left is less than what floats can tell.
        if term < tail * 1e-16:
            break
    return tail
