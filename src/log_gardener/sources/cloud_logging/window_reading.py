"""One reading of a window: its slices, then what arrived late."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO, cast

from log_gardener._core import Unwrapper
from log_gardener.model.coverage import Problem
from log_gardener.model.instant import from_nanos, spell_instant
from log_gardener.model.window import Window
from log_gardener.ports import Stream
from log_gardener.sources.cloud_logging.arrival import since
from log_gardener.sources.cloud_logging.fetching import Logs
from log_gardener.sources.cloud_logging.filters import Selection, Span
from log_gardener.sources.cloud_logging.line_reader import LineReader
from log_gardener.sources.cloud_logging.paging import Listing
from log_gardener.sources.cloud_logging.service import FAILURES
from log_gardener.sources.cloud_logging.slicing import Course, Slice


@dataclass(frozen=True, slots=True)
class Late:
    """Entries that arrived after their time had been read.

    Attributes:
        span: of which times.
        arrived: since when they arrived, UTC nanoseconds.
    """

    span: Span
    arrived: int


class WindowReading:
    """Lists a window in slices, several at a time.

    What arrives while it is listed may lie behind the positions of all workers. So at the end what has arrived since
    the beginning is asked for, but for what the slice that ends with the window has given: where a window ends now,
    nearly all that arrived of late is of that slice, and would be told as having come twice.

    Args:
        logs: what is read.
        selection: which entries of it.
        course: the window in slices.
        began: when the reading began, UTC nanoseconds.
    """

    def __init__(self, logs: Logs, selection: Selection, course: Course, *, began: int) -> None:
        self._logs = logs
        self._selection = selection
        self._course = course
        self._began = began
        self._late_readers: list[LineReader] = []
        # What has read the slice that ends with the window.
        self._last: Unwrapper | None = None
        self._is_listed = False

    @property
    def is_whole(self) -> bool:
        """Whether everything was read to its end."""
        return self._is_listed and self._course.is_read and all(reader.is_whole for reader in self._late_readers)

    def find_share(self) -> float:
        """The share of the window's time that has been read."""
        return self._course.find_share()

    def end(self) -> None:
        """Give no more streams."""
        self._course.end()

    def streams(self, late: Late | None) -> Iterator[Stream | Problem]:
        """Slices, and when all were read, what arrived late; the first is opened here, to see whether that goes.

        Args:
            late: what arrived late for an earlier run; `None` for nothing.
        """
        is_first = True
        for slice_ in self._course.walk():
            stream, reader = self._open_slice(slice_)
            try:
                if is_first:
                    reader.prime()
            except OSError as error:
                yield Problem(self._logs.source, str(error))
                return
            is_first = False
            yield stream
        if self._course.is_ended:
            return
        if late is not None:
            yield self._open_late(late, self._list_late(late))
        during = Late(self._course.span, self._began)
        yield self._open_late(during, self._list_late(during, self._last))
        self._is_listed = True

    def _open_slice(self, slice_: Slice) -> tuple[Stream, LineReader]:
        start, end = slice_.span
        blocks = self._read(self._list_slice(slice_))
        reader = LineReader(blocks, self._logs.explain, partial(self._course.begin, slice_))
        name = f"{self._logs.source} from {spell_instant(start)}"
        return Stream(name, f"{self._logs.source}#{start}-{end}", None, cast("BinaryIO", reader)), reader

    def _open_late(self, late: Late, blocks: Iterator[bytes]) -> Stream:
        reader = LineReader(self._read(blocks), self._logs.explain)
        self._late_readers.append(reader)
        arrived = spell_instant(late.arrived)
        start, end = late.span
        return Stream(
            f"{self._logs.source} arrived since {arrived}",
            f"{self._logs.source}#{start}-{end}#{late.arrived}",
            None,
            cast("BinaryIO", reader),
            late=Window(from_nanos(start), from_nanos(end)),
        )

    def _read(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """Blocks of lines; what fails ends the whole reading, since it would fail for the others too."""
        try:
            yield from blocks
        except (*FAILURES, OSError):
            self._course.end()
            raise

    def _list_slice(self, slice_: Slice) -> Iterator[bytes]:
        listing = Listing(self._logs, self._selection.spell, slice_.span)
        yield from listing.blocks(partial(self._course.advance, slice_))
        if slice_.span[1] == self._course.span[1]:
            self._last = listing.unwrapper
        self._course.finish(slice_)

    def _list_late(self, late: Late, known: Unwrapper | None = None) -> Iterator[bytes]:
        spell = partial(self._selection.spell, received=since(late.arrived))
        return Listing(self._logs, spell, late.span, known=known).blocks()
