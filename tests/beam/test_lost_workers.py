"""A worker that is killed in the middle of a bundle changes nothing of what is found."""

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import pytest

from log_gardener import flow, wiring
from log_gardener.config import Settings
from log_gardener.engines.beam.engine import BeamEngine
from log_gardener.engines.beam.running import ATTEMPTS
from log_gardener.engines.local import LocalEngine
from log_gardener.errors import EngineError
from log_gardener.model.coverage import Problem
from log_gardener.ports import Engine, Portable, Request, Silence, Stream
from log_gardener.renderers.json_worklog import JsonRenderer
from log_gardener.sources.files import FileSource
from tests.beam.sameness import FORKED, NOW
from tests.beam.test_same_answer import unpack

LOG = Path(__file__).parents[2] / "examples" / "shop.json.gz"
LEAF_BYTES = 50_000


@dataclass(frozen=True)
class DeadlyPlace:
    """Kills the process that reads it in its middle, a number of times."""

    place: Portable
    folder: Path
    times: int
    is_divisible: bool = True

    def open(self, start: int = 0) -> BinaryIO:
        if start and len(list(self.folder.iterdir())) < self.times:
            (self.folder / str(os.getpid())).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return self.place.open(start)


class DeadlySource(FileSource):
    """A file that kills."""

    def __init__(self, path: Path, folder: Path, times: int) -> None:
        super().__init__(str(path))
        self._folder = folder
        self._times = times

    def streams(self, request: Request, cursor: int | None = None) -> Iterator[Stream | Problem]:
        for stream in super().streams(request, cursor):
            assert isinstance(stream, Stream)
            assert stream.portable is not None
            yield replace(stream, portable=DeadlyPlace(stream.portable, self._folder, self._times))


def tend(engine: Engine, source: FileSource, state: Path) -> str:
    parts = wiring.assemble(Settings(state=str(state)), [source], Silence(), lambda: NOW, engine=engine)
    return JsonRenderer().render(flow.ingest(parts, Request()))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "entries.json"
    path.write_bytes(unpack(LOG))
    return path


@pytest.fixture
def graves(tmp_path: Path) -> Path:
    folder = tmp_path / "graves"
    folder.mkdir()
    return folder


def test_a_killed_worker_changes_nothing(log: Path, graves: Path, tmp_path: Path) -> None:
    found = tend(BeamEngine(FORKED, LEAF_BYTES), DeadlySource(log, graves, 1), tmp_path / "beam.db")

    assert len(list(graves.iterdir())) == 1
    assert found == tend(LocalEngine(2), FileSource(str(log)), tmp_path / "local.db")


def test_workers_that_are_killed_again_and_again_end_the_run_and_nothing_is_remembered(
    log: Path, graves: Path, tmp_path: Path
) -> None:
    with pytest.raises(EngineError, match=f"workers were killed, {ATTEMPTS} times in a row"):
        tend(BeamEngine(FORKED, LEAF_BYTES), DeadlySource(log, graves, 99), tmp_path / "beam.db")

    state = wiring.make_store(Settings(state=str(tmp_path / "beam.db")))
    assert state.list_issues() == []
    assert state.recall().identities == ()
