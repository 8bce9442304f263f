from pathlib import Path

import pytest

from tests.docs.calls import find_lines, split
from tests.docs.pages import DOCS, find_blocks, name
from tests.docs.surface import PROGRAM, check

PAGES = sorted([*(DOCS / "how-to").glob("*.md"), DOCS / "index.md", DOCS / "tutorial.md"])


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_of_a_page_is_one_that_the_tool_takes(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    # What a command reads must be there for its call to be right.
    (tmp_path / "garden.jsonl").touch()
    commands = [command for line in find_lines(page) for command in split(line)]

    for command in commands:
        if Path(command[0]).name == PROGRAM:
            check(command[1:])


def test_every_guide_is_in_the_list_of_guides() -> None:
    listed = (DOCS / "how-to" / "index.md").read_text(encoding="utf-8")

    assert [page.name for page in PAGES if page.parent.name == "how-to" and f"({page.name})" not in listed] == [
        "index.md"
    ]


def test_every_guide_shows_how() -> None:
    languages = ("sh", "console", "crontab", "toml")
    guides = [page for page in PAGES if page.name != "index.md"]

    assert [page.name for page in guides if not any(find_blocks(page, language) for language in languages)] == []
