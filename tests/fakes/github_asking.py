"""Asks the fake GitHub by plain HTTP, as somebody does who has no library and only the documentation."""

import http.client
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.fakes.github_server import GitHubServer

PATIENCE_SECONDS = 5.0

_LINK = re.compile(r'<([^>]+)>; rel="(\w+)"')


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back; names of headers in lower case."""

    status: int
    headers: dict[str, str]
    body: Any

    @property
    def links(self) -> dict[str, str]:
        """Addresses of other pages, by their relation."""
        return {name: url for url, name in _LINK.findall(self.headers.get("link", ""))}

    @property
    def numbers(self) -> list[int]:
        """The numbers of the issues of a listing."""
        return [issue["number"] for issue in self.body]

    @property
    def codes(self) -> list[tuple[str, str]]:
        """What a failed validation says: field and code."""
        return [(error["field"], error["code"]) for error in self.body["errors"]]


@dataclass(slots=True)
class Asking:
    """One client with one connection.

    Attributes:
        token: empty for nobody.
        patience_seconds: for an answer.
    """

    server: GitHubServer
    token: str
    patience_seconds: float = PATIENCE_SECONDS
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, target: str, body: Any = None, *, headers: dict[str, str] | None = None) -> Answered:
        """Ask; a target may be a whole address."""
        split = urlsplit(target)
        path = split.path + (f"?{split.query}" if split.query else "")
        sent = {"User-Agent": "tests", **self.headers, **(headers or {})}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        content = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        connection = http.client.HTTPConnection(urlsplit(self.server.url).netloc, timeout=self.patience_seconds)
        try:
            connection.request(method, path, content, sent)
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        parsed = json.loads(text) if text and b"<html" not in text else None
        return Answered(response.status, {name.lower(): value for name, value in response.getheaders()}, parsed)

    def get(self, target: str, **query: Any) -> Answered:
        """Read."""
        return self.ask("GET", f"{target}?{urlencode(query)}" if query else target)

    def post(self, target: str, body: Any = None) -> Answered:
        """Make."""
        return self.ask("POST", target, body)

    def patch(self, target: str, body: Any) -> Answered:
        """Change."""
        return self.ask("PATCH", target, body)

    def walk(self, target: str, **query: Any) -> list[Answered]:
        """All pages, by their links."""
        pages = [self.get(target, **query)]
        while following := pages[-1].links.get("next"):
            pages.append(self.ask("GET", following))
        return pages
