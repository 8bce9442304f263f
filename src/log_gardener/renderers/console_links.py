"""Addresses of an issue's entries in the Google Cloud console: in Cloud Logging, and in Error Reporting."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import quote

from log_gardener.model.cluster import Cluster
from log_gardener.model.instant import NANOS_PER_SECOND, spell_instant
from log_gardener.model.issue import Issue, IssueDetails
from log_gardener.model.severity import Severity
from log_gardener.renderers.escaping import flatten

Entry: TypeAlias = Mapping[str, Any]
"""A `LogEntry`, redacted."""

CONSOLE = "https://console.cloud.google.com"

# As Google spells them, some behind a domain. What is redacted, or comes from elsewhere, is none.
_PROJECT = re.compile(r"(?:[a-z0-9.-]{1,253}:)?[a-z][a-z0-9-]{4,28}[a-z0-9]")
_LOG_OF_PROJECT = re.compile(r"projects/([^/]+)/logs/.+")
_RESOURCE_TYPE = re.compile(r"[a-z][a-z0-9_./-]{0,99}")
_GROUP = re.compile(r"[A-Za-z0-9_-]{1,64}")

# Labels of a resource that say which service it is, and stay when an instance or a revision goes.
_LASTING = (
    "service_name",
    "job_name",
    "function_name",
    "module_id",
    "cluster_name",
    "namespace_name",
    "container_name",
    "database_id",
    "subscription_id",
    "topic_id",
    "queue_id",
    "url_map_name",
    "backend_service_name",
)

# What stands between constant words: variables, marks of secrets, and what the console reads twice or not as itself.
_PARTING = re.compile(r"<[^<>]*>|[()\\\"'“”<>{}\[\]…\x00-\x1f]+")

# Shorter words find too much; longer ones make addresses that chats and browsers cut.
_LEAST_WORDS, _MOST_WORDS = 8, 80
_MOST_TEXTS = 3


@dataclass(frozen=True, slots=True)
class ConsoleLinks:
    """Addresses; empty where the entries do not say of which project they are, or there is nothing to see."""

    logs: str = ""
    errors: str = ""


def find_links(cluster: Cluster, console: str = CONSOLE) -> ConsoleLinks:
    """The entries of a cluster, in its window."""
    texts = [template.text for template in cluster.templates]
    entries = [shown.entry for shown in cluster.exemplars]
    terms = _list_terms(entries, texts, has_one_service=len(cluster.services) == 1)
    return _link(entries, terms, (cluster.first_nanos, cluster.last_nanos), console)


def find_remembered_links(issue: Issue, details: IssueDetails, console: str = CONSOLE) -> ConsoleLinks:
    """The entries of an issue that no worklog lists any more, in all of its time."""
    texts = [template.text for template in issue.templates]
    # The latest first: it is the likeliest that the console still has.
    entries = [shown.entry for shown in reversed(details.exemplars)]
    terms = _list_terms(entries, texts, has_one_service="," not in issue.service)
    return _link(entries, terms, (issue.first_nanos, issue.last_nanos), console)


def _link(
    entries: Sequence[Entry], terms: Iterable[str], span: tuple[int | None, int | None], console: str
) -> ConsoleLinks:
    project = next(filter(None, map(_find_project, entries)), "")
    if not project:
        return ConsoleLinks()
    query = quote("\n".join(terms), safe="")
    logs = f"{console}/logs/query;query={query}{_spell_span(*span)}?project={project}"
    return ConsoleLinks(logs, _link_errors(entries, project, console))


def _find_project(entry: Entry) -> str:
    named = _LOG_OF_PROJECT.fullmatch(str(entry.get("logName", "")))
    for project in (named[1] if named else "", _find_labels(entry).get("project_id", "")):
        if isinstance(project, str) and _PROJECT.fullmatch(project):
            return project
    return ""


def _find_labels(entry: Entry) -> Mapping[str, Any]:
    resource = entry.get("resource")
    labels = resource.get("labels") if isinstance(resource, Mapping) else None
    return labels if isinstance(labels, Mapping) else {}


def _list_terms(entries: Sequence[Entry], texts: Sequence[str], *, has_one_service: bool) -> Iterator[str]:
    """The lines of the query, all of which an entry must meet."""
    kinds = {_find_kind(entry) for entry in entries}
    if len(kinds) == 1 and "" not in kinds:
        yield f"resource.type={_quote(kinds.pop())}"
    if has_one_service:
        yield from _list_labels(entries)
    floor = min(map(_find_severity, entries), key=lambda severity: severity.rank, default=Severity.DEFAULT)
    if floor is not Severity.DEFAULT:
        yield f"severity>={floor}"
    words = list(dict.fromkeys(filter(None, (_find_words(text, entries) for text in texts[:_MOST_TEXTS]))))
    if words:
        # `OR` binds closer than the `AND` between lines.
        yield " OR ".join(map(_quote, words))
    elif entries and texts:
        yield from _list_request(entries[0], texts[0])


def _find_kind(entry: Entry) -> str:
    resource = entry.get("resource")
    kind = resource.get("type") if isinstance(resource, Mapping) else None
    return kind if isinstance(kind, str) and _RESOURCE_TYPE.fullmatch(kind) else ""


def _list_labels(entries: Sequence[Entry]) -> Iterator[str]:
    for label in _LASTING:
        values = {str(_find_labels(entry).get(label, "")) for entry in entries}
        value = values.pop() if values else ""
        if value and not values and _is_plain(value):
            yield f"resource.labels.{label}={_quote(value)}"


def _find_severity(entry: Entry) -> Severity:
    """By the entry's own field, which is what the console filters by, and not by what its text states."""
    severity = entry.get("severity")
    return Severity(severity) if isinstance(severity, str) and severity in set(Severity) else Severity.DEFAULT


def _list_request(entry: Entry, text: str) -> Iterator[str]:
    """Of a request, which has no text: its status, and what is constant of its address."""
    request = entry.get("httpRequest")
    if not isinstance(request, Mapping):
        return
    if isinstance(request.get("status"), int):
        yield f"httpRequest.status={request['status']}"
    address = str(request.get("requestUrl", ""))
    paths = [word for piece in _PARTING.split(text) for word in piece.split() if word.startswith("/")]
    path = max((word for word in paths if word in address and _is_plain(word)), key=len, default="/")
    if len(path) > 1:
        yield f"httpRequest.requestUrl:{_quote(_shorten(path))}"


def _is_plain(text: str) -> bool:
    """Whether a text is what the console would read: nothing of it is unseen, or means something else there."""
    return flatten(text) == text and not _PARTING.search(text)


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _find_words(text: str, entries: Sequence[Entry]) -> str:
    """The longest words in a row that stand in every entry of a template, if one that is shown has them."""
    told = [told.lower() for entry in entries for told in _list_texts(entry)]
    pieces = [_shorten(piece.strip(" ,.;:-|")) for piece in _PARTING.split(text)]
    found = [
        piece
        for piece in pieces
        if len(piece) >= _LEAST_WORDS and _is_plain(piece) and any(piece.lower() in one for one in told)
    ]
    return max(found, key=len, default="")


def _shorten(words: str) -> str:
    """As many whole words as may be."""
    return words if len(words) <= _MOST_WORDS else words[: _MOST_WORDS + 1].rpartition(" ")[0] or words[:_MOST_WORDS]


def _list_texts(value: Any, name: str = "") -> Iterator[str]:  # noqa: ANN401 - JSON is anything
    """The texts that a payload says; labels and names of logs are searched as well, but say nothing of it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        members = value.items() if name else ((key, one) for key, one in value.items() if key.endswith("Payload"))
        for key, member in members:
            yield from _list_texts(member, str(key))
    elif isinstance(value, list):
        for member in value:
            yield from _list_texts(member, name)


def _spell_span(first_nanos: int | None, last_nanos: int | None) -> str:
    """The window in whole seconds, its end exclusive."""
    if first_nanos is None or last_nanos is None:
        return ""
    start, end = (nanos // NANOS_PER_SECOND * NANOS_PER_SECOND for nanos in (first_nanos, last_nanos))
    bounds = f"{spell_instant(start)}/{spell_instant(end + NANOS_PER_SECOND)}"
    return f";timeRange={quote(bounds, safe='')}"


def _link_errors(entries: Sequence[Entry], project: str, console: str) -> str:
    """The group that Error Reporting has made of the entries; where they name none, the list of their service."""
    for entry in entries:
        groups = entry.get("errorGroups")
        for group in groups if isinstance(groups, list) else ():
            group_id = group.get("id") if isinstance(group, Mapping) else None
            if isinstance(group_id, str) and _GROUP.fullmatch(group_id):
                return f"{console}/errors/detail/{group_id}?project={project}"
    if all(_find_severity(entry).rank < Severity.ERROR.rank for entry in entries):
        return ""
    service = str(_find_labels(entries[0]).get("service_name", ""))
    of = f";service={quote(service, safe='')}" if service and _is_plain(service) else ""
    return f"{console}/errors{of}?project={project}"
