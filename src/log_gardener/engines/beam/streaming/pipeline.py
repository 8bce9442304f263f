"""The order of a subscription on many machines: place, window, group, count."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import apache_beam as beam
import zstandard
from apache_beam.transforms.trigger import AccumulationMode, AfterCount, AfterProcessingTime, AfterWatermark
from apache_beam.transforms.window import FixedWindows, IntervalWindow
from apache_beam.utils.windowed_value import PaneInfo

from log_gardener._core import Seen
from log_gardener.engines.beam.streaming.counting import count
from log_gardener.engines.beam.streaming.placing import Place
from log_gardener.engines.beam.streaming.shelf import Content, Pane, Shelf
from log_gardener.engines.beam.streaming.terms import GRACE_SECONDS, Terms
from log_gardener.ports import Feed, Request

KEPT_SECONDS = 31 * 86_400
"""How long a subscription keeps a message at most: what is delivered then still finds its window."""


@dataclass(frozen=True, slots=True)
class Task:
    """All that the workers need; it pickles.

    Attributes:
        feed: the subscription.
        request: what is asked for.
        terms: how it is cut.
        shelf: where panes go.
        run: a name that no other run of a pipeline has, without a dot.
    """

    feed: Feed
    request: Request
    terms: Terms
    shelf: Shelf
    run: str


class CountPane(beam.DoFn):
    """Counts the lines of a pane, and puts all of it on the shelf."""

    def __init__(self, task: Task) -> None:
        self._task = task

    def process(
        self,
        grouped: tuple[int, Iterable[bytes]],
        window: IntervalWindow = beam.DoFn.WindowParam,
        info: PaneInfo = beam.DoFn.PaneInfoParam,
    ) -> Iterator[str]:
        """The name of the file."""
        slot, batches = grouped
        # The order in which batches come depends on the workers; a pane that is written again is the same.
        lines = b"".join(sorted(batches))
        if not lines:
            return
        seen = Seen()
        tally = count(lines, self._task.request, self._task.feed.name, seen)
        pane = Pane(window.start.seconds() - GRACE_SECONDS, info.index, slot, self._task.run)
        packed = zstandard.ZstdCompressor(level=1).compress(lines)
        self._task.shelf.write(pane, Content(tally.to_bytes(), tuple(seen.news())), packed)
        yield pane.name


def lay(messages: beam.PCollection, task: Task) -> beam.PCollection:
    """Lay what is behind the reading of messages, whose times are those of their publication.

    Returns:
        The names of the files, when they are written.
    """
    terms = task.terms
    late = AfterProcessingTime(terms.patience_seconds) if terms.patience_seconds else AfterCount(1)
    windows = beam.WindowInto(
        FixedWindows(terms.window_seconds, offset=GRACE_SECONDS),
        trigger=AfterWatermark(late=late),
        accumulation_mode=AccumulationMode.DISCARDING,
        # Nothing is so late that Beam would drop it: messages are placed within the lateness.
        allowed_lateness=terms.lateness_seconds + KEPT_SECONDS,
    )
    return (
        messages
        | "place" >> beam.ParDo(Place(task.feed, terms)).with_output_types(tuple[int, bytes])
        | "window" >> windows
        | "by slot" >> beam.GroupByKey()
        | "count" >> beam.ParDo(CountPane(task))
    )
