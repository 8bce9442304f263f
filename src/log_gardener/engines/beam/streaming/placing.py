"""Messages into windows and slots: as lines, many at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any
from zlib import crc32

import apache_beam as beam
from apache_beam.transforms.window import GlobalWindow, TimestampedValue
from apache_beam.utils.timestamp import Timestamp
from apache_beam.utils.windowed_value import WindowedValue

from log_gardener._core import Reading, Tally
from log_gardener.engines.beam.streaming.terms import GRACE_SECONDS, Terms
from log_gardener.model.instant import NANOS_PER_SECOND, parse_instant, to_nanos
from log_gardener.ports import Feed, Message

TIME = "logging.googleapis.com/timestamp"
"""The attribute in which a log sink says when an entry was written."""

BATCH_BYTES = 4 << 20
"""How much of a bundle is kept before it is passed on."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message of which the runner has not told the name."""

    data: bytes
    message_id: str


class Place(beam.DoFn):
    """Gives each message a window and a slot, and passes on what is of one of both as lines.

    A message that is delivered again is of the same slot, so that the core can tell.

    Args:
        feed: spells the lines.
        terms: windows and slots.
    """

    def __init__(self, feed: Feed, terms: Terms) -> None:
        self._feed = feed
        self._terms = terms
        self._batches: dict[tuple[int, int], list[Message]] = {}
        self._size = 0

    def start_bundle(self) -> None:
        """Begin with nothing: a bundle that failed may have left something."""
        self._batches, self._size = {}, 0

    def process(self, message: Any, arrival: Timestamp = beam.DoFn.TimestampParam) -> Iterator[TimestampedValue]:  # noqa: ANN401 - Beam's own
        """Nothing mostly; the slot and the lines of each window once they are many."""
        published = arrival.seconds()
        earliest = published - self._terms.lateness_seconds
        start = self._terms.find_start(min(max(_find_seconds(message, published), earliest), published))
        named = message if message.message_id else Letter(message.data, _name(message.data, arrival))
        self._batches.setdefault((start, crc32(message.data) % self._terms.slots), []).append(named)
        self._size += len(message.data)
        if self._size >= BATCH_BYTES:
            for begun, batch in self._take():
                yield TimestampedValue(batch, begun + GRACE_SECONDS)

    def finish_bundle(self) -> Iterator[WindowedValue]:
        """The slot and the lines of each window."""
        for start, batch in self._take():
            yield WindowedValue(batch, Timestamp(start + GRACE_SECONDS), [GlobalWindow()])

    def _take(self) -> list[tuple[int, tuple[int, bytes]]]:
        batches, self._batches, self._size = self._batches, {}, 0
        return [(start, (slot, self._feed.make_lines(messages))) for (start, slot), messages in batches.items()]


def _find_seconds(message: Any, published: int) -> int:  # noqa: ANN401 - Beam's own
    """When the entry was written, whole seconds since 1970; when it was published, if nothing tells."""
    told = (message.attributes or {}).get(TIME)
    if told:
        try:
            return to_nanos(parse_instant(told)) // NANOS_PER_SECOND
        except (ValueError, OverflowError):
            return published
    # Not from a sink: the core can tell, at the price of a tally.
    tally = Tally()
    tally.add(message.data, Reading())
    span = tally.account.span
    return span[0] // NANOS_PER_SECOND if span else published


def _name(data: bytes, arrival: Timestamp) -> str:
    """The same for the same message whenever it is delivered: what it says, and when it was published."""
    return blake2b(data, digest_size=16, salt=str(arrival.micros).encode()[:16]).hexdigest()
