"""What the page about scale says follows from what was measured, and from nothing else."""

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from benchmarks.scaling import limits, simulated_tables
from benchmarks.scaling.answer import LADDER, PATIENCE_SECONDS, find_workers, make_hour, spell_answer
from benchmarks.scaling.bill import make_bill
from benchmarks.scaling.checking import Check, find_expected, spell_checks
from benchmarks.scaling.day import Assumed, Day
from benchmarks.scaling.fleet import REAL, Fleet
from benchmarks.scaling.growth import State
from benchmarks.scaling.identities import Identities, measure_identities
from benchmarks.scaling.load import Load
from benchmarks.scaling.measured import Measured
from benchmarks.scaling.picture import SIZE, Line, draw_lines
from benchmarks.scaling.splits import make_entries, read_leaves
from benchmarks.scaling.tallies import Full, Mix, Union, count, measure_full
from log_gardener._core import LEAF_BYTES

ROOT = Path(__file__).parents[2]
ASSUMED = Assumed()
TABLES = {"runs": 10, "identities": 10, "sightings": 10}
MEASURED = Measured(
    mixes=[Mix("lines", 2**28, 800.0, 200e6, 4e9, 13_000_000, 700)],
    fulls=[
        Full(1_000, 3_000_000, 0.02, 0.01, 0.02, 0.04, 1_000, 2.0, 50_000_000),
        Full(50_000, 150_000_000, 1.0, 0.4, 0.7, 2.0, 50_000, None, 900_000_000),
    ],
    unions=[Union(1, 80_000, 9_000_000, 9_000_000, 0.01), Union(2, 160_000, 9_000_000, 11_000_000, 0.03)],
    whole_seconds=3.0,
    identities=Identities(50e-9, 100e-9, 50.0, 30e-9, 24.0, 40e-9, 200e-9, 12.5, 10**9),
    states=[State(number, 80_000, TABLES, TABLES) for number in (1, 2)],
)


def test_the_fan_out_that_is_simulated_is_that_of_the_engine() -> None:
    source = (ROOT / "src/log_gardener/engines/beam/pipeline.py").read_text(encoding="utf-8")

    (fanout,) = re.findall(r"^FANOUT = (\d+)$", source, re.MULTILINE)

    assert Day(Load(1e9), MEASURED.find_costs(1e8)).way == f"fan-out {fanout}"


def test_the_nearest_limit_is_none_that_can_be_avoided() -> None:
    found = limits.find_nearest(MEASURED, ASSUMED)

    others = [one for one in limits.list_limits(MEASURED, ASSUMED) if not one.is_avoided]
    assert not found.is_avoided
    assert found.terabytes == min(one.terabytes for one in others)


def test_an_hour_of_identities_ends_where_the_value_of_the_state_is_full() -> None:
    (found,) = (one for one in limits.list_limits(MEASURED, ASSUMED) if "one value" in one.what)

    # 125 million entries of 800 bytes in the busiest hour, in a day twelve times as many.
    assert found.terabytes == pytest.approx(125e6 * 800 * 12 / 1e12)


def test_larger_entries_move_every_limit_of_memory() -> None:
    larger = replace(MEASURED, mixes=[replace(MEASURED.mixes[0], entry_bytes=1_600.0)])

    near, far = ([one.terabytes for one in limits.list_limits(of, ASSUMED)][:-1] for of in (MEASURED, larger))

    assert far == pytest.approx([2 * one for one in near])


def test_the_driver_finishes_the_busiest_hour_in_an_hour_at_its_limit() -> None:
    volume = limits.find_busy_driver(MEASURED, ASSUMED) * 1e12 / 24 * limits.BUSY_TIMES

    day = Day(Load(volume, hours=1), MEASURED.find_costs(ASSUMED.network_rate), ASSUMED)

    assert day.finish().seconds == pytest.approx(3_600, rel=0.01)


@pytest.mark.parametrize("terabytes", [0.1, 1.0, 3.0])
def test_workers_are_as_few_as_are_enough(terabytes: float) -> None:
    day = make_hour(terabytes, MEASURED.find_costs(ASSUMED.network_rate), ASSUMED)

    found = find_workers(day)

    seconds = {number: make_bill(day.run(Fleet(number, REAL)), number).seconds for number in LADDER}
    assert seconds[found] <= PATIENCE_SECONDS
    assert all(seconds[number] > PATIENCE_SECONDS for number in LADDER if number < found)


def test_the_answer_has_states_enough_for_every_volume() -> None:
    rows = [line.strip("| ").split(" | ") for line in spell_answer(MEASURED, ASSUMED).splitlines() if line[:1] == "|"]

    most = limits.find_nearest(MEASURED, ASSUMED).terabytes
    assert [float(row[0]) for row in rows[2:]] == [0.1, 1, 10, 100]
    for row in rows[2:]:
        assert (int(row[2]) - 1) * most < float(row[0]) <= int(row[2]) * most


def test_a_day_is_told_by_every_number_of_workers_and_its_bars_are_alike() -> None:
    simulated = [
        simulated_tables.Simulated(1, workers, day, day.run(Fleet(workers)))
        for day in [Day(Load(1e12), MEASURED.find_costs(ASSUMED.network_rate))]
        for workers in simulated_tables.WORKERS
    ]
    told = simulated_tables._draw(simulated[2])

    (bar,) = re.findall(r"  ([.dkrisMF]+)  ", told)
    assert len(bar) == simulated_tables.BAR
    # Each step after the one before.
    assert list(dict.fromkeys(bar)) == [sign for sign in simulated_tables.SIGNS.values() if sign in bar]


def test_an_engine_that_does_as_the_simulation_is_once_it() -> None:
    sizes = (100_000_000, 700_000_000)
    seconds = [find_expected(MEASURED, size) for size in sizes]
    slow = Check("slow", seconds[0] + 5, 5 + seconds[0] + 2 * (seconds[1] - seconds[0]))

    told = spell_checks(MEASURED, [Check("alike", *seconds), slow], sizes)

    rows = [line.strip("| ").split(" | ") for line in told.splitlines() if line[:1] == "|"]
    # What is done once is no part of what a gigabyte more costs.
    assert [row[-1] for row in rows[2:]] == ["1.00", "2.00", "1.00"]


def test_a_picture_has_a_line_for_each_volume_with_all_of_its_points_inside() -> None:
    lines = [Line(1, [(1, 3_600.0), (10_000, 600.0)]), Line(100, [(1, 2e6), (1_000, 9_000.0)])]

    root = ET.fromstring(draw_lines(lines))  # noqa: S314 - our own

    spots = [(float(one.attrib["cx"]), float(one.attrib["cy"])) for one in root.iter() if one.tag.endswith("circle")]
    assert len(spots) == 4
    assert all(0 < x < SIZE[0] and 0 < y < SIZE[1] for x, y in spots)
    assert {"1 TB", "100 TB"} <= {one.text for one in root.iter()}


def test_leaves_are_whole_lines_and_all_of_them(tmp_path: Path) -> None:
    line = b"x" * 1_000_000 + b"\n"
    path = tmp_path / "stream"
    path.write_bytes(line * 70)

    leaves = list(read_leaves(path))

    assert b"".join(leaves) == line * 70
    assert all(leaf.endswith(b"\n") for leaf in leaves)
    assert [len(leaf) // len(line) for leaf in leaves] == [
        LEAF_BYTES // len(line) + 1,
        70 - LEAF_BYTES // len(line) - 1,
    ]


def test_made_up_entries_have_as_many_shapes_as_wanted_each_as_often() -> None:
    tally, _ = count(make_entries(50, 3))

    assert len(tally.generalise()) == 50
    assert tally.account.entries == 150


def test_tallies_are_measured_with_all_that_is_done_to_them() -> None:
    full = measure_full(40, 1, is_judged=True)

    assert full.templates == full.shapes == 40
    assert full.tend_seconds is not None
    assert 0 < full.snapshot_bytes < full.merging_bytes


def test_identities_are_measured_to_their_eight_bytes() -> None:
    found = measure_identities(100_000, 1)

    # At the peak there are the pieces, all of them together, and all of them in order.
    assert found.unite_bytes == pytest.approx(24, rel=0.1)
    assert found.longest_bytes == 10**9
    assert min(found.split_seconds, found.repeats_seconds, found.recall_seconds, found.keep_seconds) > 0
