"""What every engine promises."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from log_gardener import flow
from log_gardener.engines.local import LocalEngine
from log_gardener.model.coverage import Problem
from log_gardener.model.issue import Memory
from log_gardener.ports import Request, Source, Stream
from log_gardener.sources.files import FileSource
from log_gardener.stores.sql import SqlStore
from tests.contracts.garden import Entries, Silence, parts_of
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
        def streams(self) -> Iterator[Stream | Problem]:
            for stream in super().streams():
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

    def streams(self) -> Iterator[Stream | Problem]:
        yield Stream("pots", "pots", None, io.BytesIO(self._bytes))
        self._bytes = b"".join(self._bytes.splitlines(keepends=True)[:-3])


def test_a_source_that_gives_less_when_it_is_read_again_is_told(tmp_path: Path) -> None:
    parts = replace(parts_of(SqlStore(":memory:"), []), sources=[Dwindling(ENTRIES)])

    count, harvest = flow.assign(parts, Request(), tmp_path / "rows.csv")

    assert count == len((tmp_path / "rows.csv").read_text().splitlines()) - 1 == 497
    assert harvest.problems == (Problem("pots", "500 entries at first, then 497"),)
