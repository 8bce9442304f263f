"""The order of events: ingest goes from source to store, publish from worklog to document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from log_gardener._core import Template
from log_gardener.errors import StoreError
from log_gardener.model.coverage import Coverage, Problem
from log_gardener.model.decision import Decisions
from log_gardener.model.instant import NANOS_PER_HOUR, NANOS_PER_MINUTE, to_nanos
from log_gardener.model.issue import Issue, Memory, Run
from log_gardener.model.policy import Policy
from log_gardener.model.worklog import Worklog
from log_gardener.ports import Clock, Engine, Harvest, Label, Observer, Renderer, Request, Rows, Source, Store
from log_gardener.replay import Known, digest_input, digest_key, make_replay, read_replay
from log_gardener.stages.account import Commission, find_window, make_coverage, make_worklog
from log_gardener.stages.compose import Redactor
from log_gardener.stages.decide import decide_memory
from log_gardener.stages.garden import Sight, WindowContext, find_known, make_sights, unite
from log_gardener.stages.growth import count_revisions, count_traffic, grow
from log_gardener.stages.health import find_unhealthy
from log_gardener.stages.identify import bundle, find_findings
from log_gardener.stages.recipe import RECIPES, Recipe, repair
from log_gardener.stages.relate import find_cascades
from log_gardener.stages.revisions import Traffic, find_traffic
from log_gardener.stages.trend import HOURS_PER_WEEK, MINUTES_PER_HOUR, WEEKS, Moment, sum_hours


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
    recipes: Sequence[Recipe] = RECIPES


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a window shows, and what was known when it was judged."""

    sights: Sequence[Sight]
    templates: Sequence[Template]
    coverage: Coverage
    known: Known


def ingest(parts: Parts, request: Request) -> Worklog:
    """Read the sources, judge what they hold, and remember it."""
    with parts.store.tending(parts.observer.wait):
        memory = parts.store.recall(_find_hours(request))
        harvest = parts.engine.tally(parts.sources, request, memory, parts.observer)
        judgement = _judge(parts, request, memory, harvest)
        worklog = _report(parts, judgement, harvest)
        if judgement.coverage.entries:
            parts.store.commit(_make_run(parts, judgement, harvest, worklog))
    return worklog


def repeat(parts: Parts, run: int) -> Worklog:
    """Read the sources of a run again, and judge them as it did; nothing is remembered of that.

    Raises:
        StoreError: the run is not kept, or the sources have changed since.
    """
    replay = parts.store.find_replay(run)
    known = read_replay(run, replay)
    if known.redaction != digest_key(parts.redact.key):
        msg = f"run {run} was redacted with another redaction_key; set the same one to repeat it"
        raise StoreError(msg)
    harvest = parts.engine.tally(parts.sources, known.request, known.memory, parts.observer)
    if replay and digest_input(harvest) != replay.digest:
        msg = (
            f"the sources are not what run {run} read: their digest is {digest_input(harvest)}, "
            f"and was {replay.digest}. Give the files of that time"
        )
        raise StoreError(msg)
    repeated = replace(parts, policy=known.policy, decisions=known.decisions, clock=lambda: known.generated)
    return _report(repeated, _judge(repeated, known.request, known.memory, harvest, known), harvest)


def _make_run(parts: Parts, judgement: Judgement, harvest: Harvest, worklog: Worklog) -> Run:
    last = judgement.coverage.last_nanos
    return Run(
        worklog=worklog,
        growths=tuple(grow(judgement.sights, parts.redact)),
        traffic=count_traffic(judgement.templates),
        revisions=count_revisions(judgement.templates),
        news=harvest.news,
        cursors={} if last is None else {source.name: last for source in parts.sources},
        replay=make_replay(judgement.known, harvest),
    )


def _find_hours(request: Request) -> tuple[int, int] | None:
    """The hours since 1970 that a window touches."""
    if request.window is None:
        return None
    start, end = request.window.nanos
    return start // NANOS_PER_HOUR, (end - 1) // NANOS_PER_HOUR


def assign(parts: Parts, request: Request, output: Path) -> tuple[int, Harvest]:
    """Write one CSV row for every entry, and return how many, with what was read."""
    # No memory of entries: a row is written for duplicates too, and nothing grows with their number.
    harvest = parts.engine.tally(parts.sources, request, None, parts.observer)
    judgement = _judge(parts, request, parts.store.recall(), harvest)
    found = [(one.template, sight.cluster.id) for sight in judgement.sights for one in sight.bundle.findings]
    clusters = {_key(template, parts.recipes): cluster for template, cluster in found}
    rows = Rows([_label(template, clusters, parts) for template in judgement.templates], output)
    coverage = judgement.coverage
    # Their entries are not needed any more, and the core is about to make its own.
    del judgement, found
    count = parts.engine.assign(harvest.tally, parts.sources, request, parts.observer, rows=rows)
    counted = coverage.entries + coverage.joined
    if count != counted:
        changed = Problem(", ".join(harvest.names.values()), f"{counted:,} entries at first, then {count:,}")
        harvest = replace(harvest, problems=(*harvest.problems, changed))
    return count, harvest


def publish(worklog: Worklog, renderer: Renderer) -> str:
    """The document of a worklog."""
    return renderer.render(worklog)


def _judge(parts: Parts, request: Request, memory: Memory, harvest: Harvest, known: Known | None = None) -> Judgement:
    """Judge what was read: against memory, or against what an earlier run knew of it."""
    templates = harvest.tally.generalise()
    coverage = make_coverage(harvest.tally.account, harvest.problems, harvest.names)
    window = find_window(coverage, request.window)
    traffic = find_traffic(templates)
    now = parts.clock()
    present = Moment(window.nanos[0] if window else None, to_nanos(now), {}, _join_revisions(memory, traffic))
    decided = decide_memory(memory, parts.decisions)
    context = WindowContext(decided, present, traffic, parts.policy, parts.decisions)
    united = unite(find_cascades(bundle(find_findings(templates, parts.recipes))), context, parts.redact)
    issues = find_known(united, context, parts.redact)
    hours = known.hours if known else _find_hours_before(parts, issues, present)
    sights = make_sights(united, replace(context, present=replace(present, hours=hours)), parts.redact)
    facts = _tell(replace(parts, clock=lambda: now), request, memory, issues=issues, hours=hours)
    return Judgement(sights, templates, coverage, facts)


def _find_hours_before(parts: Parts, issues: Sequence[Issue], present: Moment) -> dict[str, dict[int, int]]:
    """By issue, its entries by hour in the weeks before the window."""
    if present.window_start_nanos is None:
        return {}
    start = present.window_start_nanos // NANOS_PER_MINUTE
    since = start - (WEEKS * HOURS_PER_WEEK + 2) * MINUTES_PER_HOUR
    merged = {one: parts.decisions.lead(one) for issue in issues for one in parts.decisions.list_merged(issue.id)}
    hours: dict[str, dict[int, int]] = {}
    for issue_id, history in parts.store.find_histories(sorted(merged), since).items():
        own = hours.setdefault(merged[issue_id], {})
        for hour, count in sum_hours(history, start).items():
            own[hour] = own.get(hour, 0) + count
    return hours


def _join_revisions(memory: Memory, traffic: Mapping[str, Traffic]) -> dict[str, dict[str, int]]:
    """By service, when each revision was first seen, ever or in the window."""
    joined = {service: dict(known) for service, known in memory.revisions.items()}
    for service, shown in traffic.items():
        own = joined.setdefault(service, {})
        for revision in shown.revisions:
            if revision.first_nanos is not None:
                own[revision.name] = min(own.get(revision.name, revision.first_nanos), revision.first_nanos)
    return joined


def _tell(
    parts: Parts, request: Request, memory: Memory, *, issues: Sequence[Issue], hours: dict[str, dict[int, int]]
) -> Known:
    ids = {one for issue in issues for one in parts.decisions.list_merged(issue.id)}
    used = tuple(issue for issue in memory.issues if issue.id in ids)
    return Known(
        request=request,
        sources=tuple(source.name for source in parts.sources),
        generated=parts.clock(),
        policy=parts.policy,
        decisions=parts.decisions,
        redaction=digest_key(parts.redact.key),
        issues=used,
        first_nanos=memory.first_nanos,
        revisions=memory.revisions,
        hours=hours,
    )


def _report(parts: Parts, judgement: Judgement, harvest: Harvest) -> Worklog:
    known = judgement.known
    return make_worklog(
        [sight.cluster for sight in judgement.sights],
        judgement.templates,
        coverage=judgement.coverage,
        severities=harvest.tally.account.severities,
        commission=Commission(known.request.window, known.request.service, known.sources, known.generated),
        redact=parts.redact,
    )


def _key(template: Template, recipes: Sequence[Recipe]) -> tuple[str, str]:
    """What tells templates apart: generic lines of one text may be in several clusters."""
    return recipes[0].make_fingerprint(template), template.bucket


def _label(template: Template, clusters: dict[tuple[str, str], str], parts: Parts) -> Label:
    fingerprint, _ = key = _key(template, parts.recipes)
    cluster = clusters.get(key)
    sick = [(str(facet.severity), cluster) for facet in find_unhealthy(template)] if cluster else []
    return fingerprint, parts.redact.text(repair(template.text)), sick
