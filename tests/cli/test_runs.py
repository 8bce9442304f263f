"""What a run promises from one to the next."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.command import NOW, entry, ndjson, run, tend_json

ENTRIES = [entry(number) for number in range(7)]


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    path = tmp_path / "logs.json"
    path.write_bytes(ndjson(ENTRIES))
    return path


def count_remembered(state: Path) -> list[int]:
    return [issue["count"] for issue in run("issues", "list", "--state", state, "--json").json]


def test_the_same_input_gives_the_same_bytes(logs: Path) -> None:
    for form in ("json", "markdown"):
        arguments = ("tend", logs, "--state", ":memory:", "--output", "-", "--format", form, "--now", NOW)
        first, second = run(*arguments), run(*arguments)

        assert first.out == second.out
        assert first.out.endswith(b"\n")


def test_a_second_run_into_one_state_adds_no_count_and_says_the_same(logs: Path, tmp_path: Path) -> None:
    first = tend_json(logs, state=tmp_path / "g.db")
    second = tend_json(logs, state=tmp_path / "g.db")

    assert first.out == second.out
    assert count_remembered(tmp_path / "g.db") == [7]


def test_only_what_a_file_gained_is_counted(logs: Path, tmp_path: Path) -> None:
    tend_json(logs, state=tmp_path / "g.db")
    logs.write_bytes(ndjson([*ENTRIES, entry(8), entry(9)]))

    ended = tend_json(logs, state=tmp_path / "g.db")

    assert ended.json["clusters"][0]["count"] == 9
    assert count_remembered(tmp_path / "g.db") == [9]


def test_lines_without_an_id_are_known_again_by_their_place(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_text("[ERROR] pump failed\n" * 3)
    run("tend", path, "--state", tmp_path / "g.db", "--output", "-")
    path.write_text("[ERROR] pump failed\n" * 5)
    run("tend", path, "--state", tmp_path / "g.db", "--output", "-")

    assert count_remembered(tmp_path / "g.db") == [5]


def test_a_later_window_tells_the_ongoing_from_the_new(tmp_path: Path) -> None:
    early, late = tmp_path / "early", tmp_path / "late"
    early.write_bytes(ndjson([entry(number) for number in range(3)]))
    late.write_bytes(ndjson([entry(number, "the tap is stuck") for number in (100, 101)] + [entry(99)]))
    tend_json(early, state=tmp_path / "g.db")

    clusters = tend_json(late, state=tmp_path / "g.db").json["clusters"]

    trends = {cluster["title"]: cluster["trend"] for cluster in clusters}
    assert trends == {"the pot is dry": "ongoing", "the tap is stuck": "new"}
    novelty = {row["points"] for cluster in clusters for row in cluster["reasons"] if row["part"] == "novelty"}
    assert novelty == {5}


def test_an_issue_whose_template_widens_stays_the_same_issue(tmp_path: Path) -> None:
    one, more = tmp_path / "one", tmp_path / "more"
    one.write_bytes(ndjson([entry(1, "checkout failed for customer ann in shop")]))
    names = ("bob", "eve", "joe")
    more.write_bytes(
        ndjson([entry(70 + at, f"checkout failed for customer {name} in shop") for at, name in enumerate(names)])
    )
    tend_json(one, state=tmp_path / "g.db")
    tend_json(more, state=tmp_path / "g.db")

    assert count_remembered(tmp_path / "g.db") == [4]


def test_a_window_takes_its_start_and_not_its_end(logs: Path) -> None:
    asked = ("--since", "2s", "--until", "2025-09-14T10:00:03Z")

    ended = tend_json(logs, *asked)

    assert ended.json["coverage"]["entries"] == 2
    assert ended.json["coverage"]["outside_window"] == 5


def test_a_window_without_entries_is_verified_empty_and_unknown_resolves_nothing(logs: Path) -> None:
    ended = tend_json(logs, "--since", "1h")

    assert (ended.code, ended.json["outcome"]) == (0, "verified empty")


@pytest.mark.parametrize(
    "wrong", [("--since", "soon"), ("--until", NOW), ("--since", "1h", "--until", "2031-01-01"), ("--format", "pdf")]
)
def test_what_cannot_be_asked_is_wrong_usage(wrong: tuple[str, ...], logs: Path) -> None:
    assert run("tend", logs, *wrong, "--state", ":memory:", "--output", "-").code == 2


def test_one_service_can_be_looked_at_and_the_rest_is_counted(logs: Path) -> None:
    assert tend_json(logs, "--service", "other").json["coverage"]["other_services"] == 7


def test_entries_delivered_twice_count_once(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(ndjson(ENTRIES))
    (tmp_path / "b").write_bytes(ndjson(ENTRIES[3:]))

    coverage = tend_json(tmp_path / "a", tmp_path / "b").json["coverage"]

    assert (coverage["entries"], coverage["duplicates"], coverage["read"]) == (7, 4, 11)


def test_assign_writes_one_row_an_entry(tmp_path: Path) -> None:
    lines = [entry(1), entry(2, 'all, is "well"', severity="INFO"), entry(3)]
    run("assign", "-", "--output", tmp_path / "rows.csv", stdin=ndjson(lines))

    rows = list(csv.DictReader(io.StringIO((tmp_path / "rows.csv").read_text())))

    assert [row["insertId"] for row in rows] == ["id-1", "id-2", "id-3"]
    assert [bool(row["cluster_id"]) for row in rows] == [True, False, True]
    assert rows[1]["template"] == 'all, is "well"'
    assert rows[0]["template_id"] == rows[2]["template_id"] != rows[1]["template_id"]


def test_assign_numbers_lines_of_text_from_one(tmp_path: Path) -> None:
    run("assign", "-", "--input", "text", "--output", tmp_path / "rows.csv", stdin=b"took 3 ms\n{x\ntook 4 ms\n")

    rows = list(csv.DictReader(io.StringIO((tmp_path / "rows.csv").read_text())))

    assert [(row["insertId"], row["template"]) for row in rows] == [
        ("1", "took <int> ms"),
        ("2", "{x"),
        ("3", "took <int> ms"),
    ]


def test_an_issue_is_shown_by_the_beginning_of_its_id(logs: Path, tmp_path: Path) -> None:
    state = tmp_path / "g.db"
    tend_json(logs, state=state)
    issue = run("issues", "list", "--state", state, "--json").json[0]

    shown = run("issues", "show", issue["id"][:9], "--state", state, "--json").json

    assert shown["cluster"]["count"] == shown["count"] == 7
    assert run("issues", "show", "r1:none", "--state", state).code == 1
    assert b"the pot is dry" in run("issues", "show", issue["id"], "--state", state).out


def test_an_issue_is_shown_with_the_values_of_its_entry_redacted(tmp_path: Path) -> None:
    text = "mail to ann@garden.example from 10.0.0.1:25 bounced after 12 ms, password=hunter2secret\x1b]0;x\x07"
    (tmp_path / "logs").write_bytes(ndjson([entry(1, text)]))
    tend_json(tmp_path / "logs", state=tmp_path / "g.db")
    (issue,) = run("issues", "list", "--state", tmp_path / "g.db", "--json").json

    shown = run("issues", "show", issue["id"], "--state", tmp_path / "g.db")
    (exemplar,) = run("issues", "show", issue["id"], "--state", tmp_path / "g.db", "--json").json["cluster"][
        "exemplars"
    ]

    rows = shown.out.decode().partition("values of entry id-1\n")[2].partition("\n\n")[0].splitlines()
    kinds, texts = zip(*(row.split() for row in rows), strict=True)
    assert kinds[:4] == ("<email>", "<ip>", "<int>", "<int>")
    assert texts[1:4] == ("10.0.0.1", "25", "12")
    assert texts[0].startswith("<email:")
    assert [(f"<{value['kind']}>", value["text"]) for value in exemplar["values"]] == list(
        zip(kinds, texts, strict=True)
    )
    assert b"ann@" not in shown.out
    assert b"hunter2" not in shown.out
    assert b"\x1b" not in shown.out


def test_init_writes_a_file_that_loads_and_never_over_another(tmp_path: Path) -> None:
    first, second = run("init", cwd=tmp_path), run("init", cwd=tmp_path)

    assert (first.code, second.code) == (0, 2)
    text = (tmp_path / "log-gardener.toml").read_text()
    (tmp_path / "log-gardener.toml").write_text(
        text.replace("# novelty = 5", "novelty = 'x'").replace("# [priority]", "[priority]")
    )
    assert run("issues", "list", "--state", ":memory:", cwd=tmp_path).code == 2


def test_a_state_that_is_none_says_so(tmp_path: Path) -> None:
    (tmp_path / "bad.db").write_text("garbage" * 200)

    ended = run("issues", "list", "--state", tmp_path / "bad.db")

    assert ended.code == 1
    assert "not a database" in ended.err


def test_data_goes_to_stdout_and_all_else_to_stderr(logs: Path) -> None:
    ended = tend_json(logs)

    assert json.loads(ended.out)["outcome"] == "observed"
    assert "7 entries analyzed" in ended.err
