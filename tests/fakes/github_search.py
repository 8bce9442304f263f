"""`GET /search/issues` of the fake GitHub: an index that lags, words, and the qualifiers that are documented."""

import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.fakes.github_accounts import Role
from tests.fakes.github_errors import missing_field, refuse, refuse_invalid, refuse_malformed
from tests.fakes.github_paging import Page, add_links
from tests.fakes.github_repository import Repository
from tests.fakes.github_requests import ANY, PAGES, Answer, Request, Route
from tests.fakes.github_state import Issue
from tests.fakes.github_views import Views

LONGEST_QUERY = 256
MOST_RESULTS = 1_000

_DOCS = "search/search#search-issues-and-pull-requests"
_QUALIFIER = re.compile(r"-?[a-z]+:.+")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Query:
    """A query taken apart.

    Attributes:
        qualifiers: pairs of name and value; a name with `-` excludes.
    """

    words: tuple[str, ...] = ()
    qualifiers: tuple[tuple[str, str], ...] = ()
    fields: frozenset[str] = field(default_factory=lambda: frozenset({"title", "body", "comments"}))


def parse_query(text: str) -> Query:
    """Take a query apart.

    Raises:
        RefusedError: it is too long, or has a qualifier that there is not.
    """
    if not text.strip():
        refuse_invalid(missing_field("Search", "q"))
    if len(text) > LONGEST_QUERY:
        message = f"The search is longer than {LONGEST_QUERY} characters."
        refuse_invalid({"resource": "Search", "code": "invalid", "field": "q", "message": message})
    try:
        parts = shlex.split(text)
    except ValueError:
        parts = text.split()
    words: list[str] = []
    qualifiers: list[tuple[str, str]] = []
    for part in parts:
        if _QUALIFIER.fullmatch(part):
            name, _, value = part.partition(":")
            if name.removeprefix("-") not in _CHECKS and name != "in":
                refuse_malformed(f'"{name}" is not a qualifier that the fake knows.')
            qualifiers.append((name, value))
        else:
            words += _WORD.findall(part.casefold())
    fields = frozenset(one for name, value in qualifiers if name == "in" for one in value.split(","))
    rest = tuple(pair for pair in qualifiers if pair[0] != "in")
    return Query(tuple(words), rest, fields or frozenset({"title", "body", "comments"}))


def _has_kind(_: Repository, issue: Issue, value: str) -> bool:
    kinds: Mapping[str, bool] = {
        "issue": issue.pull is None,
        "pr": issue.pull is not None,
        "pull-request": issue.pull is not None,
        "open": issue.state == "open",
        "closed": issue.state == "closed",
        "locked": issue.is_locked,
        "unlocked": not issue.is_locked,
    }
    if value not in kinds:
        refuse_malformed(f'"is:{value}" is not a qualifier that the fake knows.')
    return kinds[value]


def _has_label(repository: Repository, issue: Issue, value: str) -> bool:
    names = {name.casefold() for name in repository.label_names(issue)}
    return any(one.casefold() in names for one in value.split(","))


_CHECKS: Mapping[str, Callable[[Repository, Issue, str], bool]] = {
    "repo": lambda repository, _, value: repository.full_name.lower() == value.lower(),
    "is": _has_kind,
    "type": _has_kind,
    "state": lambda _, issue, value: issue.state == value,
    "label": _has_label,
    "author": lambda _, issue, value: issue.author.login.lower() == value.removeprefix("app/").lower(),
    "user": lambda repository, _, value: repository.owner.login.lower() == value.lower(),
    "org": lambda repository, _, value: repository.owner.login.lower() == value.lower(),
}


def search_issues(request: Request) -> Answer:
    """What the index knows, best first: those with the most words in the title, then the newest."""
    query = parse_query(request.query.get("q", ""))
    _check_scope(request, query)
    found = [home for repository in _find_visible(request) for home in _find_in(request, repository, query)]
    order = request.query.get("sort", "")
    found.sort(key=lambda home: _rank(query, home, order), reverse=request.query.get("order", "desc") == "desc")
    total = len(found)
    wanted = Page.of(request.query)
    start = (wanted.number - 1) * wanted.size
    if start >= MOST_RESULTS:
        refuse(422, f"Only the first {MOST_RESULTS} search results are available")
    views = Views(request)
    items = [
        {**views.issue(repository, issue, is_listed=True), "score": 1.0}
        for repository, issue in found[start : start + wanted.size]
    ]
    answer = Answer(body={"total_count": total, "incomplete_results": False, "items": items})
    add_links(request, answer, min(total, MOST_RESULTS))
    return answer


def _check_scope(request: Request, query: Query) -> None:
    # Since 2025 a query must say which of the two it is about.
    kinds = {value for name, value in query.qualifiers if name in ("is", "type")}
    if not kinds & {"issue", "pr", "pull-request"}:
        refuse(422, "Query must include 'is:issue' or 'is:pull-request'", violation="search without is:")
    visible = {repository.full_name.lower() for repository in _find_visible(request)}
    for name, value in query.qualifiers:
        if name == "repo" and value.lower() not in visible:
            message = (
                "The listed users and repositories cannot be searched either because the resources do not exist or "
                "you do not have permission to view them."
            )
            refuse_invalid({"message": message, "resource": "Search", "field": "q", "code": "invalid"})


def _find_visible(request: Request) -> list[Repository]:
    account = request.token.account if request.token else None
    return [one for one in request.world.repositories.values() if one.role_of(account) > Role.NONE]


def _find_in(request: Request, repository: Repository, query: Query) -> list[tuple[Repository, Issue]]:
    horizon = request.world.search_lag.horizon(request.world.now(), request.world.seed)
    return [(repository, issue) for issue in repository.list_issues(horizon) if _is_found(query, repository, issue)]


def _is_found(query: Query, repository: Repository, issue: Issue) -> bool:
    for name, value in query.qualifiers:
        is_wanted = not name.startswith("-")
        if _CHECKS[name.removeprefix("-")](repository, issue, value) != is_wanted:
            return False
    texts = []
    if "title" in query.fields:
        texts.append(issue.title)
    if "body" in query.fields:
        texts.append(issue.body or "")
    if "comments" in query.fields:
        texts += [comment.body for comment in repository.list_comments(issue.number)]
    has = set(_WORD.findall(" ".join(texts).casefold()))
    return has.issuperset(query.words)


def _rank(query: Query, home: tuple[Repository, Issue], order: str) -> tuple[float, float, int]:
    repository, issue = home
    title = set(_WORD.findall(issue.title.casefold()))
    first: float = len(title.intersection(query.words))
    if order == "comments":
        first = len(repository.list_comments(issue.number))
    elif order:
        first = (issue.updated_at if order == "updated" else issue.created_at).timestamp()
    return first, issue.created_at.timestamp(), issue.id


_QUERY = {
    **PAGES,
    "q": ANY,
    "sort": ("comments", "created", "updated"),
    "order": ("asc", "desc"),
    "advanced_search": ("true", "false"),
}

ROUTES = (Route("GET", "search/issues", search_issues, _DOCS, query=_QUERY, needs="", resource="search"),)
