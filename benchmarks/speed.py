"""How fast is it, beside other miners and beside reading alone, in one run on one machine?

    python -m benchmarks.speed [--runs 3] [--write docs/performance.md]

Log entries for the core, for `log-gardener tend` as its users run it, for Drain3 and for the JSON
parser alone; bare lines for the core and Tipping.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import page, streams
from benchmarks.process import ROOT, Cost, build_example, measure
from benchmarks.scoring import DRAIN3, TIPPING
from benchmarks.streams import Stream

THREADS = (1, 2)
CORE = "core"
TEND = "log-gardener tend"
WALK = "JSON parser alone"

UNITS = {"ndjson": "entries", "text": "lines"}

_PYTHON = (sys.executable, "-m")


@dataclass(frozen=True)
class Row:
    """A line of a table.

    Attributes:
        entries: those of the stream.
        done: those that were read; fewer if the time was up.
    """

    name: str
    threads: int
    stream: Stream
    done: int
    size_bytes: int
    cost: Cost

    @property
    def rate(self) -> float:
        """Entries a second; of a miner that was stopped, more than it would make to the end."""
        return self.done / self.cost.seconds

    @property
    def is_cut(self) -> bool:
        """Whether the time was up before the end. Drain3 slows down, so its rate is then a bound."""
        return self.done < self.stream.lines

    def spell(self) -> list[str]:
        """The cells."""
        of = f"first {self.done:,} of " if self.is_cut else ""
        bound = "at most " if self.is_cut else ""
        megabytes = self.size_bytes / self.stream.lines * self.rate / 1e6
        return [
            self.name,
            f"{self.threads}",
            f"{of}{self.stream.lines:,}",
            f"{self.cost.seconds:.2f}",
            f"{bound}{self.rate:,.0f}",
            f"{bound}{megabytes:,.0f}",
            f"{self.cost.peak_bytes / 2**20:,.0f}",
        ]


def main(arguments: Sequence[str]) -> None:
    """Measure everything, and compare."""
    options = _parse(arguments)
    rows: list[Row] = []
    for entries in sorted(options.entries):
        rows += _measure_entries(options, Stream(entries))
    lines = list(_measure_lines(options, Stream(min(options.entries), "text")))
    header = ["entries", "threads", "how many", "seconds", "entries/s", "MB/s", "peak MiB"]
    tables = [
        page.spell_table(["log entries", *header[1:]], [row.spell() for row in rows]),
        page.spell_table(["bare lines", *header[1:]], [row.spell() for row in lines]),
        page.spell_table(["compared", "how many", "times"], compare([*rows, *lines])),
    ]
    said = f"{page.describe_machine()} {page.describe_runs(options.runs)}"
    page.publish(options.write, "speed", "\n\n".join([*tables, said]))


def _measure_entries(options: argparse.Namespace, stream: Stream) -> Iterator[Row]:
    path = streams.find_stream(options, stream)
    if (ROOT / "crates" / "gardener-core" / "examples" / "walk.rs").is_file():
        yield _make_row(WALK, 1, stream, path, measure([str(build_example("walk")), str(path)], options.runs))
    for threads in THREADS:
        command = [*_PYTHON, "benchmarks.core", str(path), "--threads", str(threads)]
        yield _make_row(CORE, threads, stream, path, measure(command, options.runs))
    for threads in THREADS:
        yield _make_row(TEND, threads, stream, path, _measure_tend(path, threads, options.runs))
    yield _make_row(DRAIN3, 1, stream, path, _measure_peer(options, "drain3", path, {}))


def _measure_lines(options: argparse.Namespace, stream: Stream) -> Iterator[Row]:
    path = streams.find_stream(options, stream)
    for threads in THREADS:
        command = [*_PYTHON, "benchmarks.core", str(path), "--text", "--threads", str(threads)]
        yield _make_row(CORE, threads, stream, path, measure(command, options.runs))
    for threads in THREADS:
        environment = {"RAYON_NUM_THREADS": str(threads)}
        yield _make_row(TIPPING, threads, stream, path, _measure_peer(options, "tipping", path, environment))


def _measure_tend(path: Path, threads: int, runs: int) -> Cost:
    with tempfile.TemporaryDirectory() as folder:
        worklog = Path(folder) / "worklog.json"
        command = [*_PYTHON, "log_gardener", "tend", str(path), "--state", ":memory:", "--output", str(worklog)]
        cost = measure(command, runs, {"LOG_GARDENER_THREADS": str(threads)})
        counted = json.loads(worklog.read_text(encoding="utf-8"))["coverage"]["entries"]
    return Cost(cost.seconds, cost.peak_bytes, {"entries": counted})


def _measure_peer(options: argparse.Namespace, miner: str, path: Path, environment: dict[str, str]) -> Cost:
    command = [*_PYTHON, "benchmarks.peers", miner, str(path), "--scripts", str(options.scripts)]
    command += ["--limit", str(options.limit)]
    cost = measure(command, 1, environment)
    # What ran into its limit would do so again.
    return cost if cost.printed["is_cut"] or options.runs == 1 else measure(command, options.runs, environment)


def _make_row(name: str, threads: int, stream: Stream, path: Path, cost: Cost) -> Row:
    done = int(cost.printed["entries"])
    if done != stream.lines and not cost.printed.get("is_cut", False):
        sys.exit(f"{path} should hold {stream.lines:,} entries, but {done:,} were counted: delete it, and run again")
    return Row(name, threads, stream, done, path.stat().st_size, cost)


# A row of the last table: what goes above the line, what below, each with its threads.
COMPARED = (
    ((CORE, 1), (DRAIN3, 1)),
    ((CORE, 1), (TIPPING, 1)),
    ((CORE, 2), (TIPPING, 2)),
    ((WALK, 1), (CORE, 1)),
    ((CORE, 2), (CORE, 1)),
    ((TEND, 2), (TEND, 1)),
)


def compare(rows: Sequence[Row]) -> list[list[str]]:
    """How many times as many entries a second; like is compared with like only."""
    found = {(row.stream, row.name, row.threads): row for row in rows}
    return [
        [f"{_spell(above)} to {_spell(below)}", f"{stream.lines:,} {UNITS[stream.form]}", _spell_ratio(one, other)]
        for above, below in COMPARED
        for stream in dict.fromkeys(row.stream for row in rows)
        if (one := found.get((stream, *above))) and (other := found.get((stream, *below)))
    ]


def _spell(what: tuple[str, int]) -> str:
    name, threads = what
    return f"{name}, {threads} {'thread' if threads == 1 else 'threads'}"


def _spell_ratio(one: Row, other: Row) -> str:
    ratio = one.rate / other.rate
    return f"{'at least ' if other.is_cut else ''}{ratio:,.{0 if ratio >= 10 else 2}f}"  # noqa: PLR2004 - two figures


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.speed", description="Measure entries a second and memory.")
    parser.add_argument("--entries", type=int, nargs="+", default=[200_000, 1_000_000], help="how many")
    parser.add_argument("--runs", type=int, default=3, help="runs of each measurement")
    parser.add_argument("--limit", type=float, default=180, help="seconds after which Drain3 is stopped")
    streams.add_options(parser)
    page.add_options(parser)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
