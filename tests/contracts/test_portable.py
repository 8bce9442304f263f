"""What another process opens for itself: the same bytes, from any place on, and the same words where it cannot."""

import io
import multiprocessing
import pickle
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import grpc
import pytest

from log_gardener import wiring
from log_gardener.config import Settings
from log_gardener.model.coverage import Problem
from log_gardener.ports import Portable, Request, Stream
from log_gardener.sections.engine import EngineName
from log_gardener.sources.bigquery.place import NO_MIDDLE, RowsPlace
from log_gardener.sources.bigquery.source import MOST_STREAMS
from log_gardener.sources.files import FileSource
from log_gardener.sources.storage.listing import Found
from log_gardener.sources.storage.place import ObjectPlace
from tests.contracts.bigquery_desk import (
    NOON,
    REQUEST,
    SINK,
    VIEW,
    Desk,
    find_problem,
    list_streams,
    make_entries,
    open_desk,
    read_stream,
)
from tests.fakes.bucket_shelf import Shelf, drain, open_streams, pack
from tests.fakes.storage_server import Fault, StorageServer

CONTENT = bytes(range(256)) * 4_000


def read(portable: Portable, start: int = 0) -> bytes:
    pieces = []
    file = portable.open(start)
    while piece := file.read(100_000):
        pieces.append(piece)
    file.close()
    return b"".join(pieces)


def read_on(file: BinaryIO) -> None:
    while file.read(100_000):
        pass


def try_to_read(portable: Portable, start: int = 0) -> str:
    try:
        read(portable, start)
    except OSError as error:
        return str(error)
    return ""


def list_modules(pickled: bytes) -> set[str]:
    """Where the classes of what was pickled are from."""
    modules: set[str] = set()

    class Watching(pickle.Unpickler):
        def find_class(self, module: str, name: str) -> object:
            modules.add(module)
            return super().find_class(module, name)

    Watching(io.BytesIO(pickled)).load()
    return modules


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[ProcessPoolExecutor]:
    """Another process, which shares nothing with this one but what is sent."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as executor:
        yield executor


@pytest.fixture
def desk() -> Iterator[Desk]:
    with open_desk() as opened:
        yield opened


def find_portable(stream: Stream | Problem) -> Portable:
    assert isinstance(stream, Stream)
    assert stream.portable is not None
    return stream.portable


def test_a_file_is_read_from_any_byte_on(elsewhere: ProcessPoolExecutor, tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(CONTENT)
    (stream,) = FileSource(str(path)).streams(Request())
    portable = find_portable(stream)

    assert portable.is_divisible
    for start in (0, 1, 70_001, len(CONTENT)):
        assert elsewhere.submit(read, portable, start).result() == CONTENT[start:]


def test_a_file_that_is_gone_is_told_as_it_is_here(elsewhere: ProcessPoolExecutor, tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.touch()
    (stream,) = FileSource(str(path)).streams(Request())
    path.unlink()

    error = elsewhere.submit(read, find_portable(stream)).exception()

    assert isinstance(error, OSError)
    assert error.strerror == "No such file or directory"


def test_standard_input_and_devices_are_of_one_process() -> None:
    (stdin,) = FileSource("-").streams(Request())
    (device,) = FileSource("/dev/null").streams(Request())

    assert isinstance(stdin, Stream)
    assert isinstance(device, Stream)
    assert stdin.portable is device.portable is None


def test_an_object_is_read_from_any_byte_on(elsewhere: ProcessPoolExecutor, shelf: Shelf) -> None:
    shelf.put("a.log", CONTENT)
    (stream,) = open_streams(shelf.open())
    portable = find_portable(stream)

    assert portable.is_divisible
    assert drain(stream) == CONTENT
    for start in (0, 1, 70_001, len(CONTENT)):
        assert elsewhere.submit(read, portable, start).result() == CONTENT[start:]


def test_a_packed_object_is_read_as_it_is_stored(elsewhere: ProcessPoolExecutor, shelf: Shelf) -> None:
    packed = pack(CONTENT)
    shelf.put("a.log", packed, encoding="gzip")
    (stream,) = open_streams(shelf.open())

    for start in (0, 100):
        assert elsewhere.submit(read, find_portable(stream), start).result() == packed[start:]


@pytest.mark.parametrize("start", [0, 5])
def test_an_object_that_breaks_off_elsewhere_is_taken_up(
    elsewhere: ProcessPoolExecutor, shelf: Shelf, service: StorageServer, start: int
) -> None:
    shelf.put("a.log", CONTENT)
    (stream,) = open_streams(shelf.open())
    service.add(Fault("/download/", cut_after=400_000), Fault("/download/", status=503))

    assert elsewhere.submit(read, find_portable(stream), start).result() == CONTENT[start:]
    assert len(service.find_downloads()) == 3


def test_only_an_object_that_is_read_whole_is_checked(
    elsewhere: ProcessPoolExecutor, shelf: Shelf, service: StorageServer
) -> None:
    shelf.put("a.log", CONTENT)
    portable = find_portable(*open_streams(shelf.open()))
    service.add(Fault("/download/", times=2, is_damaged=True))

    assert "arrived damaged" in elsewhere.submit(try_to_read, portable).result()
    assert elsewhere.submit(read, portable, 1).result()[1:] == CONTENT[2:]


@pytest.mark.parametrize("is_replaced", [False, True])
def test_an_object_that_is_gone_is_told_in_the_same_words(
    elsewhere: ProcessPoolExecutor, shelf: Shelf, *, is_replaced: bool
) -> None:
    shelf.put("a.log", CONTENT)
    (stream,) = open_streams(shelf.open())
    shelf.remove("a.log")
    if is_replaced:
        shelf.put("a.log", b"another")

    told = elsewhere.submit(try_to_read, find_portable(stream)).result()

    with pytest.raises(OSError, match="was deleted or replaced after it had been listed") as here:
        drain(stream)
    assert told == str(here.value)


def test_an_object_that_may_not_be_read_is_told_in_the_same_words(
    elsewhere: ProcessPoolExecutor, shelf: Shelf, service: StorageServer
) -> None:
    shelf.put("a.log", CONTENT)
    (stream,) = open_streams(shelf.open())
    service.denied.add("storage.objects.get")

    told = elsewhere.submit(try_to_read, find_portable(stream), 9).result()

    with pytest.raises(OSError, match=r"storage\.objects\.get is denied") as here:
        drain(stream)
    assert told == str(here.value)


def test_rows_are_the_same_elsewhere(elsewhere: ProcessPoolExecutor, desk: Desk) -> None:
    desk.put(*make_entries(300))
    for address in (SINK, VIEW):
        streams = list_streams(desk.open(address, workers=3))

        assert len(streams) > 1
        for stream in streams:
            portable = find_portable(stream)
            assert not portable.is_divisible
            assert elsewhere.submit(read, portable).result() == read_stream(stream) != b""
            assert elsewhere.submit(try_to_read, portable, 9).result() == NO_MIDDLE


def test_rows_that_break_off_elsewhere_are_taken_up(elsewhere: ProcessPoolExecutor, desk: Desk) -> None:
    desk.put(*make_entries(300))
    desk.warehouse.block_rows = 50
    (stream,) = list_streams(desk.open(workers=1))
    desk.warehouse.faults.script.extend([None, None, grpc.StatusCode.UNAVAILABLE])

    found = elsewhere.submit(read, find_portable(stream)).result()

    assert [call.offset for call in desk.warehouse.find_calls("ReadRows")] == [0, 100]
    assert found == read_stream(stream)


@pytest.mark.parametrize(
    ("is_denied", "told"), [(True, "lack bigquery.readsessions.getData"), (False, "within the six hours")]
)
def test_rows_that_do_not_come_are_told_in_the_same_words(
    elsewhere: ProcessPoolExecutor, desk: Desk, told: str, *, is_denied: bool
) -> None:
    desk.put(*make_entries(3))
    (stream,) = list_streams(desk.open(workers=1))
    if is_denied:
        desk.warehouse.denied.add("bigquery.readsessions.getData")
    else:
        desk.warehouse.is_late = True

    with pytest.raises(OSError, match=told) as here:
        read_stream(stream)
    assert elsewhere.submit(try_to_read, find_portable(stream)).result() == str(here.value)


def test_rows_that_nobody_reads_on_are_let_go(desk: Desk) -> None:
    desk.put(*make_entries(3_000))
    desk.warehouse.block_rows = 10
    (stream,) = list_streams(desk.open(workers=1))
    file = find_portable(stream).open()

    assert file.read(10)
    file.close()

    with pytest.raises(OSError, match=r"."):
        read_on(file)


def test_of_a_table_as_many_streams_are_asked_for_as_its_readers_need(desk: Desk) -> None:
    desk.put(*make_entries(300))
    bigquery = {"endpoint": desk.endpoint, "query_endpoint": desk.jobs.endpoint, "workers": 2}
    asked = {}
    for engine in EngineName:
        settings = Settings.model_validate({"engine": engine, "bigquery": bigquery})
        (source,) = wiring.make_sources([SINK], settings, desk.clock)
        streams = [one for one in source.streams(REQUEST) if isinstance(one, Stream)]
        source.close()
        asked[engine] = (desk.warehouse.find_calls("CreateReadSession")[-1].streams, len(streams))

    assert asked == {EngineName.LOCAL: (2, 2), EngineName.BEAM: (MOST_STREAMS, 300)}


def test_without_credentials_the_same_is_told_elsewhere(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere/key.json")
    desk.put(*make_entries(3))
    (stream,) = list_streams(desk.open(workers=1))
    place = find_portable(stream)
    assert isinstance(place, RowsPlace)
    here = find_problem(desk.open(endpoint="bigquery.example:443"))

    assert "/nowhere/key.json" in here
    assert try_to_read(replace(place, endpoint="bigquery.example:443")) == here
    found = Found("a.log", 1, 3, NOON, "")
    told = try_to_read(ObjectPlace("shelf", found, "https://storage.example", 1, (0.0,)))
    assert "/nowhere/key.json" in told


def test_only_values_are_sent_no_clients_and_no_credentials(shelf: Shelf, desk: Desk) -> None:
    shelf.put("a.log", CONTENT)
    desk.put(*make_entries(3))
    sent = [find_portable(stream) for stream in (*open_streams(shelf.open()), *list_streams(desk.open()))]

    assert len(sent) > 1
    for portable in sent:
        modules = list_modules(pickle.dumps(portable))
        assert {name.partition(".")[0] for name in modules} <= {"log_gardener", "datetime", "pyarrow", "builtins"}
        assert not any("google" in name for name in modules)
