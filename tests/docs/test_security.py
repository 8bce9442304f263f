"""The threat model names a test for every promise, and every exit has its promises."""

import ast
import re
from functools import cache

import pytest

from tests.docs.pages import ROOT

PAGE = ROOT / "SECURITY.md"

# All ways out of the process; a new one needs a promise, and a test of it.
EXITS = {
    "tickets",
    "Markdown, for files and tickets",
    "JSON",
    "HTML and SVG",
    "live page",
    "shell completion",
    "terminal",
    "watch",
    "CSV",
    "redact",
    "state",
    "export and import",
    "decisions in the configuration",
    "replays",
    "messages",
    "logs of our own",
    "network",
}

_TEST = re.compile(r"`(?P<file>tests/[\w/]+\.py)::(?P<name>\w+)`")

TESTS = sorted({(one["file"], one["name"]) for one in _TEST.finditer(PAGE.read_text(encoding="utf-8"))})


@cache
def find_tests(file: str) -> set[str]:
    path = ROOT / file
    tree = ast.parse(path.read_text(encoding="utf-8")) if path.is_file() else ast.parse("")
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(("file", "name"), TESTS, ids=[name for _, name in TESTS])
def test_every_test_that_is_named_is_there(file: str, name: str) -> None:
    assert name in find_tests(file)
    assert name.startswith("test_")


def find_promises(columns: int) -> list[list[str]]:
    """The rows of the section about exits that have so many cells, their headings left out."""
    section = PAGE.read_text(encoding="utf-8").partition("## What each exit promises")[2].partition("\n## ")[0]
    lines = (line.strip().strip("|") for line in section.splitlines() if line.startswith("|"))
    rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    return [row for row in rows if len(row) == columns and row[-1] not in {"shown by", "---"}]


def test_every_exit_has_a_promise_and_every_promise_a_test() -> None:
    promises = find_promises(3)

    assert {row[0] for row in promises} == EXITS
    assert [row for row in promises if not row[1] or "::" not in row[2]] == []


def test_every_promise_of_marks_has_a_test() -> None:
    promises = find_promises(2)

    assert len(promises) >= 3
    assert [row for row in promises if "::" not in row[1]] == []
