"""A source is told that what it gave is remembered when it is, and never before."""

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from log_gardener import flow
from log_gardener.errors import StoreError, UsageError
from log_gardener.model.coverage import Outcome, Probe, Problem
from log_gardener.model.issue import Run
from log_gardener.ports import Request, Source, Stream
from log_gardener.stores.sql import SqlStore
from tests.contracts.garden import parts_of
from tests.laws.strategies import numbered, to_json_lines
from tests.unit.entries import entry

ENTRIES = to_json_lines(numbered([entry("the pot is dry"), entry("the bed is dry")]))


class Queue(Source):
    """A source that gives each entry once; it writes down what happens to it."""

    def __init__(self, *contents: bytes, log: list[str], probe: Probe | None = None) -> None:
        self._contents = list(contents)
        self._log = log
        self._probe = probe

    @property
    def name(self) -> str:
        return "queue"

    @property
    def is_repeatable(self) -> bool:
        return False

    def streams(self, request: Request, cursor: int | None = None) -> Iterator[Stream | Problem]:
        del request, cursor
        self._log.append("read")
        content = self._contents.pop(0) if self._contents else b""
        yield Stream("queue", "queue", None, io.BytesIO(content))

    def probe(self, request: Request) -> Probe | None:
        del request
        self._log.append("probe")
        return self._probe

    def settle(self) -> None:
        self._log.append("settle")

    def close(self) -> None:
        self._log.append("close")


class Writing(SqlStore):
    """A state that writes down when it commits, or fails to."""

    def __init__(self, log: list[str], *, is_full: bool = False) -> None:
        super().__init__(":memory:")
        self._log = log
        self._is_full = is_full

    def commit(self, run: Run) -> int:
        self._log.append("commit")
        if self._is_full:
            msg = "the disk is full"
            raise StoreError(msg)
        return super().commit(run)


def make_parts(log: list[str], *contents: bytes, is_full: bool = False, **more: Any) -> flow.Parts:
    return replace(parts_of(Writing(log, is_full=is_full), []), sources=[Queue(*contents, log=log, **more)])


def test_what_was_read_is_settled_when_it_is_committed_and_then_closed() -> None:
    log: list[str] = []

    flow.ingest(make_parts(log, ENTRIES), Request())

    assert log == ["read", "commit", "settle", "close"]


def test_what_could_not_be_committed_is_not_settled_but_closed() -> None:
    log: list[str] = []

    with pytest.raises(StoreError):
        flow.ingest(make_parts(log, ENTRIES, is_full=True), Request())

    assert log == ["read", "commit", "close"]


def test_while_it_is_watched_every_slice_is_settled_and_the_source_closed_at_the_end() -> None:
    log: list[str] = []
    following = Request(is_following=True)

    worklogs = list(flow.watch(make_parts(log, ENTRIES, ENTRIES), [following, following]))

    assert log == ["read", "commit", "settle", "read", "settle", "close"]
    assert [one.coverage.entries for one in worklogs] == [2, 0]
    assert worklogs[1].coverage.duplicates == 2


@pytest.mark.parametrize(
    ("is_arriving", "outcome"), [(True, Outcome.VERIFIED_EMPTY), (False, Outcome.UNKNOWN)], ids=["arriving", "silent"]
)
def test_a_source_that_gave_nothing_is_asked_whether_logs_arrive_at_all(*, is_arriving: bool, outcome: Outcome) -> None:
    log: list[str] = []
    probe = Probe("queue", None, "looked", is_arriving)

    worklog = flow.ingest(make_parts(log, b"", probe=probe), Request())

    assert log == ["read", "probe", "settle", "close"]
    assert worklog.outcome is outcome
    assert worklog.coverage.probes == (probe,)


def test_rows_of_every_entry_are_refused_of_a_source_that_gives_each_once(tmp_path: Any) -> None:
    with pytest.raises(UsageError, match="gives each entry once"):
        flow.assign(make_parts([], ENTRIES), Request(), tmp_path / "rows.csv")


def test_what_a_service_refuses_is_redacted_before_it_is_stored_or_rendered() -> None:
    class Refused(Queue):
        def streams(self, request: Request, cursor: int | None = None) -> Iterator[Stream | Problem]:
            del request, cursor
            yield Problem("queue", "denied to ann@garden.example: ask bob@garden.example")

    worklog = flow.ingest(replace(make_parts([]), sources=[Refused(log=[])]), Request())

    (problem,) = worklog.coverage.problems
    assert "denied to <email:" in problem.reason
    assert "garden.example" not in problem.reason


def test_a_limit_that_a_source_hit_is_in_the_coverage() -> None:
    class Full(Queue):
        def find_caps(self) -> tuple[str, ...]:
            return ("queue had more",)

    worklog = flow.ingest(replace(make_parts([]), sources=[Full(ENTRIES, log=[])]), Request())

    assert worklog.coverage.caps == ("queue had more",)
