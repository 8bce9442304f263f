"""An issue's entries as far back as is remembered; older ones are kept coarser, so what is drawn are rates."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from log_gardener.model.cluster import RevisionSpan
from log_gardener.model.issue import Bucket
from log_gardener.renderers.markdown import count_entries
from log_gardener.renderers.svg.columns import MOST_COLUMNS, Span
from log_gardener.renderers.svg.drawing import add, make_picture, set_height, write
from log_gardener.renderers.svg.legend import draw_notes
from log_gardener.renderers.svg.marks import draw_marks, list_appearances, place_marks
from log_gardener.renderers.svg.panel import (
    Panel,
    draw_hit,
    draw_name,
    draw_scale,
    draw_time_axis,
    make_panel,
    spell_bar,
)
from log_gardener.renderers.svg.scale import TimeAxis, find_step, floor, spell_span, spell_step

WIDTH = 880
_LEFT, _RIGHT = 64, 40
_HEIGHT = 150


@dataclass(frozen=True, slots=True)
class _Rates:
    """Entries by span, ascending; what is drawn of each is how many they are in `step` minutes."""

    step: int
    counts: tuple[tuple[Span, int], ...]

    def list_rates(self) -> Iterator[tuple[Span, float]]:
        """Each span with its entries in `step` minutes."""
        for (start, end), count in self.counts:
            yield (start, end), count * self.step / (end - start)


def draw_history(
    buckets: Sequence[Bucket], revisions: Sequence[RevisionSpan], *, label: str, is_file: bool = False
) -> str:
    """The picture; empty if nothing is remembered.

    Args:
        buckets: as `Issue.history` has them.
        revisions: those of the issue; all but the first are marked where they appear.
        label: what it is a history of.
        is_file: with colours of its own, for a file.
    """
    if not buckets:
        return ""
    rates = _make_rates(buckets)
    time = TimeAxis(rates.counts[0][0][0], rates.counts[-1][0][1], _LEFT, WIDTH - _LEFT - _RIGHT)
    root = make_picture((WIDTH, 0), label, _describe(rates), is_file=is_file)
    marks = place_marks([one for one in list_appearances(revisions) if time.start <= one.minute <= time.end], time, 8)
    panel = _draw_rates(root, rates, time, marks.bottom)
    bottom = draw_time_axis(root, panel)
    draw_marks(root, marks, [(panel.top, panel.bottom)])
    draw_name(root, panel, f"entries per {spell_step(rates.step)}, UTC")
    set_height(root, draw_notes(root, marks.notes, _LEFT, top=bottom, width=time.width) + 6)
    return write(root, is_file=is_file)


def _make_rates(buckets: Sequence[Bucket]) -> _Rates:
    """Fine buckets in columns wide enough to be seen; coarse ones as they are."""
    first = min(minute for minute, _, _ in buckets)
    last = max(minute + width for minute, width, _ in buckets)
    step = find_step(first, last, most=MOST_COLUMNS)
    counts: Counter[Span] = Counter()
    for minute, width, count in buckets:
        start = minute if width > step else floor(minute, step)
        counts[start, start + max(width, step)] += count
    return _Rates(step, tuple(sorted(counts.items())))


def _draw_rates(root: ET.Element, rates: _Rates, time: TimeAxis, top: float) -> Panel:
    """The field of bars."""
    drawn = list(rates.list_rates())
    panel = make_panel(time, top, _HEIGHT, largest=max(rate for _, rate in drawn))
    draw_scale(root, panel)
    bars = [spell_bar(time, span, panel.bottom, panel.count.measure(rate)) for span, rate in drawn if rate]
    add(root, "path", of="bars", d="".join(bars))
    for (span, count), (_, rate) in zip(rates.counts, drawn, strict=True):
        mean = "" if span[1] - span[0] == rates.step else f", {rate:,.1f} per {spell_step(rates.step)} in the mean"
        draw_hit(root, panel, span, f"{spell_span(*span)}: {count_entries(count)}{mean}")
    return panel


def _describe(rates: _Rates) -> str:
    total = sum(count for _, count in rates.counts)
    start, end = rates.counts[0][0][0], rates.counts[-1][0][1]
    (first, last), most = max(rates.list_rates(), key=lambda row: row[1])
    return (
        f"{count_entries(total).capitalize()} from {spell_span(start, end)}. Most of them from "
        f"{spell_span(first, last)}: {most:,.0f} per {spell_step(rates.step)}."
    )
