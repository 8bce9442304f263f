"""What was read, judged: templates to issues, against what is remembered of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from log_gardener._core import Template
from log_gardener.model.cluster import Cluster
from log_gardener.model.coverage import Coverage, Probe, Problem
from log_gardener.model.decision import Decisions
from log_gardener.model.instant import NANOS_PER_MINUTE, to_nanos
from log_gardener.model.issue import Issue, Memory
from log_gardener.model.policy import Policy
from log_gardener.model.window import Window
from log_gardener.ports import Clock, Engine, Harvest, Observer, Request, Source, Store
from log_gardener.replay import Known, digest_redaction, digest_scope
from log_gardener.stages.account import find_window, make_coverage
from log_gardener.stages.decide import decide_memory
from log_gardener.stages.garden import Sight, WindowContext, find_known, make_sights, unite
from log_gardener.stages.identify import bundle, find_findings
from log_gardener.stages.previous import Past, make_past
from log_gardener.stages.recipe import RECIPES, Recipe
from log_gardener.stages.redaction import Redactor
from log_gardener.stages.relate import find_cascades
from log_gardener.stages.revisions import Traffic, find_traffic
from log_gardener.stages.trend import HOURS_PER_WEEK, MINUTES_PER_HOUR, WEEKS, Moment, sum_hours


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that a run is made of; `wiring` puts it together.

    Attributes:
        look_back: how far before a window to read for the beginning of what is urgent; `None` for not at all.
    """

    sources: Sequence[Source]
    engine: Engine
    store: Store
    clock: Clock
    observer: Observer
    policy: Policy
    redact: Redactor
    decisions: Decisions = field(default_factory=Decisions)
    recipes: Sequence[Recipe] = RECIPES
    look_back: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a window shows, and what was known when it was judged."""

    sights: Sequence[Sight]
    templates: Sequence[Template]
    coverage: Coverage
    known: Known

    @property
    def clusters(self) -> list[Cluster]:
        """The clusters, the most urgent first."""
        return [sight.cluster for sight in self.sights]

    def looked_back(self, asked: Window | None, why: str) -> "Judgement":
        """This judgement of a window that is wider than the one that was asked for, and why."""
        return replace(self, known=replace(self.known, asked=asked, look_back=why))

    def compared_with(self, previous: Past | None) -> "Judgement":
        """This judgement, to be compared with an earlier run."""
        return replace(self, known=replace(self.known, previous=previous))


def judge(
    parts: Parts,
    request: Request,
    memory: Memory,
    *,
    harvest: Harvest,
    probes: Sequence[Probe] = (),
    known: Known | None = None,
) -> Judgement:
    """Judge what was read: against memory, or against what an earlier run knew of it."""
    with parts.observer.enter("grouping"):
        templates = harvest.tally.generalise()
    coverage = _make_coverage(harvest, probes, parts.redact)
    window = find_window(coverage, request.window)
    traffic = find_traffic(templates)
    now = parts.clock()
    present = Moment(window.nanos[0] if window else None, to_nanos(now), {}, _join_revisions(memory, traffic))
    decided = decide_memory(memory, parts.decisions)
    context = WindowContext(decided, present, traffic, parts.policy, parts.decisions)
    united = unite(find_cascades(bundle(find_findings(templates, parts.recipes))), context, parts.redact)
    issues = find_known(united, context, parts.redact)
    hours = known.hours if known else _find_hours_before(parts, issues, present)
    seen = make_sights(united, replace(context, present=replace(present, hours=hours)), parts.redact)
    tickets = _find_tickets(seen, memory, parts.decisions)
    sights = [replace(one, cluster=replace(one.cluster, ticket=tickets.get(one.cluster.id))) for one in seen]
    facts = _tell(replace(parts, clock=lambda: now), request, memory, issues=issues, hours=hours)
    return Judgement(sights, templates, coverage, replace(facts, tickets=tickets))


def find_previous(parts: Parts, judgement: Judgement) -> Past | None:
    """The run of the latest window before this one, of those that were asked the same of the same sources."""
    known = judgement.known
    window = find_window(judgement.coverage, known.asked or known.request.window)
    scope = digest_scope(known.request, parts.sources)
    found = parts.store.find_run_before(scope, window) if window and scope else None
    return make_past(*found, parts.decisions, parts.redact) if found else None


def _find_tickets(sights: Iterable[Sight], memory: Memory, decisions: Decisions) -> dict[str, str]:
    """By issue, the address of its ticket, or else of the ticket of one that was merged into it."""
    found: dict[str, str] = {}
    for lead in sorted(sight.cluster.id for sight in sights):
        own = (memory.tickets[one] for one in (lead, *decisions.list_merged(lead)) if one in memory.tickets)
        if (address := next(own, None)) is not None:
            found[lead] = address
    return found


def _make_coverage(harvest: Harvest, probes: Sequence[Probe], redact: Redactor) -> Coverage:
    """What was read. Whose files these are may stand in the names of sources."""
    names = {identity: redact.text(name) for identity, name in harvest.names.items()}
    coverage = make_coverage(harvest.tally.account, redact_problems(harvest.problems, redact), names)
    told = (replace(one, source=redact.text(one.source), detail=redact.text(one.detail)) for one in probes)
    caps = (*coverage.caps, *map(redact.text, harvest.caps))
    return replace(coverage, caps=caps, late=harvest.late, probes=tuple(told))


def redact_problems(problems: Sequence[Problem], redact: Redactor) -> tuple[Problem, ...]:
    """Problems as they may be told: who administers a project may stand in what a service refuses."""
    return tuple(Problem(redact.text(one.source), redact.text(one.reason)) for one in problems)


def tell_redaction(redact: Redactor) -> str:
    """What tells whether another run redacts alike."""
    return digest_redaction(redact.key, redact.rules, redact.allowed)


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
        redaction=tell_redaction(parts.redact),
        issues=used,
        first_nanos=memory.first_nanos,
        revisions=memory.revisions,
        hours=hours,
    )
