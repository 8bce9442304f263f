"""Which parser, which hash, which way to mask: the core's choices beside what else there is.

    python -m benchmarks.choices [--seconds 2] [--write docs/performance.md]

Runs the Criterion benches of `crates/gardener-bench`, which give every candidate the same entries
and see that all find the same, and reads the medians that Criterion leaves under `target/criterion`.
"""

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import page
from benchmarks.process import ROOT

BENCHES = ("parser", "hash", "mask")
TARGET = ROOT / "target"
RESULTS = TARGET / "criterion"


@dataclass(frozen=True)
class Measured:
    """The median of one candidate at one task; `each` is of one entry, key or text."""

    task: str
    candidate: str
    each_ns: float
    megabytes_per_second: float | None


def main(arguments: Sequence[str]) -> None:
    """Measure, and spell a table: the fastest of a task comes first."""
    options = _parse(arguments)
    shutil.rmtree(RESULTS, ignore_errors=True)
    _run(options.seconds)
    table = spell(list(find_results(RESULTS)))
    page.publish(options.write, "choices", f"{table}\n\n{page.describe_machine()}")


def find_results(folder: Path) -> Iterator[Measured]:
    """Everything that Criterion kept in a folder; exits if there is nothing."""
    paths = sorted(folder.glob("*/*/new/benchmark.json"))
    if not paths:
        sys.exit(f"Criterion left no figures in {folder}")
    for path in paths:
        bench = json.loads(path.read_text(encoding="utf-8"))
        estimates = json.loads(path.with_name("estimates.json").read_text(encoding="utf-8"))
        median_ns = estimates["median"]["point_estimate"]
        elements, size = _find_handled(bench["throughput"])
        rate = size / median_ns * 1e3 if size else None
        yield Measured(bench["group_id"], bench["function_id"], median_ns / elements, rate)


def spell(results: Sequence[Measured]) -> str:
    """A table in the order of tasks; the slower ones are compared with the fastest."""
    rows = []
    for task in sorted({one.task for one in results}):
        ranked = sorted((one for one in results if one.task == task), key=lambda one: one.each_ns)
        for one in ranked:
            rate = f"{one.megabytes_per_second:,.0f}" if one.megabytes_per_second else ""
            times = f"{one.each_ns / ranked[0].each_ns:.2f}"
            rows.append([task, one.candidate, f"{one.each_ns:,.1f}", rate, times])
    return page.spell_table(["task", "candidate", "ns each", "MB/s", "times the fastest"], rows, names=2)


def _find_handled(throughput: Mapping[str, Any]) -> tuple[int, int | None]:
    """How many elements a round handles, and how many bytes if the bench tells."""
    both = throughput.get("ElementsAndBytes")
    return (both["elements"], both["bytes"]) if both else (throughput["Elements"], None)


def _run(seconds: float) -> None:
    benches = [word for bench in BENCHES for word in ("--bench", bench)]
    own = ["--quiet", "--noplot", "--warm-up-time", "0.5", "--measurement-time", f"{seconds:g}"]
    command = ["cargo", "bench", "--quiet", "--package", "gardener-bench", "--target-dir", str(TARGET), *benches]
    if subprocess.run([*command, "--", *own], cwd=ROOT, check=False).returncode:
        sys.exit("the benches of crates/gardener-bench failed: what they say is above")


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.choices", description="Measure the core's choices.")
    parser.add_argument("--seconds", type=float, default=2, help="how long each candidate is measured")
    page.add_options(parser)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
