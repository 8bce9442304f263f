"""Issues, tickets and ledgers, and the plan of them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from log_gardener.model.cluster import Cluster, Status, Trend
from log_gardener.model.issue import Issue, IssueDetails
from log_gardener.model.ledger import FilingPolicy, Ledger, LedgerTicket, Step, Told
from log_gardener.model.plan import Action, ActionKind, Plan
from log_gardener.model.priority import FaultClass, Frequency, Priority, Reason
from log_gardener.model.severity import Severity
from log_gardener.model.ticket import (
    Draft,
    Event,
    Fate,
    Listing,
    Stop,
    Subject,
    Ticket,
    TicketState,
    name_ticket,
)
from log_gardener.stages.marker import mark_block
from log_gardener.stages.mirror import find_folds, find_mirrors
from log_gardener.stages.reconcile import reconcile
from log_gardener.stages.scene import Scene

HOUR = 3_600 * 10**9
NOW = 500_000 * HOUR
ID, OTHER = "r1:aa", "r1:bb"


def issue(issue_id: str = ID, **fields: Any) -> Issue:
    made = Issue(
        id=issue_id,
        fingerprints=(issue_id,),
        title=f"title of {issue_id}",
        service="shop",
        priority=Priority.P1,
        severity=Severity.ERROR,
        count=12,
        first_nanos=NOW - 30 * HOUR,
        last_nanos=NOW - HOUR,
    )
    return replace(made, **fields)


def ticket(number: int = 7, issue_id: str = ID, block: str = "block", **fields: Any) -> Ticket:
    after = fields.pop("after", None)
    made = Ticket(
        number,
        f"https://tracker/{number}",
        f"GCP-new | P1 | title of {issue_id}",
        mark_block(issue_id, block, after),
        frozenset({"log-gardener"}),
        TicketState.OPEN,
    )
    return replace(made, **fields)


def closed(number: int = 7, hours_ago: float = 10, **fields: Any) -> Ticket:
    nanos = NOW - int(hours_ago * HOUR)
    return ticket(number, state=TicketState.CLOSED, closed_nanos=nanos, **fields)


def known(number: int = 7, issue_id: str = ID, **fields: Any) -> LedgerTicket:
    told = Told(Priority.P1, Trend.NEW, turn=3)
    made = LedgerTicket(number, issue_id, f"https://tracker/{number}", TicketState.OPEN, told=told)
    return replace(made, **{"edited_nanos": NOW - HOUR, **fields})


def cluster(issue_id: str = ID, **fields: Any) -> Cluster:
    made = Cluster(
        id=issue_id,
        fingerprints=(issue_id,),
        title="title",
        services=("shop",),
        fault=FaultClass.CODE,
        priority=Priority.P1,
        score=60,
        reasons=(Reason("novelty", 5, "escalating: 90 entries where 30 were expected"),),
        severity=Severity.ERROR,
        frequency=Frequency.HIGH,
        count=12,
        occurrences=12,
        first_nanos=NOW - 2 * HOUR,
        last_nanos=NOW - HOUR,
        minutes=(),
        trend=Trend.NEW,
        status=Status.OPEN,
        templates=(),
        locations=(),
        revisions=(),
        instances=1,
        entities=(),
        exemplars=(),
        analysis=(),
    )
    return replace(made, **fields)


def tell(event: Event, _: Subject | None) -> str:
    about = f" {name_ticket(event.other)}" if event.other else ""
    return f"{event.kind}: {event.why}{about}"


def plan_for(  # noqa: PLR0913 - what a plan is made of
    issues: Sequence[Issue],
    tickets: Sequence[Ticket] = (),
    ledger: Sequence[LedgerTicket] = (),
    *,
    policy: FilingPolicy | None = None,
    clusters: Sequence[Cluster] = (),
    blocks: dict[str, str] | None = None,
    fates: dict[int, Fate] | None = None,
    unsettled: tuple[Step, ...] = (),
    folded: dict[str, tuple[str, ...]] | None = None,
    stop: Stop | None = None,
    **fields: Any,
) -> Plan:
    listing, remembered = Listing(tuple(tickets), fates or {}), Ledger(tuple(ledger), unsettled)
    seen = {one.id: one for one in clusters}
    subjects = {
        one.id: Subject(one, seen.get(one.id), IssueDetails(), folded=(folded or {}).get(one.id, ())) for one in issues
    }
    drafts = {one.id: Draft(one.title, (blocks or {}).get(one.id, "block")) for one in issues}
    scene = Scene(
        tracker="tracker",
        subjects=subjects,
        drafts=drafts | fields.pop("drafts", {}),
        mirrors=find_mirrors(issues, listing, remembered),
        listing=listing,
        ledger=remembered,
        policy=policy or FilingPolicy(),
        now_nanos=NOW,
        tell=tell,
        folds=find_folds(issues, seen),
        stop=stop,
        notice=Draft("nothing is filed", "why") if stop else None,
        **fields,
    )
    return reconcile(scene)


def kinds(plan: Plan) -> list[str]:
    return [action.kind.value for action in plan.actions]


def only(plan: Plan, kind: ActionKind) -> Action:
    (action,) = [action for action in plan.actions if action.kind is kind]
    return action


def whys(plan: Plan) -> str:
    return " / ".join(row.why for row in plan.left_alone)
