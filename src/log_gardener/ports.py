"""The sockets: what the flow needs from outside, as protocols.

One contract suite per port runs against every adapter (`tests/contracts`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeAlias

from log_gardener._core import Tally
from log_gardener.model.coverage import Problem
from log_gardener.model.issue import (
    Bucket,
    Checkup,
    Counts,
    Issue,
    IssueDetails,
    Memory,
    PastRun,
    Pruning,
    Replay,
    Run,
    Verdict,
)
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
        digests: by stream, in the order of reading, the XXH3-128 of its bytes, in hexadecimal digits.
    """

    tally: Tally
    news: tuple[tuple[int, bytes], ...]
    problems: tuple[Problem, ...]
    names: dict[str, str]
    digests: tuple[str, ...] = ()


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

    def wait(self) -> None:
        """Show that another run on the same state must end first."""


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

    def tending(self, on_wait: Callable[[], None]) -> AbstractContextManager[None]:
        """Be the only run on the state while the context lasts; `on_wait` is told if another one must end first."""

    def recall(self, hours: tuple[int, int] | None = None) -> Memory:
        """Everything that a run must know before it starts.

        Args:
            hours: of entries, recall those of the hours since 1970 from one to another; `None` for all.
        """

    def find_histories(
        self, issue_ids: Sequence[str], since_minute: int | None = None
    ) -> dict[str, tuple[Bucket, ...]]:
        """The histories of some issues, from a minute since 1970 on, or all."""

    def commit(self, run: Run) -> int:
        """Remember a run, all of it or nothing, and return its number."""

    def decide(self, issue_id: str, verdict: Verdict, decision: tuple[int, str, str]) -> None:
        """Remember what people decide about an issue, and that they did: time in nanoseconds, action, detail."""

    def list_issues(self) -> list[Issue]:
        """All remembered issues, the most urgent first, without their histories."""

    def has_issue(self, issue_id: str) -> bool:
        """Whether an issue of exactly this id is remembered."""

    def find_details(self, issue_id: str) -> IssueDetails:
        """What is remembered of one issue beside its counts."""

    def count_window(self, minutes: tuple[int, int]) -> Counts:
        """What was counted from one minute since 1970 up to another."""

    def count_revision(self, name: str) -> Counts:
        """What was counted of a revision."""

    def list_runs(self) -> list[PastRun]:
        """All remembered runs, the latest first."""

    def prune(self, worklogs_before: int, minutes_before: int) -> Pruning:
        """Drop the worklogs of runs before a time in nanoseconds, and counts before a minute since 1970."""

    def check(self) -> Checkup:
        """Look the state over."""

    def dump(self) -> Iterator[dict[str, Any]]:
        """Everything, as plain JSON values, one a row."""

    def load(self, rows: Iterable[dict[str, Any]]) -> int:
        """Take in what `dump` gave, all of it or nothing, and return how many rows."""

    def find_newest(self) -> dict[str, int]:
        """By service, the end of the latest minute of which anything was counted, UTC nanoseconds."""

    def find_replay(self, run: int) -> Replay | None:
        """What a run needs to be repeated; `None` if there is no such run, or it kept nothing."""

    def find_worklog(self, issue_id: str) -> Worklog | None:
        """The latest worklog that lists an issue."""


class Renderer(Protocol):
    """Turns a worklog into a document."""

    @property
    def suffix(self) -> str:
        """File name ending, with its dot."""

    def render(self, worklog: Worklog) -> str:
        """The document; equal worklogs give equal documents."""
