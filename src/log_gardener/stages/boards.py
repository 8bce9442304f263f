"""Tickets that speak of the garden as a whole: the notice that nothing is filed, and the dashboard."""

from log_gardener.model.ledger import DASHBOARD, NOTICE
from log_gardener.model.plan import Action, ActionKind, LeftAlone
from log_gardener.model.ticket import Draft, Stop, TicketState
from log_gardener.stages.candidacy import find_pending
from log_gardener.stages.marker import MarkedBlock, find_mark
from log_gardener.stages.mirror import NONE, Mirror
from log_gardener.stages.scene import Part, Scene
from log_gardener.stages.upholding import heal, remember


def stop_filing(scene: Scene, stop: Stop) -> Part:
    """One notice, once, and nothing else."""
    mirror = scene.mirrors.get(NOTICE, NONE)
    ticket = mirror.ticket
    adopted = _take_up(scene, NOTICE, mirror)
    why = _find_pending(scene, NOTICE)
    if _is_said(scene, mirror):
        why = f"nothing is filed: {stop.why}; that was said before"
    if why or mirror.fate:
        why = why or f"nothing is filed: {stop.why}; the notice was {mirror.fate}, so that it is not said again"
        return Part(adopted, (LeftAlone(NOTICE, why, ticket.number if ticket else None),))
    draft = scene.notice or Draft("nothing is filed", stop.why)
    return Part((*adopted, _create(scene, NOTICE, draft, f"nothing is filed: {stop.why}", mirror)))


def _create(scene: Scene, name: str, draft: Draft, reason: str, mirror: Mirror = NONE) -> Action:
    after = mirror.ticket.number if mirror.ticket else None
    labels = (scene.policy.label,)
    return Action(ActionKind.CREATE, name, reason, title=draft.name, text=draft.block, labels=labels, after=after)


def _take_up(scene: Scene, name: str, mirror: Mirror) -> tuple[Action, ...]:
    """Know a ticket that the ledger does not, and close further ones."""
    adopted = (remember(name, mirror.ticket),) if mirror.ticket and mirror.known is None else ()
    return (*heal(scene, mirror, name), *adopted)


def _find_pending(scene: Scene, name: str) -> str:
    return find_pending(name, scene.ledger.unsettled, scene.policy.settle_nanos, scene.now_nanos)


def _is_said(scene: Scene, mirror: Mirror) -> bool:
    """Whether a notice is open, or was closed so lately that it need not be said again."""
    ticket = mirror.ticket
    if ticket is None or ticket.state is TicketState.OPEN:
        return ticket is not None
    return scene.now_nanos - (ticket.closed_nanos or 0) < scene.policy.reopen_nanos


def show_dashboard(scene: Scene, *, names_new: bool) -> Part:
    """The dashboard as it should be, if one is kept; written anew if it names tickets that the plan creates."""
    draft, mirror = scene.drafts.get(DASHBOARD), scene.mirrors.get(DASHBOARD, NONE)
    if draft is None:
        return Part()
    ticket = mirror.ticket
    if ticket is None:
        why = _find_pending(scene, DASHBOARD)
        if why or mirror.fate:
            return Part((), (LeftAlone(DASHBOARD, why or f"it was {mirror.fate}; it is not made again"),))
        # It comes last, so that the tickets that it names are there.
        return Part((_create(scene, DASHBOARD, draft, "the dashboard is asked for, and there is none"),))
    adopted = _take_up(scene, DASHBOARD, mirror)
    mark = find_mark(ticket.body, [DASHBOARD])
    if mark is None or ticket.state is TicketState.CLOSED or scene.policy.quiet_label in ticket.labels:
        return Part(adopted, (LeftAlone(DASHBOARD, "people closed it, or took its text away", ticket.number),))
    if not _is_due(scene, mirror, mark, draft, names_new=names_new):
        return Part(adopted)
    reason, expected = "what it lists has changed", mark.digest
    edited = Action(ActionKind.EDIT, DASHBOARD, reason, ticket.number, text=draft.block, expected=expected)
    return Part((*adopted, edited), (), {len(adopted): mark.block})


def _is_due(scene: Scene, mirror: Mirror, mark: MarkedBlock, draft: Draft, *, names_new: bool) -> bool:
    if names_new:
        return True
    if mark.tells(draft.block, scene.numbers):
        return False
    known = mirror.known
    return known is None or scene.now_nanos - known.edited_nanos >= scene.policy.edit_nanos
