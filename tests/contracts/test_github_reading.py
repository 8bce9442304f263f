"""How issues of GitHub are read: all pages, each once, at no more cost than it takes, and without a write."""

import logging
from collections.abc import Iterator

import pytest

from log_gardener.errors import TrackerError
from log_gardener.model.instant import NANOS_PER_HOUR, NANOS_PER_SECOND, to_nanos
from log_gardener.model.ticket import Fate, NeighbourKind
from log_gardener.trackers.github.listing import MANY_LACKING
from tests.contracts.github_bench import APP, ENTERPRISE, GitHubBench, serve_bench
from tests.fakes.github_faults import LIMITING, Fault
from tests.fakes.github_kills import Phase
from tests.fakes.github_state import Fate as FakeFate
from tests.fakes.github_world import Lag

LABEL = "log-gardener"


@pytest.fixture
def github() -> Iterator[GitHubBench]:
    with serve_bench() as bench:
        yield bench


def plant(github: GitHubBench, count: int) -> list[int]:
    """Tickets of ours that were there before."""
    account = github.server.world.add_account("gardener")
    return [
        github.repository.open_issue(account, f"ticket {index}", "body", labels=[LABEL]).number
        for index in range(count)
    ]


def list_numbers(github: GitHubBench, known: list[int] | None = None) -> list[int]:
    return [ticket.number for ticket in github.tracker.list_tickets(LABEL, known or []).tickets]


@pytest.mark.parametrize("has_cursors", [False, True])
def test_all_pages_are_read(github: GitHubBench, *, has_cursors: bool) -> None:
    github.server.world.has_cursors = has_cursors
    numbers = plant(github, 350)

    assert list_numbers(github) == numbers
    assert len(github.server.journal.calls("GET @/issues")) == 4


@pytest.mark.parametrize("kind", [APP, ENTERPRISE])
def test_all_pages_are_read_by_an_app_and_under_an_enterprise_path(kind: str) -> None:
    with serve_bench(kind) as github:
        numbers = plant(github, 150)

        assert list_numbers(github, [*numbers, 4_711]) == numbers


@pytest.mark.parametrize("has_cursors", [False, True])
def test_a_ticket_that_is_added_while_pages_are_read_costs_no_other(github: GitHubBench, *, has_cursors: bool) -> None:
    github.server.world.has_cursors = has_cursors
    numbers = plant(github, 250)

    def add(number: int, method: str, target: str, phase: Phase) -> None:
        del number, method
        if phase is Phase.AFTER and "/issues?" in target:
            github.clock.sleep(1)
            plant(github, 1)

    github.server.on_request = add

    found = list_numbers(github)

    assert len(found) == len(set(found))
    assert set(found) >= set(numbers)


def test_a_known_ticket_that_slips_between_two_pages_is_looked_up(github: GitHubBench) -> None:
    numbers = plant(github, 150)

    def delete(number: int, method: str, target: str, phase: Phase) -> None:
        del number, method
        if phase is Phase.AFTER and "/issues?" in target and "page=2" not in target:
            github.server.on_request = None
            github.delete(numbers[0])

    github.server.on_request = delete

    listing = github.tracker.list_tickets(LABEL, numbers)

    # The first page still had what was deleted then.
    assert [ticket.number for ticket in listing.tickets] == numbers
    assert listing.fates == {}


def test_pull_requests_are_no_tickets(github: GitHubBench) -> None:
    [number] = plant(github, 1)
    github.repository.open_pull(github.ada, "fix", "", labels=[LABEL])

    assert list_numbers(github) == [number]


def test_a_listing_that_lags_is_made_up_for_by_what_is_known(github: GitHubBench) -> None:
    number = github.tracker.create("new", "body", [LABEL]).number
    github.server.world.listing_lag = Lag(seconds=30)

    assert list_numbers(github) == []
    assert list_numbers(github, [number]) == [number]


def test_when_the_label_is_taken_off_everything_all_is_found_in_few_requests(github: GitHubBench) -> None:
    numbers = plant(github, 230)
    github.repository.delete_label(LABEL)
    github.tracker.list_tickets("other", [])
    github.server.journal.clear()

    assert list_numbers(github, numbers) == numbers
    assert len(github.server.journal.calls()) <= 6


def test_when_everything_is_gone_that_is_known_of_each(github: GitHubBench) -> None:
    numbers = plant(github, MANY_LACKING + 10)
    for number in numbers:
        github.delete(number)

    listing = github.tracker.list_tickets(LABEL, numbers)

    assert listing.tickets == ()
    assert listing.fates == dict.fromkeys(numbers, Fate.DELETED)


def test_a_ticket_that_became_a_discussion_is_gone(github: GitHubBench) -> None:
    [number] = plant(github, 1)
    github.repository.remove_issue(number, FakeFate.CONVERTED)

    assert github.tracker.list_tickets(LABEL, [number]).fates == {number: Fate.DELETED}


def test_a_ticket_that_was_moved_out_of_sight_is_gone(github: GitHubBench) -> None:
    [number] = plant(github, 1)
    github.elsewhere.is_private = True
    github.transfer(number)

    assert list(github.tracker.list_tickets(LABEL, [number]).fates) == [number]


def test_a_repository_that_vanishes_while_it_is_read_says_nothing_of_its_tickets(github: GitHubBench) -> None:
    [number] = plant(github, 1)
    github.delete(number)

    def hide(count: int, method: str, target: str, phase: Phase) -> None:
        del count, method
        if phase is Phase.BEFORE and target.endswith(f"/issues/{number}"):
            github.repository.is_private = True
            github.repository.roles.clear()

    github.server.on_request = hide

    with pytest.raises(TrackerError, match="404"):
        github.tracker.list_tickets(LABEL, [number])


def test_switched_off_issues_are_no_empty_tracker(github: GitHubBench) -> None:
    numbers = plant(github, 3)
    github.repository.has_issues = False

    listing = github.tracker.list_tickets(LABEL, numbers)

    assert not listing.is_writable
    assert "enable" in listing.why
    assert listing.fates == {}
    with pytest.raises(TrackerError, match="enable Issues"):
        github.tracker.read_ticket(numbers[0])


@pytest.mark.parametrize("role", ["NONE", "READ"])
def test_an_account_that_may_not_label_does_not_write(github: GitHubBench, role: str) -> None:
    plant(github, 1)
    github.repository.roles["gardener"] = type(github.repository.roles["gardener"])[role]
    github.repository.is_private = False
    if role == "NONE":
        del github.repository.roles["gardener"]

    listing = github.tracker.list_tickets(LABEL, [])

    assert len(listing.tickets) == 1
    assert not listing.is_writable
    assert "role Write" in listing.why


def test_what_has_not_changed_is_asked_for_at_no_cost(github: GitHubBench) -> None:
    numbers = plant(github, 150)
    first = github.tracker.list_tickets(LABEL, numbers)
    github.server.journal.clear()

    assert github.tracker.list_tickets(LABEL, numbers) == first
    assert github.tracker.read_ticket(numbers[0]) == github.tracker.read_ticket(numbers[0])

    # The one ticket was not read by itself before. What is answered by 304 counts for no limit.
    fresh = [call.route for call in github.server.journal.calls() if call.status != 304]
    assert fresh == ["GET @/issues/{number}"]


def test_what_has_changed_is_seen_though_it_was_kept(github: GitHubBench) -> None:
    [number] = plant(github, 1)
    github.tracker.read_ticket(number)
    github.edit(number, body="of people")

    assert github.tracker.read_ticket(number).body == "of people"
    assert github.tracker.list_tickets(LABEL, []).tickets[0].body == "of people"


def test_our_login_is_asked_for_once(github: GitHubBench) -> None:
    plant(github, 2)
    for _ in range(3):
        github.tracker.list_tickets(LABEL, [])

    assert len(github.server.journal.calls("GET user")) == 1


def test_comments_are_read_only_where_they_decide_whether_people_care(github: GitHubBench) -> None:
    silent, ours, theirs, assigned, closed = plant(github, 5)
    account = github.server.world.add_account("gardener")
    for number in (ours, theirs, assigned, closed):
        github.repository.comment(account, number, "ours")
    github.comment(theirs, "theirs")
    github.assign(assigned)
    github.close(closed)

    found = {ticket.number: ticket.has_people for ticket in github.tracker.list_tickets(LABEL, []).tickets}

    assert found == {silent: False, ours: False, theirs: True, assigned: True, closed: True}
    read = [call.path.split("/")[-2] for call in github.server.journal.calls("GET @/issues/{number}/comments")]
    assert read == [str(ours), str(theirs)]


def test_all_pages_of_comments_are_read(github: GitHubBench) -> None:
    [number] = plant(github, 1)
    account = github.server.world.add_account("gardener")
    for index in range(130):
        github.repository.comment(account, number, f"{index}")
    github.comment(number, "theirs")

    comments = github.tracker.list_comments(number)

    assert [comment.body for comment in comments] == [*(f"{index}" for index in range(130)), "theirs"]
    assert github.tracker.read_ticket(number).has_people


def test_all_recent_tickets_are_found_on_all_pages_to_the_second(github: GitHubBench) -> None:
    plant(github, 3)
    github.clock.sleep(100)
    since = to_nanos(github.clock())
    recent = plant(github, 120)

    found = github.tracker.find_recent(LABEL, since + NANOS_PER_SECOND // 2)

    assert [ticket.number for ticket in found] == recent


def test_pull_requests_and_documents_are_neighbours(github: GitHubBench) -> None:
    number = github.repository.open_pull(github.ada, "Retry payments", "they time out").number
    github.repository.files["docs/a b/Pay.md"] = "\n# How we pay\n\nSlowly.\n"
    github.repository.files["docs/plain.md"] = "no heading"
    github.repository.files["src/pay.py"] = "# not prose"
    github.repository.files["docs/huge.md"] = "x" * 300_000

    found = github.tracker.list_neighbours(to_nanos(github.clock()) - NANOS_PER_HOUR)

    assert [(one.kind, one.title, one.text.strip()) for one in found] == [
        (NeighbourKind.PULL_REQUEST, "Retry payments", "they time out"),
        (NeighbourKind.DOCUMENT, "Shop", "# Shop\n\nSells things."),
        (NeighbourKind.DOCUMENT, "docs/plain.md", "no heading"),
        (NeighbourKind.DOCUMENT, "How we pay", "# How we pay\n\nSlowly."),
    ]
    assert found[0].reference == f"#{number}"
    assert found[3].reference == "https://github.com/acme/shop/blob/main/docs/a%20b/Pay.md"


def test_neighbours_are_bounded_in_number(github: GitHubBench) -> None:
    for index in range(130):
        github.clock.sleep(1)
        github.open(f"{index}")
        github.repository.files[f"docs/{index:03}.md"] = f"{index}"
    tracker = github.make(most_neighbours=120, most_documents=3)

    found = tracker.list_neighbours(0)

    tickets = [one.title for one in found if one.kind is NeighbourKind.TICKET]
    assert tickets == [f"{index}" for index in range(129, 9, -1)]
    assert sum(one.kind is NeighbourKind.DOCUMENT for one in found) == 3
    assert len(github.server.journal.calls("GET @/git/blobs/{sha}")) == 3


def test_documents_are_read_again_only_where_they_changed(github: GitHubBench) -> None:
    github.repository.files["a.md"] = "one"
    github.tracker.list_neighbours(0)
    github.repository.files["a.md"] = "two"
    github.server.journal.clear()

    found = github.tracker.list_neighbours(0)

    assert [one.text for one in found if one.title == "a.md"] == ["two"]
    assert len(github.server.journal.calls("GET @/git/blobs/{sha}")) == 1


def test_a_repository_without_files_has_no_documents(github: GitHubBench) -> None:
    del github.repository.files["README.md"]

    assert github.tracker.list_neighbours(0) == ()


def test_no_documents_are_asked_for_where_none_are_wanted(github: GitHubBench) -> None:
    assert github.make(most_documents=0).list_neighbours(0) == ()
    assert github.server.journal.calls("GET @/git/trees/{sha}") == []


@pytest.mark.parametrize("kind", ["person", APP])
def test_reading_sends_nothing_but_get(kind: str) -> None:
    with serve_bench(kind) as github:
        number = github.open("theirs", "", [LABEL])
        gone = github.open("gone")
        github.delete(gone)
        github.comment(number, "theirs")
        github.server.journal.clear()

        github.tracker.list_tickets(LABEL, [number, gone])
        github.tracker.find_recent(LABEL, 0)
        github.tracker.list_neighbours(0)
        github.tracker.read_ticket(number)
        github.tracker.list_comments(number)
        list(github.tracker.diagnose())

        calls = github.server.journal.calls()
        # An App's token is made by POST; nothing in the repository changes by it.
        assert {call.method for call in calls if not call.path.endswith("/access_tokens")} == {"GET"}
        assert github.server.journal.effects() == []


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault not in LIMITING])
def test_a_read_is_tried_again_until_it_is_answered(github: GitHubBench, fault: Fault) -> None:
    numbers = plant(github, 120)
    github.server.silence_seconds = 0.1
    github.server.faults.script(fault, fault, None, fault)

    assert list_numbers(github) == numbers
    assert github.waits[:2] == [1, 2]


def test_an_outage_is_no_empty_tracker(github: GitHubBench) -> None:
    plant(github, 2)
    github.server.faults.on("GET", r"/issues$", Fault.BAD_GATEWAY, times=100)

    with pytest.raises(TrackerError, match=r"502.*githubstatus"):
        github.tracker.list_tickets(LABEL, [])
    assert sum(github.waits) == 1 + 2 + 4 + 8 + 16


def test_an_outage_in_the_middle_of_the_pages_is_no_end_of_them(github: GitHubBench) -> None:
    plant(github, 250)
    github.server.faults.on("GET", r"/issues$", Fault.LOST_HALF, times=100, skipped=2)

    with pytest.raises(TrackerError):
        github.tracker.list_tickets(LABEL, [])


@pytest.mark.parametrize("fault", sorted(LIMITING))
def test_a_read_waits_for_a_limit(github: GitHubBench, fault: Fault) -> None:
    numbers = plant(github, 2)
    github.server.faults.on("GET", r"/issues$", fault)

    assert list_numbers(github) == numbers
    assert github.waits == [60]


def test_no_answer_is_logged(github: GitHubBench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    plant(github, 1)

    assert len(list_numbers(github)) == 1

    # What the library of HTTP tells is addresses, not answers.
    assert [record for record in caplog.records if not record.name.startswith("urllib3")] == []
