"""From what is remembered to a plan of tickets: read the tracker, word the tickets, reconcile. Nothing is written."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from log_gardener.errors import TrackerError
from log_gardener.garden import Garden
from log_gardener.model.cluster import Status
from log_gardener.model.instant import NANOS_PER_DAY, to_nanos
from log_gardener.model.issue import IssueDetails
from log_gardener.model.ledger import DASHBOARD, FilingPolicy, Ledger, LedgerTicket
from log_gardener.model.plan import Plan
from log_gardener.model.ticket import Listing, Stop, Subject, Ticket
from log_gardener.ports import Clock, Observer, TicketWriter, Tracker
from log_gardener.stages.breaker import EMPTY, FLOOD, find_empty, find_flood
from log_gardener.stages.dashboard import FILE, MUTE, find_ticks
from log_gardener.stages.mirror import NONE, Mirror, find_folds, find_mirrors, keep_folds
from log_gardener.stages.reconcile import find_new, list_created, reconcile
from log_gardener.stages.scene import Scene
from log_gardener.stages.similar import find_links

# How far back people's tickets and pull requests are looked at for what may be related, in days.
NEIGHBOUR_DAYS = 180


@dataclass(frozen=True, slots=True)
class FilingParts:
    """Everything that filing is made of; `wiring` puts it together.

    Attributes:
        redact: takes secrets out of what people wrote, before it is quoted.
        check: looks at a text that would leave, with what it is called, and raises `LeakError`.
    """

    garden: Garden
    tracker: Tracker
    writer: TicketWriter
    policy: FilingPolicy
    clock: Clock
    observer: Observer
    redact: Callable[[str], str]
    check: Callable[[str, str], None]


def make_plan(parts: FilingParts, despite: Collection[str] = ()) -> Plan:
    """What would have to be done in the tracker, which is only read.

    Args:
        parts: of whom and where.
        despite: breakers that do not stop us, by name.

    Raises:
        TrackerError: the tracker could not be read whole, or cannot be written; nothing is concluded then.
    """
    scene = _set_scene(parts)
    stop = _find_stop(scene, despite)
    if stop:
        return reconcile(replace(scene, stop=stop, notice=parts.writer.write_notice(stop)))
    return reconcile(_word(_relate(_detail(scene, parts), parts), parts))


def _set_scene(parts: FilingParts) -> Scene:
    """Everything but what the tickets are to say."""
    store = parts.garden.store
    now_nanos = to_nanos(parts.clock())
    ledger = store.read_ledger(parts.tracker.name)
    with parts.observer.enter(f"reading the tickets of {parts.tracker.name}"):
        listing = _read_tracker(parts, ledger, now_nanos)
    issues = parts.garden.list_issues()
    mirrors = find_mirrors(issues, listing, ledger)
    wanted, unwanted = _read_ticks(mirrors)
    looked_at = [one for one in issues if one.status is Status.OPEN or one.id in mirrors]
    clusters = store.find_clusters([one.id for one in looked_at])
    return Scene(
        tracker=parts.tracker.name,
        subjects={one.id: Subject(one, clusters.get(one.id), IssueDetails()) for one in looked_at},
        drafts={},
        mirrors=mirrors,
        listing=listing,
        ledger=ledger,
        policy=parts.policy,
        now_nanos=now_nanos,
        tell=parts.writer.tell,
        folds=keep_folds(find_folds(looked_at, clusters), looked_at, mirrors),
        wanted=wanted,
        unwanted=unwanted,
    )


def _read_tracker(parts: FilingParts, ledger: Ledger, now_nanos: int) -> Listing:
    """All tickets of ours, also those that a listing does not show yet."""
    tracker, policy = parts.tracker, parts.policy
    known = [ticket.number for ticket in ledger.tickets if ticket.fate is None]
    listing = tracker.list_tickets(policy.label, known)
    if not listing.is_writable:
        raise TrackerError(listing.why)
    begun = min([now_nanos, *(step.nanos for step in ledger.unsettled)])
    listed = {ticket.number for ticket in listing.tickets}
    recent = tracker.find_recent(policy.label, begun - policy.settle_nanos)
    more = tuple(ticket for ticket in recent if ticket.number not in listed)
    # What people seem to have done may be what the listing does not show yet of what we did.
    doubted = (ticket for ticket in listing.tickets if _is_other(ticket, ledger.by_number.get(ticket.number)))
    fresh = {ticket.number: tracker.read_ticket(ticket.number) for ticket in doubted}
    tickets = tuple(fresh.get(ticket.number, ticket) for ticket in listing.tickets)
    return replace(listing, tickets=(*tickets, *more))


def _is_other(ticket: Ticket, known: LedgerTicket | None) -> bool:
    return known is not None and ticket.state is not known.state


def _read_ticks(mirrors: Mapping[str, Mirror]) -> tuple[frozenset[str], frozenset[str]]:
    """The issues that people ticked in the dashboard: to file, and to mute."""
    ticket = mirrors.get(DASHBOARD, NONE).ticket
    ticks = find_ticks(ticket.body) if ticket else []
    wanted, unwanted = ([one for action, one in ticks if action == name] for name in (FILE, MUTE))
    return frozenset(wanted), frozenset(unwanted)


def _find_stop(scene: Scene, despite: Collection[str]) -> Stop | None:
    empty = None if EMPTY in despite else find_empty(scene.listing, scene.ledger)
    if empty or FLOOD in despite:
        return empty
    return find_flood(sum(one.is_new for one in find_new(scene).values()), scene.policy)


def _detail(scene: Scene, parts: FilingParts) -> Scene:
    """The scene with all that is remembered of the issues that have a ticket or get one."""
    new = {issue_id for issue_id, candidacy in find_new(scene).items() if candidacy.is_new}
    told = [one.issue for one in scene.subjects.values() if one.issue.id in scene.mirrors or one.issue.id in new]
    folded: dict[str, list[str]] = {}
    for issue_id, cause in sorted(scene.folds.items()):
        if scene.mirrors.get(issue_id, NONE).ticket:
            folded.setdefault(cause, []).append(issue_id)
    subjects = dict(scene.subjects)
    for issue in parts.garden.remember(told):
        mirror = scene.mirrors.get(issue.id, NONE)
        former = [mirror.ticket] if issue.id in new and mirror.ticket else []
        subjects[issue.id] = replace(
            subjects[issue.id],
            issue=issue,
            details=parts.garden.store.find_details(issue.id),
            folded=tuple(folded.get(issue.id, ())),
            former=tuple(ticket.number for ticket in (*former, *mirror.former)),
            links=mirror.known.links if mirror.known and issue.id not in new else (),
        )
    return replace(scene, subjects=subjects)


def _relate(scene: Scene, parts: FilingParts) -> Scene:
    """The scene with what may be related to the issues that get a ticket; of others that was found when they did."""
    new = list_created(scene)
    if not new:
        return scene
    with parts.observer.enter(f"looking for what is related in {parts.tracker.name}"):
        found = parts.tracker.list_neighbours(scene.now_nanos - NEIGHBOUR_DAYS * NANOS_PER_DAY)
    neighbours = [replace(one, title=parts.redact(one.title)) for one in found]
    links = find_links([scene.subjects[one] for one in new], neighbours)
    related = {one: replace(scene.subjects[one], links=links.get(one, ())) for one in new}
    return replace(scene, subjects=dict(scene.subjects) | related)


def _word(scene: Scene, parts: FilingParts) -> Scene:
    """The scene with what its tickets are to say."""
    new = list_created(scene)
    worded = [one for one in scene.subjects if one in new or scene.mirrors.get(one, NONE).ticket]
    drafts = {one: parts.writer.write(scene.subjects[one]) for one in worded}
    if scene.policy.has_dashboard:
        listed = [replace(one, is_filed=one.issue.id in worded) for one in scene.subjects.values()]
        drafts[DASHBOARD] = parts.writer.write_dashboard(listed)
    return replace(scene, drafts=drafts)
