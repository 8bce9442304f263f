"""One field of a picture with bars on an axis of counts, the worst severities at the bottom where they are compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from log_gardener.model.severity import Severity
from log_gardener.renderers.svg.columns import Columns, Span
from log_gardener.renderers.svg.drawing import add, add_text, spell
from log_gardener.renderers.svg.scale import CountAxis, TimeAxis, make_count_axis

# Between columns, in units of the picture; wide columns stand as far apart.
_GAP = 1

# Above the highest count, for its name.
HEADROOM = 22


@dataclass(frozen=True, slots=True)
class Panel:
    """Where a field is: `top` to `bottom`, with the axes of both directions."""

    time: TimeAxis
    count: CountAxis
    top: float

    @property
    def bottom(self) -> float:
        """Where nothing is drawn."""
        return self.count.bottom


def make_panel(time: TimeAxis, top: float, height: float, *, largest: float) -> Panel:
    """A field so tall that has room for a count."""
    return Panel(time, make_count_axis(largest, top + height, height - HEADROOM), top)


def draw_scale(root: ET.Element, panel: Panel) -> None:
    """The axis of counts."""
    left, right = panel.time.left, panel.time.left + panel.time.width
    ticks = list(panel.count.list_ticks())
    lines = "".join(f"M{spell(left)} {spell(height)}H{spell(right)}" for height, _ in ticks[1:])
    add(root, "path", of="rule", d=lines)
    add(root, "path", of="axis", d=f"M{spell(left)} {spell(panel.bottom)}H{spell(right)}")
    for height, label in ticks:
        add_text(root, "text", label, of="small soft count", x=left - 8, y=height + 4, text_anchor="end")


def draw_name(root: ET.Element, panel: Panel, name: str) -> None:
    """What is counted, above the axis of counts and over whatever is marked there."""
    add_text(root, "text", name, of="small soft flag", x=panel.time.left, y=panel.top + 12)


def draw_stacks(root: ET.Element, panel: Panel, columns: Columns, severities: Sequence[Severity]) -> None:
    """Bars of some severities, worst first from the bottom up."""
    paths: dict[Severity, list[str]] = {severity: [] for severity in severities}
    for span, counts in zip(columns.spans, columns.counts, strict=True):
        bottom = panel.bottom
        for severity in severities:
            if counts[severity]:
                height = panel.count.measure(counts[severity])
                paths[severity].append(spell_bar(panel.time, span, bottom, height))
                bottom -= height
    for severity, bars in paths.items():
        if bars:
            add(root, "path", of=f"sev-{severity.lower()}", d="".join(bars))


def spell_bar(time: TimeAxis, span: Span, bottom: float, height: float) -> str:
    """A bar as a part of a path."""
    left, right = map(time.place, span)
    width = max(right - left - min(_GAP, (right - left) / 4), 0.6)
    return f"M{spell(left)} {spell(bottom)}v-{spell(height)}h{spell(width)}v{spell(height)}"


def draw_hit(root: ET.Element, panel: Panel, span: Span, told: str) -> None:
    """What tells about a column, when it is pointed at anywhere."""
    left, right = map(panel.time.place, span)
    height = panel.bottom - panel.top
    element = add(root, "rect", of="hit", x=left, y=panel.top, width=max(right - left, 1), height=height)
    add_text(element, "title", told)


def draw_time_axis(root: ET.Element, panel: Panel, spacing: float = 84) -> float:
    """The names of round times below a field, and how far down they go."""
    ticks = list(panel.time.list_ticks(spacing))
    places = [panel.time.place(minute) for minute, _, _ in ticks]
    bottom = panel.bottom
    add(root, "path", of="axis", d="".join(f"M{spell(at)} {spell(bottom)}v5" for at in places))
    for at, (_, name, day) in zip(places, ticks, strict=True):
        add_text(root, "text", name, of="small time", x=at, y=bottom + 18, text_anchor="middle")
        if day:
            add_text(root, "text", day, of="small soft day", x=at, y=bottom + 32, text_anchor="middle")
    return bottom + 38
