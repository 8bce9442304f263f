"""Limits of the fake GitHub, by its own clock."""

from collections.abc import Iterator

import pytest

from tests.fakes.github_asking import Answered, Asking
from tests.fakes.github_limits import Setting, Wording
from tests.fakes.github_repository import Repository
from tests.fakes.github_server import GitHubServer

ISSUES = "/repos/acme/shop/issues"
SECONDARY = "You have exceeded a secondary rate limit"


@pytest.fixture
def setting() -> Setting:
    return Setting(core_per_hour=5, search_per_minute=2, creations_per_minute=3)


@pytest.fixture
def server(setting: Setting) -> Iterator[GitHubServer]:
    with GitHubServer(setting=setting) as running:
        yield running


def create(asking: Asking, count: int) -> list[Answered]:
    return [asking.post(ISSUES, {"title": f"t{number}"}) for number in range(count)]


def test_every_answer_says_what_is_left(server: GitHubServer, gardener: Asking) -> None:
    headers = gardener.get(ISSUES).headers

    names = ("limit", "remaining", "used", "resource")
    assert [headers[f"x-ratelimit-{name}"] for name in names] == ["5", "4", "1", "core"]
    assert int(headers["x-ratelimit-reset"]) == int(server.clock().timestamp()) + 3600


def test_refusals_count_too(gardener: Asking) -> None:
    assert gardener.get(f"{ISSUES}/7").headers["x-ratelimit-remaining"] == "4"


@pytest.mark.parametrize("is_too_many", [False, True])
def test_a_primary_limit_ends_at_its_reset(
    server: GitHubServer, gardener: Asking, setting: Setting, *, is_too_many: bool
) -> None:
    setting.is_primary_too_many = is_too_many
    for _ in range(5):
        assert gardener.get(ISSUES).status == 200

    refused = gardener.post(ISSUES, {"title": "t"})

    assert refused.status == (429 if is_too_many else 403)
    assert refused.body["message"].startswith("API rate limit exceeded for user ID ")
    assert refused.headers["x-ratelimit-remaining"] == "0"
    assert "retry-after" not in refused.headers
    assert server.limits.impatience == []

    server.clock.sleep(int(refused.headers["x-ratelimit-reset"]) - server.clock().timestamp())

    assert gardener.get(ISSUES).body == []


def test_who_does_not_wait_for_the_reset_is_noted(server: GitHubServer, gardener: Asking) -> None:
    server.limits.exhaust("gardener", server.clock())

    assert [gardener.get(ISSUES).status for _ in range(2)] == [403, 403]
    assert len(server.limits.impatience) == 1


def test_tokens_of_one_account_share_a_limit_but_not_the_news_of_it(server: GitHubServer, gardener: Asking) -> None:
    other = Asking(server, server.world.add_token("gardener"))
    server.limits.exhaust("gardener", server.clock())

    assert (gardener.get(ISSUES).status, other.get(ISSUES).status) == (403, 403)
    assert server.limits.impatience == []


def test_the_state_of_limits_is_free_to_read(gardener: Asking) -> None:
    gardener.get(ISSUES)

    first, second = gardener.get("/rate_limit").body, gardener.get("/rate_limit").body

    assert first["resources"]["core"]["remaining"] == second["rate"]["remaining"] == 4
    assert first["resources"]["search"]["limit"] == 2


def test_searches_have_a_limit_of_their_own(gardener: Asking) -> None:
    statuses = [gardener.get("/search/issues", q="is:issue t").status for _ in range(3)]

    assert statuses == [200, 200, 403]
    assert gardener.get(ISSUES).status == 200


def test_nobody_has_few_requests(server: GitHubServer, shop: Repository) -> None:
    del shop

    assert Asking(server, "").get(ISSUES).headers["x-ratelimit-limit"] == "60"


def test_who_creates_too_much_is_told_to_wait_and_may_read_meanwhile(
    server: GitHubServer, gardener: Asking, setting: Setting
) -> None:
    setting.core_per_hour = 5000
    made = create(gardener, 4)

    assert [one.status for one in made] == [201, 201, 201, 403]
    assert made[-1].body["message"].startswith(f"{SECONDARY} and have been temporarily blocked from content creation.")
    assert made[-1].headers["retry-after"] == "60"
    assert int(made[-1].headers["x-ratelimit-remaining"]) > 0
    assert gardener.get(ISSUES).numbers == [3, 2, 1]
    assert server.limits.impatience == []

    server.clock.sleep(61)

    assert create(gardener, 1)[0].status == 201


def test_who_creates_before_it_is_time_is_noted(server: GitHubServer, gardener: Asking, setting: Setting) -> None:
    setting.core_per_hour = None
    create(gardener, 6)

    assert len(server.limits.impatience) == 2


def test_what_is_created_in_an_hour_is_limited_too(gardener: Asking, server: GitHubServer, setting: Setting) -> None:
    setting.core_per_hour, setting.creations_per_hour = None, 4
    statuses = []
    for _ in range(5):
        statuses += [one.status for one in create(gardener, 1)]
        server.clock.sleep(61)

    assert statuses == [201, 201, 201, 201, 403]


@pytest.mark.parametrize(
    ("wording", "status", "has_pause", "words"),
    [
        (Wording.RETRY_AFTER, 403, True, SECONDARY),
        (Wording.TOO_MANY, 429, True, SECONDARY),
        (Wording.SILENT, 403, False, SECONDARY),
        (Wording.ABUSE, 403, True, "You have triggered an abuse detection mechanism."),
    ],
)
def test_a_secondary_limit_is_told_in_several_ways(
    server: GitHubServer, gardener: Asking, *, wording: Wording, status: int, has_pause: bool, words: str
) -> None:
    server.limits.block("gardener", server.clock(), wording)

    refused = gardener.get(ISSUES)

    assert (refused.status, "retry-after" in refused.headers) == (status, has_pause)
    assert refused.body["message"].startswith(words)
    assert refused.headers["x-ratelimit-remaining"] != "0"


def test_too_many_reads_a_minute_of_one_route_begin_a_secondary_limit(
    gardener: Asking, server: GitHubServer, setting: Setting
) -> None:
    setting.core_per_hour, setting.points_per_minute = None, 4

    statuses = [gardener.get(ISSUES).status for _ in range(5)]

    assert statuses == [200, 200, 200, 200, 403]
    assert gardener.get("/user").status == 403
    server.clock.sleep(61)
    assert gardener.get(ISSUES).status == 200


def test_a_write_weighs_five_reads(gardener: Asking, setting: Setting) -> None:
    setting.core_per_hour, setting.points_per_minute = None, 9

    assert [one.status for one in create(gardener, 2)] == [201, 403]


def test_a_server_without_limits_says_nothing_of_them(gardener: Asking, setting: Setting) -> None:
    setting.core_per_hour = None

    answer = gardener.get(ISSUES)

    assert not [name for name in answer.headers if name.startswith("x-ratelimit")]
    assert gardener.get("/rate_limit").status == 404
