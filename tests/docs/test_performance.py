import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, ROOT, find_rows

SCRIPT = ROOT / "benchmarks" / "whole.py"


def measure(*options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, str(SCRIPT), *options], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("entries", ["200,000", "1,000,000"])
@pytest.mark.parametrize("threads", ["1", "2"])
def test_the_page_shows_what_the_benchmark_measures(entries: str, threads: str) -> None:
    measured = [row for row in find_rows(DOCS / "performance.md") if row[:3] == ["log-gardener tend", threads, entries]]

    assert len(measured) == 1


def test_a_benchmark_without_its_stream_says_which_option_helps(tmp_path: Path) -> None:
    done = measure("--folder", str(tmp_path), "--make-stream", str(tmp_path / "make_stream.py"))

    assert done.returncode == 1
    assert "--make-stream" in done.stderr
    assert "Traceback" not in done.stderr
