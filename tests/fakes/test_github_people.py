"""People who act on the fake GitHub, and whether what they did is still there."""

import pytest

from tests.fakes.github_asking import Asking
from tests.fakes.github_kills import Phase
from tests.fakes.github_people import ALL, GENTLE, WRITING, Deed, People
from tests.fakes.github_repository import Repository
from tests.fakes.github_server import GitHubServer
from tests.fakes.github_state import Fate

ISSUES = "/repos/acme/shop/issues"
BODY = """<!-- log-gardener r1:0123 -->
<!-- log-gardener block abcd -->
One line.
Another line.
- [ ] mute it
<!-- log-gardener end -->"""


@pytest.fixture
def shop(server: GitHubServer) -> Repository:
    shop = server.add_repository("acme/shop", login="gardener")
    shop.open_issue(server.world.add_account("gardener"), "GCP-new | P1 | It fails", BODY, labels=["gcp"])
    return shop


@pytest.fixture
def people(shop: Repository) -> People:
    return People(shop, seed=7)


def read(shop: Repository) -> str:
    return shop.issue(1).body or ""


@pytest.mark.parametrize(
    ("deed", "before", "after"),
    [
        (Deed.ABOVE, "", "<!-- log-gardener r1"),
        (Deed.BETWEEN, "r1:0123 -->\r\n", "<!-- log-gardener block"),
        (Deed.INSIDE, "One line.\r\n", "- [ ] mute it"),
        (Deed.BELOW, "<!-- log-gardener end -->\r\n\r\n", ""),
    ],
)
def test_people_write_anywhere_and_the_page_ends_lines_in_its_own_way(
    people: People, shop: Repository, deed: Deed, before: str, after: str
) -> None:
    act = people.do(deed, 1)

    head, tail = read(shop).split(act.text)
    assert head.replace("Another line.\r\n", "").endswith(before)
    assert tail.removeprefix("\r\n").removeprefix("\r\n").replace("Another line.\r\n", "").startswith(after)
    assert "\n" not in read(shop).replace("\r\n", "")


def test_people_tick_a_box(people: People, shop: Repository) -> None:
    people.tick(1, "mute it")

    assert "- [x] mute it" in read(shop)
    with pytest.raises(LookupError):
        people.tick(1, "mute it")


def test_people_break_a_block(people: People, shop: Repository) -> None:
    people.break_block(1)

    assert "<!-- log-gardener end -->" not in read(shop)


def test_every_deed_leaves_its_mark(server: GitHubServer, shop: Repository) -> None:
    people = People(shop, elsewhere=server.add_repository("acme/other"))

    people.do(Deed.RETITLE, 1, text="Ours now")
    people.do(Deed.LABEL, 1, text="theirs")
    people.do(Deed.UNLABEL, 1, text="gcp")
    people.do(Deed.COMMENT, 1, text="Seen.")
    people.do(Deed.LOCK, 1)
    people.do(Deed.DISMISS, 1)

    issue = shop.issue(1)
    assert (issue.title, issue.is_locked) == ("Ours now", True)
    assert (issue.state, issue.state_reason) == ("closed", "not_planned")
    assert shop.label_names(issue) == ["theirs"]
    assert [comment.author.login for comment in shop.list_comments(1)] == ["ada"]

    people.do(Deed.UNLOCK, 1)
    people.do(Deed.REOPEN, 1)
    people.do(Deed.TRANSFER, 1)

    assert shop.issue(1).fate is Fate.TRANSFERRED
    assert people.find_losses() == people.find_overruled() == []


@pytest.mark.parametrize("deed", sorted(WRITING))
def test_a_text_that_is_overwritten_is_found_lost(people: People, shop: Repository, deed: Deed) -> None:
    act = people.do(deed, 1)
    assert people.find_losses() == []

    shop.edit(shop.owner, 1, body=BODY)

    assert people.find_losses() == [f"{deed}: {act.text} (#1)"]


def test_a_text_that_was_moved_to_a_comment_is_not_lost(people: People, shop: Repository) -> None:
    act = people.do(Deed.INSIDE, 1)

    shop.edit(shop.owner, 1, body=BODY)
    shop.comment(shop.owner, 1, f"Kept: {act.text}")

    assert people.find_losses() == []


def test_a_label_that_somebody_else_took_off_is_found_lost(people: People, shop: Repository) -> None:
    people.do(Deed.LABEL, 1, text="theirs")
    people.do(Deed.LABEL, 1, text="undone")
    people.do(Deed.UNLABEL, 1, text="undone")

    shop.set_labels(shop.owner, 1, ["gcp"])

    assert people.find_losses() == ["puts a label on: theirs (#1)"]


def test_a_comment_that_was_changed_or_deleted_is_found_lost(people: People, shop: Repository) -> None:
    changed, deleted = people.do(Deed.COMMENT, 1), people.do(Deed.COMMENT, 1)

    shop.change_comment(changed.comment, body="Something else")
    shop.change_comment(deleted.comment, is_deleted=True)

    assert len(people.find_losses()) == 2


def test_what_people_deleted_themselves_is_not_lost(people: People) -> None:
    people.do(Deed.COMMENT, 1)
    people.do(Deed.ABOVE, 1)
    people.do(Deed.DELETE, 1)

    assert people.find_losses() == []


def test_decisions_that_were_turned_over_are_found(people: People, shop: Repository) -> None:
    people.do(Deed.RETITLE, 1, text="Ours now")
    people.do(Deed.UNLABEL, 1, text="gcp")
    people.do(Deed.COMPLETE, 1)
    assert people.find_overruled() == []

    shop.edit(shop.owner, 1, title="GCP-new")
    shop.set_labels(shop.owner, 1, ["gcp"])
    shop.reopen(shop.owner, 1)

    assert people.find_overruled() == [
        "gives another title: Ours now (#1)",
        "takes a label off: gcp (#1)",
        "closes as completed:  (#1)",
    ]


def ask_a_while(server: GitHubServer, shop: Repository, people: People) -> None:
    server.on_request = people.hook
    gardener = Asking(server, shop.token)
    for _ in range(30):
        gardener.get(ISSUES)


def test_the_same_seed_gives_the_same_acts() -> None:
    acts = []
    for seed in (1, 1, 2):
        with GitHubServer() as server:
            shop = server.add_repository("acme/shop", login="gardener")
            shop.open_issue(shop.owner, "t", BODY)
            people = People(shop, seed, share=0.5, weights=ALL, elsewhere=server.add_repository("acme/other"))
            ask_a_while(server, shop, people)
            acts.append(people.acts)

    assert acts[0] == acts[1] != acts[2]
    assert acts[0]


def test_people_act_between_requests_and_lose_nothing_of_their_own(server: GitHubServer, shop: Repository) -> None:
    people = People(shop, seed=3, share=0.5, weights=ALL, last=20)

    ask_a_while(server, shop, people)

    assert len(people.acts) > 10
    assert max(act.request for act in people.acts) <= 20
    assert people.find_losses() == []


def test_people_leave_a_text_alone_that_was_just_read(server: GitHubServer, shop: Repository) -> None:
    writing = {deed: 1.0 for deed in GENTLE if deed in WRITING}
    people = People(shop, seed=3, share=1.0, weights=writing)
    server.on_request = people.hook
    gardener = Asking(server, shop.token)

    for _ in range(10):
        body = gardener.get(f"{ISSUES}/1").body["body"]
        gardener.patch(f"{ISSUES}/1", {"body": f"{body}\nOurs."})

    assert len(people.acts) >= 10
    assert people.find_losses() == []


def test_people_without_mercy_write_at_any_moment(server: GitHubServer, shop: Repository) -> None:
    people = People(shop, share=1.0, weights={Deed.ABOVE: 1.0}, grace_requests=0)
    server.world.number = 5

    people.hook(5, "GET", f"{ISSUES}/1", Phase.AFTER)

    assert len(people.acts) == 1
