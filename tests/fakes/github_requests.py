"""What a route of the fake GitHub is given and gives, and how strictly a query and a body are looked at.

The real service ignores a parameter that it does not know. The fake refuses it and notes a violation, so that a
spelling mistake in a client does not pass for a filter.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.fakes.github_accounts import Account, App, Rights, Token
from tests.fakes.github_errors import refuse, refuse_malformed
from tests.fakes.github_repository import Repository
from tests.fakes.github_world import World

DEFAULT_PER_PAGE = 30
MOST_PER_PAGE = 100

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_NAMES: Mapping[type, str] = {
    str: "a string",
    int: "an integer",
    bool: "a boolean",
    list: "an array",
    dict: "an object",
    type(None): "null",
}

# Not refused by the real service as far as is documented, but nothing that anybody means to publish.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")

ANY: tuple[str, ...] = ()
"""Of a parameter of the query: any text."""
NUMBER = ("<number>",)
INSTANT = ("<instant>",)
PAGES: Mapping[str, tuple[str, ...]] = {"per_page": NUMBER, "page": NUMBER}


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a body.

    Attributes:
        kinds: what JSON may give; `type(None)` among them if null may be.
        choices: the only values there are, if any are listed.
    """

    kinds: tuple[type, ...]
    is_required: bool = False
    choices: tuple[object, ...] = ()


@dataclass(slots=True)
class Request:
    """A request whose route is found.

    Attributes:
        base: the address up to the path, with `/api/v3` if it was asked so.
        places: what stands in the path where the route has a name in braces.
        query: the last of each parameter.
        app: of a JWT; then there is no account.
        rights: in the repository, if the route is of one.
    """

    world: World
    method: str
    path: str
    base: str
    headers: Mapping[str, str]
    query: dict[str, str]
    body: Any = None
    places: dict[str, str] = field(default_factory=dict)
    token: Token | None = None
    app: App | None = None
    repository_or_none: Repository | None = None
    rights: Rights = field(default_factory=Rights)

    @property
    def repository(self) -> Repository:
        """The repository of a route of one."""
        assert self.repository_or_none is not None
        return self.repository_or_none

    @property
    def account(self) -> Account:
        """Who asks; a route that writes is not reached by nobody."""
        assert self.token is not None
        return self.token.account

    @property
    def is_app(self) -> bool:
        """Whether a token of an installation is used."""
        return self.token is not None and self.token.installation is not None


@dataclass(slots=True)
class Answer:
    """What a route gives; a body of `None` is no body."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Route:
    """One thing that can be asked.

    Attributes:
        method: of HTTP.
        pattern: below the repository if it begins with `@`; a name in braces is any one part, `{*name}` all the rest.
        anchor: where its documentation is.
        query: which parameters there are, and what each may be.
        members: of the body; `None` for a route without one.
        is_list_body: the body may be a bare array.
        needs: what of its rights a token must have: `reads`, `triages`, `makes_labels`, `pushes`; `app` for a JWT.
        is_creation: it counts as making content.
        resource: which primary limit it counts against.
    """

    method: str
    pattern: str
    act: Callable[[Request], Answer]
    anchor: str = ""
    query: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    members: Mapping[str, Member] | None = None
    is_list_body: bool = False
    needs: str = "reads"
    is_creation: bool = False
    resource: str = "core"

    @property
    def name(self) -> str:
        """Method and pattern."""
        return f"{self.method} {self.pattern}"


def check_query(query: Mapping[str, str], allowed: Mapping[str, tuple[str, ...]]) -> None:
    """See that there is nothing but what is documented.

    Raises:
        RefusedError: there is.
    """
    for name, value in query.items():
        if name not in allowed:
            refuse_malformed(f'"{name}" is not a permitted parameter.')
        choices = allowed[name]
        is_right = not choices or value in choices
        if choices is NUMBER:
            is_right = value.isdigit()
        elif choices is INSTANT:
            is_right = _INSTANT.fullmatch(value) is not None
        if not is_right:
            refuse_malformed(f"For 'parameters/{name}', {value!r} is not one of {choices}.")


def check_body(request: Request, route: Route) -> None:
    """See that the body has all that it must and nothing that is not documented.

    Raises:
        RefusedError: not so.
    """
    body = request.body
    if route.members is None:
        if body not in (None, "", {}):
            refuse_malformed("A body was sent where none is taken.")
        return
    if body is None:
        body = request.body = {}
    if isinstance(body, list) and route.is_list_body:
        return
    if not isinstance(body, dict):
        refuse(400, "Body should be a JSON object", violation="the body is no JSON object")
    for name, member in route.members.items():
        if member.is_required and name not in body:
            refuse_malformed(f'"{name}" wasn\'t supplied.')
    for name, value in body.items():
        known = route.members.get(name)
        if known is None:
            refuse_malformed(f'"{name}" is not a permitted key.')
        _check_member(name, value, known)


def _check_member(name: str, value: object, member: Member) -> None:
    for text in value if isinstance(value, list) else [value]:
        if isinstance(text, str) and _CONTROL.search(text):
            refuse_malformed(f"For 'properties/{name}', a control character or half of a pair is in the text.")
    # A boolean is an integer for Python, but not in JSON.
    if type(value) not in member.kinds:
        wanted = " or ".join(_NAMES[kind] for kind in member.kinds)
        refuse_malformed(f"For 'properties/{name}', {value!r} is not {wanted}.")
    if member.choices and value not in member.choices:
        refuse_malformed(f"For 'properties/{name}', {value!r} is not one of {member.choices}.")


def read_instant(text: str) -> datetime:
    """A time of a query."""
    return datetime.fromisoformat(text)
