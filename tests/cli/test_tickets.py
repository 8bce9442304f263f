"""`plan` and `apply` as a user calls them."""

from typing import Any

import pytest

from log_gardener.model.plan import parse_plan
from tests.cli.desk import HOSE, LATER, POT, TAP, Desk
from tests.fakes.github_accounts import Role
from tests.fakes.github_faults import Fault


def test_a_plan_tells_what_would_be_written_and_why_and_writes_nothing(desk: Desk) -> None:
    desk.remember(POT)

    ended = desk.plan()

    told = ended.out.decode()
    assert ended.code == 0
    assert "create 1" in told
    assert "create: new, and no ticket of it is known" in told
    assert "GCP-new | P2 | the pot is dry" in told
    assert f"'log-gardener apply {desk.plan_file}' does exactly this" in ended.err
    assert desk.server.journal.methods() == {"GET"}
    assert "\x1b" not in told


def test_applying_does_what_was_planned_and_then_nothing_is_left_to_plan(desk: Desk) -> None:
    desk.remember(POT, TAP)
    desk.plan()

    ended = desk.apply()
    again = desk.plan()

    assert ended.code == 0
    assert sorted(desk.titles) == ["GCP-new | P2 | the pot is dry", "GCP-new | P2 | the tap is stuck"]
    assert "https://github.com/acme/shop/issues/2" in ended.out.decode()
    assert "2 of 2 actions done" in ended.out.decode()
    assert "nothing to do: all is as it should be, in 2 tickets" in again.out.decode()
    assert (again.code, again.err.count("apply")) == (0, 0)


def test_a_plan_applied_twice_is_done_once(desk: Desk) -> None:
    desk.remember(POT)
    desk.plan()
    desk.apply()
    written = desk.writes

    ended = desk.apply()

    assert (ended.code, desk.writes) == (0, written)
    assert "done before" in ended.out.decode()


def test_a_plan_goes_from_one_command_to_the_other_by_a_pipe(desk: Desk) -> None:
    desk.remember(POT)

    planned = desk.run("plan", "--output", "-")
    applied = desk.run("apply", "-", stdin=planned.out)

    assert (planned.code, applied.code, len(desk.titles)) == (0, 0, 1)
    assert not (desk.folder / "-").exists()


def test_a_plan_is_json_too_and_so_is_what_came_of_it(desk: Desk) -> None:
    desk.remember(POT)

    planned, written = desk.plan("--json"), desk.plan_file.read_bytes()
    applied = desk.apply("--json")

    assert planned.out == written
    plan = parse_plan(planned.out.decode())
    assert planned.json["digest"] == plan.digest
    assert applied.json["stopped"] == ""
    assert applied.json["actions"] == [
        {
            "kind": "create",
            "issue": plan.actions[0].issue,
            "digest": plan.actions[0].digest,
            "done": True,
            "note": "done",
            "ticket": 1,
            "url": "https://github.com/acme/shop/issues/1",
        }
    ]


def test_a_plan_is_markdown_if_one_asks_for_it(desk: Desk) -> None:
    desk.remember(POT)

    ended = desk.run("plan", "--format", "markdown")

    assert ended.out.decode().startswith("# Plan for ")
    assert "kept" not in ended.err
    assert "'log-gardener plan --output PLAN.json' keeps a plan" in ended.err


def test_a_file_that_is_not_the_plan_as_it_was_made_is_refused(desk: Desk) -> None:
    desk.remember(POT)
    made = desk.run("plan", "--json").out

    for spoilt in (made.replace(b"pot is dry", b"pot is wet"), made[: len(made) // 2], b"\xff"):
        ended = desk.run("apply", "-", stdin=spoilt)

        assert (ended.code, desk.writes) == (2, 0)
        assert "plan" in ended.err


def test_a_plan_of_another_tracker_is_refused(desk: Desk) -> None:
    desk.server.add_repository("acme/store", login="gardener", role=Role.WRITE)
    desk.remember(POT)
    desk.plan()
    desk.configure(repository="acme/store")

    ended = desk.apply()

    assert (ended.code, desk.writes) == (2, 0)
    assert "acme/shop, and the configuration names" in ended.err


def test_a_plan_that_is_not_there_is_named(desk: Desk) -> None:
    ended = desk.apply()

    assert ended.code == 2
    assert f"cannot read {desk.plan_file}: No such file" in ended.err


def test_a_plan_that_cannot_be_written_is_told_of_and_not_shown(desk: Desk) -> None:
    desk.remember(POT)

    ended = desk.run("plan", "--output", desk.folder)

    assert (ended.code, ended.out) == (1, b"")
    assert f"cannot write the plan to {desk.folder}: Is a directory" in ended.err


def test_what_people_changed_since_the_plan_is_left_as_it_is_and_said(desk: Desk) -> None:
    desk.remember(POT)
    desk.file()
    desk.now = LATER
    desk.remember(POT, start=50)
    desk.plan()
    ada = desk.server.world.add_account("ada")
    body = str(desk.repository.issue(1).body).replace("### What would resolve it", "### Water it, says Ada")
    desk.repository.edit(ada, 1, body=body)

    ended = desk.apply()

    assert ended.code == 1
    assert "left  edit  #1  the pot is dry; refused: " in ended.out.decode()
    assert "left undone: 1 of 1 actions; 'log-gardener plan' looks at the tracker anew" in ended.err
    assert "Water it, says Ada" in str(desk.repository.issue(1).body)


def test_a_change_is_shown_as_the_lines_that_change(desk: Desk) -> None:
    desk.remember(POT)
    desk.file()
    desk.now = LATER
    desk.remember(POT, start=50)

    told = desk.plan().out.decode()

    assert "#1  the pot is dry" in told
    assert "edit our part of its text: its state has changed" in told
    assert "    -" in told
    assert "    +" in told


def test_what_is_left_alone_is_listed_by_its_reason(desk: Desk) -> None:
    desk.configure("[tickets]\nleast_priority = 'P0'")
    desk.remember(POT, TAP)

    told = desk.plan().out.decode()

    assert "nothing to do" in told
    assert "left alone\n  P2 is less urgent than P0, from which on issues are filed: the " in told
    assert all(text in told for text in (POT, TAP))


@pytest.mark.parametrize(
    ("github", "code", "told"),
    [
        ({"repository": None}, 2, "set github.repository = 'owner/name'"),
        ({"repository": "acmeshop"}, 2, "'acmeshop' is no repository"),
        ({"token": None}, 2, "no account of GitHub is given"),
        ({"token": "wrong"}, 1, "401: Bad credentials; make a new token"),
        ({"repository": "acme/none"}, 1, "404: Not Found; check repository in [github]"),
        ({"app_id": "1", "token": None, "app_key_file": "key.pem"}, 2, "app_key_file key.pem cannot be read"),
    ],
    ids=["no repository", "no name", "no token", "wrong token", "not found", "no key"],
)
def test_without_a_tracker_there_is_no_plan_and_the_message_says_why(
    desk: Desk, github: dict[str, Any], code: int, told: str
) -> None:
    desk.configure(**github)

    ended = desk.plan()

    assert ended.code == code
    assert told in ended.err
    assert ended.out == b""
    assert not desk.plan_file.exists()


def test_a_token_is_taken_from_where_githubs_own_tools_look(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.remember(POT)
    desk.configure(token=None)
    monkeypatch.setenv("GITHUB_TOKEN", desk.repository.token)

    assert desk.plan().code == 0


def test_what_looks_like_a_secret_is_in_no_plan(desk: Desk) -> None:
    desk.remember(POT)
    desk.configure("[[redaction.rules]]\nname = 'pot'\npattern = 'pot is dry'")

    ended = desk.plan()

    assert (ended.code, ended.out, desk.writes) == (1, b"", 0)
    assert "the plan" in ended.err
    assert not desk.plan_file.exists()


def test_what_looks_like_a_secret_is_not_filed_though_it_was_planned(desk: Desk) -> None:
    desk.remember(POT)
    desk.plan()
    desk.configure("[[redaction.rules]]\nname = 'pot'\npattern = 'pot is dry'")

    ended = desk.apply("--json")

    assert ended.code == 1
    assert desk.titles == []
    assert POT not in ended.out.decode() + ended.err


def test_a_flood_files_one_notice_and_all_of_it_if_one_insists(desk: Desk) -> None:
    desk.configure("[tickets]\nflood_from = 3")
    desk.remember(POT, TAP, HOSE)

    desk.file()
    noticed = desk.titles
    quiet = desk.plan()
    insisted = desk.plan("--despite", "flood")
    desk.apply()

    assert len(noticed) == 1
    assert "3 issues without a ticket came at once" in quiet.out.decode()
    assert "create" not in quiet.out.decode()
    assert "create 3" in insisted.out.decode()
    assert len(desk.titles) == 4


def test_there_is_no_breaker_of_another_name(desk: Desk) -> None:
    ended = desk.plan("--despite", "better knowledge")

    assert ended.code == 2
    assert "there is no breaker 'better knowledge'; give empty or flood" in ended.err


def test_what_the_tracker_puts_off_is_done_by_the_same_command_later(desk: Desk) -> None:
    desk.remember(POT, TAP)
    desk.plan()
    desk.server.faults.script(None, None, None, Fault.SECONDARY)
    stopped = desk.apply()
    before = len(desk.titles)
    desk.server.settle()
    desk.server.clock.sleep(3_600)

    ended = desk.apply()

    assert stopped.code == 1
    assert "the same command goes on from here" in stopped.err
    assert before < 2
    assert (ended.code, len(desk.titles)) == (0, 2)
