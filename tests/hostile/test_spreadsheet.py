"""In a spreadsheet, text of logs is text: the rows that `assign` writes hold no formula."""

import csv
import json
import re
from pathlib import Path

import pytest

from log_gardener.renderers.escaping import CSV, make_inert
from tests.cli.command import ndjson, run
from tests.hostile.corpus import mutate, read_corpus, read_texts
from tests.unit.entries import entry

TEXTS = [*read_texts("spreadsheet", "terminal", "json"), *mutate(read_texts("spreadsheet"), 600, seed=17)]
# = @ + - as wide as a letter of Chinese.
FULL_WIDTH = "\uff1d\uff20\uff0b\uff0d"
HEADER = ["insertId", "template_id", "template", "cluster_id"]


def is_calculated(cell: str) -> bool:
    """Whether a spreadsheet may take a cell for a formula: by its first sign behind blanks, in either width."""
    if cell[:1] in {"\t", "\r"}:
        return True
    begun = cell.lstrip()
    if begun[:1] in {"=", "@", *FULL_WIDTH}:
        return True
    # Of what begins so, an id or a number calculates nothing that was not there.
    return begun[:1] in {"+", "-"} and re.search(r"[^A-Za-z0-9_.:~/-]", begun[1:]) is not None


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    folder = tmp_path_factory.mktemp("spreadsheet")
    entries = [
        {**entry(text, service=text, seconds=number), "insertId": text if number % 2 else f"{text}{number}"}
        for number, text in enumerate(TEXTS)
    ]
    (folder / "log.json").write_bytes("".join(json.dumps(one) + "\n" for one in entries).encode())
    ended = run("assign", folder / "log.json", "--output", folder / "rows.csv")
    assert ended.code == 0, ended.err
    with (folder / "rows.csv").open(encoding="utf-8", newline="") as written:
        return list(csv.reader(written, strict=True))


def test_every_row_has_its_cells_and_no_more(rows: list[list[str]]) -> None:
    assert rows[0] == HEADER
    assert {len(row) for row in rows} == {len(HEADER)}


def test_no_cell_is_calculated(rows: list[list[str]]) -> None:
    assert [cell for row in rows for cell in row if is_calculated(cell)] == []


def test_the_core_writes_what_the_table_says(rows: list[list[str]]) -> None:
    cells = {cell for row in rows for cell in row}

    assert [
        cell for cell in cells if make_inert(cell.removeprefix("'"), CSV) not in {cell, cell.removeprefix("'")}
    ] == []


@pytest.mark.parametrize("text", [one.text for one in read_corpus("spreadsheet") if one.tries == "nothing"])
def test_ids_and_numbers_stay_as_they_are(text: str, tmp_path: Path) -> None:
    (tmp_path / "log.json").write_bytes(ndjson([{**entry("the pot is dry"), "insertId": text}]))

    run("assign", tmp_path / "log.json", "--output", tmp_path / "rows.csv")

    assert (tmp_path / "rows.csv").read_text(encoding="utf-8").splitlines()[1].split(",")[0] == text


@pytest.mark.parametrize("text", [one.text for one in read_corpus("spreadsheet") if one.tries == "be calculated"])
def test_a_formula_is_guarded_once_and_reads_on(text: str) -> None:
    assert is_calculated(text) == (make_inert(text, CSV) != text)
    assert make_inert(text, CSV).removeprefix("'") == text
    assert not is_calculated(make_inert(text, CSV))
