"""How far the simulation may be trusted: files through the engines themselves, on this machine."""

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import page
from benchmarks.process import ROOT
from benchmarks.scaling.day import Assumed, Day
from benchmarks.scaling.fleet import Fleet
from benchmarks.scaling.load import Load
from benchmarks.scaling.measured import Measured

GB = 1e9

HERE = Assumed(start_seconds=0.0, open_seconds=0.0, network_rate=1e15, bundles=1)
"""One process has its file in memory, and waits for no network."""

WAYS: Mapping[str, Sequence[str]] = {"one machine's engine": (), "Beam": ("--engine", "beam")}


@dataclass(frozen=True, slots=True)
class Check:
    """Seconds of the processor for a small file and a large one; the start and the end are in both."""

    way: str
    small_seconds: float
    large_seconds: float


@dataclass(frozen=True, slots=True)
class Files:
    """A small file and a large one of the same mix."""

    small: Path
    large: Path

    @property
    def sizes(self) -> tuple[int, int]:
        """Their bytes."""
        return self.small.stat().st_size, self.large.stat().st_size


def measure_checks(python: Path, files: Files, runs: int) -> Iterator[Check]:
    """Tend both files with each engine, in one process; the least of some runs.

    Args:
        python: of an environment with the extra `beam`.
        files: what is read.
        runs: how often.
    """
    with tempfile.TemporaryDirectory() as folder:
        for way, options in WAYS.items():
            command = [str(python), "-m", "log_gardener", "tend", "--state", ":memory:", "--output", folder, *options]
            least = (min(_measure([*command, str(file)]) for _ in range(runs)) for file in (files.small, files.large))
            yield Check(way, *least)


def _measure(command: Sequence[str]) -> float:
    """Seconds of the processor, of the process and all that it has started."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=dict(os.environ))
    if done.returncode:
        sys.exit(f"exit code {done.returncode}: {' '.join(command)}\n{done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def find_expected(measured: Measured, size: int) -> float:
    """The seconds of the processor that the simulation has for one worker and one file."""
    load = Load(size, hours=1, services=1, repeat_share=0.0)
    day = Day(load, measured.find_costs(HERE.network_rate), HERE)
    return sum(phase.busy_seconds for phase in day.run(Fleet(1)).values())


def spell_checks(measured: Measured, checks: Sequence[Check], sizes: tuple[int, int]) -> str:
    """The engines beside the simulation: what a gigabyte more costs, of which the start is no part."""
    expected = Check("the simulation", *(find_expected(measured, size) for size in sizes))
    small, large = sizes
    rates = [(one.large_seconds - one.small_seconds) / (large - small) * GB for one in (*checks, expected)]
    rows = [
        [one.way, f"{one.small_seconds:.1f}", f"{one.large_seconds:.1f}", f"{rate:.1f}", f"{rate / rates[-1]:.2f}"]
        for one, rate in zip((*checks, expected), rates, strict=True)
    ]
    header = ["way", *(f"s for {size / 1e6:,.0f} MB" for size in sizes), "s for a GB more", "times the simulation"]
    said = f"Seconds of the processor, the least of some runs. {page.describe_machine()}"
    return f"{page.spell_table(header, rows)}\n\n{said}"
