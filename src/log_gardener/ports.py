"""The sockets: what the flow needs from outside, as protocols.

One contract suite per port runs against every adapter (`tests/contracts`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol, TypeAlias

from log_gardener._core import Tally
from log_gardener.model.coverage import Problem
from log_gardener.model.issue import Growth, Issue, Memory
from log_gardener.model.window import Window
from log_gardener.model.worklog import Worklog

Clock: TypeAlias = Callable[[], datetime]
"""Tells the time, UTC. Nothing else in the product does."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Bytes of log entries, compressed or not.

    Attributes:
        name: for people.
        identity: the same for the same stream in every run; tells entries without an id apart.
        size: bytes, if known before reading.
        opened: a path, or an object to read from.
    """

    name: str
    identity: str
    size: int | None
    opened: Path | BinaryIO


class Source(Protocol):
    """Where log entries come from."""

    @property
    def name(self) -> str:
        """What the report calls it."""

    def streams(self) -> Iterator[Stream | Problem]:
        """Everything to read, in a fixed order; what cannot be opened comes as a problem."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a run is asked for.

    Attributes:
        window: half-open span of event time; `None` for all that the sources hold.
        service: the one service to look at; `None` for all.
        input: layout of the bytes: auto, json or text.
        application_frames: rules by which frames of stack traces are the application's own.
        library_frames: rules by which they are not.
    """

    window: Window | None = None
    service: str | None = None
    input: str = "auto"
    application_frames: frozenset[str] = frozenset()
    library_frames: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Harvest:
    """What an engine brings in.

    Attributes:
        tally: all that was read.
        news: hour since 1970 to the identities of entries that no earlier run had counted.
        problems: sources that could not be read, or not to their end.
        names: from a stream's identity to its name.
    """

    tally: Tally
    news: tuple[tuple[int, bytes], ...]
    problems: tuple[Problem, ...]
    names: dict[str, str]


Label: TypeAlias = tuple[str, str, list[tuple[str, str]]]
"""A template's id and text, and its clusters by severity."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What to write for the entries of each template, in the templates' order, and the CSV file to write it to."""

    labels: Sequence[Label]
    output: Path


class Observer(Protocol):
    """Whoever shows progress."""

    def watch(self, name: str, size: int | None, bytes_read: Callable[[], int]) -> AbstractContextManager[None]:
        """Show that a stream is being read while the context lasts."""


class Engine(Protocol):
    """Folds sources into a tally."""

    def tally(self, sources: Sequence[Source], request: Request, memory: Memory | None, observer: Observer) -> Harvest:
        """Read all sources, counting no entry twice.

        Without a memory every entry counts as often as it comes, and what is held does not grow with their number.
        """

    def assign(
        self, tally: Tally, sources: Sequence[Source], request: Request, observer: Observer, *, rows: Rows
    ) -> int:
        """Read the sources of a tally again, write a row for every entry, and return how many.

        Raises:
            OSError: the rows cannot be written. Sources that break off have rows up to there.
        """


class Store(Protocol):
    """What is remembered from run to run."""

    def recall(self) -> Memory:
        """Everything that a run must know before it starts."""

    def commit(self, worklog: Worklog, growths: Iterable[Growth], news: Iterable[tuple[int, bytes]]) -> None:
        """Remember a run, all of it or nothing: its worklog, what its issues grew by, what was counted."""

    def list_issues(self) -> list[Issue]:
        """All remembered issues, the most urgent first."""

    def find_worklog(self, issue_id: str) -> Worklog | None:
        """The latest worklog that lists an issue."""


class Renderer(Protocol):
    """Turns a worklog into a document."""

    @property
    def suffix(self) -> str:
        """File name ending, with its dot."""

    def render(self, worklog: Worklog) -> str:
        """The document; equal worklogs give equal documents."""
