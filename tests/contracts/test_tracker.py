"""What every tracker does: GitHub over HTTP, as a person and as an App, and the one in memory."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from log_gardener.errors import LostAnswerError, TicketGoneError, TicketRefusedError, TrackerError
from log_gardener.model.diagnosis import Mark
from log_gardener.model.instant import NANOS_PER_HOUR, NANOS_PER_SECOND, to_nanos
from log_gardener.model.ticket import Comment, Fate, NeighbourKind, TicketState
from tests.contracts.tracker_benches import KINDS, Bench, make_bench

LABEL = "log-gardener"


@pytest.fixture(params=KINDS)
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    with make_bench(request.param) as made:
        yield made


def test_a_ticket_that_is_created_is_read_as_it_was_written(bench: Bench) -> None:
    written = bench.tracker.create("GCP-new | P1 | \u00fcber", "one\n\n`two` <b>\n", [LABEL, "bug"])

    assert (written.title, written.body) == ("GCP-new | P1 | \u00fcber", "one\n\n`two` <b>\n")
    assert written.labels == {LABEL, "bug"}
    assert written.state is TicketState.OPEN
    assert written.closed_nanos is None
    assert written.is_ours
    assert not written.is_locked
    assert not written.has_people
    assert written.url.endswith(str(written.number))
    assert bench.tracker.read_ticket(written.number) == written
    assert bench.tracker.list_tickets(LABEL, []).tickets == (written,)


def test_the_name_is_that_of_the_repository_in_lower_case(bench: Bench) -> None:
    assert bench.tracker.name.endswith("/acme/shop")


def test_numbers_are_never_given_twice(bench: Bench) -> None:
    numbers = [bench.tracker.create("a", "", [LABEL]).number for _ in range(2)]
    bench.delete(numbers[1])

    assert bench.tracker.create("b", "", [LABEL]).number not in numbers


def test_open_and_closed_tickets_with_the_label_are_listed_and_no_others(bench: Bench) -> None:
    first = bench.tracker.create("first", "", [LABEL])
    second = bench.tracker.create("second", "", [LABEL, "bug"])
    bench.tracker.create("without", "", ["bug"])
    bench.close(second.number)

    listing = bench.tracker.list_tickets(LABEL, [])

    assert [ticket.number for ticket in listing.tickets] == [first.number, second.number]
    assert [ticket.state for ticket in listing.tickets] == [TicketState.OPEN, TicketState.CLOSED]
    assert listing.tickets[1].closed_nanos == to_nanos(bench.clock())
    assert listing.fates == {}
    assert listing.is_writable


def test_a_ticket_of_peoples_with_our_label_is_listed_and_is_not_ours(bench: Bench) -> None:
    number = bench.open("theirs", "<!-- log-gardener r1:00 -->", [LABEL])

    [ticket] = bench.tracker.list_tickets(LABEL, []).tickets

    assert ticket.number == number
    assert not ticket.is_ours
    assert ticket.has_people


def test_a_known_ticket_that_lost_its_label_is_still_found(bench: Bench) -> None:
    ticket = bench.tracker.create("ours", "", [LABEL])
    bench.unlabel(ticket.number, LABEL)

    listing = bench.tracker.list_tickets(LABEL, [ticket.number])

    assert listing.tickets == (replace(ticket, labels=frozenset()),)


def test_what_is_listed_is_in_order_of_number(bench: Bench) -> None:
    numbers = [bench.tracker.create(f"{index}", "", [LABEL]).number for index in range(4)]
    bench.unlabel(numbers[1], LABEL)

    listing = bench.tracker.list_tickets(LABEL, [numbers[1], numbers[3]])

    assert [ticket.number for ticket in listing.tickets] == numbers


def test_deleted_and_moved_tickets_are_told_apart(bench: Bench) -> None:
    deleted, moved, kept = (bench.tracker.create(name, "", [LABEL]).number for name in ("a", "b", "c"))
    bench.delete(deleted)
    bench.transfer(moved)

    listing = bench.tracker.list_tickets(LABEL, [deleted, moved, kept])

    assert listing.fates == {deleted: Fate.DELETED, moved: Fate.TRANSFERRED}
    assert [ticket.number for ticket in listing.tickets] == [kept]


@pytest.mark.parametrize("leave", ["delete", "transfer"])
def test_nothing_can_be_done_with_a_ticket_that_is_gone(bench: Bench, leave: str) -> None:
    number = bench.tracker.create("a", "", [LABEL]).number
    getattr(bench, leave)(number)
    before = bench.count_writes()

    for attempt in (
        lambda: bench.tracker.read_ticket(number),
        lambda: bench.tracker.list_comments(number),
        lambda: bench.tracker.edit(number, body="b"),
        lambda: bench.tracker.comment(number, "b"),
        lambda: bench.tracker.add_labels(number, ["b"]),
        lambda: bench.tracker.remove_labels(number, [LABEL]),
    ):
        with pytest.raises(TicketGoneError, match=str(number)):
            attempt()
    assert bench.count_writes() == before


def test_an_edit_changes_what_is_given_and_nothing_else(bench: Bench) -> None:
    ticket = bench.tracker.create("title", "body", [LABEL])
    bench.label(ticket.number, "people")

    bodied = bench.tracker.edit(ticket.number, body="other")
    titled = bench.tracker.edit(ticket.number, title="new")

    assert (bodied.title, bodied.body) == ("title", "other")
    assert (titled.title, titled.body) == ("new", "other")
    assert titled.labels == {LABEL, "people"}
    assert titled.state is TicketState.OPEN
    assert bench.tracker.read_ticket(ticket.number) == titled


def test_an_edit_without_anything_reads(bench: Bench) -> None:
    ticket = bench.tracker.create("title", "body", [LABEL])

    assert bench.tracker.edit(ticket.number) == ticket


def test_a_body_can_be_emptied(bench: Bench) -> None:
    ticket = bench.tracker.create("title", "body", [LABEL])

    assert bench.tracker.edit(ticket.number, body="").body == ""


@pytest.mark.parametrize("reason", ["completed", "not planned"])
def test_a_ticket_is_closed_and_opened_again(bench: Bench, reason: str) -> None:
    number = bench.tracker.create("title", "body", [LABEL]).number
    bench.clock.sleep(60)

    closed = bench.tracker.edit(number, state=TicketState.CLOSED, closed_as=reason)
    opened = bench.tracker.edit(number, state=TicketState.OPEN)

    assert (closed.state, closed.closed_nanos) == (TicketState.CLOSED, to_nanos(bench.clock()))
    assert (opened.state, opened.closed_nanos) == (TicketState.OPEN, None)


def test_labels_are_added_and_those_of_people_stay(bench: Bench) -> None:
    number = bench.tracker.create("title", "body", [LABEL]).number
    bench.label(number, "people")

    bench.tracker.add_labels(number, ["bug", LABEL])

    assert bench.tracker.read_ticket(number).labels == {LABEL, "bug", "people"}


def test_labels_are_taken_off_and_all_others_stay(bench: Bench) -> None:
    number = bench.tracker.create("title", "body", [LABEL, "P1 / high", "bug"]).number
    bench.label(number, "people")

    bench.tracker.remove_labels(number, ["P1 / high", "never there"])
    before = bench.count_writes()
    bench.tracker.remove_labels(number, ["P1 / high", "never there"])

    assert bench.tracker.read_ticket(number).labels == {LABEL, "bug", "people"}
    assert bench.count_writes() == before


def test_comments_are_told_in_order_with_whose_they_are(bench: Bench) -> None:
    number = bench.tracker.create("title", "body", [LABEL]).number
    first = to_nanos(bench.clock())
    bench.tracker.comment(number, "ours")
    bench.clock.sleep(5)
    bench.comment(number, "theirs")

    assert bench.tracker.list_comments(number) == (
        Comment("ours", first, is_ours=True),
        Comment("theirs", first + 5 * NANOS_PER_SECOND, is_ours=False),
    )


def test_our_own_comments_are_no_people(bench: Bench) -> None:
    number = bench.tracker.create("title", "body", [LABEL]).number
    bench.tracker.comment(number, "ours")

    assert not bench.tracker.read_ticket(number).has_people
    assert not bench.tracker.list_tickets(LABEL, []).tickets[0].has_people


@pytest.mark.parametrize("act", ["comment", "assign"])
def test_whoever_comments_or_takes_a_ticket_on_is_people(bench: Bench, act: str) -> None:
    number = bench.tracker.create("title", "body", [LABEL]).number
    bench.tracker.comment(number, "ours")
    if act == "comment":
        bench.comment(number, "theirs")
    else:
        bench.assign(number)

    assert bench.tracker.read_ticket(number).has_people
    assert bench.tracker.list_tickets(LABEL, []).tickets[0].has_people


def test_recent_tickets_are_ours_with_or_without_the_label_since_a_time(bench: Bench) -> None:
    bench.tracker.create("old", "", [LABEL])
    bench.clock.sleep(3_600)
    since = to_nanos(bench.clock())
    labelled = bench.tracker.create("labelled", "", [LABEL])
    bare = bench.tracker.create("bare", "", [])
    closed = bench.tracker.create("closed", "", []).number
    bench.close(closed)
    bench.open("theirs", "", [LABEL])

    found = bench.tracker.find_recent(LABEL, since)

    assert [ticket.number for ticket in found] == [labelled.number, bare.number, closed]


def test_an_old_ticket_that_changed_is_recent(bench: Bench) -> None:
    ticket = bench.tracker.create("old", "", [LABEL])
    bench.clock.sleep(3_600)
    bench.edit(ticket.number, body="changed by people")

    [found] = bench.tracker.find_recent(LABEL, to_nanos(bench.clock()))

    assert found.body == "changed by people"


def test_neighbours_are_what_others_wrote_lately(bench: Bench) -> None:
    bench.open("long ago")
    bench.clock.sleep(7_200)
    since = to_nanos(bench.clock()) - NANOS_PER_HOUR
    number = bench.open("Payment fails", "since Monday")
    done = bench.open("Payment failed")
    bench.close(done)
    bench.tracker.create("ours", "", [LABEL])

    found = {one.reference: one for one in bench.tracker.list_neighbours(since) if one.kind is NeighbourKind.TICKET}

    assert set(found) == {f"#{number}", f"#{done}"}
    assert (found[f"#{number}"].title, found[f"#{number}"].text) == ("Payment fails", "since Monday")
    assert found[f"#{number}"].is_open
    assert not found[f"#{done}"].is_open


def test_labels_are_made_once_and_one_that_is_there_stays_as_it_is(bench: Bench) -> None:
    bench.tracker.prepare_labels([(LABEL, "kept by Log Gardener")])
    before = bench.count_writes()

    bench.tracker.prepare_labels([(LABEL, "something else")])

    assert bench.count_writes() == before
    assert bench.describe(LABEL) == "kept by Log Gardener"


def test_a_ticket_becomes_a_part_of_another_once(bench: Bench) -> None:
    parent, child = (bench.tracker.create(name, "", [LABEL]).number for name in ("cause", "effect"))

    assert bench.tracker.link(child, parent)
    assert bench.tracker.link(child, parent)


def test_a_locked_ticket_says_so(bench: Bench) -> None:
    number = bench.tracker.create("title", "body", [LABEL]).number
    bench.lock(number)

    assert bench.tracker.read_ticket(number).is_locked


def test_an_archived_tracker_is_read_and_not_written(bench: Bench) -> None:
    ticket = bench.tracker.create("title", "body", [LABEL])
    bench.archive()
    before = bench.count_writes()

    listing = bench.tracker.list_tickets(LABEL, [])

    assert listing.tickets == (ticket,)
    assert not listing.is_writable
    assert "archived" in listing.why
    with pytest.raises(TicketRefusedError, match="archived"):
        bench.tracker.edit(ticket.number, body="other")
    with pytest.raises(TicketRefusedError, match="archived"):
        bench.tracker.create("title", "body", [LABEL])
    assert bench.count_writes() == before


@pytest.mark.parametrize(("title", "body"), [("", "body"), ("t" * 257, "body"), ("title", "b" * 65_537)])
def test_a_text_that_the_tracker_does_not_take_is_refused(bench: Bench, title: str, body: str) -> None:
    with pytest.raises(TicketRefusedError):
        bench.tracker.create(title, body, [LABEL])
    assert bench.count_writes() == 0


@pytest.mark.parametrize("is_after", [False, True])
def test_a_lost_answer_says_that_nobody_knows_and_nothing_is_sent_again(bench: Bench, *, is_after: bool) -> None:
    kept = bench.tracker.create("kept", "body", [LABEL]).number

    for method, write in (
        ("create", lambda: bench.tracker.create("lost", "body", [LABEL])),
        ("edit", lambda: bench.tracker.edit(kept, body="lost")),
        ("comment", lambda: bench.tracker.comment(kept, "lost")),
        ("add_labels", lambda: bench.tracker.add_labels(kept, ["lost"])),
    ):
        before = bench.count_writes()
        bench.lose(method, is_after=is_after)
        with pytest.raises(LostAnswerError):
            write()
        assert bench.count_writes() == before + is_after
        if is_after:
            continue
        write()
        assert bench.count_writes() == before + 1


def test_every_trial_of_a_tracker_in_order_goes_well(bench: Bench) -> None:
    found = list(bench.tracker.diagnose())

    assert found
    assert {one.mark for one in found} == {Mark.OK}
    assert bench.count_writes() == 0


def test_a_trial_that_fails_says_what_to_do(bench: Bench) -> None:
    bench.archive()

    failed = [one for one in bench.tracker.diagnose() if one.mark is Mark.FAILED]

    assert failed
    assert all(one.remedy for one in failed)


def test_a_number_that_was_never_given_is_no_ticket(bench: Bench) -> None:
    with pytest.raises(TrackerError):
        bench.tracker.read_ticket(4_711)
    assert bench.tracker.list_tickets(LABEL, [4_711]).fates == {4_711: Fate.DELETED}
