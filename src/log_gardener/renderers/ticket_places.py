"""Where an issue comes from, whom it touches, and where to look: a ticket's places."""

from collections.abc import Sequence

from log_gardener.model.cluster import Entity, Location, RevisionSpan
from log_gardener.model.issue import KnownTemplate
from log_gardener.model.ticket import Subject
from log_gardener.renderers.inert_text import Inert, shorten
from log_gardener.renderers.markdown import code_in_cell, count_entries, escape, spell_utc
from log_gardener.renderers.permalink import CodeHost
from log_gardener.renderers.ticket_options import TicketOptions, link_console
from log_gardener.renderers.ticket_view import PlaceView

# Names of users, revisions, functions and the like; longer ones nobody reads.
_MOST_NAME = 80


def show_place(subject: Subject, options: TicketOptions, inert: Inert) -> PlaceView:
    """The places, each spelt."""
    cluster, details, host = subject.cluster, subject.details, options.code
    revisions = details.revisions or (cluster.revisions if cluster else ())
    entities = cluster.entities if cluster else details.entities
    commit = host.find_commit(cluster.revisions if cluster else revisions)
    links = link_console(subject, options)
    return PlaceView(
        code=inert.rows(
            _find_locations(subject), lambda one: inert.spelt("place.code", _spell_location(one, host, commit))
        ),
        whom=inert.rows(entities, lambda one: inert.spelt("place.whom", _spell_entity(one)), "kinds"),
        revisions=inert.rows(revisions, lambda one: inert.spelt("place.revisions", _spell_revision(one, host))),
        instances=cluster.instances if cluster else 0,
        logs=inert.spelt("place.logs", _spell_address("Cloud Logging", links.logs)),
        errors=inert.spelt("place.errors", _spell_address("Error Reporting", links.errors)),
    )


def _find_locations(subject: Subject) -> Sequence[Location]:
    """As the latest worklog has them; else where the templates that are remembered say that they come from."""
    if subject.cluster:
        return subject.cluster.locations
    known = dict.fromkeys(map(_find_origin, subject.issue.templates))
    return [origin for origin in known if origin.function or origin.module or origin.file]


def _find_origin(known: KnownTemplate) -> Location:
    """The innermost frame of a trace, which is spelt `function in file`; of what is none its module and function."""
    function, _, file = (known.frames[0] if known.frames else "").rpartition(" in ")
    if file:
        return Location(None, function or None, None, file)
    return Location(known.module or None, known.function or None, None, None)


def _spell_location(location: Location, host: CodeHost, commit: str) -> str:
    path = host.find_path(location.file or "") or location.file or location.module or ""
    at = "" if location.line is None else f":{location.line}"
    spelt = code_in_cell(f"{shorten(path, 2 * _MOST_NAME)}{at}") if path else ""
    address = host.link_line(location, commit)
    function = code_in_cell(shorten(location.function, _MOST_NAME)) if location.function else ""
    return " in ".join(filter(None, (f"[{spelt}]({address})" if address else spelt, function)))


def _spell_entity(entity: Entity) -> str:
    listed = ", ".join(code_in_cell(shorten(value, _MOST_NAME)) for value in entity.values)
    kind = escape(shorten(entity.kind, _MOST_NAME))
    if entity.distinct == 1:
        return f"one {kind} only: {listed}"
    about = "" if entity.is_exact else "about "
    among = "" if entity.distinct <= len(entity.values) else "among them "
    return f"{about}{entity.distinct:,} {kind}s: {among}{listed}"


def _spell_revision(revision: RevisionSpan, host: CodeHost) -> str:
    name = code_in_cell(shorten(revision.name, _MOST_NAME))
    address = host.link_commit(revision.name)
    linked = f"[{name}]({address})" if address else name
    return f"{linked} ({count_entries(revision.count)} from {spell_utc(revision.first_nanos)})"


def _spell_address(name: str, address: str) -> str:
    return f"[{name}]({address})" if address else ""
