import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, ROOT, find_rows


def measure(script: str, *options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", f"benchmarks.{script}", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("entries", ["200,000", "1,000,000"])
@pytest.mark.parametrize("threads", ["1", "2"])
@pytest.mark.parametrize("name", ["core", "log-gardener tend"])
def test_the_page_shows_what_the_benchmark_measures(name: str, entries: str, threads: str) -> None:
    measured = [row for row in find_rows(DOCS / "performance.md") if row[:3] == [name, threads, entries]]

    assert measured


@pytest.mark.parametrize("miner", ["log-gardener", "Drain3", "Tipping"])
def test_the_page_of_accuracy_scores_every_miner_on_every_system(miner: str) -> None:
    scored = [row for row in find_rows(DOCS / "accuracy.md") if row[1] == miner]

    # Ten systems and their mean.
    assert len(scored) == 11


@pytest.mark.parametrize("script", ["accuracy", "growth", "speed", "volume"])
def test_a_benchmark_without_its_scripts_says_which_option_helps(script: str, tmp_path: Path) -> None:
    done = measure(script, "--folder", str(tmp_path), "--scripts", str(tmp_path))

    assert done.returncode == 1
    assert "--scripts" in done.stderr
    assert "Traceback" not in done.stderr
