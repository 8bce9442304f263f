"""Streams into stretches: those that are whole lines are cut, so that all workers have something to read."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any, BinaryIO

import apache_beam as beam

from log_gardener._core import HEAD_BYTES, LEAF_BYTES, find_layout, join_digests, measure
from log_gardener.engines.beam.line_range import find_first_line
from log_gardener.engines.beam.stretch import LEAVES_PER_STRETCH, Leaf, Listed, Stretch, Told
from log_gardener.engines.stretch_reading import tell_failure

LEAVES = "leaves"
TOLD = "told"


class LookAtHead(beam.DoFn):
    """Tells by its beginning whether a stream can be cut.

    Args:
        layout: what was said of it: auto, json or text.
        leaf_bytes: how long a leaf is; only tests have another.
    """

    def __init__(self, layout: str, leaf_bytes: int = LEAF_BYTES) -> None:
        self._layout = layout
        self._leaf_bytes = leaf_bytes

    def process(self, listed: Listed) -> Iterator[Any]:
        """The stream as one stretch, or (with the tag of leaves) each of its leaves with its layout."""
        layout = None
        least = self._leaf_bytes * LEAVES_PER_STRETCH
        if listed.portable.is_divisible and listed.size is not None and listed.size > least:
            layout = self._find_layout(listed)
        if layout is None:
            yield Stretch(listed)
            return
        for start in range(0, listed.size or 0, self._leaf_bytes):
            yield beam.pvalue.TaggedOutput(LEAVES, (listed, layout, start))

    def _find_layout(self, listed: Listed) -> str | None:
        """The layout of its lines; `None` where it cannot be cut, or not be read, which whoever reads it will tell."""
        try:
            with closing(listed.portable.open()) as file:
                head = _read_up_to(file, HEAD_BYTES)
        except OSError:
            return None
        return find_layout(head, self._layout)


class LeafBytes:
    """So many bytes of a file; remembers the last of them."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._left = size
        self.last = b""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none at the end."""
        piece = self._file.read(min(size, self._left))
        self._left -= len(piece)
        self.last = piece[-1:] or self.last
        return piece


class MeasureLeaf(beam.DoFn):
    """Counts the newlines of a leaf, and digests it."""

    def __init__(self, leaf_bytes: int = LEAF_BYTES) -> None:
        self._leaf_bytes = leaf_bytes

    def process(self, leaf: tuple[Listed, str, int]) -> Iterator[tuple[int, tuple[Listed, str, Leaf]]]:
        """What was measured, by the number of the stream."""
        listed, layout, start = leaf
        try:
            with closing(listed.portable.open(start)) as file:
                own = LeafBytes(file, self._leaf_bytes)
                newlines, digest = measure(own)
            measured = Leaf(start, newlines, is_line_end=own.last == b"\n", digest=digest)
        except OSError as error:
            measured = Leaf(start, problem=tell_failure(error))
        yield listed.number, (listed, layout, measured)


class Cut(beam.DoFn):
    """Stretches of a stream whose leaves have been measured."""

    def __init__(self, leaf_bytes: int = LEAF_BYTES) -> None:
        self._leaf_bytes = leaf_bytes

    def process(self, measured: tuple[int, Iterable[tuple[Listed, str, Leaf]]]) -> Iterator[Any]:
        """Its stretches, and (with a tag) its digest; the stream as one stretch if it could not be measured."""
        rows = sorted(measured[1], key=lambda row: row[2].start)
        listed, layout, _ = rows[0]
        leaves = [leaf for _, _, leaf in rows]
        if any(leaf.problem for leaf in leaves):
            yield Stretch(listed)
            return
        newlines, is_line_start = 0, True
        for first in range(0, len(leaves), LEAVES_PER_STRETCH):
            own, behind = leaves[first : first + LEAVES_PER_STRETCH], leaves[first + LEAVES_PER_STRETCH :]
            line = find_first_line(newlines, is_line_start=is_line_start)
            yield Stretch(listed, own[0].start, behind[0].start if behind else None, layout, line)
            newlines += sum(leaf.newlines for leaf in own)
            is_line_start = own[-1].is_line_end
        if listed.late is not None:
            # What arrives late depends on when it is looked for.
            return
        digest = join_digests([leaf.digest for leaf in leaves])
        yield beam.pvalue.TaggedOutput(TOLD, Told((listed.number, 0), digest))


def _read_up_to(file: BinaryIO, size: int) -> bytes:
    pieces: list[bytes] = []
    while size and (piece := file.read(size)):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)
