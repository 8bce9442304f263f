"""What a worklog says of tickets: those that the ledger knew when it was written."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from log_gardener import flow
from log_gardener.model.decision import Decisions, Merge
from log_gardener.model.ledger import LedgerTicket
from log_gardener.model.ticket import Fate, TicketState
from log_gardener.model.worklog import Worklog
from log_gardener.ports import Request
from log_gardener.renderers.json_worklog import JsonRenderer
from log_gardener.renderers.worklog import WorklogRenderer
from log_gardener.replay import read_replay
from log_gardener.stages.redaction import Redactor
from log_gardener.stores.sql import SqlStore
from tests.cli.command import NOW as CLI_NOW
from tests.cli.command import entry as cli_entry
from tests.cli.command import ndjson, run
from tests.contracts.garden import parts_of, tend
from tests.contracts.ledger_rows import OTHER, TRACKER
from tests.unit.entries import Entry, entry

DRY, LEAK = "the pot is dry", "a tap leaks badly today"
ENTRIES = (entry(DRY), entry(DRY), entry(LEAK))


def file_ticket(store: SqlStore, title: str, number: int, tracker: str = TRACKER) -> LedgerTicket:
    """Let the ledger know a ticket of the issue of that title."""
    (issue,) = [one for one in store.list_issues() if one.title == title]
    ticket = LedgerTicket(number, issue.id, f"https://{tracker}/issues/{number}", TicketState.OPEN)
    store.write_ticket(tracker, ticket)
    return ticket


def tickets_of(worklog: Worklog) -> dict[str, str | None]:
    return {cluster.title: cluster.ticket for cluster in worklog.clusters}


def tend_merged(store: SqlStore, entries: Sequence[Entry], ids: Sequence[str]) -> Worklog:
    parts = replace(parts_of(store, entries), decisions=Decisions((Merge(tuple(ids)),)))
    return flow.ingest(parts, Request())


@pytest.fixture
def store(state: str) -> SqlStore:
    """A garden that knows a dry pot and a leak."""
    store = SqlStore(state)
    tend(store, ENTRIES)
    return store


def test_a_worklog_names_the_ticket_of_an_issue_that_has_one(store: SqlStore) -> None:
    ticket = file_ticket(store, DRY, 12)
    file_ticket(store, DRY, 11)

    worklog = tend(store, ENTRIES)

    assert tickets_of(worklog) == {DRY: ticket.url, LEAK: None}
    told = {one["title"]: one["ticket"] for one in json.loads(JsonRenderer().render(worklog))["clusters"]}
    assert told == {DRY: ticket.url, LEAK: None}
    steps = WorklogRenderer().render(worklog).split("## Next Steps")[1]
    (named,) = [line for line in steps.splitlines() if DRY in line]
    (nameless,) = [line for line in steps.splitlines() if LEAK in line]
    assert ticket.url in named
    assert "none known" in nameless


def test_a_ticket_that_is_gone_is_not_named(store: SqlStore) -> None:
    ticket = file_ticket(store, DRY, 12)
    store.write_ticket(TRACKER, replace(ticket, fate=Fate.DELETED))

    assert set(tickets_of(tend(store, ENTRIES)).values()) == {None}


def test_merged_issues_are_named_by_the_ticket_of_the_lead(store: SqlStore) -> None:
    lead, merged = file_ticket(store, LEAK, 3), file_ticket(store, DRY, 12)

    worklog = tend_merged(store, ENTRIES, (lead.issue, merged.issue))

    assert [cluster.ticket for cluster in worklog.clusters] == [lead.url]


def test_merged_issues_are_named_by_another_ticket_where_the_lead_has_none(store: SqlStore) -> None:
    merged = file_ticket(store, DRY, 12)
    (lead,) = [issue.id for issue in store.list_issues() if issue.title == LEAK]

    worklog = tend_merged(store, ENTRIES, (lead, merged.issue))

    assert [cluster.ticket for cluster in worklog.clusters] == [merged.url]


def test_a_repeated_run_names_the_tickets_of_its_own_time(store: SqlStore) -> None:
    ticket = file_ticket(store, DRY, 12)
    first = tend(store, ENTRIES)
    store.write_ticket(TRACKER, replace(ticket, fate=Fate.TRANSFERRED))
    file_ticket(store, LEAK, 4, OTHER)

    assert flow.repeat(parts_of(store, ENTRIES), 2) == first
    assert tickets_of(first)[DRY] == ticket.url


def test_a_repeated_run_names_the_tickets_of_merged_issues_too(store: SqlStore) -> None:
    merged = file_ticket(store, DRY, 12)
    (lead,) = [issue.id for issue in store.list_issues() if issue.title == LEAK]
    first = tend_merged(store, ENTRIES, (lead, merged.issue))
    store.write_ticket(TRACKER, replace(merged, fate=Fate.DELETED))

    assert flow.repeat(parts_of(store, ENTRIES), 2) == first
    assert first.clusters[0].ticket == merged.url


def test_a_run_keeps_the_tickets_of_its_own_issues_alone(store: SqlStore) -> None:
    ticket = file_ticket(store, DRY, 12)
    file_ticket(store, LEAK, 4)
    tend(store, [entry(DRY)])

    assert read_replay(2, store.find_replay(2)).tickets == {ticket.issue: ticket.url}


def test_a_run_of_an_earlier_release_that_knew_no_tickets_is_read(store: SqlStore) -> None:
    replay = store.find_replay(1)
    assert replay
    del replay.facts["tickets"]

    assert read_replay(1, replay).tickets == {}


def test_the_address_of_a_ticket_is_no_leak_wherever_it_is_kept(store: SqlStore) -> None:
    file_ticket(store, DRY, 12, "10.20.30.40:8443/garden_tools/the-shop")

    worklog = tend(store, ENTRIES)

    assert tickets_of(worklog)[DRY] == "https://10.20.30.40:8443/garden_tools/the-shop/issues/12"
    assert store.find_leaks(Redactor(b"key")) == []


@pytest.mark.parametrize("fate", [None, Fate.DELETED], ids=["closed", "deleted"])
def test_a_replay_is_the_same_to_the_byte_after_its_ticket_was_closed_or_deleted(
    tmp_path: Path, fate: Fate | None
) -> None:
    (tmp_path / "logs.json").write_bytes(ndjson([cli_entry(number) for number in range(3)]))
    garden = ("--state", "garden.db", "--now", CLI_NOW)
    assert run("tend", "logs.json", "--output", "none.md", *garden, cwd=tmp_path).code == 0
    store = SqlStore(str(tmp_path / "garden.db"))
    ticket = file_ticket(store, DRY, 12)
    assert run("tend", "logs.json", "--output", "first.md", *garden, cwd=tmp_path).code == 0
    store.write_ticket(TRACKER, replace(ticket, state=TicketState.CLOSED, closed_nanos=1, fate=fate))

    again = run("tend", "--replay", "2", "--output", "again.md", *garden[:2], cwd=tmp_path)

    assert again.code == 0, again.err
    first = (tmp_path / "first.md").read_bytes()
    assert ticket.url.encode() in first
    assert ticket.url.encode() not in (tmp_path / "none.md").read_bytes()
    assert (tmp_path / "again.md").read_bytes() == first
