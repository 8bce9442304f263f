"""What `tend --apply`, `issues` and `doctor` have to do with tickets."""

import json
from typing import Any

import pytest

from tests.cli.desk import LATER, POT, Desk


def test_tend_files_what_it_found_if_it_is_told_to(desk: Desk) -> None:
    ended = desk.tend(POT)

    assert ended.code == 0
    assert desk.titles == ["GCP-new | P2 | the pot is dry"]
    assert "done  create  https://github.com/acme/shop/issues/1" in ended.err
    assert ended.out == b""


def test_tend_asks_no_tracker_if_it_is_not_told_to(desk: Desk) -> None:
    assert desk.tend(POT, options=()).code == 0
    assert desk.server.journal.calls() == []


@pytest.mark.parametrize("missing", ["repository", "token"])
def test_tend_reads_nothing_if_it_could_not_file_it(desk: Desk, missing: str) -> None:
    desk.configure(**{missing: None})  # type: ignore[arg-type] # none of them is the text of further tables

    ended = desk.tend(POT)

    assert ended.code == 2
    assert not desk.worklog.exists()
    assert not desk.state.exists()


@pytest.mark.parametrize("options", [("--apply", "--replay", "1"), ("--apply",)])
def test_tend_refuses_to_file_what_is_not_remembered(desk: Desk, options: tuple[str, ...]) -> None:
    ended = desk.tend(POT, options=options, state=None if "--replay" in options else ":memory:")

    assert (ended.code, desk.server.journal.calls()) == (2, [])
    assert "--apply files what is" in ended.err


def test_tend_writes_its_worklog_whatever_becomes_of_the_tickets(desk: Desk) -> None:
    desk.configure(token="wrong")  # noqa: S106 - it is none

    ended = desk.tend(POT)

    assert ended.code == 1
    assert "401: Bad credentials" in ended.err
    assert [cluster["title"] for cluster in json.loads(desk.worklog.read_bytes())["clusters"]] == [POT]
    assert [issue["title"] for issue in desk.look("issues", "list", "--json").json] == [POT]


def test_tend_files_nothing_of_an_unknown_outcome(desk: Desk) -> None:
    desk.remember(POT)

    ended = desk.run("tend", desk.folder / "none.json", "--output", "-", "--apply")

    assert (ended.code, desk.server.journal.calls()) == (3, [])


def test_a_worklog_and_the_memory_name_the_ticket(desk: Desk) -> None:
    desk.remember(POT)
    desk.file()
    address = "https://github.com/acme/shop/issues/1"
    desk.now = LATER
    desk.tend(POT, options=())

    (listed,) = desk.look("issues", "list", "--json").json

    assert listed["ticket"] == json.loads(desk.worklog.read_bytes())["clusters"][0]["ticket"] == address
    assert desk.look("issues", "show", listed["id"], "--json").json["ticket"] == address
    assert "#1" in desk.look("issues", "list").out.decode()
    assert f"ticket  {address}" in desk.look("issues", "show", listed["id"]).out.decode()


def test_doctor_tries_the_tracker_that_is_configured(desk: Desk) -> None:
    tried = desk.look("doctor", "--json").json["trials"]

    marks = {trial["trial"]: trial["mark"] for trial in tried}
    assert marks["account"] == marks["repository"] == marks["write tickets"] == marks["read tickets"] == "ok"
    assert desk.server.journal.methods() == {"GET"}


@pytest.mark.parametrize(
    ("github", "more", "told"),
    [
        ({"token": "wrong"}, "", "make a new token"),
        ({"token": None}, "", "set GITHUB_TOKEN, or app_id and app_key"),
        ({}, "[tickets]\ntemplate = 'none.jinja'", "mend [tickets] and [github] in the configuration"),
    ],
    ids=["wrong token", "no token", "no template"],
)
def test_doctor_tells_what_mends_the_tracker(desk: Desk, github: dict[str, Any], more: str, told: str) -> None:
    desk.configure(more, **github)

    ended = desk.look("doctor")

    assert ended.code == 1
    assert told in ended.out.decode()
