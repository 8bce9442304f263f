"""A request as the guard sees it: what was asked, by what kind of page, and what it brings along."""

from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

from starlette.types import Scope

API = "/api/"

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request before its body is read.

    Attributes:
        target: path and query, as a link names them.
        headers: by lower-case name, the last of each; a proxy adds its own behind what was sent.
        client: the address that the connection comes from, whatever headers say.
    """

    method: str
    path: str
    target: str
    scheme: str
    headers: Mapping[str, str]
    client: str

    @classmethod
    def of(cls, scope: Scope) -> "Asked":
        """The request of an ASGI scope."""
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        raw: bytes = scope.get("raw_path") or scope["path"].encode()
        query: bytes = scope.get("query_string") or b""
        client = scope.get("client") or ("", 0)
        return cls(
            method=str(scope["method"]),
            path=str(scope["path"]),
            target=(raw + b"?" + query if query else raw).decode("latin-1"),
            scheme=str(scope.get("scheme", "http")),
            headers=headers,
            client=str(client[0]),
        )

    @property
    def is_safe(self) -> bool:
        """Whether it only looks."""
        return self.method in SAFE

    @property
    def is_of_api(self) -> bool:
        """Whether another program asks, rather than a page."""
        return self.path.startswith(API)

    @property
    def bearer(self) -> str:
        """The token of a program; empty if it brings none."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    def find_cookie(self, name: str) -> str:
        """The value of a cookie; empty if it is not there."""
        try:
            found = SimpleCookie(self.headers.get("cookie", "")).get(name)
        except CookieError:
            return ""
        return found.value if found else ""

    def find_host(self) -> tuple[str, str]:
        """The name under which the page was asked for, and the whole of it with its port."""
        whole = self.headers.get("host", "").lower()
        try:
            return urlsplit(f"//{whole}").hostname or "", whole
        except ValueError:
            return "", whole

    def find_field(self, name: str, body: bytes) -> str:
        """A field of a form; empty if it is not there."""
        if self.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
            return ""
        try:
            return parse_qs(body.decode("utf-8", "replace"), max_num_fields=1_000).get(name, [""])[-1]
        except ValueError:
            return ""
