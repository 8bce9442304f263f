"""Tables of what was simulated: a day by workers, ways to merge, what else may happen, and what is assumed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from benchmarks import page
from benchmarks.scaling.bill import DRIVER_GIB, DRIVER_VCPU, WORKER_GIB, Bill, make_bill
from benchmarks.scaling.day import ALL_STEPS, Assumed, Day
from benchmarks.scaling.fleet import EVEN, REAL, Fleet, Luck, Phase
from benchmarks.scaling.load import Load
from benchmarks.scaling.measured import WRITES, Measured
from benchmarks.scaling.spelling import GIB, TERABYTE, spell_duration, spell_figure

VOLUMES = (1, 10, 100)
WORKERS = (1, 10, 100, 300, 1_000, 4_000, 10_000)
MERGING_WORKERS = (100, 1_000, 4_000, 10_000)
WAYS = ("chain", "fan-out 16", "fan-out 64", "fan-out by root", "tree of 16")
# Of the volumes, the one that is looked at closely, on so many workers.
MIDDLE = 10
MANY = 1_000
# Before all that they have in common, what a run over logs that nobody has read does not do.
SHOWN = tuple(step for step in ALL_STEPS if step not in {"start", "recall"})
BAR = 50
NEARLY = 1.3
"""As many times the least time as is not worth more workers."""

SIGNS = dict(zip(ALL_STEPS, ".dkrisMF", strict=True))


@dataclass(frozen=True, slots=True)
class Simulated:
    """A volume, in terabytes, read in one run by so many workers; were there memory enough."""

    volume: int
    workers: int
    day: Day
    run: Mapping[str, Phase]

    @property
    def bill(self) -> Bill:
        """What is paid for."""
        return make_bill(self.run, self.workers)


def simulate(measured: Measured, assumed: Assumed) -> list[Simulated]:
    """Every volume on every number of workers."""
    costs = measured.find_costs(assumed.network_rate)
    days = [(volume, Day(Load(volume * TERABYTE), costs, assumed)) for volume in VOLUMES]
    return [Simulated(volume, count, day, day.run(Fleet(count, REAL))) for volume, day in days for count in WORKERS]


def spell_days(simulated: Sequence[Simulated]) -> str:
    """How long each volume takes, what it costs, and where the time goes."""
    header = ["TB", "workers", *SHOWN, "together", "vCPU h a TB", "GiB h a TB", "GiB of the driver"]
    legend = ", ".join(f"{SIGNS[step]} {step}" for step in ALL_STEPS if step != "recall")
    chart = "\n".join(["```text", *map(_draw, simulated), "```"])
    table = page.spell_table(header, map(_spell_run, simulated))
    return f"{_spell_gain(simulated)}\n\n{table}\n\nThe share of each step in the time ({legend}):\n\n{chart}"


def _spell_gain(simulated: Sequence[Simulated]) -> str:
    """Of each volume, how many workers help."""
    said = []
    for volume in VOLUMES:
        own = [one for one in simulated if one.volume == volume]
        fastest = min(one.bill.seconds for one in own)
        enough = next(one for one in own if one.bill.seconds <= NEARLY * fastest)
        said.append(
            f"{volume} TB takes {spell_duration(enough.bill.seconds)} with {enough.workers:,} workers "
            f"and never less than {spell_duration(fastest)}"
        )
    return f"{'; '.join(said)}."


def _spell_run(one: Simulated) -> list[str]:
    bill = one.bill
    steps = [spell_duration(one.run[step].seconds) for step in SHOWN]
    paid = [spell_figure(hours / one.volume) for hours in (bill.vcpu_hours, bill.gib_hours)]
    driver = f"{one.day.driver_bytes / GIB:,.0f}"
    return [f"{one.volume}", f"{one.workers:,}", *steps, spell_duration(bill.seconds), *paid, driver]


def _draw(one: Simulated) -> str:
    seconds = one.bill.seconds
    ends, at = [], 0.0
    for step in ALL_STEPS:
        at += one.run[step].seconds
        ends.append((round(at / seconds * BAR), SIGNS[step]))
    bar = "".join(next(sign for end, sign in ends if place < end) for place in range(BAR))
    return f"{one.volume:>4} TB {one.workers:>7,}  {bar}  {spell_duration(seconds)}"


def spell_ways(measured: Measured, assumed: Assumed) -> str:
    """How long merging takes by the way, for the tallies of the first mix and for full ones."""
    load, counts = Load(MIDDLE * TERABYTE), MERGING_WORKERS
    stretches = len(load.list_stretches())
    rows = []
    for name, is_full in (("as measured", False), ("full", True)):
        costs = measured.find_costs(assumed.network_rate, is_full=is_full)
        for way in WAYS:
            day = Day(load, costs, assumed, way)
            merged = (day.merge(Fleet(count, REAL), stretches) for count in counts)
            rows.append([name, way, *(spell_duration(one.seconds) for one in merged)])
    return page.spell_table(["tallies", "way", *(f"{count:,} workers" for count in counts)], rows, names=2)


def list_cases(measured: Measured, assumed: Assumed) -> Iterator[tuple[str, Day, Luck]]:
    """What else may happen to a middling day."""
    load = Load(MIDDLE * TERABYTE)
    usual, full = (measured.find_costs(assumed.network_rate, is_full=is_full) for is_full in (False, True))
    day = Day(load, usual, assumed)
    hour = replace(load, volume_bytes=load.volume_bytes / 24, hours=1)
    compressed = replace(load, is_divisible=False)
    yield "as above", day, REAL
    yield "all machines alike, none lost", day, EVEN
    yield "one machine in 10 is slow", day, replace(REAL, slow_share=0.1)
    yield "one task in 20 is lost", day, replace(REAL, lost_share=0.05)
    yield "all services alike", replace(day, load=replace(load, skew=0.0)), REAL
    yield "one service writes everything", replace(day, load=replace(load, services=1)), REAL
    yield "files are compressed: none is cut", replace(day, load=compressed), REAL
    yield "the same, services alike", replace(day, load=replace(compressed, skew=0.0)), REAL
    yield "one stretch in 10 has repeats", replace(day, load=replace(load, repeat_share=0.1)), REAL
    yield "all of it is there twice", replace(day, load=replace(load, repeat_share=0.5)), REAL
    yield "the network is half as fast", replace(day, assumed=replace(assumed, network_rate=100e6)), REAL
    yield "an hour of it in a run", replace(day, load=hour), REAL
    yield "the same, 24 hours recalled", replace(day, load=replace(hour, recalled_bytes=load.volume_bytes)), REAL
    yield "full tallies", replace(day, costs=full), REAL
    yield "full tallies, tree of 16", replace(day, costs=full, way="tree of 16"), REAL


def spell_cases(measured: Measured, assumed: Assumed) -> str:
    """A middling day in other circumstances."""
    steps = ALL_STEPS[1:]
    rows = []
    for name, day, luck in list_cases(measured, assumed):
        run = day.run(Fleet(MANY, luck))
        bill = make_bill(run, MANY)
        worked = bill.worked_hours / (day.load.volume_bytes / TERABYTE)
        rows.append([name, *(spell_duration(run[step].seconds) for step in steps), spell_duration(bill.seconds)])
        rows[-1].append(spell_figure(worked))
    return page.spell_table(["case", *steps, "together", "vCPU h a TB, at work"], rows)


def spell_assumed(assumed: Assumed) -> str:
    """What nobody has measured here."""
    load = Load(0.0)
    rows = [
        ["until workers are there, once a run", f"{assumed.start_seconds:.0f} s"],
        ["until the first byte of anything in a bucket comes", f"{assumed.open_seconds:.1f} s"],
        [
            "network of a worker, either direction; it does not count meanwhile",
            f"{assumed.network_rate / 1e6:.0f} MB/s",
        ],
        ["tallies that a worker sends on", f"{assumed.bundles}"],
        ["snapshots that Beam makes of a tally that it sends on; counted in the engine", f"{WRITES:.1f}"],
        ["without Beam, four cores count as fast as so many", f"{assumed.threads:.0f}"],
        ["a worker", f"1 vCPU, {WORKER_GIB} GiB"],
        ["the driver: the machine that you call from", f"{DRIVER_VCPU} vCPU, {DRIVER_GIB} GiB"],
        ["spread of a task's time: sigma of the lognormal, its mean 1", f"{REAL.spread}"],
        ["machines that are slow, and how much", f"{REAL.slow_share:.0%}, {REAL.slow_times:.0f} times"],
        ["tasks that are lost on their way and begin anew", f"{REAL.lost_share:.1%}"],
        ["services, each with a file an hour; exponent of Zipf's law", f"{load.services}, {load.skew:.0f}"],
        ["the busiest hour, in mean hours", f"{load.busy_times:.0f}"],
        ["stretches with an entry that another one counts", f"{load.repeat_share:.1%}"],
    ]
    return page.spell_table(["assumed", "value"], rows)


def list_blocks(measured: Measured, assumed: Assumed, simulated: Sequence[Simulated]) -> Iterator[tuple[str, str]]:
    """The tables by the script whose markers they go between."""
    yield "scaling/fleet", spell_assumed(assumed)
    yield "scaling/day", spell_days(simulated)
    yield "scaling/merging", spell_ways(measured, assumed)
    yield "scaling/simulated_tables", spell_cases(measured, assumed)
