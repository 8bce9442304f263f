"""The short answer: a run an hour, as many states as it takes, and workers until the busiest hour is done in time."""

from collections.abc import Iterator
from math import ceil

from benchmarks import page
from benchmarks.scaling.bill import make_bill
from benchmarks.scaling.day import Assumed, Costs, Day
from benchmarks.scaling.fleet import REAL, Fleet
from benchmarks.scaling.limits import BUSY_TIMES, SHORT_LATE_HOURS, Limit, find_nearest, list_limits
from benchmarks.scaling.load import Load
from benchmarks.scaling.measured import Measured
from benchmarks.scaling.spelling import DAY_HOURS, TERABYTE, spell_duration, spell_figure, spell_many

VOLUMES = (0.1, 1, 10, 100)
EXAMPLE = 10
LADDER = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)
PATIENCE_SECONDS = 900
MEAN, BUSIEST = 1, BUSY_TIMES


def spell_answer(measured: Measured, assumed: Assumed) -> str:
    """What each volume takes, and what ends first."""
    header = [
        "TB a day",
        "entries a day",
        "states",
        "busiest hour of a state, GB",
        "without Beam, 4 cores take",
        "with Beam, workers",
        "the busiest hour takes",
        "vCPU h a TB",
        "GiB h a TB",
    ]
    found = find_nearest(measured, assumed)
    costs = measured.find_costs(assumed.network_rate)
    rows = [_spell_volume(volume, found, costs, assumed) for volume in VOLUMES]
    said = _spell_example(next(row for row in rows if row[0] == f"{EXAMPLE}"))
    return f"{said}\n\n{page.spell_table(header, rows)}\n\n{_spell_first(measured, assumed)}"


def _spell_example(row: list[str]) -> str:
    """A row of the table in words."""
    volume, _, states, _, alone, workers, seconds, *_ = row
    return (
        f"**{volume} TB a day**: {states} states. For each, one machine of 4 cores without Beam takes {alone} for the "
        f"busiest hour, or {workers} workers of Beam take {seconds}."
    )


def _spell_first(measured: Measured, assumed: Assumed) -> str:
    """What ends first, with settings as they come and as they should be."""
    first = min(list_limits(measured, assumed), key=lambda limit: limit.terabytes)
    found = find_nearest(measured, assumed)
    return (
        f"- With the settings as they come, Beam ends at **{spell_figure(first.terabytes)} TB a day**. "
        f"What ends is {first.what}. What to do: {first.today}.\n"
        f"- Then one state holds up to **{spell_figure(found.terabytes)} TB a day**. "
        f"What ends is {found.what}. What to do: {found.today}."
    )


def make_hour(terabytes: float, costs: Costs, assumed: Assumed, times: float = BUSIEST) -> Day:
    """A run over an hour of a state with so much a day; in the busiest hour there is more than in a mean one."""
    volume = terabytes * TERABYTE / DAY_HOURS * times
    return Day(Load(volume, hours=1, recalled_bytes=volume * SHORT_LATE_HOURS), costs, assumed)


def find_workers(day: Day) -> int:
    """The fewest workers by which a run is done in time; the most if none are enough."""
    runs = ((count, make_bill(day.run(Fleet(count, REAL)), count).seconds) for count in LADDER)
    return next((count for count, seconds in runs if seconds <= PATIENCE_SECONDS), LADDER[-1])


def _spell_volume(volume: float, nearest: Limit, costs: Costs, assumed: Assumed) -> list[str]:
    states = ceil(volume / nearest.terabytes)
    busiest, mean = (make_hour(volume / states, costs, assumed, times) for times in (BUSIEST, MEAN))
    workers = find_workers(busiest)
    seconds = make_bill(busiest.run(Fleet(workers, REAL)), workers).seconds
    bill = make_bill(mean.run(Fleet(workers, REAL)), workers)
    hourly = volume / states / DAY_HOURS
    return [
        f"{volume:g}",
        spell_many(volume * TERABYTE / costs.entry_bytes),
        f"{states}",
        f"{busiest.load.volume_bytes / 1e9:,.0f}",
        spell_duration(find_alone(busiest)),
        f"{workers}",
        spell_duration(seconds),
        *(spell_figure(hours / hourly) for hours in (bill.vcpu_hours, bill.gib_hours)),
    ]


def find_alone(day: Day) -> float:
    """Seconds of one machine of four cores without Beam: each reads and counts, and one does what comes last."""
    costs, size = day.costs, day.load.volume_bytes
    counted = size / costs.read_rate + size / day.assumed.network_rate
    return counted / day.assumed.threads + day.entries * costs.keep_seconds + costs.tend_seconds


def list_blocks(measured: Measured, assumed: Assumed) -> Iterator[tuple[str, str]]:
    """The table by the script whose markers it goes between."""
    yield "scaling/answer", spell_answer(measured, assumed)
