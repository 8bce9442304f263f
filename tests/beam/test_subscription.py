"""The whole way: a subscription of the official emulator, `watch --engine beam`, a state."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from log_gardener import wiring
from log_gardener.config import Settings
from tests.contracts.emulator import serve_emulator
from tests.contracts.subscriptions import Topic, make_bodies, make_topic
from tests.waiting import wait_until

ENTRIES = 300


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with serve_emulator() as endpoint:
        yield endpoint


def start(topic: Topic, folder: Path) -> subprocess.Popen[str]:
    """Watch a topic's subscription with the runner of this machine."""
    config = folder / "garden.toml"
    config.write_text(f'[pubsub]\nendpoint = "{topic.endpoint}"\n[beam]\nwindow = "1m"\nslots = "2"\n')
    command = [sys.executable, "-m", "log_gardener", "watch", topic.address, "--engine", "beam", "--every", "1s"]
    command += ["--beam", f"temp_location={folder}", "--state", str(folder / "garden.db"), "--config", str(config)]
    with (folder / "slices.json").open("w") as slices:
        return subprocess.Popen([*command, "--json"], stdout=slices, stderr=subprocess.PIPE, text=True, cwd=folder)


def count(folder: Path) -> int:
    """How many entries of issues a state has."""
    state = folder / "garden.db"
    return (
        sum(one.count for one in wiring.make_store(Settings(state=str(state))).list_issues()) if state.exists() else 0
    )


def test_what_is_published_is_in_the_state_once(endpoint: str, tmp_path: Path) -> None:
    topic = make_topic(endpoint)
    topic.publish(make_bodies(range(ENTRIES)))
    process = start(topic, tmp_path)
    try:
        wait_until(lambda: count(tmp_path) >= ENTRIES)
        # Delivered twice, and something new so that there is an end to wait for.
        topic.publish(make_bodies(range(ENTRIES // 2, ENTRIES + 10)))
        wait_until(lambda: count(tmp_path) >= ENTRIES + 10)
    finally:
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)

    assert process.returncode == 0, told
    assert count(tmp_path) == ENTRIES + 10
    slices = (tmp_path / "slices.json").read_text().splitlines()
    assert sum(json.loads(line)["coverage"]["entries"] for line in slices) == ENTRIES + 10
    assert "all of it is remembered" in told
    assert not list(tmp_path.glob("log-gardener-panes-*/*"))
