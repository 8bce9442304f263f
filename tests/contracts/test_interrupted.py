"""A run that dies, and runs at the same time: the state is as if each had run once, one after the other."""

import os
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from log_gardener.stores.sql import SqlStore
from tests.contracts.garden import tend
from tests.unit.entries import Entry, entry, request, trace

EARLY = [
    *(entry(f"the pot of bed {bed} is dry", seconds=60 * bed, insertId=f"dry-{bed}") for bed in range(30)),
    *(request("/pots/7", 500, timestamp=f"2025-09-14T21:{at:02}:00Z", insertId=f"pot-{at}") for at in range(9)),
]
LATE = [
    *EARLY[10:],
    *(trace("KeyError: 'rose'", timestamp=f"2025-09-14T22:{at:02}:00Z", insertId=f"rose-{at}") for at in range(9)),
]

# More than any run sends: where the run ends before, there was no statement left to die at.
MOST_STATEMENTS = 200


def dump(state: str) -> list[dict[str, Any]]:
    """All rows; runs by their order, since a server leaves out numbers that were never committed."""
    rows = list(SqlStore(state).dump())
    ids = [row["row"]["id"] for row in rows if row.get("table") == "runs"]
    for row in (row["row"] for row in rows[1:]):
        for name in ("run_id", "id"):
            row.update({name: ids.index(row[name])} if isinstance(row.get(name), int) and row[name] in ids else {})
    return rows


def fork(work: Callable[[], object]) -> int:
    """Work in a process of its own; its number."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return child


def die_at(number: int) -> None:
    """Kill this process, as by power, before its statement of a number is sent; a commit is one too."""
    sent = 0

    def count(*_: object) -> None:
        nonlocal sent
        sent += 1
        if sent == number:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", count)
    event.listen(Engine, "commit", count)


def tend_and_die(state: str, number: int) -> None:
    die_at(number)
    tend(SqlStore(state), LATE)


def tend_alone(state: str, entries: list[Entry]) -> None:
    tend(SqlStore(state), entries)


def test_a_run_that_is_killed_anywhere_and_run_again_leaves_the_same_state(state: str, tmp_path: Path) -> None:
    whole = str(tmp_path / "whole.db")
    for entries in (EARLY, LATE):
        tend(SqlStore(whole), entries)
    tend(SqlStore(state), EARLY)

    for number in range(1, MOST_STATEMENTS):
        _, status = os.waitpid(fork(partial(tend_and_die, state, number)), 0)
        if not os.WIFSIGNALED(status):
            break
        assert [issue.count for issue in SqlStore(state).list_issues()] in ([30, 9], [9, 9, 30], [9, 30, 9], [30, 9, 9])
    else:
        pytest.fail("the run never came to its end")
    tend(SqlStore(state), LATE)

    assert number > 20
    assert [row for row in dump(state) if row.get("table") not in {"runs", "sightings"}] == [
        row for row in dump(whole) if row.get("table") not in {"runs", "sightings"}
    ]


def test_runs_at_the_same_time_leave_the_state_of_runs_one_after_the_other(state: str, tmp_path: Path) -> None:
    orders = []
    for name, order in (("a", (EARLY, LATE)), ("b", (LATE, EARLY))):
        sequential = str(tmp_path / f"{name}.db")
        for entries in order:
            tend(SqlStore(sequential), entries)
        orders.append(dump(sequential))
    SqlStore(state)

    children = [fork(partial(tend_alone, state, own)) for own in (EARLY, LATE)]
    ends = [os.waitpid(child, 0)[1] for child in children]

    assert ends == [0, 0]
    assert dump(state) in orders
