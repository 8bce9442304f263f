"""What does Apache Beam cost beside the local engine, and is the worklog the same?

    .venv-beam/bin/python -m benchmarks.many [--entries 1320000] [--runs 3] [--write docs/performance.md]

One large file is tended by both engines, each time by the command as people call it, with an empty state. Processor
seconds are those of all processes of a run, and a peak is that of the largest of them. It fails if a worklog differs
from the others in a byte. Needs `make test-beam`'s environment, and Linux.
"""

import argparse
import hashlib
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil

from benchmarks import page, streams
from benchmarks.process import start
from benchmarks.streams import Stream

# An entry of the stream is of 760 bytes: together a gigabyte.
ENTRIES = 1_320_000

# What a process took shortly before its end is missed.
LOOK_SECONDS = 0.05

NOW = "2025-09-20T00:00:00Z"


@dataclass(frozen=True)
class Way:
    """How a file is tended.

    Attributes:
        threads: that count, of the local engine.
        workers: of Beam; 0 is its own process, `None` no Beam.
    """

    name: str
    threads: int = 1
    workers: int | None = None

    def list_options(self) -> list[str]:
        """The words that make `tend` do it so."""
        if self.workers is None:
            return []
        apart = ["direct_running_mode=multi_processing", f"direct_num_workers={self.workers}"] if self.workers else []
        return ["--engine", "beam", *(word for option in apart for word in ("--beam", option))]


LOCAL = Way("local, one thread")
WAYS = (
    LOCAL,
    Way("local, two threads", threads=2),
    Way("Beam, in this process", workers=0),
    Way("Beam, one worker", workers=1),
    Way("Beam, two workers", workers=2),
)


@dataclass(frozen=True)
class Cost:
    """What a run took.

    Attributes:
        seconds: from start to end.
        cpu_seconds: of all its processes.
        peak_bytes: the largest resident set of one of them.
        digest: of the worklog.
    """

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    digest: str


def main(arguments: Sequence[str]) -> None:
    """Measure all ways, and compare what they wrote."""
    options = _parse(arguments)
    path = streams.find_stream(options, Stream(options.entries))
    costs = {way: [_tend(way, path) for _ in range(options.runs)] for way in WAYS}
    if len({cost.digest for own in costs.values() for cost in own}) > 1:
        sys.exit(f"the worklogs of {path} differ between engines")
    page.publish(options.write, "many", spell(costs, path.stat().st_size, options))


def spell(costs: Mapping[Way, Sequence[Cost]], size: int, options: argparse.Namespace) -> str:
    """The table, and what was measured."""
    local = median(cost.cpu_seconds for cost in costs[LOCAL])
    rows = [_spell_row(way, own, local) for way, own in costs.items()]
    table = page.spell_table(["engine", "seconds", "processor seconds", "beside local", "peak MiB of a process"], rows)
    same = f"All {sum(map(len, costs.values()))} worklogs are the same to the byte."
    said = f"{size / 1e6:,.0f} MB, {options.entries:,} entries. {same}"
    return f"{table}\n\n{said} {page.describe_machine()} {page.describe_runs(options.runs)}"


def _spell_row(way: Way, costs: Sequence[Cost], local: float) -> list[str]:
    cpu_seconds = median(cost.cpu_seconds for cost in costs)
    peak = max(cost.peak_bytes for cost in costs) / 2**20
    seconds = median(cost.seconds for cost in costs)
    return [way.name, f"{seconds:.1f}", f"{cpu_seconds:.1f}", f"{cpu_seconds / local:.2f}", f"{peak:,.0f}"]


def _tend(way: Way, path: Path) -> Cost:
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "worklog.json"
        command = [sys.executable, "-m", "log_gardener", "tend", str(path), "--state", ":memory:", "--now", NOW]
        command += ["--output", str(output), "--format", "json", *way.list_options()]
        begun = time.perf_counter()
        with start(command, {"LOG_GARDENER_THREADS": str(way.threads)}) as process:
            cpu_seconds, peak_bytes = _watch(psutil.Process(process.pid))
        seconds = time.perf_counter() - begun
        return Cost(seconds, cpu_seconds, peak_bytes, hashlib.sha256(output.read_bytes()).hexdigest())


def _watch(process: psutil.Process) -> tuple[float, int]:
    """Processor seconds of a process and all that it starts, and the peak of the largest, once it has ended."""
    cpu_seconds: dict[psutil.Process, float] = {}
    peak_bytes = 0
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        for one in _list_tree(process):
            try:
                times, memory = one.cpu_times(), one.memory_info()
            except psutil.NoSuchProcess:
                continue
            cpu_seconds[one] = times.user + times.system
            peak_bytes = max(peak_bytes, memory.rss)
        time.sleep(LOOK_SECONDS)
    return sum(cpu_seconds.values()), peak_bytes


def _list_tree(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.many", description="Measure Beam beside the local engine.")
    parser.add_argument("--entries", type=int, default=ENTRIES, help="how many")
    parser.add_argument("--runs", type=int, default=3, help="runs of each measurement")
    streams.add_options(parser)
    page.add_options(parser)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
