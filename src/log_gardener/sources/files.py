"""Files, globs and standard input."""

import errno
import glob
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from log_gardener.errors import UsageError
from log_gardener.model.coverage import Problem
from log_gardener.model.diagnosis import Diagnosis, Mark
from log_gardener.ports import Request, Source, Stream
from log_gardener.sources.file_trials import diagnose_files

STDIN = "-"
STDIN_NAME = "standard input"


class FileSource(Source):
    """One argument of the command line: a path, a glob, or `-` for standard input.

    Args:
        pattern: the argument.
        is_read_twice: keep standard input in a temporary file, so that it can be read again.

    Raises:
        UsageError: the argument names a folder.
    """

    def __init__(self, pattern: str, *, is_read_twice: bool = False) -> None:
        self._pattern = pattern
        self._is_read_twice = is_read_twice
        self._spool: Path | None = None
        # Of each file, its size and time of change when it was last read.
        self._states: dict[str, tuple[int, int]] = {}
        if pattern != STDIN and Path(pattern).is_dir():
            msg = f"{pattern} is a folder; name its files, for example '{Path(pattern) / '*.json*'}'"
            raise UsageError(msg)

    @property
    def name(self) -> str:
        """What the report calls it."""
        return STDIN_NAME if self._pattern == STDIN else self._pattern

    @property
    def is_repeatable(self) -> bool:
        """Standard input is gone when it has been read, unless it is kept."""
        return self._pattern != STDIN or self._is_read_twice

    def streams(self, request: Request, cursor: int | None = None) -> Iterator[Stream | Problem]:  # noqa: ARG002 - a file tells nothing of arrival
        """Every file that the pattern names, in order of name; to follow, those that have changed since."""
        if self._pattern == STDIN:
            yield self._open_stdin()
            return
        for path in self._expand():
            state = _find_state(path)
            if not (request.is_following and state is not None and self._states.get(path) == state):
                yield _open(path)
            if state is not None:
                self._states[path] = state

    def _expand(self) -> Sequence[str]:
        if Path(self._pattern).exists() or not glob.has_magic(self._pattern):
            return [self._pattern]
        # A pattern may be absolute, which Path.glob does not take.
        found = sorted(path for path in glob.glob(self._pattern, recursive=True) if not Path(path).is_dir())  # noqa: PTH207
        return found or [self._pattern]

    def _open_stdin(self) -> Stream:
        if not self._is_read_twice:
            return Stream(self.name, STDIN, None, sys.stdin.buffer)
        if self._spool is None:
            with tempfile.NamedTemporaryFile(prefix="log-gardener-", delete=False) as spool:
                shutil.copyfileobj(sys.stdin.buffer, spool)
            self._spool = Path(spool.name)
        return Stream(self.name, STDIN, self._spool.stat().st_size, self._spool)

    def diagnose(self) -> Iterator[Diagnosis]:
        """Whether the files are there and may be read, and how old they are; nothing is read of any."""
        if self._pattern == STDIN:
            is_terminal = sys.stdin.isatty()
            told = "a terminal: what is typed is read, until Ctrl-D" if is_terminal else "is read until it ends"
            yield Diagnosis("read", Mark.WARNING if is_terminal else Mark.OK, told)
            return
        yield from diagnose_files(self._expand())

    def close(self) -> None:
        """Remove what was kept of standard input."""
        if self._spool is not None:
            self._spool.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A file on a disk that other processes see as well.

    Attributes:
        path: absolute.
    """

    path: str

    @property
    def is_divisible(self) -> bool:
        """A disk gives bytes from any one on."""
        return True

    def open(self, start: int = 0) -> BinaryIO:
        """The bytes from one on.

        Raises:
            OSError: they cannot be opened.
        """
        file = Path(self.path).open("rb")  # noqa: SIM115 - whoever reads it closes it
        file.seek(start)
        return file


def _find_state(name: str) -> tuple[int, int] | None:
    """A regular file's size, and when it was changed in nanoseconds; `None` if nothing can be told."""
    path = Path(name)
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_size, status.st_mtime_ns) if path.is_file() else None


def _open(name: str) -> Stream | Problem:
    path = Path(name)
    try:
        with path.open("rb"):
            size = path.stat().st_size
    except OSError as error:
        return Problem(name, _explain(error))
    # Sizes of pipes and devices say nothing.
    identity = os.path.realpath(path)
    if not path.is_file():
        return Stream(name, identity, None, path)
    return Stream(name, identity, size, path, portable=FilePlace(identity))


def _explain(error: OSError) -> str:
    if error.errno == errno.ENOENT:
        return "there is no such file"
    if error.errno == errno.EACCES:
        return "permission denied"
    return error.strerror or str(error)
