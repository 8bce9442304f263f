"""What it costs to count every entry once when many machines read: eight bytes an entry, brought together by hour."""

import sqlite3
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.scaling.day import IDENTITY_BYTES
from benchmarks.scaling.resident import measure_known
from benchmarks.scaling.timing import measure_least, measure_peak
from log_gardener._core import Seen
from log_gardener.engines.beam.repeats import SLOTS, find_repeats, split
from log_gardener.engines.beam.stretch import Met

STRETCH_ENTRIES = 350_000
"""About as many entries of 760 bytes as a stretch holds."""

SEED = 3
HOUR = 488_280


@dataclass(frozen=True, slots=True)
class Identities:
    """Of one identity.

    Attributes:
        split_seconds: to deal it out to its slot.
        repeats_seconds: to find it among those of its slot.
        repeats_bytes: at the peak of that.
        unite_seconds: to bring it into order on the driver.
        unite_bytes: at the peak of that, with what it is made of.
        keep_seconds: to write it to an SQLite file.
        recall_seconds: for a worker to learn it, where an earlier run has counted it.
        recall_bytes: that it takes from then on.
        longest_bytes: of the identities of an hour that SQLite keeps for one run.
    """

    split_seconds: float
    repeats_seconds: float
    repeats_bytes: float
    unite_seconds: float
    unite_bytes: float
    keep_seconds: float
    recall_seconds: float
    recall_bytes: float
    longest_bytes: int


def measure_identities(count: int, runs: int) -> Identities:
    """Bring so many together as one slot of an hour."""
    drawn = np.random.default_rng(SEED).integers(0, 2**64, count, dtype=np.uint64)
    stretch = np.sort(drawn[:STRETCH_ENTRIES]).tobytes()
    pieces = [np.sort(piece).tobytes() for piece in np.array_split(drawn, count * SLOTS // STRETCH_ENTRIES)]
    met = [Met((0, number), fresh=piece) for number, piece in enumerate(pieces)]
    finding, _ = measure_least(lambda: find_repeats(met), runs)
    uniting, _ = measure_least(lambda: unite(pieces), runs)
    keeping, longest = _measure_keeping(b"".join(pieces), runs)
    splitting, _ = measure_least(lambda: [*split(stretch)], runs)
    recalling, _ = measure_least(lambda: Seen().recall(HOUR, stretch), runs)
    return Identities(
        splitting / len(stretch) * IDENTITY_BYTES,
        finding / count,
        measure_peak(lambda: find_repeats(met)) / count,
        uniting / count,
        # The pieces stay until all hours are in order.
        measure_peak(lambda: unite(pieces)) / count + IDENTITY_BYTES,
        keeping / count,
        recalling / len(stretch) * IDENTITY_BYTES,
        measure_known(count),
        longest,
    )


def unite(pieces: list[bytes]) -> bytes:
    """Those of an hour in order, as the driver brings them: what it does to the slots that workers have written."""
    return np.sort(np.concatenate([np.frombuffer(piece, "<u8") for piece in pieces])).tobytes()


def _measure_keeping(identities: bytes, runs: int) -> tuple[float, int]:
    """Seconds to write a blob to a file, and the longest that there may be."""
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(Path(folder) / "state.db")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE identities (run_id INTEGER, hour INTEGER, hashes BLOB)")
        seconds, _ = measure_least(partial(_keep, connection, identities), runs)
        longest = connection.getlimit(sqlite3.SQLITE_LIMIT_LENGTH)
        connection.close()
    return seconds, longest


def _keep(connection: sqlite3.Connection, identities: bytes) -> None:
    with connection:
        connection.execute("INSERT INTO identities VALUES (?, ?, ?)", (1, HOUR, identities))
