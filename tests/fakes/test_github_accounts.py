"""Who is let in by the fake GitHub, and where what was renamed is."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import jwt
import pytest

from tests.fakes.github_accounts import App, Role, make_app_key
from tests.fakes.github_asking import Asking
from tests.fakes.github_repository import Repository
from tests.fakes.github_server import GitHubServer
from tests.fakes.standing_clock import StandingClock

SHOP = "/repos/acme/shop"
GRANTED = {"issues": "write", "contents": "read"}


@pytest.fixture
def server() -> Iterator[GitHubServer]:
    clock = StandingClock()
    with GitHubServer(clock=clock, token_clock=clock) as running:
        yield running


@pytest.fixture
def app(server: GitHubServer, shop: Repository) -> App:
    app = server.world.add_app("log-gardener")
    server.world.install(app, shop, GRANTED)
    return app


def sign(app: App, now: datetime, life: timedelta = timedelta(minutes=5), **claims: object) -> str:
    times = {"iat": int(now.timestamp()) - 60, "exp": int((now + life).timestamp())}
    return jwt.encode({**times, "iss": str(app.id), **claims}, app.key.private_pem, algorithm="RS256")


def as_app(server: GitHubServer, app: App) -> Asking:
    return Asking(server, sign(app, server.clock()))


def get_token(server: GitHubServer, app: App) -> str:
    number = as_app(server, app).get(f"{SHOP}/installation").body["id"]
    made = as_app(server, app).post(f"/app/installations/{number}/access_tokens", {})
    assert made.status == 201
    token: str = made.body["token"]
    return token


def test_a_token_says_who_asks(gardener: Asking) -> None:
    assert gardener.get("/user").body["login"] == "gardener"


@pytest.mark.parametrize("header", ["Bearer wrong", "token wrong", "Bearer "])
def test_a_wrong_token_opens_nothing(server: GitHubServer, shop: Repository, header: str) -> None:
    del shop

    refused = Asking(server, "").ask("GET", SHOP, headers={"Authorization": header})

    assert (refused.status, refused.body["message"]) == (401, "Bad credentials")


def test_both_schemes_are_known(server: GitHubServer, shop: Repository) -> None:
    nobody = Asking(server, "")

    for scheme in ("token", "Bearer"):
        assert nobody.ask("GET", "/user", headers={"Authorization": f"{scheme} {shop.token}"}).status == 200


def test_a_token_expires(server: GitHubServer, shop: Repository) -> None:
    asking = Asking(server, server.world.add_token("gardener", life=timedelta(hours=1)))
    assert asking.get(SHOP).status == 200

    server.clock.sleep(3600)

    assert asking.get(SHOP).status == 401
    assert shop.list_issues() == []


def test_nobody_is_nobody(server: GitHubServer) -> None:
    assert Asking(server, "").get("/user").status == 401


def test_a_client_without_a_name_is_not_let_in(server: GitHubServer, gardener: Asking) -> None:
    assert gardener.ask("GET", "/user", headers={"User-Agent": ""}).status == 403
    assert len(server.violations) == 1


def test_a_version_of_the_api_that_there_is_not_is_refused(gardener: Asking) -> None:
    assert gardener.ask("GET", "/user", headers={"X-GitHub-Api-Version": "2022-11-28"}).status == 200
    assert gardener.ask("GET", "/user", headers={"X-GitHub-Api-Version": "2021-01-01"}).status == 400


@pytest.mark.parametrize(
    ("role", "granted"),
    [(Role.READ, {"pull"}), (Role.TRIAGE, {"pull", "triage"}), (Role.WRITE, {"pull", "triage", "push"})],
)
def test_a_repository_says_what_one_may_do(
    server: GitHubServer, shop: Repository, role: Role, granted: set[str]
) -> None:
    shop.roles["ada"] = role

    shown = Asking(server, server.world.add_token("ada")).get(SHOP).body

    assert {name for name, is_granted in shown["permissions"].items() if is_granted} == granted


def test_an_enterprise_server_has_all_below_a_path_of_its_own(server: GitHubServer, gardener: Asking) -> None:
    made = gardener.post("/api/v3/repos/acme/shop/issues", {"title": "t"})

    assert made.body["url"] == f"{server.enterprise_url}/repos/acme/shop/issues/1"
    assert gardener.get(made.body["url"]).status == 200
    assert server.journal.calls("POST @/issues")[0].path == "/repos/acme/shop/issues"


def test_an_app_is_known_by_what_it_signed(server: GitHubServer, app: App) -> None:
    shown = as_app(server, app).get("/app").body

    assert (shown["slug"], shown["id"]) == ("log-gardener", app.id)


def test_a_jwt_opens_nothing_but_what_is_of_the_app(server: GitHubServer, app: App) -> None:
    asking = as_app(server, app)

    assert asking.get("/repos/acme/shop/issues").status == 403
    assert asking.get(f"{SHOP}/installation").status == 200
    assert len(asking.get("/app/installations").body) == 1
    assert asking.get("/orgs/acme/installation").body["account"]["login"] == "acme"


def test_no_token_but_a_jwt_opens_what_is_of_the_app(gardener: Asking, app: App) -> None:
    del app

    assert gardener.get("/app").status == 401
    assert gardener.get(f"{SHOP}/installation").status == 401


@pytest.mark.parametrize(
    ("claims", "life", "part"),
    [
        ({}, timedelta(minutes=-1), "'exp'"),
        ({}, timedelta(minutes=20), "too far in the future"),
        ({"iat": 4_000_000_000}, timedelta(minutes=5), "'iat'"),
        ({"iss": "12"}, timedelta(minutes=5), "'iss'"),
    ],
)
def test_a_jwt_of_the_wrong_time_or_app_is_refused(
    server: GitHubServer, app: App, claims: dict[str, object], life: timedelta, part: str
) -> None:
    refused = Asking(server, sign(app, server.clock(), life, **claims)).get("/app")

    assert (refused.status, part in refused.body["message"]) == (401, True)


def test_a_jwt_that_another_key_signed_is_refused(server: GitHubServer, app: App) -> None:
    claims = {"iat": int(server.clock().timestamp()), "exp": int(server.clock().timestamp()) + 60, "iss": str(app.id)}
    forged = jwt.encode(claims, make_app_key("another").private_pem, algorithm="RS256")
    parts = forged.split(".")
    unsigned = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).decode().rstrip("=")

    for text in (forged, f"{unsigned}.{parts[1]}.", "a.b.c"):
        refused = Asking(server, text).get("/app")
        assert (refused.status, refused.body["message"]) == (401, "A JSON web token could not be decoded")


def test_what_an_app_writes_is_of_its_bot(server: GitHubServer, app: App) -> None:
    made = Asking(server, get_token(server, app)).post(f"{SHOP}/issues", {"title": "t", "labels": ["gcp"]}).body

    assert (made["user"]["login"], made["user"]["type"]) == ("log-gardener[bot]", "Bot")
    assert made["performed_via_github_app"]["slug"] == "log-gardener"
    assert made["labels"][0]["name"] == "gcp"


def test_an_app_is_no_user(server: GitHubServer, app: App) -> None:
    refused = Asking(server, get_token(server, app)).get("/user")

    assert (refused.status, refused.body["message"]) == (403, "Resource not accessible by integration")


def test_a_token_of_an_app_is_good_for_an_hour(server: GitHubServer, app: App) -> None:
    asking = Asking(server, get_token(server, app))
    assert asking.get(SHOP).status == 200

    server.clock.sleep(3600)

    assert asking.get(SHOP).status == 401


def test_all_tokens_of_apps_can_expire_at_once(server: GitHubServer, app: App, gardener: Asking) -> None:
    asking = Asking(server, get_token(server, app))

    server.world.expire_tokens()

    assert (asking.get(SHOP).status, gardener.get(SHOP).status) == (401, 200)


def test_an_app_that_may_only_read_writes_nothing(server: GitHubServer, shop: Repository) -> None:
    app = server.world.add_app("reader")
    server.world.install(app, shop, {"issues": "read"})
    asking = Asking(server, get_token(server, app))

    assert asking.get(f"{SHOP}/issues").status == 200
    assert asking.post(f"{SHOP}/issues", {"title": "t"}).status == 403
    assert shop.list_issues() == []


def test_an_app_may_write_issues_without_being_let_into_locked_ones(
    server: GitHubServer, app: App, shop: Repository
) -> None:
    asking = Asking(server, get_token(server, app))
    asking.post(f"{SHOP}/issues", {"title": "t"})
    shop.lock(shop.owner, 1)

    assert asking.post(f"{SHOP}/issues/1/comments", {"body": "b"}).status == 403


def test_a_token_of_an_app_is_for_what_was_granted(server: GitHubServer, app: App) -> None:
    asking = as_app(server, app)
    number = asking.get(f"{SHOP}/installation").body["id"]
    address = f"/app/installations/{number}/access_tokens"

    assert asking.post(address, {"permissions": {"contents": "write"}}).status == 422
    narrow = asking.post(address, {"permissions": {"issues": "read"}}).body["token"]
    assert Asking(server, narrow).post(f"{SHOP}/issues", {"title": "t"}).status == 403


def test_an_app_does_not_see_where_it_is_not_installed(server: GitHubServer, app: App) -> None:
    secret = server.add_repository("acme/secret")
    secret.is_private = True
    asking = Asking(server, get_token(server, app))

    assert asking.get("/repos/acme/secret").status == 404
    assert as_app(server, app).get("/repos/acme/secret/installation").status == 404


def test_by_default_tokens_of_apps_go_by_the_wall_clock() -> None:
    with GitHubServer() as server:
        shop = server.add_repository("acme/shop")
        app = server.world.add_app("log-gardener")
        server.world.install(app, shop, GRANTED)
        asking = Asking(server, sign(app, datetime.now(UTC)))
        number = asking.get(f"{SHOP}/installation").body["id"]

        made = asking.post(f"/app/installations/{number}/access_tokens", {}).body

    assert datetime.fromisoformat(made["expires_at"]) > datetime.now(UTC) + timedelta(minutes=50)


def test_a_renamed_repository_is_read_where_it_is_now(server: GitHubServer, shop: Repository, gardener: Asking) -> None:
    gardener.post(f"{SHOP}/issues", {"title": "t", "labels": ["gcp"]})
    server.world.rename_repository(shop, "acme/store")

    moved = gardener.get(f"{SHOP}/issues", state="all", labels="gcp")

    assert (moved.status, moved.body["message"]) == (301, "Moved Permanently")
    assert moved.headers["location"] == f"{server.url}/repositories/{shop.id}/issues?state=all&labels=gcp"
    assert gardener.get(moved.headers["location"]).numbers == [1]
    assert gardener.get(SHOP).headers["location"] == f"{server.url}/repositories/{shop.id}"
    assert gardener.get(f"/repositories/{shop.id}").body["full_name"] == "acme/store"


def test_a_write_to_a_renamed_repository_is_not_done_but_sent_on(
    server: GitHubServer, shop: Repository, gardener: Asking
) -> None:
    server.world.rename_repository(shop, "other/store")

    sent_on = gardener.post(f"{SHOP}/issues", {"title": "t"})

    assert sent_on.status == 307
    assert shop.list_issues() == []
    assert gardener.post(sent_on.headers["location"], {"title": "t"}).status == 201


def test_a_former_name_is_free_for_another_repository(server: GitHubServer, shop: Repository, gardener: Asking) -> None:
    server.world.rename_repository(shop, "acme/store")
    another = server.add_repository("acme/shop")

    assert gardener.get(SHOP).body["id"] == another.id


def test_where_a_private_repository_went_is_not_told_to_strangers(server: GitHubServer, shop: Repository) -> None:
    shop.is_private = True
    server.world.rename_repository(shop, "acme/store")

    assert Asking(server, server.world.add_token("stranger")).get(SHOP).status == 404


def test_an_app_may_only_read_what_is_public_where_it_is_not_installed(server: GitHubServer, app: App) -> None:
    other = server.add_repository("acme/public")
    asking = Asking(server, get_token(server, app))

    assert asking.get("/repos/acme/public/issues").status == 200
    assert asking.post("/repos/acme/public/issues", {"title": "t"}).status == 403
    assert other.list_issues() == []


def test_a_repository_shows_an_app_that_it_has_no_role_whatever_it_may_do(server: GitHubServer, app: App) -> None:
    shown = Asking(server, get_token(server, app)).get(SHOP).body

    assert set(shown["permissions"].values()) == {False}


def test_an_app_reads_of_a_private_repository_what_it_was_granted(
    server: GitHubServer, app: App, shop: Repository
) -> None:
    shop.is_private = True
    shop.files["README.md"] = "# Shop"
    asking = Asking(server, get_token(server, app))

    assert asking.get(f"{SHOP}/issues").status == 200
    assert asking.get(f"{SHOP}/contents/README.md").status == 200
    assert asking.get(f"{SHOP}/pulls").status == 403
    shop.is_private = False
    assert asking.get(f"{SHOP}/pulls").status == 200
