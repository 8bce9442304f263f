"""Leaves of streams as bytes, and entries of as many distinct shapes as wanted."""

import hashlib
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.volume import LETTERS, WORD_LETTERS
from log_gardener._core import LEAF_BYTES

SEED = 11
START_SECONDS = 1_757_808_000
HOUR_SECONDS = 3_600
SERVICES = 40
SEVERITIES = ("INFO", "INFO", "INFO", "WARNING", "ERROR")
LOG_NAME = "projects/demo/logs/run.googleapis.com%2Fstderr"


def read_leaves(path: Path) -> Iterator[bytes]:
    """The lines that begin in each leaf."""
    with path.open("rb") as file:
        while leaf := file.read(LEAF_BYTES - file.tell() % LEAF_BYTES):
            yield leaf + (b"" if leaf.endswith(b"\n") else file.readline())


def make_entries(shapes: int, times: int) -> bytes:
    """Log entries of an hour, each shape so often, with fresh numbers; no two shapes have a word in common."""
    draw = random.Random(SEED)
    made = [_make_entry(number, draw) for number in range(shapes)]
    lines = []
    for turn in range(times):
        for number, (words, entry) in enumerate(made):
            second = (turn * shapes + number) * 7 % HOUR_SECONDS
            message = f"{words} took {draw.randrange(10**4)} ms for user {draw.randrange(10**6)}"
            moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(START_SECONDS + second))
            fresh = {"insertId": f"{number}-{turn}", "timestamp": moment, "jsonPayload": {"message": message}}
            lines.append(json.dumps(entry | fresh))
    return ("\n".join(lines) + "\n").encode()


def _make_entry(number: int, draw: random.Random) -> tuple[str, dict[str, object]]:
    """Words that no other has, and what stands around them."""
    digits = hashlib.blake2b(b"%d" % number, digest_size=2 * WORD_LETTERS).hexdigest().encode()
    letters = digits.translate(LETTERS).decode()
    words = " ".join(letters[start : start + WORD_LETTERS] for start in range(0, len(letters), WORD_LETTERS))
    service = f"service-{number % SERVICES}"
    labels = {"service_name": service, "revision_name": f"{service}-00001", "location": "europe-west1"}
    return words, {
        "logName": LOG_NAME,
        "severity": SEVERITIES[number % len(SEVERITIES)],
        "labels": {"instanceId": f"{draw.getrandbits(256):064x}"},
        "resource": {"type": "cloud_run_revision", "labels": labels},
    }
