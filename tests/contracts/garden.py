"""Whole runs over entries in memory."""

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from log_gardener import flow
from log_gardener.engines.local import LocalEngine
from log_gardener.model.coverage import Problem
from log_gardener.model.policy import Policy
from log_gardener.model.worklog import Worklog
from log_gardener.ports import Request, Store, Stream
from log_gardener.stages.compose import Redactor
from tests.laws.strategies import numbered, to_json_lines

NOW = datetime(2025, 9, 24, 21, 0, tzinfo=UTC)


class Silence:
    """Shows no progress."""

    def wait(self) -> None:
        """Show nothing."""

    @contextmanager
    def watch(self, name: str, size: int | None, bytes_read: Callable[[], int]) -> Iterator[None]:
        """Show nothing."""
        del name, size, bytes_read
        yield


class Entries:
    """A source of entries in memory."""

    name = "entries"

    def __init__(self, entries: Sequence[dict[str, Any]]) -> None:
        """Of entries, which get their numbers as ids."""
        self._bytes = to_json_lines(numbered(list(entries)))

    def streams(self) -> Iterator[Stream | Problem]:
        """One stream."""
        yield Stream(self.name, self.name, len(self._bytes), io.BytesIO(self._bytes))


def parts_of(store: Store, entries: Sequence[dict[str, Any]]) -> flow.Parts:
    """The real parts, with a clock that stands still."""
    return flow.Parts([Entries(entries)], LocalEngine(2), store, lambda: NOW, Silence(), Policy(), Redactor(b"key"))


def tend(store: Store, entries: Sequence[dict[str, Any]]) -> Worklog:
    """Tend entries into a store."""
    return flow.ingest(parts_of(store, entries), Request())
