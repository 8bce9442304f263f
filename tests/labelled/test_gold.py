"""What the labelled logs must give, scored by the project's own scorer. Skipped where the data is not there."""

import csv
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import run

SHARED = Path(__file__).parents[3] / "shared"
SETS = ("seed", "crash_loop")

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="no ../shared with labelled logs beside the project")


@pytest.fixture(scope="module", params=SETS)
def gold(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A set's name, and the folder with what the commands made of it."""
    folder = tmp_path_factory.mktemp(request.param)
    entries = SHARED / "data" / "gcp" / request.param / "entries.jsonl"
    run("assign", entries, "--output", folder / "rows.csv")
    run("tend", entries, "--state", ":memory:", "--output", folder / "worklog.json")
    return request.param, folder


def read_worklog(folder: Path) -> Any:
    return json.loads((folder / "worklog.json").read_text())


def test_every_issue_is_found_and_nothing_else(gold: tuple[str, Path]) -> None:
    name, folder = gold
    scorer, truth = SHARED / "bench" / "score_clusters.py", SHARED / "data" / "gcp" / name
    command: list[str | Path] = [sys.executable, scorer, truth, folder / "rows.csv", folder / "worklog.json"]
    printed = subprocess.run(command, capture_output=True, check=True)

    score = json.loads(printed.stdout)

    assert (score["issue_f1"], score["priority_exact"], score["noise_leak"]) == (1.0, 1.0, 0.0)
    assert score["bcubed_f1"] >= 0.97


def test_a_worklog_of_the_seed_has_its_four_clusters(gold: tuple[str, Path]) -> None:
    name, folder = gold
    if name != "seed":
        pytest.skip("said of the seed")
    clusters = read_worklog(folder)["clusters"]

    assert [(one["priority"], one["frequency"], one["count"]) for one in clusters] == [
        ("P1", "high", 12),
        ("P2", "medium", 7),
        ("P3", "medium", 6),
        ("P3", "very high", 56),
    ]
    assert sorted(place["line"] for place in clusters[3]["locations"]) == [118, 137]
    assert any("demo-user-001" in line for line in clusters[3]["analysis"])
    assert any("main_" in line for line in clusters[0]["analysis"])


def find_numbers(value: object) -> Iterator[str]:
    """Every text of a JSON value."""
    if isinstance(value, dict):
        for member in value.values():
            yield from find_numbers(member)
    elif isinstance(value, list):
        for member in value:
            yield from find_numbers(member)
    elif isinstance(value, str):
        yield value


def test_nothing_is_invented(gold: tuple[str, Path]) -> None:
    name, folder = gold
    raw = (SHARED / "data" / "gcp" / name / "entries.jsonl").read_text()
    entries = {json.loads(line)["insertId"]: json.loads(line) for line in raw.splitlines()}
    texts = "\n".join(text for one in entries.values() for text in find_numbers(one))
    worklog = read_worklog(folder)

    for cluster in worklog["clusters"]:
        for shown in cluster["exemplars"]:
            assert shown["entry"]["timestamp"] == entries[shown["insertId"]]["timestamp"]
        for revision in cluster["revisions"]:
            assert revision["name"] in texts
        for place in cluster["locations"]:
            assert (place["file"] or place["module"]) in texts
            assert place["line"] is None or re.search(rf"\b{place['line']}\b", texts)
        for entity in cluster["entities"]:
            assert all(value in texts for value in entity["values"])


def test_parts_sum_to_totals(gold: tuple[str, Path]) -> None:
    _, folder = gold
    worklog = read_worklog(folder)
    rows = list(csv.DictReader((folder / "rows.csv").read_text().splitlines()))

    counted = {cluster["id"]: cluster["count"] for cluster in worklog["clusters"]}
    assert sum(counted.values()) + worklog["other"]["entries"] == worklog["coverage"]["entries"] == len(rows)
    assert sum(worklog["severities"].values()) == len(rows)
    for issue, count in counted.items():
        assert sum(row["cluster_id"] == issue for row in rows) == count
    for cluster in worklog["clusters"]:
        assert sum(template["count"] for template in cluster["templates"]) == cluster["count"]
        assert sum(revision["count"] for revision in cluster["revisions"]) == cluster["count"]
        assert sum(reason["points"] for reason in cluster["reasons"]) == cluster["score"]
