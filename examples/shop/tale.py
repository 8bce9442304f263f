"""The whole tale: every producer's entries, in the order in which they arrive."""

from collections.abc import Callable, Iterable, Iterator
from random import Random

from shop import faults, lifecycle, traffic
from shop.clock import END
from shop.fleet import Fleet, make_fleet
from shop.wire import Record, Scribe

Producer = Callable[[Fleet, Scribe], Iterator[Record]]

# Each is seeded by its own name: renaming one, or adding another, changes nothing else.
PRODUCERS: tuple[Producer, ...] = (
    lifecycle.deployments,
    lifecycle.instances,
    traffic.visits,
    traffic.orders,
    traffic.health_checks,
    traffic.idle_talk,
    traffic.careless_lines,
    faults.coupon_crash,
    faults.companion_crash,
    faults.mailer_cannot_start,
    faults.slow_stock_cache,
    faults.cookie_domain_unset,
    faults.payment_timeout,
    faults.unverified_session,
    faults.one_users_locale,
)

DELIVERED_TWICE = 10


def make_tale(seed: int) -> list[Record]:
    """All entries of the two days, sorted by arrival; the same for the same seed."""
    fleet = make_fleet(_dice(seed, "fleet"))
    told = [
        record
        for producer in PRODUCERS
        for record in producer(fleet, Scribe(_dice(seed, producer.__name__)))
        if record.time < END
    ]
    told.sort(key=_arrival)
    return _redeliver(told, _dice(seed, "redelivery"))


def _dice(seed: int, name: str) -> Random:
    return Random(f"{seed}/{name}")  # noqa: S311 - a sample must be predictable


def _redeliver(told: list[Record], rng: Random) -> list[Record]:
    """Deliver a short run of entries twice, byte for byte, as an export does after a retry."""
    start = rng.randrange(len(told) - DELIVERED_TWICE)
    again: Iterable[Record] = told[start : start + DELIVERED_TWICE]
    return sorted([*told, *again], key=_arrival)


def _arrival(record: Record) -> tuple[int, str]:
    return record.received, record.insert_id
