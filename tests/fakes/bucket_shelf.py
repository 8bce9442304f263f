"""A bucket of the fake, filled by the real client, and what is read from it."""

import gzip
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from google.auth.credentials import AnonymousCredentials
from google.cloud.storage import Client

from log_gardener.model.coverage import Problem
from log_gardener.model.window import Window
from log_gardener.ports import Request, Stream
from log_gardener.sources.storage.source import StorageOptions, StorageSource
from tests.fakes.storage_server import StorageServer

# Tests wait for nobody; how often it is tried again is what they look at.
NO_DELAYS = (0.0, 0.0, 0.0)

_NUMBERS = count()
_READ_BYTES = 1000


@dataclass(slots=True)
class Shelf:
    """An empty bucket.

    Attributes:
        service: where it is.
    """

    service: StorageServer
    name: str = field(default_factory=lambda: f"shelf-{os.getpid()}-{next(_NUMBERS)}")
    _client: Client = field(init=False)

    def __post_init__(self) -> None:
        nobody = AnonymousCredentials()  # type: ignore[no-untyped-call] # the library's own has no types
        self._client = Client("test", nobody, client_options={"api_endpoint": self.service.endpoint})
        self._client.create_bucket(self.name)
        self.service.reset()

    def put(self, name: str, content: bytes = b"{}\n", *, encoding: str | None = None) -> None:
        """Store an object, in place of what was under its name."""
        blob = self._client.bucket(self.name).blob(name)
        blob.content_encoding = encoding
        blob.upload_from_string(content, content_type="application/json")

    def put_all(self, *names: str) -> None:
        """Store objects of no interest."""
        for name in names:
            self.put(name)

    def remove(self, name: str) -> None:
        """Delete an object."""
        self._client.bucket(self.name).delete_blob(name)

    def open(self, prefix: str = "", *, clock: Callable[[], datetime] | None = None, **options: Any) -> StorageSource:
        """A source of what is below a prefix."""
        chosen = StorageOptions(**{"endpoint": self.service.endpoint, "delays_seconds": NO_DELAYS, **options})
        return StorageSource(f"gs://{self.name}/{prefix}", chosen, clock or (lambda: datetime.now(UTC)))

    def find_names(self, source: StorageSource, request: Request, cursor: int | None = None) -> list[str]:
        """The objects that a source reads, without their bucket; late ones are marked."""
        return self.spell([stream for stream in source.streams(request, cursor) if isinstance(stream, Stream)])

    def spell(self, found: Sequence[Stream]) -> list[str]:
        """The names of objects, without their bucket; late ones are marked."""
        names = [stream.name.removeprefix(f"gs://{self.name}/") for stream in found]
        return [f"{name} late" if stream.late else name for name, stream in zip(names, found, strict=True)]


def name_file(hour: datetime, shard: str = "S0", log: str = "run.googleapis.com/stdout") -> str:
    """The name that a sink gives to the file of an hour."""
    return f"{log}/{hour:%Y/%m/%d}/{hour:%H}:00:00_{hour:%H}:59:59_{shard}.json"


def at(text: str) -> datetime:
    """A time in UTC, such as `2025-01-31T23:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def between(start: str, end: str) -> Request:
    """What asks for a window."""
    return Request(window=Window(at(start), at(end)))


def make_entries(hour: datetime, total: int = 60) -> bytes:
    """Entries of an hour, evenly spread, as a sink writes them."""
    lines = [
        json.dumps(
            {
                "insertId": f"{hour:%d%H}-{number}",
                "logName": "projects/p/logs/run.googleapis.com%2Fstdout",
                "timestamp": f"{hour:%Y-%m-%dT%H}:{number * 60 // total:02}:00.{number:06}Z",
                "severity": "ERROR",
                "resource": {"type": "cloud_run_revision", "labels": {"service_name": "web"}},
                "textPayload": f"payment {number} of the hour {hour:%H} failed",
            }
        )
        for number in range(total)
    ]
    return "\n".join(lines).encode() + b"\n"


def pack(content: bytes) -> bytes:
    """The same, compressed, always to the same bytes."""
    return gzip.compress(content, mtime=0)


def open_streams(source: StorageSource, request: Request | None = None) -> list[Stream]:
    """The streams of a source in which there is no problem."""
    found = list(source.streams(request or Request()))
    assert not [one for one in found if isinstance(one, Problem)]
    return [one for one in found if isinstance(one, Stream)]


def drain(stream: Stream) -> bytes:
    """All bytes of a stream."""
    return b"".join(_read(stream))


def _read(stream: Stream) -> Iterator[bytes]:
    while piece := stream.opened.read(_READ_BYTES):  # type: ignore[union-attr] # no path comes from a bucket
        yield piece


def find_problem(found: Sequence[Stream | Problem]) -> Problem:
    """The only thing that was found: a problem."""
    (problem,) = found
    assert isinstance(problem, Problem)
    return problem
