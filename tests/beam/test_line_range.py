"""A stream cut into stretches, each read as the lines that begin in it, is the stream."""

import io
from dataclasses import dataclass
from typing import BinaryIO

from hypothesis import given
from hypothesis import strategies as st

from log_gardener.engines.beam.line_range import LineRange, find_first_line


@dataclass(frozen=True)
class Bytes:
    """A stream in memory."""

    content: bytes
    is_divisible: bool = True

    def open(self, start: int = 0) -> BinaryIO:
        return io.BytesIO(self.content[start:])


def read_all(lines: LineRange, size: int) -> bytes:
    pieces: list[bytes] = []
    while piece := lines.read(size):
        assert len(piece) <= size
        pieces.append(piece)
    return b"".join(pieces)


def split_lines(content: bytes) -> list[bytes]:
    """Lines with their newlines; `bytes.splitlines` takes a carriage return for the end of one."""
    *lines, last = content.split(b"\n")
    return [*(line + b"\n" for line in lines), *([last] if last else [])]


CONTENTS = st.lists(st.sampled_from([b"\n", b"a", b"bc", b"\r\n", b"d" * 9]), max_size=30).map(b"".join)


@given(content=CONTENTS, length=st.integers(1, 12), size=st.integers(1, 9))
def test_the_lines_of_all_stretches_are_those_of_the_stream_each_once_and_with_its_number(
    content: bytes, length: int, size: int
) -> None:
    starts = range(0, len(content), length)
    numbered: list[tuple[int, bytes]] = []
    for start in starts:
        end = None if start == starts[-1] else start + length
        lines = read_all(LineRange(Bytes(content), start, end), size)
        before = content[:start]
        first = find_first_line(before.count(b"\n"), is_line_start=not start or before.endswith(b"\n"))
        numbered += enumerate(split_lines(lines), first)

    assert numbered == list(enumerate(split_lines(content), 1))
