"""Google's servers for accounts on loopback: access tokens, what they are good for, a machine's metadata, a clock."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
MACHINE = "machine@shop.iam.gserviceaccount.com"

TOKEN = {"access_token": "a-token", "expires_in": 3600, "token_type": "Bearer"}


@dataclass
class AccountServer:
    """What it answers, and what it was asked.

    Attributes:
        address: with a scheme and a port.
        token: status and body of the answer to who asks for an access token.
        token_info: the same of the answer to who asks what a token is good for.
        date: what it takes the time for, as HTTP spells it; empty for none.
        others: status and body of the answer to all else.
        asked: method, path and form of every request.
    """

    address: str = ""
    token: tuple[int, Mapping[str, Any]] = (200, TOKEN)
    token_info: tuple[int, Mapping[str, Any]] = (200, {"email": "gardener@example.com", "scope": SCOPE})
    date: str = ""
    others: tuple[int, Any] = (404, "")
    asked: list[tuple[str, str, Mapping[str, list[str]]]] = field(default_factory=list)

    @property
    def host(self) -> str:
        """Without a scheme."""
        return urlsplit(self.address).netloc

    def answer(self, path: str) -> tuple[int, Any]:
        """Status and body; texts are no JSON."""
        machine = "/computeMetadata/v1/"
        table: dict[str, tuple[int, Any]] = {
            "/": (200, ""),
            "/token": self.token,
            "/tokeninfo": self.token_info,
            f"{machine}project/project-id": (200, "shop"),
            f"{machine}universe/universe-domain": (404, ""),
            f"{machine}instance/service-accounts/default/": (200, {"email": MACHINE, "scopes": [SCOPE]}),
            f"{machine}instance/service-accounts/default/token": self.token,
        }
        return table.get(path, self.others)


class _Answering(BaseHTTPRequestHandler):
    server: "_Server"

    def log_message(self, *_: object) -> None:
        """Nothing."""

    def _answer(self) -> None:
        path = urlsplit(self.path).path or "/"
        form = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        self.server.told.asked.append((self.command, path, parse_qs(form)))
        status, value = self.server.told.answer(path)
        body = value.encode() if isinstance(value, str) else json.dumps(value).encode()
        self.send_response_only(status)
        if self.server.told.date:
            self.send_header("date", self.server.told.date)
        self.send_header("metadata-flavor", "Google")
        self.send_header("content-type", "text/plain" if isinstance(value, str) else "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_POST = do_HEAD = _answer  # noqa: N815 - the library's names


class _Server(ThreadingHTTPServer):
    told: AccountServer


@contextmanager
def serving() -> Iterator[AccountServer]:
    """A server that answers while the context lasts."""
    with _Server(("127.0.0.1", 0), _Answering) as server:
        server.told = AccountServer(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.told
        finally:
            server.shutdown()
            thread.join()
