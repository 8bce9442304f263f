"""What belongs together, from left to right: what clusters share, the clusters, and what follows from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from log_gardener.model.cluster import Cluster, Symptom
from log_gardener.renderers.anchor import name_anchor
from log_gardener.renderers.markdown import count_entries, count_of
from log_gardener.renderers.svg.drawing import (
    SMALL_SIZE,
    add,
    add_text,
    fit,
    make_picture,
    set_height,
    spell,
    wrap,
    write,
)
from log_gardener.renderers.svg.legend import draw_notes
from log_gardener.renderers.svg.ties import Ground, Ties, find_ties

WIDTH = 880
_EDGE = 12
_BETWEEN = 56
_ROW_GAP = 10
_LINE, _PADDING = 15, 8
_BADGE_WIDTH = 26

# Shares of the width: what clusters share needs the least.
_SHARES = {"grounds": 0.7, "clusters": 1.05, "symptoms": 1.2}
_HEADINGS = {"grounds": "what clusters share", "clusters": "clusters", "symptoms": "what follows"}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a column is."""

    left: float
    width: float

    @property
    def right(self) -> float:
        return self.left + self.width


@dataclass(frozen=True, slots=True)
class _Node:
    """A box: at most two lines, a line of facts, and all of it for whoever points at it."""

    lines: tuple[str, ...]
    facts: str
    told: str
    priority: str = ""
    anchor: str = ""

    @property
    def height(self) -> float:
        """Of the box."""
        return _LINE * (len(self.lines) + 1) + 2 * _PADDING - 3


@dataclass(frozen=True, slots=True)
class _Set:
    """A node that has found its place."""

    node: _Node
    place: _Place
    top: float

    @property
    def middle(self) -> float:
        """How far down its edges end."""
        return self.top + self.node.height / 2


def draw_cascade(clusters: Sequence[Cluster], *, is_file: bool = False) -> str:
    """The picture; empty if nothing is tied to anything.

    Args:
        clusters: those of a worklog, in its order.
        is_file: with colours of its own, and without links, for a file beside a document.
    """
    ties = find_ties(clusters)
    if not ties.clusters:
        return ""
    root = make_picture((WIDTH, 0), "What belongs together", describe_cascade(clusters), is_file=is_file)
    places = _place_columns(ties)
    for name, place in places.items():
        add_text(root, "text", _HEADINGS[name], of="small soft", x=place.left, y=22)
    sets, bottom = _set_clusters(ties, places, top=34)
    grounds = _set_grounds(ties, places, sets)
    _draw_edges(root, ties, sets, grounds)
    for each in (*grounds, *(one for row in sets for one in row)):
        _draw_node(root, each, is_linked=not is_file)
    bottom = max([bottom, *(one.top + one.node.height for one in grounds)]) + 4
    bottom = draw_notes(root, _list_notes(ties), _EDGE, top=bottom, width=WIDTH - 2 * _EDGE)
    set_height(root, bottom + 8)
    return write(root, is_file=is_file)


def describe_cascade(clusters: Sequence[Cluster]) -> str:
    """What the picture shows, in a few sentences; empty if there is none."""
    ties = find_ties(clusters)
    told = []
    for cluster in ties.clusters:
        if cluster.symptoms:
            listed = "; ".join(f"{one.text} ({count_entries(one.count)})" for one in ties.symptoms[cluster.id])
            told.append(f"{cluster.priority} {cluster.title} is followed by: {listed}.")
    titles = {cluster.id: cluster.title for cluster in clusters}
    told += [f"{one.kind}, {one.text}: {'; '.join(titles[member] for member in one.members)}." for one in ties.grounds]
    return " ".join(told)


def _place_columns(ties: Ties) -> dict[str, _Place]:
    has = {"grounds": bool(ties.grounds), "clusters": True, "symptoms": any(ties.symptoms.values())}
    shown = [name for name, is_there in has.items() if is_there]
    room = WIDTH - 2 * _EDGE - _BETWEEN * (len(shown) - 1)
    whole = sum(_SHARES[name] for name in shown)
    places, left = dict[str, _Place](), float(_EDGE)
    for name in shown:
        width = min(room * _SHARES[name] / whole, 440)
        places[name] = _Place(left, width)
        left += width + _BETWEEN
    return places


def _set_clusters(ties: Ties, places: dict[str, _Place], top: float) -> tuple[list[list[_Set]], float]:
    """Each cluster, in the middle of what follows from it and behind it; and where they end."""
    rows: list[list[_Set]] = []
    for cluster in ties.clusters:
        own = _make_cluster(cluster, ties, places["clusters"])
        following = [_make_symptom(one, places["symptoms"]) for one in ties.symptoms[cluster.id]]
        tall = sum(node.height + _ROW_GAP for node in following) - _ROW_GAP
        height = max(tall, own.height)
        row = [_Set(own, places["clusters"], top + (height - own.height) / 2)]
        at = top + (height - tall) / 2
        for node in following:
            row.append(_Set(node, places["symptoms"], at))
            at += node.height + _ROW_GAP
        rows.append(row)
        top += height + _ROW_GAP * 1.6
    return rows, top - _ROW_GAP * 0.6


def _set_grounds(ties: Ties, places: dict[str, _Place], rows: Sequence[Sequence[_Set]]) -> list[_Set]:
    """What is shared, each beside the middle of those who share it, none over another."""
    heights = {cluster.id: row[0].middle for cluster, row in zip(ties.clusters, rows, strict=True)}
    wanted = []
    for ground in ties.grounds:
        node = _make_ground(ground, places["grounds"])
        shown = [heights[member] for member in ground.members if member in heights]
        wanted.append((sum(shown) / len(shown) - node.height / 2, ground, node))
    least, found = 34.0, dict[Ground, _Set]()
    for top, ground, node in sorted(wanted, key=lambda row: row[0]):
        found[ground] = _Set(node, places["grounds"], max(top, least))
        least = found[ground].top + node.height + _ROW_GAP
    return [found[ground] for ground in ties.grounds]


def _make_cluster(cluster: Cluster, ties: Ties, place: _Place) -> _Node:
    hidden = ties.count_hidden(cluster)
    more = f", {count_of(hidden, 'more consequence')}" if hidden else ""
    facts = f"{count_entries(cluster.count)}{more}"
    lines = wrap(cluster.title, place.width - 2 * _PADDING - _BADGE_WIDTH, lines=2) or ["(blank)"]
    told = f"{cluster.priority} {cluster.title} ({facts})"
    return _Node(tuple(lines), facts, told, cluster.priority, name_anchor(cluster.id))


def _make_symptom(symptom: Symptom, place: _Place) -> _Node:
    lines = wrap(symptom.text, place.width - 2 * _PADDING, lines=2) or ["(blank)"]
    facts = f"{count_entries(symptom.count)}, {symptom.evidence}"
    return _Node(tuple(lines), facts, f"{symptom.text} ({facts})")


def _make_ground(ground: Ground, place: _Place) -> _Node:
    lines = wrap(ground.text, place.width - 2 * _PADDING, lines=2) or ["(blank)"]
    facts = f"{ground.kind} of {count_of(len(ground.members), 'cluster')}"
    return _Node(tuple(lines), facts, f"{facts}: {ground.text}")


def _draw_node(root: ET.Element, placed: _Set, *, is_linked: bool) -> None:
    node, place = placed.node, placed.place
    parent = add(root, "a", href=f"#{node.anchor}") if is_linked and node.anchor else root
    group = add(parent, "g", of="node")
    add_text(group, "title", node.told)
    add(group, "rect", of="box", x=place.left, y=placed.top, width=place.width, height=node.height, rx=6)
    left = place.left + _PADDING
    baseline = placed.top + _PADDING + 11
    if node.priority:
        of = node.priority.lower()
        add(group, "rect", of=of, x=place.left, y=placed.top, width=4, height=node.height, rx=2)
        add_text(group, "text", node.priority, of=f"strong {of}", x=left + 2, y=baseline)
        left += _BADGE_WIDTH
    for number, line in enumerate(node.lines):
        add_text(group, "text", line, x=left, y=baseline + number * _LINE)
    facts = fit(node.facts, place.right - _PADDING - left, SMALL_SIZE)
    add_text(group, "text", facts, of="small soft", x=left, y=baseline + len(node.lines) * _LINE)


def _draw_edges(root: ET.Element, ties: Ties, rows: Sequence[Sequence[_Set]], grounds: Sequence[_Set]) -> None:
    by_id = {cluster.id: row[0] for cluster, row in zip(ties.clusters, rows, strict=True)}
    for ground, placed in zip(ties.grounds, grounds, strict=True):
        for member in ground.members:
            if member in by_id:
                _draw_edge(root, placed, by_id[member], of="tie shared", is_arrow=ground.is_cause)
    for own, *following in rows:
        for each in following:
            _draw_edge(root, own, each, of="tie", is_arrow=True)


def _draw_edge(root: ET.Element, start: _Set, end: _Set, *, of: str, is_arrow: bool) -> None:
    """A line from box to box that leaves and arrives level, with a head where one comes of the other."""
    left, right = start.place.right, end.place.left - (6 if is_arrow else 0)
    middle = (left + right) / 2
    first, last = spell(start.middle), spell(end.middle)
    curve = f"C{spell(middle)} {first} {spell(middle)} {last} {spell(right)} {last}"
    add(root, "path", of=of, d=f"M{spell(left)} {first}{curve}")
    if is_arrow:
        add(root, "path", of="head", d=f"M{spell(right + 6)} {last}l-8-4v8z")


def _list_notes(ties: Ties) -> list[str]:
    """What the picture does not show, in words."""
    return [
        *([f"and {count_of(ties.left_out, 'more cluster')} with ties"] if ties.left_out else []),
        *(
            [f"and {count_of(ties.grounds_left_out, 'more thing')} that clusters share"]
            if ties.grounds_left_out
            else []
        ),
    ]
