"""Runs of both engines over the same files, and what they must have in common: everything."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from log_gardener import flow, wiring
from log_gardener.config import Settings
from log_gardener.ports import Engine, Request, Silence, Source
from log_gardener.renderers.json_worklog import JsonRenderer
from log_gardener.renderers.worklog import WorklogRenderer

NOW = datetime(2026, 11, 1, tzinfo=UTC)

FORKED = {"runner": "FnApiRunner", "direct_running_mode": "multi_processing", "direct_num_workers": "2"}
"""Options of a runner with two processes beside this one."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a run leaves behind.

    Attributes:
        documents: the worklog, as Markdown and as JSON.
        remembered: which entries the state knows, by hour.
    """

    documents: str
    remembered: tuple[tuple[int, bytes], ...]


def tend(engine: Engine, paths: Iterable[Path], state: Path | str = ":memory:", asked: Request | None = None) -> Run:
    """A run over files, in the order of their names on the command line."""
    settings = Settings(state=str(state))
    sources: Sequence[Source] = wiring.make_sources(list(map(str, paths)), settings, lambda: NOW)
    parts = replace(wiring.assemble(settings, sources, Silence(), lambda: NOW), engine=engine)
    worklog = flow.ingest(parts, asked or Request())
    memory = parts.store.recall()
    return Run(WorklogRenderer().render(worklog) + JsonRenderer().render(worklog), tuple(sorted(memory.identities)))
