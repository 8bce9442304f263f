"""Remembered issues and the tickets of a tracker, to a plan: what would be changed, each change with its reason.

Pure: equal scenes give equal plans, and the plan of a tracker on which a plan was carried out is empty.
"""

from dataclasses import dataclass, field, replace
from itertools import islice

from log_gardener.model.cluster import Status
from log_gardener.model.instant import NANOS_PER_SECOND
from log_gardener.model.ledger import LedgerTicket
from log_gardener.model.plan import Action, ActionKind, LeftAlone, Plan
from log_gardener.model.ticket import Fate, Subject, list_named
from log_gardener.stages.boards import show_dashboard, stop_filing
from log_gardener.stages.candidacy import Candidacy, find_candidacy, find_pending
from log_gardener.stages.events import make_told
from log_gardener.stages.headline import NEW, REGRESSION, Headline
from log_gardener.stages.mirror import NONE, Mirror
from log_gardener.stages.scene import Part, Scene
from log_gardener.stages.upholding import list_labels, uphold


@dataclass(slots=True)
class _Draftboard:
    """The plan, while it is made."""

    actions: list[Action] = field(default_factory=list)
    left_alone: list[LeftAlone] = field(default_factory=list)
    before: dict[int, str] = field(default_factory=dict)
    created: dict[str, Action] = field(default_factory=dict)

    def take(self, part: Part) -> None:
        """Add what is to be done for a ticket."""
        self.before |= {len(self.actions) + at: text for at, text in part.before.items()}
        self.actions += part.actions
        self.left_alone += part.left_alone


def reconcile(scene: Scene) -> Plan:
    """The plan that makes a tracker tell what is remembered."""
    board = _Draftboard()
    if scene.stop:
        board.take(stop_filing(scene, scene.stop))
    else:
        board.take(_bury(scene))
        _file(scene, board)
        _name_created(board)
        board.take(show_dashboard(scene, names_new=bool(board.created)))
        board.take(_mute(scene))
    spoken = sorted({row.issue for row in board.actions} | {row.issue for row in board.left_alone})
    titles = {one: scene.subjects[one].issue.title for one in spoken if one in scene.subjects}
    return Plan(
        tracker=scene.tracker,
        actions=tuple(board.actions),
        numbers=scene.numbers,
        made_nanos=scene.now_nanos,
        left_alone=tuple(board.left_alone),
        titles=titles,
        before=board.before,
    )


def find_new(scene: Scene) -> dict[str, Candidacy]:
    """Of every issue that was looked at, whether it is to get a new ticket."""
    found: dict[str, Candidacy] = {}
    for issue_id, subject in scene.subjects.items():
        mirror = scene.mirrors.get(issue_id, NONE)
        candidacy = find_candidacy(subject.issue, mirror, scene.policy, scene.now_nanos)
        if issue_id in scene.folds:
            candidacy = Candidacy(is_new=False, why="" if mirror.ticket else f"it follows from {scene.folds[issue_id]}")
        elif issue_id in scene.wanted and mirror.ticket is None and not mirror.fate:
            candidacy = Candidacy(is_new=True)
        if candidacy.is_new:
            unsettled, settle = scene.ledger.unsettled, scene.policy.settle_nanos
            pending = find_pending(issue_id, unsettled, settle, scene.now_nanos)
            candidacy = Candidacy(not pending, pending)
        found[issue_id] = candidacy
    return found


def list_created(scene: Scene) -> list[str]:
    """The issues of which a plan creates tickets, the most urgent first: no more than the policy lets one plan."""
    new = (issue_id for issue_id, candidacy in find_new(scene).items() if candidacy.is_new)
    return list(islice(new, scene.policy.most_new))


def _file(scene: Scene, board: _Draftboard) -> None:
    """New tickets first, so that what is written to the others can name them."""
    candidacies = find_new(scene)
    created = [_create(scene, scene.subjects[one], scene.mirrors.get(one, NONE)) for one in list_created(scene)]
    board.created = {action.issue: action for action in created}
    board.take(Part(tuple(created)))
    scene = replace(scene, created=frozenset(board.created))
    for issue_id, subject in scene.subjects.items():
        mirror = scene.mirrors.get(issue_id, NONE)
        why = candidacies[issue_id].why
        if candidacies[issue_id].is_new and issue_id not in board.created:
            why = f"{scene.policy.most_new:,} new tickets are the most that one plan creates; it comes with a later one"
        if why:
            board.left_alone.append(LeftAlone(issue_id, why, mirror.known.number if mirror.known else None))
        if mirror.ticket is not None and issue_id not in board.created:
            board.take(uphold(scene, subject, mirror))


def _bury(scene: Scene) -> Part:
    """What makes the ledger know which tickets people deleted or moved: they are none of ours any more."""
    gone = [known for known in scene.ledger.tickets if known.fate is None and known.number in scene.listing.fates]
    return Part(tuple(_remember_gone(known, scene.listing.fates[known.number]) for known in gone))


def _remember_gone(known: LedgerTicket, fate: Fate) -> Action:
    return Action(ActionKind.REMEMBER, known.issue, f"#{known.number} was {fate}", known.number, fate=fate)


def _create(scene: Scene, subject: Subject, mirror: Mirror) -> Action:
    issue, draft, former = subject.issue, scene.drafts[subject.issue.id], mirror.ticket
    word = NEW if former is None else REGRESSION
    reason = "new, and no ticket of it is known"
    if former is not None:
        reason = f"back too long after #{former.number} was closed to reopen that"
    return Action(
        ActionKind.CREATE,
        issue.id,
        reason,
        title=str(Headline(word, issue.priority, draft.name)),
        text=draft.block,
        after=former.number if former else None,
        labels=(scene.policy.label, *list_labels(scene.policy, issue.priority)),
        links=subject.links,
        told=make_told(subject, None, scene.now_nanos // NANOS_PER_SECOND),
    )


def _name_created(board: _Draftboard) -> None:
    """Write once more what names tickets that did not exist when it was written."""
    for issue_id, action in board.created.items():
        named = [one for one in list_named(action.text) if one in board.created and one != issue_id]
        if named:
            reason = "names the tickets that this plan creates"
            board.actions.append(Action(ActionKind.EDIT, issue_id, reason, text=action.text))


def _mute(scene: Scene) -> Part:
    """What people ticked in the dashboard."""
    asked = [scene.subjects[one].issue for one in sorted(scene.unwanted) if one in scene.subjects]
    reason = "its box in the dashboard was ticked"
    decided = (Action(ActionKind.DECIDE, one.id, reason) for one in asked if one.status is Status.OPEN)
    return Part(tuple(replace(one, status=Status.MUTED, nanos=scene.now_nanos) for one in decided))
