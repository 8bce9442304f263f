"""HTTP of the fake GitHub: connections that stay open, answers in one piece, and connections that break."""

import socket
import struct
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from http import HTTPStatus
from http.server import ThreadingHTTPServer
from socketserver import StreamRequestHandler
from typing import Any

from tests.fakes.github_dispatch import Raw

HOST = "127.0.0.1"
# How often the loop looks whether it is to stop.
POLL_SECONDS = 0.01

# A connection that lingers for no time is reset, not closed.
_NO_LINGER = struct.pack("ii", 1, 0)


class Cut(Enum):
    """How a connection ends before the answer is whole."""

    RESET = auto()
    CLOSE = auto()
    HALF = auto()


@dataclass(slots=True)
class Reply:
    """What goes back, if anything does."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut: Cut | None = None


class _Handler(StreamRequestHandler):
    """Reads requests by itself: the parser of `http.server` takes longer than all the rest."""

    # Otherwise an answer waits for the client to say that it has the one before.
    disable_nagle_algorithm = True
    server: "_Server"
    command = ""
    close_connection = False

    def handle(self) -> None:
        while not self.close_connection:
            line = self.rfile.readline()
            if not line:
                return
            self.command, target, _ = line.decode("latin-1").split()
            headers = self._read_headers()
            body = self.rfile.read(int(headers.get("content-length", 0)))
            self.close_connection = headers.get("connection", "").lower() == "close"
            self._send(self.server.serve(Raw(self.command, target, headers, body, self.server.url)))

    def _read_headers(self) -> dict[str, str]:
        headers = {}
        while (line := self.rfile.readline().decode("latin-1").strip()) != "":
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        return headers

    def _send(self, reply: Reply) -> None:
        if reply.cut is Cut.RESET:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
            self.rfile.close()
            self.connection.close()
        if reply.cut in (Cut.RESET, Cut.CLOSE):
            self.close_connection = True
            return
        whole = self._make_head(reply) + (b"" if self.command == "HEAD" else reply.body)
        if reply.cut is Cut.HALF:
            # A head that is cut in a later place passes for a whole one with clients that are not strict.
            whole = whole[: -max(len(reply.body) // 2, 1)] if reply.body else whole[:5]
            self.close_connection = True
        try:
            self.wfile.write(whole)
        except OSError:
            # The client has gone, as one does that was killed or lost its patience.
            self.close_connection = True

    def _make_head(self, reply: Reply) -> bytes:
        lines = [f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}", "Server: github.com"]
        lines += [f"{name}: {value}" for name, value in reply.headers.items()]
        if reply.status not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
            lines.append(f"Content-Length: {len(reply.body)}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, serve: Callable[[Raw], Reply]) -> None:
        super().__init__((HOST, 0), _Handler)
        self.serve = serve
        self.url = f"http://{HOST}:{self.server_port}"
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that goes away in the middle is what this fake is for; anything else is a mistake in the fake.
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def disconnect(self) -> None:
        """End all connections that are open, so that their threads do."""
        with self._lock:
            left = list(self._open)
        for connection in left:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


class Listener:
    """Listens on a port of its own; it answers between `start` and `stop`."""

    def __init__(self, serve: Callable[[Raw], Reply]) -> None:
        self._serve = serve
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Scheme, host and port; empty while it does not listen."""
        return self._server.url if self._server else ""

    def start(self) -> None:
        """Begin to answer."""
        self._server = _Server(self._serve)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(POLL_SECONDS,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Answer no more."""
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._server.disconnect()
        self._server.server_close()
        self._thread.join()
        self._server = None
