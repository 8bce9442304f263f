"""All that a plan is made of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from log_gardener.model.ledger import FilingPolicy, Ledger
from log_gardener.model.plan import Action, LeftAlone
from log_gardener.model.ticket import Draft, Event, Listing, Stop, Subject
from log_gardener.stages.mirror import Mirror


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a plan is made of.

    Attributes:
        tracker: its name.
        subjects: of the issues that were looked at, by id, the most urgent first.
        drafts: what their tickets are to say; of the dashboard too, if one is kept.
        mirrors: which tickets are theirs.
        listing: all tickets of ours.
        folds: from an issue that was found to follow from another one to that one.
        created: issues that this plan creates tickets of.
        wanted: issues that people asked to file, whatever their priority.
        unwanted: issues that people asked to mute.
        stop: why nothing is filed; `None` if nothing stops us.
        notice: what to say then.
        now_nanos: the present time, UTC.
        tell: words the comment on a change of state.
    """

    tracker: str
    subjects: Mapping[str, Subject]
    drafts: Mapping[str, Draft]
    mirrors: Mapping[str, Mirror]
    listing: Listing
    ledger: Ledger
    policy: FilingPolicy
    now_nanos: int
    tell: Callable[[Event, Subject | None], str]
    folds: Mapping[str, str] = field(default_factory=dict)
    created: frozenset[str] = frozenset()
    wanted: frozenset[str] = frozenset()
    unwanted: frozenset[str] = frozenset()
    stop: Stop | None = None
    notice: Draft | None = None

    @property
    def numbers(self) -> dict[str, int]:
        """By issue, the number of its ticket."""
        return {owner: one.ticket.number for owner, one in self.mirrors.items() if one.ticket}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a plan: what is to be done for one ticket.

    Attributes:
        before: by position in the actions, what an action replaces, for people.
    """

    actions: tuple[Action, ...] = ()
    left_alone: tuple[LeftAlone, ...] = ()
    before: Mapping[int, str] = field(default_factory=dict)
