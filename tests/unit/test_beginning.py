"""Reading back to where something urgent began."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from log_gardener import flow
from log_gardener.model.instant import spell_instant, to_nanos
from log_gardener.model.window import Window
from log_gardener.model.worklog import Worklog
from log_gardener.ports import Observer, Request, Store
from log_gardener.stores.sql import SqlStore
from tests.laws.strategies import numbered, to_json_lines
from tests.unit.entries import BytesSource, entry, make_parts

HOUR = 3_600
START = 100 * HOUR
ZERO = datetime(2025, 9, 14, tzinfo=UTC)
WINDOW = Window(ZERO + timedelta(seconds=START), ZERO + timedelta(seconds=START + HOUR))
FAULT = "Cannot start: no database named pots"


def at(seconds: float) -> str:
    return spell_instant(to_nanos(ZERO + timedelta(seconds=seconds)))


class Telling(Observer):
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def tell(self, text: str) -> None:
        self.told.append(text)


def make_fault(*, begins: int, ends: int = START + HOUR, every: int = 60) -> list[dict[str, Any]]:
    return [entry(FAULT, "CRITICAL", timestamp=at(second)) for second in range(begins, ends, every)]


def tend(
    entries: list[dict[str, Any]],
    *,
    look_back: timedelta | None = timedelta(days=1),
    store: Store | None = None,
    observer: Observer | None = None,
) -> Worklog:
    parts = make_parts(to_json_lines(numbered(entries)), store=store)
    parts = replace(parts, look_back=look_back, observer=observer or parts.observer)
    return flow.ingest(parts, Request(WINDOW))


def test_what_began_before_the_window_is_read_from_its_beginning_and_the_worklog_says_so() -> None:
    observer = Telling()

    worklog = tend(make_fault(begins=START - 2 * HOUR), observer=observer)

    assert worklog.requested is not None
    assert worklog.window is not None
    assert worklog.window.end == worklog.requested.end
    assert worklog.window.start < worklog.requested.start - timedelta(hours=2)
    (cluster,) = worklog.clusters
    assert cluster.count == 3 * 60
    assert FAULT in worklog.look_back
    assert "earlier still" not in worklog.look_back
    assert len(observer.told) == 1


def test_it_is_as_if_the_wider_window_had_been_asked_for() -> None:
    entries = [*make_fault(begins=START - 2 * HOUR), entry("healthy", "INFO", timestamp=at(START - HOUR))]
    widened = tend(entries)
    assert widened.window is not None

    asked = flow.ingest(make_parts(to_json_lines(numbered(entries))), Request(widened.window))

    assert widened == replace(asked, requested=widened.requested, look_back=widened.look_back)


@pytest.mark.parametrize(
    "entries",
    [
        make_fault(begins=START + 30 * 60),
        [entry("a note", "WARNING", timestamp=at(second)) for second in range(START - HOUR, START + HOUR, 60)],
    ],
    ids=["began within the window", "not urgent"],
)
def test_a_window_that_cuts_nothing_urgent_off_stays_as_it_was_asked_for(entries: list[dict[str, Any]]) -> None:
    worklog = tend(entries)

    assert worklog.window == worklog.requested
    assert not worklog.look_back


def test_what_began_with_the_window_leaves_it_as_it_was_asked_for() -> None:
    observer = Telling()

    worklog = tend(make_fault(begins=START), observer=observer)

    assert worklog.window == worklog.requested
    assert worklog.coverage.outside_window == 0
    assert len(observer.told) == 1


def test_reading_back_ends_where_the_configuration_says_and_tells_that_there_may_be_more() -> None:
    worklog = tend(make_fault(begins=START - 50 * HOUR), look_back=timedelta(hours=6))

    assert worklog.requested is not None
    assert worklog.window is not None
    assert worklog.window.start == worklog.requested.start - timedelta(hours=6)
    assert "may lie earlier still" in worklog.look_back


def test_nothing_is_read_back_where_that_is_turned_off() -> None:
    worklog = tend(make_fault(begins=START - 2 * HOUR), look_back=None)

    assert worklog.window == worklog.requested


def test_a_widened_run_is_remembered_once_and_can_be_repeated(tmp_path: Path) -> None:
    store = SqlStore(str(tmp_path / "garden.db"))
    entries = make_fault(begins=START - 2 * HOUR)
    first = tend(entries, store=store)
    (run,) = store.list_runs()

    repeated = flow.repeat(make_parts(to_json_lines(numbered(entries)), store=store), run.id)
    again = tend(entries, store=store)

    assert repeated == first
    assert sum(issue.count for issue in store.list_issues()) == 3 * 60
    assert again.coverage.entries


class Once(BytesSource):
    """A source that gives each entry once."""

    @property
    def is_repeatable(self) -> bool:
        return False

    def streams(self, request: Request, cursor: int | None = None) -> Iterator[Any]:
        yield from super().streams(request, cursor)


def test_a_source_that_cannot_be_read_again_is_read_once() -> None:
    entries = make_fault(begins=START - 2 * HOUR)
    parts = make_parts(to_json_lines(numbered(entries)))
    parts = replace(parts, sources=[Once(to_json_lines(numbered(entries)))], look_back=timedelta(days=1))

    worklog = flow.ingest(parts, Request(WINDOW))

    assert worklog.window == worklog.requested
