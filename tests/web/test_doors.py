"""Who may come in by a token: programs bring it along, people log in; guesses stop at a limit."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.cookies import Morsel, SimpleCookie
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from log_gardener.errors import UsageError
from log_gardener.sections.serve import ServeSettings
from log_gardener.web.login import find_target
from log_gardener.web.safety.limit import MOST_OF_ONE
from log_gardener.web.safety.sessions import Sessions
from log_gardener.web.serving import make_protection
from tests.web.served import KEY, Place, Served, find_problem, find_token, list_ids, serve

GUARDED = ServeSettings(token=SecretStr(KEY))
ELSEWHERE = ServeSettings(host="0.0.0.0", token=SecretStr(KEY))  # noqa: S104 - only what follows from it is tried


@pytest.fixture
def guarded(place: Place) -> Iterator[Served]:
    with serve(place, GUARDED) as one:
        yield one


def log_in(client: httpx.Client, token: str = KEY, **more: str) -> httpx.Response:
    return client.post("/login", data={"token": token, "next": "/runs"}, headers=more)


def find_cookie(answer: httpx.Response) -> "Morsel[str]":
    (found,) = SimpleCookie(answer.headers["set-cookie"]).values()
    return found


def test_without_the_token_there_is_nothing_to_see_but_where_to_log_in(guarded: Served) -> None:
    with guarded.open() as client:
        for path in ("/", "/runs", "/issues/r1:0", "/plan", "/live?version=1"):
            answer = client.get(path)
            assert (answer.status_code, answer.text) == (303, "")
            assert answer.headers["location"].startswith("/login?next=%2F")

        assert client.get("/login?next=/runs").status_code == 200
        assert client.get("/static/look.css").status_code == 200
        for path in ("/api/v1/issues", "/api/openapi.json", "/api/v1/session", "/static/../api/v1/issues"):
            problem = find_problem(client.get(path))
            assert problem["status"] == 401
            assert "Log in" in problem["detail"]


def test_who_logs_in_is_taken_to_where_they_wanted_to_go_and_can_decide(guarded: Served) -> None:
    with guarded.open() as client:
        answer = log_in(client)

        assert (answer.status_code, answer.headers["location"]) == (303, "/runs")
        issue = list_ids(client)[0]
        assert client.post(f"/api/v1/issues/{issue}/mute", json={}).status_code == 403
        assert client.post(f"/api/v1/issues/{issue}/mute", json={}, headers=find_token(client)).status_code == 200


def test_a_program_brings_the_token_along_and_needs_no_other(guarded: Served) -> None:
    with guarded.open(authorization=f"Bearer {KEY}") as client:
        issue = list_ids(client)[0]

        answer = client.post(f"/api/v1/issues/{issue}/resolve", json={})

        assert answer.json()["issue"]["status"] == "resolved"
        assert "set-cookie" not in answer.headers


def test_on_this_machine_the_cookie_is_out_of_reach_of_scripts_and_other_sites(guarded: Served) -> None:
    with guarded.open() as client:
        cookie = find_cookie(log_in(client))

    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie["path"] == "/"
    assert cookie["domain"] == ""
    assert int(cookie["max-age"]) == 12 * 3_600


def test_elsewhere_the_cookie_goes_over_https_only(place: Place) -> None:
    with serve(place, ELSEWHERE) as there, there.open() as client:
        answer = log_in(client)

        assert find_cookie(answer)["secure"]
        assert find_cookie(answer).key.startswith("__Host-")
        assert "max-age" in answer.headers["strict-transport-security"]


def test_who_has_logged_out_is_out_also_with_a_kept_cookie(guarded: Served) -> None:
    with guarded.open() as client:
        log_in(client)
        kept = dict(client.cookies)
        token = find_token(client)["X-CSRF-Token"]

        assert client.post("/logout").status_code == 403
        assert client.post("/logout", data={"csrf": token}).headers["location"] == "/login"

        client.cookies.update(kept)
        assert client.get("/api/v1/issues").status_code == 401


@pytest.mark.parametrize("cookie", ["x", "WyJhIiwiYiIsOTk5OTk5OTk5OV0.AAAA", "", "é", "a" * 9_000])
def test_a_made_up_cookie_is_none(guarded: Served, cookie: str) -> None:
    name = guarded.guard.options.cookie
    with guarded.open() as client:
        answer = client.get("/api/v1/issues", headers=[(b"cookie", f"{name}={cookie}".encode())])

        assert answer.status_code == 401


def test_a_session_ends_after_its_time() -> None:
    now = [1_000.0]
    sessions = Sessions(b"secret", lambda: now[0], 60)
    cookie = sessions.spell(sessions.begin("ann"))

    assert sessions.find(cookie)
    now[0] += 60
    assert sessions.find(cookie) is None
    assert Sessions(b"another", lambda: 1_000.0, 60).find(cookie) is None


@pytest.mark.parametrize("way", ["log-in", "api"])
def test_guesses_stop_at_the_limit_whatever_the_client_says_of_itself(guarded: Served, way: str) -> None:
    with guarded.open() as client:
        statuses = []
        for number in range(MOST_OF_ONE * 3):
            forged = {
                "x-forwarded-for": f"10.0.0.{number}",
                "forwarded": f"for=10.0.0.{number}",
                "x-real-ip": "1.1.1.1",
            }
            if way == "log-in":
                answer = log_in(client, f"guess-{number}", **forged)
            else:
                answer = client.get("/api/v1/issues", headers=forged | {"authorization": f"Bearer guess-{number}"})
            statuses.append(answer.status_code)

        assert statuses == [401] * MOST_OF_ONE + [429] * MOST_OF_ONE * 2
        assert 1 <= int(answer.headers["retry-after"]) <= 60
        # The right one is not told apart then: else the limit would be none.
        assert log_in(client).status_code == 429
        assert client.get("/api/v1/issues", headers={"authorization": f"Bearer {KEY}"}).status_code == 429


def test_guesses_at_the_same_time_get_no_further(guarded: Served) -> None:
    with guarded.open() as client, ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(lambda number: log_in(client, f"guess-{number}").status_code, range(48)))

    assert sorted(statuses) == [401] * MOST_OF_ONE + [429] * (48 - MOST_OF_ONE)


def test_who_is_logged_in_does_not_notice_that_others_guess(guarded: Served) -> None:
    with guarded.open() as client, guarded.open() as other:
        log_in(client)
        for number in range(MOST_OF_ONE + 1):
            log_in(other, f"guess-{number}")

        assert client.get("/api/v1/issues").status_code == 200


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", "/a\nb", "/\t/e"]
)
def test_the_log_in_leads_nowhere_else(target: str) -> None:
    assert find_target(target) == "/"


def test_the_log_in_leads_to_where_somebody_wanted_to_go() -> None:
    assert find_target("/issues/r1%3A0?x=1#y") == "/issues/r1%3A0?x=1#y"


@pytest.mark.parametrize(
    ("settings", "advice"),
    [
        (ServeSettings(host="0.0.0.0"), "openssl rand -hex 16"),  # noqa: S104 - it is refused
        (ServeSettings(host="::"), "Set a token"),
        (ServeSettings(host="192.0.2.1"), "leave --host out"),
        (ServeSettings(token=SecretStr("short")), "take 16 or more"),
        (ServeSettings(trusted_header="X-User"), "Set serve.iap_audience"),
        (ServeSettings(host="0.0.0.0", trusted_header="X-User"), "anybody can send it"),  # noqa: S104 - it is refused
    ],
    ids=str,
)
def test_what_would_let_anybody_in_is_not_served_and_says_what_to_do(settings: ServeSettings, advice: str) -> None:
    with pytest.raises(UsageError, match="(?s)" + advice):
        make_protection(settings)


def test_the_token_may_stand_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_GARDENER_SERVE_TOKEN", KEY)

    assert make_protection(ServeSettings(host="0.0.0.0")).is_public  # noqa: S104 - only what follows from it is tried


def test_a_log_in_outlives_the_server(shop: Path, tmp_path: Path) -> None:
    shutil.copy(shop, tmp_path / "garden.db")
    cookies: dict[str, str] = {}
    for _ in range(2):
        with serve(Place(tmp_path), GUARDED) as one, one.open() as client:
            client.cookies.update(cookies)
            if not cookies:
                log_in(client)
            cookies = dict(client.cookies)
            assert client.get("/api/v1/issues").status_code == 200
