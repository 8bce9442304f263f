"""An HTTP server on loopback that answers as no API should: what a captive portal, a proxy or a villain would say."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came; names of headers in lower case."""

    method: str
    target: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Said:
    """What is answered."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)


Answer = Callable[[Asked], Said]


@dataclass(slots=True)
class CrookedServer:
    """A running server: where it is, and what it was asked."""

    url: str
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def crooked(answer: Answer) -> Iterator[CrookedServer]:
    """A server that answers by a function while the context lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = Asked(self.command, self.path, {name.lower(): text for name, text in self.headers.items()})
            server.asked.append(asked)
            said = answer(asked)
            self.send_response(said.status)
            for name, text in {"Content-Length": str(len(said.body)), "Connection": "close", **said.headers}.items():
                self.send_header(name, text)
            self.end_headers()
            self.wfile.write(said.body)

        do_POST = do_PATCH = do_DELETE = do_CONNECT = do_GET  # noqa: N815 - the base class names them

        def log_message(self, *_: object) -> None:
            pass

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server = CrookedServer(f"http://127.0.0.1:{listener.server_port}")
    thread = threading.Thread(target=listener.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()
