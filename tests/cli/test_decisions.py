"""`issues explain`, `why-not`, `merge` and `split`, as a user calls them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import Ended, run
from tests.unit.entries import Entry, entry, trace

Ask = Callable[..., Ended]

CRASH = [
    one
    for number in range(2)
    for one in (
        trace("KeyError: 'rose'", instance=f"i{number}", seconds=number * 60),
        entry("Container called exit(1).", "WARNING", instance=f"i{number}", seconds=number * 60 + 1),
    )
]


def write(path: Path, entries: list[Entry], name: str) -> None:
    lines = [json.dumps({**one, "insertId": f"{name}-{number}"}) for number, one in enumerate(entries)]
    path.write_text("\n".join(lines), encoding="utf-8")


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Calls in a folder of their own, whose garden knows a crash, a dry pot and a leak."""

    def ask(*arguments: object) -> Ended:
        return run(*arguments, "--state", tmp_path / "garden.db", cwd=tmp_path)

    write(tmp_path / "first.json", [*CRASH, entry("the pot is dry", seconds=5), entry("a tap leaks", seconds=6)], "a")
    assert ask("tend", "first.json", "--output", "first-worklog.json").code == 0
    return ask


def list_titles(ask: Ask) -> dict[str, Any]:
    return {issue["title"].rpartition(": ")[2]: issue for issue in ask("issues", "list", "--json").json}


def test_an_explanation_tells_keys_masks_frames_and_ties(ask: Ask) -> None:
    issue = list_titles(ask)["'rose'"]["id"]
    ended = ask("issues", "explain", issue)

    told = ended.out.decode()
    for part in ("the root: it names the issue", "total in /app/cart.py", "cloud_run_revision", "<int>"):
        assert part in told
    assert "tied to the root: in 2 of 2 instances, 1.0 s after it" in told
    assert "points" in told
    spelt = ask("issues", "explain", issue, "--json").json
    assert [template["text"] for template in spelt["templates"]] == [
        "KeyError: 'rose'",
        "Container called exit(<int>).",
    ]
    assert sum(reason["points"] for reason in spelt["reasons"]) == spelt["score"]


def test_the_first_difference_is_told_with_what_to_do(ask: Ask) -> None:
    issues = list_titles(ask)
    ended = ask("issues", "why-not", issues["the pot is dry"]["id"], issues["a tap leaks"]["id"])

    assert "They differ by text: 0% of their words are common, 90% are needed" in ended.out.decode()
    assert f"log-gardener issues merge {issues['the pot is dry']['id']}" in ended.out.decode()


def test_merged_issues_stay_one_and_the_file_keeps_its_comments(ask: Ask, tmp_path: Path) -> None:
    config = tmp_path / "log-gardener.toml"
    config.write_text('# ours\nzone = "UTC" # the clock of the team\n', encoding="utf-8")
    issues = list_titles(ask)
    dry, leak, crash = (issues[title]["id"] for title in ("the pot is dry", "a tap leaks", "'rose'"))

    told = ask("issues", "merge", dry, leak, "--reason", "one pipe").err
    assert "log-gardener.toml" in told
    assert "[[decisions.merge]]" in told
    assert ask("issues", "merge", dry, crash).code == 0

    text = config.read_text(encoding="utf-8")
    assert text.startswith('# ours\nzone = "UTC" # the clock of the team\n')
    assert text.count("[[decisions.merge]]") == 2
    assert f'"{leak}", # a tap leaks' in text
    (issue,) = ask("issues", "list", "--json").json
    assert (issue["id"], issue["count"]) == (dry, 6)
    write(tmp_path / "second.json", [entry("a tap leaks", seconds=900)], "b")
    assert ask("tend", "second.json", "--output", "second.json.md").code == 0
    assert [one["count"] for one in ask("issues", "list", "--json").json] == [7]


def test_a_hostile_title_stays_a_comment(ask: Ask, tmp_path: Path) -> None:
    hostile = 'a leak\x1b[31m"]\nzone = "no zone" \u2028 # \u202e'
    write(tmp_path / "second.json", [entry(hostile, seconds=900)], "b")
    ask("tend", "second.json", "--output", "second-worklog.json")
    issues = list_titles(ask)
    (leak,) = (issue["id"] for title, issue in issues.items() if "a leak" in title)

    assert ask("issues", "merge", leak, issues["the pot is dry"]["id"]).code == 0

    assert (tmp_path / "log-gardener.toml").read_text(encoding="utf-8").isascii()
    assert leak in {issue["id"] for issue in ask("issues", "list", "--json").json}


def test_a_split_template_leaves_its_issue_in_the_next_run(ask: Ask, tmp_path: Path) -> None:
    issue = list_titles(ask)["'rose'"]["id"]
    template = ask("issues", "explain", issue, "--json").json["templates"][1]["id"]

    assert ask("issues", "split", issue, template.removeprefix("r1:")[:8]).code == 0
    write(tmp_path / "second.json", CRASH, "b")
    assert ask("tend", "second.json", "--output", "second-worklog.json").code == 0

    clusters = json.loads((tmp_path / "second-worklog.json").read_text())["clusters"]
    assert {(one["id"], one["count"]) for one in clusters} == {(issue, 2), (template, 2)}


def test_what_cannot_be_decided_is_refused_with_what_to_do(ask: Ask, tmp_path: Path) -> None:
    issues = list_titles(ask)
    dry, leak, crash = (issues[title]["id"] for title in ("the pot is dry", "a tap leaks", "'rose'"))
    for arguments, words in (
        (("merge", dry), "name two or more"),
        (("merge", dry, "nowhere"), "no issue 'nowhere' is remembered"),
        (("split", crash, crash), "split the other templates off instead"),
        (("split", crash, "nowhere"), f"issues explain {crash}"),
        (("why-not", dry, dry), "are one issue"),
    ):
        ended = ask("issues", *arguments)
        assert ended.code in {1, 2}
        assert words in " ".join(ended.err.split()), arguments
    assert not (tmp_path / "log-gardener.toml").exists()
    ask("issues", "merge", dry, leak)
    again = ask("issues", "merge", crash, dry)
    assert "a decision in the configuration is about" in again.err


def test_two_decisions_about_one_issue_are_refused(ask: Ask, tmp_path: Path) -> None:
    rows = '[[decisions.merge]]\nissues = ["r1:a", "r1:b"]\n[[decisions.split]]\ntemplates = ["r1:b"]\n'
    (tmp_path / "log-gardener.toml").write_text(rows, encoding="utf-8")
    ended = ask("issues", "list")

    assert ended.code == 2
    assert "r1:b is in two decisions" in ended.err
