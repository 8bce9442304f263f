"""Streams that no grouping can take in: every line is a shape of its own, of letters only.

Run as a program, on Linux, it tallies one, and prints its account and the peak of its memory in KiB:

    python -m tests.laws.hostile LINES THREADS
"""

import io
import json
import re
import sys
from collections.abc import Iterable
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from log_gardener._core import Reading, Seen, Tally

# Hexadecimal digits as letters, so that no mask takes a word for a value.
LETTERS = bytes.maketrans(b"0123456789abcdef", b"ghijklmnopqrstuv")
WORDS = 6
WORD_LETTERS = 8
WARNING_EVERY = 100
LINES_AT_ONCE = 1_000


def make_text(number: int) -> str:
    """Six words, each new."""
    digits = blake2b(b"%d" % number, digest_size=WORDS * WORD_LETTERS // 2).hexdigest()
    letters = digits.encode().translate(LETTERS).decode()
    return " ".join(letters[start : start + WORD_LETTERS] for start in range(0, len(letters), WORD_LETTERS))


def make_line(number: int) -> bytes:
    """An entry; one in a hundred is a warning."""
    severity = "INFO" if number % WARNING_EVERY else "WARNING"
    entry = {
        "insertId": f"id-{number}",
        "severity": severity,
        "timestamp": f"2025-09-14T21:{number // 60 % 60:02}:{number % 60:02}Z",
        "textPayload": make_text(number),
    }
    return json.dumps(entry).encode() + b"\n"


class HostileStream(io.RawIOBase):
    """So many lines, made as they are read."""

    def __init__(self, numbers: Iterable[int]) -> None:
        self._numbers = iter(numbers)
        self._ready = b""

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes."""
        if not self._ready:
            self._ready = b"".join(map(make_line, islice(self._numbers, LINES_AT_ONCE)))
        data, self._ready = self._ready[:size], self._ready[size:]
        return data


def main(lines: int, threads: int) -> None:
    """Tally with identities, as a run does, and generalise."""
    tally = Tally()
    tally.add(HostileStream(range(lines)), Reading("hostile"), seen=Seen(), threads=threads)
    counted = sum(facet.count for template in tally.generalise() for facet in template.facets)
    # Not by getrusage, which tells no less than the peak of whoever started this process.
    found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    peak = int(found[1]) if found else None
    account = tally.account
    print(json.dumps({"entries": account.entries, "overflow": account.overflow, "counted": counted, "peak": peak}))  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
