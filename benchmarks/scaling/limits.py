"""Where it ends: what each part of the design holds, as terabytes a day."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks import page
from benchmarks.scaling.bill import DRIVER_GIB, WORKER_GIB
from benchmarks.scaling.day import IDENTITY_BYTES, Assumed, Day
from benchmarks.scaling.load import Load
from benchmarks.scaling.measured import Measured
from benchmarks.scaling.spelling import DAY_HOURS, GIB, HOUR_SECONDS, TERABYTE, spell_figure, spell_many
from log_gardener.engines.beam.repeats import SLOTS

BUSY_TIMES = 2
KEPT_DAYS = 14
LATE_HOURS, SHORT_LATE_HOURS = 24, 2
VOLUMES = (1, 10, 100)
# Of a hash of 64 bits; a pair in so many is taken for one.
PAIRS = 2**65


@dataclass(frozen=True, slots=True)
class Limit:
    """A part of the design.

    Attributes:
        terabytes: a day, for one state, at which it ends.
        today: what a user can do about it.
        later: what would have to be built.
        is_avoided: whether who runs as the page says never meets it.
    """

    what: str
    terabytes: float
    today: str
    later: str
    is_avoided: bool = False


def list_limits(measured: Measured, assumed: Assumed) -> Iterator[Limit]:
    """Each by itself, as if nothing else ended before."""
    own, terabytes_an_entry = measured.identities, measured.mixes[0].entry_bytes / TERABYTE
    # Entries of the busiest hour, and of as many hours one after another, to terabytes a day.
    hour = DAY_HOURS / BUSY_TIMES * terabytes_an_entry
    driver, worker = (size * GIB for size in (DRIVER_GIB, WORKER_GIB))
    yield Limit(
        f"memory of every worker: what earlier runs counted in {LATE_HOURS} hours, as far as `late` goes by itself",
        worker / own.recall_bytes * terabytes_an_entry,
        f'`late = "{SHORT_LATE_HOURS}h"` in the configuration',
        "hand a stretch only what is known of its own hours",
        is_avoided=True,
    )
    yield Limit(
        f"memory of every worker: what earlier runs counted in {SHORT_LATE_HOURS} busy hours, "
        f'with `late = "{SHORT_LATE_HOURS}h"`',
        worker / own.recall_bytes / SHORT_LATE_HOURS * hour,
        "a state for each group of services",
        "as above",
    )
    yield Limit(
        "the state: an hour's identities are one value, of which "
        f"SQLite takes {own.longest_bytes / 1e9:.0f} GB, PostgreSQL 1 GB",
        own.longest_bytes / IDENTITY_BYTES * hour,
        "a state for each group of services",
        f"a row a slot, not a row an hour: {SLOTS} times as far",
    )
    yield Limit(
        f"memory of the driver, {DRIVER_GIB} GiB: identities of a run over a day",
        driver / own.unite_bytes * terabytes_an_entry,
        "a run an hour",
        "take one hour after another from the folder",
        is_avoided=True,
    )
    yield Limit(
        f"memory of the driver, {DRIVER_GIB} GiB: identities of a run over the busiest hour",
        driver / own.unite_bytes * hour,
        "a larger machine: twice the memory, twice as far",
        "take one slot after another from the folder",
    )
    yield Limit(
        f"the state: {KEPT_DAYS} days of identities are 1 TB",
        TERABYTE / (IDENTITY_BYTES * KEPT_DAYS) * terabytes_an_entry,
        "a shorter `memory.identities`, a larger disk",
        "keep them in the bucket",
    )
    yield Limit(
        "memory of one worker: a slot of the busiest hour",
        worker / own.repeats_bytes * SLOTS * hour,
        "a `machine_type` with more memory",
        "more slots: twice as many, twice as far",
    )
    yield Limit(
        "time: the driver takes an hour to finish the busiest hour",
        find_busy_driver(measured, assumed),
        "a state for each group of services",
        "let workers write identities to the state",
    )


def find_busy_driver(measured: Measured, assumed: Assumed) -> float:
    """The terabytes a day at which the last step takes an hour for the busiest hour; it grows with them."""
    volume = float(VOLUMES[-1])
    costs = measured.find_costs(assumed.network_rate)
    for _ in range(9):
        load = Load(volume * TERABYTE * BUSY_TIMES / DAY_HOURS, hours=1)
        volume *= HOUR_SECONDS / Day(load, costs, assumed).finish().seconds
    return volume


def find_nearest(measured: Measured, assumed: Assumed) -> Limit:
    """The first that who runs as the page says meets."""
    met = [limit for limit in list_limits(measured, assumed) if not limit.is_avoided]
    return min(met, key=lambda limit: limit.terabytes)


def spell_limits(measured: Measured, assumed: Assumed) -> str:
    """The limits, the nearest first, and what volumes mean in entries."""
    limits = sorted(list_limits(measured, assumed), key=lambda limit: limit.terabytes)
    nearest = ([spell_figure(one.terabytes), one.what, one.today, one.later] for one in limits)
    table = page.spell_table(["TB a day", "what ends", "today", "what would have to be built"], nearest, names=4)
    header = [
        "TB a day",
        "entries a day",
        "GB of identities a day",
        f"GB of them in {KEPT_DAYS} days",
        "entries taken for another, in the busiest hour",
    ]
    return f"{table}\n\n{page.spell_table(header, _spell_volumes(measured))}"


def _spell_volumes(measured: Measured) -> Iterator[list[str]]:
    for volume in VOLUMES:
        entries = volume * TERABYTE / measured.mixes[0].entry_bytes
        size, busiest = entries * IDENTITY_BYTES, entries / DAY_HOURS * BUSY_TIMES
        kept = [f"{size / 1e9:,.0f}", f"{size * KEPT_DAYS / 1e9:,.0f}", f"{busiest**2 / PAIRS:.1g}"]
        yield [f"{volume}", spell_many(entries), *kept]
