"""The order of events: ingest goes from source to store, publish from worklog to document."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from log_gardener._core import Template
from log_gardener.errors import LeakError, StoreError, UsageError
from log_gardener.judging import Judgement, Parts, find_previous, judge, redact_problems, tell_redaction
from log_gardener.model.coverage import Probe, Problem
from log_gardener.model.instant import NANOS_PER_HOUR, spell_instant, to_nanos, to_span
from log_gardener.model.issue import Run, TrafficGrowth
from log_gardener.model.redaction import Leak, explain_leaks
from log_gardener.model.worklog import Worklog
from log_gardener.ports import Harvest, Label, Renderer, Request, Rows
from log_gardener.replay import digest_input, digest_scope, find_change, make_replay, read_replay
from log_gardener.stages.account import Commission, make_worklog
from log_gardener.stages.beginning import find_cut_off, has_begun_before, tell_look_back, widen
from log_gardener.stages.growth import count_revisions, count_traffic, grow
from log_gardener.stages.health import find_unhealthy
from log_gardener.stages.previous import compare_runs
from log_gardener.stages.recipe import Recipe, repair

# Cloud Logging takes entries whose time is up to a day ahead.
HOURS_AHEAD = 24

__all__ = ["Parts", "assign", "ingest", "publish", "repeat", "watch"]


def ingest(parts: Parts, request: Request) -> Worklog:
    """Read the sources, judge what they hold, and remember it."""
    with _closing(parts):
        return _ingest(parts, request)


def watch(parts: Parts, requests: Iterable[Request]) -> Iterator[Worklog]:
    """Ingest slice after slice, each remembered before the next is asked for."""
    with _closing(parts):
        for request in requests:
            yield _ingest(parts, request)


def repeat(parts: Parts, run: int) -> Worklog:
    """Read the sources of a run again, and judge them as it did; nothing is remembered of that.

    Raises:
        StoreError: the run is not kept, or the sources have changed since.
    """
    replay = parts.store.find_replay(run)
    known = read_replay(run, replay)
    if changed := find_change(known.redaction, tell_redaction(parts.redact)):
        msg = f"run {run} was redacted with another {changed}; set the same to repeat it"
        raise StoreError(msg)
    with _closing(parts), parts.observer.enter("reading"):
        harvest = parts.engine.tally(parts.sources, known.request, known.memory, parts.observer)
    if replay and digest_input(harvest) != replay.digest:
        msg = (
            f"the sources are not what run {run} read: their digest is {digest_input(harvest)}, "
            f"and was {replay.digest}. Give the files of that time"
        )
        raise StoreError(msg)
    repeated = replace(parts, policy=known.policy, decisions=known.decisions, clock=lambda: known.generated)
    judgement = judge(repeated, known.request, known.memory, harvest=harvest, known=known)
    judgement = judgement.looked_back(known.asked, known.look_back).compared_with(known.previous)
    return _report(repeated, judgement, harvest)


def assign(parts: Parts, request: Request, output: Path) -> tuple[int, Harvest]:
    """Write one CSV row for every entry, and return how many, with what was read."""
    for source in parts.sources:
        if not source.is_repeatable:
            msg = f"{source.name} gives each entry once, and assign reads twice; export it to a file first"
            raise UsageError(msg)
    # No memory of entries: a row is written for duplicates too, and nothing grows with their number.
    with parts.observer.enter("reading"):
        harvest = parts.engine.tally(parts.sources, request, None, parts.observer)
    with parts.observer.enter("judging"):
        judgement = judge(parts, request, parts.store.recall(), harvest=harvest)
    found = [(one.template, sight.cluster.id) for sight in judgement.sights for one in sight.bundle.findings]
    clusters = {_key(template, parts.recipes): cluster for template, cluster in found}
    labels = [_label(template, clusters, parts) for template in judgement.templates]
    _check_labels(labels, parts)
    rows = Rows(labels, output)
    coverage = judgement.coverage
    # Their entries are not needed any more, and the core is about to make its own.
    del judgement, found
    count = parts.engine.assign(harvest.tally, parts.sources, request, parts.observer, rows=rows)
    counted = coverage.entries + coverage.joined
    if count != counted:
        changed = Problem(", ".join(harvest.names.values()), f"{counted:,} entries at first, then {count:,}")
        harvest = replace(harvest, problems=(*harvest.problems, changed))
    return count, replace(harvest, problems=redact_problems(harvest.problems, parts.redact))


def _check_labels(labels: Iterable[Label], parts: Parts) -> None:
    """The last look at what the rows say of templates, each of which goes down as often as it has entries.

    Raises:
        LeakError: a rule finds a secret.
    """
    found = ((id_, *one) for id_, text, _ in labels for one in parts.redact.find(text))
    leaks = [Leak(rule, 1, start + 1, f"template {id_}") for id_, rule, start, _ in found]
    if leaks:
        raise LeakError(explain_leaks("the file of rows", leaks))


def publish(worklog: Worklog, renderer: Renderer) -> str:
    """The document of a worklog."""
    return renderer.render(worklog)


def _ingest(parts: Parts, request: Request) -> Worklog:
    with parts.store.tending(parts.observer.wait):
        harvest, judgement = _look_back(parts, request, *_look(parts, request))
        judgement = judgement.compared_with(find_previous(parts, judgement))
        worklog = _report(parts, judgement, harvest)
        if judgement.coverage.entries:
            with parts.observer.enter("remembering"):
                parts.store.commit(_make_run(parts, judgement, harvest, worklog))
    for source in parts.sources:
        # Also where nothing could be counted: what was refused is no better when it is delivered again.
        source.settle()
    return worklog


def _look(parts: Parts, request: Request) -> tuple[Harvest, Judgement]:
    """Read the sources and judge what they hold."""
    memory = parts.store.recall(_find_hours(parts, request))
    with parts.observer.enter("reading"):
        harvest = parts.engine.tally(parts.sources, request, memory, parts.observer)
    # While sources are followed, most slices are empty.
    is_told = harvest.tally.account.entries or harvest.problems or request.is_following
    probes = () if is_told else _probe(parts, request)
    problems = tuple(probe for probe in probes if isinstance(probe, Problem))
    told = tuple(probe for probe in probes if isinstance(probe, Probe))
    harvest = replace(harvest, problems=(*harvest.problems, *problems))
    with parts.observer.enter("judging"):
        return harvest, judge(parts, request, memory, harvest=harvest, probes=told)


def _probe(parts: Parts, request: Request) -> tuple[Probe | Problem, ...]:
    """Where nothing was found: do logs arrive at all?"""
    found = [source.probe(request) for source in parts.sources]
    return tuple(probe for probe in found if probe is not None)


def _look_back(parts: Parts, request: Request, harvest: Harvest, judgement: Judgement) -> tuple[Harvest, Judgement]:
    """Read again from earlier on, while something urgent was there when the window began."""
    asked = window = request.window
    if (
        asked is None
        or window is None
        or not parts.look_back
        or not all(source.is_repeatable for source in parts.sources)
    ):
        return harvest, judgement
    earliest = max(window.nanos[0] - to_span(parts.look_back), *_list_cursors(parts, request))
    cut = find_cut_off(judgement.clusters, window)
    while cut and (wider := widen(window, earliest)):
        parts.observer.tell(
            f"{cut.priority} may be older than the window: reading from {spell_instant(wider.nanos[0])} on"
        )
        more, judged = _look(parts, replace(request, window=wider))
        if more.problems or not has_begun_before(cut, judged.clusters, window):
            break
        harvest, window, cut = more, wider, find_cut_off(judged.clusters, wider)
        judgement = judged.looked_back(asked, tell_look_back(judged.clusters, asked, cut))
    return harvest, judgement


def _list_cursors(parts: Parts, request: Request) -> list[int]:
    """Up to when each source has been read; 0 of those that have not."""
    cursors = parts.store.find_cursors()
    return [cursors.get(request.name_scope(source), 0) for source in parts.sources]


def _find_hours(parts: Parts, request: Request) -> tuple[int, int] | None:
    """The hours since 1970 whose entries may be read; `None` for all."""
    reach = max((source.late_hours for source in parts.sources), default=0)
    cursors = _list_cursors(parts, request)
    if request.window is not None:
        start, end = request.window.nanos
        late = [min(start, cursor) - reach * NANOS_PER_HOUR for cursor in cursors if cursor and reach]
        return min([start, *late]) // NANOS_PER_HOUR, (end - 1) // NANOS_PER_HOUR
    if not request.is_following or not all(source.late_hours for source in parts.sources):
        return None
    now = to_nanos(parts.clock())
    start = min(cursor or now for cursor in cursors) - reach * NANOS_PER_HOUR
    return start // NANOS_PER_HOUR, now // NANOS_PER_HOUR + HOURS_AHEAD


def _make_run(parts: Parts, judgement: Judgement, harvest: Harvest, worklog: Worklog) -> Run:
    return Run(
        worklog=worklog,
        growths=tuple(grow(judgement.sights, parts.redact)),
        traffic=_redact_services(count_traffic(judgement.templates), parts),
        revisions=parts.redact.shown(count_revisions(judgement.templates)),
        news=harvest.news,
        cursors=harvest.cursors,
        replay=make_replay(judgement.known, harvest) if harvest.is_repeatable else None,
        scope=digest_scope(judgement.known.request, parts.sources),
    )


def _redact_services(traffic: Sequence[TrafficGrowth], parts: Parts) -> tuple[TrafficGrowth, ...]:
    """The traffic of every minute, each service's name looked at once."""
    names = {name: parts.redact.text(name) for name in {row.service for row in traffic}}
    return tuple(
        row if names[row.service] == row.service else replace(row, service=names[row.service]) for row in traffic
    )


def _report(parts: Parts, judgement: Judgement, harvest: Harvest) -> Worklog:
    known = judgement.known
    worklog = make_worklog(
        judgement.clusters,
        judgement.templates,
        coverage=judgement.coverage,
        severities=harvest.tally.account.severities,
        commission=Commission(
            known.asked or known.request.window,
            known.request.window,
            known.request.service and parts.redact.text(known.request.service),
            tuple(map(parts.redact.text, known.sources)),
            known.generated,
            known.look_back,
        ),
        redact=parts.redact,
    )
    # Whoever deploys names services and revisions, and may write anything there.
    named = parts.redact.text(worklog.service)
    shown = replace(worklog, service=named, context=parts.redact.shown(worklog.context))
    return replace(shown, compared=compare_runs(shown, known.previous))


@contextmanager
def _closing(parts: Parts) -> Iterator[None]:
    """Give back what the sources hold, however it ends."""
    try:
        yield
    finally:
        for source in parts.sources:
            source.close()


def _key(template: Template, recipes: Sequence[Recipe]) -> tuple[str, str]:
    """What tells templates apart: generic lines of one text may be in several clusters."""
    return recipes[0].make_fingerprint(template), template.bucket


def _label(template: Template, clusters: dict[tuple[str, str], str], parts: Parts) -> Label:
    fingerprint, _ = key = _key(template, parts.recipes)
    cluster = clusters.get(key)
    sick = [(str(facet.severity), cluster) for facet in find_unhealthy(template)] if cluster else []
    return fingerprint, parts.redact.template(template, repair(template.text)), sick
