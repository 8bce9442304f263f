"""The report of one run, as a value."""

from dataclasses import dataclass
from datetime import datetime

from log_gardener.errors import LedgerError
from log_gardener.model.cluster import Cluster, RevisionSpan
from log_gardener.model.compared import Compared
from log_gardener.model.coverage import Coverage, Outcome
from log_gardener.model.priority import Priority
from log_gardener.model.severity import Severity
from log_gardener.model.window import Window


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What to do about a cluster, worded by its class of fault."""

    priority: Priority
    text: str
    cluster: str


@dataclass(frozen=True, slots=True)
class Other:
    """The long tail: entries in no cluster, in how many templates."""

    entries: int
    templates: int


@dataclass(frozen=True, slots=True)
class Context:
    """Facts about what wrote the logs.

    Attributes:
        services: names.
        resources: resource types.
        instances: how many, by service; an estimate above a few dozen.
        revisions: spans by service.
        labels: labels that all shown entries of a service share, as `key=value`.
    """

    services: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    instances: tuple[tuple[str, int], ...] = ()
    revisions: tuple[tuple[str, tuple[RevisionSpan, ...]], ...] = ()
    labels: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Worklog:
    """Everything that a report shows, and nothing that is not in the entries.

    Attributes:
        generated: UTC, to the minute.
        requested: the window that was asked for; `None` for all that the sources hold.
        window: what was read: as asked for, or wider (see `look_back`), or else what was found; `None` if nothing
            bears a time.
        sources: names of what was read.
        look_back: why the window is wider than the one that was asked for; empty if it is not.
        timeline: minute since 1970 UTC, severity, and entries, ascending; of all entries that bear a time and are in
            a template, the healthy ones too. Where a row stands for several minutes it names the first of them.
        timeline_minutes: for how many minutes a row stands, a power of two.
        compared: what has changed since the previous run that was asked for the same; `None` if there is none.

    Raises:
        LedgerError: clusters and the long tail do not sum to the entries, or the timeline does not.
    """

    generated: datetime
    service: str
    requested: Window | None
    window: Window | None
    sources: tuple[str, ...]
    coverage: Coverage
    severities: tuple[tuple[Severity, int], ...]
    clusters: tuple[Cluster, ...]
    other: Other
    recommendations: tuple[Recommendation, ...]
    context: Context
    look_back: str = ""
    timeline: tuple[tuple[int, Severity, int], ...] = ()
    timeline_minutes: int = 1
    compared: Compared | None = None

    def __post_init__(self) -> None:
        parts = sum(cluster.count for cluster in self.clusters) + self.other.entries + self.coverage.overflow
        by_severity = sum(count for _, count in self.severities)
        if parts != self.coverage.entries or by_severity != self.coverage.entries:
            msg = (
                f"{self.coverage.entries} entries were counted, but clusters and the rest hold {parts} "
                f"and severities {by_severity}; nothing is reported"
            )
            raise LedgerError(msg)
        in_templates, in_time = self.coverage.entries - self.coverage.overflow, sum(row[2] for row in self.timeline)
        if self.timeline and not in_templates - self.coverage.timeless <= in_time <= in_templates:
            msg = f"{in_templates} entries are in templates, and the timeline holds {in_time}; nothing is reported"
            raise LedgerError(msg)

    @property
    def outcome(self) -> Outcome:
        """What may be concluded."""
        return self.coverage.outcome
