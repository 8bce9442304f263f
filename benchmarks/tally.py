"""Measure the core: entries and megabytes a second, and memory, by counting threads.

    python benchmarks/tally.py [SOURCE] [--entries 1000000] [--threads 1 2]

Without a SOURCE the sample logs are repeated, each time with new ids, until there are that many
entries. Each measurement runs in a process of its own, so that its peak memory is its own.
"""

import argparse
import gzip
import resource
import subprocess
import sys
import tempfile
import time
from itertools import count
from pathlib import Path

from log_gardener._core import Reading, Seen, Tally

SAMPLE = Path(__file__).parent.parent / "examples" / "shop.json.gz"
ID = b'"insertId":"'

# Linux counts the peak in KiB, macOS in bytes.
PEAK_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024


def main(arguments: list[str]) -> None:
    """Parse, and measure once for every number of threads."""
    options = _parse(arguments)
    if options.one:
        print(measure(options.source, options.threads[0]))
        return
    with tempfile.TemporaryDirectory() as folder:
        source = options.source or write_stream(Path(folder) / "stream.ndjson", options.entries)
        print("threads  seconds  entries/s    MB/s  templates  peak MiB")
        for threads in options.threads:
            subprocess.run([sys.executable, __file__, str(source), "--one", "--threads", str(threads)], check=True)


def measure(source: Path, threads: int) -> str:
    """One row: the source is tallied with duplicates told apart, then generalised."""
    reading, tally = Reading(source.name), Tally()
    start = time.perf_counter()
    tally.add(source, reading, seen=Seen(), threads=threads)
    seconds = time.perf_counter() - start
    templates = len(tally.generalise())
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * PEAK_UNIT_BYTES / 2**20
    rates = f"{tally.account.read / seconds:>9,.0f}  {reading.bytes / seconds / 1e6:>6,.0f}"
    return f"{threads:>7}  {seconds:>7.2f}  {rates}  {templates:>9,}  {peak_mib:>8,.0f}"


def write_stream(path: Path, entries: int) -> Path:
    """Repeat the sample's lines with a round number in front of each id."""
    lines = gzip.decompress(SAMPLE.read_bytes()).splitlines(keepends=True)
    written = 0
    with path.open("wb") as stream:
        for number in count():
            part = lines[: entries - written]
            stream.writelines(line.replace(ID, ID + b"%d-" % number, 1) for line in part)
            written += len(part)
            if written == entries:
                return path
    return path


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the core.")
    parser.add_argument("source", nargs="?", type=Path, help="a file of log entries; default the sample, repeated")
    parser.add_argument("--entries", type=int, default=1_000_000, help="how many, without a source")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="counting threads, one row each")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
