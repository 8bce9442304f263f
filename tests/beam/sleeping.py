"""A run whose worker falls asleep over what it reads, and says where it sleeps."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from log_gardener import flow, wiring
from log_gardener.config import Settings
from log_gardener.engines.beam.engine import BeamEngine
from log_gardener.model.coverage import Problem
from log_gardener.ports import Portable, Request, Silence, Stream
from log_gardener.sources.files import FileSource
from tests.beam.sameness import FORKED, NOW

SECONDS = 600


@dataclass(frozen=True)
class SleepyPlace:
    """Writes down the process that opens it, and keeps it there."""

    place: Portable
    bed: Path
    is_divisible: bool = False

    def open(self, start: int = 0) -> BinaryIO:
        self.bed.with_suffix(".new").write_text(str(os.getpid()))
        self.bed.with_suffix(".new").rename(self.bed)
        time.sleep(SECONDS)
        return self.place.open(start)


class SleepySource(FileSource):
    """A file over which a worker falls asleep."""

    def __init__(self, path: Path, bed: Path) -> None:
        super().__init__(str(path))
        self._bed = bed

    def streams(self, request: Request, cursor: int | None = None) -> Iterator[Stream | Problem]:
        for stream in super().streams(request, cursor):
            assert isinstance(stream, Stream)
            assert stream.portable is not None
            yield replace(stream, portable=SleepyPlace(stream.portable, self._bed))


def tend(folder: Path) -> None:
    """Run until somebody ends it."""
    source = SleepySource(folder / "logs.json", folder / "bed")
    settings = Settings(state=str(folder / "garden.db"))
    flow.ingest(wiring.assemble(settings, [source], Silence(), lambda: NOW, engine=BeamEngine(FORKED)), Request())
