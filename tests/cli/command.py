"""Runs the installed command as a user would."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cli.nursery import Grown, run_child

COMMAND = Path(sys.executable).parent / "log-gardener"
NOW = "2025-09-15T00:00:00Z"


@dataclass(frozen=True)
class Ended:
    """How a run ended. No run may end in a traceback."""

    code: int
    out: bytes
    err: str

    @property
    def json(self) -> Any:
        """What stdout says, as JSON."""
        return json.loads(self.out)


def run(*arguments: object, stdin: bytes | None = None, cwd: Path | None = None, prefix: Sequence[str] = ()) -> Ended:
    """Run `log-gardener` with arguments; the user's own state is out of reach."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("LOG_GARDENER_")}
    environment["XDG_STATE_HOME"] = "/nonexistent"
    words = [*map(str, arguments)]
    if prefix:
        ended = subprocess.run(
            [*prefix, str(COMMAND), *words],
            input=stdin or b"",
            capture_output=True,
            check=False,
            cwd=cwd,
            env=environment,
            timeout=120,
        )
        grown = Grown(ended.returncode, ended.stdout, ended.stderr)
    else:
        grown = run_child(words, stdin or b"", cwd, environment)
    err = grown.err.decode()
    assert "Traceback" not in err, err
    return Ended(grown.code, grown.out, err)


# A program's own peak: what `wait4` tells is never less than the peak of the tests that started it.
_PEAK = """
import re, sys
from pathlib import Path
from log_gardener.cli import main
try:
    main()
finally:
    print(re.search(r"VmHWM:\\s*(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""


def find_peak(*arguments: object) -> int:
    """The largest resident set of a run that prints nothing, in bytes; on Linux."""
    done = subprocess.run(
        [sys.executable, "-c", _PEAK, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return int(done.stdout) * 1024


def tend_json(*arguments: object, stdin: bytes | None = None, state: object = ":memory:") -> Ended:
    """Tend into JSON on stdout, at a fixed time."""
    return run("tend", *arguments, "--state", state, "--output", "-", "--format", "json", "--now", NOW, stdin=stdin)


def entry(number: int, text: str = "the pot is dry", severity: str = "ERROR", **more: object) -> dict[str, Any]:
    """One entry of a small shop, a second after the one before it."""
    return {
        "insertId": f"id-{number}",
        "logName": "projects/p/logs/run.googleapis.com%2Fstderr",
        "resource": {"type": "cloud_run_revision", "labels": {"service_name": "shop", "revision_name": "shop-1"}},
        "severity": severity,
        "timestamp": f"2025-09-14T10:{number // 60:02d}:{number % 60:02d}Z",
        "textPayload": text,
        **more,
    }


def ndjson(entries: Sequence[object]) -> bytes:
    """Entries, one a line."""
    return b"".join(json.dumps(one).encode() + b"\n" for one in entries)
