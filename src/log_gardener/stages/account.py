"""What was read, and the worklog of it: the parts sum to the whole, or nothing is rendered."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from log_gardener._core import Account, Facet, Template
from log_gardener.model.cluster import Cluster
from log_gardener.model.coverage import Coverage, Problem, Refusal
from log_gardener.model.severity import Severity
from log_gardener.model.window import Window
from log_gardener.model.worklog import Context, Other, Recommendation, Worklog
from log_gardener.stages.analysis import ADVICE
from log_gardener.stages.compose import count_instances, read_entry
from log_gardener.stages.health import find_unhealthy
from log_gardener.stages.recipe import RECIPES
from log_gardener.stages.redaction import Redactor
from log_gardener.stages.revisions import find_revisions
from log_gardener.stages.timeline import make_timeline

# The platform's own labels that name one instance; of the rest, shared ones are context.
INSTANCE_LABELS = frozenset({"instanceId", "instance_id", "pod_name", "container_name"})


@dataclass(frozen=True, slots=True)
class Commission:
    """What was asked for, of whom and when.

    Attributes:
        requested: the window that was asked for; `None` for all that the sources hold.
        window: the window that was read: as asked, or wider.
        look_back: why it is wider.
    """

    requested: Window | None
    window: Window | None
    service: str | None
    sources: tuple[str, ...]
    generated: datetime
    look_back: str = ""


def make_coverage(account: Account, problems: Sequence[Problem], names: Mapping[str, str]) -> Coverage:
    """The account in the report's words; `names` maps a stream's identity to its name."""
    refusals = tuple(
        Refusal(row.reason, row.count, tuple(f"{names.get(source, source)}:{line}" for source, line in row.places))
        for row in account.refusals
    )
    caps = (
        (f"{account.overflow} entries had shapes beyond the limit and are in no template",) if account.overflow else ()
    )
    return Coverage(
        read=account.read,
        entries=account.entries,
        joined=account.joined,
        outside_window=account.outside,
        other_services=account.other_services,
        less_severe=account.less_severe,
        duplicates=account.duplicates,
        refusals=refusals,
        timeless=account.timeless,
        repaired=account.repaired,
        overflow=account.overflow,
        first_nanos=account.span[0] if account.span else None,
        last_nanos=account.span[1] if account.span else None,
        problems=tuple(problems),
        caps=caps,
    )


def find_window(coverage: Coverage, requested: Window | None) -> Window | None:
    """What the report is about: what was asked for, else what was found."""
    if requested or coverage.first_nanos is None or coverage.last_nanos is None:
        return requested
    return Window.around(coverage.first_nanos, coverage.last_nanos)


def make_worklog(
    clusters: Sequence[Cluster],
    templates: Sequence[Template],
    *,
    coverage: Coverage,
    severities: Sequence[tuple[str, int]],
    commission: Commission,
    redact: Redactor,
) -> Worklog:
    """The worklog of a run."""
    context = _make_context(templates, redact)
    named = [commission.service] if commission.service else list(context.services)
    ranked = sorted(severities, key=lambda row: -Severity(row[0]).rank)
    timeline, timeline_minutes = make_timeline(templates)
    return Worklog(
        generated=commission.generated.replace(second=0, microsecond=0),
        service=", ".join(named),
        requested=commission.requested,
        window=find_window(coverage, commission.window),
        sources=commission.sources,
        look_back=commission.look_back,
        coverage=coverage,
        severities=tuple((Severity(name), count) for name, count in ranked),
        clusters=tuple(clusters),
        other=_count_other(templates),
        recommendations=tuple(_recommend(cluster) for cluster in clusters),
        context=context,
        timeline=timeline,
        timeline_minutes=timeline_minutes,
    )


def _recommend(cluster: Cluster) -> Recommendation:
    return Recommendation(cluster.priority, f"{ADVICE[cluster.fault]}: {cluster.title}", cluster.id)


def _count_other(templates: Sequence[Template]) -> Other:
    entries = 0
    healthy_templates = 0
    generic_templates = set()
    for template in templates:
        unhealthy = find_unhealthy(template)
        healthy = sum(facet.count for facet in template.facets) - sum(facet.count for facet in unhealthy)
        entries += healthy
        if healthy and template.bucket:
            # Generic lines of one text are one template, whatever instances wrote them.
            generic_templates.add(RECIPES[0].make_fingerprint(template))
        else:
            healthy_templates += healthy > 0
    return Other(entries, healthy_templates + len(generic_templates))


def _make_context(templates: Sequence[Template], redact: Redactor) -> Context:
    by_service: dict[str, list[Facet]] = {}
    for template in templates:
        if template.service:
            by_service.setdefault(template.service, []).extend(template.facets)
    services = tuple(sorted(by_service))
    return Context(
        services=services,
        resources=tuple(sorted({template.resource for template in templates if template.resource})),
        instances=tuple((name, count_instances(by_service[name])) for name in services),
        revisions=tuple((name, find_revisions(by_service[name])) for name in services),
        labels=tuple((name, _find_shared_labels(by_service[name], redact)) for name in services),
    )


def _find_shared_labels(facets: Sequence[Facet], redact: Redactor) -> tuple[str, ...]:
    """Labels with one value only in all kept entries that bear them."""
    values: dict[str, Counter[str]] = {}
    for exemplar in (exemplar for facet in facets for exemplar in facet.exemplars):
        labels = redact.entry(read_entry(exemplar.json).get("labels"))
        for name, value in labels.items() if isinstance(labels, dict) else ():
            values.setdefault(name, Counter())[str(value)] += 1
    shared = {name: next(iter(counts)) for name, counts in values.items() if len(counts) == 1}
    return tuple(f"{name}={value}" for name, value in sorted(shared.items()) if name not in INSTANCE_LABELS)
