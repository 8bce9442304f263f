"""What there is to pay for in a terabyte; prices are the reader's."""

from collections.abc import Iterator

from benchmarks import page
from benchmarks.scaling.answer import MEAN, find_alone, find_workers, make_hour
from benchmarks.scaling.bill import make_bill
from benchmarks.scaling.day import IDENTITY_BYTES, Assumed, Costs, Day
from benchmarks.scaling.fleet import REAL, Fleet
from benchmarks.scaling.load import STRETCH_BYTES, Load
from benchmarks.scaling.measured import Measured
from benchmarks.scaling.spelling import DAY_HOURS, HOUR_SECONDS, TERABYTE, spell_figure
from log_gardener._core import LEAF_BYTES

CORES, CORE_GIB = 4, 4
BEFORE = 10
"""Workers that read a terabyte which lies there already: with more, more of them wait."""

GB = 1e9


def spell_bill(measured: Measured, assumed: Assumed) -> str:
    """Hours of processors and of memory, and what goes over the network and into the bucket."""
    costs = measured.find_costs(assumed.network_rate)
    hours = [
        ["counting alone, of one core", spell_figure(TERABYTE / costs.read_rate / HOUR_SECONDS), ""],
        *(_spell_hours(name, vcpu, gib) for name, vcpu, gib in _list_ways(costs, assumed)),
    ]
    moved = [[name, spell_figure(gigabytes)] for name, gigabytes in _list_moved(costs)]
    paid = page.spell_table(["way to read a terabyte", "vCPU h", "GiB h"], hours)
    return f"{paid}\n\n{page.spell_table(['of a terabyte, with Beam', 'GB'], moved)}\n\n{_spell_objects()}"


def _list_ways(costs: Costs, assumed: Assumed) -> Iterator[tuple[str, float, float]]:
    """Name, hours of processors and hours of GiB, paid for."""
    hour = make_hour(1, costs, assumed, MEAN)
    alone = find_alone(hour) * DAY_HOURS / HOUR_SECONDS
    yield f"without Beam, {CORES} cores, an hour a run", alone * CORES, alone * CORES * CORE_GIB
    workers = find_workers(make_hour(1, costs, assumed))
    bill = make_bill(hour.run(Fleet(workers, REAL)), workers)
    yield f"with Beam, {workers} workers, an hour a run", bill.vcpu_hours * DAY_HOURS, bill.gib_hours * DAY_HOURS
    bill = make_bill(Day(Load(TERABYTE), costs, assumed).run(Fleet(BEFORE, REAL)), BEFORE)
    yield f"with Beam, {BEFORE} workers, in one run", bill.vcpu_hours, bill.gib_hours
    yield "of that, at work", bill.worked_hours, 0.0


def _spell_hours(name: str, vcpu: float, gib: float) -> list[str]:
    return [name, spell_figure(vcpu), spell_figure(gib) if gib else ""]


def _list_moved(costs: Costs) -> Iterator[tuple[str, float]]:
    """What goes where, in gigabytes."""
    stretches = TERABYTE / STRETCH_BYTES
    identities = TERABYTE / costs.entry_bytes * IDENTITY_BYTES / GB
    yield "read from the sources, twice: newlines and digests first", 2 * TERABYTE / GB
    yield "identities through the shuffle", identities
    yield "identities into the folder, and from there to the driver", identities
    part = costs.merging.sizes.find_bytes(STRETCH_BYTES / LEAF_BYTES)
    yield "tallies of stretches into the folder, and out of it once", stretches * part / GB


def _spell_objects() -> str:
    stretches = TERABYTE / STRETCH_BYTES
    return f"Into the folder go {2 * stretches:,.0f} objects a terabyte, two a stretch; all are deleted at the end."


def list_blocks(measured: Measured, assumed: Assumed) -> Iterator[tuple[str, str]]:
    """The table by the script whose markers it goes between."""
    yield "scaling/bill", spell_bill(measured, assumed)
