"""A worklog's entries over time by severity, with revisions, silences and the course of what is urgent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from xml.etree import ElementTree as ET

from log_gardener.model.severity import Severity
from log_gardener.model.worklog import Worklog
from log_gardener.renderers.markdown import count_entries, count_of
from log_gardener.renderers.svg.columns import Columns, Span, find_silences, find_window, make_columns
from log_gardener.renderers.svg.drawing import make_picture, set_height, write
from log_gardener.renderers.svg.lanes import choose_lanes, draw_lanes
from log_gardener.renderers.svg.legend import Key, draw_legend, draw_notes
from log_gardener.renderers.svg.marks import draw_marks, draw_silences, find_appearances, place_marks
from log_gardener.renderers.svg.panel import (
    Panel,
    draw_hit,
    draw_name,
    draw_scale,
    draw_stacks,
    draw_time_axis,
    make_panel,
)
from log_gardener.renderers.svg.scale import TimeAxis, spell_span, spell_step

WIDTH = 880
_LEFT, _RIGHT = 64, 40
_TALL, _LOW = 190, 110

# Where the tallest column of warnings and worse is a smaller part of all, nobody would see it move.
_SEEN_FROM = 0.3


@dataclass(frozen=True, slots=True)
class _Scene:
    """What the picture shows, and where times stand."""

    columns: Columns
    time: TimeAxis
    silences: tuple[Span, ...]

    @property
    def severities(self) -> list[Severity]:
        """What there is, the worst first."""
        return [severity for severity, _ in self.columns.severities]


def draw_timeline(worklog: Worklog, *, is_file: bool = False) -> str:
    """The picture; empty if no entry bears a time.

    Args:
        worklog: what it is drawn of: its timeline, clusters, revisions and coverage.
        is_file: with colours of its own, and without links, for a file beside a document.
    """
    columns = make_columns(worklog)
    if columns is None:
        return ""
    scene = _make_scene(worklog, columns)
    time, appearances = scene.time, find_appearances(worklog.context)
    lanes = choose_lanes(worklog.clusters)
    told = _describe(worklog, scene)
    root = make_picture((WIDTH, 0), "Entries over time, by severity", told, is_file=is_file)
    top = draw_legend(root, _list_keys(scene, has_marks=bool(appearances)), _LEFT, top=10, width=time.width)
    marks = place_marks(appearances, time, top + 4)
    rows = _draw_panels(root, scene, marks.bottom)
    bottom = draw_time_axis(root, rows[-1][1])
    bottom, reaches = draw_lanes(root, lanes, time, columns=columns, top=bottom + 8, are_linked=not is_file)
    draw_marks(root, marks, [(rows[0][1].top, rows[-1][1].bottom), *reaches])
    for name, panel in rows:
        draw_name(root, panel, name)
    notes = [*lanes.notes, *marks.notes, *_list_untold(worklog, columns)]
    set_height(root, draw_notes(root, notes, _LEFT, top=bottom, width=time.width) + 10)
    return write(root, is_file=is_file)


def describe_timeline(worklog: Worklog) -> str:
    """What the picture shows, in a few sentences; empty if there is none."""
    columns = make_columns(worklog)
    return _describe(worklog, _make_scene(worklog, columns)) if columns else ""


def _make_scene(worklog: Worklog, columns: Columns) -> _Scene:
    time = TimeAxis(columns.start, columns.end, _LEFT, WIDTH - _LEFT - _RIGHT)
    return _Scene(columns, time, tuple(find_silences(worklog)))


def _describe(worklog: Worklog, scene: _Scene) -> str:
    columns = scene.columns
    listed = ", ".join(f"{severity} {count:,}" for severity, count in columns.severities)
    told = [f"{count_entries(columns.total).capitalize()} from {spell_span(columns.start, columns.end)}: {listed}."]
    at = max(range(len(columns.counts)), key=lambda number: columns.counts[number].total())
    most = columns.counts[at].total()
    told.append(f"The most at once: {most:,}, {spell_span(*columns.spans[at])}.")
    told += [f"No entries {spell_span(*silence)}." for silence in scene.silences]
    appearances = find_appearances(worklog.context)
    if appearances:
        told.append(f"{count_of(len(appearances), 'revision')} first seen in this time.")
    return " ".join(told)


def _list_keys(scene: _Scene, *, has_marks: bool) -> list[Key]:
    keys = [Key(f"sev-{severity.lower()}", f"{severity} {count:,}") for severity, count in scene.columns.severities]
    if has_marks:
        keys.append(Key("mark", "revision first seen", is_line=True))
    return [*keys, Key("gap", "no entries")] if scene.silences else keys


def _draw_panels(root: ET.Element, scene: _Scene, top: float) -> list[tuple[str, Panel]]:
    """The fields of bars: all entries, and the unhealthy severities once more where they would be too small to see."""
    each = spell_step(scene.columns.step)
    wanted = [(f"entries per {each}, UTC", scene.severities, _TALL)]
    if unhealthy := _choose_closer(scene):
        wanted.append((f"WARNING and worse per {each}", unhealthy, _LOW))
    rows: list[tuple[str, Panel]] = []
    for name, severities, height in wanted:
        largest = max(sum(counts[severity] for severity in severities) for counts in scene.columns.counts)
        panel = make_panel(scene.time, top, height, largest=largest)
        draw_silences(root, scene.silences, panel, is_named=not rows)
        draw_scale(root, panel)
        draw_stacks(root, panel, scene.columns, severities)
        rows.append((name, panel))
        top += height + 14
    _draw_hits(root, scene.columns, [panel for _, panel in rows])
    return rows


def _draw_hits(root: ET.Element, columns: Columns, panels: Sequence[Panel]) -> None:
    """What tells about each column, in all fields at once."""
    field = replace(panels[-1], top=panels[0].top)
    for span, counts in zip(columns.spans, columns.counts, strict=True):
        ranked = sorted(counts.items(), key=lambda row: -row[0].rank)
        listed = ", ".join(f"{severity} {count:,}" for severity, count in ranked)
        draw_hit(
            root, field, span, f"{spell_span(*span)}: {count_entries(counts.total())}{': ' * bool(listed)}{listed}"
        )


def _choose_closer(scene: _Scene) -> list[Severity]:
    """Severities that need a field of their own: warnings and worse beside many other entries."""
    unhealthy = [one for one in scene.severities if one.rank >= Severity.WARNING.rank]
    highest = max(sum(counts[one] for one in unhealthy) for counts in scene.columns.counts)
    most = max(counts.total() for counts in scene.columns.counts)
    return unhealthy if highest < most * _SEEN_FROM else []


def _list_untold(worklog: Worklog, columns: Columns) -> list[str]:
    """What the picture cannot show, in words."""
    untold = worklog.coverage.entries - columns.total
    start, end = find_window(worklog)
    is_whole = columns.start <= start and end <= columns.end
    return [
        *([] if is_whole else [f"the window is wider, {spell_span(start, end)}: elsewhere in it there are no entries"]),
        *_count_untold(untold),
    ]


def _count_untold(untold: int) -> list[str]:
    return [f"{count_entries(untold)} not in the picture: without a time, or without a template"] if untold else []
