"""What would go wrong in silence: a figure in the wrong place, a wrong ratio, a gate that lets all through."""

import json
from pathlib import Path

import pytest

from benchmarks import choices, page
from benchmarks.core import Rounds
from benchmarks.instructions import find_calls, judge
from benchmarks.process import Cost
from benchmarks.scoring import embolden
from benchmarks.speed import CORE, Row, compare
from benchmarks.streams import Stream
from log_gardener._core import Reading, Seen, Tally

MARKED = "above\n<!-- begin: benchmarks/speed.py -->\nold\n<!-- end: benchmarks/speed.py -->\nbelow\n"


def make_row(name: str, *, done: int = 1_000, seconds: float = 1.0, form: str = "ndjson") -> Row:
    return Row(name, 1, Stream(1_000, form), done, 760_000, Cost(seconds, 0, {}))


def test_a_table_replaces_what_is_between_its_markers_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(MARKED, encoding="utf-8")

    page.write(path, "speed", "new")

    assert path.read_text(encoding="utf-8") == MARKED.replace("old", "\nnew\n")


def test_a_page_without_the_markers_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(MARKED, encoding="utf-8")

    with pytest.raises(SystemExit, match=r"benchmarks/volume\.py"):
        page.write(path, "volume", "new")

    assert path.read_text(encoding="utf-8") == MARKED


def test_a_ratio_is_of_entries_a_second() -> None:
    compared = compare([make_row(CORE, seconds=0.5), make_row("Drain3", seconds=20)])

    assert compared == [["core, 1 thread to Drain3, 1 thread", "1,000 entries", "40"]]


def test_a_ratio_to_a_miner_that_was_stopped_is_a_bound() -> None:
    compared = compare([make_row(CORE, seconds=0.5), make_row("Drain3", done=100, seconds=20)])

    assert compared == [["core, 1 thread to Drain3, 1 thread", "1,000 entries", "at least 400"]]


def test_entries_are_not_compared_with_lines() -> None:
    assert compare([make_row(CORE), make_row("Tipping", form="text")]) == []


@pytest.mark.parametrize(("counted", "is_fine"), [(1_000, True), (1_199, True), (1_201, False), (799, True)])
def test_a_fifth_more_instructions_fails(counted: int, is_fine: bool) -> None:  # noqa: FBT001 - a column of a table
    assert judge(counted, 1_000)[0] is is_fine


@pytest.mark.parametrize(("counted", "is_asked"), [(801, False), (799, True)])
def test_a_fifth_fewer_instructions_asks_for_a_lower_record(counted: int, is_asked: bool) -> None:  # noqa: FBT001
    assert ("lower the record" in judge(counted, 1_000)[1]) is is_asked


def test_calls_of_a_profile_are_named_though_a_name_is_spelt_once() -> None:
    profile = ["fn=(1) main", "1 5", "cfn=(2) Intake::read", "calls=1 9", "3 70", "fn=(3) other", "2 1"]
    profile += ["cfn=(2)", "calls=2 9", "4 30"]

    assert list(find_calls(profile)) == [("Intake::read", 70), ("Intake::read", 30)]


def test_the_best_of_a_column_is_bold_and_so_is_its_equal() -> None:
    assert embolden([0.9, 0.94996, 0.95]) == ["0.900", "**0.950**", "**0.950**"]


def test_every_entry_of_every_round_is_a_new_one(tmp_path: Path) -> None:
    lines = [
        b'{"insertId":"%d","timestamp":"2025-09-14T00:00:00Z","textPayload":"x"}\n' % number for number in range(3_000)
    ]
    path = tmp_path / "entries.ndjson"
    path.write_bytes(b"".join(lines))

    tally = Tally()
    with path.open("rb") as file:
        tally.add(Rounds(file, 4), Reading("rounds"), seen=Seen())

    assert (tally.account.entries, tally.account.duplicates) == (4 * len(lines), 0)


def keep_result(folder: Path, candidate: str, throughput: dict[str, object], median_ns: float) -> None:
    kept = folder / "walk" / candidate / "new"
    kept.mkdir(parents=True)
    bench = {"group_id": "walk", "function_id": candidate, "throughput": throughput}
    (kept / "benchmark.json").write_text(json.dumps(bench), encoding="utf-8")
    estimates = {"mean": {"point_estimate": 1.0}, "median": {"point_estimate": median_ns}}
    (kept / "estimates.json").write_text(json.dumps(estimates), encoding="utf-8")


def test_a_candidate_is_told_by_the_median_of_one_element_and_ranked(tmp_path: Path) -> None:
    keep_result(tmp_path, "ours", {"ElementsAndBytes": {"elements": 100, "bytes": 50_000}}, 20_000.0)
    keep_result(tmp_path, "another", {"Elements": 100}, 10_000.0)

    rows = choices.spell(list(choices.find_results(tmp_path))).splitlines()[2:]

    assert rows == ["| walk | another | 100.0 |  | 1.00 |", "| walk | ours | 200.0 | 2,500 | 2.00 |"]


def test_benches_that_left_nothing_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no figures"):
        list(choices.find_results(tmp_path))
