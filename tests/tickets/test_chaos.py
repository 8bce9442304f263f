"""Faults, kills, lags, people and a second gardener, from seeds, over real HTTP: in the end every promise holds.

`LOG_GARDENER_SEEDS=1000` plays a thousand seeds; `LOG_GARDENER_FIRST_SEED=33 LOG_GARDENER_SEEDS=1` one of them again.
"""

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from log_gardener.filing import make_plan
from log_gardener.stores.sql import SqlStore
from tests.fakes.github_kills import Phase
from tests.fakes.github_server import GitHubServer
from tests.tickets.promises import find_breaches
from tests.tickets.stories import Gardener, Story

SEEDS = int(os.environ.get("LOG_GARDENER_SEEDS", "100"))
FIRST = int(os.environ.get("LOG_GARDENER_FIRST_SEED", "0"))

# So many at once, each with a GitHub of its own.
WORKERS = min(4, os.cpu_count() or 1)

ROOT = Path(__file__).parents[2]


def play(seeds: Sequence[int], folder: Path, template: Path) -> list[str]:
    """What was broken in the stories of some seeds, each with its seed."""
    found: list[str] = []
    with GitHubServer() as server:
        for seed in seeds:
            story = Story(seed, server, folder, template)
            story.unfold()
            plans = story.settle()
            found += [f"seed {seed}: {breach}" for breach in find_breaches(story, plans)]
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Of states: in memory where there is such a place, since each step of a story waits for the disk."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of one's own is made in it
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with TemporaryDirectory(dir=memory) as made:
        yield Path(made)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state with its tables and nothing in them, to be copied: making one takes longer than a story."""
    path = tmp_path_factory.mktemp("template") / "garden.db"
    SqlStore(str(path))
    return path


@pytest.mark.slow
def test_whatever_happens_every_promise_holds_when_things_settle(folder: Path, template: Path) -> None:
    shares = [range(FIRST + at, FIRST + SEEDS, WORKERS) for at in range(min(WORKERS, SEEDS))]
    context = multiprocessing.get_context("spawn")

    with ProcessPoolExecutor(len(shares), mp_context=context) as pool:
        futures = [pool.submit(play, share, folder, template) for share in shares]
        found = [breach for future in futures for breach in future.result()]

    assert found == []


def test_reading_for_a_plan_asks_for_nothing_but_to_read(folder: Path, template: Path) -> None:
    with GitHubServer() as server:
        story = Story(3, server, folder, template)
        story.unfold()
        story.settle()
        server.journal.clear()
        story.clock.sleep(86_400)
        story._log()
        parts = story.gardeners[0].open()

        plan = make_plan(parts)

        assert plan.writes > 0
        assert server.journal.methods() == {"GET"}
        assert server.journal.effects() == []


@pytest.fixture
def story(folder: Path, template: Path) -> Iterator[Story]:
    with GitHubServer() as server:
        yield Story(1, server, folder, template)


@pytest.mark.parametrize("at", [8, 10, 12])
@pytest.mark.parametrize("phase", list(Phase))
def test_a_process_that_is_killed_with_signal_9_leaves_nothing_that_the_next_one_does_not_find(
    story: Story, at: int, phase: Phase
) -> None:
    story.server.settle()
    scribe = story.gardens[0]
    scribe.tend([*scribe.fail("pot", 3), *scribe.fail("hose"), *scribe.serve(range(3), "cart")])
    gardener = story.gardeners[0]

    assert kill_at(story, gardener, at, phase) == -signal.SIGKILL
    plans = story.settle()

    assert list(find_breaches(story, plans)) == []
    assert len(story.repository.list_issues()) == 3


def kill_at(story: Story, gardener: Gardener, at: int, phase: Phase) -> int:
    """Let a process of its own file, kill it at a request, and tell how it ended."""
    command = [sys.executable, "-m", "tests.tickets.filer", gardener.state, gardener.token, story.server.url]
    process = subprocess.Popen([*command, story.clock().isoformat()], cwd=ROOT)
    first = story.server.world.number

    def watch(number: int, method: str, target: str, now: Phase) -> None:
        del method, target
        if (number - first, now) == (at, phase):
            process.kill()
            process.wait()

    story.server.on_request = watch
    try:
        return process.wait(timeout=60)
    finally:
        story.server.on_request = None
