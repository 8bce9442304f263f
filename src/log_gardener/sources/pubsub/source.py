"""Pub/Sub: what a log sink publishes, acknowledged when it is remembered and not before."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Event
from typing import BinaryIO, cast

from log_gardener.model.coverage import Probe, Problem
from log_gardener.model.diagnosis import Diagnosis, Mark
from log_gardener.model.instant import NANOS_PER_MINUTE, NANOS_PER_SECOND, spell_instant, to_nanos
from log_gardener.ports import Clock, Feed, Progress, Request, Source, Stream
from log_gardener.sources.pubsub.delivery import Delivery, Term
from log_gardener.sources.pubsub.holding import Holding
from log_gardener.sources.pubsub.lines import make_lines
from log_gardener.sources.pubsub.pulling import Pace, Session, Tick
from log_gardener.sources.pubsub.subscription import (
    FAILURES,
    PATIENCE_SECONDS,
    Address,
    Subscription,
    explain_failure,
    find_emulator,
    find_obstacle,
)
from log_gardener.sources.pubsub.trials import diagnose_subscription, probe_subscription

_MIB = 1 << 20

# A message so new shows that sink, topic and subscription were at work just now; an older one does not.
RECENT = 10 * NANOS_PER_MINUTE

NO_TEXT = "its messages are entries as JSON, each as a whole; leave out --input text"


@dataclass(frozen=True, slots=True)
class PubSubOptions:
    """How a subscription is read.

    Attributes:
        held_messages: how many messages are held at most until they are settled; the answer that reaches it is held
            as a whole.
        held_mib: mebibytes of them.
        idle_seconds: the subscription counts as drained when nothing has come for so long.
        endpoint: `HOST:PORT` of an emulator; empty for Google's service, or where `PUBSUB_EMULATOR_HOST` says.
        pace: streams, leases and waits.
    """

    held_messages: int = 200_000
    held_mib: int = 256
    idle_seconds: float = 5
    endpoint: str = ""
    pace: Pace = Pace()  # noqa: RUF009 - frozen


class PubSubSource(Source):
    """A subscription.

    Args:
        address: `pubsub://PROJECT/SUBSCRIPTION`.
        options: how it is read.
        clock: the present time, which may stand still.
        tick: seconds that pass, by which it waits and extends leases.

    Raises:
        UsageError: the address names no subscription.
    """

    def __init__(self, address: str, options: PubSubOptions, clock: Clock, *, tick: Tick = time.monotonic) -> None:
        self._name = address
        self._address = Address.parse(address)
        self._options = options
        self._clock = clock
        self._tick = tick
        self._holding = Holding(options.held_messages, options.held_mib * _MIB)
        self._subscription: Subscription | None = None
        self._session: Session | None = None
        self._stopped = Event()
        self._lost = 0

    @property
    def name(self) -> str:
        """The argument of the command line."""
        return self._name

    @property
    def is_repeatable(self) -> bool:
        """What is settled does not come again."""
        return False

    @property
    def feed(self) -> Feed:
        """By its path, with our way to spell messages as lines."""
        return Feed(self.name, self._address.path, make_lines, find_emulator(self._options.endpoint))

    def streams(self, request: Request, cursor: int | None = None) -> Iterator[Stream | Problem]:
        """One stream of what comes, until nothing does, a slice is over, the bounds are reached, or it is stopped."""
        del cursor
        if request.input == "text":
            yield Problem(self.name, NO_TEXT)
            return
        try:
            obstacle = self._open()
        except FAILURES as error:
            obstacle = self._explain(error)
        if obstacle or self._session is None or self._subscription is None:
            yield Problem(self.name, obstacle)
            return
        delivery = Delivery(
            self._holding,
            self._session.trouble,
            Term(request.slice_seconds, self._options.idle_seconds, self._stopped),
            tick=self._tick,
            confirm=self._subscription.find_settings,
            explain=self._explain,
        )
        yield Stream(self.name, self.name, None, cast("BinaryIO", delivery))

    def find_caps(self) -> tuple[str, ...]:
        """Whether as much is held as may be: the rest comes when that is settled."""
        if not self._holding.is_full:
            return ()
        most = f"{self._options.held_messages:,} messages or {self._options.held_mib:,} MiB"
        return (f"{self.name} may hold {most} at once, and had more; run again, or watch it",)

    def find_progress(self) -> Progress:
        """How much is held, of an end that nobody knows."""
        held = self._holding.tell()
        notes = ["waiting for messages"]
        if held.oldest is not None:
            age = max(to_nanos(self._clock()) // NANOS_PER_SECOND - held.oldest, 0)
            notes = [f"{held.messages:,} messages", f"oldest {_spell_age(age)} ago", f"{held.size / 1e6:,.0f} MB held"]
            if self._holding.is_full:
                notes.append("which is the most; the rest comes when they are remembered")
        if self._session and self._session.trouble.last is not None:
            notes.append("the connection broke and is tried again")
        if self._lost:
            notes.append(f"{self._lost:,} could not be acknowledged and come again")
        return Progress(None, ", ".join(notes))

    def probe(self, request: Request) -> Probe | Problem | None:
        """Whether messages came lately, counted or not; that none came shows nothing."""
        newest = self._holding.newest
        at = newest * NANOS_PER_SECOND if newest is not None else None
        if at is not None and to_nanos(self._clock()) - at <= RECENT:
            return Probe(self.name, at, f"the newest message was published {spell_instant(at)}", is_arriving=True)
        if request.is_following:
            return Probe(self.name, at, "nothing came lately", is_arriving=False)
        try:
            subscription = self._subscription or self._make_subscription()
            return probe_subscription(subscription, self.name)
        except FAILURES as error:
            return Problem(self.name, self._explain(error))

    def settle(self) -> None:
        """Acknowledge what has been read, and wait until that is answered."""
        if self._session:
            self._lost += self._session.settle()

    def stop(self) -> None:
        """Take in nothing more; what has come is handed over."""
        self._stopped.set()
        if self._session:
            self._session.halt()

    def close(self) -> None:
        """Give back what is not settled, so that it is delivered to somebody else at once."""
        session, self._session = self._session, None
        subscription, self._subscription = self._subscription, None
        if session:
            session.close()
        if subscription:
            subscription.close()

    def diagnose(self) -> Iterator[Diagnosis]:
        """What is granted, how the subscription is set, and whether messages come."""
        subscription = None
        try:
            subscription = self._make_subscription()
            yield from diagnose_subscription(subscription)
        except FAILURES as error:
            yield Diagnosis("subscription", Mark.FAILED, f"{self.name} cannot be asked", self._explain(error))
        finally:
            if subscription:
                subscription.close()

    def _open(self) -> str:
        """Pull, if it can be; what stands in the way. Raises what the client raises."""
        self._subscription = self._subscription or self._make_subscription()
        if self._session is None or self._session.trouble.is_final:
            # This also makes the connection, before silence is taken for an end.
            settings = self._subscription.find_settings()
            obstacle = find_obstacle(settings, self._address) if settings else ""
            if obstacle:
                return obstacle
        self._session = self._session or Session(self._subscription, self._holding, self._options.pace, self._tick)
        if not self._stopped.is_set():
            self._session.start()
        return ""

    def _make_subscription(self) -> Subscription:
        patience_seconds = min(self._options.pace.patience_seconds, PATIENCE_SECONDS)
        return Subscription(self._address, self._options.endpoint, patience_seconds=patience_seconds)

    def _explain(self, error: Exception) -> str:
        return explain_failure(error, self._address)


def _spell_age(seconds: int) -> str:
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"
