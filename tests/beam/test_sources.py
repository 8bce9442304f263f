"""What lies in Google Cloud is read by workers as it is read here: the same worklog, from real clients."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from log_gardener import flow, wiring
from log_gardener.config import Settings
from log_gardener.engines.beam.engine import BeamEngine
from log_gardener.engines.local import LocalEngine
from log_gardener.ports import Engine, Request, Silence, Source
from log_gardener.renderers.json_worklog import JsonRenderer
from tests.beam.sameness import FORKED, NOW
from tests.contracts.bigquery_desk import REQUEST, Desk, make_entries, open_desk
from tests.fakes.bucket_shelf import Shelf, at, between, name_file, pack
from tests.fakes.bucket_shelf import make_entries as make_lines
from tests.fakes.storage_server import StorageServer, serve

LEAF_BYTES = 1_000
HOUR = at("2025-01-13T08:00")


@pytest.fixture(scope="module")
def service() -> Iterator[StorageServer]:
    with serve() as server:
        yield server


@pytest.fixture
def shelf(service: StorageServer) -> Shelf:
    """Two hours of a sink, one file of them packed, and what came late."""
    filled = Shelf(service)
    filled.put(name_file(HOUR), make_lines(HOUR))
    filled.put(name_file(HOUR + timedelta(hours=1)), pack(make_lines(HOUR + timedelta(hours=1))))
    filled.put(name_file(HOUR, "A0:1736760000"), make_lines(HOUR, 90))
    return filled


@pytest.fixture
def desk() -> Iterator[Desk]:
    with open_desk() as opened:
        opened.put(*make_entries(400))
        yield opened


def tend(engine: Engine, source: Source, asked: Request, state: str = ":memory:") -> tuple[str, dict[str, int]]:
    parts = wiring.assemble(Settings(state=state), [source], Silence(), lambda: NOW, engine=engine)
    worklog = flow.ingest(replace(parts, look_back=None), asked)
    return JsonRenderer().render(worklog), dict(parts.store.find_cursors())


@pytest.mark.parametrize("options", [{}, FORKED], ids=["here", "apart"])
def test_a_bucket_is_read_as_it_is_here(shelf: Shelf, options: dict[str, str]) -> None:
    asked = between("2025-01-13T08:10", "2025-01-13T10:00")

    found = tend(BeamEngine(options, LEAF_BYTES), shelf.open(clock=lambda: NOW), asked)

    assert found == tend(LocalEngine(2), shelf.open(clock=lambda: NOW), asked)
    assert found[1]


@pytest.mark.parametrize("options", [{}, FORKED], ids=["here", "apart"])
def test_a_table_is_read_as_it_is_here(desk: Desk, options: dict[str, str]) -> None:
    found = tend(BeamEngine(options, LEAF_BYTES), desk.open(workers=3), REQUEST)

    assert found == tend(LocalEngine(2), desk.open(workers=3), REQUEST)


def test_an_object_that_goes_away_is_told_in_the_same_words_and_is_looked_for_again(shelf: Shelf) -> None:
    asked = between("2025-01-13T08:10", "2025-01-13T10:00")

    source = shelf.open(clock=lambda: NOW)
    streams = source.streams

    def list_and_remove(request: Request, cursor: int | None = None) -> Iterator[object]:
        yield from list(streams(request, cursor))
        shelf.remove(name_file(HOUR))

    source.streams = list_and_remove  # type: ignore[method-assign, assignment] # the moment between cannot be had else

    document, cursors = tend(BeamEngine({}, LEAF_BYTES), source, asked)

    assert "was deleted or replaced after it had been listed" in document
    assert cursors == {}
