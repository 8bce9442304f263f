"""Tables in Markdown, and their places in the pages of the documentation."""

import argparse
import datetime as dt
import os
import platform
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path


def add_options(parser: argparse.ArgumentParser) -> None:
    """The option of every script whose figures are published."""
    parser.add_argument("--write", type=Path, metavar="PAGE", help="also put the tables between the markers of a page")


def publish(page: Path | None, script: str, text: str) -> None:
    """Print what was measured, and put it into a page if there is one."""
    print(text)
    if page:
        write(page, script, text)


def write(page: Path, script: str, text: str) -> None:
    """Put a text between the markers of a script, in place of what is there."""
    begin, end = f"<!-- begin: benchmarks/{script}.py -->", f"<!-- end: benchmarks/{script}.py -->"
    before, found, rest = page.read_text(encoding="utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        sys.exit(f"{page} has no place for the tables: it needs the lines {begin} and {end}")
    page.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", encoding="utf-8")


def spell_table(header: Sequence[str], rows: Iterable[Sequence[str]], names: int = 1) -> str:
    """A table whose first columns are names; those of figures are aligned to the right."""
    rule = ["---"] * names + ["---:"] * (len(header) - names)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, rule, *rows))


def describe_machine() -> str:
    """When and where something was measured."""
    today = dt.datetime.now(dt.UTC).date()
    cores = os.cpu_count() or 1
    where = f"{_find_processor()}, {cores} {'core' if cores == 1 else 'cores'}"
    return f"Measured {today} on {where}, {platform.system()}, Python {platform.python_version()}."


def describe_runs(runs: int) -> str:
    """What a figure is of."""
    return f"Times are the median of {runs} runs, peaks the largest of them." if runs > 1 else "Everything ran once."


def _find_processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
