"""A cluster as a card: what it shows, cut to its room."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from log_gardener.model.cluster import Cluster, Entity, Location, RevisionSpan, ShownEntry
from log_gardener.model.priority import Priority
from log_gardener.renderers.anchor import name_anchor
from log_gardener.renderers.console_links import find_links
from log_gardener.renderers.html.environment import spell_day_time, spell_lines
from log_gardener.renderers.html.room import Room, Share
from log_gardener.renderers.json_text import spell_json
from log_gardener.renderers.markdown import count_entries, count_of
from log_gardener.renderers.permalink import CodeHost
from log_gardener.renderers.svg.sparkline import draw_bars
from log_gardener.renderers.ticket_evidence import find_message

# A tracker's own address: no blank, no quote, nothing that a browser would read as something else than a place.
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?(?:/[\w./#?=&%~+-]*)?", re.ASCII)

# What somebody must look at now; the rest unfolds when it is asked for.
_OPEN = {Priority.P0, Priority.P1}


@dataclass(frozen=True, slots=True)
class Link:
    """A text with an address; an empty address is none."""

    text: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """An exemplar to read.

    Attributes:
        message: what it says, if that has several lines; in the entry they would stand on one.
        entry: all of it, as JSON.
    """

    id: str
    nanos: int | None
    message: Markup
    entry: Markup


@dataclass(frozen=True, slots=True)
class Tie:
    """A relation, with the title of the cluster that it leads to; `None` if this worklog does not list that one."""

    kind: str
    to: str
    title: str | None
    evidence: str
    strength: float


@dataclass(frozen=True, slots=True)
class Card:
    """All that a card shows.

    Attributes:
        number: of the cluster, from 1.
        is_open: whether its details are shown at once.
        span: when, in short.
        spark: its course over the window, as a picture.
        seen: how often, in words.
        ticket: `None` if none is known.
    """

    cluster: Cluster
    number: int
    anchor: str
    title: str
    is_open: bool
    span: str
    spark: Markup
    seen: str
    places: Share[Link]
    whom: Share[Link]
    links: tuple[Link, ...]
    ticket: Link | None
    analysis: Share[str]
    templates: Share[tuple[str, int]]
    symptoms: Share[tuple[str, int, str]]
    samples: tuple[Sample, ...]
    ties: Share[Tie]
    revisions: Share[RevisionSpan]


def make_card(
    number: int, cluster: Cluster, *, titles: Mapping[str, str], bounds: tuple[int, int], room: Room, code: CodeHost
) -> Card:
    """The card of a cluster, with the titles of all clusters by their ids, and the window's first and last minute."""
    title = room.cut(cluster.title) or "(blank)"
    commit = code.find_commit(cluster.revisions)
    return Card(
        cluster=cluster,
        number=number,
        anchor=name_anchor(cluster.id),
        title=title,
        is_open=cluster.priority in _OPEN,
        span=_spell_span(cluster),
        spark=_draw_spark(cluster, bounds),
        seen=_spell_seen(cluster),
        places=room.share(_spell_place(one, code, commit) for one in cluster.locations),
        whom=room.share(spell_entity(one, room) for one in cluster.entities),
        links=_list_links(cluster),
        ticket=find_ticket_link(cluster.ticket),
        analysis=room.share(map(room.cut, cluster.analysis)),
        templates=room.share((room.cut(row.text), row.count) for row in cluster.templates),
        symptoms=room.share((room.cut(row.text), row.count, room.cut(row.evidence)) for row in cluster.symptoms),
        samples=tuple(make_sample(one, room) for one in cluster.exemplars[: room.entries]),
        ties=room.share(
            Tie(row.kind, name_anchor(row.to), titles.get(row.to), room.cut(row.evidence), row.strength)
            for row in cluster.relations
        ),
        revisions=room.share(cluster.revisions),
    )


def _draw_spark(cluster: Cluster, bounds: tuple[int, int]) -> Markup:
    label = f"{count_entries(sum(count for _, count in cluster.minutes))} over the window"
    return Markup(draw_bars(cluster.minutes, bounds, label=label))  # noqa: S704 - a picture of ours


def _spell_span(cluster: Cluster) -> str:
    first, last = spell_day_time(cluster.first_nanos), spell_day_time(cluster.last_nanos)
    return first if first == last else f"{first} to {last}"


def _spell_seen(cluster: Cluster) -> str:
    seen = count_of(cluster.occurrences, "occurrence")
    return seen if cluster.occurrences == cluster.count else f"{seen}, {cluster.count:,} entries with what followed"


def _spell_place(location: Location, code: CodeHost, commit: str) -> Link:
    path = code.find_path(location.file or "") or location.file or location.module or "?"
    at = "" if location.line is None else f":{location.line}"
    function = f" in {location.function}" if location.function else ""
    return Link(f"{path}{at}{function}", code.link_line(location, commit))


def spell_entity(entity: Entity, room: Room) -> Link:
    """Whom it concerns, in words."""
    about = "" if entity.is_exact else "about "
    count = f"one {entity.kind}" if entity.distinct == 1 else f"{about}{entity.distinct:,} {entity.kind}s"
    among = "" if entity.distinct <= len(entity.values) else "among them "
    return Link(f"{count}: {among}{room.cut(', '.join(entity.values))}")


def _list_links(cluster: Cluster) -> tuple[Link, ...]:
    found = find_links(cluster)
    named = (Link("Cloud Logging", found.logs), Link("Error Reporting", found.errors))
    return tuple(link for link in named if link.address)


def find_ticket_link(ticket: str | None) -> Link | None:
    """A ticket as a link, if its address can be one; `None` if there is no ticket."""
    if not ticket:
        return None
    is_address = bool(_ADDRESS.fullmatch(ticket))
    return Link(ticket, ticket if is_address else "")


def make_sample(shown: ShownEntry, room: Room) -> Sample:
    """An exemplar to read."""
    message = find_message(shown.entry)
    is_long = "\n" in message.strip()
    entry = spell_json(room.cut_entry(shown.entry))
    return Sample(
        id=shown.insert_id,
        nanos=shown.nanos,
        message=spell_lines(room.cut_lines(message)) if is_long else Markup(),
        entry=spell_lines(entry),
    )
