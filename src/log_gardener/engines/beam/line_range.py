"""The lines that begin in a stretch of a stream, as a stream of their own."""

from typing import BinaryIO

from log_gardener.ports import Portable

CHUNK_BYTES = 1 << 20


class LineRange:
    """Reads the lines that begin at `start` or behind it, and before `end`.

    Whether a line begins with the first byte is told by the byte before it, so that is read too. The last line is read
    to its end, which lies in the stretch behind.

    Args:
        portable: opens the stream.
        start: first byte of the stretch.
        end: the byte behind it; `None` for the end of the stream.
    """

    def __init__(self, portable: Portable, start: int, end: int | None) -> None:
        self._portable = portable
        # Of the file, where the next byte that is read lies.
        self._offset = max(start - 1, 0)
        self._is_begun = not start
        self._end = end
        self._file: BinaryIO | None = None
        self._is_over = False

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none at the end.

        Raises:
            OSError: the stream cannot be read on.
        """
        while not self._is_over:
            piece = self._take(size)
            if piece:
                return piece
        return b""

    def close(self) -> None:
        """Give the stream back."""
        if self._file is not None:
            self._file.close()

    def _take(self, size: int) -> bytes:
        if self._file is None:
            self._file = self._portable.open(self._offset)
        piece = self._file.read(size)
        if not piece:
            self._is_over = True
            return b""
        begin = self._offset
        self._offset += len(piece)
        if not self._is_begun:
            newline = piece.find(b"\n")
            if newline < 0:
                # A line that is longer than the stretch belongs to the one in which it begins.
                self._is_over = self._end is not None and self._offset >= self._end
                return b""
            self._is_begun = True
            piece, begin = piece[newline + 1 :], begin + newline + 1
            if self._end is not None and begin >= self._end:
                self._is_over = True
                return b""
        return self._cut(piece, begin)

    def _cut(self, piece: bytes, begin: int) -> bytes:
        """As much of a piece as is of lines that begin before the end."""
        if self._end is None or self._offset < self._end:
            return piece
        # The line that ends with the last byte of the stretch is the last one, and so is one that goes on behind it.
        newline = piece.find(b"\n", max(self._end - 1 - begin, 0))
        if newline < 0:
            return piece
        self._is_over = True
        return piece[: newline + 1]


def find_first_line(newlines_before: int, *, is_line_start: bool) -> int:
    """The number of the first line that begins in a stretch, from 1, by the newlines of all bytes before it."""
    return 1 + newlines_before + (0 if is_line_start else 1)
