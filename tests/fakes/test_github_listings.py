"""Listings of the fake GitHub: their pages, how far they lag, and what is asked under a condition; and the search."""

from itertools import pairwise

import pytest

from tests.fakes.github_asking import Asking
from tests.fakes.github_repository import Repository
from tests.fakes.github_server import GitHubServer
from tests.fakes.github_world import Lag

ISSUES = "/repos/acme/shop/issues"


def fill(shop: Repository, count: int) -> None:
    for number in range(count):
        shop.open_issue(shop.owner, f"Issue {number + 1}", labels=["gcp"])


def test_a_page_has_thirty_and_a_hundred_at_most(gardener: Asking, shop: Repository) -> None:
    fill(shop, 105)

    assert len(gardener.get(ISSUES).body) == 30
    assert len(gardener.get(ISSUES, per_page=500).body) == 100
    assert gardener.get(ISSUES, page=9).body == []


def test_links_name_the_next_and_the_last_page_with_all_that_was_asked(
    server: GitHubServer, gardener: Asking, shop: Repository
) -> None:
    fill(shop, 5)

    first = gardener.get(ISSUES, labels="gcp", per_page=2)
    second = gardener.get(first.links["next"])
    last = gardener.get(first.links["last"])

    address = f"{server.url}/repositories/{shop.id}/issues?labels=gcp&per_page=2"
    assert first.links == {"next": f"{address}&page=2", "last": f"{address}&page=3"}
    assert set(second.links) == {"prev", "next", "last", "first"}
    assert (last.numbers, set(last.links)) == ([1], {"prev", "first"})


def test_a_listing_of_one_page_has_no_links(gardener: Asking, shop: Repository) -> None:
    fill(shop, 2)

    assert "link" not in gardener.get(ISSUES).headers


def test_what_comes_in_between_shifts_counted_pages(gardener: Asking, shop: Repository) -> None:
    fill(shop, 4)
    first = gardener.get(ISSUES, per_page=2)
    shop.open_issue(shop.owner, "In between")

    assert first.numbers == [4, 3]
    assert gardener.get(first.links["next"]).numbers == [3, 2]


def test_cursors_neither_shift_nor_name_a_last_page(server: GitHubServer, gardener: Asking, shop: Repository) -> None:
    server.world.has_cursors = True
    fill(shop, 5)

    first = gardener.get(ISSUES, per_page=2)
    shop.open_issue(shop.owner, "In between")
    rest = gardener.walk(first.links["next"])

    assert set(first.links) == {"next"}
    assert [first.numbers, *(page.numbers for page in rest)] == [[4 + 1, 4], [3, 2], [1]]
    rising = gardener.walk(ISSUES, per_page=4, direction="asc")
    assert [page.numbers for page in rising] == [[1, 2, 3, 4], [5, 6]]


def test_a_listing_lags_by_seconds_while_an_issue_alone_does_not(
    server: GitHubServer, gardener: Asking, shop: Repository
) -> None:
    fill(shop, 1)
    server.clock.sleep(60)
    server.world.listing_lag = Lag(seconds=30)
    gardener.post(ISSUES, {"title": "New"})
    gardener.patch(f"{ISSUES}/1", {"state": "closed", "labels": ["other"]})

    assert gardener.get(ISSUES, labels="gcp").numbers == [1]
    assert gardener.get(f"{ISSUES}/1").body["state"] == "closed"
    assert gardener.get(f"{ISSUES}/2").status == 200

    server.clock.sleep(30)

    assert gardener.get(ISSUES, labels="gcp").body == []
    assert gardener.get(ISSUES, state="all").numbers == [2, 1]


def test_a_listing_lags_by_requests(server: GitHubServer, gardener: Asking) -> None:
    server.world.listing_lag = Lag(requests=2)
    gardener.post(ISSUES, {"title": "New"})

    assert [gardener.get(ISSUES).numbers for _ in range(3)] == [[], [1], [1]]


def test_a_deleted_issue_is_listed_for_a_while(server: GitHubServer, gardener: Asking, shop: Repository) -> None:
    fill(shop, 1)
    server.clock.sleep(60)
    server.world.listing_lag = Lag(seconds=30)
    shop.remove_issue(1)

    assert gardener.get(ISSUES).numbers == [1]
    assert gardener.get(f"{ISSUES}/1").status == 410


def test_what_was_shown_can_be_gone_again_where_replicas_take_turns(server: GitHubServer, gardener: Asking) -> None:
    server.world.listing_lag = Lag(requests=10, is_wobbling=True)
    gardener.post(ISSUES, {"title": "New"})

    shown = [gardener.get(ISSUES).numbers == [1] for _ in range(12)]

    assert (True, False) in list(pairwise(shown))
    assert shown[-2:] == [True, True]


def test_comments_lag_where_they_are_told_to(server: GitHubServer, gardener: Asking, shop: Repository) -> None:
    fill(shop, 1)
    server.world.comment_lag = Lag(seconds=30)
    made = gardener.post(f"{ISSUES}/1/comments", {"body": "b"}).body

    assert gardener.get(f"{ISSUES}/1/comments").body == []
    assert gardener.get(made["url"]).body["body"] == "b"

    server.settle()

    assert len(gardener.get(f"{ISSUES}/1/comments").body) == 1


def test_what_has_not_changed_is_not_sent_again_and_costs_nothing(gardener: Asking, shop: Repository) -> None:
    fill(shop, 1)
    first = gardener.get(ISSUES)
    known = {"If-None-Match": first.headers["etag"]}

    same = gardener.ask("GET", ISSUES, headers=known)

    assert first.headers["etag"].startswith('W/"')
    assert (same.status, same.body, same.headers["etag"]) == (304, None, first.headers["etag"])
    assert same.headers["x-ratelimit-remaining"] == first.headers["x-ratelimit-remaining"]

    gardener.post(f"{ISSUES}/1/comments", {"body": "b"})
    other = gardener.ask("GET", ISSUES, headers=known)
    assert (other.status, other.numbers) == (200, [1])


def test_a_strong_tag_is_the_same_as_a_weak_one(gardener: Asking) -> None:
    tag = gardener.get(ISSUES).headers["etag"].removeprefix("W/")

    assert gardener.ask("GET", ISSUES, headers={"If-None-Match": f'"other", {tag}'}).status == 304


def test_a_tag_is_of_one_token_only(server: GitHubServer, gardener: Asking) -> None:
    other = Asking(server, server.world.add_token("gardener"))

    assert other.ask("GET", ISSUES, headers={"If-None-Match": gardener.get(ISSUES).headers["etag"]}).status == 200


def test_nothing_that_was_refused_has_a_tag(gardener: Asking) -> None:
    assert "etag" not in gardener.get(f"{ISSUES}/7").headers


def search(asking: Asking, query: str) -> list[int]:
    answer = asking.get("/search/issues", q=query)
    assert answer.status == 200
    assert answer.body["total_count"] == len(answer.body["items"])
    return [item["number"] for item in answer.body["items"]]


def test_a_search_finds_words_in_titles_bodies_and_comments(gardener: Asking, shop: Repository) -> None:
    shop.open_issue(shop.owner, "Login times out", "In checkout", labels=["gcp"])
    shop.open_issue(shop.owner, "Checkout is slow")
    shop.comment(shop.owner, shop.open_issue(shop.owner, "Other").number, "See the checkout.")
    shop.open_pull(shop.owner, "Make checkout fast")

    assert search(gardener, "repo:acme/shop is:issue checkout") == [2, 3, 1]
    assert search(gardener, "repo:acme/shop is:pr checkout") == [4]
    assert search(gardener, "repo:acme/shop is:issue in:title checkout") == [2]
    assert search(gardener, 'repo:acme/shop is:issue label:"gcp"') == [1]
    assert search(gardener, "repo:acme/shop is:issue -label:gcp checkout") == [2, 3]


def test_the_index_lags_behind(server: GitHubServer, gardener: Asking, shop: Repository) -> None:
    server.world.search_lag = Lag(seconds=60)
    fill(shop, 1)

    assert search(gardener, "is:issue Issue") == []

    server.clock.sleep(60)

    assert search(gardener, "is:issue Issue") == [1]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "Validation Failed"),
        ("is:issue " + "w" * 250, "Validation Failed"),
        ("is:issue repo:acme/secret", "Validation Failed"),
        ("checkout", "Query must include 'is:issue' or 'is:pull-request'"),
        ("is:issue colour:red", 'Invalid request.\n\n"colour" is not a qualifier that the fake knows.'),
    ],
)
def test_a_query_that_does_not_hold_is_refused(
    server: GitHubServer, gardener: Asking, query: str, message: str
) -> None:
    server.add_repository("acme/secret").is_private = True

    refused = gardener.get("/search/issues", q=query)

    assert (refused.status, refused.body["message"]) == (422, message)


def test_a_search_shows_nothing_of_what_one_may_not_see(server: GitHubServer, gardener: Asking) -> None:
    secret = server.add_repository("acme/secret")
    secret.is_private = True
    fill(secret, 1)

    assert search(gardener, "is:issue Issue") == []


def test_files_are_listed_as_a_tree_and_read_by_path_and_digest(gardener: Asking, shop: Repository) -> None:
    shop.files["README.md"] = "# Shop\n"
    shop.files["docs/runbook.md"] = "# When it fails\n" * 10

    tree = gardener.get("/repos/acme/shop/git/trees/main", recursive=1).body

    assert [(node["path"], node["type"]) for node in tree["tree"]] == [
        ("README.md", "blob"),
        ("docs", "tree"),
        ("docs/runbook.md", "blob"),
    ]
    assert tree["truncated"] is False
    # The digest is git's own for that content.
    assert tree["tree"][0]["sha"] == "a00621bb3a9b990ee018f8d04c2d3140800d6ca6"
    shown = gardener.get("/repos/acme/shop/contents/docs/runbook.md").body
    assert (shown["encoding"], "\n" in shown["content"].rstrip("\n")) == ("base64", True)
    blob = gardener.get(f"/repos/acme/shop/git/blobs/{shown['sha']}").body
    assert blob["content"] == shown["content"]
    assert [entry["name"] for entry in gardener.get("/repos/acme/shop/contents/docs").body] == ["runbook.md"]
    assert gardener.get("/repos/acme/shop/contents/none.md").status == 404


def test_a_large_tree_is_cut_and_says_so(gardener: Asking, shop: Repository) -> None:
    for number in range(4):
        shop.files[f"{number}.md"] = "text"
    shop.files.most_entries = 3

    tree = gardener.get("/repos/acme/shop/git/trees/HEAD", recursive=1).body

    assert (len(tree["tree"]), tree["truncated"]) == (3, True)


def test_a_file_of_more_than_a_megabyte_comes_without_its_content(gardener: Asking, shop: Repository) -> None:
    shop.files["large.md"] = "x" * (1024 * 1024 + 1)

    shown = gardener.get("/repos/acme/shop/contents/large.md").body

    assert (shown["encoding"], shown["content"], shown["size"]) == ("none", "", 1024 * 1024 + 1)


def test_an_empty_repository_has_no_tree(gardener: Asking) -> None:
    assert gardener.get("/repos/acme/shop/git/trees/main").status == 409
    assert gardener.get("/repos/acme/shop/contents/README.md").status == 404


def test_a_tracker_can_look_empty(server: GitHubServer, gardener: Asking, shop: Repository) -> None:
    fill(shop, 3)
    server.world.listing_lag = Lag(requests=10**9)

    assert (gardener.get(ISSUES, state="all").status, gardener.get(ISSUES, state="all").body) == (200, [])
    assert gardener.get(f"{ISSUES}/1").status == 200


def test_a_listing_by_what_no_issue_has_is_empty(gardener: Asking, shop: Repository) -> None:
    fill(shop, 1)
    shop.open_issue(shop.owner, "t", "Thanks, @Ada.")

    assert gardener.get(ISSUES, milestone="*").body == gardener.get(ISSUES, type="Bug").body == []
    assert gardener.get(ISSUES, milestone="none").numbers == [2, 1]
    assert gardener.get(ISSUES, mentioned="ada").numbers == [2]
