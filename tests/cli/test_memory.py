"""The commands about what is remembered, as a user calls them."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import Ended, entry, ndjson, run

Ask = Callable[..., Ended]
LEAK = "a tap leaks badly today"
NOW = "2025-09-20T00:00:00Z"


def many(hour: int, count: int, text: str = "the pot is dry", revision: str = "shop-1") -> list[dict[str, Any]]:
    """Entries of an hour, a second apart, of a revision, each with a healthy one beside it."""
    resource = {"type": "cloud_run_revision", "labels": {"service_name": "shop", "revision_name": revision}}
    times = [f"2025-09-14T{hour:02d}:{number // 60:02d}:{number % 60:02d}Z" for number in range(max(count, 60))]
    rows = [entry(at, "all is well", "INFO", timestamp=time, resource=resource) for at, time in enumerate(times)]
    rows += [entry(at, text, timestamp=time, resource=resource) for at, time in enumerate(times[:count])]
    return [{**row, "insertId": f"{hour}-{at}-{text[:5]}"} for at, row in enumerate(rows)]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Calls on a garden that knows a dry pot and a leak."""

    def ask(*arguments: object, stdin: bytes | None = None) -> Ended:
        return run(*arguments, "--state", tmp_path / "garden.db", cwd=tmp_path, stdin=stdin)

    assert see(ask, [*many(10, 30), *many(10, 3, LEAK)]).code == 0
    return ask


def see(ask: Ask, entries: Sequence[object]) -> Ended:
    return ask("tend", "-", "--output", "-", "--format", "json", "--now", NOW, stdin=ndjson(entries))


def issues(ask: Ask, *arguments: object) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = ask("issues", "list", "--json", *arguments).json
    return listed


def id_of(ask: Ask, text: str) -> str:
    (found,) = issues(ask, "--text", text)
    spelt: str = found["id"]
    return spelt


@pytest.mark.parametrize(
    ("arguments", "titles"),
    [
        ((), ["the pot is dry", LEAK]),
        (("--text", "LEAKS"), [LEAK]),
        (("--service", "shop", "--limit", "1"), ["the pot is dry"]),
        (("--service", "sho"), []),
        (("--sort", "title"), [LEAK, "the pot is dry"]),
        (("--status", "muted,resolved"), []),
        (("--trend", "new"), ["the pot is dry", LEAK]),
    ],
)
def test_a_list_can_be_filtered_and_sorted(ask: Ask, arguments: tuple[str, ...], titles: list[str]) -> None:
    assert [issue["title"] for issue in issues(ask, *arguments)] == titles


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), ""),
        (("--text", "LEAKS"), "1 of 2 issues are like that\n"),
        (("--limit", "1"), "1 of 2 issues; --limit 0 lists them all\n"),
        (("--service", "shop", "--trend", "quiet"), "0 of 2 issues are like that\n"),
    ],
)
def test_a_list_tells_what_it_leaves_out_and_why(ask: Ask, arguments: tuple[str, ...], told: str) -> None:
    assert ask("issues", "list", *arguments).err == told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("issues", "list", "--trend", "better"), "new, ongoing"),
        (("issues", "list", "--priority", "P7"), "P0, P1"),
        (("issues", "mute", "r1:"), "say when it ends"),
        (("issues", "mute", "r1:", "--until", "2001-01-01T00:00Z"), "is over already"),
        (("issues", "mute", "r1:", "--until", "soon"), "no length of time"),
        (("issues", "lock", "r1:", "P9"), "give one of P0"),
        (("diff", "2025-09-14T10:00Z/x", "shop-1"), "no length of time"),
        (("tend",), "name a SOURCE"),
    ],
)
def test_wrong_words_are_answered_with_the_right_ones(ask: Ask, arguments: tuple[str, ...], told: str) -> None:
    ended = ask(*arguments)

    assert ended.code == 2
    assert told in ended.err


def test_a_mute_ends_by_its_count_and_is_written_down(ask: Ask) -> None:
    leak = id_of(ask, LEAK)
    assert ask("issues", "mute", leak, "--count", "2", "--until", "7d", "--now", NOW).code == 0
    (muted,) = issues(ask, "--status", "muted")
    assert muted["mute"] == {"until": "2025-09-27T00:00:00Z", "count": 5}

    (cluster,) = [one for one in see(ask, many(11, 1, LEAK)).json["clusters"] if one["id"] == leak]
    assert cluster["status"] == "muted"
    (cluster,) = [one for one in see(ask, many(12, 1, LEAK)).json["clusters"] if one["id"] == leak]
    assert cluster["status"] == "open"

    shown = ask("issues", "show", leak).out.decode()
    assert "mute until 2025-09-27T00:00:00Z, until 5 entries, until it escalates" in shown
    assert "reopen no longer muted: 5 entries, it was until 5" in shown


def test_resolved_comes_back_as_regressed(ask: Ask) -> None:
    leak = id_of(ask, LEAK)
    assert ask("issues", "resolve", leak, "--now", "2025-09-14T11:00Z").code == 0

    (cluster,) = [one for one in see(ask, many(12, 1, LEAK)).json["clusters"] if one["id"] == leak]

    assert (cluster["trend"], cluster["status"]) == ("regressed", "open")
    assert issues(ask, "--trend", "regressed")[0]["resolved"] is None


def test_reopen_and_lock_are_at_once(ask: Ask) -> None:
    leak = id_of(ask, LEAK)
    ask("issues", "resolve", leak, "--in-revision", "shop-9", "--now", NOW)
    assert issues(ask, "--status", "resolved")[0]["resolved"] == {"at": "2025-09-20T00:00:00Z", "revision": "shop-9"}
    ask("issues", "reopen", leak)
    ask("issues", "lock", leak, "P0")

    assert (issues(ask)[0]["id"], issues(ask)[0]["status"], issues(ask)[0]["locked"]) == (leak, "open", "P0")
    assert see(ask, many(11, 1, LEAK)).json["clusters"][0]["priority"] == "P0"
    ask("issues", "lock", leak, "-")
    assert issues(ask, "--text", LEAK)[0]["locked"] is None


def test_diff_answers_whether_the_deploy_broke_anything(ask: Ask) -> None:
    see(ask, [*many(11, 60, "a spade is lost", "shop-2"), *many(11, 29, revision="shop-2")])

    by_revision = ask("diff", "shop-1", "shop-2", "--json")
    by_window = ask("diff", "2025-09-14T10:00Z/1h", "2025-09-14T11:00Z/2025-09-14T12:00Z", "--json")
    backwards = ask("diff", "shop-2", "shop-1")

    for ended in (by_revision, by_window):
        assert ended.code == 4
        assert ended.json[0]["change"] == "new"
        assert (ended.json[0]["title"], ended.json[0]["sure"]) == ("a spade is lost", True)
    assert backwards.code == 0
    assert b"gone" in backwards.out
    assert b"0 of 3 issues surely worse" in backwards.out


def test_diff_of_what_was_never_seen_concludes_nothing(ask: Ask) -> None:
    ended = ask("diff", "shop-1", "shop-7")

    assert ended.code == 3
    assert "no logs in memory" in ended.err


def test_a_run_is_repeated_to_the_byte_whatever_came_after(ask: Ask, tmp_path: Path) -> None:
    logs = tmp_path / "logs.json"
    logs.write_bytes(ndjson([*many(11, 400), *many(11, 2, LEAK)]))
    first = ask("tend", "logs.json", "--output", "a.md", "--now", NOW)
    ask("issues", "lock", id_of(ask, LEAK), "P0")
    see(ask, many(12, 50))

    second = ask("tend", "--replay", "2", "--output", "b.md")

    assert (first.code, second.code) == (0, 0)
    assert b"escalating" in (tmp_path / "a.md").read_bytes()
    assert (tmp_path / "a.md").read_bytes() == (tmp_path / "b.md").read_bytes()
    assert [run["run"] for run in ask("runs", "--json").json] == [3, 2, 1]

    logs.write_bytes(ndjson(many(11, 399)))
    changed = ask("tend", "--replay", "2", "--output", "c.md")
    assert changed.code == 1
    assert "are not what run 2 read" in changed.err
    unknown = ask("tend", "--replay", "9", "--output", "c.md")
    assert unknown.code == 1
    assert "'log-gardener runs' lists all" in unknown.err
    assert not (tmp_path / "c.md").exists()


def test_a_state_is_carried_to_another_one(ask: Ask, tmp_path: Path) -> None:
    assert ask("issues", "export", "all.jsonl").code == 0
    other = run("issues", "import", "all.jsonl", "--state", "other.db", cwd=tmp_path)
    piped = run("issues", "import", "-", "--state", "piped.db", cwd=tmp_path, stdin=ask("issues", "export").out)
    again = ask("issues", "import", "all.jsonl")
    wrong = run("issues", "import", "-", "--state", "third.db", cwd=tmp_path, stdin=b"[]")

    listed = [run("issues", "list", "--json", "--state", name, cwd=tmp_path).json for name in ("other.db", "piped.db")]
    assert (other.code, piped.code) == (0, 0)
    assert listed == [issues(ask)] * 2
    assert (again.code, wrong.code) == (1, 2)
    assert "not empty" in again.err
    assert "line 1" in wrong.err


def test_upkeep_tells_what_it_did(ask: Ask) -> None:
    pruned = ask("prune", "--now", "2027-01-01T00:00Z")
    found = ask("doctor", "--json").json

    assert pruned.err.startswith("1 worklogs and ")
    assert (found["sound"], found["rows"]["buckets"], found["rows"]["issues"]) == (True, 0, 2)
    assert json.dumps(found["faults"]) == "[]"
