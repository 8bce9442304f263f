"""What is remembered of an issue from run to run."""

from dataclasses import dataclass
from functools import cached_property

from log_gardener.model.cluster import Status
from log_gardener.model.priority import Priority
from log_gardener.model.severity import Severity


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
class Issue:
    """One lasting problem.

    Attributes:
        id: its first fingerprint, recipe included.
        fingerprints: all that lead to it, aliases included.
        count: entries ever counted, each once.
        first_nanos: earliest of them, UTC; `None` without any time.
        last_nanos: latest of them.
        minutes: entries by minute since 1970, ascending.
        templates: those behind the fingerprints, so that a wider or narrower one is recognised.
    """

    id: str
    fingerprints: tuple[str, ...]
    title: str
    service: str
    priority: Priority
    severity: Severity
    status: Status
    count: int
    first_nanos: int | None
    last_nanos: int | None
    minutes: tuple[tuple[int, int], ...] = ()
    templates: tuple[KnownTemplate, ...] = ()


@dataclass(frozen=True)
class Memory:
    """What earlier runs knew, read before a run.

    Attributes:
        issues: every remembered issue, without its minutes.
        identities: hour since 1970 to the identities of entries counted in it (see `_core.Seen`).
        first_nanos: earliest entry ever counted, UTC; `None` if there is none.
    """

    issues: tuple[Issue, ...]
    identities: tuple[tuple[int, bytes], ...]
    first_nanos: int | None

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
class Growth:
    """What a run adds to one issue: entries that no earlier run had counted.

    Attributes:
        count: how many.
        minutes: by minute since 1970, ascending.
    """

    issue: Issue
    count: int
    minutes: tuple[tuple[int, int], ...]
