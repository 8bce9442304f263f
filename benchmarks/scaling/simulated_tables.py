"""Tables of what was simulated: a day by workers, ways to merge, and what else may happen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from benchmarks import page
from benchmarks.scaling.day import ALL_STEPS, Assumed, Day, Load
from benchmarks.scaling.fleet import EVEN, Fleet, Luck, Phase
from benchmarks.scaling.measured import Measured

TERABYTE = 1e12
HOUR_SECONDS = 3_600
VOLUMES = (1, 10, 100)
WORKERS = (1, 10, 100, 1_000, 4_000, 10_000)
WAYS = ("chain", "fan-out 16", "fan-out 64", "fan-out by root", "tree of 16")
REAL = Luck(spread=0.25, slow_share=0.01, slow_times=3.0, lost_share=0.001)
# Of the volumes, the one that is looked at closely, on so many workers.
MIDDLE = 10
MANY = 1_000
WORKER_GIB = 3.75
BAR = 50
SIGNS = dict(zip(ALL_STEPS, ".drisMF", strict=True))


def find_seconds(run: Mapping[str, Phase]) -> float:
    """From the start to the end of a run."""
    return sum(phase.seconds for phase in run.values())


def find_busy_seconds(run: Mapping[str, Phase]) -> float:
    """What its workers and its driver worked."""
    return sum(phase.busy_seconds for step, phase in run.items() if step != "start")


def spell_duration(seconds: float) -> str:
    """Seconds, minutes, hours or days, to two figures or three."""
    for unit, name in ((86_400, "d"), (HOUR_SECONDS, "h"), (60, "min")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:,.{1 if seconds < 10 * unit else 0}f} {name}"
    return f"{seconds:,.{0 if seconds >= 10 else 1}f} s"  # noqa: PLR2004 - two figures


def spell_days(measured: Measured, assumed: Assumed, volumes: Sequence[int], workers: Sequence[int]) -> str:
    """How long each volume takes, what it costs, and where the time goes."""
    header = ["TB", "workers", *ALL_STEPS[1:], "together", "vCPU h a TB, paid", "GiB h a TB", "worked"]
    costs = measured.find_costs(assumed.network_rate)
    rows, bars = [], []
    for volume in volumes:
        day = Day(Load(volume * TERABYTE), costs, assumed)
        for count in workers:
            run = day.run(Fleet(count, REAL))
            rows.append([f"{volume}", f"{count:,}", *_spell_run(run, count, volume)])
            bars.append(f"{volume:>4} TB {count:>7,}  {_draw(run)}  {spell_duration(find_seconds(run))}")
    legend = ", ".join(f"{sign} {step}" for step, sign in SIGNS.items())
    chart = "\n".join(["```text", *bars, "```"])
    return f"{page.spell_table(header, rows)}\n\nThe share of each step in the time ({legend}):\n\n{chart}"


def _spell_run(run: Mapping[str, Phase], workers: int, volume: float) -> list[str]:
    seconds, busy = find_seconds(run), find_busy_seconds(run)
    # The driver is one machine more.
    paid = (workers + 1) * seconds / HOUR_SECONDS / volume
    steps = [spell_duration(run[step].seconds) for step in ALL_STEPS[1:]]
    share = busy / ((workers + 1) * seconds)
    return [*steps, spell_duration(seconds), f"{paid:,.1f}", f"{paid * WORKER_GIB:,.0f}", f"{share:.0%}"]


def _draw(run: Mapping[str, Phase]) -> str:
    seconds = find_seconds(run)
    ends, at = [], 0.0
    for step in ALL_STEPS:
        at += run[step].seconds
        ends.append((round(at / seconds * BAR), SIGNS[step]))
    return "".join(next(sign for end, sign in ends if place < end) for place in range(BAR))


def spell_ways(measured: Measured, assumed: Assumed, workers: Sequence[int]) -> str:
    """How long merging takes by the way, for the tallies of the first mix and for full ones."""
    load = Load(MIDDLE * TERABYTE)
    stretches = len(load.list_stretches())
    rows = []
    for name, is_full in (("as measured", False), ("full", True)):
        costs = measured.find_costs(assumed.network_rate, is_full=is_full)
        for way in WAYS:
            day = Day(load, costs, assumed, way)
            merged = (day.merge(Fleet(count, REAL), stretches) for count in workers)
            rows.append([name, way, *(spell_duration(one.seconds) for one in merged)])
    return page.spell_table(["tallies", "way", *(f"{count:,} workers" for count in workers)], rows, names=2)


def list_cases(measured: Measured, assumed: Assumed) -> Iterator[tuple[str, Day, Luck]]:
    """What else may happen to a middling day."""
    load = Load(MIDDLE * TERABYTE)
    usual, full = (measured.find_costs(assumed.network_rate, is_full=is_full) for is_full in (False, True))
    day = Day(load, usual, assumed)
    yield "as above", day, REAL
    yield "all machines alike, none lost", day, EVEN
    yield "one machine in 10 is slow", day, replace(REAL, slow_share=0.1)
    yield "one task in 20 is lost", day, replace(REAL, lost_share=0.05)
    yield "all services alike", replace(day, load=replace(load, skew=0.0)), REAL
    yield "files are compressed: none is cut", replace(day, load=replace(load, is_divisible=False)), REAL
    yield "the same, services alike", replace(day, load=replace(load, is_divisible=False, skew=0.0)), REAL
    yield "one stretch in 10 has repeats", replace(day, load=replace(load, repeat_share=0.1)), REAL
    yield "every stretch has repeats", replace(day, load=replace(load, repeat_share=1.0)), REAL
    yield (
        "one hour of it in a run",
        replace(day, load=replace(load, volume_bytes=load.volume_bytes / 24, hours=1)),
        REAL,
    )
    yield "fan-out by root", replace(day, way="fan-out by root"), REAL
    yield "full tallies", replace(day, costs=full), REAL
    yield "full tallies, fan-out by root", replace(day, costs=full, way="fan-out by root"), REAL
    yield "full tallies, tree of 16", replace(day, costs=full, way="tree of 16"), REAL


def spell_cases(measured: Measured, assumed: Assumed, workers: int) -> str:
    """A middling day in other circumstances."""
    rows = []
    for name, day, luck in list_cases(measured, assumed):
        run = day.run(Fleet(workers, luck))
        worked = find_busy_seconds(run) / HOUR_SECONDS / (day.load.volume_bytes / TERABYTE)
        steps = (spell_duration(run[step].seconds) for step in ALL_STEPS[1:])
        rows.append([name, *steps, spell_duration(find_seconds(run)), f"{worked:,.1f}"])
    return page.spell_table(["case", *ALL_STEPS[1:], "together", "vCPU h a TB, worked"], rows)


def spell_assumed(assumed: Assumed) -> str:
    """What nobody has measured here."""
    load = Load(0.0)
    rows = [
        ["until workers are there, once", f"{assumed.start_seconds:.0f} s"],
        ["until the first byte of a stretch comes", f"{assumed.open_seconds:.1f} s"],
        [
            "network of a worker, either direction; it does not count meanwhile",
            f"{assumed.network_rate / 1e6:.0f} MB/s",
        ],
        ["tallies that a worker sends on", f"{assumed.bundles}"],
        ["a worker", f"1 vCPU, {WORKER_GIB} GiB"],
        ["spread of a task's time: sigma of the lognormal", f"{REAL.spread}"],
        ["machines that are slow, and how much", f"{REAL.slow_share:.0%}, {REAL.slow_times:.0f} times"],
        ["tasks that are lost on their way and begin anew", f"{REAL.lost_share:.1%}"],
        ["services, each with a file an hour; exponent of Zipf's law", f"{load.services}, {load.skew:.0f}"],
        ["the busiest hour, in mean hours", f"{load.busy_times:.0f}"],
        ["stretches with an entry that another one counts", f"{load.repeat_share:.1%}"],
    ]
    return page.spell_table(["assumed", "value"], rows)


def list_blocks(measured: Measured, assumed: Assumed) -> Iterator[tuple[str, str]]:
    """The tables by the script whose markers they go between."""
    yield "scaling/fleet", spell_assumed(assumed)
    yield "scaling/day", spell_days(measured, assumed, VOLUMES, WORKERS)
    yield "scaling/merging", spell_ways(measured, assumed, WORKERS[2:])
    yield "scaling/simulated_tables", spell_cases(measured, assumed, MANY)
