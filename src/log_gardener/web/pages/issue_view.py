"""What the page of an issue shows, spelt from what is remembered."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from log_gardener.model.cluster import Cluster, ShownEntry
from log_gardener.model.issue import Issue, KnownTemplate
from log_gardener.renderers.console_links import find_remembered_links
from log_gardener.renderers.html.card import Card, Link, make_card, make_sample, spell_entity
from log_gardener.renderers.html.environment import spell_time
from log_gardener.renderers.html.room import ROOMS
from log_gardener.renderers.markdown import count_entries
from log_gardener.renderers.permalink import CodeHost
from log_gardener.renderers.svg.history import draw_history
from log_gardener.stages.explain import list_decisions, list_keys, spell_ties
from log_gardener.web.desk import IssueView

_ROOM = ROOMS[0]

_MASK = re.compile(r"<([a-z0-9*]+)>")

# Enough to see what kind of thing it is.
_MOST_VALUES = 12


@dataclass(frozen=True, slots=True)
class Variable:
    """A place in a template's text where values stand, and those of the entries that are kept, each once."""

    kind: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TemplateView:
    """A template, why it is in the issue, and what stands in its places.

    Attributes:
        keys: the hard keys, by name.
        count: its entries in the latest window; `None` if that is not told apart.
        is_root: whether it names the issue, so that it cannot be split off.
    """

    template: KnownTemplate
    why: str
    keys: tuple[tuple[str, str], ...]
    variables: tuple[Variable, ...]
    count: int | None
    is_root: bool


@dataclass(frozen=True, slots=True)
class TieView:
    """A relation to another issue; without a title where that is not remembered."""

    kind: str
    to: str
    title: str
    evidence: str
    strength: float


def make_issue_values(view: IssueView, code: CodeHost, titles: Mapping[str, str]) -> dict[str, object]:
    """What the template of the page is filled with."""
    issue, details, cluster = view.issue, view.details, view.cluster
    shown = _list_shown(view)
    return {
        "issue": issue,
        "details": details,
        "cluster": cluster,
        "card": _make_card(cluster, view.ticket, code) if cluster else None,
        "ticket": view.ticket,
        "history": _draw_history(view),
        "verdict": spell_verdict(issue),
        "templates": _list_templates(view, shown),
        "whom": [spell_entity(one, _ROOM) for one in details.entities],
        "links": _list_links(view),
        "samples": [make_sample(one, _ROOM) for one in shown],
        "ties": _list_ties(cluster, titles),
        "decided": list_decisions(issue, view.decisions),
    }


def spell_verdict(issue: Issue) -> list[str]:
    """What people decided, in words; nothing of an issue that is open and left to the runs."""
    verdict, said = issue.verdict, list[str]()
    if verdict.mute:
        ends = [f"until {spell_time(verdict.mute.until_nanos)}"] if verdict.mute.until_nanos else []
        ends += [f"until {count_entries(verdict.mute.count)} were ever counted"] if verdict.mute.count else []
        said.append(f"Muted {', or '.join([*ends, 'until it escalates'])}.")
    if verdict.resolution:
        revision = f" in revision {verdict.resolution.revision}" if verdict.resolution.revision else ""
        said.append(f"Resolved{revision} at {spell_time(verdict.resolution.nanos)}; only later entries bring it back.")
    return [*said, *([f"Priority locked at {verdict.locked}, which no run changes."] if verdict.locked else [])]


def list_variables(template: KnownTemplate, shown: Sequence[ShownEntry]) -> tuple[Variable, ...]:
    """The places of a template's text, with the values of those entries that have such places."""
    kinds = _MASK.findall(template.text)
    fitting = [entry.values for entry in shown if [value.kind for value in entry.values] == kinds]
    columns: list[dict[str, None]] = [{} for _ in kinds]
    for values in fitting:
        for column, value in zip(columns, values, strict=True):
            column[value.text] = None
    return tuple(Variable(kind, tuple(column)[:_MOST_VALUES]) for kind, column in zip(kinds, columns, strict=True))


def _make_card(cluster: Cluster, ticket: str | None, code: CodeHost) -> Card:
    whole = replace(cluster, ticket=ticket)
    return make_card(1, whole, titles={}, bounds=(0, 0), room=_ROOM, code=code)


def _draw_history(view: IssueView) -> Markup:
    picture = draw_history(view.issue.history, view.details.revisions, label="Entries over time, with revisions")
    return Markup(picture)  # noqa: S704 - a picture of ours, whose texts were made inert when it was drawn


def _list_shown(view: IssueView) -> list[ShownEntry]:
    """The entries that are kept, each once, the earliest first."""
    kept = [*view.details.exemplars, *(view.cluster.exemplars if view.cluster else ())]
    once = {(one.insert_id, one.nanos): one for one in kept}
    return sorted(once.values(), key=lambda one: one.nanos or 0)


def _list_templates(view: IssueView, shown: Sequence[ShownEntry]) -> list[TemplateView]:
    counts = {row.id: row.count for row in view.cluster.templates} if view.cluster else {}
    return [
        TemplateView(
            template,
            why,
            tuple(list_keys(template).items()),
            list_variables(template, shown),
            counts.get(template.fingerprint),
            is_root=number == 0,
        )
        for number, (template, why) in enumerate(spell_ties(view.issue))
    ]


def _list_links(view: IssueView) -> list[Link]:
    found = find_remembered_links(view.issue, view.details)
    named = (Link("Cloud Logging", found.logs), Link("Error Reporting", found.errors))
    return [link for link in named if link.address]


def _list_ties(cluster: Cluster | None, titles: Mapping[str, str]) -> list[TieView]:
    rows = cluster.relations if cluster else ()
    return [TieView(row.kind, row.to, titles.get(row.to, ""), row.evidence, row.strength) for row in rows]
