"""What the driver does when the tally is there: judge, remember, write the worklog."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from benchmarks.scaling.timing import measure_least
from log_gardener import flow
from log_gardener._core import Tally
from log_gardener.config import Settings
from log_gardener.engines.local import LocalEngine
from log_gardener.exits.leaks import check
from log_gardener.model.issue import Memory
from log_gardener.ports import Harvest, Observer, Request, Silence, Source
from log_gardener.wiring import Format, assemble, make_renderer, make_sources, tell_time


class Brought(LocalEngine):
    """An engine whose harvest has been brought in by others."""

    def __init__(self, harvest: Harvest) -> None:
        super().__init__()
        self._harvest = harvest

    def tally(self, sources: Sequence[Source], request: Request, memory: Memory | None, observer: Observer) -> Harvest:
        """The harvest, whatever is asked for."""
        del sources, request, memory, observer
        return self._harvest


def measure_tending(tally: Tally, runs: int) -> float:
    """Seconds from a tally to its worklog, on an empty state."""
    return measure_least(partial(tend, Harvest(tally, (), (), {})), runs)[0]


def tend(harvest: Harvest) -> str:
    """The worklog of a harvest, as a document that may leave."""
    settings = Settings(state=":memory:")
    parts = assemble(settings, make_sources(["-"], settings, tell_time), Silence())
    worklog = flow.ingest(replace(parts, engine=Brought(harvest)), Request())
    document = flow.publish(worklog, make_renderer(Format.MARKDOWN, settings, ()))
    check(document, "the worklog")
    return document
