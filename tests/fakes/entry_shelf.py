"""Log entries in the order in which the service lists them: by time, then by id."""

import threading
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

# The audit log's type must be known before an entry with one is parsed.
from google.cloud.audit import audit_log_pb2  # noqa: F401
from google.cloud.logging_v2.types import LogEntry
from google.protobuf import json_format

from tests.fakes.filter_fields import Body
from tests.fakes.instants import NANOS, parse_nanos, spell_nanos

Key: TypeAlias = tuple[int, str, str]
"""Timestamp in nanoseconds, `insertId`, `logName`: no two entries share all three."""

Message: TypeAlias = Any
"""A protobuf message, of which no types are published."""


@dataclass(eq=False, slots=True)
class Kept:
    """An entry, as JSON and, when it is first sent, as message."""

    key: Key
    body: Body
    _message: Message = field(default=None, repr=False)

    @property
    def message(self) -> Message:
        """As message.

        Raises:
            json_format.ParseError: it is no log entry.
        """
        if self._message is None:
            self._message = json_format.ParseDict(self.body, LogEntry.pb()())
        return self._message

    @property
    def parent(self) -> str:
        """The project, folder, organisation or billing account whose log it is in."""
        return self.key[2].partition("/logs/")[0]


class Shelf:
    """All entries that have arrived. Threads may share it.

    Args:
        parent: whose log an entry is in that does not say.
    """

    def __init__(self, parent: str) -> None:
        self._parent = parent
        self._lock = threading.Lock()
        self._keys: list[Key] = []
        self._entries: dict[Key, Kept] = {}
        self._logs: set[str] = set()
        self._made = 0

    def make(self, body: Body) -> Kept:
        """An entry with what the service adds: id, log, time of arrival (a second after the entry's own)."""
        with self._lock:
            self._made += 1
            made = f"made-{self._made:06}"
        nanos = parse_nanos(body["timestamp"])
        added = {
            "insertId": made,
            "logName": f"{self._parent}/logs/run.googleapis.com%2Fstdout",
            "receiveTimestamp": spell_nanos(nanos + NANOS),
        }
        whole = added | body
        return Kept((nanos, whole["insertId"], whole["logName"]), whole)

    def add(self, entries: Iterable[Kept]) -> list[Kept]:
        """Take entries in; what has the key of another is the same entry, and stays out. Gives what is new."""
        with self._lock:
            new = {entry.key: entry for entry in entries if entry.key not in self._entries}
            self._entries |= new
            self._logs |= {key[2] for key in new}
            if len(new) > 1:
                self._keys = sorted([*self._keys, *new])
            else:
                for key in new:
                    insort(self._keys, key)
            return list(new.values())

    def walk(self, start: Key, end: Key) -> Iterator[Kept]:
        """Entries from one key up to another."""
        with self._lock:
            keys = self._keys[bisect_left(self._keys, start) : bisect_left(self._keys, end)]
        return (self._entries[key] for key in keys)

    def walk_back(self, start: Key, end: Key) -> Iterator[Kept]:
        """Entries below `end` back to `start`."""
        with self._lock:
            keys = self._keys[bisect_left(self._keys, start) : bisect_left(self._keys, end)]
        return (self._entries[key] for key in reversed(keys))

    def find_before(self, key: Key, count: int) -> list[Kept]:
        """The entries up to and with a key, at most so many."""
        with self._lock:
            place = bisect_right(self._keys, key)
            return [self._entries[one] for one in self._keys[max(place - count, 0) : place]]

    @property
    def log_names(self) -> list[str]:
        """All logs, sorted."""
        with self._lock:
            return sorted(self._logs)

    @property
    def parents(self) -> set[str]:
        """All projects and so on that have entries."""
        return {name.partition("/logs/")[0] for name in self.log_names}
