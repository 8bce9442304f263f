"""What reading needs: sources of entries, an engine that counts them, and whoever watches."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol, TypeAlias

from log_gardener._core import Tally
from log_gardener.model.coverage import Probe, Problem
from log_gardener.model.diagnosis import Diagnosis
from log_gardener.model.issue import Memory
from log_gardener.model.severity import Severity
from log_gardener.model.window import Window

Clock: TypeAlias = Callable[[], datetime]
"""Tells the time, UTC. Nothing else in the product does."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a run is asked for.

    Attributes:
        window: half-open span of event time; `None` for all that the sources hold.
        service: the one service to look at; `None` for all.
        input: layout of the bytes: auto, json or text.
        application_frames: rules by which frames of stack traces are the application's own.
        library_frames: rules by which they are not.
        severity: the least severity to take.
        is_following: take what has arrived since the sources' cursors, whatever its time, and of that only
            what no earlier run has counted.
        slice_seconds: how long to take in what a source delivers by itself; 0 is until nothing more comes.
    """

    window: Window | None = None
    service: str | None = None
    input: str = "auto"
    application_frames: frozenset[str] = frozenset()
    library_frames: frozenset[str] = frozenset()
    severity: Severity = Severity.DEFAULT
    is_following: bool = False
    slice_seconds: float = 0

    def name_scope(self, source: "Source") -> str:
        """What of a source is asked for, as a name: up to when one service was read says nothing of another."""
        severity = self.severity if self.severity.rank else ""
        named = (("service", self.service), ("severity", severity), ("filter", source.restriction))
        return " ".join([source.name, *(f"{name}={value}" for name, value in named if value)])


class Portable(Protocol):
    """Where the bytes of a stream are, for another process to open. It pickles, and takes no secret along."""

    @property
    def is_divisible(self) -> bool:
        """Whether it may be opened in its middle."""

    def open(self, start: int = 0) -> BinaryIO:
        """The bytes from one on.

        Raises:
            OSError: they cannot be opened; its text is for people.
        """


class Message(Protocol):
    """What came of a subscription, whoever's client brought it."""

    @property
    def data(self) -> bytes:
        """What was published."""

    @property
    def message_id(self) -> str:
        """Its name, which stays when it is delivered again."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A subscription, for other processes to read. It pickles, and takes no secret along.

    Attributes:
        name: the argument of the command line.
        path: what the service calls it: `projects/PROJECT/subscriptions/NAME`.
        make_lines: messages to lines of JSON, one each, the last with its end too.
        emulator: `HOST:PORT` of an emulator on this machine; empty for the service.
    """

    name: str
    path: str
    make_lines: Callable[[Sequence[Message]], bytes]
    emulator: str = ""


@dataclass(frozen=True, slots=True)
class Stream:
    """Bytes of log entries, compressed or not.

    Attributes:
        name: for people.
        identity: the same for the same stream in every run; tells entries without an id apart.
        size: bytes, if known before reading.
        opened: a path, or an object to read from. An `OSError` of its `read` breaks the stream off; what came
            before is kept.
        late: of which times entries are taken here, instead of the request's window, because they arrived after an
            earlier run had read these times. Only what no earlier run has counted is taken of them.
        portable: the same bytes for another process; `None` where only this one has them.
    """

    name: str
    identity: str
    size: int | None
    opened: Path | BinaryIO
    late: Window | None = None
    portable: Portable | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the reading of a source is.

    Attributes:
        share: from 0 to 1, or `None` if the source cannot tell.
        note: what else to know, such as `12 of 720 objects` or `waiting 8 s for quota`.
    """

    share: float | None
    note: str = ""


class Source(Protocol):
    """Where log entries come from. An adapter inherits what it has nothing to say of."""

    @property
    def name(self) -> str:
        """What the report calls it: the argument of the command line."""

    @property
    def restriction(self) -> str:
        """What it leaves out beside what a request does, as a short name; empty for nothing."""
        return ""

    @property
    def workers(self) -> int:
        """How many of its streams are read at the same time."""
        return 1

    @property
    def is_repeatable(self) -> bool:
        """Whether it gives the same entries again when it is read again."""
        return True

    @property
    def feed(self) -> Feed | None:
        """What other processes read it by, if it is a subscription."""
        return None

    @property
    def late_hours(self) -> int:
        """How many hours before a window (or a cursor) its late streams may reach."""
        return 0

    def streams(self, request: Request, cursor: int | None = None) -> Iterator[Stream | Problem]:
        """Everything to read, in a fixed order; what cannot be opened comes as a problem.

        Args:
            request: what of it is wanted. A source may leave out what the request does not ask for; it need not.
            cursor: what `find_cursor` gave to the last run that read it whole; `None` if none has.
        """

    def find_cursor(self) -> int | None:
        """Up to when what arrived has been read, UTC nanoseconds of arrival; `None` if the source cannot tell."""
        return None

    def find_caps(self) -> tuple[str, ...]:
        """Limits that its latest reading hit, so that there is more than was read: each in words, no full stop."""
        return ()

    def find_progress(self) -> Progress | None:
        """How far its reading is; `None` where bytes tell enough."""
        return None

    def probe(self, request: Request) -> Probe | Problem | None:
        """Look for logs of any severity, to tell whether they arrive at all; `None` if the source has no way to."""
        del request
        return None

    def settle(self) -> None:
        """What was read is remembered: it need not be delivered again."""
        return

    def stop(self) -> None:
        """Take in nothing more: its streams end early. May be called by another thread."""
        return

    def close(self) -> None:
        """Give back what the reading has taken, such as messages that were not settled."""
        return

    def diagnose(self) -> Iterator[Diagnosis]:
        """Try everything that reading needs, one after another."""
        yield from ()


@dataclass(frozen=True, slots=True)
class Harvest:
    """What an engine brings in.

    Attributes:
        tally: all that was read.
        news: hour since 1970 to the identities of entries that no earlier run had counted.
        problems: sources that could not be read, or not to their end.
        names: from a stream's identity to its name.
        digests: by stream, in the order of reading, the XXH3-128 of its bytes, in hexadecimal digits.
        late: entries that late streams brought.
        caps: limits that sources hit, in words.
        cursors: by source that was read whole, up to when.
        is_repeatable: whether reading the sources again gives the same.
    """

    tally: Tally
    news: tuple[tuple[int, bytes], ...]
    problems: tuple[Problem, ...]
    names: dict[str, str]
    digests: tuple[str, ...] = ()
    late: int = 0
    caps: tuple[str, ...] = ()
    cursors: dict[str, int] = field(default_factory=dict)
    is_repeatable: bool = True


Label: TypeAlias = tuple[str, str, list[tuple[str, str]]]
"""A template's id and text, and its clusters by severity."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What to write for the entries of each template, in the templates' order, and the CSV file to write it to."""

    labels: Sequence[Label]
    output: Path


class Observer(Protocol):
    """Whoever shows progress. What an observer has nothing to show of, it inherits."""

    def watch(self, name: str, size: int | None, bytes_read: Callable[[], int]) -> AbstractContextManager[None]:
        """Show that a stream is being read while the context lasts."""
        del name, size, bytes_read
        return nullcontext()

    def follow(self, name: str, find_progress: Callable[[], Progress | None]) -> AbstractContextManager[None]:
        """Show how far a source is read while the context lasts."""
        del name, find_progress
        return nullcontext()

    def enter(self, doing: str) -> AbstractContextManager[None]:
        """Show what is done while the context lasts: `judging`; where how far it is is shown too, that is of it."""
        del doing
        return nullcontext()

    def tell(self, text: str) -> None:
        """Show what happens, such as that a window is widened."""
        del text

    def wait(self) -> None:
        """Show that another run must end first."""
        return


class Silence(Observer):
    """Shows nothing."""


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
