"""A network that can be cut: a proxy on loopback before a server."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_CHUNK = 1 << 16


class Proxy:
    """Passes bytes on, both ways, until it is cut; then it drops everybody, and takes nobody.

    Args:
        target: `HOST:PORT` of the server.
    """

    def __init__(self, target: str) -> None:
        host, _, port = target.rpartition(":")
        self._target = host, int(port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self._is_cut = False
        self.endpoint = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.passed = 0

    def cut(self) -> None:
        """Drop all connections, and refuse new ones."""
        with self._lock:
            self._is_cut = True
            for one in self._open:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
            self._open.clear()

    def mend(self) -> None:
        """Let connections be made again."""
        with self._lock:
            self._is_cut = False

    @contextmanager
    def serve(self) -> Iterator["Proxy"]:
        """The proxy, for as long as the context lasts."""
        threading.Thread(target=self._accept, daemon=True).start()
        try:
            yield self
        finally:
            self.cut()
            # On Linux closing alone does not wake whoever accepts.
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                is_cut = self._is_cut
            if is_cut:
                near.close()
                continue
            self._join(near)

    def _join(self, near: socket.socket) -> None:
        far = socket.create_connection(self._target)
        with self._lock:
            self._open += [near, far]
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=self._pass, args=(source, sink), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while chunk := source.recv(_CHUNK):
                sink.sendall(chunk)
                self.passed += len(chunk)
        for one in (source, sink):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
