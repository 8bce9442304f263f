import runpy
from pathlib import Path

import pytest

from tests.docs.calls import find_lines, split
from tests.docs.console import find_recipe, make_folder, run
from tests.docs.pages import README, ROOT, find_blocks
from tests.docs.surface import PROGRAM, check

LINES_AT_MOST = 200

LINES = find_lines(README)
COMMANDS = [command for line in LINES for command in split(line)]
OURS = [command for command in COMMANDS if Path(command[0]).name == PROGRAM]


def test_the_readme_is_short() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) < LINES_AT_MOST


def test_every_make_target_of_the_readme_exists() -> None:
    targets = [command[1] for command in COMMANDS if command[0] == "make"]

    assert targets
    assert [target for target in targets if not find_recipe(target)] == []


@pytest.mark.parametrize("command", OURS, ids=" ".join)
def test_every_command_of_the_readme_is_one_that_the_tool_takes(command: list[str]) -> None:
    check(command[1:])


@pytest.mark.slow
def test_the_shell_blocks_of_the_readme_run() -> None:
    with make_folder() as folder:
        for line in LINES:
            words = split(line)[0]
            # What builds, installs, or never ends.
            if words[0] not in {"make", "cd", "git"} and not {"pip", "serve", "watch"} & {
                Path(word).name for word in words
            }:
                done = run(line.replace(".venv/bin/", ""), folder)
                assert done.returncode == 0, f"{line}\n{done.stdout}"


def test_the_python_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    blocks = find_blocks(README, "python")
    script = tmp_path / "readme.py"
    script.write_text("".join(block.text for block in blocks), encoding="utf-8")

    runpy.run_path(str(script))

    assert blocks
