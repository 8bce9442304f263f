"""How every run ends: an exit code, and on failure a message that says what to do next."""

import os
import sys
from io import TextIOWrapper

from log_gardener.cli.app import app
from log_gardener.cli.options import EXIT_UNKNOWN, stderr
from log_gardener.errors import GardenerError, NothingComparedError, OutputError, UsageError

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130


def main() -> None:
    """Run the command line."""
    _accept_all_signs()
    try:
        app()
    except GardenerError as error:
        sys.exit(_end(error))
    except SystemExit as end:
        if end.code == EXIT_INTERRUPTED:
            stderr().print("stopped; nothing of this run is remembered")
        raise
    except BrokenPipeError:
        # The reader of a pipe has seen enough.
        _abandon_stdout()
        sys.exit(EXIT_FAILED)
    except OSError as error:
        if error.filename is not None:
            raise
        _abandon_stdout()
        sys.exit(_end(OutputError(f"cannot write stdout: {error.strerror or error}")))


def _accept_all_signs() -> None:
    """What the encoding of a terminal does not have is spelt as an escape, and ends nothing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _abandon_stdout() -> None:
    """Python would write what is left once more at exit, and complain once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _end(error: GardenerError) -> int:
    from log_gardener.cli.console import plain  # noqa: PLC0415 - only where something fails
    from log_gardener.exits.leaks import clean  # noqa: PLC0415

    told = f"log-gardener: {clean(str(error))}".split("\n")
    stderr().print(*map(plain, told), sep="\n", style="red", soft_wrap=True)
    if isinstance(error, NothingComparedError):
        return EXIT_UNKNOWN
    return EXIT_USAGE if isinstance(error, UsageError) else EXIT_FAILED
