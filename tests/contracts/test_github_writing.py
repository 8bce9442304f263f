"""How issues of GitHub are written: once, or not at all, or nobody knows; and nothing that people did is undone."""

from collections.abc import Callable, Iterator

import pytest

from log_gardener.errors import BusyError, LostAnswerError, TicketGoneError, TicketRefusedError, TrackerError
from log_gardener.model.ticket import TicketState
from log_gardener.ports import Tracker
from tests.contracts.github_bench import APP, PERSON, REQUESTS, GitHubBench, serve_bench
from tests.fakes.github_accounts import Role
from tests.fakes.github_faults import LIMITING, Fault
from tests.fakes.github_kills import Phase
from tests.fakes.github_limits import Setting, Wording

LABEL = "log-gardener"

Write = Callable[[Tracker, int, int], object]

# Each on a ticket that is there, with another one that is there, too.
WRITES: dict[str, Write] = {
    "create": lambda tracker, *_: tracker.create("title", "body", [LABEL]),
    "edit": lambda tracker, number, _: tracker.edit(number, body="edited"),
    "comment": lambda tracker, number, _: tracker.comment(number, "said"),
    "add_labels": lambda tracker, number, _: tracker.add_labels(number, ["bug"]),
    "remove_labels": lambda tracker, number, _: tracker.remove_labels(number, [LABEL]),
    "prepare_labels": lambda tracker, *_: tracker.prepare_labels([("new", "a new one")]),
    "link": lambda tracker, number, other: tracker.link(number, other),
}

SPEECHLESS = [fault for fault in Fault if fault not in LIMITING]


@pytest.fixture
def github() -> Iterator[GitHubBench]:
    with serve_bench() as bench:
        yield bench


def make_two(github: GitHubBench) -> tuple[int, int]:
    first, second = (github.tracker.create(title, "body", [LABEL]).number for title in ("first", "second"))
    github.server.journal.clear()
    return first, second


@pytest.mark.parametrize("fault", SPEECHLESS)
@pytest.mark.parametrize("method", WRITES)
def test_a_write_without_an_answer_is_sent_once_and_told_as_lost(
    github: GitHubBench, method: str, fault: Fault
) -> None:
    numbers = make_two(github)
    github.server.silence_seconds = 0.05
    github.fail(method, fault)

    if method in {"prepare_labels", "remove_labels"} and fault.is_after:
        # Whether these took effect can be seen, and nothing depends on who did it.
        WRITES[method](github.tracker, *numbers)
    else:
        with pytest.raises(LostAnswerError, match="nobody knows"):
            WRITES[method](github.tracker, *numbers)

    assert len(github.server.journal.writes()) == 1
    assert len(github.server.journal.effects()) == fault.is_after


@pytest.mark.parametrize("fault", [Fault.SILENCE, Fault.LOST_SILENCE])
def test_a_write_whose_answer_takes_too_long_is_lost(github: GitHubBench, fault: Fault) -> None:
    github.server.silence_seconds = 1.5
    github.fail("create", fault)

    with pytest.raises(LostAnswerError, match="ReadTimeout"):
        github.make(timeout_seconds=1).create("title", "body", [LABEL])
    assert len(github.server.journal.writes()) <= 1


@pytest.mark.parametrize("fault", sorted(LIMITING))
@pytest.mark.parametrize("method", WRITES)
def test_a_write_waits_for_a_limit_and_takes_effect_once(github: GitHubBench, method: str, fault: Fault) -> None:
    numbers = make_two(github)
    github.fail(method, fault)

    WRITES[method](github.tracker, *numbers)

    assert github.waits == [60]
    assert len(github.server.journal.effects()) == 1


@pytest.mark.parametrize("kind", [PERSON, APP])
def test_a_primary_limit_is_waited_for_until_its_reset(kind: str) -> None:
    with serve_bench(kind) as github:
        number = github.tracker.create("title", "body", [LABEL]).number
        github.clock.sleep(3_200)
        github.server.limits.exhaust("gardener" if kind == PERSON else "gardener[bot]", github.clock())

        github.tracker.comment(number, "said")

        [wait] = github.waits
        assert 390 < wait < 402
        assert len(github.repository.list_comments(number)) == 1


@pytest.mark.parametrize("method", WRITES)
def test_a_limit_that_lasts_longer_than_our_patience_ends_the_run_without_effect(
    github: GitHubBench, method: str
) -> None:
    numbers = make_two(github)
    github.server.limits.exhaust("gardener", github.clock())

    with pytest.raises(BusyError, match="asks to wait 3,"):
        WRITES[method](github.tracker, *numbers)
    assert github.server.journal.effects() == []
    assert github.waits == []


@pytest.mark.parametrize("wording", list(Wording))
def test_many_tickets_at_once_are_made_at_the_pace_that_the_server_allows(wording: Wording) -> None:
    setting = Setting(creations_per_minute=5, wording=wording, pause_seconds=75)
    with serve_bench(setting=setting) as github:
        for index in range(12):
            github.tracker.create(f"{index}", "body", [LABEL])

        assert len(github.repository.list_issues()) == 12
        assert len(github.waits) == 2


def test_writes_are_spaced_and_reads_are_not(github: GitHubBench) -> None:
    tracker = github.make(seconds_between_writes=1.5)
    number = tracker.create("title", "body", [LABEL]).number
    tracker.read_ticket(number)
    tracker.comment(number, "one")
    github.clock.sleep(1)
    tracker.comment(number, "two")
    github.clock.sleep(100)
    tracker.comment(number, "three")

    assert github.waits == [1.5, 0.5]


def test_what_people_write_while_a_limit_is_waited_for_is_not_overwritten(github: GitHubBench) -> None:
    number, _ = make_two(github)
    github.tracker.read_ticket(number)
    github.fail("edit", Fault.SECONDARY)

    def edit(count: int, method: str, target: str, phase: Phase) -> None:
        del count, target
        if method == "PATCH" and phase is Phase.AFTER:
            github.server.on_request = None
            github.edit(number, body="of people")

    github.server.on_request = edit

    with pytest.raises(BusyError, match="changed"):
        github.tracker.edit(number, body="ours")
    assert github.repository.issue(number).body == "of people"


def test_a_label_that_somebody_makes_at_the_same_time_is_no_error(github: GitHubBench) -> None:
    def make(count: int, method: str, target: str, phase: Phase) -> None:
        del count
        if method == "POST" and target.endswith("/labels") and phase is Phase.BEFORE:
            github.server.on_request = None
            github.repository.labels.add("New", "ff0000", "of people")

    github.server.on_request = make

    github.tracker.prepare_labels([("new", "ours")])

    assert github.describe("new") == "of people"


def test_labels_are_told_apart_as_github_does_and_found_on_all_pages(github: GitHubBench) -> None:
    for index in range(130):
        github.repository.labels.add(f"label-{index}", "ff0000", "of people")
    github.repository.labels.add("Zebra", "ff0000", "of people")

    github.tracker.prepare_labels([("zebra", "ours"), ("label-129", "ours")])

    assert github.server.journal.writes() == []


def test_a_description_of_a_label_is_cut_to_what_github_takes(github: GitHubBench) -> None:
    github.tracker.prepare_labels([("new", "long " * 30)])

    assert github.describe("new") == ("long " * 30)[:100]


def test_a_locked_ticket_refuses_the_comment_of_who_may_not_push(github: GitHubBench) -> None:
    number, _ = make_two(github)
    github.repository.roles["gardener"] = Role.TRIAGE
    github.lock(number)

    with pytest.raises(TicketRefusedError, match="locked"):
        github.tracker.comment(number, "said")
    assert github.repository.list_comments(number) == []


@pytest.mark.parametrize("method", sorted(set(WRITES) - {"create"}))
def test_a_write_that_our_role_does_not_allow_says_what_to_grant(github: GitHubBench, method: str) -> None:
    number = github.open("theirs", "", [LABEL])
    other = github.open("theirs, too")
    github.repository.roles["gardener"] = Role.READ
    if method == "comment":
        # Anybody may comment on what is public.
        github.lock(number)

    with pytest.raises(TrackerError, match=r"role Write|locked"):
        WRITES[method](github.tracker, number, other)
    assert github.server.journal.effects() == []


def test_an_app_without_the_right_to_write_is_told_so() -> None:
    with serve_bench() as github:
        app = github.server.world.add_app("reader")
        github.server.world.install(app, github.repository, {"issues": "read"})
        tracker = github.make(token="", app_id=str(app.id), private_key=app.key.private_pem)

        listing = tracker.list_tickets(LABEL, [])

        assert not listing.is_writable
        assert "Issues: write" in listing.why
        with pytest.raises(TrackerError, match="Issues: write"):
            tracker.create("title", "body", [LABEL])


def test_switched_off_issues_take_no_ticket(github: GitHubBench) -> None:
    github.repository.has_issues = False

    with pytest.raises(TrackerError, match="enable Issues"):
        github.tracker.create("title", "body", [LABEL])


@pytest.mark.parametrize("method", WRITES)
def test_a_repository_that_was_renamed_is_written_under_its_new_name(github: GitHubBench, method: str) -> None:
    numbers = make_two(github)
    github.server.world.rename_repository(github.repository, "acme/store")

    WRITES[method](github.tracker, *numbers)

    effects = github.server.journal.effects()
    assert len(effects) == 1
    assert github.tracker.name.endswith("/acme/shop")
    assert len(github.tracker.list_tickets(LABEL, numbers).tickets) == 2 + (method == "create")


def test_a_renamed_repository_is_read_on_all_pages(github: GitHubBench) -> None:
    account = github.server.world.add_account("gardener")
    for index in range(130):
        github.repository.open_issue(account, f"{index}", "", labels=[LABEL])
    github.repository.open_issue(account, "other", "")
    github.server.world.rename_repository(github.repository, "acme/store")

    listing = github.tracker.list_tickets(LABEL, [])

    assert len(listing.tickets) == 130
    assert listing.is_writable
    assert listing.tickets[0].url == "https://github.com/acme/store/issues/1"


def test_a_rename_between_a_listing_and_a_look_up_moves_no_ticket(github: GitHubBench) -> None:
    numbers = make_two(github)
    github.tracker.list_tickets(LABEL, [])
    github.server.world.rename_repository(github.repository, "acme/store")

    assert github.tracker.read_ticket(numbers[0]).number == numbers[0]
    assert github.tracker.find_recent(LABEL, 0)[0].number == numbers[0]
    assert github.tracker.list_tickets(LABEL, numbers).fates == {}


@pytest.mark.parametrize("method", sorted(set(WRITES) - {"create", "prepare_labels"}))
def test_a_ticket_that_was_moved_is_not_written_where_it_is_now(github: GitHubBench, method: str) -> None:
    numbers = make_two(github)
    github.transfer(numbers[0])

    with pytest.raises(TicketGoneError):
        WRITES[method](github.tracker, *numbers)
    assert github.server.journal.effects() == []
    [moved] = github.elsewhere.list_issues()
    assert (moved.body, github.elsewhere.list_comments(moved.number)) == ("body", [])


@pytest.mark.parametrize("number", [0, 1])
def test_a_link_with_a_ticket_that_is_gone_is_none(github: GitHubBench, number: int) -> None:
    numbers = make_two(github)
    github.delete(numbers[number])

    with pytest.raises(TicketGoneError, match=str(numbers[number])):
        github.tracker.link(*numbers)


def test_a_server_without_sub_issues_has_no_link(github: GitHubBench) -> None:
    numbers = make_two(github)
    github.repository.has_sub_issues = False

    assert not github.tracker.link(*numbers)
    assert github.server.journal.writes() == []


def test_a_link_that_is_there_is_not_made_again(github: GitHubBench) -> None:
    numbers = make_two(github)
    github.tracker.link(*numbers)
    github.server.journal.clear()

    assert github.tracker.link(*numbers)
    assert github.server.journal.writes() == []


def test_a_ticket_that_people_linked_elsewhere_stays_there(github: GitHubBench) -> None:
    child, parent = make_two(github)
    other = github.open("theirs")
    github.repository.adopt(github.ada, other, github.repository.issue(child), home=github.repository)

    with pytest.raises(TicketRefusedError, match="one parent"):
        github.tracker.link(child, parent)
    assert github.repository.issue(other).children == (github.repository.issue(child).id,)


def test_an_edit_sends_only_what_is_given(github: GitHubBench) -> None:
    number, _ = make_two(github)

    github.tracker.edit(number, body="b")
    github.tracker.edit(number, title="t")
    github.tracker.edit(number, state=TicketState.CLOSED, closed_as="not planned")
    github.tracker.edit(number, state=TicketState.OPEN)

    assert [call.body for call in github.server.journal.writes()] == [
        {"body": "b"},
        {"title": "t"},
        {"state": "closed", "state_reason": "not_planned"},
        {"state": "open"},
    ]


def test_a_label_that_somebody_takes_off_first_is_no_error(github: GitHubBench) -> None:
    number, _ = make_two(github)

    def take_off(count: int, method: str, target: str, phase: Phase) -> None:
        del count, target
        if method == "DELETE" and phase is Phase.BEFORE:
            github.server.on_request = None
            github.unlabel(number, LABEL)

    github.server.on_request = take_off

    github.tracker.remove_labels(number, [LABEL])

    assert github.tracker.read_ticket(number).labels == frozenset()


@pytest.mark.parametrize("path", [r"/user$", r"/repos/Acme/Shop$"])
@pytest.mark.parametrize("method", WRITES)
def test_nothing_is_written_before_all_is_known_that_its_answer_is_read_with(
    github: GitHubBench, method: str, path: str
) -> None:
    numbers = make_two(github)
    fresh = github.make()
    github.server.faults.on("GET", path, Fault.BAD_GATEWAY, times=100)

    try:
        WRITES[method](fresh, *numbers)
    except TrackerError:
        assert github.server.journal.writes() == []
    else:
        assert len(github.server.journal.effects()) == 1


def test_every_method_that_writes_is_tried() -> None:
    assert set(WRITES) == set(REQUESTS)
