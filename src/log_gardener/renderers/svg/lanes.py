"""The most urgent clusters below the bars: each a lane from its first entry to its last, its columns drawn dark."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from log_gardener.model.cluster import Cluster
from log_gardener.model.instant import NANOS_PER_MINUTE
from log_gardener.model.priority import Priority
from log_gardener.renderers.anchor import name_anchor
from log_gardener.renderers.markdown import count_entries
from log_gardener.renderers.svg.columns import Columns, Span
from log_gardener.renderers.svg.drawing import add, add_text, fit, measure, spell
from log_gardener.renderers.svg.panel import spell_bar
from log_gardener.renderers.svg.scale import TimeAxis, spell_span

MOST_LANES = 8
_HEIGHT = 38
_BAR_HEIGHT = 9
_BADGE_WIDTH = 26


@dataclass(frozen=True, slots=True)
class Lanes:
    """The clusters that have a lane, and how many of their priorities have none."""

    shown: tuple[Cluster, ...]
    left_out: int

    @property
    def notes(self) -> list[str]:
        """What is not shown, in words."""
        return [f"and {self.left_out:,} more of priority P0 or P1"] if self.left_out else []


def choose_lanes(clusters: Sequence[Cluster]) -> Lanes:
    """The first clusters of P0 and P1 that bear times."""
    urgent = [one for one in clusters if one.priority in {Priority.P0, Priority.P1} and one.minutes]
    return Lanes(tuple(urgent[:MOST_LANES]), len(urgent[MOST_LANES:]))


def draw_lanes(
    root: ET.Element, lanes: Lanes, time: TimeAxis, *, columns: Columns, top: float, are_linked: bool
) -> tuple[float, list[tuple[float, float]]]:
    """The lanes; how far down they go, and where their bars are."""
    reaches: list[tuple[float, float]] = []
    for cluster in lanes.shown:
        parent = add(root, "a", href=f"#{name_anchor(cluster.id)}") if are_linked else root
        bottom = top + _HEIGHT - 9
        _draw_heading(parent, cluster, time, top)
        _draw_course(parent, cluster, time, columns=columns, bottom=bottom)
        reaches.append((bottom - _BAR_HEIGHT - 1, bottom + 1))
        top += _HEIGHT
    return top, reaches


def _draw_heading(parent: ET.Element, cluster: Cluster, time: TimeAxis, top: float) -> None:
    count = count_entries(cluster.count)
    right = time.left + time.width
    room = time.width - _BADGE_WIDTH - measure(count) - 16
    of = f"strong {cluster.priority.lower()}"
    add_text(parent, "text", cluster.priority, of=of, x=time.left, y=top + 12)
    title = fit(cluster.title, room) or "(blank)"
    add_text(parent, "text", title, of="lane", x=time.left + _BADGE_WIDTH, y=top + 12)
    add_text(parent, "text", count, of="small soft lane-count", x=right, y=top + 12, text_anchor="end")


def _draw_course(parent: ET.Element, cluster: Cluster, time: TimeAxis, *, columns: Columns, bottom: float) -> None:
    first, last = _find_reach(cluster)
    name = cluster.priority.lower()
    group = add(parent, "g")
    told = f"{cluster.priority} {cluster.title} ({count_entries(cluster.count)}, {spell_span(first, last)})"
    add_text(group, "title", told)
    add(group, "path", of=f"{name} faint", d=_spell_reach(time, (first, last), bottom))
    held = sorted({(minute - columns.start) // columns.step for minute, _ in cluster.minutes})
    spans = [columns.find_span(at) for at in held if 0 <= at < len(columns.counts)]
    add(group, "path", of=name, d="".join(spell_bar(time, span, bottom, _BAR_HEIGHT) for span in spans))


def _spell_reach(time: TimeAxis, reach: Span, bottom: float) -> str:
    left, right = map(time.place, reach)
    middle = bottom - _BAR_HEIGHT / 2 - 1
    return f"M{spell(left)} {spell(middle)}h{spell(max(right - left, 1))}v2h-{spell(max(right - left, 1))}"


def _find_reach(cluster: Cluster) -> Span:
    minutes = [minute for minute, _ in cluster.minutes]
    bounds = (cluster.first_nanos, cluster.last_nanos)
    told = [nanos // NANOS_PER_MINUTE for nanos in bounds if nanos is not None]
    return min(told + minutes), max(told + minutes) + 1
