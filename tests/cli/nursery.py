"""Children that run the command with its imports done already: half of a short command's time is its imports.

Each run is a process of its own, with its own streams, folder and environment, forked from one that has imported what
commands need and done nothing else. `python -m tests.cli.nursery` is that process: it reads a request a line.
"""

import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parents[2]

# What commands import when they run.
WARM = (
    "alembic.command",
    "log_gardener.applying",
    "log_gardener.cli",
    "log_gardener.exits.leaks",
    "log_gardener.wiring",
    "rich.live",
    "rich.table",
    "sqlalchemy.dialects.sqlite",
)

SECONDS = 120


@dataclass(frozen=True)
class Grown:
    """How a child ended."""

    code: int
    out: bytes
    err: bytes


@cache
def _open_nursery() -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.cli.nursery"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def run_child(words: list[str], stdin: bytes, folder: Path | None, environment: Mapping[str, str]) -> Grown:
    """Run the command in a child, and wait for it."""
    nursery = _open_nursery()
    with tempfile.TemporaryDirectory() as streams:
        given, out, err = (Path(streams) / name for name in ("in", "out", "err"))
        given.write_bytes(stdin)
        request = {
            "words": words,
            "folder": str(folder or Path.cwd()),
            "environment": dict(environment),
            "streams": [str(given), str(out), str(err)],
        }
        _talk(nursery.stdin).write(json.dumps(request) + "\n")
        _talk(nursery.stdin).flush()
        code = int(_talk(nursery.stdout).readline())
        return Grown(code, out.read_bytes(), err.read_bytes())


def _talk(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


def _serve() -> None:
    for module in WARM:
        importlib.import_module(module)
    gc.freeze()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _live(json.loads(line))
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _live(request: dict[str, Any]) -> None:
    """Be the command, as if it had just been started, and end."""
    from log_gardener.cli import main  # noqa: PLC0415 - the parent of the tests need not have it

    code = 1
    # Nobody waits longer; the signal ends it.
    signal.alarm(SECONDS)
    try:
        given, out, err = request["streams"]
        os.dup2(os.open(given, os.O_RDONLY), 0)
        os.dup2(os.open(out, os.O_WRONLY | os.O_CREAT), 1)
        os.dup2(os.open(err, os.O_WRONLY | os.O_CREAT), 2)
        os.environ.clear()
        os.environ.update(request["environment"])
        os.chdir(request["folder"])
        sys.argv = ["log-gardener", *request["words"]]
        sys.stdin, sys.stdout, sys.stderr = (open(number, mode) for number, mode in ((0, "r"), (1, "w"), (2, "w")))  # noqa: PTH123, SIM115
        main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - it is shown, as Python shows it
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve()
