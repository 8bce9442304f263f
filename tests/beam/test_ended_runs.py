"""Whoever ends a run, as a container is ended, ends its workers too; nothing of it is remembered."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from log_gardener import wiring
from log_gardener.config import Settings
from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]
PROGRAM = "import pathlib, sys; from tests.beam.sleeping import tend; tend(pathlib.Path(sys.argv[1]))"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "logs.json").write_text('{"insertId": "a", "severity": "ERROR", "textPayload": "no pot left"}\n')
    return tmp_path


@pytest.fixture
def sleeper(folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A run of which a worker sleeps."""
    command = [sys.executable, "-c", PROGRAM, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) as process:
        wait_until((folder / "bed").exists)
        yield process
        process.kill()


def is_running(pid: int) -> bool:
    """Whether there is such a process, and not only its name."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_sigterm_ends_a_run_as_ctrl_c_does_and_its_workers_with_it(
    folder: Path, sleeper: "subprocess.Popen[bytes]"
) -> None:
    worker = int((folder / "bed").read_text())
    assert is_running(worker)

    os.kill(sleeper.pid, signal.SIGTERM)
    _, told = sleeper.communicate(timeout=120)

    assert b"KeyboardInterrupt" in told
    wait_until(lambda: not is_running(worker))
    assert wiring.make_store(Settings(state=str(folder / "garden.db"))).list_issues() == []
