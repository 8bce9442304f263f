"""One thing in the memory of a process of its own, which tells its peak.

    python -m benchmarks.scaling.resident known COUNT | merge SNAPSHOT

Of identities that earlier runs have counted, as every worker holds them; of two tallies and their sum.
"""

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.process import measure
from log_gardener._core import Seen, Tally

PIECE = 100_000
HOUR = 488_280
COMMAND = (sys.executable, "-m", "benchmarks.scaling.resident")


def measure_known(count: int) -> float:
    """Bytes that an identity of an earlier run takes."""
    with_all, without = (_measure_peak("known", str(number)) for number in (count, 0))
    return (with_all - without) / count


def measure_merging(snapshot: Path) -> int:
    """Bytes of a worker at its peak that makes two tallies of a snapshot and merges them."""
    return _measure_peak("merge", str(snapshot))


def _measure_peak(*what: str) -> int:
    # Told from inside: to whoever waits for it, Linux gives at least the peak of the process that started it.
    peak: int = measure([*COMMAND, *what]).printed["peak_bytes"]
    return peak


def main(arguments: Sequence[str]) -> None:
    """Hold it."""
    what, argument = arguments
    if what == "known":
        _know(int(argument))
    else:
        snapshot = Path(argument).read_bytes()
        Tally.from_bytes(snapshot).merge(Tally.from_bytes(snapshot)).to_bytes()
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    print(json.dumps({"peak_bytes": int(peak) * 1024}))


def _know(count: int) -> None:
    seen, draw = Seen(), np.random.default_rng(1)
    for hour in range(count // PIECE):
        seen.recall(HOUR + hour, np.sort(draw.integers(0, 2**64, PIECE, dtype=np.uint64)).tobytes())


if __name__ == "__main__":
    main(sys.argv[1:])
