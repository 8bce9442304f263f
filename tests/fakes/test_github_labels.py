"""Labels, comments and sub-issues of the fake GitHub, asked by plain HTTP."""

from typing import Any

import pytest

from tests.fakes.github_accounts import Role
from tests.fakes.github_asking import Asking
from tests.fakes.github_repository import Repository
from tests.fakes.github_server import GitHubServer

LABELS = "/repos/acme/shop/labels"
ISSUE = "/repos/acme/shop/issues/1"


@pytest.fixture
def gardener(server: GitHubServer, shop: Repository) -> Asking:
    asking = Asking(server, shop.token)
    asking.post("/repos/acme/shop/issues", {"title": "t"})
    return asking


@pytest.fixture
def stranger(server: GitHubServer) -> Asking:
    return Asking(server, server.world.add_token("stranger"))


def names(labels: list[dict[str, Any]]) -> list[str]:
    return [label["name"] for label in labels]


def test_a_label_is_made_once_whatever_its_case(gardener: Asking) -> None:
    made = gardener.post(LABELS, {"name": "GCP", "color": "FF0000", "description": "From the logs"})
    again = gardener.post(LABELS, {"name": "gcp"})

    assert (made.status, made.body["color"], made.body["description"]) == (201, "ff0000", "From the logs")
    assert (again.status, again.codes) == (422, [("name", "already_exists")])
    assert gardener.get(f"{LABELS}/gCp").body["name"] == "GCP"
    assert names(gardener.get(LABELS).body) == ["GCP"]


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ({"name": " "}, [("name", "missing_field")]),
        ({"name": "n" * 51}, [("name", "custom")]),
        ({"name": "n", "color": "#ff0000"}, [("color", "invalid")]),
        ({"name": "n", "description": "d" * 101}, [("description", "custom")]),
    ],
)
def test_what_a_label_cannot_be_is_told(gardener: Asking, body: dict[str, Any], codes: list[Any]) -> None:
    refused = gardener.post(LABELS, body)

    assert (refused.status, refused.codes) == (422, codes)


def test_a_label_of_the_longest_name_and_description_is_made(gardener: Asking) -> None:
    assert gardener.post(LABELS, {"name": "n" * 50, "description": "d" * 100}).status == 201


def test_a_renamed_label_stays_on_its_issues(gardener: Asking) -> None:
    gardener.post(f"{ISSUE}/labels", {"labels": ["gcp"]})
    gardener.post(LABELS, {"name": "other"})

    assert gardener.patch(f"{LABELS}/GCP", {"new_name": "logs", "color": "00ff00"}).status == 200
    assert names(gardener.get(ISSUE).body["labels"]) == ["logs"]
    assert gardener.get(f"{LABELS}/gcp").status == 404
    assert gardener.patch(f"{LABELS}/logs", {"new_name": "Other"}).codes == [("name", "already_exists")]


def test_a_deleted_label_is_off_all_issues(gardener: Asking) -> None:
    gardener.post(f"{ISSUE}/labels", {"labels": ["gcp", "api"]})

    assert gardener.ask("DELETE", f"{LABELS}/gcp").status == 204
    assert names(gardener.get(ISSUE).body["labels"]) == ["api"]
    assert gardener.ask("DELETE", f"{LABELS}/gcp").status == 404


def test_labels_are_added_set_and_taken_off(gardener: Asking) -> None:
    assert names(gardener.post(f"{ISSUE}/labels", ["one", "two"]).body) == ["one", "two"]
    assert names(gardener.post(f"{ISSUE}/labels", {"labels": ["ONE", "three"]}).body) == ["one", "two", "three"]
    assert names(gardener.ask("DELETE", f"{ISSUE}/labels/Two").body) == ["one", "three"]
    missing = gardener.ask("DELETE", f"{ISSUE}/labels/two")
    assert (missing.status, missing.body["message"]) == (404, "Label does not exist")
    assert names(gardener.ask("PUT", f"{ISSUE}/labels", {"labels": ["four"]}).body) == ["four"]
    assert gardener.ask("DELETE", f"{ISSUE}/labels").status == 204
    assert gardener.get(f"{ISSUE}/labels").body == []


def test_a_name_with_a_slash_and_a_space_is_one_part_of_the_path(gardener: Asking) -> None:
    gardener.post(f"{ISSUE}/labels", ["area/api v2"])

    assert gardener.get(f"{LABELS}/area%2Fapi%20v2").body["name"] == "area/api v2"
    assert gardener.ask("DELETE", f"{ISSUE}/labels/area%2Fapi%20v2").body == []


def test_labels_are_made_by_those_who_may_push(server: GitHubServer, shop: Repository, gardener: Asking) -> None:
    triage = Asking(server, server.world.add_token("triage"))
    shop.roles["triage"] = Role.TRIAGE
    gardener.post(LABELS, {"name": "there"})

    assert triage.post(LABELS, {"name": "new"}).status == 403
    assert triage.post(f"{ISSUE}/labels", ["new"]).status == 403
    assert triage.post(f"{ISSUE}/labels", ["there"]).status == 200


def test_an_issue_has_a_hundred_labels_at_most(gardener: Asking) -> None:
    assert gardener.post(f"{ISSUE}/labels", [f"l{number}" for number in range(100)]).status == 200
    assert gardener.post(f"{ISSUE}/labels", ["one more"]).status == 422


def test_labels_do_not_change_what_people_put_on(gardener: Asking, shop: Repository) -> None:
    shop.set_labels(shop.owner, 1, ["theirs"])

    gardener.post(f"{ISSUE}/labels", ["ours"])

    assert shop.label_names(shop.issue(1)) == ["theirs", "ours"]


def test_comments_are_listed_oldest_first_and_counted(gardener: Asking, server: GitHubServer) -> None:
    first = gardener.post(f"{ISSUE}/comments", {"body": "one"})
    server.clock.sleep(60)
    second = gardener.post(f"{ISSUE}/comments", {"body": "two"})

    assert first.status == 201
    assert [one["body"] for one in gardener.get(f"{ISSUE}/comments").body] == ["one", "two"]
    assert gardener.get(ISSUE).body["comments"] == 2
    assert gardener.get(ISSUE).body["updated_at"] == second.body["created_at"]
    since = second.body["created_at"]
    assert [one["body"] for one in gardener.get(f"{ISSUE}/comments", since=since).body] == ["two"]
    listed = gardener.get("/repos/acme/shop/issues/comments", sort="created", direction="desc").body
    assert [one["body"] for one in listed] == ["two", "one"]


@pytest.mark.parametrize(
    ("body", "message"),
    [(" ", "Body cannot be blank"), ("b" * 65_537, "Body is too long (maximum is 65536 characters)")],
)
def test_a_comment_says_something_and_not_too_much(gardener: Asking, body: str, message: str) -> None:
    refused = gardener.post(f"{ISSUE}/comments", {"body": body})

    assert refused.status == 422
    assert refused.body["errors"] == [
        {"resource": "IssueComment", "code": "unprocessable", "field": "data", "message": message}
    ]


def test_a_comment_is_changed_and_deleted_by_its_author_or_those_who_may_push(
    gardener: Asking, stranger: Asking
) -> None:
    address = gardener.post(f"{ISSUE}/comments", {"body": "ours"}).body["url"]
    theirs = stranger.post(f"{ISSUE}/comments", {"body": "theirs"}).body["url"]

    assert stranger.patch(address, {"body": "taken"}).status == 403
    assert gardener.patch(address, {"body": "changed"}).body["body"] == "changed"
    assert gardener.patch(theirs, {"body": "moderated"}).status == 200
    assert gardener.ask("DELETE", address).status == 204
    assert gardener.get(address).status == 404
    assert [one["body"] for one in gardener.get(f"{ISSUE}/comments").body] == ["moderated"]


def make_issue(asking: Asking, title: str) -> dict[str, Any]:
    made: dict[str, Any] = asking.post("/repos/acme/shop/issues", {"title": title}).body
    return made


def test_a_sub_issue_is_added_by_its_id_and_has_one_parent(gardener: Asking) -> None:
    child, other = make_issue(gardener, "child"), make_issue(gardener, "other parent")

    assert gardener.post(f"{ISSUE}/sub_issues", {"sub_issue_id": child["id"]}).status == 201

    assert [one["number"] for one in gardener.get(f"{ISSUE}/sub_issues").body] == [child["number"]]
    assert gardener.get(f"/repos/acme/shop/issues/{child['number']}/parent").body["number"] == 1
    twice = gardener.post(f"{ISSUE}/sub_issues", {"sub_issue_id": child["id"]})
    assert twice.status == 422
    assert "may not contain duplicate sub-issues and Sub issue may only have one parent" in twice.body["message"]
    stolen = gardener.post(f"/repos/acme/shop/issues/{other['number']}/sub_issues", {"sub_issue_id": child["id"]})
    assert (stolen.status, "only have one parent" in stolen.body["message"]) == (422, True)


def test_a_parent_is_replaced_when_that_is_asked_for(gardener: Asking) -> None:
    child, other = make_issue(gardener, "child"), make_issue(gardener, "other parent")
    gardener.post(f"{ISSUE}/sub_issues", {"sub_issue_id": child["id"]})
    body = {"sub_issue_id": child["id"], "replace_parent": True}

    assert gardener.post(f"/repos/acme/shop/issues/{other['number']}/sub_issues", body).status == 201
    assert gardener.get(f"{ISSUE}/sub_issues").body == []


def test_a_number_in_the_place_of_an_id_finds_no_sub_issue(gardener: Asking) -> None:
    child = make_issue(gardener, "child")

    assert gardener.post(f"{ISSUE}/sub_issues", {"sub_issue_id": child["number"]}).status == 404


def test_no_issue_is_below_itself(gardener: Asking) -> None:
    parent, child = gardener.get(ISSUE).body, make_issue(gardener, "child")
    gardener.post(f"{ISSUE}/sub_issues", {"sub_issue_id": child["id"]})

    own = gardener.post(f"{ISSUE}/sub_issues", {"sub_issue_id": parent["id"]})
    round_about = gardener.post(f"/repos/acme/shop/issues/{child['number']}/sub_issues", {"sub_issue_id": parent["id"]})

    assert (own.status, round_about.status) == (422, 422)


def test_sub_issues_are_summed_up_and_taken_away(gardener: Asking) -> None:
    child = make_issue(gardener, "child")
    gardener.post(f"{ISSUE}/sub_issues", {"sub_issue_id": child["id"]})
    gardener.patch(f"/repos/acme/shop/issues/{child['number']}", {"state": "closed"})

    assert gardener.get(ISSUE).body["sub_issues_summary"] == {"total": 1, "completed": 1, "percent_completed": 100}
    assert gardener.ask("DELETE", f"{ISSUE}/sub_issue", {"sub_issue_id": child["id"]}).status == 200
    assert gardener.get(f"{ISSUE}/sub_issues").body == []
    assert gardener.get(f"/repos/acme/shop/issues/{child['number']}/parent").status == 404


def test_an_older_server_has_no_sub_issues(gardener: Asking, shop: Repository) -> None:
    child = make_issue(gardener, "child")
    shop.has_sub_issues = False

    assert gardener.get(f"{ISSUE}/sub_issues").status == 404
    assert gardener.post(f"{ISSUE}/sub_issues", {"sub_issue_id": child["id"]}).status == 404
    assert "sub_issues_summary" not in gardener.get(ISSUE).body
