"""What does a message cost the workers that count panes of a subscription, and what the one that commits them?

    python -m benchmarks.panes [--entries 200000] [--slots 16] [--window-seconds 86400]

In the environment of the extra beam, and without Beam's own work: what a runner does with each message comes on top.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from apache_beam.io.gcp.pubsub import PubsubMessage
from apache_beam.utils.timestamp import Timestamp

from benchmarks import page, streams
from benchmarks.streams import Stream
from log_gardener._core import Reading, Tally
from log_gardener.engines.beam.streaming.joining import Joining
from log_gardener.engines.beam.streaming.pipeline import CountPane, Task
from log_gardener.engines.beam.streaming.placing import TIME, Place
from log_gardener.engines.beam.streaming.shelf import Content, Pane, Shelf
from log_gardener.engines.beam.streaming.terms import Terms
from log_gardener.model.instant import NANOS_PER_SECOND, parse_instant, to_nanos
from log_gardener.model.issue import Memory
from log_gardener.ports import Feed, Request
from log_gardener.sources.pubsub.lines import make_lines

BUNDLE_MESSAGES = 500
FEED = Feed("pubsub://acme/gardener", "projects/acme/subscriptions/gardener", make_lines)
FOLLOWING = Request(is_following=True)


@dataclass(frozen=True, slots=True)
class Window:
    """What Beam tells of a window."""

    start: Timestamp


@dataclass(frozen=True, slots=True)
class Info:
    """What Beam tells of a pane."""

    index: int = 0


def main(arguments: Sequence[str]) -> None:
    """Measure one step after another, on what the one before has made."""
    options = _parse(arguments)
    lines = list(islice(streams.find_stream(options, Stream(options.entries)).open("rb"), options.entries))
    messages = list(_make_messages(lines))
    terms = Terms(window_seconds=options.window_seconds, slots=options.slots)
    with tempfile.TemporaryDirectory() as folder:
        shelf = Shelf(folder)
        seconds = {"the core alone, on one thread": _time(lambda: Tally().add(b"".join(lines), Reading(input="lines")))}
        batches: dict[tuple[int, int], list[bytes]] = {}
        seconds["worker: placed, as lines"] = _time(lambda: _place(messages, terms, batches))
        counting = CountPane(Task(FEED, FOLLOWING, terms, shelf, "bench"))
        seconds["worker: counted, packed, written"] = _time(lambda: _count(batches, counting))
        panes = [(pane, content) for pane in shelf.list_panes() if (content := shelf.find_content(pane))]
        news = _join(panes, shelf, ())
        half = tuple((hour, identities[: len(identities) // 16 * 8]) for hour, identities in news)
        for name, known in (("all new", ()), ("all known", news), ("half known, counted again", half)):
            seconds[f"committing: {name}"] = _time(partial(_join, panes, shelf, known))
        size = sum(pane.size for pane, _ in panes) / sum(map(len, lines))
    rows = [[name, f"{spent / len(lines) * 1e6:.1f}"] for name, spent in seconds.items()]
    print(page.spell_table(["step", "µs of processor a message"], rows))
    print(f"\n{len(lines):,} messages, {len(panes):,} panes of {size:.0%} of their size. {page.describe_machine()}")


def _make_messages(lines: Sequence[bytes]) -> Iterator[tuple[PubsubMessage, Timestamp]]:
    """Each as its sink publishes it, a second after it was written."""
    for number, line in enumerate(lines):
        at = json.loads(line)["timestamp"]
        published = Timestamp(to_nanos(parse_instant(at)) // NANOS_PER_SECOND + 1)
        yield PubsubMessage(line.rstrip(), {TIME: at}, str(number)), published


def _place(
    messages: Sequence[tuple[PubsubMessage, Timestamp]], terms: Terms, batches: dict[tuple[int, int], list[bytes]]
) -> None:
    placing = Place(FEED, terms)
    for first in range(0, len(messages), BUNDLE_MESSAGES):
        placing.start_bundle()
        for message, published in messages[first : first + BUNDLE_MESSAGES]:
            for early in placing.process(message, published):
                batches.setdefault((early.timestamp.seconds(), early.value[0]), []).append(early.value[1])
        for placed in placing.finish_bundle():
            batches.setdefault((placed.timestamp.seconds(), placed.value[0]), []).append(placed.value[1])


def _count(batches: dict[tuple[int, int], list[bytes]], counting: CountPane) -> None:
    for (stamp, slot), lines in batches.items():
        list(counting.process((slot, lines), Window(Timestamp(stamp)), Info()))


def _join(
    panes: Sequence[tuple[Pane, Content]], shelf: Shelf, known: tuple[tuple[int, bytes], ...]
) -> tuple[tuple[int, bytes], ...]:
    joining = Joining(FOLLOWING, FEED.name, shelf)
    joining.recall(Memory((), known, None))
    for pane, content in panes:
        joining.take(pane, content)
    _ = joining.tally
    return joining.list_news()


def _time(work: Callable[[], object]) -> float:
    """Seconds of the processor."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=200_000)
    parser.add_argument("--slots", type=int, default=16)
    parser.add_argument("--window-seconds", type=int, default=86_400, help="by default all is one window")
    streams.add_options(parser)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
