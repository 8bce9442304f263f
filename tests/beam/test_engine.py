"""What the engine refuses, what it tells of what it could not read, and what it leaves behind."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from log_gardener import flow, wiring
from log_gardener.config import Settings
from log_gardener.engines.beam.engine import BeamEngine
from log_gardener.engines.local import LocalEngine
from log_gardener.errors import UsageError
from log_gardener.model.worklog import Worklog
from log_gardener.ports import Engine, Observer, Progress, Request, Silence
from tests.beam.sameness import NOW, tend

LINE = b'{"insertId": "%d", "timestamp": "2025-09-14T10:00:00Z", "severity": "ERROR", "textPayload": "no pot left"}\n'


def run(engine: Engine, *sources: str, observer: Observer | None = None, state: str = ":memory:") -> Worklog:
    settings = Settings(state=state)
    named = wiring.make_sources(sources, settings, lambda: NOW)
    parts = wiring.assemble(settings, named, observer or Silence(), lambda: NOW, engine=engine)
    return flow.ingest(parts, Request())


def write(path: Path, count: int, first: int = 0) -> Path:
    path.write_bytes(b"".join(LINE % number for number in range(first, first + count)))
    return path


def test_an_option_that_beam_does_not_know_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(UsageError, match="knows no option temp_locaton; do you mean temp_location"):
        BeamEngine({"temp_locaton": "gs://b/t"})


def test_a_value_that_beam_does_not_take_is_refused() -> None:
    with pytest.raises(UsageError, match="Apache Beam refuses"):
        BeamEngine({"direct_num_workers": "many"})


def test_workers_on_other_machines_need_a_folder() -> None:
    with pytest.raises(UsageError, match="temp_location=gs://"):
        BeamEngine({"runner": "DataflowRunner", "project": "p", "region": "r"})


def test_what_only_this_machine_can_read_is_refused() -> None:
    with pytest.raises(UsageError, match=r"standard input can be read on this machine only: leave out --engine beam"):
        run(BeamEngine({}), "-")


def test_rows_of_single_entries_are_refused(tmp_path: Path) -> None:
    log = write(tmp_path / "a.json", 1)
    settings = Settings(state=":memory:")
    sources = wiring.make_sources([str(log)], settings, lambda: NOW)
    parts = wiring.assemble(settings, sources, Silence(), lambda: NOW, engine=BeamEngine({}))

    with pytest.raises(UsageError, match="leave out --engine beam"):
        flow.assign(parts, Request(), tmp_path / "rows.csv")


def test_a_file_that_is_not_there_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    log = write(tmp_path / "a.json", 3)
    named = [str(tmp_path / "none.json"), str(log)]

    assert run(BeamEngine({}), *named) == run(LocalEngine(1), *named)


def test_a_file_that_goes_away_before_a_worker_reads_it_is_told(tmp_path: Path) -> None:
    log = write(tmp_path / "a.json", 3)
    gone = write(tmp_path / "b.json", 2, 9)

    class Remover(Silence):
        @contextmanager
        def follow(self, name: str, find_progress: object) -> Iterator[None]:
            del name, find_progress
            gone.unlink()
            yield

    worklog = run(BeamEngine({}), str(log), str(gone), observer=Remover())

    assert worklog.coverage.entries == 3
    (problem,) = worklog.coverage.problems
    assert problem.source == str(gone)
    assert problem.reason == "No such file or directory"


def test_nothing_to_read_is_a_worklog_that_says_so(tmp_path: Path) -> None:
    named = [str(tmp_path / "none.json")]

    assert run(BeamEngine({}), *named) == run(LocalEngine(1), *named)


def test_its_progress_is_in_parts_and_ends_with_all_of_them(tmp_path: Path) -> None:
    log = write(tmp_path / "a.json", 2_000)
    told: list[Progress] = []

    class Listener(Silence):
        @contextmanager
        def follow(self, name: str, find_progress: object) -> Iterator[None]:
            assert name == "1 stream"
            assert callable(find_progress)
            told.append(find_progress())
            yield
            told.append(find_progress())

    run(BeamEngine({}, 12_500), str(log), observer=Listener())

    assert told[0] == Progress(0.0, "0 of 5 parts")
    assert told[1] == Progress(1.0, "5 of 5 parts")


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    log = write(tmp_path / "a.json", 10)

    run(BeamEngine({}), str(log))
    run(BeamEngine({"temp_location": str(tmp_path / "shared")}), str(log))

    assert not list(temporary.glob("log-gardener-*"))
    assert list((tmp_path / "shared").iterdir()) == []


def test_a_run_on_many_machines_is_repeated_on_one(tmp_path: Path) -> None:
    log = write(tmp_path / "a.json", 500)
    state = tmp_path / "garden.db"
    first = tend(BeamEngine({}), [log], state)
    settings = Settings(state=str(state))
    parts = wiring.assemble(settings, wiring.make_sources([str(log)], settings, lambda: NOW), Silence(), lambda: NOW)

    again = flow.repeat(parts, 1)

    assert again.coverage.entries == 500
    assert again.clusters[0].id in first.documents
