"""Who asks GitHub, where the token goes, what is made of answers that are none, and what is told when it fails."""

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from log_gardener.errors import LostAnswerError, TrackerError
from log_gardener.model.diagnosis import Diagnosis, Mark
from log_gardener.trackers.github.gateway import MOST_TRIES
from log_gardener.trackers.github.options import GitHubOptions
from log_gardener.trackers.github.tracker import GitHubTracker
from log_gardener.trackers.github.wire import Call
from tests.contracts.github_bench import APP, GitHubBench, serve_bench
from tests.fakes.crooked_server import Answer, Asked, CrookedServer, Said, crooked
from tests.fakes.github_faults import Fault
from tests.fakes.github_limits import Setting
from tests.fakes.standing_clock import StandingClock

LABEL = "log-gardener"
TOKEN = "ghp_secretsecretsecretsecretsecretsecret"  # noqa: S105 - of no account


@pytest.fixture
def github() -> Iterator[GitHubBench]:
    with serve_bench() as bench:
        yield bench


@pytest.fixture
def app() -> Iterator[GitHubBench]:
    with serve_bench(APP) as bench:
        yield bench


def diagnose(tracker: GitHubTracker) -> dict[str, Diagnosis]:
    return {one.subject: one for one in tracker.diagnose()}


def test_an_app_finds_its_installation_and_makes_one_token(app: GitHubBench) -> None:
    app.tracker.list_tickets(LABEL, [])
    app.tracker.create("title", "body", [LABEL])

    paths = [call.path for call in app.server.journal.calls() if call.login == "app"]
    assert sum(path.endswith("/installation") for path in paths) == 1
    assert sum(path.endswith("/access_tokens") for path in paths) == 1
    assert app.repository.issue(1).author.login == "gardener[bot]"


def test_an_installation_that_is_named_is_not_looked_up(app: GitHubBench) -> None:
    [number] = app.server.world.installations

    app.make(installation_id=str(number)).list_tickets(LABEL, [])

    assert not any(call.path.endswith("/installation") for call in app.server.journal.calls())


def test_the_token_of_an_app_is_made_anew_before_it_ends(app: GitHubBench) -> None:
    number = app.tracker.create("title", "body", [LABEL]).number
    app.clock.sleep(timedelta(minutes=56).total_seconds())
    app.tracker.comment(number, "one")

    assert sum(call.path.endswith("/access_tokens") for call in app.server.journal.calls()) == 2
    assert all(call.status < 400 for call in app.server.journal.calls())


@pytest.mark.parametrize("is_write", [False, True])
def test_a_token_of_an_app_that_was_revoked_is_made_anew(app: GitHubBench, *, is_write: bool) -> None:
    number = app.tracker.create("title", "body", [LABEL]).number
    app.server.world.expire_tokens()

    if is_write:
        app.tracker.comment(number, "said")
    else:
        app.tracker.read_ticket(number)

    assert len(app.repository.list_comments(number)) == is_write
    assert app.server.journal.calls()[-1].status < 400


@pytest.mark.parametrize("fault", [Fault.LOST_CUT, Fault.BAD_GATEWAY])
def test_a_token_whose_answer_was_lost_is_made_again(app: GitHubBench, fault: Fault) -> None:
    app.server.faults.on("POST", "access_tokens$", fault, times=2)

    assert app.tracker.list_tickets(LABEL, []).is_writable
    assert app.waits == [1, 2]


def test_an_app_that_is_not_installed_is_told_so(app: GitHubBench) -> None:
    app.server.world.installations.clear()

    with pytest.raises(TrackerError, match=r"no installation in .*acme/shop"):
        app.tracker.list_tickets(LABEL, [])


def test_an_app_whose_clock_is_wrong_is_told_so(app: GitHubBench) -> None:
    behind = GitHubTracker(app.options, lambda: app.clock() - timedelta(hours=1), app.sleep)
    try:
        with pytest.raises(TrackerError, match="clock is right"):
            behind.list_tickets(LABEL, [])
    finally:
        behind.close()


def test_the_token_of_a_workflow_is_used_with_the_login_that_is_set(app: GitHubBench) -> None:
    app.tracker.create("title", "body", [LABEL])
    [token] = [text for text in app.server.world.tokens if text.startswith("ghs_")]
    plain = app.make(token=token)

    with pytest.raises(TrackerError, match=r"set login .*github-actions\[bot\]"):
        plain.list_tickets(LABEL, [])

    listing = app.make(token=token, login="gardener[bot]").list_tickets(LABEL, [])
    assert listing.is_writable
    assert listing.tickets[0].is_ours


def test_a_token_that_is_no_good_is_told_with_what_to_do_and_without_the_token(github: GitHubBench) -> None:
    tracker = github.make(token=TOKEN)

    with pytest.raises(TrackerError, match=r"401.*make a new token") as caught:
        tracker.list_tickets(LABEL, [])
    assert TOKEN not in repr(caught.value)
    assert len(github.server.journal.calls()) == 1


def test_a_repository_that_is_not_to_be_seen_is_told_so(github: GitHubBench) -> None:
    with pytest.raises(TrackerError, match="check repository"):
        github.make(repository="acme/none").list_tickets(LABEL, [])


def test_nothing_of_pygithub_logs_a_token(app: GitHubBench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "github")

    app.tracker.create("title", "body", [LABEL])

    assert "ghs_" not in caplog.text
    assert "eyJ" not in caplog.text


def test_all_trials_go_well_where_all_is_well(app: GitHubBench) -> None:
    found = diagnose(app.make())

    assert {one.mark for one in found.values()} == {Mark.OK}
    assert found["account"].detail == "gardener[bot]"
    assert found["repository"].detail == "https://github.com/acme/shop"
    assert found["requests"].detail.endswith("left until 2025-09-24T22:00:00Z")
    assert found["clock"].detail == "0 s behind GitHub's"


def test_a_trial_of_a_token_that_is_no_good_is_the_last(github: GitHubBench) -> None:
    found = diagnose(github.make(token=TOKEN))

    assert list(found) == ["account"]
    assert found["account"].mark is Mark.FAILED
    assert "make a new token" in found["account"].remedy
    assert TOKEN not in repr(found)


def test_trials_tell_of_a_repository_without_issues_or_with_another_name(github: GitHubBench) -> None:
    github.repository.has_issues = False
    github.server.world.rename_repository(github.repository, "acme/store")

    found = diagnose(github.make())

    assert found["repository"].mark is Mark.WARNING
    assert "acme/store" in found["repository"].detail
    assert found["write tickets"].mark is Mark.FAILED
    assert "enable them" in found["write tickets"].remedy


def test_trials_tell_of_a_repository_that_is_not_to_be_seen(github: GitHubBench) -> None:
    found = diagnose(github.make(repository="acme/none"))

    assert found["repository"].mark is Mark.FAILED
    assert "check repository" in found["repository"].remedy


def test_a_trial_does_not_wait_for_a_limit(github: GitHubBench) -> None:
    github.server.limits.exhaust("gardener", github.clock())

    found = diagnose(github.make())

    assert found["account"].mark is Mark.FAILED
    assert github.waits == []


def test_trials_tell_of_a_limit_that_is_nearly_used_up() -> None:
    with serve_bench(setting=Setting(core_per_hour=510)) as github:
        tracker = github.make()
        for _ in range(11):
            tracker._wire.send(Call("GET", "/repos/acme/shop"), github.options.token)

        assert diagnose(tracker)["requests"].mark is Mark.WARNING


def test_trials_tell_of_a_server_without_limits() -> None:
    with serve_bench(setting=Setting(core_per_hour=None)) as github:
        assert diagnose(github.make())["requests"].detail == "not limited"


def test_trials_tell_of_a_clock_that_is_wrong(github: GitHubBench) -> None:
    ahead = GitHubTracker(github.options, lambda: github.clock() + timedelta(minutes=3), github.sleep)
    try:
        found = diagnose(ahead)
    finally:
        ahead.close()

    assert found["clock"].mark is Mark.WARNING
    assert found["clock"].detail.startswith("180 s ahead")


def test_trials_tell_that_an_empty_repository_has_no_documents(github: GitHubBench) -> None:
    del github.repository.files["README.md"]

    assert diagnose(github.make())["read documents"].detail == "there are none"


def test_documents_that_may_not_be_read_are_told_and_keep_nobody_from_filing() -> None:
    def answer(asked: Asked) -> Said:
        if "/git/" in asked.target:
            return Said(403, b'{"message": "Resource not accessible by integration"}')
        return Said(body=b"[]") if "/issues" in asked.target else Said(body=spell_repository())

    with crooked(answer) as server:
        tracker = make_crooked(server)
        found = diagnose(tracker)
        assert tracker.list_neighbours(0) == ()
        tracker.close()
    assert found["read documents"].mark is Mark.WARNING
    assert found["requests"].mark is Mark.FAILED
    assert "Contents: read" in found["read documents"].remedy


# What no GitHub answers, but something between it and us does.


def make_crooked(server: CrookedServer, **changed: Any) -> GitHubTracker:
    options = GitHubOptions(
        "acme/shop", **{"token": TOKEN, "base_url": server.url, "login": "gardener", "timeout_seconds": 5, **changed}
    )
    clock = StandingClock()
    return GitHubTracker(options, clock, clock.sleep)


def spell_repository(server: str = "") -> bytes:
    facts = {
        "full_name": "acme/shop",
        "html_url": f"{server}/acme/shop",
        "default_branch": "main",
        "archived": False,
        "has_issues": True,
    }
    return json.dumps(facts).encode()


def answer_list(said: Said) -> Answer:
    """The repository as it should be, and one answer to everything else."""
    return lambda asked: Said(body=spell_repository()) if asked.target.endswith("/shop") else said


@pytest.mark.parametrize(
    "said",
    [
        Said(body=b"{}"),
        Said(body=b"null"),
        Said(body=b""),
        Said(204, b""),
        Said(body=b'{"message": "welcome to our guest network"}'),
        Said(body=b'[{"number": 1}]'),
        Said(body=b"[1]"),
        Said(304, b""),
        Said(418, b"{}"),
        Said(body=b"<html>log in</html>"),
        Said(body=b"[]", headers={"Link": '<http://evil.example/issues?page=2>; rel="next"'}),
        Said(302, b"", {"Location": "http://evil.example/"}),
        Said(301, b""),
    ],
    ids=lambda said: f"{said.status}-{said.body[:12].decode()}",
)
def test_what_is_no_list_is_no_empty_tracker(said: Said) -> None:
    with crooked(answer_list(said)) as server:
        tracker = make_crooked(server)
        with pytest.raises(TrackerError) as caught:
            tracker.list_tickets(LABEL, [])
        tracker.close()
    assert TOKEN not in str(caught.value)


def test_a_list_without_end_ends() -> None:
    def answer(asked: Asked) -> Said:
        if asked.target.endswith("/shop"):
            return Said(body=spell_repository())
        return Said(body=b"[]", headers={"Link": f'<http://{asked.headers["host"]}/issues?page=2>; rel="next"'})

    with crooked(answer) as server:
        tracker = make_crooked(server)
        with pytest.raises(TrackerError, match="end"):
            tracker.list_tickets(LABEL, [])
        tracker.close()
    assert len(server.asked) == 3


def test_redirects_in_a_circle_end() -> None:
    with crooked(lambda asked: Said(301, b"", {"Location": f"http://{asked.headers['host']}/"})) as server:
        tracker = make_crooked(server)
        with pytest.raises(TrackerError, match="redirects"):
            tracker.list_tickets(LABEL, [])
        tracker.close()
    assert len(server.asked) < 10


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_the_token_is_not_sent_to_where_a_redirect_points(status: int) -> None:
    with crooked(lambda _: Said()) as villain:
        # Another port is another host, as it is for a browser.
        with crooked(lambda _: Said(status, b"", {"Location": f"{villain.url}/repos/acme/shop"})) as server:
            tracker = make_crooked(server)
            with pytest.raises(TrackerError, match="no other"):
                tracker.list_tickets(LABEL, [])
            tracker.close()
        assert villain.asked == []


@pytest.mark.parametrize("body", [b"{}", b"null", b"[]", b'{"number": 1}', b"<html>", b'{"number'])
def test_a_success_that_does_not_show_the_ticket_is_a_lost_answer(body: bytes) -> None:
    with crooked(answer_list(Said(201, body))) as server:
        tracker = make_crooked(server)
        with pytest.raises(LostAnswerError):
            tracker.create("title", "body", [LABEL])
        tracker.close()
    assert [asked.method for asked in server.asked].count("POST") == 1


def test_a_message_that_repeats_the_token_is_told_without_it() -> None:
    said = {"message": f"no way, {TOKEN}, nor ghs_0123456789abcdef0123456789abcdef0123"}
    with crooked(lambda _: Said(400, json.dumps(said).encode())) as server:
        tracker = make_crooked(server)
        with pytest.raises(TrackerError, match="no way") as caught:
            tracker.list_tickets(LABEL, [])
        tracker.close()
    assert TOKEN not in str(caught.value)
    assert "ghs_" not in str(caught.value)


def test_a_server_that_is_not_there_is_asked_a_few_times_and_took_nothing() -> None:
    with crooked(lambda _: Said()) as server:
        pass
    tracker = make_crooked(server)

    with pytest.raises(TrackerError, match="cannot be reached") as caught:
        tracker.create("title", "body", [LABEL])
    assert not isinstance(caught.value, LostAnswerError)


def test_a_write_that_found_no_connection_is_sent_when_there_is_one(github: GitHubBench) -> None:
    github.tracker.list_tickets(LABEL, [])
    dead = github.make(base_url="http://127.0.0.1:9")
    dead._repository._facts = github.tracker._repository._facts

    with pytest.raises(TrackerError, match="cannot be reached") as caught:
        dead.create("title", "body", [LABEL])
    assert not isinstance(caught.value, LostAnswerError)
    assert len(github.waits) == MOST_TRIES - 1


def test_a_proxy_of_the_environment_is_used_and_its_password_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with crooked(lambda _: Said(407, b"")) as proxy:
        address = proxy.url.replace("http://", "http://me:hunter2@")
        monkeypatch.setenv("HTTPS_PROXY", address)
        tracker = make_crooked(proxy, base_url="https://git.acme.example/api/v3")
        with pytest.raises(TrackerError, match="proxy") as caught:
            tracker.list_tickets(LABEL, [])
        tracker.close()
    assert {asked.method for asked in proxy.asked} == {"CONNECT"}
    assert "hunter2" not in str(caught.value)
    assert TOKEN not in repr(proxy.asked)


def test_every_request_says_who_asks_and_in_which_version() -> None:
    with crooked(answer_list(Said(body=b"[]"))) as server:
        tracker = make_crooked(server)
        tracker.list_tickets(LABEL, [])
        tracker.close()

    for asked in server.asked:
        assert asked.headers["user-agent"] == "log-gardener"
        assert asked.headers["x-github-api-version"] == "2022-11-28"
        assert asked.headers["accept"] == "application/vnd.github+json"
        assert asked.headers["authorization"] == f"Bearer {TOKEN}"
