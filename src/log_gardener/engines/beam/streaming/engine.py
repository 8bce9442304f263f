"""Panes that others have counted into a harvest."""

from collections.abc import Sequence

from log_gardener._core import Tally
from log_gardener.engines.beam.streaming.joining import Joining
from log_gardener.engines.beam.streaming.source import PaneSource
from log_gardener.errors import UsageError
from log_gardener.model.issue import Memory
from log_gardener.ports import Engine, Harvest, Observer, Request, Rows, Source


class PaneEngine(Engine):
    """Brings in the panes that its source has chosen.

    Args:
        source: the one source of the run.
    """

    def __init__(self, source: PaneSource) -> None:
        self._source = source

    def tally(self, sources: Sequence[Source], request: Request, memory: Memory | None, observer: Observer) -> Harvest:
        """Take the chosen panes, counting no entry that the memory knows, nor one twice."""
        del sources
        source = self._source
        joining = Joining(request, source.name, source.shelf)
        if memory is not None:
            joining.recall(memory)
        with observer.follow(source.name, source.find_progress):
            for pane, content in source.chosen:
                joining.take(pane, content)
        return Harvest(
            tally=joining.tally,
            news=joining.list_news(),
            problems=tuple(joining.problems),
            names={source.name: source.name},
            is_repeatable=False,
        )

    def assign(
        self, tally: Tally, sources: Sequence[Source], request: Request, observer: Observer, *, rows: Rows
    ) -> int:
        """Refuse: a subscription gives each entry once.

        Raises:
            UsageError: always.
        """
        del tally, sources, request, observer, rows
        msg = "rows of single entries need a source that can be read twice; export the logs to a file first"
        raise UsageError(msg)
