"""A story of one seed: a garden, a GitHub on which everything goes wrong, people, and one or two gardeners.

All that happens is drawn from the seed. Two gardeners at once are threads, so that their order is not; whatever it is,
the promises hold.
"""

import shutil
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from random import Random

from log_gardener.applying import apply
from log_gardener.errors import GardenerError
from log_gardener.filing import FilingParts, make_plan
from log_gardener.model.issue import Resolution
from log_gardener.model.ledger import FilingPolicy
from log_gardener.model.plan import Plan
from log_gardener.model.priority import Priority
from log_gardener.ports import TicketWriter
from log_gardener.renderers.ticket import TicketRenderer
from log_gardener.trackers.github.options import GitHubOptions
from log_gardener.trackers.github.tracker import GitHubTracker
from tests.fakes.github_faults import QUICK, Fault
from tests.fakes.github_kills import Killed, Phase
from tests.fakes.github_people import Deed, People
from tests.fakes.github_repository import Repository
from tests.fakes.github_server import GitHubServer
from tests.fakes.github_world import Lag
from tests.fakes.plain_writer import PlainWriter
from tests.fakes.standing_clock import StandingClock
from tests.tickets.gardens import FAULTS, START, TendedGarden
from tests.tickets.turnstile import Turnstile, TurnstileTracker

REPOSITORY = "acme/shop"
OWN = "gardener"
POLICY = FilingPolicy(labels={"": ("bug",), Priority.P1: ("urgent",), Priority.P2: ("P2",)})

# More than the policy's patience with a lost answer, and than any lag.
SETTLED = timedelta(minutes=15)

# Plans that it may take until all that was interrupted is done: to wait, to find, to heal, to write.
MOST_PLANS = 8

DEEDS: Mapping[Deed, float] = {
    Deed.ABOVE: 2,
    Deed.BETWEEN: 1,
    Deed.INSIDE: 1,
    Deed.BELOW: 2,
    Deed.RETITLE: 0.5,
    Deed.LABEL: 2,
    Deed.UNLABEL: 0.5,
    Deed.COMMENT: 3,
    Deed.COMPLETE: 1.5,
    Deed.DISMISS: 0.5,
    Deed.REOPEN: 0.7,
    Deed.LOCK: 0.2,
    Deed.DELETE: 0.1,
}

FAULTY: Mapping[Fault, float] = {**QUICK, Fault.SECONDARY: 0.5, Fault.ABUSE: 0.3}

# So many requests may come between the reading of a ticket and its writing: GitHub has no edit under a condition.
# Beside a gardener that shares no lock, any number of that one's.
GRACE_REQUESTS = 25


class Gardeners(StrEnum):
    """Who files."""

    ONE = "one"
    SHARED = "two on one state"
    APART = "two on states of their own"


@dataclass
class Gardener:
    """One who files, again and again as a new process: nothing but the state is left of the one before."""

    state: str
    token: str
    server: GitHubServer
    clock: StandingClock
    writer: TicketWriter = field(default_factory=PlainWriter)
    turnstile: Turnstile | None = None
    killed: int = 0

    def open(self) -> FilingParts:
        options = GitHubOptions(
            REPOSITORY, self.token, base_url=self.server.url, seconds_between_writes=0.0, patience_seconds=300.0
        )
        pace = (self.clock, self.clock.sleep)
        gate = self.turnstile
        tracker = TurnstileTracker(options, *pace, gate) if gate else GitHubTracker(options, *pace)
        return TendedGarden(self.state, self.clock).filing(tracker, POLICY, self.writer)

    def file(self) -> Plan:
        """Plan and apply."""
        parts = self.open()
        try:
            plan = make_plan(parts)
            apply(parts, plan)
        finally:
            if self.turnstile:
                self.turnstile.leave()
            _close(parts)
        return plan

    def risk(self, after: int | None, phase: Phase) -> None:
        """File, and perhaps be killed at a request; nobody is there to catch that. Troubles end it as well."""
        if after is None:
            with suppress(GardenerError):
                self.file()
            return
        with suppress(GardenerError, Killed), self.server.kills.armed(self.token, after=after, phase=phase):
            try:
                self.file()
            except Killed:
                self.killed += 1


def _close(parts: FilingParts) -> None:
    tracker = parts.tracker
    if isinstance(tracker, GitHubTracker):
        tracker.close()


@dataclass
class Story:
    """What happens in the world of a seed.

    Attributes:
        gardens: that are tended with the same logs, each with its state.
        has_decided: whether people resolved an issue in the garden, which closes its ticket.
    """

    seed: int
    server: GitHubServer
    folder: Path
    template: Path
    random: Random = field(init=False)
    clock: StandingClock = field(init=False)
    repository: Repository = field(init=False)
    people: People = field(init=False)
    gardens: list[TendedGarden] = field(init=False)
    gardeners: list[Gardener] = field(init=False)
    has_decided: bool = False

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.clock = StandingClock(START)
        self.server.reset(clock=self.clock)
        self.repository = self.server.add_repository(REPOSITORY, login=OWN)
        who = self.random.choice(list(Gardeners))
        grace = None if who is Gardeners.APART else GRACE_REQUESTS
        self.people = People(self.repository, self.seed, share=0.0, weights=DEEDS, grace_requests=grace)
        self._hire(who)
        self._trouble()

    def _hire(self, who: Gardeners) -> None:
        count = 2 if who is Gardeners.APART else 1
        states = [str(self.folder / f"{self.seed}-{number}.db") for number in range(count)]
        for state in states:
            shutil.copy(self.template, state)
        self.gardens = [TendedGarden(state, self.clock) for state in states]
        tokens = [self.repository.token, self.server.world.add_token(OWN)][: 1 if who is Gardeners.ONE else 2]
        # A quarter of the stories in the words that users read, the others in some that take less time.
        writer = TicketRenderer() if self.seed % 4 == 0 else PlainWriter()
        # Two on one state share its lock.
        turnstile = Turnstile() if who is Gardeners.APART else None
        self.gardeners = [
            Gardener(states[number % count], token, self.server, self.clock, writer, turnstile)
            for number, token in enumerate(tokens)
        ]

    def _trouble(self) -> None:
        """What goes wrong all the time."""
        random, world = self.random, self.server.world
        if random.random() < 0.7:
            share, bursts = random.choice([0.02, 0.08, 0.2]), random.choice([0.0, 0.1])
            self.server.faults.mix(self.seed, share, weights=FAULTY, bursts=bursts)
        lags = [Lag(), Lag(), Lag(seconds=40), Lag(seconds=300), Lag(requests=6), Lag(seconds=120, is_wobbling=True)]
        world.listing_lag, comment_lag = random.choice(lags), random.choice([Lag(), Lag(), Lag(seconds=40)])
        # Who shares no state with the other one knows what that one said from the tracker alone.
        world.comment_lag = comment_lag if len(self.gardens) == 1 else Lag()
        share = random.choice([0.0, 0.02, 0.06])
        self.people._share = share
        self.server.on_request = self.people.hook

    def unfold(self) -> None:
        """Let it happen."""
        ada = self.people.accounts[0]
        self.repository.open_issue(ada, "GCP-new | P1 | of ada", "<!-- log-gardener r1:00 -->", labels=["log-gardener"])
        for _ in range(self.random.randint(3, 4)):
            self._log()
            self._act()
            self._file()
            self.clock.sleep(self.random.choice([5, 60, 8 * 60, 30 * 60, 4 * 24 * 60]) * 60)

    def _log(self) -> None:
        random, scribe = self.random, self.gardens[0]
        entries = [
            entry
            for name in random.sample(sorted(FAULTS), random.randint(0, 3))
            for entry in scribe.fail(
                name, random.choice([1, 3, 40]), at=scribe.now - timedelta(hours=random.choice([0, 0, 9]))
            )
        ]
        if random.random() < 0.4:
            name = random.choice(["", "cart"])
            entries += scribe.serve(range(3), name, has_failed=not name or random.random() < 0.7)
        scribe.revision = random.choice(["shop-1", "shop-2"])
        for garden in self.gardens:
            garden.tend(entries)

    def _act(self) -> None:
        for _ in range(self.random.randint(0, 3)):
            self.people.act(self.random)
        issues = self.gardens[0].garden.list_issues()
        if issues and self.random.random() < 0.1:
            self.has_decided = True
            chosen = self.random.choice(issues)
            for garden in self.gardens:
                garden.garden.resolve(chosen, Resolution(garden.nanos))

    def _file(self) -> None:
        risks = [self._draw_risk() for _ in self.gardeners]
        threads = [
            threading.Thread(target=gardener.risk, args=risk)
            for gardener, risk in zip(self.gardeners, risks, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.people.go_on()

    def _draw_risk(self) -> tuple[int | None, Phase]:
        after = self.random.randint(0, 45) if self.random.random() < 0.5 else None
        return after, self.random.choice(list(Phase))

    def settle(self) -> list[Plan]:
        """Nothing goes wrong any more, and time passes; the last plan of each gardener."""
        self.server.settle()
        plans: list[Plan] = []
        for _ in range(MOST_PLANS):
            self.clock.sleep(SETTLED.total_seconds())
            plans = [gardener.file() for gardener in self.gardeners]
            if not any(plan.actions for plan in plans):
                break
        return plans
