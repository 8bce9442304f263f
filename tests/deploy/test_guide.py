"""The guide says what is in the folder: its commands fit, and its table lists what is granted."""

import re
import shlex
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from tests.deploy import terraform
from tests.deploy.test_terraform import GRANTS
from tests.docs.calls import find_lines, split
from tests.docs.pages import DOCS, ROOT, find_blocks, find_rows

PAGE = DOCS / "how-to" / "deploy.md"
COMMANDS = [command for line in find_lines(PAGE) for command in split(line)]
CALLS = [command for command in COMMANDS if command[0] == "terraform"]
BUILDS = [command for command in COMMANDS if command[:2] == ["docker", "build"]]
TEXT = PAGE.read_text(encoding="utf-8")


def find_values(command: Sequence[str], option: str) -> list[str]:
    """What an option is given, be it `--option=value` or `--option value`."""
    joined = [word.partition("=")[2] for word in command if word.startswith(f"{option}=")]
    return joined + [value for word, value in pairwise(command) if word == option]


def find_variables(path: Path) -> dict[str, bool]:
    """The variables of a folder, and whether each must be given."""
    blocks = terraform.read(path).find("variable")
    return {block.labels[0]: "default" not in block.body for block in blocks}


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_terraform_is_called_in_an_example_with_what_it_takes(call: list[str]) -> None:
    (folder,) = find_values(call, "-chdir")
    given = {value.partition("=")[0] for value in find_values(call, "-var")}
    variables = find_variables(ROOT / folder)

    assert ROOT / folder in terraform.EXAMPLES
    assert given <= set(variables)
    if "init" not in call:
        assert {name for name, is_needed in variables.items() if is_needed} <= given


def test_every_example_is_set_up_by_the_guide() -> None:
    assert {ROOT / folder for call in CALLS for folder in find_values(call, "-chdir")} == set(terraform.EXAMPLES)


@pytest.mark.parametrize("build", BUILDS, ids=" ".join)
def test_an_image_is_built_of_a_file_that_is_there_and_pushed_under_its_name(build: list[str]) -> None:
    (file,) = find_values(build, "--file")
    (tag,) = find_values(build, "--tag")

    assert (ROOT / file).is_file()
    assert ["docker", "push", tag] in COMMANDS


def test_an_image_that_terraform_is_given_has_been_built() -> None:
    built = {tag for build in BUILDS for tag in find_values(build, "--tag")}
    given = [value.split("=", 1) for call in CALLS for value in find_values(call, "-var")]
    used = {value for name, value in given if name.endswith("image")}

    assert used == built


def test_the_template_is_built_of_the_metadata_and_the_image_of_the_workers() -> None:
    (build,) = [command for command in COMMANDS if command[:3] == ["gcloud", "dataflow", "flex-template"]]

    assert [(ROOT / file).is_file() for file in find_values(build, "--metadata-file")] == [True]
    assert find_values(build, "--image")[0].rpartition(":")[0].endswith("/worker")


def test_the_table_of_accounts_lists_every_role_that_is_granted_and_no_other() -> None:
    granted = {role for grants in GRANTS.values() for _, role in grants if role.startswith("roles/")}
    listed = {role for row in find_rows(PAGE) for cell in row for role in re.findall(r"roles/[\w.]+", cell)}

    assert listed == granted


def test_what_goes_into_a_file_of_variables_is_what_the_example_takes() -> None:
    (block,) = find_blocks(PAGE, "hcl")
    (given,) = terraform.parse(f"locals {{\n{block.text}}}\n").find("locals")
    example = terraform.read(terraform.TERRAFORM / "examples" / "hourly")
    (github,) = [variable for variable in example.find("variable") if variable.labels == ("github",)]

    assert set(given.body) == {"github"}
    assert list(given.body["github"]) == ["repository", "app_id", "key_secret"]
    assert re.findall(r"(\w+) = string", str(github.body["type"])) == ["repository", "app_id", "key_secret"]


def test_commands_that_go_over_several_lines_are_read_whole() -> None:
    assert [shlex.join(command) for command in COMMANDS if command[-1] == "\\"] == []
    assert len(CALLS) == 6
    assert len(BUILDS) == 3


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([a-z]+_[a-z_]+)`", TEXT))))
def test_a_variable_that_is_named_is_one_of_an_example_or_of_a_module(name: str) -> None:
    folders = [*terraform.EXAMPLES, *terraform.MODULES]

    assert any(name in find_variables(folder) for folder in folders)
