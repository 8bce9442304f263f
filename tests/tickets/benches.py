"""A garden and a tracker in memory, for laws that are told step by step."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

from log_gardener.applying import apply
from log_gardener.filing import FilingParts, make_plan
from log_gardener.model.issue import Issue
from log_gardener.model.ledger import FilingPolicy
from log_gardener.model.plan import Action, ActionKind, Applied, Plan
from log_gardener.model.priority import Priority
from log_gardener.model.ticket import Ticket
from tests.fakes.plain_writer import PlainWriter
from tests.fakes.standing_clock import StandingClock
from tests.fakes.ticket_box import TicketBox
from tests.tickets.gardens import Entry, TendedGarden

LABELS: dict[str, tuple[str, ...]] = {"": ("bug",), Priority.P1: ("urgent",), Priority.P2: ("P2",)}

# More than the policy's patience with a lost answer.
SETTLED_SECONDS = 900

# Plans that it may take until all that was interrupted is done.
MOST_PLANS = 6


@dataclass
class Bench:
    """Who tends, who files, and where."""

    garden: TendedGarden = field(default_factory=TendedGarden)
    policy: FilingPolicy = field(default_factory=lambda: FilingPolicy(labels=LABELS))

    def __post_init__(self) -> None:
        self.box = TicketBox(self.garden.clock)

    @property
    def parts(self) -> FilingParts:
        return self.garden.filing(self.box, self.policy, PlainWriter())

    def copy(self) -> "Bench":
        """The same world once more."""
        copied = Bench(replace(self.garden, state=":memory:", clock=StandingClock(self.garden.now)), self.policy)
        with _connect(self.garden) as source, _connect(copied.garden) as target:
            source.backup(target)
        for name in ("kept", "gone", "labels", "_next"):
            setattr(copied.box, name, deepcopy(getattr(self.box, name)))
        return copied

    def choose(self, **chosen: Any) -> None:
        """Another policy."""
        self.policy = replace(self.policy, **chosen)

    def plan(self, *despite: str) -> Plan:
        return make_plan(self.parts, despite)

    def apply(self, plan: Plan) -> Applied:
        return apply(self.parts, plan)

    def file(self, *entries: Entry, hours: float = 0) -> Plan:
        """Tend entries, let time pass, plan and apply: all of it is done."""
        if entries:
            self.garden.tend(entries)
        self.garden.wait(hours=hours)
        plan = self.plan()
        applied = self.apply(plan)
        assert not applied.stopped
        assert [result.note for result in applied.results if not result.is_done] == []
        return plan

    def finish(self) -> None:
        """Go on until nothing is left to do."""
        for _ in range(MOST_PLANS):
            self.garden.wait(seconds=SETTLED_SECONDS)
            plan = self.plan()
            if not plan.actions:
                return
            self.apply(plan)
        assert self.plan().actions == ()

    def read(self, number: int) -> Ticket:
        return self.box.kept[number].ticket

    def say(self, number: int) -> list[str]:
        """What was said on a ticket."""
        return [comment.body for comment in self.box.kept[number].comments]

    def find(self, text: str) -> Issue:
        return self.garden.find(text)

    def find_number(self, text: str) -> int:
        """The latest ticket with a text in its title."""
        return max(number for number, kept in self.box.kept.items() if text in kept.ticket.title)

    def list_writes(self) -> int:
        return len(self.box.journal)


@contextmanager
def _connect(garden: TendedGarden) -> Iterator[sqlite3.Connection]:
    """The driver's own connection to a state."""
    with garden.store._engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.commit()
        yield driver


def filed(bench: Bench, *names: str) -> Bench:
    """A ticket for each of some faults."""
    bench.file(*(one for name in names or ("pot",) for one in bench.garden.fail(name)))
    return bench


def kinds(plan: Plan) -> list[ActionKind]:
    return [action.kind for action in plan.actions]


def find_action(plan: Plan, kind: ActionKind) -> Action:
    """The first action of a kind."""
    return next(action for action in plan.actions if action.kind is kind)
