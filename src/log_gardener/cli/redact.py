"""`redact`: secrets out of any text, as a filter for pipes."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from log_gardener.cli.options import ConfigOption, load, stderr
from log_gardener.errors import OutputError, UsageError

if TYPE_CHECKING:
    from log_gardener._core import Redaction, Redactor
    from log_gardener.ports import Observer

Write: TypeAlias = Callable[[bytes], object]

STDIN = "-"
STDIN_NAME = "standard input"

FilesArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="FILE...", help="Paths, or - for standard input; gzip and zstd are told by content."),
]


def redact(
    files: FilesArgument = None,
    *,
    output: Annotated[Path | None, typer.Option(help="File to write, whole or not at all; by default stdout.")] = None,
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="The account as JSON, on stderr too.")] = False,
) -> None:
    """Replace secrets and personal data in any text or JSON by marks, line by line; nothing is remembered."""
    from log_gardener import wiring  # noqa: PLC0415 - half a second that --help need not wait for
    from log_gardener.cli.progress import TerminalObserver  # noqa: PLC0415
    from log_gardener.ports import Silence  # noqa: PLC0415

    named = files or [STDIN]
    _check(named)
    redactor = wiring.make_redactor(load(config)).core
    # Beside the lines themselves a bar would be in their way.
    observer = TerminalObserver(stderr()) if output or not sys.stdout.isatty() else Silence()
    total = Total()
    with _open_output(output) as write:
        for name in named:
            total.add(_redact_one(redactor, name, write, observer))
    # Numbers of ours, and nothing of the logs.
    typer.echo(total.spell_json() if as_json else total.spell(), err=True)


class Total:
    """What became of all files."""

    def __init__(self) -> None:
        self.lines = 0
        self.bytes = 0
        self.replaced: dict[str, int] = {}

    def add(self, account: "Redaction") -> None:
        """Add what became of one."""
        self.lines += account.lines
        self.bytes += account.bytes
        for kind, count in account.replaced:
            self.replaced[kind] = self.replaced.get(kind, 0) + count

    def spell(self) -> str:
        """One line for people."""
        from log_gardener.renderers.markdown import count_of  # noqa: PLC0415 - only when a command runs

        kinds = sorted(self.replaced.items(), key=lambda row: (-row[1], row[0]))
        named = ", ".join(f"{count:,} {kind}" for kind, count in kinds)
        count = sum(self.replaced.values())
        read = f"{count_of(self.lines, 'line')}, {count_of(self.bytes, 'byte')}"
        return f"{read}: {count:,} replaced" + (f" ({named})" if named else "")

    def spell_json(self) -> str:
        """One line for programs."""
        from log_gardener.renderers.json_text import spell_json  # noqa: PLC0415 - only where it is asked for

        account = {"lines": self.lines, "bytes": self.bytes, "replaced": dict(sorted(self.replaced.items()))}
        return spell_json(account, indent=None)


def _check(names: Sequence[str]) -> None:
    """Refuse what cannot be read before anything is written.

    Raises:
        UsageError: a file is not there, is a folder, or may not be read.
    """
    for name in names:
        path = Path(name)
        if name == STDIN:
            continue
        if not path.exists():
            msg = f"there is no file {name}; name one, or - for standard input"
            raise UsageError(msg)
        if path.is_dir():
            msg = f"{name} is a folder; name the files in it"
            raise UsageError(msg)
        if not os.access(path, os.R_OK):
            msg = f"{name} may not be read; make it readable for whoever runs this"
            raise UsageError(msg)


def _redact_one(redactor: "Redactor", name: str, write: Write, observer: "Observer") -> "Redaction":
    """Redact a file or standard input.

    Raises:
        OutputError: it breaks off. What came before is written, unless it goes to a file.
    """
    from log_gardener._core import Reading  # noqa: PLC0415 - only when a command runs

    reading, path = Reading(), Path(name)
    told, size = (STDIN_NAME, None) if name == STDIN else (name, path.stat().st_size if path.is_file() else None)
    # Unbuffered: a buffer waits until it is full, and whoever follows a log waits with it.
    source = getattr(sys.stdin.buffer, "raw", sys.stdin.buffer) if name == STDIN else path
    try:
        with observer.watch(told, size, lambda: reading.bytes):
            return redactor.stream(source, write, reading)
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        cause = error.strerror if isinstance(error, OSError) and error.strerror else error
        msg = f"{told} is not redacted to its end: {cause}"
        raise OutputError(msg) from error


@contextmanager
def _open_output(path: Path | None) -> Iterator[Write]:
    """What writes to a file that takes its place when it is complete, or to stdout as it comes.

    Raises:
        OutputError: the file cannot be written.
    """
    from log_gardener.cli.output import make_new  # noqa: PLC0415 - only when a command runs

    with _telling(path or "stdout"):
        if path is None:
            yield _tell_faults(_write_stdout, "stdout")
        elif path.exists() and not path.is_file():
            # A device or a pipe cannot be replaced.
            with path.open("wb") as file:
                yield _tell_faults(file.write, path)
        else:
            with make_new(path) as file:
                yield _tell_faults(file.write, path)


def _write_stdout(chunk: bytes) -> None:
    sys.stdout.buffer.write(chunk)
    # Whoever reads behind the pipe sees lines as they come.
    sys.stdout.buffer.flush()


def _tell_faults(write: Write, name: object) -> Write:
    """The same, its faults told apart from those of reading."""

    def telling(chunk: bytes) -> None:
        with _telling(name):
            write(chunk)

    return telling


@contextmanager
def _telling(name: object) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        msg = f"cannot write {name}: {error.strerror or error}"
        raise OutputError(msg) from error
