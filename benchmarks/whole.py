"""Measure the whole product: files in, worklog out, and a peer that only groups.

    python benchmarks/whole.py [--write docs/performance.md]

Runs `log-gardener tend` as its users do, in a process of its own, on labelled streams of 200,000
and 1,000,000 entries, with one and with two counting threads, and Drain3 on the smaller stream if
it is installed (`pip install drain3 orjson`, or `--peer-python` of another environment). Prints a
Markdown table; `--write` puts it between the markers of a page. Streams that are not there are
made by `make_stream.py`, which is not part of this repository.
"""

import argparse
import datetime as dt
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
BENCH = ROOT.parent / "shared" / "bench"
STREAMS = {200_000: "s200k.ndjson", 1_000_000: "s1m.ndjson"}
THREADS = (1, 2)

BEGIN = "<!-- begin: benchmarks/whole.py -->"
END = "<!-- end: benchmarks/whole.py -->"

# Linux counts the peak in KiB, macOS in bytes.
PEAK_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Cost:
    """What one process took."""

    seconds: float
    peak_bytes: int


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    name: str
    threads: int
    entries: int
    size_bytes: int
    cost: Cost

    def spell(self) -> list[str]:
        """The cells."""
        seconds = self.cost.seconds
        return [
            self.name,
            f"{self.threads}",
            f"{self.entries:,}",
            f"{seconds:.2f}",
            f"{self.entries / seconds:,.0f}",
            f"{self.size_bytes / seconds / 1e6:,.0f}",
            f"{self.cost.peak_bytes / 2**20:,.0f}",
        ]


def main(arguments: Sequence[str]) -> None:
    """Make what is missing, measure, print, and write."""
    options = _parse(arguments)
    streams = {entries: _find_stream(options, entries) for entries in STREAMS}
    rows = [
        _measure_tend(streams[entries], entries, threads, options.runs) for entries in STREAMS for threads in THREADS
    ]
    rows += _measure_peer(options, streams[min(STREAMS)], min(STREAMS))
    table = _spell_table(rows, options.runs)
    print(table)
    if options.write:
        _write(options.write, table)


def _find_stream(options: argparse.Namespace, entries: int) -> Path:
    path: Path = options.folder / STREAMS[entries]
    if path.is_file():
        return path
    if not options.make_stream.is_file():
        sys.exit(
            f"{path} is not there, and neither is {options.make_stream}, which would make it. "
            "Name the script with --make-stream, or the folder of the streams with --folder."
        )
    # Under another name until it is whole, so that a run that was stopped leaves no short stream.
    part = path.with_suffix(".part")
    subprocess.run([sys.executable, options.make_stream, part, str(entries)], check=True, stdout=sys.stderr)
    part.rename(path)
    part.with_name(part.name + ".truth.csv").unlink(missing_ok=True)
    return path


def _measure_tend(stream: Path, entries: int, threads: int, runs: int) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        worklog = Path(folder) / "worklog.json"
        command = [sys.executable, "-m", "log_gardener", "tend", str(stream), "--state", ":memory:"]
        command += ["--output", str(worklog)]
        cost = _measure(command, runs, {"LOG_GARDENER_THREADS": str(threads)})
        counted = json.loads(worklog.read_text(encoding="utf-8"))["coverage"]["entries"]
    if counted != entries:
        sys.exit(f"{stream} should hold {entries:,} entries, but {counted:,} were counted: delete it, and run again")
    return Row("log-gardener tend", threads, entries, stream.stat().st_size, cost)


def _measure_peer(options: argparse.Namespace, stream: Path, entries: int) -> list[Row]:
    script, python = options.make_stream.with_name("peer_drain3.py"), options.peer_python
    probe = [python, "-c", "import drain3, orjson"]
    if not script.is_file() or subprocess.run(probe, check=False, capture_output=True).returncode:
        print(f"no row for Drain3: {python} lacks drain3 or orjson, or there is no {script}", file=sys.stderr)
        return []
    cost = _measure([python, str(script), str(stream)], options.runs)
    return [Row("Drain3 (groups only)", 1, entries, stream.stat().st_size, cost)]


def _measure(command: Sequence[str], runs: int, environment: Mapping[str, str] | None = None) -> Cost:
    """The median time and the largest peak of several runs."""
    costs = [_run(command, environment or {}) for _ in range(runs)]
    return Cost(statistics.median(cost.seconds for cost in costs), max(cost.peak_bytes for cost in costs))


def _run(command: Sequence[str], environment: Mapping[str, str]) -> Cost:
    start = time.perf_counter()
    process = subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"exit code {process.returncode}: {' '.join(command)}")
    return Cost(seconds, usage.ru_maxrss * PEAK_UNIT_BYTES)


def _spell_table(rows: Iterable[Row], runs: int) -> str:
    header = ["", "counting threads", "entries", "seconds", "entries/s", "MB/s", "peak MiB"]
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *(row.spell() for row in rows)]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    today = dt.datetime.now(dt.UTC).date()
    where = f"{_find_processor()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    return f"{table}\n\nMeasured {today} on {where}. Seconds are the median of {runs} runs, peaks the largest of them."


def _find_processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _write(page: Path, table: str) -> None:
    text = page.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        sys.exit(f"{page} has no place for the table: it needs the lines {BEGIN} and {END}")
    page.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", encoding="utf-8")


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the whole product.")
    parser.add_argument("--make-stream", type=Path, default=BENCH / "make_stream.py", help="script that makes a stream")
    parser.add_argument(
        "--folder", type=Path, default=Path(tempfile.gettempdir()), help=f"where {', '.join(STREAMS.values())} are"
    )
    parser.add_argument("--peer-python", default=sys.executable, help="a Python that has drain3 and orjson")
    parser.add_argument("--runs", type=int, default=3, help="runs of each measurement")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="also put the table between the markers of a page")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
