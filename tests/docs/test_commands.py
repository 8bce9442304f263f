import json
import re

import pytest

from tests.docs.console import make_folder, run
from tests.docs.pages import DOCS
from tests.docs.surface import find_commands, find_options

PAGE = (DOCS / "commands.md").read_text(encoding="utf-8")
COMMANDS = find_commands()


def read_section(name: str) -> str:
    found = re.search(rf"^## `{re.escape(name)}[^\n]*`$(?P<text>.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return found["text"] if found else ""


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_section_that_lists_every_option(name: str) -> None:
    section = read_section(name)

    assert section
    assert [option for option in find_options(COMMANDS[name]) if f"| `{option}" not in section] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_no_section_lists_an_option_that_the_command_lacks(name: str) -> None:
    listed = re.findall(r"^\| `(--[a-z-]+)", read_section(name), re.MULTILINE)

    assert [option for option in listed if option not in find_options(COMMANDS[name])] == []


def test_every_key_of_an_issue_in_json_is_documented() -> None:
    with make_folder() as folder:
        run("log-gardener tend logs.json", folder)
        listed = json.loads(run("log-gardener issues list --json", folder).stdout)
        shown = json.loads(run(f"log-gardener issues show {listed[0]['id']} --json", folder).stdout)

    assert [key for key in listed[0] if f"| `{key}` |" not in read_section("issues list")] == []
    assert [key for key in shown if key not in listed[0] and f"`{key}`" not in read_section("issues show")] == []
