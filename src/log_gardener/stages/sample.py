"""Coordinated samples: which instances and requests issues have in common, and in which order."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from log_gardener._core import Sighting

KEPT = 64
"""As many values as the core keeps of a kind; where there are fewer, the sample is the whole."""


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One instance or request in a sample: its rank, how many entries, first and last time of them."""

    rank: int
    count: int
    span: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Meeting:
    """What two samples have in common.

    Attributes:
        common: the values in both.
        own_share: how many of the one's are in the other, 0 to 1; of the part that both samples show.
        other_share: the other way round.
        lead_nanos: median time from the other's first entry to the one's; negative is before.
        occurrences: how often at least they met: entries that pair up, value by value.
        gap_nanos: the longest time between the two in any common value.
    """

    common: frozenset[str]
    own_share: float
    other_share: float
    lead_nanos: float
    occurrences: int
    gap_nanos: int


@dataclass(frozen=True, slots=True)
class Sample:
    """The values of smallest rank that entries bear.

    Attributes:
        ceiling: every value up to this rank is here; `None` if every value is.
    """

    values: dict[str, SampleRow]
    ceiling: int | None

    def meet(self, other: "Sample") -> Meeting | None:
        """What both have in common, counted where both show all that there is; `None` if nothing."""
        ceilings = [sample.ceiling for sample in (self, other) if sample.ceiling is not None]
        limit = min(ceilings, default=None)
        own, others = _list_up_to(self, limit), _list_up_to(other, limit)
        common = own & others
        if not common:
            return None
        pairs = [(self.values[value], other.values[value]) for value in common]
        leads = [one.span[0] - two.span[0] for one, two in pairs if one.span and two.span]
        gaps = [_find_gap(one.span, two.span) for one, two in pairs if one.span and two.span]
        return Meeting(
            frozenset(common),
            own_share=len(common) / len(own),
            other_share=len(common) / len(others),
            lead_nanos=median(leads) if leads else 0.0,
            occurrences=sum(min(one.count, two.count) for one, two in pairs),
            gap_nanos=max(gaps, default=0),
        )


def _list_up_to(sample: Sample, limit: int | None) -> set[str]:
    return {value for value, seen in sample.values.items() if limit is None or seen.rank <= limit}


def _find_gap(one: tuple[int, int], other: tuple[int, int]) -> int:
    return max(one[0] - other[1], other[0] - one[1], 0)


def join_samples(samples: Iterable[list[Sighting]]) -> Sample:
    """The sample of all entries together."""
    values: dict[str, SampleRow] = {}
    ceilings: list[int] = []
    for rows in samples:
        if len(rows) >= KEPT:
            ceilings.append(max(row.rank for row in rows))
        for row in rows:
            known = values.get(row.value)
            values[row.value] = _add(known, row) if known else SampleRow(row.rank, row.count, row.span)
    ceiling = min(ceilings, default=None)
    kept = {value: seen for value, seen in values.items() if ceiling is None or seen.rank <= ceiling}
    return Sample(kept, ceiling)


def _add(known: SampleRow, row: Sighting) -> SampleRow:
    spans = [span for span in (known.span, row.span) if span]
    span = (min(span[0] for span in spans), max(span[1] for span in spans)) if spans else None
    return SampleRow(known.rank, known.count + row.count, span)
