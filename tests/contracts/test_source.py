"""What every source promises."""

from pathlib import Path

import pytest

from log_gardener.errors import UsageError
from log_gardener.model.coverage import Problem
from log_gardener.ports import Stream
from log_gardener.sources.files import FileSource
from log_gardener.wiring import PLANNED_SCHEMES, make_sources


def name_streams(source: FileSource) -> list[str]:
    return [Path(stream.name).name for stream in source.streams() if isinstance(stream, Stream)]


def test_a_glob_gives_its_files_in_order_of_name(tmp_path: Path) -> None:
    for name in ("b.json", "a.json", "c.txt"):
        (tmp_path / name).write_text("{}")
    (tmp_path / "d.json").mkdir()

    assert name_streams(FileSource(str(tmp_path / "*.json"))) == ["a.json", "b.json"]


def test_the_same_file_has_one_identity_by_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.json").write_text("{}")
    monkeypatch.chdir(tmp_path)

    streams = [next(FileSource(name).streams()) for name in ("a.json", str(tmp_path / "a.json"))]

    assert len({stream.identity for stream in streams if isinstance(stream, Stream)}) == 1


@pytest.mark.parametrize("name", ["missing.json", "missing*.json"])
def test_what_is_not_there_is_a_problem(name: str, tmp_path: Path) -> None:
    (problem,) = FileSource(str(tmp_path / name)).streams()

    assert problem == Problem(str(tmp_path / name), "there is no such file")


def test_a_folder_cannot_even_be_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder"):
        FileSource(str(tmp_path))


@pytest.mark.parametrize("scheme", PLANNED_SCHEMES)
def test_a_source_of_a_later_release_says_what_to_do_now(scheme: str) -> None:
    with pytest.raises(UsageError, match="gcloud logging read"):
        make_sources([f"{scheme}thing"])
