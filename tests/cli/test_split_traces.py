"""Traces that came as one entry a line: one occurrence of an issue each, and a row for every line."""

import csv
import io
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import entry, ndjson, run, tend_json

BED = """Traceback (most recent call last):
  File "/app/bed.py", line 8, in sow
    seeds.pop()
IndexError: pop from empty list"""

POT = """java.lang.IllegalStateException: no pot
\tat com.shop.Pot.take(Pot.java:42)
\tat com.shop.Web.go(Web.java:10)"""


def split(text: str, instance: str, first: int) -> list[dict[str, Any]]:
    lines = text.split("\n")
    return [entry(first + 2 * at, line, labels={"instanceId": instance}) for at, line in enumerate(lines)]


@pytest.fixture(params=[False, True], ids=["oldest first", "newest first"])
def entries(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    pairs = zip_longest(split(BED, "a", 0), split(POT, "b", 1))
    rows = [row for pair in pairs for row in pair if row]
    return rows[::-1] if request.param else rows


def test_each_trace_is_one_occurrence_of_its_issue(entries: list[dict[str, Any]]) -> None:
    worklog = tend_json("-", stdin=ndjson(entries)).json

    assert sorted(cluster["count"] for cluster in worklog["clusters"]) == [1, 1]
    texts = sorted(template["text"] for cluster in worklog["clusters"] for template in cluster["templates"])
    assert texts == ["IndexError: pop from empty list", "java.lang.IllegalStateException: no pot"]
    assert (worklog["coverage"]["entries"], worklog["coverage"]["joined"], worklog["coverage"]["read"]) == (2, 5, 7)


def test_every_line_has_the_row_of_its_trace(entries: list[dict[str, Any]], tmp_path: Path) -> None:
    (tmp_path / "logs.json").write_bytes(ndjson(entries))

    ended = run("assign", tmp_path / "logs.json", "--output", tmp_path / "rows.csv")

    rows = list(csv.DictReader(io.StringIO((tmp_path / "rows.csv").read_text())))
    assert (ended.code, len(rows), len({row["cluster_id"] for row in rows})) == (0, 7, 2)
    assert {row["insertId"] for row in rows if row["template"].startswith("IndexError")} == {
        "id-0",
        "id-2",
        "id-4",
        "id-6",
    }


def test_the_document_says_how_many_lines_were_joined(entries: list[dict[str, Any]]) -> None:
    ended = run("tend", "-", "--state", ":memory:", "--output", "-", stdin=ndjson(entries))

    assert "lines joined to traces" in ended.out.decode()
    assert "5 lines joined to them" in ended.err
