"""Only pages of ours can make a browser decide, and only under our own name."""

import httpx
import pytest

from tests.web.served import Served, find_problem, find_token, list_ids

EVIL = "https://evil.example"


def is_untouched(client: httpx.Client, issue: str) -> bool:
    return bool(client.get(f"/api/v1/issues/{issue}").json()["decisions"] == [])


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": EVIL},
        {"origin": "null"},
        {"origin": "http://localhost.evil.example"},
        {"origin": "http://127.0.0.1:1"},
        {"origin": "file://"},
        {"origin": "http://["},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"},
    ],
    ids=str,
)
def test_a_page_of_another_origin_cannot_decide_even_with_our_token(served: Served, headers: dict[str, str]) -> None:
    with served.open() as client:
        issue, token = list_ids(client)[0], find_token(client)

        answer = client.post(f"/api/v1/issues/{issue}/mute", json={}, headers=token | headers)

        assert find_problem(answer)["status"] == 403
        assert is_untouched(client, issue)


@pytest.mark.parametrize("token", ["", "x", "IjEi.aaaa", "é"], ids=["none", "made up", "unsigned", "not ASCII"])
def test_nothing_is_decided_without_the_token_of_the_session(served: Served, token: str) -> None:
    with served.open() as client:
        issue = list_ids(client)[0]

        headers = {"x-csrf-token": token.encode("utf-8")} if token else {}
        answer = client.post(f"/api/v1/issues/{issue}/mute", json={}, headers=headers)  # type: ignore[arg-type]

        assert find_problem(answer)["title"] == "without the token of this session"
        assert is_untouched(client, issue)


def test_the_token_of_another_session_is_none(served: Served) -> None:
    with served.open() as one, served.open() as other:
        issue, token = list_ids(one)[0], find_token(other)
        find_token(one)

        assert one.post(f"/api/v1/issues/{issue}/mute", json={}, headers=token).status_code == 403


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ('{"until": ""}', "text/plain"),
        ("until=", "application/x-www-form-urlencoded"),
        ("--x\r\n\r\n--x--", "multipart/form-data; boundary=x"),
    ],
)
def test_what_a_plain_form_elsewhere_can_send_decides_nothing(served: Served, content: str, kind: str) -> None:
    with served.open() as client:
        issue = list_ids(client)[0]

        answer = client.post(f"/api/v1/issues/{issue}/mute", content=content, headers={"content-type": kind})

        assert answer.status_code == 403
        assert is_untouched(client, issue)


@pytest.mark.parametrize("verb", ["mute", "resolve", "reopen", "lock", "split"])
def test_looking_never_decides(served: Served, verb: str) -> None:
    with served.open() as client:
        issue = list_ids(client)[0]

        assert client.get(f"/api/v1/issues/{issue}/{verb}").status_code == 405
        assert is_untouched(client, issue)


def test_a_page_of_another_origin_cannot_embed_what_we_answer(served: Served) -> None:
    with served.open() as client:
        for mode, dest in (("no-cors", "script"), ("no-cors", "image"), ("navigate", "iframe"), ("cors", "empty")):
            headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": mode, "sec-fetch-dest": dest}
            assert client.get("/api/v1/issues", headers=headers).status_code == 403

        answer = client.get("/api/v1/issues", headers={"origin": EVIL})

        assert not [name for name in answer.headers if name.startswith("access-control")]
        assert client.options("/api/v1/issues", headers={"origin": EVIL}).status_code == 405


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "[", ""])
def test_under_a_name_that_is_not_ours_nothing_is_answered(served: Served, host: str) -> None:
    with served.open() as client:
        answer = client.get("/api/v1/issues", headers={"host": host})

        assert answer.status_code in {400, 421}
        assert "issues" not in answer.json() if answer.status_code == 421 else True


def test_every_name_of_this_machine_is_ours(served: Served) -> None:
    with served.open() as client:
        for host in ("localhost", "localhost:1234", "127.0.0.1", "[::1]:80", "LOCALHOST"):
            assert client.get("/api/v1/issues", headers={"host": host}).status_code == 200


def test_every_answer_tells_the_browser_what_it_may_not_do(served: Served) -> None:
    with served.open() as client:
        for path in ("/api/v1/issues", "/api/v1/nothing", "/static/look.css", "/api/openapi.json"):
            headers = client.get(path).headers
            policy = headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "same-origin"
            assert headers["cache-control"] == ("no-cache" if path.startswith("/static") else "no-store")
