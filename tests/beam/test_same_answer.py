"""This machine, Beam in this process, and Beam in several processes say the same, to the byte."""

import gzip
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from log_gardener.engines.beam.engine import BeamEngine
from log_gardener.engines.local import LocalEngine
from tests.beam.sameness import FORKED, Run, tend
from tests.laws.strategies import Entry, batches, texts, to_json_lines

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"
LOGS = [
    ROOT / "examples" / "shop.json.gz",
    *sorted(SHARED.glob("gcp/*/entries.json*")),
    *sorted(SHARED.glob("traces/*.jsonl")),
]
LEAF_BYTES = 12_500


def name_log(path: Path) -> str:
    return path.parent.name if path.stem == "entries" else path.stem.partition(".")[0]


def unpack(log: Path) -> bytes:
    content = log.read_bytes()
    return gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content


def scatter(content: bytes, folder: Path, seed: int) -> list[Path]:
    """The lines of a log over files, some of them in two files: in disorder, one of the files packed."""
    chance = random.Random(seed)
    lines = content.splitlines(keepends=True)
    files: list[list[bytes]] = [[] for _ in range(4)]
    for line in lines:
        whole = line if line.endswith(b"\n") else line + b"\n"
        chance.choice(files).append(whole)
        if chance.random() < 0.02:
            chance.choice(files).append(whole)
    paths = [folder / f"{number}.json" for number in range(len(files))]
    for number, (path, file) in enumerate(zip(paths, files, strict=True)):
        joined = b"".join(file)
        path.write_bytes(joined if number else gzip.compress(joined))
    chance.shuffle(paths)
    return paths


@pytest.fixture(scope="module", params=LOGS, ids=name_log)
def log(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


def test_a_log_cut_into_parts_has_the_same_worklog(log: Path, tmp_path: Path) -> None:
    whole = tmp_path / "entries.json"
    whole.write_bytes(unpack(log))

    assert tend(BeamEngine({}, LEAF_BYTES), [whole]) == tend(LocalEngine(2), [whole])


@pytest.mark.parametrize("seed", range(3))
def test_a_log_scattered_over_files_with_repeats_has_the_same_worklog(log: Path, tmp_path: Path, seed: int) -> None:
    paths = scatter(unpack(log), tmp_path, seed)

    assert tend(BeamEngine({}, LEAF_BYTES), paths) == tend(LocalEngine(2), paths)


def test_several_processes_have_the_same_worklog(log: Path, tmp_path: Path) -> None:
    paths = scatter(unpack(log), tmp_path, 7)

    assert tend(BeamEngine(FORKED, LEAF_BYTES), paths) == tend(LocalEngine(2), paths)


def test_a_second_run_knows_what_the_first_has_counted(log: Path, tmp_path: Path) -> None:
    content = unpack(log)
    lines = content.splitlines(keepends=True)
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    first.write_bytes(b"".join(lines[: len(lines) * 2 // 3]))
    second.write_bytes(b"".join(lines[len(lines) // 3 :]))

    def tend_both(engine: BeamEngine | LocalEngine, state: str) -> Sequence[Run]:
        return [tend(engine, [path], tmp_path / state) for path in (first, second)]

    assert tend_both(BeamEngine({}, LEAF_BYTES), "beam.db") == tend_both(LocalEngine(2), "local.db")


@settings(max_examples=12)
@given(entries=batches(30), leaf=st.integers(20, 2_000), seed=st.integers(0, 9))
def test_any_entries_cut_anywhere_have_the_same_worklog(
    tmp_path_factory: pytest.TempPathFactory, entries: list[Entry], leaf: int, seed: int
) -> None:
    paths = scatter(to_json_lines(entries), tmp_path_factory.mktemp("any"), seed)

    assert tend(BeamEngine({}, leaf), paths) == tend(LocalEngine(2), paths)


@settings(max_examples=12)
@given(lines=st.lists(texts(), max_size=30), leaf=st.integers(5, 300))
def test_any_plain_lines_cut_anywhere_have_the_same_worklog(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], leaf: int
) -> None:
    paths = [tmp_path_factory.mktemp("plain") / "plain.log"]
    paths[0].write_text("\n".join(lines), "utf-8", newline="")

    assert tend(BeamEngine({}, leaf), paths) == tend(LocalEngine(2), paths)
