"""What is remembered of an issue from run to run."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

from log_gardener.model.cluster import Entity, RevisionSpan, ShownEntry, Status, Trend
from log_gardener.model.priority import Priority
from log_gardener.model.severity import Severity
from log_gardener.model.worklog import Worklog

Bucket: TypeAlias = tuple[int, int, int]
"""First minute since 1970, how many minutes, and the entries in them."""


@dataclass(frozen=True, slots=True)
class KnownTemplate:
    """A template that leads to an issue: what identifies it, its redacted text, and why it is in the issue.

    Attributes:
        frames: of a trace, `function in module`, innermost first.
        tie: why it is one issue with the root; empty for the root, and for what an older release remembered.
    """

    fingerprint: str
    kind: str
    module: str
    function: str
    text: str
    service: str = ""
    resource: str = ""
    frames: tuple[str, ...] = ()
    tie: str = ""


@dataclass(frozen=True, slots=True)
class Mute:
    """How long an issue is muted; an escalation ends it in any case.

    Attributes:
        until_nanos: up to this time, UTC.
        count: until so many entries were ever counted.
    """

    until_nanos: int | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """When an issue was resolved; entries of that time or before do not bring it back.

    Attributes:
        nanos: UTC.
        revision: the revision with the fix: entries of older ones do not bring it back either.
    """

    nanos: int
    revision: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What people decided about an issue.

    Attributes:
        locked: the priority that no run changes.
    """

    status: Status = Status.OPEN
    mute: Mute | None = None
    resolution: Resolution | None = None
    locked: Priority | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """One lasting problem.

    Attributes:
        id: its first fingerprint, recipe included.
        fingerprints: all that lead to it, aliases included.
        count: entries ever counted, each once.
        first_nanos: earliest of them, UTC; `None` without any time.
        last_nanos: latest of them.
        trend: as the latest run that saw it derived it, or quiet.
        history: entries by time, ascending; the older, the coarser.
        templates: those behind the fingerprints, so that a wider or narrower one is recognised.
    """

    id: str
    fingerprints: tuple[str, ...]
    title: str
    service: str
    priority: Priority
    severity: Severity
    count: int
    first_nanos: int | None
    last_nanos: int | None
    trend: Trend = Trend.NEW
    verdict: Verdict = field(default_factory=Verdict)
    history: tuple[Bucket, ...] = ()
    templates: tuple[KnownTemplate, ...] = ()

    @property
    def status(self) -> Status:
        """What people decided."""
        return self.verdict.status

    @property
    def minutes(self) -> tuple[tuple[int, int], ...]:
        """The history without its widths, to be drawn."""
        return tuple((minute, count) for minute, _, count in self.history)


@dataclass(frozen=True, slots=True)
class IssueDetails:
    """What is remembered of one issue beside its counts.

    Attributes:
        revisions: by first appearance.
        exemplars: the first one, then the latest ones, redacted.
        decisions: what people, or the end of what they decided, did to it: time in nanoseconds, action, detail.
    """

    revisions: tuple[RevisionSpan, ...] = ()
    entities: tuple[Entity, ...] = ()
    exemplars: tuple[ShownEntry, ...] = ()
    decisions: tuple[tuple[int, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted in a window or of a revision: entries by issue, entries and requests by service."""

    issues: dict[str, int]
    entries: dict[str, int]
    requests: dict[str, int]


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run as it is remembered.

    Attributes:
        first_nanos: of the entries that it counted, UTC; with `last_nanos` the covered span.
        is_kept: whether its worklog is kept, and what is needed to repeat it.
    """

    id: int
    generated_nanos: int
    outcome: str
    entries: int
    first_nanos: int | None
    last_nanos: int | None
    digest: str
    version: str
    is_kept: bool


@dataclass(frozen=True, slots=True)
class Pruning:
    """How much was dropped: runs' worklogs, buckets of counts."""

    worklogs: int
    buckets: int


@dataclass(frozen=True, slots=True)
class Checkup:
    """How a state is.

    Attributes:
        faults: what is wrong with it, each with what to do.
        rows: by table.
        size: bytes on disk; `None` where nobody tells.
    """

    name: str
    schema: str
    faults: tuple[str, ...]
    rows: dict[str, int]
    size: int | None


@dataclass(frozen=True)
class Memory:
    """What earlier runs knew, read before a run.

    Attributes:
        issues: every remembered issue, without its history.
        identities: hour since 1970 to the identities of entries counted in it (see `_core.Seen`).
        first_nanos: earliest entry ever counted, UTC; `None` if there is none.
        closed_hours: hours of which no entry is added to history any more, for its identities are gone.
        revisions: by service, when each of its revisions was first seen, UTC.
        cursors: by source, up to when it was read, UTC nanoseconds.
        tickets: by issue, the address of its latest ticket that is not gone, of any tracker.
    """

    issues: tuple[Issue, ...]
    identities: tuple[tuple[int, bytes], ...]
    first_nanos: int | None
    closed_hours: tuple[int, ...] = ()
    revisions: dict[str, dict[str, int]] = field(default_factory=dict)
    cursors: dict[str, int] = field(default_factory=dict)
    tickets: dict[str, str] = field(default_factory=dict)

    @cached_property
    def by_id(self) -> dict[str, Issue]:
        """From the id of every issue to it."""
        return {issue.id: issue for issue in self.issues}

    @cached_property
    def by_fingerprint(self) -> dict[str, Issue]:
        """From every fingerprint to the issue that it leads to."""
        return {fingerprint: issue for issue in self.issues for fingerprint in issue.fingerprints}

    @cached_property
    def by_place(self) -> dict[tuple[str, str, str], list[tuple[Issue, KnownTemplate]]]:
        """From kind, module and function to the known templates there, in order of issue."""
        places: dict[tuple[str, str, str], list[tuple[Issue, KnownTemplate]]] = {}
        for issue in sorted(self.issues, key=lambda issue: issue.id):
            for known in issue.templates:
                places.setdefault((known.kind, known.module, known.function), []).append((issue, known))
        return places


@dataclass(frozen=True, slots=True)
class RevisionGrowth:
    """What a run adds to a revision of a service; of an issue it counts no requests."""

    service: str
    revision: str
    entries: int
    first_nanos: int | None
    last_nanos: int | None
    requests: int = 0


@dataclass(frozen=True, slots=True)
class Growth:
    """What a run adds to one issue: entries that no earlier run had counted.

    Attributes:
        issue: as this run saw it.
        count: how many.
        minutes: by minute since 1970, ascending.
        entities: kind, rank and value, redacted: a bottom-k sketch by kind.
        exemplars: entries to show, redacted.
        ended: why a decision of people has ended by itself; empty if none has.
    """

    issue: Issue
    count: int
    minutes: tuple[tuple[int, int], ...]
    revisions: tuple[RevisionGrowth, ...] = ()
    entities: tuple[tuple[str, int, str], ...] = ()
    exemplars: tuple[ShownEntry, ...] = ()
    ended: str = ""


@dataclass(frozen=True, slots=True)
class TrafficGrowth:
    """What a run adds to the traffic of a service in a minute."""

    service: str
    minute: int
    entries: int
    requests: int


@dataclass(frozen=True, slots=True)
class Replay:
    """What a run needs to be repeated to the byte.

    Attributes:
        digest: of the bytes that it read.
        version: of the tool that ran.
        facts: what it was asked and what it knew, as plain JSON values.
    """

    digest: str
    version: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """All that a run leaves behind, committed at once.

    Attributes:
        news: hour since 1970 to the identities of entries that were counted for the first time.
        cursors: by source, up to when it was read, UTC nanoseconds.
        replay: what is needed to repeat it; `None` if that is not kept.
        scope: the same for runs that were asked the same of the same sources; empty if it compares with none.
    """

    worklog: Worklog
    growths: tuple[Growth, ...]
    traffic: tuple[TrafficGrowth, ...]
    revisions: tuple[RevisionGrowth, ...]
    news: tuple[tuple[int, bytes], ...]
    cursors: dict[str, int] = field(default_factory=dict)
    replay: Replay | None = None
    scope: str = ""
