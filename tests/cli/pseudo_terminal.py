"""A command in a terminal of its own, and what stands on its screen."""

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import pyte

from tests.cli.command import COMMAND

SECONDS = 60


@dataclass
class PseudoTerminal:
    """A program in a terminal of so many columns and lines.

    Attributes:
        words: the program with its arguments.
        environment: beside the tests' own, without their `COLUMNS`.
        raw: all that it has written.
    """

    words: Sequence[object]
    columns: int = 100
    lines: int = 40
    environment: Mapping[str, str] = field(default_factory=dict)
    raw: bytes = b""

    def __enter__(self) -> Self:
        self._screen = pyte.Screen(self.columns, self.lines)
        self._stream = pyte.ByteStream(self._screen)
        self._id, self._file = pty.fork()
        if not self._id:
            self._become()
        self.resize(self.columns)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._id:
            os.kill(self._id, signal.SIGKILL)
            os.waitpid(self._id, 0)
        os.close(self._file)

    def _become(self) -> None:
        own = {name: value for name, value in os.environ.items() if not name.startswith("LOG_GARDENER_")}
        for name in ("COLUMNS", "LINES", "NO_COLOR"):
            own.pop(name, None)
        environment = own | {"TERM": "xterm-256color", "XDG_STATE_HOME": "/nonexistent", **self.environment}
        # The size is told before anything asks for it.
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", self.lines, self.columns, 0, 0))
        words = [str(word) for word in self.words]
        os.execvpe(words[0], words, environment)  # noqa: S606 - it is a program of the tests

    def resize(self, columns: int) -> None:
        """Make it wider or narrower."""
        self._screen.resize(self.lines, columns)
        fcntl.ioctl(self._file, termios.TIOCSWINSZ, struct.pack("HHHH", self.lines, columns, 0, 0))

    @property
    def shown(self) -> list[str]:
        """The lines of the screen that are not empty."""
        return [line.rstrip() for line in self._screen.display if line.strip()]

    @property
    def text(self) -> str:
        """The same as one text."""
        return "\n".join(self.shown)

    @property
    def is_cursor_hidden(self) -> bool:
        return bool(self._screen.cursor.hidden)

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._file, keys.encode())

    def wait_for(self, is_there: Callable[[str], bool]) -> str:
        """Read until the screen shows something; the screen then."""
        end = time.monotonic() + SECONDS
        while not is_there(self.text):
            assert time.monotonic() < end, self.text
            assert self._pump(), self.text
        return self.text

    def end(self) -> int:
        """Read to the end of the program; its exit code."""
        end = time.monotonic() + SECONDS
        while self._pump():
            assert time.monotonic() < end, self.text
        _, status = os.waitpid(self._id, 0)
        self._id = 0
        return os.waitstatus_to_exitcode(status)

    def _pump(self) -> bool:
        """Take in what has been written; whether more may come."""
        if not select.select([self._file], [], [], 0.05)[0]:
            return True
        try:
            read = os.read(self._file, 65_536)
        except OSError:
            return False
        self.raw += read
        self._stream.feed(read)
        return bool(read)


def run_in_terminal(*arguments: object, columns: int = 100, **environment: str) -> tuple[int, PseudoTerminal]:
    """Run `log-gardener` in a terminal to its end; its exit code, and what stands there."""
    with PseudoTerminal([COMMAND, *arguments], columns, environment=environment) as terminal:
        return terminal.end(), terminal
