"""Whatever the order, the repeats and the accidents: the state is that of one run over the same entries."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from log_gardener import flow
from log_gardener.engines.beam.streaming.shelf import Pane, Shelf
from log_gardener.engines.beam.streaming.terms import Terms
from log_gardener.errors import EngineError
from log_gardener.model.issue import Run
from tests.beam.streams import (
    BEGUN,
    FOLLOWING,
    PRISM,
    TERMS,
    Sent,
    assemble,
    commit,
    count_panes,
    look,
    make_sent,
    tend_locally,
)

ENTRIES = 90


class CrashError(Exception):
    """This process dies."""


@pytest.fixture(scope="module")
def sent() -> Sequence[Sent]:
    return make_sent(ENTRIES, 1)


@pytest.fixture(scope="module")
def counted(sent: Sequence[Sent], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The panes of what was sent, counted once for all tests."""
    shelf = Shelf(str(tmp_path_factory.mktemp("counted")))
    count_panes(sent, shelf)
    return take_files(shelf)


@pytest.fixture
def shelf(counted: dict[str, bytes], tmp_path: Path) -> Shelf:
    """The panes of what was sent, on a shelf of the test's own."""
    shelf = Shelf(str(tmp_path / "shelf"))
    Path(shelf.path).mkdir()
    put_files(shelf, counted)
    return shelf


def take_files(shelf: Shelf) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path(shelf.path).iterdir()}


def put_files(shelf: Shelf, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (Path(shelf.path) / name).write_bytes(content)


@pytest.mark.parametrize(("seed", "most_panes"), [(0, 1), (2, 5), (3, 256)])
def test_the_state_is_that_of_one_run_over_the_same_entries(tmp_path: Path, seed: int, most_panes: int) -> None:
    sent, shelf = make_sent(ENTRIES, seed), Shelf(str(tmp_path / "shelf"))
    count_panes(sent, shelf)

    worklogs = commit(shelf, tmp_path / "beam.db", most_panes=most_panes)

    assert look(tmp_path / "beam.db") == look(tend_locally(sent, tmp_path))
    assert sum(worklog.coverage.entries for worklog in worklogs) == ENTRIES
    assert not list(Path(shelf.path).iterdir())


@pytest.mark.skipif(not PRISM["prism_location"], reason="PRISM names no program of Beam's runner")
def test_another_runner_that_collects_what_is_late_by_the_clock_has_the_same_state(tmp_path: Path) -> None:
    sent, shelf = make_sent(ENTRIES, 4), Shelf(str(tmp_path / "shelf"))
    count_panes(sent, shelf, replace(TERMS, patience_seconds=30), runner=PRISM)

    commit(shelf, tmp_path / "beam.db")

    assert look(tmp_path / "beam.db") == look(tend_locally(sent, tmp_path))


@settings(max_examples=5, deadline=None)
@given(
    seed=st.integers(0, 999),
    bundle=st.integers(1, 40),
    window=st.sampled_from([7, 60, 300, 3_600]),
    lateness=st.sampled_from([1, 600, 86_400]),
    slots=st.integers(1, 5),
)
def test_however_it_is_cut_the_state_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, seed: int, bundle: int, window: int, lateness: int, slots: int
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    sent, shelf = make_sent(40, seed), Shelf(str(folder / "shelf"))
    count_panes(sent, shelf, Terms(window, lateness, slots, 0), bundle=bundle)

    commit(shelf, folder / "beam.db")

    assert look(folder / "beam.db") == look(tend_locally(sent, folder))


@pytest.mark.parametrize("seed", range(3))
def test_panes_may_be_committed_in_any_order(sent: Sequence[Sent], shelf: Shelf, tmp_path: Path, seed: int) -> None:
    files = list(take_files(shelf).items())
    Random(seed).shuffle(files)
    other = Shelf(str(tmp_path / "other"))
    Path(other.path).mkdir()

    for name, content in files:
        put_files(other, {name: content})
        commit(other, tmp_path / "beam.db")

    assert look(tmp_path / "beam.db") == look(tend_locally(sent, tmp_path))


def test_panes_that_are_there_again_add_nothing(sent: Sequence[Sent], shelf: Shelf, tmp_path: Path) -> None:
    files = take_files(shelf)
    commit(shelf, tmp_path / "beam.db")
    before = look(tmp_path / "beam.db")
    put_files(shelf, files)

    worklogs = commit(shelf, tmp_path / "beam.db", most_panes=3)

    assert look(tmp_path / "beam.db") == before == look(tend_locally(sent, tmp_path))
    assert sum(worklog.coverage.entries for worklog in worklogs) == 0
    assert not list(Path(shelf.path).iterdir())


def test_a_pane_that_was_committed_and_not_taken_away_is_committed_once(
    sent: Sequence[Sent], shelf: Shelf, tmp_path: Path
) -> None:
    class Stuck(Shelf):
        def remove(self, panes: Sequence[Pane]) -> None:
            raise CrashError(panes)

    source, parts = assemble(Stuck(shelf.path), tmp_path / "beam.db", most_panes=4)
    assert source.choose()
    with pytest.raises(CrashError):
        flow.ingest(parts, FOLLOWING)
    assert look(tmp_path / "beam.db").issues

    commit(shelf, tmp_path / "beam.db")

    assert look(tmp_path / "beam.db") == look(tend_locally(sent, tmp_path))


def test_a_pane_that_was_written_and_not_committed_is_committed_later(
    sent: Sequence[Sent], shelf: Shelf, tmp_path: Path
) -> None:
    source, parts = assemble(shelf, tmp_path / "beam.db", most_panes=4)

    def die(run: Run) -> int:
        raise CrashError(run)

    parts.store.commit = die  # type: ignore[method-assign]
    assert source.choose()
    with pytest.raises(CrashError):
        flow.ingest(parts, FOLLOWING)
    assert not look(tmp_path / "beam.db").issues

    commit(shelf, tmp_path / "beam.db")

    assert look(tmp_path / "beam.db") == look(tend_locally(sent, tmp_path))


@pytest.mark.parametrize("days", [-2, 0, 400])
def test_entries_of_any_hour_are_known_again(sent: Sequence[Sent], shelf: Shelf, tmp_path: Path, days: int) -> None:
    """By a clock that is days behind the entries, and by one that is more than a year ahead of them."""
    now, files = datetime.fromtimestamp(BEGUN, UTC) + timedelta(days=days), take_files(shelf)
    commit(shelf, tmp_path / "beam.db", now=now)
    before = look(tmp_path / "beam.db")
    put_files(shelf, files)

    assert sum(one.coverage.entries for one in commit(shelf, tmp_path / "beam.db", now=now)) == 0

    assert look(tmp_path / "beam.db") == before == look(tend_locally(sent, tmp_path))


def test_entries_without_any_time_are_known_again(tmp_path: Path) -> None:
    data = b'{"insertId": "a", "severity": "ERROR", "textPayload": "no pot left"}'
    shelf = Shelf(str(tmp_path / "shelf"))
    count_panes([Sent(data, BEGUN, {}), Sent(data, BEGUN + 900, {})], shelf)

    worklogs = commit(shelf, tmp_path / "beam.db", most_panes=1)

    assert [one.coverage.entries for one in worklogs] == [1, 0]


def test_a_damaged_pane_is_told_and_stays(shelf: Shelf, tmp_path: Path) -> None:
    pane = shelf.list_panes()[0]
    path = Path(shelf.path) / pane.name
    content = bytearray(path.read_bytes())
    content[content.index(b"\n") + 40] ^= 1
    path.write_bytes(content)

    with pytest.raises(EngineError, match=f"the pane {pane.name} is damaged"):
        commit(shelf, tmp_path / "beam.db")

    assert path.exists()


def test_what_somebody_else_has_put_there_is_left_alone(sent: Sequence[Sent], shelf: Shelf, tmp_path: Path) -> None:
    stranger = Path(shelf.path) / "notes.of.a.person.pane"
    stranger.write_bytes(b"hello\n")

    commit(shelf, tmp_path / "beam.db")

    assert look(tmp_path / "beam.db") == look(tend_locally(sent, tmp_path))
    assert stranger.exists()


def test_two_that_commit_the_same_panes_count_them_once(sent: Sequence[Sent], shelf: Shelf, tmp_path: Path) -> None:
    first, parts = assemble(shelf, tmp_path / "beam.db")
    second, others = assemble(shelf, tmp_path / "beam.db")
    assert first.choose()
    assert second.choose()

    flow.ingest(parts, FOLLOWING)
    worklog = flow.ingest(others, FOLLOWING)

    assert worklog.coverage.entries == 0
    assert not worklog.coverage.problems
    assert look(tmp_path / "beam.db") == look(tend_locally(sent, tmp_path))


def test_a_pane_that_is_counted_again_is_the_same_file(sent: Sequence[Sent], shelf: Shelf, tmp_path: Path) -> None:
    before = take_files(shelf)
    again = Shelf(str(tmp_path / "again"))

    count_panes(sent, again)

    assert take_files(again) == before


def test_a_job_that_begins_anew_over_the_same_messages_adds_nothing(
    sent: Sequence[Sent], shelf: Shelf, tmp_path: Path
) -> None:
    commit(shelf, tmp_path / "beam.db", most_panes=8)
    count_panes(sent, shelf, bundle=3, run="b")

    commit(shelf, tmp_path / "beam.db")

    assert look(tmp_path / "beam.db") == look(tend_locally(sent, tmp_path))


def test_jobs_of_which_one_took_over_from_the_other_lose_nothing(sent: Sequence[Sent], tmp_path: Path) -> None:
    shelf = Shelf(str(tmp_path / "shelf"))
    count_panes(sent[:70], shelf, run="a")
    count_panes(sent[40:], shelf, run="b")

    commit(shelf, tmp_path / "beam.db")

    assert look(tmp_path / "beam.db") == look(tend_locally(sent, tmp_path))


def test_what_a_run_of_this_machine_has_counted_is_not_counted_again(
    sent: Sequence[Sent], shelf: Shelf, tmp_path: Path
) -> None:
    half = tmp_path / "half"
    half.mkdir()
    state = tend_locally(sent[::2], half)

    worklogs = commit(shelf, state, most_panes=7)

    assert look(state) == look(tend_locally(sent, tmp_path))
    assert 0 < sum(worklog.coverage.entries for worklog in worklogs) < ENTRIES


def test_a_pane_that_is_not_whole_yet_is_left_until_it_is(sent: Sequence[Sent], shelf: Shelf, tmp_path: Path) -> None:
    files = take_files(shelf)
    cut = {name: content[: len(content) * at // len(files)] for at, (name, content) in enumerate(files.items())}
    put_files(shelf, cut)

    assert commit(shelf, tmp_path / "beam.db") == []
    assert take_files(shelf) == cut

    put_files(shelf, files)
    commit(shelf, tmp_path / "beam.db")
    assert look(tmp_path / "beam.db") == look(tend_locally(sent, tmp_path))


def test_panes_of_the_earliest_windows_come_first_and_a_slice_takes_no_more_than_it_may(
    shelf: Shelf, tmp_path: Path
) -> None:
    source, _ = assemble(shelf, tmp_path / "beam.db", most_panes=4)

    assert source.choose()

    starts = [pane.start for pane, _ in source.chosen]
    assert starts == sorted(pane.start for pane in shelf.list_panes())[:4]
    assert source.find_progress().note == f"4 panes, {len(shelf.list_panes()) - 4} more wait"
