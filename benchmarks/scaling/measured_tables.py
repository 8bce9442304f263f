"""Tables of what was measured."""

from collections.abc import Iterator

from benchmarks import page
from benchmarks.scaling.growth import IDENTITIES, RUNS, State
from benchmarks.scaling.measured import Measured
from benchmarks.scaling.spelling import DAY_HOURS, HOUR_SECONDS, TERABYTE
from benchmarks.scaling.tallies import Full, Mix, Union

MB = 1e6


def spell_tallies(measured: Measured) -> str:
    """Reading, tallies by their shapes, and those of real splits."""
    sizes = measured.sizes
    mixes = [
        "the first stretch of",
        "its MB",
        "bytes an entry",
        "MB/s a core, counted",
        "MB/s a core, digested",
        "vCPU hours a TB",
        "tally, MB",
        "templates",
    ]
    fulls = [
        "shapes",
        "tally, MB",
        "ms to write",
        "ms to read",
        "ms to merge two",
        "templates",
        "ms to generalise",
        "s to judge and remember",
    ]
    unions = ["leaves", "entries", "tally of the last leaf, MB", "of all, MB", "ms to merge the last"]
    said = (
        f"The tally of *n* leaves has about {sizes.first_bytes / MB:.1f} · n^{sizes.exponent:.2f} MB, "
        f"and at most {sizes.largest_bytes / MB:,.0f}."
    )
    return "\n\n".join(
        [
            page.spell_table(mixes, map(_spell_mix, measured.mixes)),
            page.spell_table([*fulls, "peak MiB to merge"], map(_spell_full, measured.fulls)),
            page.spell_table(unions, map(_spell_union, measured.unions)),
            said,
            _describe(),
        ]
    )


def _spell_mix(mix: Mix) -> list[str]:
    seconds = TERABYTE / mix.read_rate + TERABYTE / mix.measure_rate
    rates = [
        f"{mix.stretch_bytes / MB:,.0f}",
        f"{mix.entry_bytes:,.0f}",
        f"{mix.read_rate / MB:,.0f}",
        f"{mix.measure_rate / MB:,.0f}",
    ]
    return [mix.name, *rates, f"{seconds / HOUR_SECONDS:.2f}", f"{mix.snapshot_bytes / MB:.1f}", f"{mix.templates:,}"]


def _spell_union(union: Union) -> list[str]:
    counts = [f"{union.leaves}", f"{union.entries:,}"]
    sizes = [f"{union.leaf_bytes / MB:.1f}", f"{union.snapshot_bytes / MB:.1f}"]
    return [*counts, *sizes, f"{union.merge_seconds * 1e3:,.0f}"]


def _spell_full(full: Full) -> list[str]:
    moments = (full.write_seconds, full.read_seconds, full.merge_seconds)
    judged = "" if full.tend_seconds is None else f"{full.tend_seconds:.1f}"
    spelt = [f"{full.shapes:,}", f"{full.snapshot_bytes / MB:.1f}", *(f"{one * 1e3:,.0f}" for one in moments)]
    return [
        *spelt,
        f"{full.templates:,}",
        f"{full.generalise_seconds * 1e3:,.0f}",
        judged,
        f"{full.merging_bytes / 2**20:,.0f}",
    ]


def spell_identities(measured: Measured) -> str:
    """What one entry's identity costs on its way."""
    own = measured.identities
    rows = [
        ["ns to deal out to slots, on a worker", f"{own.split_seconds * 1e9:.0f}"],
        ["ns to find repeats, on a worker", f"{own.repeats_seconds * 1e9:.0f}"],
        ["bytes at the peak of that", f"{own.repeats_bytes:.0f}"],
        ["ns to bring into order, on the driver", f"{own.unite_seconds * 1e9:.0f}"],
        ["bytes at the peak of that, the pieces with them", f"{own.unite_bytes:.0f}"],
        ["ns to write to SQLite", f"{own.keep_seconds * 1e9:.0f}"],
        ["ns to learn one that an earlier run has counted, on every worker", f"{own.recall_seconds * 1e9:.0f}"],
        ["bytes of one that an earlier run has counted, on every worker", f"{own.recall_bytes:.1f}"],
    ]
    return "\n\n".join([page.spell_table(["of one identity", "figure"], rows), _describe()])


def spell_growth(measured: Measured) -> str:
    """A state after each run, and what the last of them has added."""
    header = [
        "runs",
        "entries of the run",
        "issues",
        "rows of issues",
        "MB of issues",
        "MB of identities",
        "MB of worklogs",
    ]
    first, last = measured.states[-2], measured.states[-1]
    seen = last.rows["sightings"] - first.rows["sightings"]
    rows, added = last.other_rows - first.other_rows, last.other_bytes - first.other_bytes
    kept = last.table_bytes[IDENTITIES] - first.table_bytes[IDENTITIES]
    said = (
        f"The last run has added {rows / seen:.1f} rows and {added / seen / 1e3:.1f} kB for each of the {seen:,} "
        f"issues that it saw, {(last.table_bytes[RUNS] - first.table_bytes[RUNS]) / 1e3:,.0f} kB for itself, "
        f"and {kept / last.entries:.1f} bytes for each entry. By the hour, such runs add "
        f"{added * DAY_HOURS / MB:,.0f} MB of issues a day, before counts become coarser."
    )
    return "\n\n".join([page.spell_table(header, map(_spell_state, measured.states)), said, _describe()])


def _spell_state(state: State) -> list[str]:
    sizes = (state.other_bytes, state.table_bytes[IDENTITIES], state.table_bytes[RUNS])
    counts = (state.runs, state.entries, state.issues, state.other_rows)
    return [*(f"{one:,}" for one in counts), *(f"{one / MB:.1f}" for one in sizes)]


def _describe() -> str:
    said = "Seconds are those of the processor, over all threads, the least of some runs; others used the machine, too."
    return f"{page.describe_machine()} {said}"


def list_blocks(measured: Measured) -> Iterator[tuple[str, str]]:
    """The tables by the script whose markers they go between."""
    yield "scaling/tallies", spell_tallies(measured)
    yield "scaling/identities", spell_identities(measured)
    yield "scaling/growth", spell_growth(measured)
