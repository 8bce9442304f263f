"""The desk reads once what many look at, sees at once what changes, and serves several at the same time."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

import log_gardener
from log_gardener.errors import (
    ConfigError,
    NothingComparedError,
    PlanError,
    UnknownIssueError,
    UnknownRunError,
    UsageError,
)
from log_gardener.model.cluster import Status
from log_gardener.stages.selection import Order, Selection
from log_gardener.stores.schema import HEAD
from log_gardener.stores.sql import SqlStore
from tests.cli.command import entry, ndjson
from tests.web.served import Place

MANY = 10_000


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """Every statement that a database is asked."""
    asked: list[str] = []

    def note(*arguments: Any) -> None:
        asked.append(str(arguments[2]))

    event.listen(Engine, "before_cursor_execute", note)
    yield asked
    event.remove(Engine, "before_cursor_execute", note)


def make_many(state: Path) -> None:
    """A state of ten thousand issues."""
    rows: list[dict[str, Any]] = [{"log-gardener": "state", "schema": HEAD}]
    for number in range(MANY):
        facts = {"id": f"r1:{number:032x}", "title": f"fault number {number}", "service": f"service-{number % 7}"}
        more = {
            "priority": f"P{number % 5}",
            "severity": "ERROR",
            "status": "open",
            "count": number,
            "trend": "ongoing",
        }
        rows.append({"table": "issues", "row": facts | more | {"first_nanos": 1, "last_nanos": number}})
    SqlStore(str(state)).load(rows)


def test_ten_thousand_issues_are_read_once_and_shown_page_by_page(tmp_path: Path, statements: list[str]) -> None:
    place = Place(tmp_path)
    make_many(place.state)
    desk = place.open_desk()
    desk.list_issues(Selection())
    statements.clear()

    listing = desk.list_issues(Selection(service="service-3", order=Order.COUNT), page=2, size=100)

    assert (listing.total, listing.found, listing.page, listing.pages) == (MANY, 1_429, 2, 15)
    counts = [row.issue.count for row in listing.rows]
    assert counts == sorted(counts, reverse=True)
    assert len(counts) == 100
    # Whether anything has changed, and the histories of those on the page.
    assert len([one for one in statements if one.startswith("SELECT")]) == 2
    statements.clear()
    assert desk.list_issues(Selection(service="service-3", order=Order.COUNT), page=2, size=100) == listing
    assert len([one for one in statements if one.startswith("SELECT")]) == 1


@pytest.mark.parametrize(("page", "shown"), [(-3, 1), (0, 1), (3, 3), (4, 3), (10**9, 3)])
def test_of_a_page_that_is_not_there_the_nearest_is_shown(place: Place, page: int, shown: int) -> None:
    listing = place.open_desk().list_issues(Selection(), page=page, size=3)

    assert (listing.page, listing.pages, listing.found) == (shown, 3, 8)
    assert listing.rows


def test_an_empty_garden_has_one_empty_page(tmp_path: Path) -> None:
    listing = Place(tmp_path).open_desk().list_issues(Selection())

    assert (listing.rows, listing.total, listing.page, listing.pages) == ((), 0, 1, 1)


def test_what_another_process_writes_is_seen_at_once(place: Place) -> None:
    desk, other = place.open_desk(), SqlStore(str(place.state))
    issue = desk.list_issues(Selection()).rows[0].issue
    version = desk.version

    place.open_desk().mute(issue.id)
    assert desk.version != version
    assert desk.view_issue(issue.id).issue.status is Status.MUTED

    version = desk.version
    logs = place.folder / "logs.json"
    logs.write_bytes(ndjson([entry(number, "the roof has come off") for number in range(3)]))
    log_gardener.tend(str(logs), state=str(place.state))
    assert desk.version != version
    assert desk.list_issues(Selection(text="THE ROOF")).found == 1
    assert desk.version == desk.version
    assert other.find_version() == desk.version.partition("-")[0]


def test_what_somebody_writes_into_the_configuration_counts_at_once(place: Place) -> None:
    desk = place.open_desk()
    one, other, *_ = (row.issue.id for row in desk.list_issues(Selection()).rows)
    version = desk.version

    place.config.write_text(f"[[decisions.merge]]\nissues = ['{one}', '{other}']\n", encoding="utf-8")
    assert desk.version != version
    assert desk.list_issues(Selection()).total == 7
    assert desk.view_issue(other).issue.id == one

    place.config.write_text("zoom = 1\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="zoom"):
        desk.list_issues(Selection())

    place.config.unlink()
    assert desk.list_issues(Selection()).total == 8


def test_many_may_look_and_decide_at_the_same_time(place: Place) -> None:
    desk = place.open_desk()
    ids = [row.issue.id for row in desk.list_issues(Selection()).rows]

    def work(number: int) -> int:
        issue = ids[number % len(ids)]
        done = desk.mute(issue) if number % 3 else desk.reopen(issue)
        assert done.issue.id == issue
        assert desk.view_issue(issue).issue.id == issue
        return desk.list_issues(Selection(order=Order.LAST)).total

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(work, range(48))) == {8}

    # Each decision is in the history, once.
    assert sum(len(desk.view_issue(one).details.decisions) for one in ids) == 48


def test_merges_at_the_same_time_are_all_kept(place: Place) -> None:
    desk = place.open_desk()
    ids = [row.issue.id for row in desk.list_issues(Selection()).rows]

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda at: desk.merge([ids[at], ids[at + 1]]), range(0, 8, 2)))

    assert desk.list_issues(Selection()).total == 4
    assert len(place.read().decisions.merge) == 4


def test_what_is_not_there_is_told_by_name(place: Place) -> None:
    desk = place.open_desk()
    issue = desk.list_issues(Selection()).rows[0].issue.id

    with pytest.raises(UnknownIssueError, match="no issue 'zz'"):
        desk.view_issue("zz")
    with pytest.raises(UnknownIssueError, match="could be 8 issues"):
        desk.mute("r1:")
    with pytest.raises(UnknownRunError, match="no run 99"):
        desk.view_run(99)
    with pytest.raises(NothingComparedError, match="no logs in memory"):
        desk.compare("nobody", "nothing")
    with pytest.raises(UsageError, match="both are one issue"):
        desk.find_difference(issue, issue)
    with pytest.raises(UsageError, match="two issues or more"):
        desk.merge([issue, issue])
    with pytest.raises(UsageError, match="is over already"):
        desk.mute(issue, "2001-01-01")
    with pytest.raises(UsageError, match=r"set github\.repository"):
        desk.make_plan()
    with pytest.raises(PlanError, match="not kept here"):
        desk.apply("0" * 32)


def test_runs_are_listed_with_the_worklog_that_is_kept(place: Place) -> None:
    desk = place.open_desk()

    past, worklog = desk.view_run(1)

    assert desk.list_runs() == [past]
    assert worklog is not None
    assert len(worklog.clusters) == 8


def test_revisions_that_can_be_compared_are_listed_the_latest_first(place: Place) -> None:
    desk = place.open_desk()

    names = desk.list_revisions()

    assert names[0] == "shop-web-00028-tam"
    assert desk.compare("shop-web-00027-kel", "shop-web-00028-tam")
