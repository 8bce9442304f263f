"""Does an entry cost the same, and is memory bounded, however many there are?

    python -m benchmarks.volume [--long] [--write docs/performance.md]

The core alone, one counting thread, with and without the identities that tell duplicates: days of
one service, and lines of which no two are alike.
"""

import argparse
import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import page, streams
from benchmarks.process import Cost, measure, warm
from benchmarks.streams import Stream

# Entries, and how often they are read: ten days of a million are ten million.
SHORT = ((10_000, 1), (100_000, 1), (1_000_000, 1))
LONG = ((1_000_000, 10),)

# Hexadecimal digits as letters, so that no mask takes a word for a value.
LETTERS = bytes.maketrans(b"0123456789abcdef", b"ghijklmnopqrstuv")
WORDS = 6
WORD_LETTERS = 8


def main(arguments: Sequence[str]) -> None:
    """Measure every size, and the hostile stream."""
    options = _parse(arguments)
    sizes = (*SHORT, *(LONG if options.long else ()))
    rows = [_measure_days(options, entries, days) for entries, days in sizes if entries <= options.at_most]
    rows.append(_measure_hostile(options))
    columns = ["templates", "µs to count one", "ms to generalise", "peak MiB", "without identities", "overflow"]
    said = f"{page.describe_machine()} {page.describe_runs(options.runs)}"
    page.publish(options.write, "volume", f"{page.spell_table(['entries', *columns], rows)}\n\n{said}")


def _measure_days(options: argparse.Namespace, entries: int, days: int) -> list[str]:
    path = streams.find_stream(options, Stream(entries))
    return _measure(f"{entries * days:,}", entries * days, options.runs, [str(path), "--rounds", str(days)])


def _measure_hostile(options: argparse.Namespace) -> list[str]:
    path = options.folder / f"hostile-{options.at_most}.txt"
    if not path.is_file():
        write_hostile(path, options.at_most)
    warm(path)
    return _measure(f"{options.at_most:,}, each a new shape", options.at_most, options.runs, [str(path), "--text"])


def write_hostile(path: Path, lines: int) -> None:
    """Lines of letters, every word of every line a new one."""
    with path.open("wb") as file:
        for number in range(lines):
            digits = hashlib.blake2b(b"%d" % number, digest_size=WORDS * WORD_LETTERS // 2).hexdigest()
            letters = digits.encode().translate(LETTERS)
            words = (letters[start : start + WORD_LETTERS] for start in range(0, len(letters), WORD_LETTERS))
            file.write(b" ".join(words) + b"\n")


def _measure(name: str, entries: int, runs: int, source: Sequence[str]) -> list[str]:
    command = [sys.executable, "-m", "benchmarks.core", *source]
    cost, light = measure(command, runs), measure([*command, "--forget"], runs)
    if cost.printed["entries"] != entries:
        sys.exit(f"{source[0]} gave {cost.printed['entries']:,} entries, not {entries:,}: delete it, and run again")
    return [name, *spell(cost, light)]


def spell(cost: Cost, light: Cost) -> list[str]:
    """The cells; `light` is without identities."""
    generalise_seconds = cost.printed["generalise_seconds"]
    return [
        f"{cost.printed['templates']:,}",
        f"{(cost.seconds - generalise_seconds) / cost.printed['entries'] * 1e6:.2f}",
        f"{generalise_seconds * 1e3:,.0f}",
        f"{cost.peak_bytes / 2**20:,.0f}",
        f"{light.peak_bytes / 2**20:,.0f}",
        f"{cost.printed['overflow']:,}",
    ]


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.volume", description="Measure few entries and many.")
    parser.add_argument("--long", action="store_true", help="ten million entries, too: minutes")
    parser.add_argument("--at-most", type=int, default=1_000_000, help="longest stream to use")
    parser.add_argument("--runs", type=int, default=3, help="runs of each measurement")
    streams.add_options(parser)
    page.add_options(parser)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
