"""Where panes wait to be committed: a folder of a bucket, or of a disk that all workers see.

A file is a line of JSON that says how long its parts are, then the parts: tally, identities by hour, lines. It may be
seen before it is whole, and is taken for absent then.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Self, TypeVar

from apache_beam.io.filesystem import BeamIOError, CompressionTypes
from apache_beam.io.filesystems import FileSystems

from log_gardener.engines.beam.running import explain
from log_gardener.errors import EngineError

Found = TypeVar("Found")

_NAME = re.compile(r"(?P<run>\w+)\.(?P<start>-?\d+)\.(?P<slot>\d+)\.(?P<number>\d+)\.pane")


@dataclass(frozen=True, slots=True, order=True)
class Pane:
    """A pane that is on the shelf.

    Attributes:
        start: of its window, whole seconds since 1970.
        number: among the panes of its window and slot, from 0.
        slot: which share of the window.
        run: the run of the pipeline that wrote it.
        size: bytes of the file.
    """

    start: int
    number: int
    slot: int
    run: str
    size: int = 0

    @property
    def name(self) -> str:
        """Of its file; the same whenever it is written."""
        return f"{self.run}.{self.start}.{self.slot}.{self.number}.pane"

    @classmethod
    def find(cls, name: str, size: int) -> Self | None:
        """The pane of a file's name; `None` if somebody else has put it there."""
        found = _NAME.fullmatch(name)
        if not found:
            return None
        return cls(int(found["start"]), int(found["number"]), int(found["slot"]), found["run"], size)


@dataclass(frozen=True, slots=True)
class Content:
    """What a pane holds.

    Attributes:
        tally: its snapshot.
        identities: by hour since 1970 the entries in it, ascending, eight little-endian bytes each.
    """

    tally: bytes
    identities: tuple[tuple[int, bytes], ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The folder of a subscription.

    Attributes:
        path: of a disk or of a bucket (`gs://...`), without a slash at its end.
    """

    path: str

    def write(self, pane: Pane, content: Content, lines: bytes) -> None:
        """Put a pane there, in the place of what an earlier attempt has written."""
        hours = [(hour, len(identities)) for hour, identities in content.identities]
        facts = {"tally": len(content.tally), "hours": hours, "lines": len(lines)}
        parts = (content.tally, *(identities for _, identities in content.identities), lines)
        with FileSystems.create(f"{self.path}/{pane.name}", compression_type=CompressionTypes.UNCOMPRESSED) as file:
            file.write(b"".join((json.dumps(facts).encode(), b"\n", *parts)))

    def list_panes(self) -> list[Pane]:
        """All panes, those of the earliest window first.

        Raises:
            EngineError: the folder cannot be looked at.
        """
        try:
            (found,) = FileSystems.match([f"{self.path}/*.pane"])
        except Exception as error:
            raise self._make_error(error) from error
        panes = (Pane.find(one.path.rpartition("/")[2], one.size_in_bytes) for one in found.metadata_list)
        return sorted(pane for pane in panes if pane is not None)

    def find_content(self, pane: Pane) -> Content | None:
        """What a pane holds; `None` if it is not all there, or not any more.

        Raises:
            EngineError: it is there and cannot be read.
        """
        return self._look(pane, lambda file: _read_content(file, pane.size))

    def find_lines(self, pane: Pane) -> bytes | None:
        """The lines of a pane, packed; `None` if it is not there any more.

        Raises:
            EngineError: it is there and cannot be read.
        """
        return self._look(pane, _read_lines)

    def remove(self, panes: Sequence[Pane]) -> None:
        """Take panes away; one that somebody else has taken away is no error.

        Raises:
            EngineError: the folder cannot be reached.
        """
        try:
            FileSystems.delete([f"{self.path}/{pane.name}" for pane in panes])
        except BeamIOError:
            # All that can be taken away is; what stays is committed, and is known by its entries when it is met again.
            return
        except Exception as error:
            raise self._make_error(error) from error

    def _look(self, pane: Pane, read: Callable[[BinaryIO], Found]) -> Found | None:
        """What is read of a file; `None` if somebody else has taken it away, which each place tells in its own way."""
        try:
            with self._open(pane) as file:
                return read(file)
        except Exception as error:
            if self._is_there(pane):
                raise self._make_error(error) from error
            return None

    def _is_there(self, pane: Pane) -> bool:
        try:
            return bool(FileSystems.exists(f"{self.path}/{pane.name}"))
        except Exception as error:
            raise self._make_error(error) from error

    def _make_error(self, error: Exception) -> EngineError:
        return EngineError(f"the panes in {self.path} cannot be reached: {explain(error)}")

    def _open(self, pane: Pane) -> BinaryIO:
        opened: BinaryIO = FileSystems.open(f"{self.path}/{pane.name}", compression_type=CompressionTypes.UNCOMPRESSED)
        return opened


def _read_facts(file: BinaryIO) -> tuple[dict[str, Any], int]:
    """How long the parts of a file are, and how long it is when it is whole; nothing if it has just been begun."""
    line = file.readline()
    if not line.endswith(b"\n"):
        return {}, 0
    facts = json.loads(line)
    return facts, len(line) + facts["tally"] + sum(length for _, length in facts["hours"]) + facts["lines"]


def _read_content(file: BinaryIO, size: int) -> Content | None:
    facts, whole = _read_facts(file)
    if not facts or size != whole:
        return None
    tally = _read(file, facts["tally"])
    identities = tuple((hour, _read(file, length)) for hour, length in facts["hours"])
    size_read = len(tally) + sum(len(own) for _, own in identities)
    # A bundle that is tried again may just have begun to write over it.
    is_whole = size_read == facts["tally"] + sum(length for _, length in facts["hours"])
    return Content(tally, identities) if is_whole else None


def _read_lines(file: BinaryIO) -> bytes:
    facts, _ = _read_facts(file)
    _read(file, facts["tally"] + sum(length for _, length in facts["hours"]))
    lines = _read(file, facts["lines"])
    if len(lines) < facts["lines"]:
        msg = "a pane is cut short"
        raise EOFError(msg)
    return lines


def _read(file: BinaryIO, size: int) -> bytes:
    pieces: list[bytes] = []
    while size and (piece := file.read(size)):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)
