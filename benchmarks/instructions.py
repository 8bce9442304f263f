"""Does the core need more instructions than it did? Fails if it needs a fifth more.

    python -m benchmarks.instructions [--record]

Counts instructions, not time: the same program on the same input needs the same number on a busy
machine, to within a few in a thousand. valgrind counts them, some fifty times slower than the
machine runs them. The record is `benchmarks/instructions.json`; `--record` writes it.
"""

import argparse
import gzip
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import count, islice
from pathlib import Path

from benchmarks.process import ROOT, build_example

RECORD = Path(__file__).with_suffix(".json")
SAMPLE = ROOT / "examples" / "shop.json.gz"
SOURCE = ROOT / "target" / "instructions.ndjson"
PROFILE = ROOT / "target" / "instructions.callgrind"

# More than the sample has, so that its shapes come again, with ids of their own.
ENTRIES = 20_000
ID = b'"insertId":"'

# More than compilers and processors differ by, less than what a slip costs.
TOLERANCE = 0.2


def main(arguments: Sequence[str]) -> None:
    """Count, and compare with the record or make it."""
    options = _parse(arguments)
    if not shutil.which("valgrind"):
        sys.exit("instructions are counted by valgrind, which is not there: apt-get install valgrind")
    counted = count_instructions()
    if options.record:
        RECORD.write_text(json.dumps({"entries": ENTRIES, "instructions": counted}, indent=2) + "\n", encoding="utf-8")
        print(f"recorded {counted:,} instructions for {ENTRIES:,} entries")
        return
    recorded = json.loads(RECORD.read_text(encoding="utf-8"))["instructions"]
    is_fine, verdict = judge(counted, recorded)
    print(verdict, file=sys.stdout if is_fine else sys.stderr)
    if not is_fine:
        sys.exit(1)


def judge(counted: int, recorded: int) -> tuple[bool, str]:
    """Whether the count passes, and what to say."""
    change = counted / recorded - 1
    figures = f"{counted:,} instructions, {change:+.1%} against the record of {recorded:,}"
    if change > TOLERANCE:
        profile = PROFILE.relative_to(ROOT)
        return False, (
            f"{figures}: more than {TOLERANCE:.0%} above. `callgrind_annotate {profile}` tells where they are "
            "spent. If the work is worth them, record them: python -m benchmarks.instructions --record"
        )
    if change < -TOLERANCE:
        return True, f"{figures}: lower the record, to keep it so: python -m benchmarks.instructions --record"
    return True, figures


def count_instructions() -> int:
    """Run the core on the fixed input, and count."""
    program = build_example("tally")
    with SOURCE.open("wb") as file:
        file.writelines(islice(repeat_sample(), ENTRIES))
    command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={PROFILE}", str(program), str(SOURCE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"exit code {done.returncode}: {' '.join(command)}\n{done.stderr}")
    if (read := json.loads(done.stdout)["entries"]) != ENTRIES:
        sys.exit(f"the example counted {read:,} entries instead of {ENTRIES:,}")
    total = re.search(r"^(?:summary|totals): (\d+)", PROFILE.read_text(encoding="utf-8"), re.MULTILINE)
    if not total:
        sys.exit(f"{PROFILE} tells no number of instructions")
    return int(total[1])


def repeat_sample() -> Iterator[bytes]:
    """The sample's entries without end, with the number of the round in front of each id."""
    lines = dict.fromkeys(gzip.decompress(SAMPLE.read_bytes()).splitlines(keepends=True))
    for number in count():
        for line in lines:
            yield line.replace(ID, ID + b"%d-" % number, 1)


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.instructions", description="Count the core's instructions.")
    parser.add_argument("--record", action="store_true", help="keep the count as what later ones are compared with")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
