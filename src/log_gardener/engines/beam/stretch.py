"""What passes between the workers: streams, stretches of them, and what became of each. All of it pickles."""

from dataclasses import dataclass
from typing import TypeAlias

from log_gardener.model.coverage import Problem
from log_gardener.model.window import Window
from log_gardener.ports import Portable

Key: TypeAlias = tuple[int, int]
"""The number of a stream and where in it a stretch begins; in this order stretches have been read on one machine."""

LEAVES_PER_STRETCH = 4
"""How many leaves one worker reads at once: a tally costs about the same whatever it was made of."""

Slot: TypeAlias = tuple[int, int]
"""An hour since 1970, and which share of its identities."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A stream that some worker will read.

    Attributes:
        number: its place among all streams of the run.
        name: for people.
        identity: the same for the same stream in every run.
        size: bytes, if known.
        portable: opens it.
        late: as of `Stream`.
    """

    number: int
    name: str
    identity: str
    size: int | None
    portable: Portable
    late: Window | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """The lines that begin in a stretch of a stream, or all of the stream.

    Attributes:
        start: the first byte of the stretch.
        end: the byte behind it; `None` for the end of the stream.
        layout: `lines` or `text`, where the stream is cut; `None` where it is read whole.
        line: the number of the first line, from 1.
    """

    listed: Listed
    start: int = 0
    end: int | None = None
    layout: str | None = None
    line: int = 1

    @property
    def key(self) -> Key:
        """What it is known by."""
        return self.listed.number, self.start

    @property
    def name(self) -> str:
        """What its files are named by."""
        return f"{self.listed.number}.{self.start}"


@dataclass(frozen=True, slots=True)
class Leaf:
    """What was measured of one of the stretches that a stream's digest is made of.

    Attributes:
        start: its first byte.
        newlines: how many newlines it holds.
        is_line_end: whether its last byte is a newline, so that a line begins with the next.
        digest: of its bytes.
        problem: why it could not be measured; then nothing else of it counts.
    """

    start: int
    newlines: int = 0
    is_line_end: bool = False
    digest: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a stretch, or of a stream that was cut.

    Attributes:
        digest: of the stream's bytes; empty where it is told for the stream as a whole, or arrived late.
        problem: why the stretch could not be read to its end.
    """

    key: Key
    digest: str = ""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Met:
    """Which entries of a slot a stretch has met.

    Attributes:
        fresh: identities that no earlier run has counted, ascending, eight little-endian bytes each.
        known: those that one has.
    """

    key: Key
    fresh: bytes = b""
    known: bytes = b""


@dataclass(frozen=True, slots=True)
class Repeat:
    """Entries of an hour that another stretch counts."""

    hour: int
    identities: bytes
