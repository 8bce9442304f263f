"""What every store remembers of tickets."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from log_gardener.errors import LeakError, StoreError
from log_gardener.model.instant import NANOS_PER_MINUTE
from log_gardener.model.ledger import DASHBOARD, DUPLICATE, NOTICE, Ledger, LedgerTicket, StepState
from log_gardener.model.ticket import Fate, Link, NeighbourKind
from log_gardener.stages.redaction import Redactor
from log_gardener.stores.sql import SqlStore
from tests.contracts.garden import tend
from tests.contracts.ledger_rows import BARE, OTHER, STEP, TICKET, TRACKER
from tests.unit.entries import Entry, entry

TOKEN = "ghp" + "_" + "q7Zt2LmN9xKd4RwB8sVh1Yc6Pf3Gj5Ua0EoT"

REDACTOR = Redactor(b"key")


@pytest.fixture(params=["file", "memory", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> SqlStore:
    if request.param == "postgres":
        return SqlStore(request.getfixturevalue("postgres"))
    return SqlStore(":memory:" if request.param == "memory" else str(tmp_path / "garden.db"))


def seen(text: str, count: int, first: int = 0) -> list[Entry]:
    return [entry(text, seconds=at, insertId=f"{text}-{at}") for at in range(first, first + count)]


def counts(store: SqlStore) -> dict[str, int]:
    found = store.find_clusters([issue.id for issue in store.list_issues()])
    return {cluster.title: cluster.count for cluster in found.values()}


@pytest.mark.parametrize("ticket", [TICKET, BARE])
def test_a_ticket_is_read_back_as_it_was_written(store: SqlStore, ticket: LedgerTicket) -> None:
    store.write_ticket(TRACKER, ticket)

    (read,) = store.read_ledger(TRACKER).tickets

    assert read == ticket
    # What makes no other state is told all the same.
    assert (read.told and read.told.last_nanos) == (ticket.told and ticket.told.last_nanos)


def test_a_ticket_takes_the_place_of_what_was_known_of_its_number(store: SqlStore) -> None:
    for ticket in (replace(TICKET, number=9), TICKET, replace(BARE, number=7)):
        store.write_ticket(TRACKER, ticket)

    assert store.read_ledger(TRACKER).tickets == (replace(BARE, number=7), replace(TICKET, number=9))


def test_each_tracker_has_a_ledger_of_its_own(store: SqlStore) -> None:
    store.write_ticket(TRACKER, TICKET)
    store.write_step(TRACKER, STEP)
    store.write_ticket(OTHER, replace(BARE, number=TICKET.number))
    store.write_step(OTHER, replace(STEP, state=StepState.DONE))

    assert store.read_ledger(TRACKER) == Ledger((TICKET,), (STEP,))
    assert store.read_ledger(OTHER) == Ledger((replace(BARE, number=TICKET.number),))
    assert store.find_steps(OTHER, STEP.plan) == (replace(STEP, state=StepState.DONE),)
    assert store.read_ledger("nowhere") == Ledger()


@pytest.mark.parametrize("state", [StepState.DONE, StepState.REFUSED, StepState.FAILED])
def test_a_step_is_unsettled_until_it_ends_in_any_way(store: SqlStore, state: StepState) -> None:
    ended = replace(STEP, state=state, nanos=200, number=7, note="it is locked")
    store.write_step(TRACKER, STEP)
    before = store.read_ledger(TRACKER).unsettled
    store.write_step(TRACKER, ended)

    assert before == (STEP,)
    assert store.read_ledger(TRACKER).unsettled == ()
    assert store.find_steps(TRACKER, STEP.plan) == (ended,)


def test_unsettled_steps_are_those_of_all_plans_the_oldest_first(store: SqlStore) -> None:
    later, other = replace(STEP, position=1, nanos=50), replace(STEP, plan="other", nanos=70)
    for step in (STEP, other, later):
        store.write_step(TRACKER, step)

    assert store.read_ledger(TRACKER).unsettled == (later, other, STEP)
    assert store.find_steps(TRACKER, "plan") == (STEP, later)


def test_memory_names_the_latest_ticket_of_each_issue_that_is_there(store: SqlStore) -> None:
    for number, fate in ((10, None), (11, Fate.DELETED), (9, None)):
        store.write_ticket(TRACKER, replace(TICKET, number=number, url=f"https://tracker/{number}", fate=fate))
    for number, name in enumerate((DASHBOARD, NOTICE, DUPLICATE)):
        store.write_ticket(TRACKER, replace(BARE, number=number, issue=name))
    store.write_ticket(TRACKER, replace(TICKET, number=12, issue="r1:bb", fate=Fate.TRANSFERRED))

    assert store.recall().tickets == {"r1:aa": "https://tracker/10"}


@pytest.mark.parametrize(("new", "old"), [(TRACKER, OTHER), (OTHER, TRACKER)])
def test_of_two_trackers_memory_names_the_ticket_of_the_one_last_written_to(
    store: SqlStore, new: str, old: str
) -> None:
    there = replace(TICKET, fate=None)
    store.write_ticket(new, replace(there, number=1, url="https://new/1", edited_nanos=20))
    store.write_ticket(old, replace(there, number=900, url="https://old/900", edited_nanos=10))

    assert store.recall().tickets == {"r1:aa": "https://new/1"}


def test_pruning_drops_old_steps_that_have_ended_and_no_ticket(store: SqlStore) -> None:
    minute = 1_000
    ended = replace(STEP, position=1, state=StepState.DONE, nanos=minute * NANOS_PER_MINUTE - 1)
    fresh = replace(ended, position=2, nanos=minute * NANOS_PER_MINUTE)
    store.write_ticket(TRACKER, TICKET)
    for step in (STEP, ended, fresh):
        store.write_step(TRACKER, step)

    store.prune(0, minute)

    assert store.find_steps(TRACKER, "plan") == (STEP, fresh)
    assert store.read_ledger(TRACKER).tickets == (TICKET,)


def test_the_ledger_goes_along_with_an_export(store: SqlStore, tmp_path: Path) -> None:
    for ticket in (TICKET, BARE):
        store.write_ticket(TRACKER, ticket)
    store.write_step(TRACKER, STEP)
    store.write_step(OTHER, replace(STEP, state=StepState.FAILED, note="no answer", number=3))
    rows = [json.loads(json.dumps(row)) for row in store.dump(REDACTOR)]
    carried = SqlStore(str(tmp_path / "carried.db"))

    assert carried.load(rows, REDACTOR) == 4
    assert list(carried.dump()) == rows
    for tracker in (TRACKER, OTHER):
        assert carried.read_ledger(tracker) == store.read_ledger(tracker)
        assert carried.find_steps(tracker, "plan") == store.find_steps(tracker, "plan")


def spoil(store: SqlStore) -> None:
    """Leave a secret in a link's title and in a step's note."""
    store.write_ticket(TRACKER, replace(TICKET, links=(Link(NeighbourKind.TICKET, "#9", f"leaks {TOKEN}", 0.5),)))
    store.write_step(TRACKER, replace(STEP, state=StepState.FAILED, note=f"refused {TOKEN}"))


def test_secrets_in_the_ledger_are_found_and_mended_and_nothing_else_changes(store: SqlStore) -> None:
    spoil(store)

    found = store.find_leaks(REDACTOR)
    mended = store.mend(REDACTOR, lambda: None)

    assert {str(leak) for leak in found} == {
        "github-token in tickets.links.title of ticket 7",
        "github-token in steps.note",
    }
    assert mended == found
    assert store.find_leaks(REDACTOR) == []
    assert TOKEN not in str([*store.dump()])
    (ticket,) = store.read_ledger(TRACKER).tickets
    assert replace(ticket, links=TICKET.links) == TICKET
    assert ticket.links[0].title.startswith("leaks <github-token:")


def test_no_secret_in_the_ledger_leaves_with_an_export(store: SqlStore) -> None:
    spoil(store)

    with pytest.raises(LeakError, match=r"in steps\.note.* in tickets\.links\.title"):
        next(store.dump(REDACTOR))
    with pytest.raises(LeakError, match=r"in steps\.note"):
        SqlStore(":memory:").load(list(store.dump()), REDACTOR)


def test_what_is_the_trackers_own_is_no_secret(store: SqlStore) -> None:
    digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    store.write_ticket(TRACKER, replace(TICKET, issue=f"r1:{digest[:32]}", folded_into=f"r1:{digest[:32]}"))
    store.write_step(TRACKER, replace(STEP, plan=digest, action=digest, issue=f"r1:{digest[:32]}"))

    assert store.find_leaks(REDACTOR) == []


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("UPDATE tickets SET told = '{'", "ticket 7 of github.com/acme/shop cannot be read"),
        ("UPDATE tickets SET state = 'ajar'", "ticket 7 of github.com/acme/shop cannot be read"),
        ("UPDATE steps SET state = 'ajar'", "step 0 of the plan plan is in no known state"),
    ],
)
def test_what_cannot_be_read_of_the_ledger_is_a_fault(store: SqlStore, damage: str, told: str) -> None:
    store.write_ticket(TRACKER, TICKET)
    store.write_step(TRACKER, STEP)
    sound = store.check()
    with store._writing() as connection:
        connection.execute(text(damage))

    (fault,) = store.check().faults

    assert (sound.faults, sound.rows["tickets"], sound.rows["steps"]) == ((), 1, 1)
    assert told in fault


def test_a_damaged_ticket_is_told_and_no_traceback(store: SqlStore) -> None:
    store.write_ticket(TRACKER, TICKET)
    with store._writing() as connection:
        connection.execute(text("UPDATE tickets SET links = '[{]'"))

    with pytest.raises(StoreError, match="holds what no release writes"):
        store.read_ledger(TRACKER)


def test_clusters_are_those_of_the_latest_worklog_that_lists_them(store: SqlStore) -> None:
    tend(store, [*seen("the pot is dry", 3), *seen("a spade is lost", 1)])
    tend(store, seen("a tap leaks badly today", 2))
    tend(store, seen("the pot is dry", 5, first=9))

    assert counts(store) == {"the pot is dry": 5, "a tap leaks badly today": 2, "a spade is lost": 1}


def test_no_cluster_is_found_where_no_kept_worklog_lists_it(store: SqlStore) -> None:
    tend(store, seen("the pot is dry", 3))
    before = store.find_clusters([])
    store.prune(2**62, 0)

    assert (before, counts(store)) == ({}, {})


def test_more_clusters_can_be_asked_for_than_a_statement_has_parameters(store: SqlStore) -> None:
    tend(store, seen("the pot is dry", 3))
    (issue,) = store.list_issues()

    found = store.find_clusters([*(f"r1:{number}" for number in range(70_000)), issue.id])

    assert list(found) == [issue.id]
