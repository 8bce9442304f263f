"""Labels of the fake GitHub over HTTP: those of a repository, and those on an issue."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from tests.fakes.github_errors import (
    FieldError,
    already_exists,
    invalid_field,
    missing_field,
    refuse,
    refuse_forbidden,
    refuse_invalid,
    refuse_malformed,
    refuse_not_found,
    too_long,
)
from tests.fakes.github_lookup import find_issue
from tests.fakes.github_paging import page
from tests.fakes.github_requests import PAGES, Answer, Member, Request, Route
from tests.fakes.github_state import Issue, Label
from tests.fakes.github_views import Views

LONGEST_NAME = 50
LONGEST_DESCRIPTION = 100
MOST_ON_AN_ISSUE = 100

_COLOR = re.compile(r"[0-9a-fA-F]{6}")
_DOCS = "issues/labels"


def read_label_names(labels: Iterable[Any]) -> list[str]:
    """Names of labels in a body: strings, or objects with a name.

    Raises:
        RefusedError: something else is among them.
    """
    names = []
    for label in labels:
        name = label.get("name") if isinstance(label, dict) else label
        if not isinstance(name, str):
            refuse_malformed(f"For 'properties/labels', {name!r} is not a string.")
        names.append(name)
    return names


def check_names(names: Iterable[str], resource: str = "Label") -> list[FieldError]:
    """What is wrong with names of labels."""
    field = "name" if resource == "Label" else "labels"
    errors = []
    for name in names:
        if not name.strip():
            errors.append(missing_field("Label", "name") if resource == "Label" else invalid_field(resource, field))
        elif len(name) > LONGEST_NAME:
            errors.append(too_long("Label", "name", LONGEST_NAME))
    return errors


def list_labels(request: Request) -> Answer:
    """All labels of the repository."""
    views = Views(request)
    return page(request, request.repository.labels.list_all(), lambda label: views.label(request.repository, label))


def _find(request: Request) -> Label:
    label = request.repository.labels.find(request.places["name"])
    if label is None:
        refuse_not_found()
    return label


def get_label(request: Request) -> Answer:
    """One label, by its name in any case."""
    return Answer(body=Views(request).label(request.repository, _find(request)))


def create_label(request: Request) -> Answer:
    """A new label."""
    body, shelf = request.body, request.repository.labels
    errors = check_names([body["name"]]) + _check_look(body)
    if shelf.find(body["name"]):
        errors.append(already_exists("Label", "name"))
    if errors:
        refuse_invalid(*errors)
    label = shelf.add(body["name"], body.get("color", "ededed").lower(), body.get("description"))
    view = Views(request).label(request.repository, label)
    return Answer(201, view, {"Location": view["url"]})


def _check_look(body: dict[str, Any]) -> list[FieldError]:
    errors = []
    if "color" in body and not _COLOR.fullmatch(body["color"]):
        errors.append(invalid_field("Label", "color"))
    if len(body.get("description") or "") > LONGEST_DESCRIPTION:
        errors.append(too_long("Label", "description", LONGEST_DESCRIPTION))
    return errors


def update_label(request: Request) -> Answer:
    """Another name, colour, or description."""
    body, shelf, label = request.body, request.repository.labels, _find(request)
    errors = _check_look(body)
    if "new_name" in body:
        errors += check_names([body["new_name"]])
        other = shelf.find(body["new_name"])
        if other is not None and other.id != label.id:
            errors.append(already_exists("Label", "name"))
    if errors:
        refuse_invalid(*errors)
    changes = {"name": body["new_name"]} if "new_name" in body else {}
    changes |= {name: body[name] for name in ("color", "description") if name in body}
    return Answer(body=Views(request).label(request.repository, shelf.change(label, **changes)))


def delete_label(request: Request) -> Answer:
    """Away with it, from all issues too."""
    request.repository.delete_label(_find(request).name)
    return Answer(204)


def _find_issue(request: Request) -> Issue:
    return find_issue(request, follows=True)


def _show(request: Request, issue: Issue) -> Answer:
    views = Views(request)
    labels = request.repository.labels.list_some(issue.labels)
    return Answer(body=[views.label(request.repository, label) for label in labels])


def list_issue_labels(request: Request) -> Answer:
    """The labels of an issue."""
    issue, views = _find_issue(request), Views(request)
    labels = request.repository.labels.list_some(issue.labels)
    return page(request, labels, lambda label: views.label(request.repository, label))


def _read_names(request: Request) -> list[str]:
    body = request.body
    if isinstance(body, dict) and body and "labels" not in body:
        refuse_malformed('"labels" wasn\'t supplied.')
    names = read_label_names(body if isinstance(body, list) else body.get("labels", ()))
    if errors := check_names(names):
        refuse_invalid(*errors)
    missing = [name for name in names if request.repository.labels.find(name) is None]
    if missing and not request.rights.makes_labels:
        refuse_forbidden("Must have push access to repository")
    return names


def add_issue_labels(request: Request) -> Answer:
    """Put labels on an issue, beside those that it has."""
    issue, repository = _find_issue(request), request.repository
    names = _read_names(request)
    wanted = dict.fromkeys([*repository.label_names(issue), *names])
    return _show(request, _set(request, issue, wanted))


def set_issue_labels(request: Request) -> Answer:
    """Put labels on an issue, in the place of all that it has."""
    issue = _find_issue(request)
    return _show(request, _set(request, issue, _read_names(request)))


def _set(request: Request, issue: Issue, names: Iterable[str]) -> Issue:
    wanted = list(names)
    if len({name.casefold() for name in wanted}) > MOST_ON_AN_ISSUE:
        refuse(422, f"An issue can have at most {MOST_ON_AN_ISSUE} labels.")
    return request.repository.set_labels(request.account, issue.number, wanted)


def remove_issue_label(request: Request) -> Answer:
    """Take one label off an issue; one that is not on it is an error."""
    issue, repository = _find_issue(request), request.repository
    names = repository.label_names(issue)
    name = request.places["name"].casefold()
    if name not in {one.casefold() for one in names}:
        refuse(404, "Label does not exist")
    kept = [one for one in names if one.casefold() != name]
    return _show(request, repository.set_labels(request.account, issue.number, kept))


def remove_issue_labels(request: Request) -> Answer:
    """Take all labels off an issue."""
    request.repository.set_labels(request.account, _find_issue(request).number, ())
    return Answer(204)


_LOOK = {"color": Member((str,)), "description": Member((str, type(None)))}
_NEW = {"name": Member((str,), is_required=True), **_LOOK}
_CHANGED = {"new_name": Member((str,)), **_LOOK}
_LABELS = {"labels": Member((list,))}


def _route(method: str, pattern: str, act: Callable[[Request], Answer], anchor: str, **more: Any) -> Route:
    return Route(method, f"@/{pattern}", act, f"{_DOCS}#{anchor}", **more)


ROUTES = (
    _route("GET", "labels", list_labels, "list-labels-for-a-repository", query=PAGES),
    _route("POST", "labels", create_label, "create-a-label", members=_NEW, needs="makes_labels", is_creation=True),
    _route("GET", "labels/{name}", get_label, "get-a-label"),
    _route("PATCH", "labels/{name}", update_label, "update-a-label", members=_CHANGED, needs="makes_labels"),
    _route("DELETE", "labels/{name}", delete_label, "delete-a-label", needs="makes_labels"),
    _route("GET", "issues/{number}/labels", list_issue_labels, "list-labels-for-an-issue", query=PAGES),
    _route(
        "POST",
        "issues/{number}/labels",
        add_issue_labels,
        "add-labels-to-an-issue",
        members=_LABELS,
        is_list_body=True,
        needs="triages",
    ),
    _route(
        "PUT",
        "issues/{number}/labels",
        set_issue_labels,
        "set-labels-for-an-issue",
        members=_LABELS,
        is_list_body=True,
        needs="triages",
    ),
    _route("DELETE", "issues/{number}/labels", remove_issue_labels, "remove-all-labels-from-an-issue", needs="triages"),
    _route(
        "DELETE",
        "issues/{number}/labels/{name}",
        remove_issue_label,
        "remove-a-label-from-an-issue",
        needs="triages",
    ),
)
