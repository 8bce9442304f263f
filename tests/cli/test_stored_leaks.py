"""A state that an older release left, whose rules knew less: nothing of it leaves, and it is looked over and mended."""

import json
import shutil
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from log_gardener.stages.redaction import Redactor
from tests.cli.command import NOW, entry, ndjson, run

NAME = "Mole"
MAIL = f"{NAME.lower()}@burrow.example.com"
TOKEN = "ghp" + "_" + "q7Zt2LmN9xKd4RwB8sVh1Yc6Pf3Gj5Ua0EoT"


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    path = tmp_path / "logs.json"
    path.write_bytes(ndjson([entry(number) for number in range(3)]))
    return path


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A garden of two issues whose texts, worklogs and all, have secrets in them."""
    folder = tmp_path_factory.mktemp("spoilt")
    path, logs = folder / "garden.db", folder / "old.json"
    entries = [entry(number, "the pot of ANN is dry") for number in range(3)]
    entries += [entry(number, "the tap of ANN leaks badly", insertId=f"t{number}") for number in range(2)]
    logs.write_bytes(ndjson([{**one, "labels": {"k8s-pod/owner": "ANN"}} for one in entries]))
    ended = run("tend", logs, "--state", path, "--output", folder / "old.md", "--now", NOW)
    assert ended.code == 0, ended.err
    with opened(path) as connection:
        spoil(connection)
    return path


@pytest.fixture
def state(tmp_path: Path, spoilt: Path) -> Path:
    """Such a garden of the test's own."""
    return Path(shutil.copy(spoilt, tmp_path / "garden.db"))


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path)) as connection, connection:
        yield connection
    # Nothing is left in the log beside the file.
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")


def spoil(connection: sqlite3.Connection) -> None:
    """Put a mail address wherever there is a name."""
    columns = {
        "issues": ["title"],
        "fingerprints": ["text", "module"],
        "entities": ["value"],
        "exemplars": ["entry"],
        "traffic": ["service"],
        "revisions": ["service"],
        "decisions": ["detail"],
    }
    decided = "issue_id, nanos, action, detail, is_ours"
    connection.execute(f"insert into decisions ({decided}) select id, 1, 'resolve', 'of ANN', 0 from issues")  # noqa: S608
    connection.execute("update traffic set service = 'shop-ANN' where service = 'shop'")
    for table, names in columns.items():
        for name in names:
            connection.execute(f"update {table} set {name} = replace({name}, 'ANN', ?)", [MAIL])  # noqa: S608
    for number, worklog, replay in connection.execute("select id, worklog, replay from runs").fetchall():
        packed = [zlib.compress(zlib.decompress(one).replace(b"ANN", MAIL.encode())) for one in (worklog, replay)]
        connection.execute("update runs set worklog = ?, replay = ? where id = ?", [*packed, number])


def list_ids(state: Path) -> list[str]:
    with opened(state) as connection:
        return [row[0] for row in connection.execute("select id from issues order by id")]


# The first shows titles, and its JSON has none.
COMMANDS: list[tuple[str, ...]] = [
    ("issues", "why-not", "ISSUE", "OTHER"),
    ("issues", "list"),
    ("issues", "show", "ISSUE"),
    ("issues", "explain", "ISSUE"),
    ("diff", "2025-09-14T10:00Z/1m", "2025-09-14T10:00Z/1m"),
]


@pytest.mark.parametrize("command", [*COMMANDS, *((*command, "--json") for command in COMMANDS[1:])], ids=" ".join)
def test_a_command_shows_nothing_of_what_leaks(state: Path, command: tuple[str, ...]) -> None:
    named = dict(zip(("ISSUE", "OTHER"), list_ids(state), strict=True))

    stopped = run(*(named.get(word, word) for word in command), "--state", state)

    assert (stopped.code, stopped.out) == (1, b"")
    assert "because it holds what looks like a secret: email at" in stopped.err
    assert NAME.lower() not in stopped.err


@pytest.mark.parametrize("command", [("merge", "ISSUE", "OTHER"), ("split", "ISSUE", "r1:0")], ids=["merge", "split"])
def test_a_decision_is_not_written_down_with_a_leak_beside_it(
    tmp_path: Path, state: Path, command: tuple[str, ...]
) -> None:
    named = dict(zip(("ISSUE", "OTHER"), list_ids(state), strict=True))
    config = tmp_path / "own.toml"
    config.touch()
    with opened(state) as connection:
        columns = "issue_id, kind, module, function, text, service, resource, frames, tie"
        taken = f"select 'r1:0', {columns} from fingerprints where issue_id = ?"  # noqa: S608
        connection.execute(f"insert into fingerprints (fingerprint, {columns}) {taken}", [named["ISSUE"]])

    stopped = run("issues", *(named.get(word, word) for word in command), "--state", state, "--config", config)

    assert stopped.code == 1
    assert "the decision is not written" in stopped.err
    assert NAME.lower() not in stopped.err
    assert config.read_text(encoding="utf-8") == ""


def test_an_export_with_a_leak_is_not_written(tmp_path: Path, state: Path) -> None:
    saved = tmp_path / "saved.jsonl"

    to_file = run("issues", "export", saved, "--state", state)
    to_stdout = run("issues", "export", "--state", state)

    assert (to_file.code, to_stdout.code, to_stdout.out) == (1, 1, b"")
    assert not saved.exists()
    assert "doctor --leaks --mend" in to_file.err
    assert NAME.lower() not in to_file.err


@pytest.mark.parametrize(
    "row",
    [
        {"table": "issues", "row": {"title": f"the pot of {MAIL} is dry"}},
        {"table": "fingerprints", "row": {"text": f"the pot of {MAIL} is dry"}},
        {"table": "exemplars", "row": {"entry": '{"entry": {"password": "hunter2 is not it"}}'}},
    ],
    ids=["title", "template", "member"],
)
def test_an_export_that_leaks_is_not_imported(tmp_path: Path, logs: Path, row: dict[str, Any]) -> None:
    first, second = tmp_path / "first.db", tmp_path / "second.db"
    assert run("tend", logs, "--state", first, "--output", tmp_path / "x.md").code == 0
    lines = [json.loads(line) for line in run("issues", "export", "--state", first).out.splitlines()]
    for line in lines:
        if line.get("table") == row["table"]:
            line["row"] |= row["row"]

    stopped = run("issues", "import", "-", "--state", second, stdin=ndjson(lines))

    assert stopped.code == 1
    assert f"in {row['table']}." in stopped.err
    assert run("issues", "list", "--state", second, "--json").json == []
    assert NAME.lower() not in stopped.err
    assert "hunter2" not in stopped.err


def test_the_doctor_lists_rule_place_and_owner_of_every_leak_and_never_what_it_is(state: Path) -> None:
    first, _ = list_ids(state)

    told = run("doctor", "--leaks", "--state", state, "--json")

    leaks = told.json["leaks"]
    assert told.code == 1
    assert told.json["mended"] is False
    assert {one["rule"] for one in leaks} == {"email"}
    places = {f"{one['table']}.{one['field']}" for one in leaks}
    assert places >= {"issues.title", "fingerprints.text", "exemplars.entry.entry", "traffic.service"}
    assert "decisions.detail" in places
    assert any(place.startswith("runs.worklog.clusters") for place in places)
    assert {"table": "issues", "field": "title", "rule": "email", "of": f"issue {first}", "count": 1} in leaks
    assert {one["of"] for one in leaks if one["table"] == "runs"} == {"run 1"}
    assert NAME.lower() not in told.out.decode() + told.err


def test_the_doctor_tells_people_where_it_leaks_and_what_mends_it(state: Path) -> None:
    told = run("doctor", "--leaks", "--state", state)

    assert told.code == 1
    assert "issues.title" in told.out.decode()
    assert "log-gardener doctor --leaks --mend" in told.out.decode()
    assert NAME.lower() not in told.out.decode() + told.err


def test_the_doctor_finds_nothing_in_what_was_just_tended(tmp_path: Path, logs: Path) -> None:
    state = tmp_path / "garden.db"
    entries = [entry(1, f"the pot of {MAIL} at 203.0.113.9 is dry, token={TOKEN}", user=MAIL), entry(2, "no")]
    logs.write_bytes(ndjson(entries))
    assert run("tend", logs, "--state", state, "--output", tmp_path / "x.md").code == 0

    told = run("doctor", "--leaks", "--state", state, "--json")

    assert (told.code, told.json["leaks"]) == (0, [])


def test_the_doctor_without_leaks_looks_for_none(state: Path) -> None:
    told = run("doctor", "--state", state, "--json")

    assert told.code == 0
    assert "leaks" not in told.json


def test_mending_goes_with_leaks() -> None:
    told = run("doctor", "--mend", "--state", ":memory:")

    assert told.code == 2
    assert "--leaks" in told.err


def test_a_mended_state_holds_no_secret_and_all_else(state: Path) -> None:
    before = count_rows(state)

    mended = run("doctor", "--leaks", "--mend", "--state", state, "--json")

    assert (mended.code, mended.json["mended"]) == (0, True)
    assert mended.json["leaks"]
    again = run("doctor", "--leaks", "--state", state, "--json")
    assert (again.code, again.json["leaks"], again.json["sound"]) == (0, [], True)
    assert count_rows(state) == before
    listed = run("issues", "list", "--state", state, "--json")
    assert (listed.code, sorted(one["count"] for one in listed.json)) == (0, [2, 3])
    assert all("<email:" in one["title"] for one in listed.json)
    shown = run("issues", "show", listed.json[0]["id"], "--state", state, "--json")
    assert shown.code == 0, shown.err
    assert "<email:" in shown.json["decisions"][0]["detail"]


def count_rows(state: Path) -> dict[str, int]:
    rows: dict[str, int] = run("doctor", "--state", state, "--json").json["rows"]
    return rows


def test_nothing_of_a_secret_is_left_in_the_bytes_of_a_mended_state(state: Path) -> None:
    assert MAIL.encode() in state.read_bytes()

    assert run("doctor", "--leaks", "--mend", "--state", state).code == 0

    left = b"".join(path.read_bytes() for path in state.parent.glob("garden.db*"))
    assert MAIL.encode() not in left
    assert NAME.lower().encode() not in left
    with opened(state) as connection:
        packed = [one for row in connection.execute("select worklog, replay from runs") for one in row]
    assert all(MAIL.encode() not in zlib.decompress(one) for one in packed)


def test_names_that_become_one_when_they_are_mended_are_counted_together(state: Path) -> None:
    with opened(state) as connection:
        mark = Redactor(b"log-gardener").text(f"shop-{MAIL}")
        total = connection.execute("select sum(entries), sum(requests) from traffic").fetchone()
        connection.execute("insert into traffic select ?, width, minute, 10, 4 from traffic", [mark])
        rows = connection.execute("select count(*) from traffic").fetchone()[0] // 2

    assert run("doctor", "--leaks", "--mend", "--state", state).code == 0

    with opened(state) as connection:
        assert {row[0] for row in connection.execute("select service from traffic")} == {mark}
        summed = connection.execute("select sum(entries), sum(requests), count(*) from traffic").fetchone()
    assert summed == (total[0] + 10 * rows, total[1] + 4 * rows, rows)


def test_a_mended_run_can_be_repeated(tmp_path: Path, state: Path) -> None:
    assert run("doctor", "--leaks", "--mend", "--state", state).code == 0

    repeated = run("tend", "--replay", 1, "--state", state, "--output", tmp_path / "again.md")

    assert repeated.code == 0, repeated.err


def test_a_run_finds_its_issues_again_in_a_mended_state(tmp_path: Path, state: Path) -> None:
    ids = list_ids(state)
    assert run("doctor", "--leaks", "--mend", "--state", state).code == 0
    logs = tmp_path / "more.json"
    logs.write_bytes(ndjson([entry(20, "the pot of ANN is dry")]))

    assert run("tend", logs, "--state", state, "--output", tmp_path / "more.md").code == 0
    assert list_ids(state) == ids
