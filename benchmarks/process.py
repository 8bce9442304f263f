"""A process of its own for every measurement, so that its time and its peak memory are its own."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median_low
from typing import IO, Any

ROOT = Path(__file__).parent.parent

# Linux counts the peak in KiB, macOS in bytes.
PEAK_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Cost:
    """What a process took.

    Attributes:
        seconds: what it says of itself (`seconds` of the JSON that it prints, which leaves its
            start out); of one that prints nothing, from start to end.
        peak_bytes: the largest resident set.
        printed: the JSON that it printed.
    """

    seconds: float
    peak_bytes: int
    printed: Mapping[str, Any]


def measure(command: Sequence[str], runs: int = 1, environment: Mapping[str, str] | None = None) -> Cost:
    """The run of median time, with the largest peak of all."""
    costs = [_run(command, environment or {}) for _ in range(runs)]
    middle = median_low(cost.seconds for cost in costs)
    chosen = next(cost for cost in costs if cost.seconds == middle)
    return replace(chosen, peak_bytes=max(cost.peak_bytes for cost in costs))


def _run(command: Sequence[str], environment: Mapping[str, str]) -> Cost:
    with tempfile.TemporaryFile() as complaints:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=complaints
        )
        output = b""
        if process.stdout:
            with process.stdout:
                output = process.stdout.read()
        # Its own wait, because only this one tells the peak of this very process.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        _expect_success(process.returncode, command, complaints)
    printed = json.loads(output) if output.strip() else {}
    return Cost(printed.get("seconds", seconds), usage.ru_maxrss * PEAK_UNIT_BYTES, printed)


@contextmanager
def start(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process to look at while it runs; ends this one if it fails."""
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=complaints
        )
        yield process
        _expect_success(process.wait(), command, complaints)


def _expect_success(code: int, command: Sequence[str], complaints: IO[bytes]) -> None:
    """End this process where another one failed, with what that said."""
    if code:
        complaints.seek(0)
        said = complaints.read().decode(errors="replace")
        sys.exit(f"exit code {code}: {' '.join(command)}\n{said}")


def warm(path: Path) -> None:
    """Bring a file into the page cache: what is measured is work, not the disk."""
    with path.open("rb", buffering=0) as file:
        while file.read(1 << 20):
            pass


def build_example(name: str) -> Path:
    """Build an example of the core as it is released, and find the program."""
    command = ["cargo", "build", "--release", "--quiet", "--package", "gardener-core", "--example", name]
    done = subprocess.run(
        [*command, "--message-format", "json"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"the example {name} of gardener-core cannot be built: {' '.join(command)}")
    messages = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return next(Path(one["executable"]) for one in messages if one.get("executable"))
