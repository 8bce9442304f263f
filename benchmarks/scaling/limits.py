"""Where it ends: what each part of the design holds, as terabytes a day."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks import page
from benchmarks.scaling.day import IDENTITY_BYTES, SLOTS, Assumed
from benchmarks.scaling.measured import Measured
from benchmarks.scaling.simulated_tables import TERABYTE, VOLUMES, WORKER_GIB

GIB = 1 << 30
DAY_HOURS = 24
DRIVER_GIB = 16
KEPT_DAYS = 14
BUSY_TIMES = 2
# Of a hash of 64 bits; a pair in so many is taken for one.
PAIRS = 2**65


@dataclass(frozen=True, slots=True)
class Limit:
    """A part of the design.

    Attributes:
        terabytes: a day, at which it ends.
        remedy: what moves it.
    """

    what: str
    terabytes: float
    remedy: str


def list_limits(measured: Measured) -> Iterator[Limit]:
    """Each by itself, as if nothing else ended before."""
    own, entry = measured.identities, measured.mixes[0].entry_bytes
    hour = own.longest_bytes / IDENTITY_BYTES
    driver, worker = DRIVER_GIB * GIB, WORKER_GIB * GIB
    day_of_driver = driver / (own.unite_bytes + IDENTITY_BYTES)
    yield Limit(
        f"identities of one run in the driver's memory, {DRIVER_GIB} GiB, a day a run",
        day_of_driver * entry / TERABYTE,
        "an hour a run",
    )
    yield Limit(
        "the same, an hour a run, in the busiest hour",
        day_of_driver * DAY_HOURS / BUSY_TIMES * entry / TERABYTE,
        "keep the slots apart: write each to the state by itself",
    )
    yield Limit(
        f"identities of the busiest hour in one value of SQLite, {own.longest_bytes / 1e9:.0f} GB (PostgreSQL: 1 GiB)",
        hour * DAY_HOURS / BUSY_TIMES * entry / TERABYTE,
        f"a row a slot instead of a row an hour: {SLOTS} times as many",
    )
    yield Limit(
        f"a slot of the busiest hour on a worker of {WORKER_GIB} GiB",
        worker / own.repeats_bytes * SLOTS * DAY_HOURS / BUSY_TIMES * entry / TERABYTE,
        "more slots: twice as many, twice as far",
    )
    yield Limit(
        f"identities of a day of earlier runs on every worker of {WORKER_GIB} GiB",
        worker / own.recall_bytes * entry / TERABYTE,
        "windows of an hour, so that an hour is recalled; or workers that look up slots",
    )
    yield Limit(
        "the same, an hour recalled, in the busiest hour",
        worker / own.recall_bytes * DAY_HOURS / BUSY_TIMES * entry / TERABYTE,
        "as above",
    )
    yield Limit(
        f"{KEPT_DAYS} days of identities in a state of 1 TB",
        TERABYTE / (IDENTITY_BYTES * KEPT_DAYS) * entry / TERABYTE,
        "a shorter `memory.identities`; states by service",
    )


def spell_limits(measured: Measured, assumed: Assumed) -> str:
    """The limits, the nearest first, and what volumes mean in entries."""
    limits = sorted(list_limits(measured), key=lambda limit: limit.terabytes)
    nearest = [[one.what, f"{one.terabytes:,.1f}", one.remedy] for one in limits]
    table = page.spell_table(["what ends", "TB a day", "what to do then"], nearest)
    aligned = table.replace("| --- | ---: | ---: |", "| --- | ---: | --- |", 1)
    header = [
        "TB a day",
        "entries a day",
        "GB of identities a day",
        f"GB of {KEPT_DAYS} days",
        "taken for another, an hour",
    ]
    said = f"Identities go through a driver at {assumed.network_rate / 1e6:.0f} MB/s, which is assumed."
    return "\n\n".join(
        [
            aligned,
            page.spell_table([*header, "s for the driver to bring them"], _spell_volumes(measured, assumed)),
            said,
        ]
    )


def _spell_volumes(measured: Measured, assumed: Assumed) -> Iterator[list[str]]:
    for volume in VOLUMES:
        entries = volume * TERABYTE / measured.mixes[0].entry_bytes
        size, busiest = entries * IDENTITY_BYTES, entries / DAY_HOURS * BUSY_TIMES
        kept = [f"{size / 1e9:,.0f}", f"{size * KEPT_DAYS / 1e9:,.0f}", f"{busiest**2 / PAIRS:.1g}"]
        yield [f"{volume}", f"{entries:,.2g}", *kept, f"{size / assumed.network_rate:,.0f}"]
