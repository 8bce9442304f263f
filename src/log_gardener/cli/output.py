"""Where documents and data go, and how an issue is spelt."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING

import typer
from rich.console import Console

from log_gardener.cli.scanned import ScannedConsole
from log_gardener.errors import OutputError, UsageError
from log_gardener.exits.leaks import check
from log_gardener.model.worklog import Worklog
from log_gardener.wiring import Format

if TYPE_CHECKING:
    from log_gardener.renderers.svg.pictures import Picture

SUFFIXES = {".html": Format.HTML, ".json": Format.JSON, ".md": Format.MARKDOWN}
STDOUT = "-"

REMEMBERED = (
    "The run is remembered: the same command writes the worklog once the configuration is mended, and counts nothing "
    "twice"
)


def stdout() -> Console:
    """The terminal, for what is not of the logs."""
    return Console()


def show(tell: Callable[..., None], *told: object) -> None:
    """Show data in the terminal, all of it or nothing.

    Args:
        tell: prints to the console that is its first argument.
        told: its further arguments.

    Raises:
        LeakError: a rule finds a secret in it.
    """
    console = ScannedConsole()
    with console.whole():
        tell(console, *told)


def echo(text: str, name: str = "the JSON") -> None:
    """Write data to stdout.

    Raises:
        LeakError: it holds what looks like a secret; nothing is written.
    """
    check(text, name, is_public=False)
    typer.echo(text)


def choose_form(form: str, output: str) -> Format:
    """The form that was asked for, else the one that the output's name ends with.

    Raises:
        UsageError: there is no such form.
    """
    if not form:
        return SUFFIXES.get(Path(output).suffix, Format.MARKDOWN)
    try:
        return Format(form)
    except ValueError:
        *first, last = Format
        msg = f"there is no format {form!r}; this release writes {', '.join(first)} and {last}"
        raise UsageError(msg) from None


def choose_path(output: str, worklog: Worklog, form: Format) -> Path | None:
    """The file to write; in a folder it is named by the window, so that a repeat replaces it. `None` is stdout."""
    if output == STDOUT:
        return None
    path = Path(output)
    is_file = bool(path.suffix) or path.exists()
    if is_file and not path.is_dir():
        return path
    suffix = next(suffix for suffix, named in SUFFIXES.items() if named is form)
    if worklog.window is None:
        return path / f"worklog-{worklog.generated:%Y%m%dT%H%MZ}{suffix}"
    start, end = worklog.window.start, worklog.window.end
    return path / f"worklog-{start:%Y%m%dT%H%M%SZ}-{end:%Y%m%dT%H%M%SZ}{suffix}"


def has_room(path: Path) -> bool:
    """Whether pictures can stand beside a document: not beside a device or a pipe."""
    return path.is_file() or not path.exists()


def publish(document: str, path: Path | None, pictures: Sequence["Picture"] = ()) -> None:
    """Write a worklog's document, after the pictures that it shows; without a path to stdout.

    Raises:
        OutputError: one of them cannot be written.
        LeakError: a rule finds a secret in one of them; none is written.
    """
    check(document, "the worklog", after=REMEMBERED)
    for picture in pictures:
        check(picture.svg, f"the picture {picture.file}", after=REMEMBERED)
    if path is not None:
        for picture in pictures:
            write(picture.svg, path.with_name(picture.file))
    write(document, path)


def write(document: str, path: Path | None) -> None:
    """Write a document, whole or not at all.

    Raises:
        OutputError: it cannot be written.
    """
    try:
        if path is None:
            sys.stdout.buffer.write(document.encode("utf-8", "backslashreplace"))
            sys.stdout.buffer.flush()
        elif path.exists() and not path.is_file():
            # A device or a pipe cannot be replaced.
            path.write_bytes(document.encode("utf-8", "backslashreplace"))
        else:
            _replace(path, document.encode("utf-8", "backslashreplace"))
    except OSError as error:
        msg = (
            f"cannot write {path or 'stdout'}: {error.strerror}. The run is remembered; repeat it with another --output"
        )
        raise OutputError(msg) from error


def write_lines(lines: Iterable[str], path: Path | None) -> int:
    """Write lines, to a file whole or not at all, and return how many.

    Raises:
        OutputError: they cannot be written.
    """
    try:
        with make_new(path) if path else nullcontext(sys.stdout.buffer) as file:
            count = 0
            for count, line in enumerate(lines, 1):  # noqa: B007 - it is what is returned
                file.write(line.encode("utf-8", "backslashreplace"))
            file.flush()
    except OSError as error:
        msg = f"cannot write {path or 'stdout'}: {error.strerror}{'; name another file' if path else ''}"
        raise OutputError(msg) from error
    return count


def _replace(path: Path, document: bytes) -> None:
    with make_new(path) as file:
        file.write(document)


@contextmanager
def make_new(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes its place when it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
