"""Issues of the fake GitHub over HTTP: listed, read, made, changed, locked, and what was done to them."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.fakes.github_accounts import Account, Kind
from tests.fakes.github_errors import (
    FieldError,
    invalid_field,
    missing_field,
    refuse_forbidden,
    refuse_gone,
    refuse_invalid,
    refuse_malformed,
    refuse_not_found,
    too_long,
)
from tests.fakes.github_label_routes import check_names, read_label_names
from tests.fakes.github_lookup import find_issue
from tests.fakes.github_paging import Key, page, page_by_cursor
from tests.fakes.github_requests import ANY, INSTANT, PAGES, Answer, Member, Request, Route, read_instant
from tests.fakes.github_state import Issue
from tests.fakes.github_views import Json, Views

LONGEST_TITLE = 256
LONGEST_BODY = 65_536
MOST_ASSIGNEES = 10

_GET = "issues/issues#get-an-issue"
_TEXT = Member((str, type(None)))
_LIST = Member((list,))
_NULLABLE = Member((str, int, type(None)))
_SHARED: Mapping[str, Member] = {
    "body": _TEXT,
    "assignee": _TEXT,
    "assignees": _LIST,
    "milestone": _NULLABLE,
    "labels": _LIST,
    "type": _TEXT,
}
_LOCK_REASONS = ("off-topic", "too heated", "resolved", "spam")
_STATE_REASONS = ("completed", "not_planned", "duplicate", "reopened", None)
_SORTS: Mapping[str, Callable[[Request, Issue], Key]] = {
    "created": lambda _, issue: (issue.created_at.timestamp(), issue.number),
    "updated": lambda _, issue: (issue.updated_at.timestamp(), issue.number),
    "comments": lambda request, issue: (len(request.repository.list_comments(issue.number)), issue.number),
}


def list_issues(request: Request) -> Answer:
    """Issues and pull requests alike; where issues are off, pull requests only."""
    repository, world, query = request.repository, request.world, request.query
    shown = repository.list_issues(world.listing_lag.horizon(world.now(), world.seed))
    chosen = [issue for issue in shown if _is_chosen(request, issue) and (repository.has_issues or issue.pull)]
    sort = _SORTS[query.get("sort", "created")]

    def key(issue: Issue) -> Key:
        return sort(request, issue)

    chosen.sort(key=key, reverse=query.get("direction", "desc") == "desc")
    views = Views(request)

    def show(issue: Issue) -> Json:
        return views.issue(repository, issue, is_listed=True)

    if world.has_cursors:
        return page_by_cursor(request, chosen, show, key=key)
    return page(request, chosen, show)


def _is_chosen(request: Request, issue: Issue) -> bool:
    query = request.query
    state = query.get("state", "open")
    if state not in ("all", issue.state):
        return False
    if "since" in query and issue.updated_at.replace(microsecond=0) < read_instant(query["since"]):
        return False
    if "creator" in query and issue.author.login.lower() != query["creator"].lower():
        return False
    # Nothing here has a milestone or a type.
    if not {query.get("milestone", "none"), query.get("type", "none")} <= {"none"}:
        return False
    if not _is_assigned(query.get("assignee", ""), issue) or not _is_mentioned(query.get("mentioned", ""), issue):
        return False
    wanted = [name.strip().casefold() for name in query.get("labels", "").split(",") if name.strip()]
    has = {name.casefold() for name in request.repository.label_names(issue)}
    return has.issuperset(wanted)


def _is_assigned(wanted: str, issue: Issue) -> bool:
    if wanted in ("", "*", "none"):
        return not wanted or bool(issue.assignees) == (wanted == "*")
    return wanted.lower() in {one.login.lower() for one in issue.assignees}


def _is_mentioned(wanted: str, issue: Issue) -> bool:
    return not wanted or f"@{wanted.lower()}" in (issue.body or "").lower()


def get_issue(request: Request) -> Answer:
    """One issue, always as it is now."""
    issue = find_issue(request, follows=True)
    return Answer(
        body=Views(request).issue(request.repository, issue),
        headers={"Last-Modified": issue.updated_at.strftime("%a, %d %b %Y %H:%M:%S GMT")},
    )


def create_issue(request: Request) -> Answer:
    """A new issue; what only those who may push can set is dropped for others without a word, as documented."""
    repository, body = request.repository, request.body
    if not repository.has_issues:
        refuse_gone("Issues are disabled for this repo", "issues")
    names = read_label_names(body.get("labels", ()))
    errors = _check_texts(body) + check_names(names, "Issue")
    assignees, wrong = _read_assignees(request)
    if errors or wrong:
        refuse_invalid(*errors, *wrong)
    may_label = request.rights.makes_labels
    labels = names if may_label else ()
    issue = repository.open_issue(request.account, str(body["title"]), body.get("body"), labels=labels)
    if assignees and may_label:
        issue = repository.change(issue.number, assignees=assignees)
    view = Views(request).issue(repository, issue)
    return Answer(201, view, {"Location": view["url"]})


def _check_texts(body: Mapping[str, Any]) -> list[FieldError]:
    errors = []
    if "title" in body:
        title = "" if body["title"] is None else str(body["title"])
        if not title.strip():
            errors.append(missing_field("Issue", "title"))
        elif len(title) > LONGEST_TITLE:
            errors.append(too_long("Issue", "title", LONGEST_TITLE))
    if len(body.get("body") or "") > LONGEST_BODY:
        errors.append(too_long("Issue", "body", LONGEST_BODY))
    if body.get("milestone") is not None:
        errors.append(invalid_field("Issue", "milestone", body["milestone"]))
    return errors


def _read_assignees(request: Request) -> tuple[tuple[Account, ...], list[FieldError]]:
    logins = list(request.body.get("assignees", ()))
    if request.body.get("assignee"):
        logins.append(request.body["assignee"])
    if not all(isinstance(login, str) for login in logins):
        refuse_malformed("For 'properties/assignees', an item is not a string.")
    found, wrong = [], []
    for login in logins[: MOST_ASSIGNEES + 1]:
        account = request.world.accounts.get(login.lower())
        known = account is not None and account.kind is not Kind.ORGANIZATION
        if account is not None and known and login.lower() in request.repository.roles:
            found.append(account)
        else:
            wrong.append(invalid_field("Issue", "assignees", login))
    return tuple(dict.fromkeys(found)), wrong


def update_issue(request: Request) -> Answer:
    """Change what is sent and nothing else; `labels` and `assignees` replace all that were there."""
    repository, body = request.repository, request.body
    issue = find_issue(request, follows=True)
    is_author = issue.author == request.account
    if not (request.rights.triages or is_author):
        refuse_forbidden("Must have admin rights to Repository.")
    names = read_label_names(body.get("labels", ()))
    errors = _check_texts(body) + check_names(names, "Issue") + _check_state(body)
    assignees, wrong = _read_assignees(request)
    if errors or wrong:
        refuse_invalid(*errors, *wrong)
    changes = {name: body[name] for name in ("title", "body") if name in body}
    if request.rights.makes_labels and ("assignees" in body or "assignee" in body):
        changes["assignees"] = assignees
    repository.edit(request.account, issue.number, **changes)
    if "labels" in body and request.rights.makes_labels:
        repository.set_labels(request.account, issue.number, names)
    _set_state(request, repository.issue(issue.number))
    return Answer(body=Views(request).issue(repository, repository.issue(issue.number)))


def _check_state(body: Mapping[str, Any]) -> list[FieldError]:
    fitting = {"open": (None, "reopened"), "closed": (None, "completed", "not_planned", "duplicate")}
    reason = body.get("state_reason")
    if "state" not in body or reason in fitting[body["state"]]:
        return []
    return [invalid_field("Issue", "state_reason", reason)]


def _set_state(request: Request, issue: Issue) -> None:
    state, reason = request.body.get("state"), request.body.get("state_reason")
    if state == "closed" and (issue.state == "open" or reason is not None):
        request.repository.close(request.account, issue.number, reason or "completed")
    elif state == "open":
        request.repository.reopen(request.account, issue.number)


def lock_issue(request: Request) -> Answer:
    """Lock, with a reason or without."""
    issue = find_issue(request)
    request.repository.lock(request.account, issue.number, (request.body or {}).get("lock_reason"))
    return Answer(204)


def unlock_issue(request: Request) -> Answer:
    """Unlock."""
    request.repository.unlock(request.account, find_issue(request).number)
    return Answer(204)


def list_events(request: Request) -> Answer:
    """What was done to an issue."""
    issue = find_issue(request)
    views = Views(request)
    events = request.repository.list_events(issue.number)
    return page(request, events, lambda event: views.event(request.repository, event))


def list_timeline(request: Request) -> Answer:
    """What was done to an issue and said in it, oldest first."""
    issue, repository, views = find_issue(request), request.repository, Views(request)
    done = [(event.at, views.event(repository, event)) for event in repository.list_events(issue.number)]
    said = []
    for comment in repository.list_comments(issue.number):
        view = views.comment(repository, comment)
        said.append((comment.created_at, {**view, "event": "commented", "actor": view["user"]}))
    ordered = sorted([*done, *said], key=lambda row: row[0])
    return page(request, [row for _, row in ordered], lambda row: row)


def list_pulls(request: Request) -> Answer:
    """Pull requests alone."""
    query, repository, views = request.query, request.repository, Views(request)
    state = query.get("state", "open")
    chosen = [
        issue
        for issue in repository.list_issues()
        if issue.pull is not None
        and state in ("all", issue.state)
        and query.get("base", issue.pull.base) == issue.pull.base
        and query.get("head", issue.pull.head).rpartition(":")[2] == issue.pull.head
    ]
    by_updates = query.get("sort") == "updated"
    is_falling = query.get("direction", "desc" if query.get("sort", "created") == "created" else "asc") == "desc"
    chosen.sort(key=lambda one: (one.updated_at if by_updates else one.created_at, one.number), reverse=is_falling)
    return page(request, chosen, lambda issue: views.pull(repository, issue))


def get_pull(request: Request) -> Answer:
    """One pull request."""
    history = request.repository.issues.get(int(request.places["number"]) if request.places["number"].isdigit() else 0)
    if history is None or history.now.pull is None:
        refuse_not_found()
    view = Views(request).pull(request.repository, history.now)
    return Answer(body={**view, "merged": history.now.pull.merged_at is not None})


def check_assignee(request: Request) -> Answer:
    """Whether somebody can be assigned."""
    if request.places["login"].lower() not in request.repository.roles:
        refuse_not_found()
    return Answer(204)


_LIST_QUERY = {
    **PAGES,
    "milestone": ANY,
    "state": ("open", "closed", "all"),
    "assignee": ANY,
    "type": ANY,
    "creator": ANY,
    "mentioned": ANY,
    "labels": ANY,
    "sort": tuple(_SORTS),
    "direction": ("asc", "desc"),
    "since": INSTANT,
    "after": ANY,
}
_PULL_QUERY = {
    **PAGES,
    "state": ("open", "closed", "all"),
    "head": ANY,
    "base": ANY,
    "sort": ("created", "updated"),
    "direction": ("asc", "desc"),
}
_NEW = {"title": Member((str, int), is_required=True), **_SHARED}
_CHANGED = {
    "title": Member((str, int, type(None))),
    "state": Member((str,), choices=("open", "closed")),
    "state_reason": Member((str, type(None)), choices=_STATE_REASONS),
    **_SHARED,
}
_LOCK = {"lock_reason": Member((str,), choices=_LOCK_REASONS)}

ROUTES = (
    Route("GET", "@/issues", list_issues, "issues/issues#list-repository-issues", query=_LIST_QUERY),
    Route(
        "POST",
        "@/issues",
        create_issue,
        "issues/issues#create-an-issue",
        members=_NEW,
        is_creation=True,
    ),
    Route("GET", "@/issues/{number}", get_issue, _GET),
    Route("PATCH", "@/issues/{number}", update_issue, "issues/issues#update-an-issue", members=_CHANGED),
    Route("PUT", "@/issues/{number}/lock", lock_issue, "issues/issues#lock-an-issue", members=_LOCK, needs="triages"),
    Route("DELETE", "@/issues/{number}/lock", unlock_issue, "issues/issues#unlock-an-issue", needs="triages"),
    Route("GET", "@/issues/{number}/events", list_events, "issues/events#list-issue-events", query=PAGES),
    Route(
        "GET",
        "@/issues/{number}/timeline",
        list_timeline,
        "issues/timeline#list-timeline-events-for-an-issue",
        query=PAGES,
    ),
    Route("GET", "@/pulls", list_pulls, "pulls/pulls#list-pull-requests", query=_PULL_QUERY),
    Route("GET", "@/pulls/{number}", get_pull, "pulls/pulls#get-a-pull-request"),
    Route("GET", "@/assignees/{login}", check_assignee, "issues/assignees#check-if-a-user-can-be-assigned"),
)
