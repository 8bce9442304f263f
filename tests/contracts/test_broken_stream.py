"""A stream that breaks: what came whole before is kept, and the break is named."""

import gzip
import io
import json
from collections.abc import Iterator

import pytest

from log_gardener import flow
from log_gardener._core import Account, Reading, Tally
from log_gardener.engines.local import LocalEngine
from log_gardener.model.coverage import Problem
from log_gardener.model.policy import Policy
from log_gardener.ports import Request, Silence, Source, Stream
from log_gardener.stages.redaction import Redactor
from log_gardener.stores.sql import SqlStore
from tests.contracts.garden import NOW

MOST = 4_000
BREAK = 40_000
# Neither a line nor an object ends where the stream breaks.
ENTRIES = [{"insertId": f"id-{at:05}", "textPayload": f"pot {at:05} is dry {'x' * 23}"} for at in range(2_000)]
LINES = b"".join(json.dumps(entry).encode() + b"\n" for entry in ENTRIES)
ARRAY = json.dumps(ENTRIES, indent=1).encode()
TEXT = b"".join(f"pot {at:05} is dry in bed seven\n".encode() for at in range(2_000))


class Breaking(io.BytesIO):
    """A stream that hands over at most 4,000 bytes at a time, and goes dead behind 40 kB."""

    def __init__(self, content: bytes, error: Exception) -> None:
        super().__init__(content[:BREAK])
        self._error = error

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(MOST if size is None or size < 0 else min(size, MOST))
        if not data:
            raise self._error
        return data


def read_broken(content: bytes, threads: int, error: Exception) -> Account:
    tally = Tally()
    with pytest.raises(type(error)) as caught:
        tally.add(Breaking(content, error), Reading("pots"), threads=threads)
    assert caught.value is error
    assert sum(facet.count for template in tally.generalise() for facet in template.facets) == tally.account.entries
    return tally.account


@pytest.mark.parametrize("threads", [1, 2, 4])
@pytest.mark.parametrize("error", [OSError(5, "the line went dead"), ValueError("closed"), TimeoutError()], ids=repr)
@pytest.mark.parametrize("content", [LINES, ARRAY], ids=["lines", "array"])
def test_every_entry_that_came_whole_is_tallied_and_the_cut_one_refused(
    content: bytes, error: Exception, threads: int
) -> None:
    whole = content[:BREAK].count(b"}")
    assert 300 < whole < 2_000

    account = read_broken(content, threads, error)

    assert account.entries == whole
    assert [(refusal.reason, refusal.count) for refusal in account.refusals] == [("truncated", 1)]


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_a_plain_line_that_the_break_cut_is_no_entry(threads: int) -> None:
    account = read_broken(TEXT, threads, OSError("the line went dead"))

    assert account.entries == TEXT[:BREAK].count(b"\n")
    assert [(refusal.reason, refusal.count) for refusal in account.refusals] == [("truncated", 1)]


def test_what_a_compressed_stream_brought_before_it_broke_is_kept() -> None:
    noise = b"".join(json.dumps(entry | {"trace": f"{hash(str(entry)):x}"}).encode() + b"\n" for entry in ENTRIES)
    packed = gzip.compress(noise * 5, mtime=0)
    assert len(packed) > BREAK

    account = read_broken(packed, 2, OSError("the line went dead"))

    assert account.entries > 300


def test_a_stream_that_is_dead_from_the_start_leaves_an_empty_tally() -> None:
    assert read_broken(b"", 2, OSError("the line went dead")).read == 0


class Pots(Source):
    @property
    def name(self) -> str:
        return "pots"

    def streams(self, request: Request, cursor: int | None = None) -> Iterator[Stream]:
        del request, cursor
        yield Stream("pots", "pots", None, Breaking(LINES, OSError(5, "the line went dead")))
        yield Stream("beds", "beds", None, io.BytesIO(b'{"textPayload": "bed 1 is dry"}\n'))


def test_the_worklog_names_the_break_and_counts_what_came_before_and_beside_it() -> None:
    store = SqlStore(":memory:")
    parts = flow.Parts([Pots()], LocalEngine(2), store, lambda: NOW, Silence(), Policy(), Redactor(b"key"))

    coverage = flow.ingest(parts, Request()).coverage

    assert coverage.problems == (Problem("pots", "the line went dead"),)
    assert coverage.entries == LINES[:BREAK].count(b"\n") + 1
    assert [(refusal.reason, refusal.count) for refusal in coverage.refusals] == [("truncated", 1)]
