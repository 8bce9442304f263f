"""What is remembered, read once and looked at by many: all of it is of one version."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar, cast

from log_gardener.garden import Garden
from log_gardener.model.issue import Issue, Verdict

_Found = TypeVar("_Found")

# Answers that are kept of one version: fifty histories of a year take two megabytes.
MOST_KEPT = 100

# No hour since 1970: of the entries that were counted nothing is asked.
_NO_HOURS = (0, -1)


@dataclass(frozen=True)
class Snapshot(Garden):
    """A garden that has read what it is asked for all the time.

    Attributes:
        version: of state and configuration together.
        issues: all of them, the most urgent first, as people's decisions have them.
        verdicts: by remembered issue, before any merge, what people decided about it.
        addresses: by remembered issue, the address of its ticket.
        revisions: names of all revisions, the latest first.
    """

    version: str = ""
    issues: tuple[Issue, ...] = ()
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    revisions: tuple[str, ...] = ()
    kept: dict[object, object] = field(default_factory=dict)

    @cached_property
    def by_id(self) -> dict[str, Issue]:
        """From the id of every issue to it."""
        return {issue.id: issue for issue in self.issues}

    @cached_property
    def services(self) -> tuple[str, ...]:
        """Of all issues, by name."""
        return tuple(sorted({name for issue in self.issues for name in issue.service.split(", ") if name}))

    def list_issues(self) -> list[Issue]:
        """All remembered issues, the most urgent first."""
        return list(self.issues)

    def find_issue(self, prefix: str) -> Issue:
        """The issue whose id starts with a prefix.

        Raises:
            UnknownIssueError: there is none, or more than one.
        """
        return self.by_id.get(prefix) or super().find_issue(prefix)

    def find_tickets(self, issues: Sequence[Issue]) -> dict[str, str]:
        """By issue, the address of its ticket, or else of the ticket of one that was merged into it."""
        return self.pick_tickets(issues, self.addresses)

    def keep(self, key: object, find: Callable[[], _Found]) -> _Found:
        """What was found for a key before, or is now."""
        if key not in self.kept:
            if len(self.kept) >= MOST_KEPT:
                self.kept.clear()
            self.kept[key] = find()
        return cast("_Found", self.kept[key])


def take_snapshot(garden: Garden, version: str) -> Snapshot:
    """Read a garden; the version was asked for before, so that what is written meanwhile is read next time."""
    memory = garden.store.recall(_NO_HOURS)
    firsts: dict[str, int] = {}
    for own in memory.revisions.values():
        firsts |= {name: max(nanos, firsts.get(name, nanos)) for name, nanos in own.items()}
    return Snapshot(
        garden.store,
        garden.decisions,
        garden.quiet_after,
        version=version,
        issues=tuple(garden.tell(memory.issues)),
        verdicts={issue.id: issue.verdict for issue in memory.issues},
        addresses=memory.tickets,
        revisions=tuple(sorted(firsts, key=lambda name: (-firsts[name], name))),
    )
