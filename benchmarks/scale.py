"""What does a terabyte cost, how many workers help, and where does it end?

    python -m benchmarks.scale [--runs 3] [--beam .venv-beam/bin/python] [--write docs/scale.md]

What can be measured on one machine is measured: counting, tallies by their shapes, those of real splits, identities,
the state. From that a simulation makes days of 1 to 100 TB on 1 to 10,000 workers; what it assumes beside is listed.
With `--beam` the engine itself reads the same file, and is held against the simulation.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import page, redaction, streams
from benchmarks.scaling import answer, checking, limits, measured_tables, paying, picture, simulated_tables
from benchmarks.scaling.day import Assumed
from benchmarks.scaling.measured import SHAPES, Measured, measure_all
from benchmarks.streams import Stream

# Of the streams of a service with its requests.
MEGABYTES = 100

# As many times the stream as the engine reads as well, and how often at most.
LONGER = 3
MOST_RUNS = 2

PICTURE = Path("scale") / "workers.svg"


def main(arguments: Sequence[str]) -> None:
    """Measure, simulate, and write each table to its place."""
    options = _parse(arguments)
    assumed = Assumed()
    found = list(_find_streams(options))
    measured = measure_all(found, options.runs, sorted(options.shapes))
    simulated = simulated_tables.simulate(measured, assumed)
    for script, text in (
        *answer.list_blocks(measured, assumed),
        *paying.list_blocks(measured, assumed),
        *measured_tables.list_blocks(measured),
        *simulated_tables.list_blocks(measured, assumed, simulated),
        ("scaling/limits", limits.spell_limits(measured, assumed)),
        *_check(options, measured, found[0][1]),
    ):
        page.publish(options.write, script, text)
    if options.write:
        _draw(options.write.parent / PICTURE, simulated)


def _check(options: argparse.Namespace, measured: Measured, stream: Path) -> Iterator[tuple[str, str]]:
    """The engines themselves, where there is Beam."""
    if options.beam:
        files = checking.Files(stream, streams.find_stream(options, Stream(LONGER * options.entries)))
        checks = list(checking.measure_checks(options.beam, files, min(options.runs, MOST_RUNS)))
        yield "scaling/checking", checking.spell_checks(measured, checks, files.sizes)


def _draw(path: Path, simulated: Sequence[simulated_tables.Simulated]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(picture.draw_lines(picture.find_lines(simulated)), encoding="utf-8")


def _find_streams(options: argparse.Namespace) -> Iterator[tuple[str, Path, str]]:
    """The name of each, its file, and how its lines are laid out."""
    yield "log entries of ten systems", streams.find_stream(options, Stream(options.entries)), "lines"
    yield "a service's requests, lines and audit records", redaction.find_stream(options, "ndjson"), "lines"
    yield "bare lines of ten systems", streams.find_stream(options, Stream(options.entries, "text")), "text"


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.scale", description="Measure what scales, and simulate the rest.")
    parser.add_argument("--entries", type=int, default=1_000_000, help="of the streams that are read")
    parser.add_argument("--shapes", type=int, nargs="+", default=SHAPES, help="of tallies that are merged")
    parser.add_argument("--runs", type=int, default=3, help="runs of each measurement, of which the least counts")
    parser.add_argument("--beam", type=Path, help="the Python of an environment with the extra beam")
    parser.set_defaults(megabytes=MEGABYTES)
    streams.add_options(parser)
    page.add_options(parser)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
