"""The report of one run, as a value."""

from dataclasses import dataclass
from datetime import datetime

from log_gardener.errors import LedgerError
from log_gardener.model.cluster import Cluster, RevisionSpan
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

    Raises:
        LedgerError: clusters and the long tail do not sum to the entries.
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

    def __post_init__(self) -> None:
        parts = sum(cluster.count for cluster in self.clusters) + self.other.entries + self.coverage.overflow
        by_severity = sum(count for _, count in self.severities)
        if parts != self.coverage.entries or by_severity != self.coverage.entries:
            msg = (
                f"{self.coverage.entries} entries were counted, but clusters and the rest hold {parts} "
                f"and severities {by_severity}; nothing is reported"
            )
            raise LedgerError(msg)

    @property
    def outcome(self) -> Outcome:
        """What may be concluded."""
        return self.coverage.outcome
