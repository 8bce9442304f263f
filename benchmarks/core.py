"""What the core takes for a stream, without judging and writing.

    python -m benchmarks.core SOURCE [--text] [--threads 2] [--rounds 10] [--forget]

Prints one JSON object. `seconds` are those of counting and of generalising together: with fewer,
there would be no templates.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from io import BufferedReader
from pathlib import Path

from log_gardener._core import Reading, Seen, Tally

# The day on which the streams begin; they are shorter than a day as long as they have at most two
# million entries.
FIRST_DAY = 14
DAY = b"2025-09-%02dT"
LAST_DAY = 30

# About what the core asks for at a time.
CHUNK_BYTES = 256 << 10


class Rounds:
    """A stream read over and over, each round a day later: so many days of one service's logs.

    The core knows an entry by log name, id and time, so every entry of a round is a new one, at
    the price of a search for the date in what was read anyway; a stream of that size would have to
    be made for minutes and kept in gigabytes. What does not grow from round to round is the number
    of distinct shapes: these are the days of a service that says what it said the day before.
    """

    def __init__(self, file: BufferedReader, rounds: int) -> None:
        """Raises: ValueError: the month has no day for so many rounds, or there is none."""
        self._file = file
        self._day = FIRST_DAY
        self._last = FIRST_DAY + rounds - 1
        self._rest = memoryview(b"")
        if not FIRST_DAY <= self._last <= LAST_DAY:
            msg = f"1 to {LAST_DAY - FIRST_DAY + 1} rounds, not {rounds}"
            raise ValueError(msg)

    def read(self, size: int, /) -> bytes:
        """The next bytes, at most `size`."""
        if not self._rest:
            self._rest = memoryview(self._read_lines())
        part, self._rest = self._rest[:size], self._rest[size:]
        return bytes(part)

    def _read_lines(self) -> bytes:
        """Whole lines, so that no date is cut in two."""
        lines = self._file.read(CHUNK_BYTES) + self._file.readline()
        if not lines and self._day < self._last:
            self._day += 1
            self._file.seek(0)
            return self._read_lines()
        return lines.replace(DAY % FIRST_DAY, DAY % self._day)


def main(arguments: Sequence[str]) -> None:
    """Measure once, and print."""
    options = _parse(arguments)
    reading = Reading(options.source.name, input="text" if options.text else "auto")
    tally, seen = Tally(), None if options.forget else Seen()
    with options.source.open("rb") as file:
        source = Rounds(file, options.rounds) if options.rounds else options.source
        start = time.perf_counter()
        tally.add(source, reading, seen=seen, threads=options.threads)
        counted = time.perf_counter()
        templates = len(tally.generalise())
        end = time.perf_counter()
    account = tally.account
    result = {"entries": account.entries, "overflow": account.overflow, "templates": templates}
    times = {"seconds": end - start, "generalise_seconds": end - counted}
    print(json.dumps({**result, **times, "bytes": reading.bytes}))


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.core", description="Measure the core.")
    parser.add_argument("source", type=Path, help="a file of log entries")
    parser.add_argument("--text", action="store_true", help="one entry a line")
    parser.add_argument("--threads", type=int, default=1, help="counting threads")
    parser.add_argument("--rounds", type=int, default=0, help="read a stream so often, each time as another day")
    parser.add_argument("--forget", action="store_true", help="keep no identities: count what comes twice twice")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
