"""Whole runs over entries in memory."""

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from log_gardener import flow
from log_gardener.engines.local import LocalEngine
from log_gardener.model.coverage import Problem
from log_gardener.model.policy import Policy
from log_gardener.model.worklog import Worklog
from log_gardener.ports import Request, Silence, Source, Store, Stream
from log_gardener.stages.redaction import Redactor
from tests.laws.strategies import numbered, to_json_lines

NOW = datetime(2025, 9, 24, 21, 0, tzinfo=UTC)


class Entries(Source):
    """A source of entries in memory."""

    def __init__(self, entries: Sequence[dict[str, Any]]) -> None:
        """Of entries, which get their numbers as ids."""
        self._bytes = to_json_lines(numbered(list(entries)))

    @property
    def name(self) -> str:
        """What the report calls it."""
        return "entries"

    def streams(self, request: Request, cursor: int | None = None) -> Iterator[Stream | Problem]:
        """One stream."""
        del request, cursor
        yield Stream(self.name, self.name, len(self._bytes), io.BytesIO(self._bytes))


def parts_of(store: Store, entries: Sequence[dict[str, Any]]) -> flow.Parts:
    """The real parts, with a clock that stands still."""
    return flow.Parts([Entries(entries)], LocalEngine(2), store, lambda: NOW, Silence(), Policy(), Redactor(b"key"))


def tend(store: Store, entries: Sequence[dict[str, Any]]) -> Worklog:
    """Tend entries into a store."""
    return flow.ingest(parts_of(store, entries), Request())
