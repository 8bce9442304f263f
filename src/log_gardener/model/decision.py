"""What people decided about the grouping. It is text in the configuration, and wins over every rule."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Merge:
    """Issues that are one; the first of them keeps its id."""

    issues: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Split:
    """Templates, by fingerprint, that are an issue of their own; the first of them gives it its id."""

    templates: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True)
class Decisions:
    """All decisions, in any order."""

    merges: tuple[Merge, ...] = ()
    splits: tuple[Split, ...] = ()

    @cached_property
    def leads(self) -> dict[str, str]:
        """From the id of every merged issue to that of the issue that it is now."""
        return {issue: merge.issues[0] for merge in self.merges for issue in merge.issues}

    @cached_property
    def owners(self) -> dict[str, str]:
        """From the fingerprint of every split template to the id of the issue that it is now."""
        return {template: split.templates[0] for split in self.splits for template in split.templates}

    def lead(self, issue_id: str) -> str:
        """The id of the issue that an issue is now."""
        return self.leads.get(issue_id, issue_id)

    def list_merged(self, issue_id: str) -> list[str]:
        """The ids of all issues that are now one with this id, itself among them."""
        return sorted({issue_id, *(own for own, lead in self.leads.items() if lead == issue_id)})

    def find_conflicts(self) -> Iterator[str]:
        """What cannot be meant: an id in two decisions. Only what leads a merge may lead another."""
        leads = {decision.issues[0] for decision in self.merges}
        decided = [*leads, *(id_ for decision in self.merges for id_ in set(decision.issues[1:]))]
        decided += [id_ for decision in self.splits for id_ in set(decision.templates)]
        for id_, count in Counter(decided).items():
            if count > 1:
                yield f"{id_} is in two decisions; keep one of them"
