"""What `tend` says of the previous run, on every face, and that a repeat says the same."""

import json
import sqlite3
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.command import Ended, ndjson, run
from tests.cli.test_memory import LEAK, NOW, many

Ask = Callable[..., Ended]
POT = "the pot is dry"
FIRST = ("--since", "1h", "--until", "2025-09-14T11:00Z")
SECOND = ("--since", "1h", "--until", "2025-09-14T12:00Z")


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Calls on logs of two hours: of a leak that ends, a pot that dries up, and a spade that gets lost."""
    first = [*many(10, 60, "all is well"), *many(10, 60, LEAK), *many(10, 5)]
    second = [*many(11, 60, "all is well"), *many(11, 50), *many(11, 4, "a spade is | lost")]
    spread = [{**row, "timestamp": spread_out(row["timestamp"])} for row in (*first, *second)]
    (tmp_path / "logs.json").write_bytes(ndjson(spread))

    def ask(*arguments: object) -> Ended:
        return run(*arguments, "--state", tmp_path / "garden.db", "--now", NOW, cwd=tmp_path)

    return ask


def spread_out(time: str) -> str:
    """The seconds of a minute as minutes of its hour."""
    hour, minute, second = time[11:19].split(":")
    return f"{time[:11]}{hour}:{second}:{minute}Z"


def tend(ask: Ask, window: tuple[str, ...], output: str) -> Ended:
    return ask("tend", "logs.json", *window, "--output", output)


def test_every_face_tells_what_has_changed_since_the_previous_run(ask: Ask, tmp_path: Path) -> None:
    first = tend(ask, FIRST, "1.json")
    told = tend(ask, SECOND, "2.json")
    ask("tend", "logs.json", *SECOND, "--output", "2.md")
    compared = json.loads((tmp_path / "2.json").read_bytes())["compared"]

    assert "since the run of" not in first.err
    assert json.loads((tmp_path / "1.json").read_bytes())["compared"] is None
    assert "since the run of 2025-09-20 00:00 UTC: 1 new, 1 up, 1 gone\n" in told.err
    assert (compared["run"], compared["generated"], compared["notes"]) == (1, "2025-09-20T00:00:00Z", [])
    assert compared["window"] == {"start": "2025-09-14T10:00:00Z", "end": "2025-09-14T11:00:00Z"}
    assert [(row["change"], row["title"], row["before"], row["after"], row["sure"]) for row in compared["changes"]] == [
        ("new", "a spade is | lost", 0, 4, True),
        ("up", POT, 5, 50, True),
        ("gone", LEAK, 60, 0, True),
    ]
    section = (
        (tmp_path / "2.md").read_text().partition("## Compared with the Previous Run\n\n")[2].partition("\n\n##")[0]
    )
    assert section.startswith("Since run 1 of 2025-09-20 00:00 UTC, which read 2025-09-14 10:00:00 UTC to ")
    assert "| up | P" in section
    assert "| 5 | 50 | the pot is dry |" in section
    assert r"a spade is \| lost" in section


def test_the_timeline_has_every_entry(ask: Ask, tmp_path: Path) -> None:
    tend(ask, FIRST, "1.json")
    worklog = json.loads((tmp_path / "1.json").read_bytes())
    counts = [sum(row["entries"].values()) for row in worklog["timeline"]["buckets"]]

    assert worklog["timeline"]["minutes"] == 1
    assert sum(counts) == worklog["coverage"]["entries"]
    assert worklog["timeline"]["buckets"][0]["start"] == "2025-09-14T10:00:00Z"
    assert set(worklog["timeline"]["buckets"][0]["entries"]) == {"INFO", "ERROR"}


def test_a_repeat_says_the_same_whatever_came_after(ask: Ask, tmp_path: Path) -> None:
    tend(ask, FIRST, "1.json")
    tend(ask, SECOND, "2.json")
    tend(ask, FIRST, "again.json")
    tend(ask, ("--since", "90m", "--until", "2025-09-14T11:30Z"), "wide.json")

    for number in (1, 2):
        assert ask("tend", "--replay", number, "--output", f"{number}.again.json").code == 0
        assert (tmp_path / f"{number}.again.json").read_bytes() == (tmp_path / f"{number}.json").read_bytes()


def test_a_state_of_before_repeats_its_runs_without_a_comparison(ask: Ask, tmp_path: Path) -> None:
    tend(ask, FIRST, "1.json")
    tend(ask, SECOND, "2.json")
    with closing(sqlite3.connect(tmp_path / "garden.db")) as state, state:
        (packed,) = state.execute("SELECT replay FROM runs WHERE id = 2").fetchone()
        facts = json.loads(zlib.decompress(packed))
        assert facts.pop("previous")["run"] == 1
        state.execute("UPDATE runs SET replay = ? WHERE id = 2", (zlib.compress(json.dumps(facts).encode()),))

    assert ask("tend", "--replay", 2, "--output", "2.again.json").code == 0

    now, then = (json.loads((tmp_path / name).read_bytes()) for name in ("2.again.json", "2.json"))
    assert now == {**then, "compared": None}
