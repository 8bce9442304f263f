"""What every source promises."""

from pathlib import Path

import pytest

from log_gardener.config import Settings
from log_gardener.errors import UsageError
from log_gardener.model.coverage import Problem
from log_gardener.ports import Request, Stream
from log_gardener.sources.files import FileSource
from log_gardener.wiring import make_sources, tell_time


def name_streams(source: FileSource) -> list[str]:
    return [Path(stream.name).name for stream in source.streams(Request()) if isinstance(stream, Stream)]


def test_a_glob_gives_its_files_in_order_of_name(tmp_path: Path) -> None:
    for name in ("b.json", "a.json", "c.txt"):
        (tmp_path / name).write_text("{}")
    (tmp_path / "d.json").mkdir()

    assert name_streams(FileSource(str(tmp_path / "*.json"))) == ["a.json", "b.json"]


def test_the_same_file_has_one_identity_by_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.json").write_text("{}")
    monkeypatch.chdir(tmp_path)

    streams = [next(FileSource(name).streams(Request())) for name in ("a.json", str(tmp_path / "a.json"))]

    assert len({stream.identity for stream in streams if isinstance(stream, Stream)}) == 1


@pytest.mark.parametrize("name", ["missing.json", "missing*.json"])
def test_what_is_not_there_is_a_problem(name: str, tmp_path: Path) -> None:
    (problem,) = FileSource(str(tmp_path / name)).streams(Request())

    assert problem == Problem(str(tmp_path / name), "there is no such file")


def test_a_folder_cannot_even_be_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder"):
        FileSource(str(tmp_path))


def test_a_scheme_that_there_is_not_is_told_with_those_that_there_are() -> None:
    with pytest.raises(UsageError, match="logging://"):
        make_sources(["s3://bucket/logs"], Settings(), tell_time)


def test_what_follows_a_file_reads_it_again_only_when_it_has_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("{}")
    source = FileSource(str(path))
    following = Request(is_following=True)

    seen = [len(list(source.streams(following))) for _ in range(2)]
    path.write_text("{}\n{}")

    assert [*seen, len(list(source.streams(following)))] == [1, 0, 1]
