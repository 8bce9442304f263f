"""The order of a run on many machines: look, measure, cut, read, find repeats, settle, merge."""

from collections.abc import Iterable, Iterator, Sequence

import apache_beam as beam

from log_gardener._core import LEAF_BYTES
from log_gardener.engines.beam.cutting import LEAVES, TOLD, Cut, LookAtHead, MeasureLeaf
from log_gardener.engines.beam.folder import Folder
from log_gardener.engines.beam.merging import MergeTallies
from log_gardener.engines.beam.reading import MET, ReadStretch, Settle
from log_gardener.engines.beam.repeats import find_repeats
from log_gardener.engines.beam.stretch import Key, Listed, Met, Repeat, Slot, Told
from log_gardener.ports import Request

FANOUT = 16
"""How many workers merge at first what one merges at last."""


class FindRepeats(beam.DoFn):
    """Of each slot, what is new goes to the folder, and what a stretch must leave out to that stretch."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    def process(self, grouped: tuple[Slot, Iterable[Met]]) -> Iterator[tuple[Key, Repeat]]:
        """The repeats by stretch."""
        slot, met = grouped
        repeats, news = find_repeats(met)
        if news:
            self._folder.write_news(slot, news)
        for key, identities in repeats.items():
            yield key, Repeat(slot[0], identities)


def lay(
    pipeline: beam.Pipeline, listed: Sequence[Listed], request: Request, folder: Folder, leaf_bytes: int = LEAF_BYTES
) -> None:
    """Lay the pipeline of a run; what it finds is in the folder when it has been run.

    Args:
        pipeline: an empty one.
        listed: the streams, in the order of reading.
        request: what is asked for.
        folder: holds what earlier runs have counted.
        leaf_bytes: how long a leaf is; only tests have another.
    """
    streams = pipeline | "streams" >> beam.Create(listed, reshuffle=False) | "spread streams" >> beam.Reshuffle()
    looked = streams | "look" >> beam.ParDo(LookAtHead(request.input, leaf_bytes)).with_outputs(LEAVES, main="whole")
    measured = (
        looked[LEAVES]
        | "spread leaves" >> beam.Reshuffle()
        | "measure" >> beam.ParDo(MeasureLeaf(leaf_bytes))
        | "by stream" >> beam.GroupByKey()
    )
    cut = measured | "cut" >> beam.ParDo(Cut(leaf_bytes)).with_outputs(TOLD, main="stretches")
    stretches = (
        (looked["whole"], cut["stretches"]) | "stretches" >> beam.Flatten() | "spread stretches" >> beam.Reshuffle()
    )
    read = stretches | "read" >> beam.ParDo(ReadStretch(request, folder)).with_outputs(MET, TOLD, main="tallies")
    repeats = read[MET] | "by slot" >> beam.GroupByKey() | "repeats" >> beam.ParDo(FindRepeats(folder))
    settled = (
        (read["tallies"], repeats)
        | "by stretch" >> beam.CoGroupByKey()
        | "settle" >> beam.ParDo(Settle(request, folder))
    )
    merged = settled | "merge" >> beam.CombinePerKey(MergeTallies(folder)).with_hot_key_fanout(FANOUT)
    _ = merged | "keep tallies" >> beam.Map(_write_tally, folder)
    told = (cut[TOLD], read[TOLD]) | "told" >> beam.Flatten() | "all told" >> beam.combiners.ToList()
    _ = told | "keep told" >> beam.Map(_write_told, folder)


def _write_tally(merged: tuple[str, bytes], folder: Folder) -> None:
    folder.write_tally(*merged)


def _write_told(told: list[Told], folder: Folder) -> None:
    folder.write_told(told)
