"""The real commands on a hostile log, state and names of files: a terminal only draws what they say."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import COMMAND, NOW, Ended, run
from tests.hostile.corpus import read_texts
from tests.hostile.rendered import UNSEEN, render
from tests.hostile.terminal import show
from tests.hostile.worklogs import make_entries

TEXTS = [text for text in read_texts("terminal", "markdown", "characters")[::14] if text.strip()]
NAME = "\x1b]0;title\x07 [red]x[b] @octocat \u202e.json"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="such names of files are not to be had there")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("hostile")
    (made / NAME).write_text("\n".join(map(json.dumps, make_entries(TEXTS))), encoding="utf-8")
    (made / "own.toml").touch()
    return made


@pytest.fixture(scope="module")
def tended(folder: Path) -> Ended:
    return run("tend", NAME, f"gone {NAME}", "--state", "state", "--output", f"{NAME}.md", "--now", NOW, cwd=folder)


@pytest.fixture(scope="module")
def ids(folder: Path, tended: Ended) -> list[str]:
    assert tended.code == 0, tended.err
    return [one["id"] for one in run("issues", "list", "--limit", 0, "--state", "state", "--json", cwd=folder).json]


def find_strange(ended: Ended) -> object:
    """What a terminal is told beside drawing, and what of it nobody can see."""
    output = ended.out.decode("utf-8") + ended.err
    return show(output).find_strange() or UNSEEN.findall(output)


def test_what_tend_says_is_only_drawn(tended: Ended) -> None:
    assert find_strange(tended) == []
    assert "[red]x[b] @octocat" in tended.err


def test_the_worklog_that_tend_writes_is_inert(folder: Path, tended: Ended) -> None:
    document = render((folder / f"{NAME}.md").read_text(encoding="utf-8"))

    assert tended.code == 0
    assert document.find_active() == []
    assert {"a", "script", "input"}.isdisjoint(part.split(" ")[0] for part in document.skeleton)
    # Pictures are ours, and stand beside it.
    pictures = [part for part in document.skeleton if part.split(" ")[0] == "img"]
    assert [found[1] for part in pictures for found in [re.search(r" src=(\S+)", part)] if found] == [
        path.name for kind in ("timeline", "cascade") for path in folder.glob(f"{kind}-*.svg")
    ]


@pytest.mark.parametrize("is_json", [False, True], ids=["for people", "json"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("issues", "list", "--limit", "0"),
        ("issues", "show", 0),
        ("issues", "show", 1),
        ("issues", "explain", 0),
        ("issues", "why-not", 0, 1),
        ("runs",),
        ("doctor",),
        ("doctor", NAME),
        ("diff", "2025-09-14T21:00:00Z/1m", "2025-09-14T21:01:00Z/1m"),
    ],
    ids=lambda arguments: " ".join(map(str, arguments[:2])).replace(NAME, "SOURCE"),
)
def test_what_a_command_says_is_only_drawn(
    folder: Path, ids: list[str], arguments: tuple[object, ...], *, is_json: bool
) -> None:
    named = [ids[one] if isinstance(one, int) else one for one in arguments]

    ended = run(*named, "--state", "state", *(["--json"] if is_json else []), cwd=folder)

    assert find_strange(ended) == []
    if is_json:
        assert ended.json or arguments[0] == "diff"


def test_every_issue_is_shown_without_harm(folder: Path, ids: list[str]) -> None:
    for id_ in ids[:: len(ids) // 12]:
        assert find_strange(run("issues", "show", id_, "--state", "state", cwd=folder)) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("issues", "mute", 0, "--escalation"),
        ("issues", "resolve", 1),
        ("issues", "lock", 2, "P1"),
        ("issues", "reopen", 1),
        ("issues", "merge", 3, 4, "--config", "own.toml"),
        ("issues", "export", f"{NAME}.jsonl"),
        ("issues", "export", "-"),
        ("assign", NAME, "--output", f"{NAME}.csv"),
        ("tend", NAME, "--replay", "1", "--output", f"{NAME}.json"),
        ("tend", f"gone {NAME}"),
        ("issues", "show", NAME),
        ("runs", "--config", f"gone {NAME}"),
    ],
    ids=lambda arguments: " ".join(map(str, arguments[:2])).replace(NAME, "NAME"),
)
def test_what_is_said_of_what_was_done_is_only_drawn(
    folder: Path, ids: list[str], arguments: tuple[object, ...]
) -> None:
    named = [ids[one] if isinstance(one, int) else one for one in arguments]

    ended = run(*named, "--state", "state", cwd=folder)

    assert find_strange(ended) == []
    assert ended.out or ended.err


def test_a_decision_about_hostile_issues_leaves_a_file_that_can_be_read(folder: Path, ids: list[str]) -> None:
    (folder / "decided.toml").touch()

    done = run("issues", "merge", *ids[5:12], "--state", "state", "--config", "decided.toml", cwd=folder)
    listed = run("issues", "list", "--state", "state", "--config", "decided.toml", cwd=folder)

    written = (folder / "decided.toml").read_text(encoding="utf-8")
    assert (done.code, listed.code) == (0, 0), done.err + listed.err
    assert not UNSEEN.search(written)


def test_the_lines_of_watch_are_json_and_only_drawn(folder: Path) -> None:
    command = [str(COMMAND), "watch", NAME, "--state", ":memory:", "--json", "--every", "1s", "--since", "90000d"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as watching:
        assert watching.stdout is not None
        line = watching.stdout.readline()
        watching.send_signal(signal.SIGINT)
        rest, err = watching.communicate(timeout=60)

    assert json.loads(line)["clusters"]
    assert find_strange(Ended(0, line + rest, err.decode())) == []
