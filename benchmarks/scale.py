"""What does a terabyte cost, how many workers help, and where does it end?

    python -m benchmarks.scale [--runs 3] [--write docs/scale.md]

What can be measured on one machine is measured: counting, tallies by their shapes, those of real splits, identities,
the state. From that a simulation makes days of 1 to 100 TB on 1 to 10,000 workers; what it assumes beside is listed.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import page, redaction, streams
from benchmarks.scaling import limits, measured_tables, simulated_tables
from benchmarks.scaling.day import Assumed
from benchmarks.scaling.measured import SHAPES, measure_all
from benchmarks.streams import Stream

# Of the streams of a service with its requests.
MEGABYTES = 100


def main(arguments: Sequence[str]) -> None:
    """Measure, simulate, and write each table to its place."""
    options = _parse(arguments)
    assumed = Assumed()
    measured = measure_all(list(_find_streams(options)), options.runs, sorted(options.shapes))
    for script, text in (
        *measured_tables.list_blocks(measured),
        *simulated_tables.list_blocks(measured, assumed),
        ("scaling/limits", limits.spell_limits(measured, assumed)),
    ):
        page.publish(options.write, script, text)


def _find_streams(options: argparse.Namespace) -> Iterator[tuple[str, Path, str]]:
    """The name of each, its file, and how its lines are laid out."""
    yield "log entries of ten systems", streams.find_stream(options, Stream(options.entries)), "lines"
    yield "a service's requests, lines and audit records", redaction.find_stream(options, "ndjson"), "lines"
    yield "bare lines of ten systems", streams.find_stream(options, Stream(options.entries, "text")), "text"


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.scale", description="Measure what scales, and simulate the rest.")
    parser.add_argument("--entries", type=int, default=1_000_000, help="of the streams that are split")
    parser.add_argument("--shapes", type=int, nargs="+", default=SHAPES, help="of tallies that are merged")
    parser.add_argument("--runs", type=int, default=3, help="runs of each measurement, of which the least counts")
    parser.set_defaults(megabytes=MEGABYTES)
    streams.add_options(parser)
    page.add_options(parser)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
