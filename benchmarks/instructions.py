"""Does the core need more instructions than it did? Fails if it needs a fifth more.

    python -m benchmarks.instructions [--record] [--write docs/performance.md]

Counts instructions, not time: the same program on the same input needs the same number on a busy
machine, to within a few in a thousand. valgrind counts them, some fifty times slower than the
machine runs them. The record is `benchmarks/instructions.json`; `--record` writes it. `--write` puts
into a page what each step needs.
"""

import argparse
import gzip
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import count, islice
from pathlib import Path

from benchmarks import page
from benchmarks.process import ROOT, build_example

RECORD = Path(__file__).with_suffix(".json")
SAMPLE = ROOT / "examples" / "shop.json.gz"
SOURCE = ROOT / "target" / "instructions.ndjson"
PROFILE = ROOT / "target" / "instructions.callgrind"

# More than the sample has, so that its shapes come again, with ids of their own.
ENTRIES = 20_000
ID = b'"insertId":"'

# What the core does with entries, one after the other: the function of each step.
STEPS = {
    "bring blocks of bytes": "Framer::read",
    "cut them into records": "Block::records",
    "read entries": "Intake::read",
    "tell those that were counted": "Intake::meet",
    "keep lines of traces aside": "Intake::set_aside",
    "mask them to shapes": "Intake::shape",
    "find their records": "Intake::find",
    "count": "Intake::count",
    "make templates": "Tally>::generalise",
}

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
    page.publish(options.write, "instructions", describe_steps(counted))
    if options.record:
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


def describe_steps(counted: int) -> str:
    """A table: the instructions that an entry needs in each step."""
    calls = list(find_calls(PROFILE.read_text(encoding="utf-8").splitlines()))
    needs = {step: sum(need for name, need in calls if name.endswith(function)) for step, function in STEPS.items()}
    if unknown := [STEPS[step] for step, need in needs.items() if not need]:
        sys.exit(f"the profile knows no call of {', '.join(unknown)}: STEPS is out of date")
    needs["all else"] = counted - sum(needs.values())
    rows = [[step, f"{need / ENTRIES:,.0f}", f"{need / counted:.0%}"] for step, need in needs.items()]
    rows.append(["together", f"{counted / ENTRIES:,.0f}", "100%"])
    return page.spell_table(["step", "instructions an entry", "share"], rows)


def find_calls(lines: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Every call of the profile: the function's name, and the instructions in it and below.

    The format is in valgrind's manual, "Callgrind Format Specification": a name is spelt once, with
    a number that stands for it from then on.
    """
    names: dict[str, str] = {}
    callee, is_call = "", False
    for line in lines:
        if found := re.match(r"c?fn=(\(\d+\))(?: (.*))?", line):
            names.setdefault(found[1], found[2] or "")
            callee = found[1] if line.startswith("c") else callee
        elif is_call:
            yield names[callee], int(line.split()[1])
        is_call = line.startswith("calls=")


def repeat_sample() -> Iterator[bytes]:
    """The sample's entries without end, with the number of the round in front of each id."""
    lines = dict.fromkeys(gzip.decompress(SAMPLE.read_bytes()).splitlines(keepends=True))
    for number in count():
        for line in lines:
            yield line.replace(ID, ID + b"%d-" % number, 1)


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.instructions", description="Count the core's instructions.")
    parser.add_argument("--record", action="store_true", help="keep the count as what later ones are compared with")
    page.add_options(parser)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
