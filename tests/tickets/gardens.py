"""A garden that is really tended: made-up entries, hour by hour, through the real flow into a real store."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import delete

from log_gardener import flow
from log_gardener._core import Template
from log_gardener.engines.local import LocalEngine
from log_gardener.filing import FilingParts
from log_gardener.garden import Garden
from log_gardener.model.decision import Decisions
from log_gardener.model.instant import to_nanos
from log_gardener.model.issue import Issue
from log_gardener.model.ledger import FilingPolicy
from log_gardener.model.policy import Policy
from log_gardener.model.worklog import Worklog
from log_gardener.ports import Request, Silence, TicketWriter, Tracker
from log_gardener.stages.recipe import RECIPES, Recipe, repair
from log_gardener.stages.redaction import Redactor
from log_gardener.stores.schema import steps, tickets
from log_gardener.stores.sql import SqlStore
from tests.fakes.plain_writer import PlainWriter
from tests.fakes.standing_clock import StandingClock
from tests.laws.strategies import to_json_lines
from tests.unit.entries import BytesSource

Entry = dict[str, Any]

START = datetime(2025, 9, 15, 8, tzinfo=UTC)

# Sentences that share no shape, so that no template covers two of them.
FAULTS = {
    "pot": "the pot is dry",
    "hose": "no water comes out of hose at all",
    "seed": "cannot open seed store: permission denied",
    "mole": "mole found below bed, digging on",
    "rake": "lost rake",
    "bee": "hive does not answer after three tries, giving up on it",
}

TRACE = "Traceback (most recent call last):\n  File \"/app/{name}.py\", line 8, in {name}\n    go()\nKeyError: '{name}'"


def _spell_next(template: Template) -> Sequence[str]:
    """As a later release might: texts without regard to case or place."""
    return (template.kind, template.service, repair(template.text).lower(), *template.frames[:1])


NEXT = Recipe("r2", date(2027, 1, 1), _spell_next)


def spell_time(at: datetime) -> str:
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


@dataclass
class TendedGarden:
    """A garden, its logs and its clock.

    Attributes:
        state: of the store; one that is a file can be opened once more.
        decisions: of people, in the configuration.
        recipes: of grouping, the newest first.
        revision: of the service that writes.
        written: how many entries were made so far, which gives each its id.
    """

    state: str = ":memory:"
    clock: StandingClock = field(default_factory=lambda: StandingClock(START))
    decisions: Decisions = field(default_factory=Decisions)
    recipes: Sequence[Recipe] = RECIPES
    revision: str = "shop-1"
    written: int = 0

    def __post_init__(self) -> None:
        self.store = SqlStore(self.state)
        self.redact = Redactor(b"key")

    @property
    def now(self) -> datetime:
        return self.clock()

    @property
    def garden(self) -> Garden:
        return Garden(self.store, self.decisions)

    def wait(self, **spans: float) -> None:
        """Let time pass."""
        self.clock.sleep(timedelta(**spans).total_seconds())

    def entry(self, text: str, severity: str = "ERROR", *, at: datetime | None = None, **fields: object) -> Entry:
        """An entry of now, or of another time."""
        self.written += 1
        labels = {"service_name": "shop", "revision_name": self.revision}
        return {
            "insertId": f"id-{self.written}",
            "logName": "projects/p/logs/run.googleapis.com%2Fstderr",
            "timestamp": spell_time(at or self.now),
            "severity": severity,
            "resource": {"type": "cloud_run_revision", "labels": labels},
            "textPayload": text,
            **fields,
        }

    def fail(self, name: str, count: int = 1, *, at: datetime | None = None) -> list[Entry]:
        """Entries of one fault, one a second up to now or to another time."""
        last = at or self.now
        return [self.entry(FAULTS[name], at=last - timedelta(seconds=one)) for one in range(count)]

    def crash(self, name: str, instance: str, *, at: datetime | None = None) -> list[Entry]:
        """A trace in an instance, and the end of the container a second later: a cascade."""
        first = (at or self.now) - timedelta(seconds=2)
        return [self.trace(name, instance, at=first), self.exit(instance, at=first + timedelta(seconds=1))]

    def trace(self, name: str, instance: str, *, at: datetime | None = None) -> Entry:
        return self.entry(TRACE.format(name=name), at=at, labels={"instanceId": instance})

    def exit(self, instance: str, *, at: datetime | None = None) -> Entry:
        return self.entry("Container called exit(1).", at=at, labels={"instanceId": instance})

    def serve(self, numbers: Sequence[int], name: str = "", *, has_failed: bool = True) -> list[Entry]:
        """Requests that fail, with or without the exception that is the cause; or such exceptions alone."""
        entries = []
        for number in numbers:
            trace, at = (
                f"projects/p/traces/{self.written:020x}{number:012x}",
                self.now - timedelta(seconds=2 * number + 2),
            )
            if name:
                error = TRACE.format(name=name)
                entries.append(self.entry(error, at=at + timedelta(seconds=1), trace=trace))
            if has_failed:
                request = {"requestMethod": "POST", "requestUrl": "/orders", "status": 500, "latency": "0.2s"}
                entries.append({**self.entry("", at=at, trace=trace, httpRequest=request), "textPayload": None})
        return [{key: value for key, value in entry.items() if value is not None} for entry in entries]

    def tend(self, entries: Sequence[Entry]) -> Worklog:
        """Read entries as a run of now does."""
        parts = flow.Parts(
            sources=[BytesSource(to_json_lines(list(entries)))],
            engine=LocalEngine(1),
            store=self.store,
            clock=self.clock,
            observer=Silence(),
            policy=Policy(),
            redact=self.redact,
            decisions=self.decisions,
            recipes=self.recipes,
        )
        return flow.ingest(parts, Request())

    def forget_tickets(self) -> None:
        """Lose the ledger, as whoever begins with another state does; what is remembered of issues stays."""
        with self.store._engine.begin() as connection:
            for table in (tickets, steps):
                connection.execute(delete(table))

    def find(self, text: str) -> Issue:
        """The only issue whose title has a text in it."""
        (found,) = (issue for issue in self.garden.list_issues() if text in issue.title)
        return found

    @property
    def nanos(self) -> int:
        return to_nanos(self.now)

    def filing(
        self,
        tracker: Tracker,
        policy: FilingPolicy | None = None,
        writer: TicketWriter | None = None,
        check: Callable[[str, str], None] | None = None,
    ) -> FilingParts:
        """The parts of filing, all real but clock and observer."""
        return FilingParts(
            garden=self.garden,
            tracker=tracker,
            writer=writer or PlainWriter(),
            policy=policy or FilingPolicy(),
            clock=self.clock,
            observer=Silence(),
            redact=self.redact.text,
            check=check or _pass,
        )


def _pass(text: str, name: str) -> None:
    del text, name
