"""The ledger: which ticket mirrors which issue, and every step towards it. Each write is a transaction of its own."""

from pydantic import TypeAdapter
from sqlalchemy import Connection, RowMapping, delete, select

from log_gardener.model.ledger import DASHBOARD, DUPLICATE, NOTICE, Ledger, LedgerTicket, Step, StepState, Told
from log_gardener.model.ticket import EventKind, Fate, Link, TicketState
from log_gardener.stores.schema import steps, tickets
from log_gardener.stores.upsert import upsert

_TOLD = TypeAdapter(Told)
_LINKS = TypeAdapter(tuple[Link, ...])
_SAID = TypeAdapter(dict[EventKind, int])

# In the place of an issue: tickets that nobody looks for by one.
_NO_ISSUES = (DASHBOARD, DUPLICATE, NOTICE)


def read_ledger(connection: Connection, tracker: str) -> Ledger:
    """All tickets of a tracker, and the steps of which nobody knows whether they took effect, the oldest first."""
    owned = select(tickets).where(tickets.c.tracker == tracker).order_by(tickets.c.number)
    begun = select(steps).where(steps.c.tracker == tracker, steps.c.state == StepState.BEGUN)
    ordered = begun.order_by(steps.c.nanos, steps.c.plan, steps.c.position)
    return Ledger(
        tuple(_read_ticket(row) for row in connection.execute(owned).mappings()),
        tuple(_read_step(row) for row in connection.execute(ordered).mappings()),
    )


def find_addresses(connection: Connection) -> dict[str, str]:
    """By issue, the address of its latest ticket that is there: of several trackers, of the one last written to."""
    columns = (tickets.c.issue, tickets.c.tracker, tickets.c.url, tickets.c.edited_nanos)
    query = select(*columns).where(tickets.c.fate.is_(None), tickets.c.issue.not_in(_NO_ISSUES))
    latest = {(row.issue, row.tracker): row for row in connection.execute(query.order_by(tickets.c.number))}
    return {row.issue: row.url for row in sorted(latest.values(), key=lambda row: (row.edited_nanos, row.tracker))}


def find_steps(connection: Connection, tracker: str, plan: str) -> tuple[Step, ...]:
    """The steps of a plan, in order of position."""
    query = select(steps).where(steps.c.tracker == tracker, steps.c.plan == plan).order_by(steps.c.position)
    return tuple(_read_step(row) for row in connection.execute(query).mappings())


def write_ticket(connection: Connection, tracker: str, ticket: LedgerTicket) -> None:
    """Write a ticket, in the place of what was known of it."""
    row = {
        "tracker": tracker,
        "number": ticket.number,
        "issue": ticket.issue,
        "url": ticket.url,
        "state": ticket.state.value,
        "closed_nanos": ticket.closed_nanos,
        "told": None if ticket.told is None else _TOLD.dump_json(ticket.told).decode(),
        "links": _LINKS.dump_json(ticket.links).decode(),
        "edited_nanos": ticket.edited_nanos,
        "said": _SAID.dump_json(ticket.said).decode(),
        "folded_into": ticket.folded_into,
        "fate": ticket.fate and ticket.fate.value,
    }
    upsert(connection, tickets, [row], replacing=True)


def write_step(connection: Connection, tracker: str, step: Step) -> None:
    """Write how far a step has come, in the place of what was known of it."""
    row = {
        "tracker": tracker,
        "plan": step.plan,
        "position": step.position,
        "action": step.action,
        "issue": step.issue,
        "kind": step.kind,
        "state": step.state.value,
        "nanos": step.nanos,
        "number": step.number,
        "note": step.note,
    }
    upsert(connection, steps, [row], replacing=True)


def prune_steps(connection: Connection, before_nanos: int) -> int:
    """Drop steps before a time that have come to their end; tickets are never dropped."""
    aged = (steps.c.nanos < before_nanos) & (steps.c.state != StepState.BEGUN)
    return connection.execute(delete(steps).where(aged)).rowcount


def _read_ticket(row: RowMapping) -> LedgerTicket:
    return LedgerTicket(
        number=row["number"],
        issue=row["issue"],
        url=row["url"],
        state=TicketState(row["state"]),
        closed_nanos=row["closed_nanos"],
        told=None if row["told"] is None else _TOLD.validate_json(row["told"]),
        edited_nanos=row["edited_nanos"],
        said=_SAID.validate_json(row["said"]),
        folded_into=row["folded_into"],
        links=_LINKS.validate_json(row["links"]),
        fate=Fate(row["fate"]) if row["fate"] else None,
    )


def _read_step(row: RowMapping) -> Step:
    known = {name: row[name] for name in ("plan", "position", "action", "issue", "kind", "nanos", "number", "note")}
    return Step(state=StepState(row["state"]), **known)


def find_faults(connection: Connection) -> list[str]:
    """Tickets and steps that cannot be read: no command about tickets could go on with them."""
    faults = []
    for row in connection.execute(select(tickets).order_by(*tickets.primary_key)).mappings():
        try:
            _read_ticket(row)
        except ValueError:
            faults.append(f"what is remembered of ticket {row['number']} of {row['tracker']} cannot be read")
    unknown = select(steps.c.plan, steps.c.position).where(steps.c.state.not_in([state.value for state in StepState]))
    faults += [
        f"step {row.position} of the plan {row.plan} is in no known state" for row in connection.execute(unknown)
    ]
    return faults
