"""What every engine promises."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from log_gardener import flow
from log_gardener.engines.local import LocalEngine
from log_gardener.model.coverage import Problem
from log_gardener.model.instant import NANOS_PER_SECOND
from log_gardener.model.issue import Memory
from log_gardener.model.severity import Severity
from log_gardener.model.window import Window
from log_gardener.ports import Progress, Request, Silence, Source, Stream
from log_gardener.sources.files import FileSource
from log_gardener.stores.sql import SqlStore
from tests.contracts.garden import Entries, parts_of
from tests.laws.strategies import numbered, to_json_lines
from tests.unit.entries import entry

NOTHING = Memory(issues=(), identities=(), first_nanos=None)
ENTRIES = [entry(f"pot {at} of {'abcdefgh'[at % 8]} is dry", seconds=at) for at in range(500)]


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_any_number_of_threads_gives_the_same_tally(threads: int) -> None:
    one = LocalEngine(1).tally([Entries(ENTRIES)], Request(), NOTHING, Silence())
    many = LocalEngine(threads).tally([Entries(ENTRIES)], Request(), NOTHING, Silence())

    assert many.tally.to_bytes() == one.tally.to_bytes()
    assert many.news == one.news


def test_an_entry_in_two_sources_counts_once() -> None:
    harvest = LocalEngine().tally([Entries(ENTRIES), Entries(ENTRIES)], Request(), NOTHING, Silence())

    assert (harvest.tally.account.entries, harvest.tally.account.duplicates) == (500, 500)


def test_what_an_earlier_run_counted_is_known_and_not_news() -> None:
    first = LocalEngine().tally([Entries(ENTRIES[:300])], Request(), NOTHING, Silence())
    memory = Memory(issues=(), identities=first.news, first_nanos=None)

    second = LocalEngine().tally([Entries(ENTRIES)], Request(), memory, Silence())

    assert (second.tally.account.entries, second.tally.account.known) == (500, 300)
    assert sum(len(hashes) for _, hashes in second.news) == 200 * 8


def test_a_source_that_fails_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    sources: list[Source] = [FileSource(str(tmp_path / "no")), FileSource("/proc/self/mem"), Entries(ENTRIES)]

    harvest = LocalEngine().tally(sources, Request(), NOTHING, Silence())

    assert harvest.problems == (
        Problem(str(tmp_path / "no"), "there is no such file"),
        Problem("/proc/self/mem", "Input/output error"),
    )
    assert harvest.tally.account.entries == 500


def test_a_stream_that_breaks_off_keeps_what_came_before() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(min(size or 100, 40_000))
            if self.tell() > 60_000:
                msg = "the line went dead"
                raise OSError(msg)
            return data

    class Breaking(Entries):
        def streams(self, request: Request, cursor: int | None = None) -> Iterator[Stream | Problem]:
            for stream in super().streams(request, cursor):
                assert isinstance(stream, Stream)
                assert isinstance(stream.opened, io.BytesIO)
                yield Stream("x", "x", None, Broken(stream.opened.getvalue()))

    harvest = LocalEngine().tally([Breaking(ENTRIES)], Request(), NOTHING, Silence())

    assert [problem.reason for problem in harvest.problems] == ["the line went dead"]


def test_without_a_memory_an_entry_counts_as_often_as_it_comes() -> None:
    harvest = LocalEngine().tally([Entries(ENTRIES), Entries(ENTRIES)], Request(), None, Silence())

    assert (harvest.tally.account.entries, harvest.tally.account.duplicates, harvest.news) == (1_000, 0, ())


class Dwindling(Entries):
    """A source that has fewer entries whenever it is read."""

    def streams(self, request: Request, cursor: int | None = None) -> Iterator[Stream | Problem]:
        del request, cursor
        yield Stream("pots", "pots", None, io.BytesIO(self._bytes))
        self._bytes = b"".join(self._bytes.splitlines(keepends=True)[:-3])


def test_a_source_that_gives_less_when_it_is_read_again_is_told(tmp_path: Path) -> None:
    parts = replace(parts_of(SqlStore(":memory:"), []), sources=[Dwindling(ENTRIES)])

    count, harvest = flow.assign(parts, Request(), tmp_path / "rows.csv")

    assert count == len((tmp_path / "rows.csv").read_text().splitlines()) - 1 == 497
    assert harvest.problems == (Problem("pots", "500 entries at first, then 497"),)


class Sliced(Source):
    """A source of many streams, read several at a time; some of them are late."""

    def __init__(self, slices: Sequence[list[dict[str, Any]]], *, late: Window | None = None, workers: int = 3) -> None:
        self._slices = [to_json_lines(one) for one in slices]
        self._late = late
        self._workers = workers
        self.cursors: list[int | None] = []
        self._begun = 0

    @property
    def name(self) -> str:
        return "sliced"

    @property
    def workers(self) -> int:
        return self._workers

    @property
    def late_hours(self) -> int:
        return 24

    def find_progress(self) -> Progress:
        return Progress(self._begun / len(self._slices))

    def find_cursor(self) -> int:
        return 7

    def streams(self, request: Request, cursor: int | None = None) -> Iterator[Stream | Problem]:
        del request
        self.cursors.append(cursor)
        for number, content in enumerate(self._slices):
            self._begun += 1
            is_late = self._late is not None and number == len(self._slices) - 1
            name = f"slice {number}"
            yield Stream(name, name, None, io.BytesIO(content), self._late if is_late else None)


def cut(entries: list[dict[str, Any]], size: int) -> list[list[dict[str, Any]]]:
    named = numbered(entries)
    return [named[at : at + size] for at in range(0, len(named), size)]


@pytest.mark.parametrize("workers", [1, 3, 8])
def test_streams_that_are_read_at_the_same_time_give_the_same_tally(workers: int) -> None:
    whole = LocalEngine(2).tally([Entries(ENTRIES)], Request(), NOTHING, Silence())

    sliced = LocalEngine(2).tally([Sliced(cut(ENTRIES, 40), workers=workers)], Request(), NOTHING, Silence())

    assert sliced.tally.to_bytes() == whole.tally.to_bytes()
    assert sliced.news == whole.news
    assert list(sliced.names.values()) == [f"slice {number}" for number in range(13)]
    assert sliced.cursors == {"sliced": 7}


def test_a_late_stream_counts_what_no_earlier_run_has_counted_whatever_the_window() -> None:
    slices = cut(ENTRIES, 100)
    first = LocalEngine().tally([Sliced(slices[:1])], Request(), NOTHING, Silence())
    memory = Memory(issues=(), identities=first.news, first_nanos=None, cursors=first.cursors)
    span = first.tally.account.span
    assert span is not None
    late = Window.around(span[0], span[1] + NANOS_PER_SECOND * 100)
    window = Window.around(span[1] + NANOS_PER_SECOND * 101, span[1] + NANOS_PER_SECOND * 200)
    source = Sliced([slices[2], [*slices[0], *slices[1]]], late=late)

    harvest = LocalEngine().tally([source], Request(window), memory, Silence())

    assert source.cursors == [7]
    assert harvest.late == 100
    assert (harvest.tally.account.entries, harvest.tally.account.known) == (200, 0)
    assert harvest.tally.account.duplicates == 100
    assert not harvest.is_repeatable


def test_to_follow_counts_only_what_no_earlier_run_has_counted() -> None:
    first = LocalEngine().tally([Entries(ENTRIES[:300])], Request(), NOTHING, Silence())
    memory = Memory(issues=(), identities=first.news, first_nanos=None)

    harvest = LocalEngine().tally([Entries(ENTRIES)], Request(is_following=True), memory, Silence())

    assert (harvest.tally.account.entries, harvest.tally.account.duplicates) == (200, 300)
    assert harvest.late == 0


def test_a_source_that_was_not_read_whole_leaves_no_cursor() -> None:
    class Failing(Sliced):
        def streams(self, request: Request, cursor: int | None = None) -> Iterator[Stream | Problem]:
            yield from super().streams(request, cursor)
            yield Problem("sliced", "the line went dead")

    harvest = LocalEngine().tally([Failing(cut(ENTRIES, 100))], Request(), NOTHING, Silence())

    assert harvest.cursors == {}
    assert harvest.tally.account.entries == 500


def test_what_is_less_severe_than_asked_for_is_counted_apart() -> None:
    entries = [*ENTRIES, *(entry("dry", name, seconds=600) for name in ("WARNING", "INFO", "DEFAULT", "CRITICAL"))]

    account = (
        LocalEngine().tally([Entries(entries)], Request(severity=Severity.ERROR), NOTHING, Silence()).tally.account
    )

    assert (account.entries, account.less_severe, account.read) == (501, 3, 504)


def test_up_to_when_one_service_was_read_says_nothing_of_another() -> None:
    names = {
        Request(service=service, severity=least).name_scope(Entries([]))
        for service in (None, "a", "b")
        for least in Severity
    }

    assert len(names) == 3 * len(Severity)
