"""The same entries give the same worklog, byte for byte but for the source's name, whichever way they come."""

import gzip
import io
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeAlias

import pytest

from log_gardener import flow
from log_gardener.engines.local import LocalEngine
from log_gardener.model.policy import Policy
from log_gardener.model.window import Window
from log_gardener.ports import Request, Silence, Source
from log_gardener.renderers.json_worklog import JsonRenderer
from log_gardener.renderers.worklog import WorklogRenderer
from log_gardener.sources.files import FileSource
from log_gardener.sources.pubsub.source import PubSubOptions, PubSubSource
from log_gardener.stages.redaction import Redactor
from log_gardener.stores.sql import SqlStore
from tests.contracts.bigquery_desk import SINK, VIEW, open_desk
from tests.contracts.logging_garden import make_source
from tests.contracts.subscriptions import make_topic
from tests.docs.console import SAMPLE
from tests.fakes.bucket_shelf import Shelf
from tests.fakes.logging_service import serve_logging
from tests.fakes.pubsub_server import FakePubSub
from tests.fakes.storage_server import serve

Entries: TypeAlias = Sequence[dict[str, Any]]

WINDOW = Window(datetime(2025, 11, 3, 6, tzinfo=UTC), datetime(2025, 11, 3, 15, tzinfo=UTC))
NOW = datetime(2025, 11, 4, tzinfo=UTC)


def spell(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


@cache
def read_shop() -> Entries:
    """Nine hours of the sample shop, each entry once, with all that every way can carry, and a time of arrival.

    Tables keep microseconds and names without dashes, and the API's own messages know no `errorGroups`.
    """
    found = {}
    for line in gzip.decompress(SAMPLE.read_bytes()).splitlines():
        entry = json.loads(line)
        at = datetime.fromisoformat(entry["timestamp"])
        if not WINDOW.start <= at < WINDOW.end:
            continue
        entry.pop("errorGroups", None)
        entry |= {"timestamp": spell(at), "receiveTimestamp": spell(at + timedelta(seconds=1))}
        if "labels" in entry:
            entry["labels"] = {name.replace("-", "_"): value for name, value in entry["labels"].items()}
        found[entry["insertId"]] = entry
    return tuple(found.values())


def find_project(entries: Entries) -> str:
    name: str = entries[0]["logName"].split("/")[1]
    return name


def to_lines(entries: Entries) -> bytes:
    return b"".join(json.dumps(entry).encode() + b"\n" for entry in entries)


@contextmanager
def open_file(entries: Entries, folder: Path) -> Iterator[Source]:
    path = folder / "logs.json"
    path.write_text(json.dumps(entries, indent=2))
    yield FileSource(str(path))


@contextmanager
def open_stdin(entries: Entries, folder: Path) -> Iterator[Source]:
    del folder
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(gzip.compress(to_lines(entries)))))
        yield FileSource("-")


@contextmanager
def open_logging(entries: Entries, folder: Path) -> Iterator[Source]:
    del folder
    with serve_logging(entries) as fake:
        yield make_source(fake, lambda: NOW, reads_per_minute=1_000, address=f"logging://{find_project(entries)}")


@contextmanager
def open_bucket(entries: Entries, folder: Path) -> Iterator[Source]:
    del folder
    hours = defaultdict(list)
    for entry in entries:
        hours[entry["timestamp"][:13]].append(entry)
    with serve() as service:
        shelf = Shelf(service)
        for hour, own in hours.items():
            day, clock = hour.split("T")
            name = f"run.googleapis.com/{day.replace('-', '/')}/{clock}:00:00_{clock}:59:59_S0.json"
            shelf.put(name, to_lines(own))
        yield shelf.open(clock=lambda: NOW)


@contextmanager
def open_subscription(entries: Entries, folder: Path) -> Iterator[Source]:
    del folder
    with FakePubSub().serve() as fake:
        topic = make_topic(fake.endpoint)
        topic.publish([json.dumps(entry).encode() for entry in entries])
        yield PubSubSource(topic.address, PubSubOptions(idle_seconds=1, endpoint=fake.endpoint), lambda: NOW)


@contextmanager
def open_table(entries: Entries, folder: Path) -> Iterator[Source]:
    del folder
    with open_desk() as desk:
        desk.put(*entries)
        yield desk.open(SINK)


@contextmanager
def open_view(entries: Entries, folder: Path) -> Iterator[Source]:
    del folder
    with open_desk() as desk:
        desk.put(*entries)
        yield desk.open(VIEW)


WAYS = [open_stdin, open_logging, open_bucket, open_subscription, open_table, open_view]


def write(source: Source, request: Request) -> tuple[str, str]:
    """A source's worklog in both forms, its name left out."""
    parts = flow.Parts(
        [source], LocalEngine(2), SqlStore(":memory:"), lambda: NOW, Silence(), Policy(), Redactor(b"key")
    )
    worklog = flow.ingest(parts, request)
    assert worklog.coverage.problems == ()
    documents = (JsonRenderer().render(worklog), WorklogRenderer().render(worklog))
    return tuple(document.replace(source.name, "SOURCE") for document in documents)  # type: ignore[return-value] # two


@cache
def write_file(request: Request, folder: Path) -> tuple[str, str]:
    with open_file(read_shop(), folder) as source:
        return write(source, request)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("file")


@pytest.mark.parametrize("open_way", WAYS, ids=lambda way: way.__name__.removeprefix("open_"))
def test_every_source_gives_the_worklog_that_a_file_gives(
    open_way: Callable[[Entries, Path], Any], folder: Path
) -> None:
    request = Request(WINDOW)
    as_json, as_markdown = write_file(request, folder)
    assert json.loads(as_json)["coverage"]["entries"] > 2_000
    assert len(json.loads(as_json)["clusters"]) > 4

    with open_way(read_shop(), folder) as source:
        told_json, told_markdown = write(source, request)

    assert json.loads(told_json) == json.loads(as_json)
    assert told_json == as_json
    assert told_markdown == as_markdown
