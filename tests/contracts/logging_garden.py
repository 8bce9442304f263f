"""Cloud Logging read as a run reads it: by the engine, from the fake, with what every stream gave kept."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, BinaryIO, cast

from log_gardener.engines.local import LocalEngine
from log_gardener.model.coverage import Problem
from log_gardener.model.issue import Memory
from log_gardener.model.window import Window
from log_gardener.ports import Clock, Harvest, Progress, Request, Silence, Source, Stream
from log_gardener.sources.cloud_logging.pace import Pace
from log_gardener.sources.cloud_logging.source import CloudLoggingSource, LoggingOptions
from tests.fakes.logging_service import LoggingFake
from tests.fakes.standing_clock import StandingClock

NOW = datetime(2025, 9, 24, 21, tzinfo=UTC)
WINDOW = Window(NOW - timedelta(hours=2), NOW - timedelta(hours=1))
REQUEST = Request(window=WINDOW)
NAME = "logging://garden"
SHOP = {"type": "cloud_run_revision", "labels": {"service_name": "shop"}}


def entry(at: float, **fields: Any) -> dict[str, Any]:
    """An entry so many seconds into the window."""
    time = (WINDOW.start + timedelta(seconds=at)).isoformat(timespec="microseconds")
    body = {"insertId": f"id-{at:013.6f}", "timestamp": time.replace("+00:00", "Z"), "severity": "INFO"}
    return body | {"textPayload": f"pot {at} is dry", "resource": SHOP} | fields


def make_source(fake: LoggingFake, clock: Clock = lambda: NOW, seed: int = 7, **options: Any) -> CloudLoggingSource:
    """A source that waits by a standing clock of its own, so that no test does."""
    standing = StandingClock(NOW)
    pace = Pace(standing.sleep, standing.monotonic, Random(seed).random)
    return CloudLoggingSource(
        options.pop("address", NAME), LoggingOptions(endpoint=fake.target, **options), clock, pace
    )


@dataclass
class _Kept:
    """A stream that remembers what it gave."""

    inner: BinaryIO
    given: bytearray = field(default_factory=bytearray)

    def read(self, size: int = -1) -> bytes:
        part = self.inner.read(size)
        self.given += part
        return part


class Recording(Source):
    """Another source, with what its streams gave."""

    def __init__(self, inner: Source) -> None:
        self._inner = inner
        self.given: list[tuple[Stream, _Kept]] = []

    @property
    def name(self) -> str:
        return self._inner.name

    @property
    def workers(self) -> int:
        return self._inner.workers

    @property
    def late_hours(self) -> int:
        return self._inner.late_hours

    def streams(self, request: Request, cursor: int | None = None) -> Iterator[Stream | Problem]:
        for stream in self._inner.streams(request, cursor):
            if isinstance(stream, Problem):
                yield stream
                continue
            kept = _Kept(cast("BinaryIO", stream.opened))
            self.given.append((stream, kept))
            opened = cast("BinaryIO", kept)
            yield Stream(stream.name, stream.identity, stream.size, opened, stream.late)

    def find_cursor(self) -> int | None:
        return self._inner.find_cursor()

    def find_progress(self) -> Progress | None:
        return self._inner.find_progress()

    def stop(self) -> None:
        self._inner.stop()


@dataclass(frozen=True)
class Taken:
    """What a run read.

    Attributes:
        harvest: as the engine gives it.
        ids: of timely streams, each as often as it came.
        late: of late ones.
        streams: all of them.
    """

    harvest: Harvest
    ids: list[str]
    late: list[str]
    streams: list[Stream]

    @property
    def counted(self) -> int:
        return self.harvest.tally.account.entries

    @property
    def cursor(self) -> int | None:
        return self.harvest.cursors.get(NAME)

    @property
    def reasons(self) -> list[str]:
        return [problem.reason for problem in self.harvest.problems]


def take(source: Source, request: Request = REQUEST, memory: Memory | None = None) -> Taken:
    """Read a source as a run does."""
    recording = Recording(source)
    harvest = LocalEngine(2).tally([recording], request, memory or make_memory(), Silence())
    timely = [kept for stream, kept in recording.given if stream.late is None]
    late = [kept for stream, kept in recording.given if stream.late is not None]
    return Taken(harvest, _list_ids(timely), _list_ids(late), [stream for stream, _ in recording.given])


def make_memory(*harvests: Harvest) -> Memory:
    """What is remembered of runs, the latest last."""
    news = tuple(one for harvest in harvests for one in harvest.news)
    cursors = {key: at for harvest in harvests for key, at in harvest.cursors.items()}
    return Memory((), news, None, (), {}, cursors)


def _list_ids(kept: Sequence[_Kept]) -> list[str]:
    return [json.loads(line)["insertId"] for one in kept for line in one.given.splitlines()]
