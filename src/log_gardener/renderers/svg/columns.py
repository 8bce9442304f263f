"""Entries over time as columns of round lengths, and the spans in which nothing was logged."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from log_gardener.model.instant import NANOS_PER_MINUTE
from log_gardener.model.severity import Severity
from log_gardener.model.worklog import Worklog
from log_gardener.renderers.svg.scale import find_step, floor

MOST_COLUMNS = 100

# Entries in less than the fourth part of a window are drawn without the rest of it.
_SMALLEST_PART = 4

# What is usual is told by so many gaps at least; a silence is longer than nearly all of them by so much, and longer by
# as much than the next shorter one that is none. More silences than this are how the service is.
_FEWEST_GAPS = 12
_MANY_TIMES = 4
_NEARLY_ALL = 0.9
_MOST_SILENCES = 5

Span: TypeAlias = tuple[int, int]
"""First minute since 1970, and the one after the last."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Entries by severity in columns of `step` minutes from `start` on, minutes since 1970.

    Attributes:
        severities: what there is, with how many in all columns, the worst first.
    """

    start: int
    step: int
    counts: tuple[Counter[Severity], ...]
    severities: tuple[tuple[Severity, int], ...]

    @property
    def end(self) -> int:
        """The minute after the last column."""
        return self.start + self.step * len(self.counts)

    @property
    def spans(self) -> list[Span]:
        """From when to when each column is."""
        return [self.find_span(number) for number in range(len(self.counts))]

    @property
    def total(self) -> int:
        """Entries in all columns."""
        return sum(count for _, count in self.severities)

    def find_span(self, number: int) -> Span:
        """From when to when a column is."""
        return self.start + number * self.step, self.start + (number + 1) * self.step


def make_columns(worklog: Worklog) -> Columns | None:
    """A worklog's entries over its window; `None` if none of them bears a time."""
    if not worklog.timeline:
        return None
    first, last = _find_bounds(worklog)
    step = find_step(first, last, most=MOST_COLUMNS, multiple=worklog.timeline_minutes)
    start = floor(first, step)
    counts = [Counter[Severity]() for _ in range(start, last, step)]
    total = Counter[Severity]()
    for minute, severity, count in worklog.timeline:
        counts[(minute - start) // step][severity] += count
        total[severity] += count
    return Columns(start, step, tuple(counts), tuple(sorted(total.items(), key=lambda row: -row[0].rank)))


def find_window(worklog: Worklog) -> Span:
    """The window in whole minutes; without one the span of the entries."""
    first, last = worklog.timeline[0][0], worklog.timeline[-1][0] + worklog.timeline_minutes
    if worklog.window is None:
        return first, last
    start, end = worklog.window.nanos
    return min(first, start // NANOS_PER_MINUTE), max(last, -(-end // NANOS_PER_MINUTE))


def _find_bounds(worklog: Worklog) -> Span:
    """The window, unless the entries are in so small a part of it that they would be a bar or two."""
    first, last = worklog.timeline[0][0], worklog.timeline[-1][0] + worklog.timeline_minutes
    start, end = find_window(worklog)
    return (start, end) if (last - first) * _SMALLEST_PART >= end - start else (first, last)


def find_silences(worklog: Worklog) -> list[Span]:
    """Spans between entries in which nothing at all was logged, clearly longer than is usual there.

    Where not all could be read, nobody knows what was logged, so there are none.
    """
    if worklog.coverage.problems or worklog.coverage.caps or worklog.coverage.overflow:
        return []
    minutes = sorted({minute for minute, _, _ in worklog.timeline})
    width = worklog.timeline_minutes
    spans = [(before + width, after) for before, after in pairwise(minutes)]
    # Of the minutes next to each other, each has a gap of none behind it.
    return _choose_longest(spans) if len(spans) >= _FEWEST_GAPS else []


def _choose_longest(spans: Sequence[Span]) -> list[Span]:
    by_length = sorted(spans, key=lambda span: (span[0] - span[1], span))
    usual = sorted(end - start for start, end in spans)[int(len(spans) * _NEARLY_ALL)]
    for count in range(_MOST_SILENCES, 0, -1):
        shortest, next_one = (end - start for start, end in by_length[count - 1 : count + 1])
        # A minute more or less is chance.
        if shortest >= _MANY_TIMES * (max(usual, next_one) + 1):
            return sorted(by_length[:count])
    return []
