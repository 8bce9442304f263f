"""Issues of the fake GitHub, asked by plain HTTP."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.fakes.github_accounts import Role
from tests.fakes.github_asking import Asking
from tests.fakes.github_repository import Repository
from tests.fakes.github_server import GitHubServer
from tests.fakes.github_state import Fate

ISSUES = "/repos/acme/shop/issues"


@pytest.fixture
def stranger(server: GitHubServer) -> Asking:
    """Somebody who may read, and no more."""
    return Asking(server, server.world.add_token("stranger"))


def test_a_new_issue_is_shown_as_it_is_documented(gardener: Asking) -> None:
    made = gardener.post(ISSUES, {"title": "It fails", "body": "Often.", "labels": ["gcp"]})

    assert made.status == 201
    assert made.headers["location"].endswith("/repos/acme/shop/issues/1")
    expected = {
        "number": 1,
        "title": "It fails",
        "body": "Often.",
        "state": "open",
        "locked": False,
        "comments": 0,
        "state_reason": None,
    }
    assert made.body.items() >= expected.items()
    assert (made.body["user"]["login"], made.body["user"]["type"]) == ("gardener", "User")
    assert made.body["author_association"] == "COLLABORATOR"
    assert made.body["html_url"] == "https://github.com/acme/shop/issues/1"
    assert made.body["created_at"] == made.body["updated_at"] == "2025-09-24T21:00:00Z"


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ({"title": " "}, [("title", "missing_field")]),
        ({"title": "t" * 257}, [("title", "custom")]),
        ({"title": "t", "body": "b" * 65_537}, [("body", "custom")]),
        ({"title": "t", "assignees": ["nobody"]}, [("assignees", "invalid")]),
        ({"title": "t", "milestone": 3}, [("milestone", "invalid")]),
        ({"title": "t", "labels": ["l" * 51]}, [("name", "custom")]),
    ],
)
def test_what_does_not_hold_is_told_by_field(gardener: Asking, body: dict[str, Any], codes: list[Any]) -> None:
    refused = gardener.post(ISSUES, body)

    assert (refused.status, refused.body["message"], refused.codes) == (422, "Validation Failed", codes)
    assert refused.body["documentation_url"] == "https://docs.github.com/rest/issues/issues#create-an-issue"
    assert gardener.get(ISSUES).body == []


def test_a_title_and_a_body_may_be_as_long_as_is_said(gardener: Asking) -> None:
    assert gardener.post(ISSUES, {"title": "t" * 256, "body": "ü" * 65_536}).status == 201


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({}, '"title" wasn\'t supplied.'),
        ({"title": "t", "colour": "red"}, '"colour" is not a permitted key.'),
        ({"title": ["t"]}, "is not a string or an integer."),
        ({"title": "t", "labels": "gcp"}, "is not an array."),
        ({"title": "t", "labels": [3]}, "is not a string."),
        ({"title": "t", "body": "See \x02r1:0123\x03."}, "a control character"),
        ({"title": "t", "labels": ["\ud83d"]}, "half of a pair"),
    ],
)
def test_what_is_not_in_the_schema_is_refused_and_noted(
    server: GitHubServer, gardener: Asking, body: dict[str, Any], sentence: str
) -> None:
    refused = gardener.post(ISSUES, body)

    assert refused.status == 422
    assert refused.body["message"].startswith("Invalid request.\n\n")
    assert sentence in refused.body["message"]
    assert len(server.violations) == 1


def test_labels_that_are_not_there_are_made_with_an_issue(gardener: Asking, shop: Repository) -> None:
    shop.labels.add("GCP", "ff0000")

    made = gardener.post(ISSUES, {"title": "t", "labels": ["gcp", {"name": "new"}]})

    assert [(label["name"], label["color"]) for label in made.body["labels"]] == [("GCP", "ff0000"), ("new", "ededed")]


@pytest.mark.parametrize("role", [Role.READ, Role.TRIAGE])
def test_labels_of_somebody_who_may_not_push_are_dropped_without_a_word(
    stranger: Asking, shop: Repository, role: Role
) -> None:
    shop.roles["stranger"] = role

    made = stranger.post(ISSUES, {"title": "t", "labels": ["gcp"], "assignees": ["gardener"]})
    changed = stranger.patch(f"{ISSUES}/1", {"labels": ["gcp"]})

    assert (made.status, made.body["labels"], made.body["assignees"]) == (201, [], [])
    assert (changed.status, changed.body["labels"], shop.labels.list_all()) == (200, [], [])


def test_a_listing_shows_open_issues_newest_first(gardener: Asking) -> None:
    for title in ("one", "two", "three"):
        gardener.post(ISSUES, {"title": title})
    gardener.patch(f"{ISSUES}/2", {"state": "closed"})

    assert gardener.get(ISSUES).numbers == [3, 1]
    assert gardener.get(ISSUES, state="closed").numbers == [2]
    assert gardener.get(ISSUES, state="all").numbers == [3, 2, 1]
    assert gardener.get(ISSUES, state="all", direction="asc").numbers == [1, 2, 3]
    assert gardener.get(ISSUES, state="all", sort="updated").numbers == [2, 3, 1]


def test_a_listing_by_labels_shows_what_has_all_of_them_in_any_case(gardener: Asking) -> None:
    gardener.post(ISSUES, {"title": "one", "labels": ["gcp", "api"]})
    gardener.post(ISSUES, {"title": "two", "labels": ["gcp"]})

    assert gardener.get(ISSUES, labels="GCP,Api").numbers == [1]
    assert gardener.get(ISSUES, labels="gcp").numbers == [2, 1]
    assert gardener.get(ISSUES, labels="nothing").body == []


def test_a_listing_since_shows_what_was_changed_then_or_later(server: GitHubServer, gardener: Asking) -> None:
    gardener.post(ISSUES, {"title": "one"})
    gardener.post(ISSUES, {"title": "two"})
    server.clock.sleep(60)
    changed = gardener.patch(f"{ISSUES}/1", {"body": "more"}).body["updated_at"]

    assert gardener.get(ISSUES, since=changed).numbers == [1]
    later = datetime.fromisoformat(changed) + timedelta(seconds=1)
    assert gardener.get(ISSUES, since=later.isoformat().replace("+00:00", "Z")).body == []


def test_a_listing_by_who_made_it(gardener: Asking, stranger: Asking) -> None:
    gardener.post(ISSUES, {"title": "ours"})
    stranger.post(ISSUES, {"title": "theirs"})

    assert gardener.get(ISSUES, creator="Stranger").numbers == [2]


def test_pull_requests_are_among_the_issues_and_say_so(gardener: Asking, shop: Repository) -> None:
    shop.open_pull(shop.owner, "A change")
    gardener.post(ISSUES, {"title": "An issue"})

    issue, pull = gardener.get(ISSUES).body

    assert "pull_request" not in issue
    assert pull["pull_request"]["url"].endswith("/repos/acme/shop/pulls/1")
    listed = gardener.get("/repos/acme/shop/pulls").body
    assert [one["number"] for one in listed] == [1]
    assert listed[0]["id"] != pull["id"]


def test_only_one_issue_alone_says_who_closed_it(gardener: Asking) -> None:
    gardener.post(ISSUES, {"title": "t"})
    gardener.patch(f"{ISSUES}/1", {"state": "closed", "state_reason": "not_planned"})

    alone, listed = gardener.get(f"{ISSUES}/1").body, gardener.get(ISSUES, state="all").body[0]

    assert (alone["closed_by"]["login"], alone["state_reason"]) == ("gardener", "not_planned")
    assert alone["closed_at"] is not None
    assert "closed_by" not in listed


def test_what_is_not_sent_is_not_changed(gardener: Asking) -> None:
    gardener.post(ISSUES, {"title": "t", "body": "b", "labels": ["gcp"]})

    changed = gardener.patch(f"{ISSUES}/1", {"title": "u"}).body

    assert (changed["title"], changed["body"], changed["labels"][0]["name"]) == ("u", "b", "gcp")


def test_a_change_that_changes_nothing_leaves_the_time(server: GitHubServer, gardener: Asking) -> None:
    before = gardener.post(ISSUES, {"title": "t", "body": "b"}).body["updated_at"]
    server.clock.sleep(60)

    assert gardener.patch(f"{ISSUES}/1", {"body": "b"}).body["updated_at"] == before
    assert gardener.patch(f"{ISSUES}/1", {"body": "c"}).body["updated_at"] != before


def test_sent_labels_replace_all_others(gardener: Asking) -> None:
    gardener.post(ISSUES, {"title": "t", "labels": ["theirs", "gcp"]})

    assert [one["name"] for one in gardener.patch(f"{ISSUES}/1", {"labels": ["gcp"]}).body["labels"]] == ["gcp"]


@pytest.mark.parametrize("reason", ["completed", "not_planned", "duplicate"])
def test_an_issue_is_closed_for_a_reason_and_opened_again(gardener: Asking, reason: str) -> None:
    gardener.post(ISSUES, {"title": "t"})

    closed = gardener.patch(f"{ISSUES}/1", {"state": "closed", "state_reason": reason}).body
    opened = gardener.patch(f"{ISSUES}/1", {"state": "open"}).body

    assert (closed["state"], closed["state_reason"]) == ("closed", reason)
    assert (opened["state"], opened["state_reason"], opened["closed_at"]) == ("open", "reopened", None)
    events = gardener.get(f"{ISSUES}/1/events").body
    assert [event["event"] for event in events] == ["closed", "reopened"]


def test_a_reason_that_does_not_fit_its_state_changes_nothing(gardener: Asking) -> None:
    gardener.post(ISSUES, {"title": "t"})

    for body in ({"state": "closed", "state_reason": "reopened"}, {"state": "open", "state_reason": "completed"}):
        refused = gardener.patch(f"{ISSUES}/1", {"title": "u", **body})
        assert (refused.status, refused.codes) == (422, [("state_reason", "invalid")])
    assert gardener.get(f"{ISSUES}/1").body["title"] == "t"


def test_a_reason_counts_only_with_a_state(gardener: Asking) -> None:
    gardener.post(ISSUES, {"title": "t"})

    assert gardener.patch(f"{ISSUES}/1", {"state_reason": "not_planned"}).body["state_reason"] is None


def test_who_may_only_read_changes_their_own_issues_only(gardener: Asking, stranger: Asking) -> None:
    gardener.post(ISSUES, {"title": "ours"})
    stranger.post(ISSUES, {"title": "theirs"})

    assert stranger.patch(f"{ISSUES}/1", {"title": "taken"}).status == 403
    assert stranger.patch(f"{ISSUES}/2", {"title": "changed"}).status == 200


def test_nobody_writes_without_a_token(server: GitHubServer, shop: Repository) -> None:
    nobody = Asking(server, "")

    assert nobody.get(ISSUES).status == 200
    assert nobody.post(ISSUES, {"title": "t"}).status == 401
    assert shop.list_issues() == []


@pytest.mark.parametrize("fate", [Fate.DELETED, Fate.CONVERTED])
def test_an_issue_that_was_deleted_is_gone(gardener: Asking, shop: Repository, fate: Fate) -> None:
    gardener.post(ISSUES, {"title": "t"})
    shop.remove_issue(1, fate)

    for answer in (
        gardener.get(f"{ISSUES}/1"),
        gardener.patch(f"{ISSUES}/1", {"title": "u"}),
        gardener.get(f"{ISSUES}/1/comments"),
        gardener.post(f"{ISSUES}/1/comments", {"body": "b"}),
        gardener.post(f"{ISSUES}/1/labels", ["l"]),
    ):
        assert (answer.status, answer.body["message"]) == (410, "This issue was deleted")
    assert gardener.get(ISSUES, state="all").body == []
    assert gardener.get(f"{ISSUES}/2").status == 404


def test_a_number_is_never_given_twice(gardener: Asking, shop: Repository) -> None:
    gardener.post(ISSUES, {"title": "t"})
    shop.remove_issue(1)

    assert gardener.post(ISSUES, {"title": "u"}).body["number"] == 2


def test_a_transferred_issue_is_redirected_and_its_comments_are_not_found(
    server: GitHubServer, gardener: Asking, shop: Repository
) -> None:
    elsewhere = server.add_repository("acme/other")
    elsewhere.open_issue(elsewhere.owner, "There first")
    gardener.post(ISSUES, {"title": "t", "body": "b"})
    gardener.post(f"{ISSUES}/1/comments", {"body": "kept"})
    shop.transfer_issue(shop.owner, 1, elsewhere)

    moved = gardener.get(f"{ISSUES}/1")

    assert (moved.status, moved.body["message"]) == (301, "Moved Permanently")
    assert moved.headers["location"] == moved.body["url"] == f"{server.url}/repositories/{elsewhere.id}/issues/2"
    assert gardener.get(moved.headers["location"]).body["title"] == "t"
    assert [one["body"] for one in gardener.get(f"{moved.body['url']}/comments").body] == ["kept"]
    assert gardener.get(f"{ISSUES}/1/comments").status == 404


def test_an_issue_that_went_where_one_may_not_look_is_not_found(
    server: GitHubServer, gardener: Asking, shop: Repository
) -> None:
    elsewhere = server.add_repository("acme/secret")
    elsewhere.is_private = True
    gardener.post(ISSUES, {"title": "t"})
    shop.transfer_issue(shop.owner, 1, elsewhere)

    assert gardener.get(f"{ISSUES}/1").status == 404


def test_an_archived_repository_is_read_only(gardener: Asking, shop: Repository) -> None:
    gardener.post(ISSUES, {"title": "t"})
    shop.is_archived = True

    refused = gardener.patch(f"{ISSUES}/1", {"title": "u"})

    assert (refused.status, refused.body["message"]) == (403, "Repository was archived so is read-only.")
    assert gardener.get(f"{ISSUES}/1").body["title"] == "t"
    assert gardener.get("/repos/acme/shop").body["archived"] is True


def test_where_issues_are_off_only_pull_requests_are_left(gardener: Asking, shop: Repository) -> None:
    gardener.post(ISSUES, {"title": "t"})
    shop.open_pull(shop.owner, "A change")
    shop.has_issues = False

    assert (gardener.get(ISSUES).status, gardener.get(ISSUES).numbers) == (200, [2])
    for answer in (gardener.get(f"{ISSUES}/1"), gardener.post(ISSUES, {"title": "u"})):
        assert (answer.status, answer.body["message"]) == (410, "Issues are disabled for this repo")
    assert gardener.get("/repos/acme/shop").body["has_issues"] is False


def test_a_private_repository_is_not_there_for_strangers(gardener: Asking, stranger: Asking, shop: Repository) -> None:
    shop.is_private = True

    assert stranger.get(ISSUES).status == 404
    assert stranger.post(ISSUES, {"title": "t"}).status == 404
    assert gardener.get(ISSUES).status == 200


def test_a_locked_issue_is_commented_on_by_those_who_may_push(
    server: GitHubServer, gardener: Asking, shop: Repository
) -> None:
    triage = Asking(server, server.world.add_token("triage"))
    shop.roles["triage"] = Role.TRIAGE
    gardener.post(ISSUES, {"title": "t"})

    assert gardener.ask("PUT", f"{ISSUES}/1/lock", {"lock_reason": "resolved"}).status == 204

    refused = triage.post(f"{ISSUES}/1/comments", {"body": "b"})
    assert (refused.status, refused.body["message"]) == (403, "Unable to create comment because issue is locked.")
    assert gardener.post(f"{ISSUES}/1/comments", {"body": "b"}).status == 201
    shown = gardener.get(f"{ISSUES}/1").body
    assert (shown["locked"], shown["active_lock_reason"]) == (True, "resolved")
    assert gardener.ask("DELETE", f"{ISSUES}/1/lock").status == 204
    assert triage.post(f"{ISSUES}/1/comments", {"body": "b"}).status == 201


def test_the_timeline_has_what_was_done_and_what_was_said(gardener: Asking) -> None:
    gardener.post(ISSUES, {"title": "t"})
    gardener.patch(f"{ISSUES}/1", {"title": "u", "labels": ["gcp"]})
    gardener.post(f"{ISSUES}/1/comments", {"body": "said"})

    rows = gardener.get(f"{ISSUES}/1/timeline").body

    assert [row["event"] for row in rows] == ["renamed", "labeled", "commented"]
    assert rows[0]["rename"] == {"from": "t", "to": "u"}
    assert rows[1]["label"]["name"] == "gcp"
    assert (rows[2]["body"], rows[2]["actor"]["login"]) == ("said", "gardener")


def test_who_is_assigned_is_kept_and_found(gardener: Asking, shop: Repository) -> None:
    shop.world.add_account("ada")
    shop.roles["ada"] = Role.WRITE
    gardener.post(ISSUES, {"title": "t", "assignees": ["ada"]})

    assert [one["login"] for one in gardener.get(f"{ISSUES}/1").body["assignees"]] == ["ada"]
    assert gardener.get(ISSUES, assignee="Ada").numbers == [1]
    assert gardener.get(ISSUES, assignee="none").body == []
    assert gardener.get("/repos/acme/shop/assignees/ada").status == 204
    assert gardener.get("/repos/acme/shop/assignees/nobody").status == 404
