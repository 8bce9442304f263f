"""What the shell offers when the tab key is pressed."""

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests.cli.command import COMMAND, NOW, entry, ndjson, run
from tests.cli.pseudo_terminal import PseudoTerminal

TEXTS = ("the pot is dry", "$(touch evil)`touch evil`'; touch evil")


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two issues, one of them with a title that no shell should see."""
    folder = tmp_path_factory.mktemp("completion")
    logs, path = folder / "logs.json", folder / "g.db"
    logs.write_bytes(ndjson([entry(number, text) for number, text in enumerate(TEXTS)]))
    assert run("tend", logs, "--state", path, "--output", folder / "w.json", "--now", NOW).code == 0
    return path


def offer(line: str, folder: Path, shell: str = "bash", **environment: str) -> tuple[list[str], str]:
    """What is offered behind a line, and what stands on stderr."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("LOG_GARDENER_")}
    asked = {
        "_LOG_GARDENER_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": line,
        "COMP_CWORD": str(line.count(" ")),
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "XDG_STATE_HOME": str(folder / "nowhere"),
    }
    ended = subprocess.run(
        [COMMAND], env=own | asked | environment, cwd=folder, capture_output=True, text=True, check=False
    )
    return [line for line in ended.stdout.splitlines() if line], ended.stderr


def list_hashes(state: Path) -> set[str]:
    return {one["id"].partition(":")[2][:8] for one in run("issues", "list", "--state", state, "--json").json}


@pytest.mark.parametrize(
    "line",
    [
        "issues show ",
        "issues explain ",
        "issues merge ",
        "issues mute ",
        "issues lock ",
        "issues split ",
        "issues why-not ",
    ],
)
def test_ids_of_the_state_are_offered(line: str, state: Path, tmp_path: Path) -> None:
    offered, told = offer(f"log-gardener {line}", tmp_path, LOG_GARDENER_STATE=str(state))

    assert set(offered) == list_hashes(state)
    assert told == ""


def test_the_state_is_that_of_the_option_or_of_the_file(state: Path, tmp_path: Path) -> None:
    by_option, _ = offer(f"log-gardener issues show --state {state} ", tmp_path)
    (tmp_path / "log-gardener.toml").write_text(f"state = 'sqlite:///{state}'\n", encoding="utf-8")
    by_file, _ = offer("log-gardener issues show ", tmp_path)

    assert set(by_option) == set(by_file) == list_hashes(state)


def test_what_is_typed_narrows_it_with_or_without_the_recipe(state: Path, tmp_path: Path) -> None:
    one = min(list_hashes(state))

    bare, _ = offer(f"log-gardener issues show {one[:4]}", tmp_path, LOG_GARDENER_STATE=str(state))
    whole, _ = offer(f"log-gardener issues show r1:{one[:4]}", tmp_path, LOG_GARDENER_STATE=str(state))

    assert bare == [one]
    assert whole == [f"r1:{one}"]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("tend --format ", {"markdown", "json", "html"}),
        ("issues lock x P", {"P0", "P1", "P2", "P3", "P4"}),
        ("issues list --priority P0,P", {"P0,P1", "P0,P2", "P0,P3", "P0,P4"}),
        ("issues list --status m", {"muted"}),
        ("issues list --trend re", {"regressed"}),
        ("tend --severity W", {"WARNING"}),
        ("plan --despite ", {"empty", "flood"}),
        ("issues why", {"why-not"}),
        ("tend --sin", {"--since"}),
    ],
)
def test_commands_options_and_their_values_are_offered(line: str, offered: set[str], tmp_path: Path) -> None:
    found, told = offer(f"log-gardener {line}", tmp_path)

    assert set(found) == offered
    assert told == ""


@pytest.mark.parametrize("kind", ["missing", "empty", "no database", "other tables", "folder", "server", "broken file"])
def test_without_a_state_that_can_be_read_it_is_silent(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "g.db"
    state = str(path)
    if kind == "empty":
        path.touch()
    elif kind == "no database":
        path.write_text("no database at all" * 99, encoding="utf-8")
    elif kind == "other tables":
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE issues (id TEXT)")
    elif kind == "folder":
        path.mkdir()
    elif kind == "server":
        state = "postgresql://nobody@127.0.0.1:1/none"
    elif kind == "broken file":
        state = ""
        (tmp_path / "log-gardener.toml").write_text("state = [", encoding="utf-8")

    offered, told = offer("log-gardener issues show ", tmp_path, LOG_GARDENER_STATE=state)

    assert offered == []
    assert told == ""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_no_word_of_the_logs_reaches_a_shell(shell: str, state: Path, tmp_path: Path) -> None:
    offered, _ = offer("log-gardener issues show ", tmp_path, shell, LOG_GARDENER_STATE=str(state))

    assert "touch" not in "\n".join(offered)
    assert all(one in "\n".join(offered) for one in list_hashes(state))


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes_an_id_after_the_installation(state: Path, tmp_path: Path) -> None:
    path = os.pathsep.join([str(COMMAND.parent), os.environ["PATH"]])
    environment = {"HOME": str(tmp_path), "PATH": path, "LOG_GARDENER_STATE": str(state), "PS1": "> "}
    first, second = sorted(list_hashes(state))
    with PseudoTerminal(["bash", "-i"], environment=environment) as terminal:
        terminal.type("log-gardener --install-completion bash\n")
        terminal.wait_for(lambda text: "Completion will take effect" in text)
    with PseudoTerminal(["bash", "-i"], environment=environment) as terminal:
        terminal.type("log-gardener issues sh\t")
        terminal.wait_for(lambda text: "issues show" in text)
        terminal.type(f"{first[:5]}\t")
        terminal.wait_for(lambda text: first in text)
        terminal.type(f"\x15log-gardener issues show {second[:5]}\t")
        assert "r1:" not in terminal.wait_for(lambda text: second in text)
