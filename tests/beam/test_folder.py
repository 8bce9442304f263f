"""What a run keeps for its workers and from them: the same on a disk and in a bucket."""

from pathlib import Path

import pytest

from log_gardener.engines.beam.folder import Folder
from log_gardener.engines.beam.stretch import Told
from log_gardener.model.coverage import Problem
from log_gardener.model.issue import Memory

TIMELESS = -(2**63)
MEMORY = Memory((), ((TIMELESS, b"12345678"), (488_290, b"abcdefgh12345678")), None, closed_hours=(5, 3))


@pytest.fixture
def folder(place: str) -> Folder:
    return Folder(f"{place}/run")


def test_what_is_kept_is_found_again(folder: Folder) -> None:
    told = [Told((1, 0), "d1"), Told((0, 0), "", Problem("a.log", "permission denied")), Told((0, 0), "d0")]
    folder.write_memory(MEMORY)
    folder.write_part("0.0", b"part")
    folder.write_tally("timely", b"whole")
    folder.write_news((488_290, 3), b"abcdefgh")
    folder.write_news((488_290, 1), b"12345678")
    folder.write_news((TIMELESS, 0), b"87654321")
    folder.write_told(told)
    folder.write_failure("no memory")
    folder.mark((0, 0))
    folder.mark((0, 4))
    folder.mark((0, 4))

    assert sorted(folder.read_identities()) == sorted(MEMORY.identities)
    assert folder.read_closed_hours() == [3, 5]
    assert folder.read_part("0.0") == b"part"
    assert folder.read_tally("timely") == b"whole"
    assert folder.read_tally("late") is None
    assert folder.read_news() == {488_290: [b"12345678", b"abcdefgh"], TIMELESS: [b"87654321"]}
    assert sorted(folder.read_told(), key=repr) == sorted(told, key=repr)
    assert folder.read_failure() == "no memory"
    assert folder.count_marks() == 2


def test_an_empty_folder_has_nothing(folder: Folder) -> None:
    folder.mark((0, 0))

    assert folder.read_told() == []
    assert folder.read_news() == {}
    assert folder.read_tally("timely") is None
    assert folder.read_failure() == ""


# Of a bucket all objects are deleted in one request, which the fake does not know.
def test_nothing_stays_on_a_disk(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path / "run"))
    folder.write_memory(MEMORY)
    folder.mark((0, 0))

    folder.remove()

    assert list(tmp_path.iterdir()) == []
