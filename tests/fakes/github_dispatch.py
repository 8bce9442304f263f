"""From a request of HTTP to the route of the fake GitHub that answers it: who asks, how much, where, and whether so."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.fakes import (
    github_account_routes,
    github_comment_routes,
    github_issue_routes,
    github_label_routes,
    github_search,
)
from tests.fakes.github_accounts import App, Rights, Role, Token, read_jwt
from tests.fakes.github_errors import RefusedError, refuse, refuse_forbidden, refuse_not_found
from tests.fakes.github_journal import READING
from tests.fakes.github_limits import Asker, Limits
from tests.fakes.github_lookup import refuse_moved
from tests.fakes.github_repository import Repository
from tests.fakes.github_requests import Answer, Request, Route, check_body, check_query
from tests.fakes.github_world import World

ENTERPRISE = "/api/v3"
VERSIONS = frozenset({"2022-11-28", "2026-03-10"})

# Which permission of an app covers what, by the part of the path behind the repository.
_GRANTS = {
    "issues": "issues",
    "labels": "issues",
    "assignees": "issues",
    "pulls": "pull_requests",
    "git": "contents",
    "contents": "contents",
    "branches": "contents",
}

_AUTHENTICATION = "https://docs.github.com/rest"


@dataclass(frozen=True, slots=True)
class Raw:
    """A request as it came.

    Attributes:
        target: path and query.
        origin: the address of the server.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    origin: str


@dataclass(slots=True)
class Outcome:
    """An answer as it goes, and what is to be noted of it."""

    status: int
    headers: dict[str, str]
    body: bytes
    route: str = ""
    login: str = ""
    violation: str = ""


@dataclass(slots=True)
class _Visit:
    """A request on its way."""

    raw: Raw
    path: str
    query: dict[str, str]
    token: Token | None = None
    app: App | None = None
    route: Route | None = None
    places: dict[str, str] = field(default_factory=dict)
    is_known: bool = False


class Routes:
    """All routes, found by method and path."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._table: dict[tuple[str, str, int], list[tuple[list[str], Route]]] = defaultdict(list)
        self._tails: list[tuple[list[str], Route]] = []
        for route in routes:
            parts = route.pattern.split("/")
            if parts[-1].startswith("{*"):
                self._tails.append((parts, route))
            else:
                self._table[route.method, parts[0] if parts[0] == "@" else "", len(parts)].append((parts, route))
        for rows in self._table.values():
            # What is spelled out comes before what has any part in its place.
            rows.sort(key=lambda row: sum(part.startswith("{") for part in row[0]))

    def find(self, method: str, parts: Sequence[str]) -> tuple[Route, dict[str, str]] | None:
        """The route of a path, and what stands in its places."""
        scope = "@" if parts[0] == "@" else ""
        for pattern, route in self._table[method, scope, len(parts)]:
            places = _fit(pattern, parts)
            if places is not None:
                return route, places
        for pattern, route in self._tails:
            places = _fit(pattern[:-1], parts[: len(pattern) - 1])
            if places is not None and route.method == method and len(parts) >= len(pattern):
                return route, {**places, pattern[-1][2:-1]: "/".join(parts[len(pattern) - 1 :])}
        return None


def _fit(pattern: Sequence[str], parts: Sequence[str]) -> dict[str, str] | None:
    places = {}
    for wanted, part in zip(pattern, parts, strict=False):
        if wanted.startswith("{"):
            places[wanted[1:-1]] = part
        elif wanted != part:
            return None
    return places


class Dispatcher:
    """Answers requests, one at a time: the world's lock is held meanwhile."""

    def __init__(self, world: World, limits: Limits) -> None:
        self._world = world
        self.limits = limits
        own = Route("GET", "rate_limit", self._show_limits, "rate-limit/rate-limit", needs="")
        self._routes = Routes(
            (
                own,
                *github_account_routes.ROUTES,
                *github_issue_routes.ROUTES,
                *github_label_routes.ROUTES,
                *github_comment_routes.ROUTES,
                *github_search.ROUTES,
            )
        )

    def name_route(self, raw: Raw) -> str:
        """Method and pattern of the route that would answer; empty if there is none."""
        parts = _locate(_begin(raw).path)
        found = self._routes.find(raw.method, parts) if parts else None
        return found[0].name if found else ""

    def answer(self, raw: Raw) -> Outcome:
        """Do what is asked."""
        visit = _begin(raw)
        violation = ""
        try:
            answer = self._enter(visit)
        except RefusedError as error:
            anchor = visit.route.anchor if visit.route else ""
            answer = Answer(error.status, error.to_json(anchor), dict(error.headers))
            violation = error.violation
        outcome = self._finish(visit, answer)
        outcome.violation = violation
        return outcome

    def _enter(self, visit: _Visit) -> Answer:
        self._identify(visit)
        parts = _locate(visit.path)
        found = self._routes.find(visit.raw.method, parts) if parts else None
        if found is not None:
            visit.route, visit.places = found
        route = visit.route or Route(visit.raw.method, "", lambda _: Answer(404))
        self.limits.check(_asker(visit), route, self._world.clock())
        visit.is_known = True
        request = self._make_request(visit)
        # Whether a repository is there is not told to those who may not see it, whatever is asked of it.
        self._find_repository(visit, request)
        if visit.route is None:
            refuse_not_found(violation=f"no route: {visit.raw.method} {visit.path}")
        self._admit(visit.route, request)
        request.body = _parse(visit.raw)
        check_query(request.query, visit.route.query)
        check_body(request, visit.route)
        return visit.route.act(request)

    def _identify(self, visit: _Visit) -> None:
        if not visit.raw.headers.get("user-agent"):
            refuse(403, "Request forbidden by administrative rules.", violation="no User-Agent")
        version = visit.raw.headers.get("x-github-api-version")
        if version is not None and version not in VERSIONS:
            refuse(400, f"Version {version} is not a supported version.", violation=f"version {version}")
        header = visit.raw.headers.get("authorization")
        if header is None:
            return
        scheme, _, text = header.partition(" ")
        text = text.strip()
        if scheme.lower() not in ("bearer", "token"):
            refuse(401, "Bad credentials", anchor=_AUTHENTICATION, violation=f"authorization by {scheme}")
        if text.count(".") == 2:
            visit.app = read_jwt(text, self._world.apps, self._world.token_clock())
            return
        visit.token = self._world.find_token(text)
        if visit.token is None:
            refuse(401, "Bad credentials", anchor=_AUTHENTICATION)

    def _make_request(self, visit: _Visit) -> Request:
        prefix = ENTERPRISE if visit.raw.target.startswith(f"{ENTERPRISE}/") else ""
        return Request(
            self._world,
            visit.raw.method,
            visit.path,
            visit.raw.origin + prefix,
            visit.raw.headers,
            visit.query,
            places=visit.places,
            token=visit.token,
            app=visit.app,
        )

    def _find_repository(self, visit: _Visit, request: Request) -> None:
        parts = [unquote(part) for part in visit.path.split("/")[1:]]
        if parts[0] not in ("repos", "repositories") or len(parts) < (3 if parts[0] == "repos" else 2):
            return
        world, is_former = self._world, False
        if parts[0] == "repositories":
            number = int(parts[1]) if parts[1].isdigit() else 0
        else:
            name = f"{parts[1]}/{parts[2]}".lower()
            is_former = name not in world.names
            number = world.names.get(name) or world.former_names.get(name, 0)
        repository = world.repositories.get(number)
        if repository is None:
            refuse_not_found()
        role = repository.role_of(visit.token.account if visit.token else None)
        request.rights = self._find_rights(visit.token, repository, role)
        is_app_route = visit.route is not None and visit.route.needs == "app"
        if not request.rights.reads and not (is_app_route and visit.app):
            refuse_not_found()
        request.repository_or_none = repository
        if is_former:
            rest = "/".join(visit.path.split("/")[4:])
            tail = f"/{rest}" if rest else ""
            query = urlsplit(visit.raw.target).query
            url = f"{request.base}/repositories/{repository.id}{tail}" + (f"?{query}" if query else "")
            refuse_moved(301 if visit.raw.method in READING else 307, url)

    def _find_rights(self, token: Token | None, repository: Repository, role: Role) -> Rights:
        if token is None:
            return Rights(reads=role >= Role.READ, role=role)
        installation = self._world.installations.get(token.installation or 0)
        is_installed = installation is not None and repository.id in installation.repositories
        return token.rights(role, is_installed=is_installed)

    def _admit(self, route: Route, request: Request) -> None:
        is_write = request.method not in READING
        if route.needs == "app":
            if request.app is None:
                refuse(401, "A JSON web token could not be decoded", violation="no JWT where one is needed")
            return
        if request.app is not None:
            refuse_forbidden("Resource not accessible by integration")
        if is_write and request.token is None:
            refuse(401, "Requires authentication")
        if request.repository_or_none is None:
            return
        if is_write and request.repository.is_archived:
            refuse_forbidden("Repository was archived so is read-only.")
        if request.is_app and not _is_granted(request, is_write=is_write):
            refuse_forbidden("Resource not accessible by integration")
        if route.needs and not getattr(request.rights, route.needs):
            refuse_forbidden("Must have admin rights to Repository.")

    def _finish(self, visit: _Visit, answer: Answer) -> Outcome:
        body = b"" if answer.body is None else json.dumps(answer.body, ensure_ascii=False).encode()
        headers = {"X-GitHub-Media-Type": "github.v3; format=json", **answer.headers}
        if body:
            headers["Content-Type"] = "application/json; charset=utf-8"
        if visit.raw.method == "GET" and answer.status == 200:
            headers["ETag"] = _make_etag(visit, body)
            headers["Cache-Control"] = "private, max-age=60, s-maxage=60"
            headers["Vary"] = "Accept, Authorization, Cookie, X-GitHub-OTP"
            if _is_same(visit.raw.headers, headers["ETag"]):
                answer.status, body = 304, b""
                headers.pop("Content-Type", None)
        login = "app" if visit.app else visit.token.account.login if visit.token else ""
        self._count(visit, answer.status, headers)
        return Outcome(answer.status, headers, body, visit.route.name if visit.route else "", login)

    def _count(self, visit: _Visit, status: int, headers: dict[str, str]) -> None:
        asker, now = _asker(visit), self._world.clock()
        resource = visit.route.resource if visit.route else "core"
        is_free = status == 304 or (visit.route is not None and visit.route.pattern == "rate_limit")
        if visit.is_known and not is_free:
            self.limits.count(asker, resource, now)
        headers |= self.limits.headers(asker, resource, now)

    def _show_limits(self, request: Request) -> Answer:
        now = self._world.clock()
        asker = _asker_of(request.token, request.app)
        states = {name: self.limits.state(asker, name, now) for name in ("core", "search")}
        if None in states.values():
            refuse(404, "Rate limiting is not enabled.")
        return Answer(body={"resources": states, "rate": states["core"]})


def _is_granted(request: Request, *, is_write: bool) -> bool:
    """Whether an app has the permission; what is public it may read without."""
    if is_write:
        return request.rights.triages
    part = request.path.split("/")[4 if request.path.startswith("/repos/") else 3 :][:1]
    wanted = _GRANTS.get(part[0] if part else "")
    token = request.token
    return not request.repository.is_private or wanted is None or (token is not None and wanted in token.permissions)


def _begin(raw: Raw) -> _Visit:
    split = urlsplit(raw.target)
    path = split.path.removeprefix(ENTERPRISE) if split.path.startswith(f"{ENTERPRISE}/") else split.path
    return _Visit(raw, path, dict(parse_qsl(split.query, keep_blank_values=True)))


def _locate(path: str) -> list[str]:
    """The parts of a path, with `@` for the repository; none if it ends with a slash."""
    parts = [unquote(part) for part in path.split("/")[1:]]
    if "" in parts:
        return []
    if parts[0] == "repos" and len(parts) >= 3:
        return ["@", *parts[3:]]
    if parts[0] == "repositories" and len(parts) >= 2:
        return ["@", *parts[2:]]
    return parts


def _asker(visit: _Visit) -> Asker:
    return _asker_of(visit.token, visit.app)


def _asker_of(token: Token | None, app: App | None) -> Asker:
    if app is not None:
        return Asker(f"app/{app.slug}", f"app/{app.slug}", f"app ID {app.id}")
    if token is None:
        return Asker("", "", "127.0.0.1", is_anonymous=True)
    said = f"installation ID {token.installation}" if token.installation else f"user ID {token.account.id}"
    return Asker(token.account.login, token.text, said)


def _parse(raw: Raw) -> Any:
    if not raw.body:
        return None
    try:
        return json.loads(raw.body)
    except ValueError:
        refuse(400, "Problems parsing JSON", violation="the body is no JSON")


def _make_etag(visit: _Visit, body: bytes) -> str:
    # Another token gets another tag for the same body.
    token = visit.token.text if visit.token else ""
    seed = f"{token}|{visit.raw.headers.get('accept', '')}|".encode()
    return f'W/"{hashlib.sha256(seed + body).hexdigest()}"'


def _is_same(headers: Mapping[str, str], etag: str) -> bool:
    known = headers.get("if-none-match", "")
    return known.strip() == "*" or etag.removeprefix("W/") in [
        one.strip().removeprefix("W/") for one in known.split(",")
    ]
