"""No planted secret, nor a piece of one, leaves by any exit, and none is remembered."""

import html
import json
import os
import sqlite3
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random

import pytest

from log_gardener._core import Redactor
from tests.cli.command import NOW, Ended
from tests.cli.nursery import run_child
from tests.secrets.drawing import fill
from tests.secrets.planted_entries import PlantedEntry, leave_missed, make_planted
from tests.secrets.secret import Secret, find_planted, find_rare_fragments

# So many issues are looked at one by one.
SHOWN = 8
# The redactor itself may miss so few of what is planted here.
MISSED = 0.01


def run(*arguments: object, stdin: bytes = b"") -> Ended:
    """Run the command as `tests.cli.command` does, but let it show a traceback that the logs hold."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LOG_GARDENER_")}
    environment["XDG_STATE_HOME"] = "/nonexistent"
    ended = run_child([*map(str, arguments)], stdin, None, environment)
    err = ended.err.decode()
    # Our own frames are nowhere in what is planted.
    assert "/log_gardener/" not in err, err
    return Ended(ended.code, ended.out, err)


@dataclass(frozen=True)
class Planting:
    """A file of entries with secrets, and the state of a run over it."""

    folder: Path
    planted: list[PlantedEntry]

    @property
    def entries(self) -> Path:
        return self.folder / "entries.jsonl"

    @property
    def state(self) -> Path:
        return self.folder / "state.db"

    @cached_property
    def fragments(self) -> dict[str, str]:
        """What may not be left, and of what it is."""
        return {one: row.about for row in self.planted for secret in row.secrets for one in find_rare_fragments(secret)}

    def find_left(self, *outputs: bytes | str) -> list[tuple[str, str]]:
        """What is left in outputs: of what, and its beginning."""
        texts = (out.decode("utf-8", "replace") if isinstance(out, bytes) else out for out in outputs)
        left = {found for text in texts for found in find_planted(self.fragments, text)}
        return sorted({(self.fragments[found], f"{found[:4]}~") for found in left})


def is_split(row: PlantedEntry) -> bool:
    return "one line an entry" in row.about


@pytest.fixture(scope="module")
def planting(tmp_path_factory: pytest.TempPathFactory) -> Planting:
    made = make_planted()
    kept = leave_missed([row for row in made if not is_split(row)], Redactor(b"a key of the tests"))
    made_whole = sum(not is_split(row) for row in made)
    assert len(kept) >= (1 - MISSED) * made_whole, f"{made_whole - len(kept)} of {made_whole} are missed as they are"
    planting = Planting(tmp_path_factory.mktemp("planting"), [*kept, *(row for row in made if is_split(row))])
    planting.entries.write_text("".join(json.dumps(row.entry) + "\n" for row in planting.planted))
    return planting


@pytest.fixture(scope="module")
def tended(planting: Planting) -> Ended:
    output = planting.folder / "worklog.md"
    ended = run("tend", planting.entries, "--state", planting.state, "--output", output, "--now", NOW)
    assert ended.code == 0, ended.err
    return ended


@pytest.fixture(scope="module")
def issue_ids(planting: Planting, tended: Ended) -> list[str]:
    del tended
    listed = run("issues", "list", "--state", planting.state, "--json", "--limit", 0).json
    ids = [row["id"] for row in listed]
    assert len(ids) > SHOWN
    return ids


def test_the_planting_is_large_and_every_secret_is_in_its_file(planting: Planting) -> None:
    content = planting.entries.read_text()

    assert len(planting.planted) > 500
    assert len(planting.find_left(content)) > 150


def test_no_secret_leaves_by_the_markdown_or_the_table_of_a_run(planting: Planting, tended: Ended) -> None:
    assert planting.find_left(tended.out, tended.err, (planting.folder / "worklog.md").read_bytes()) == []


def test_no_secret_leaves_by_the_json_of_a_run(planting: Planting) -> None:
    ended = run("tend", planting.entries, "--state", ":memory:", "--output", "-", "--format", "json", "--now", NOW)

    assert ended.code == 0, ended.err
    assert len(ended.json["clusters"]) > 50
    assert planting.find_left(ended.out, ended.err, json.dumps(ended.json, ensure_ascii=False)) == []


def test_no_secret_leaves_by_the_page_of_a_run(planting: Planting) -> None:
    ended = run("tend", planting.entries, "--state", ":memory:", "--output", "-", "--format", "html", "--now", NOW)

    assert ended.code == 0, ended.err
    page = ended.out.decode()
    assert page.count("data-card") > 50
    assert planting.find_left(page, html.unescape(page), ended.err) == []


def test_no_secret_leaves_by_the_rows_of_assign(planting: Planting) -> None:
    output = planting.folder / "rows.csv"

    ended = run("assign", planting.entries, "--output", output)

    assert ended.code == 0, ended.err
    assert planting.find_left(ended.out, ended.err, output.read_bytes()) == []


def test_no_secret_is_in_the_bytes_of_the_state(planting: Planting, tended: Ended) -> None:
    del tended
    files = [path.read_bytes() for path in planting.folder.glob("state.db*")]

    assert planting.find_left(*(content.decode("latin-1") for content in files)) == []


def test_no_secret_is_in_what_the_state_has_compressed(planting: Planting, tended: Ended) -> None:
    del tended
    with sqlite3.connect(planting.state) as connection:
        packed = [one for row in connection.execute("select worklog, replay from runs") for one in row if one]

    unpacked = [zlib.decompress(one) for one in packed]

    assert len(unpacked) >= 1
    assert planting.find_left(*unpacked, *(json.dumps(json.loads(one), ensure_ascii=False) for one in unpacked)) == []


def test_no_secret_leaves_by_the_list_of_issues(planting: Planting, issue_ids: list[str]) -> None:
    del issue_ids
    listed = run("issues", "list", "--state", planting.state, "--limit", 0)
    spelt = run("issues", "list", "--state", planting.state, "--limit", 0, "--json")

    assert (listed.code, spelt.code) == (0, 0)
    assert planting.find_left(listed.out, listed.err, spelt.out, spelt.err) == []


@pytest.mark.slow
@pytest.mark.parametrize("command", ["show", "explain"])
def test_no_secret_leaves_by_what_is_told_of_an_issue(planting: Planting, issue_ids: list[str], command: str) -> None:
    outputs: list[bytes | str] = []
    for issue in issue_ids[:: max(len(issue_ids) // SHOWN, 1)]:
        for form in ([], ["--json"]):
            ended = run("issues", command, issue, "--state", planting.state, *form)
            assert ended.code == 0, ended.err
            outputs += [ended.out, ended.err]

    assert planting.find_left(*outputs) == []


def test_no_secret_leaves_by_what_tells_issues_apart(planting: Planting, issue_ids: list[str]) -> None:
    pairs = list(zip(issue_ids[::SHOWN], issue_ids[1::SHOWN], strict=False))[:SHOWN]

    ended = [run("issues", "why-not", *pair, "--state", planting.state) for pair in pairs]

    assert {one.code for one in ended} == {0}
    assert planting.find_left(*(text for one in ended for text in (one.out, one.err))) == []


def test_no_secret_leaves_by_an_export(planting: Planting, tended: Ended) -> None:
    del tended
    ended = run("issues", "export", "--state", planting.state)

    assert ended.code == 0, ended.err
    rows = [json.loads(line) for line in ended.out.splitlines()]
    assert planting.find_left(ended.out, ended.err, json.dumps(rows, ensure_ascii=False)) == []


def test_no_secret_leaves_by_a_comparison(planting: Planting, tended: Ended) -> None:
    del tended
    sides = ("2025-09-14T10:00:00Z/6m", "2025-09-14T10:06:00Z/6m")

    ended = [run("diff", *sides, "--state", planting.state, *form) for form in ([], ["--json"])]

    assert {one.code for one in ended} <= {0, 4}
    assert planting.find_left(*(text for one in ended for text in (one.out, one.err))) == []


def test_no_secret_leaves_by_the_list_of_runs_or_the_doctor(planting: Planting, tended: Ended) -> None:
    del tended
    ended = [run(name, "--state", planting.state, *form) for name in ("runs", "doctor") for form in ([], ["--json"])]

    assert {one.code for one in ended} == {0}
    assert planting.find_left(*(text for one in ended for text in (one.out, one.err))) == []


def test_no_secret_leaves_by_redact(planting: Planting) -> None:
    from_file = run("redact", planting.entries)
    from_pipe = run("redact", "-", stdin=planting.entries.read_bytes())

    assert (from_file.code, from_pipe.code) == (0, 0)
    assert len(from_file.out.splitlines()) == len(planting.planted)
    assert planting.find_left(from_file.out, from_file.err, from_pipe.out, from_pipe.err) == []


def test_no_secret_leaves_by_what_is_said_of_text_that_is_no_json(planting: Planting, tmp_path: Path) -> None:
    lines = [f'{{"broken": "{row.secrets[0].text}", ' for row in planting.planted[:100]]
    (tmp_path / "broken.jsonl").write_text("\n".join(line.replace("\n", "\\n") for line in lines) + "\n")

    ended = run("tend", tmp_path / "broken.jsonl", "--state", ":memory:", "--output", "-", "--input", "json")

    assert planting.find_left(ended.out, ended.err) == []


def test_no_name_of_a_user_leaves_by_the_path_of_a_source(tmp_path: Path, planting: Planting) -> None:
    user = fill("{lo:12}", Random(5))
    source = tmp_path / "home" / user / "entries.jsonl"
    source.parent.mkdir(parents=True)
    source.write_text(json.dumps(planting.planted[0].entry) + "\nno json\n")

    ended = run("tend", source, "--state", tmp_path / "state.db", "--output", "-")

    left = Planting(tmp_path, [PlantedEntry({}, (Secret(user, is_whole=True),), "path of the source")])
    state = (tmp_path / "state.db").read_bytes()
    assert ended.code == 0, ended.err
    assert left.find_left(ended.out) == []
    assert left.find_left(state.decode("latin-1")) == []
