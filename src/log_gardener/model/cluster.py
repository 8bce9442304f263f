"""An issue as seen in one window."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from log_gardener.model.priority import FaultClass, Frequency, Priority, Reason
from log_gardener.model.severity import Severity


class Trend(StrEnum):
    """How an issue moves; derived, never set."""

    NEW = "new"
    ONGOING = "ongoing"
    ESCALATING = "escalating"
    REGRESSED = "regressed"
    QUIET = "quiet"


class Status(StrEnum):
    """What people decided about an issue."""

    OPEN = "open"
    RESOLVED = "resolved"
    MUTED = "muted"


@dataclass(frozen=True, slots=True)
class TemplateCount:
    """A template of a cluster, and how many of the cluster's entries bear it."""

    id: str
    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Location:
    """A place in the code; what is unknown is `None`. Lines are facts to show, never keys."""

    module: str | None
    function: str | None
    line: int | None
    file: str | None


@dataclass(frozen=True, slots=True)
class RevisionSpan:
    """A deployed revision: how many of the cluster's entries it wrote, first and last, UTC nanoseconds."""

    name: str
    count: int
    first_nanos: int | None
    last_nanos: int | None


@dataclass(frozen=True, slots=True)
class Entity:
    """Users, connections, sessions and the like that occur in a cluster.

    Attributes:
        kind: the word before the values, such as `user`.
        distinct: how many different ones; an estimate if not `is_exact`.
        is_exact: whether `distinct` was counted.
        values: some of them, the most frequent first.
    """

    kind: str
    distinct: int
    is_exact: bool
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownValue:
    """What stands in an entry in the place of a variable of its template; its kind, such as `ip`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """A verbatim entry, redacted, and its values in the order of its template's text."""

    insert_id: str
    nanos: int | None
    entry: dict[str, Any]
    values: tuple[ShownValue, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """How a cluster is tied to another, with its evidence.

    Attributes:
        strength: the share of the cluster, 0 to 1, that the evidence speaks of.
    """

    kind: str
    to: str
    evidence: str
    strength: float


@dataclass(frozen=True, slots=True)
class Symptom:
    """A consequence of a cluster's root: its template's text, its entries, and what ties it to the root."""

    text: str
    count: int
    evidence: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """An issue in one window: its counts, templates, places and exemplars. All text is redacted.

    Attributes:
        id: the issue's fingerprint.
        fingerprints: those of every template in it.
        title: one line.
        fault: class of fault.
        score: sum of the reasons' points.
        count: entries, symptoms included.
        occurrences: entries of the root and what is one with it; the frequency is of these.
        minutes: entries by minute since 1970, ascending.
        symptoms: for a cascade, what follows from its root.
    """

    id: str
    fingerprints: tuple[str, ...]
    title: str
    services: tuple[str, ...]
    fault: FaultClass
    priority: Priority
    score: int
    reasons: tuple[Reason, ...]
    severity: Severity
    frequency: Frequency
    count: int
    occurrences: int
    first_nanos: int | None
    last_nanos: int | None
    minutes: tuple[tuple[int, int], ...]
    trend: Trend
    status: Status
    templates: tuple[TemplateCount, ...]
    locations: tuple[Location, ...]
    revisions: tuple[RevisionSpan, ...]
    instances: int
    entities: tuple[Entity, ...]
    exemplars: tuple[ShownEntry, ...]
    analysis: tuple[str, ...]
    symptoms: tuple[Symptom, ...] = ()
    relations: tuple[Relation, ...] = ()
    ticket: str | None = None
