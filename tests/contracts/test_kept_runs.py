"""What every store promises of the runs that it keeps, and of telling that anything has changed."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from log_gardener.model.issue import Run, Verdict
from log_gardener.model.window import Window
from log_gardener.model.worklog import Worklog
from log_gardener.ports import Store
from log_gardener.stages.redaction import Redactor
from log_gardener.stores.sql import SqlStore
from tests.contracts.garden import NOW, tend
from tests.contracts.ledger_rows import STEP, TICKET, TRACKER
from tests.unit.entries import entry

HOUR = timedelta(hours=1)


def hour(number: int, length: int = 1) -> Window:
    return Window(NOW + number * HOUR, NOW + (number + length) * HOUR)


def keep(store: Store, window: Window | None, scope: str = "shop", found: Window | None = None) -> int:
    """Keep a run without entries, and return its number."""
    worklog = tend(SqlStore(":memory:"), [])
    store.recall()
    asked = replace(worklog, requested=window, window=window or found)
    return store.commit(Run(asked, (), (), (), (), scope=scope))


def number_of(found: tuple[int, Worklog] | None) -> int | None:
    return found and found[0]


def test_a_run_is_found_with_its_worklog_until_it_is_pruned(state: str) -> None:
    store = SqlStore(state)
    worklog = tend(store, [entry("the pot is dry")])

    assert store.find_run(1) == worklog
    assert store.find_run(2) is None
    store.prune(2**62, 0)
    assert store.find_run(1) is None


def test_the_previous_run_is_the_latest_of_the_latest_window_before(state: str) -> None:
    store = SqlStore(state)
    early, late, again = keep(store, hour(0)), keep(store, hour(1)), keep(store, hour(0))
    keep(store, hour(3))
    keep(store, hour(1, 9))

    assert number_of(store.find_run_before("shop", hour(2))) == late
    assert number_of(store.find_run_before("shop", hour(1))) == again
    assert number_of(store.find_run_before("shop", hour(0, 2))) == again != early
    assert store.find_run_before("shop", hour(0)) is None
    assert store.find_run_before("pots", hour(2)) is None


def test_the_previous_run_bears_its_worklog_and_a_window_that_was_found_counts_as_one_that_was_asked(
    state: str,
) -> None:
    store = SqlStore(state)
    run = keep(store, None, found=hour(0))

    found = store.find_run_before("shop", hour(1))

    assert found is not None
    assert found == (run, store.find_run(run))
    assert found[1].window == hour(0)


def test_a_pruned_run_is_no_previous_one_and_neither_is_one_without_a_window(state: str) -> None:
    store = SqlStore(state)
    keep(store, hour(0))
    keep(store, None)
    store.prune(2**62, 0)
    keep(store, None)

    assert store.find_run_before("shop", hour(1)) is None


def decide(store: Store) -> None:
    (issue,) = store.list_issues()
    store.decide(issue.id, Verdict(), (1, "reopen", ""))


CHANGES: dict[str, Callable[[Store], object]] = {
    "a run": lambda store: tend(store, [entry("a tap leaks")]),
    "a run of the same": lambda store: tend(store, [entry("the pot is dry")]),
    "a decision": decide,
    "a ticket": lambda store: store.write_ticket(TRACKER, TICKET),
    "a step": lambda store: store.write_step(TRACKER, STEP),
    "pruning": lambda store: store.prune(2**62, 2**27),
    "mending": lambda store: store.mend(Redactor(b"key"), lambda: None),
}


@pytest.mark.parametrize("kept", [False, True], ids=["each its connection", "connections kept"])
@pytest.mark.parametrize("name", CHANGES)
def test_the_version_differs_after_anything_was_written_by_another_store(state: str, name: str, *, kept: bool) -> None:
    writer, watcher = SqlStore(state), SqlStore(state, keeps_connections=kept)
    tend(writer, [entry("the pot is dry")])
    before = watcher.find_version()
    assert watcher.find_version() == writer.find_version() == before

    CHANGES[name](writer)

    assert watcher.find_version() == writer.find_version() != before
    watcher.close()


def test_the_version_differs_after_an_import(state: str) -> None:
    full, store = SqlStore(":memory:"), SqlStore(state)
    tend(full, [entry("the pot is dry")])
    before = store.find_version()

    store.load(full.dump())

    assert store.find_version() != before


def test_looking_changes_no_version(state: str) -> None:
    store = SqlStore(state)
    tend(store, [entry("the pot is dry")])
    before = store.find_version()

    store.recall()
    store.list_issues()
    store.check()
    list(store.dump())

    assert store.find_version() == before


def test_the_version_differs_after_another_process_has_written(state: str) -> None:
    store = SqlStore(state)
    tend(store, [entry("the pot is dry")])
    before = store.find_version()
    program = (
        "import sys; from log_gardener.stores.sql import SqlStore; "
        "from tests.contracts.test_kept_runs import decide; decide(SqlStore(sys.argv[1]))"
    )

    subprocess.run([sys.executable, "-c", program, state], check=True, timeout=60)

    assert store.find_version() != before


def test_who_looks_does_not_wait_for_who_writes(state: str) -> None:
    store, watcher = SqlStore(state), SqlStore(state)
    tend(store, [entry("the pot is dry")])
    before = watcher.find_version()
    with store._writing():
        began = time.monotonic()
        assert watcher.find_version() == before
        assert len(watcher.list_issues()) == 1
        assert time.monotonic() - began < 5


@pytest.fixture
def kept(state: str) -> Iterator[SqlStore]:
    """A store that keeps its connections."""
    store = SqlStore(state, keeps_connections=True)
    yield store
    store.close()


def test_kept_connections_answer_many_threads_at_once(kept: SqlStore) -> None:
    tend(kept, [entry("the pot is dry")])
    counted: list[int] = []

    def look() -> None:
        counted.extend(len(kept.list_issues()) for _ in range(20))

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert counted == [1] * 160


def test_a_run_whose_writing_fails_leaves_the_version_as_it_was(state: str) -> None:
    store = SqlStore(state)
    tend(store, [entry("the pot is dry")])
    before = store.find_version()

    with pytest.raises(ZeroDivisionError), store._writing():
        raise ZeroDivisionError

    assert store.find_version() == before
