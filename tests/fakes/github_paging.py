"""Pages of the fake GitHub: thirty a page, a hundred at most, and a `Link` header that names the others.

Listings count pages. Where the world has cursors, listings of issues go by `after` as GitHub's now do: the next page
begins behind the last that was shown, and nobody says how many there are.
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from tests.fakes.github_errors import refuse_malformed
from tests.fakes.github_requests import DEFAULT_PER_PAGE, MOST_PER_PAGE, Answer, Request

Value = TypeVar("Value")
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What was asked for; both count from one."""

    number: int
    size: int

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Page":
        """Of a query; more than the most is the most."""
        size = int(query.get("per_page", DEFAULT_PER_PAGE)) or DEFAULT_PER_PAGE
        return cls(max(int(query.get("page", 1)), 1), min(size, MOST_PER_PAGE))


def page(request: Request, values: Sequence[Value], show: Callable[[Value], Any]) -> Answer:
    """One page of values."""
    wanted = Page.of(request.query)
    start = (wanted.number - 1) * wanted.size
    answer = Answer(body=[show(value) for value in values[start : start + wanted.size]])
    add_links(request, answer, len(values))
    return answer


def add_links(request: Request, answer: Answer, count: int) -> None:
    """Name the other pages, if there are any."""
    wanted = Page.of(request.query)
    last = max(-(-count // wanted.size), 1)
    numbers = {}
    if wanted.number > 1:
        numbers["prev"] = min(wanted.number - 1, last)
    if wanted.number < last:
        numbers["next"] = wanted.number + 1
        numbers["last"] = last
    if wanted.number > 1:
        numbers["first"] = 1
    _put_links(request, answer, {name: {"page": number} for name, number in numbers.items()})


def page_by_cursor(
    request: Request, values: Sequence[Value], show: Callable[[Value], Any], *, key: Callable[[Value], Key]
) -> Answer:
    """One page of values that are in order of their keys, behind the cursor of the query."""
    wanted = Page.of(request.query)
    start = 0
    if "after" in request.query:
        behind = _read_cursor(request.query["after"])
        is_falling = len(values) > 1 and key(values[0]) > key(values[-1])
        start = sum(1 for value in values if (key(value) >= behind if is_falling else key(value) <= behind))
    shown = values[start : start + wanted.size]
    answer = Answer(body=[show(value) for value in shown])
    if start + wanted.size < len(values):
        after = _write_cursor(key(shown[-1]))
        _put_links(request, answer, {"next": {"after": after, "page": wanted.number + 1}})
    return answer


def _put_links(request: Request, answer: Answer, others: Mapping[str, Mapping[str, Any]]) -> None:
    # The real ones name the repository by its id, whatever it was asked by.
    address = request.base + request.path
    if request.repository_or_none is not None and request.path.startswith("/repos/"):
        rest = "/".join(request.path.split("/")[4:])
        address = f"{request.base}/repositories/{request.repository.id}/{rest}"
    links = [
        f'<{address}?{urlencode({**request.query, **others[name]})}>; rel="{name}"'
        for name in ("prev", "next", "last", "first")
        if name in others
    ]
    if links:
        answer.headers["Link"] = ", ".join(links)


def _write_cursor(key: Key) -> str:
    return base64.urlsafe_b64encode(b"cursor:v2:" + json.dumps(key).encode()).decode()


def _read_cursor(text: str) -> Key:
    try:
        opened = base64.urlsafe_b64decode(text)
        return tuple(json.loads(opened.removeprefix(b"cursor:v2:")))
    except (binascii.Error, ValueError):
        refuse_malformed("The cursor is none that was given.")
