"""The order of events: ingest goes from source to store, publish from worklog to document."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from log_gardener._core import Template
from log_gardener.model.coverage import Coverage, Problem
from log_gardener.model.decision import Decisions
from log_gardener.model.issue import Memory
from log_gardener.model.policy import Policy
from log_gardener.model.worklog import Worklog
from log_gardener.ports import Clock, Engine, Harvest, Label, Observer, Renderer, Request, Rows, Source, Store
from log_gardener.stages.account import Commission, find_window, make_coverage, make_worklog
from log_gardener.stages.compose import Redactor
from log_gardener.stages.decide import decide_memory
from log_gardener.stages.garden import Sight, WindowContext, grow, make_sights
from log_gardener.stages.health import find_unhealthy
from log_gardener.stages.identify import bundle, find_findings, make_fingerprint, repair
from log_gardener.stages.relate import find_cascades
from log_gardener.stages.revisions import find_traffic


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that a run is made of; `wiring` puts it together."""

    sources: Sequence[Source]
    engine: Engine
    store: Store
    clock: Clock
    observer: Observer
    policy: Policy
    redact: Redactor
    decisions: Decisions = field(default_factory=Decisions)


def ingest(parts: Parts, request: Request) -> Worklog:
    """Read the sources, judge what they hold, and remember it."""
    memory = parts.store.recall()
    harvest = parts.engine.tally(parts.sources, request, memory, parts.observer)
    templates = harvest.tally.generalise()
    coverage = make_coverage(harvest.tally.account, harvest.problems, harvest.names)
    sights = _judge(parts, request, memory, templates, coverage)
    worklog = make_worklog(
        [sight.cluster for sight in sights],
        templates,
        coverage=coverage,
        severities=harvest.tally.account.severities,
        commission=_commission(parts, request),
        redact=parts.redact,
    )
    if coverage.entries:
        parts.store.commit(worklog, grow(sights, parts.redact), harvest.news)
    return worklog


def assign(parts: Parts, request: Request, output: Path) -> tuple[int, Harvest]:
    """Write one CSV row for every entry, and return how many, with what was read."""
    # No memory of entries: a row is written for duplicates too, and nothing grows with their number.
    harvest = parts.engine.tally(parts.sources, request, None, parts.observer)
    templates = harvest.tally.generalise()
    coverage = make_coverage(harvest.tally.account, harvest.problems, harvest.names)
    sights = _judge(parts, request, parts.store.recall(), templates, coverage)
    clusters = {_key(one.template): sight.cluster.id for sight in sights for one in sight.bundle.findings}
    rows = Rows([_label(template, clusters, parts.redact) for template in templates], output)
    # Their entries are not needed any more, and the core is about to make its own.
    del templates, sights
    count = parts.engine.assign(harvest.tally, parts.sources, request, parts.observer, rows=rows)
    counted = coverage.entries + coverage.joined
    if count != counted:
        changed = Problem(", ".join(harvest.names.values()), f"{counted:,} entries at first, then {count:,}")
        harvest = replace(harvest, problems=(*harvest.problems, changed))
    return count, harvest


def publish(worklog: Worklog, renderer: Renderer) -> str:
    """The document of a worklog."""
    return renderer.render(worklog)


def _judge(
    parts: Parts, request: Request, memory: Memory, templates: Sequence[Template], coverage: Coverage
) -> list[Sight]:
    bundles = find_cascades(bundle(find_findings(templates)))
    window = find_window(coverage, request.window)
    start_nanos = window.nanos[0] if window else None
    decided = decide_memory(memory, parts.decisions)
    context = WindowContext(decided, start_nanos, find_traffic(templates), parts.policy, parts.decisions)
    return make_sights(bundles, context, parts.redact)


def _commission(parts: Parts, request: Request) -> Commission:
    sources = tuple(source.name for source in parts.sources)
    return Commission(request.window, request.service, sources, parts.clock())


def _key(template: Template) -> tuple[str, str]:
    """What tells templates apart: generic lines of one text may be in several clusters."""
    return make_fingerprint(template), template.bucket


def _label(template: Template, clusters: dict[tuple[str, str], str], redact: Redactor) -> Label:
    fingerprint, _ = key = _key(template)
    cluster = clusters.get(key)
    sick = [(str(facet.severity), cluster) for facet in find_unhealthy(template)] if cluster else []
    return fingerprint, redact.text(repair(template.text)), sick
