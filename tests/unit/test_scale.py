"""The laws that the simulation of many workers keeps, whatever was measured."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.scaling.bill import DRIVER_VCPU, make_bill
from benchmarks.scaling.day import ALL_STEPS, Assumed, Costs, Day
from benchmarks.scaling.fleet import EVEN, Fleet, Luck, Phase
from benchmarks.scaling.load import STRETCH_BYTES, Load
from benchmarks.scaling.merging import Merging, Sizes, find_widths, make_tree
from benchmarks.scaling.spelling import spell_duration, spell_many
from log_gardener._core import LEAF_BYTES
from log_gardener.engines.beam.stretch import LEAVES_PER_STRETCH

TASKS = st.lists(st.floats(0.001, 100), max_size=60)
WORKERS = st.integers(1, 40)
UNLUCKY = Luck(spread=0.5, slow_share=0.2, slow_times=3.0, lost_share=0.1)
MERGING = Merging(Sizes(9e6, 0.3, 177e6), 3e-9, 4e-9, 15e-9, 5e-9)
COSTS = Costs(
    entry_bytes=760,
    measure_rate=2e9,
    read_rate=200e6,
    split_seconds=50e-9,
    repeats_seconds=80e-9,
    unite_seconds=20e-9,
    unite_bytes=24,
    keep_seconds=40e-9,
    recall_seconds=200e-9,
    tend_seconds=3.0,
    merging=MERGING,
)
WAYS = ["chain", "fan-out 16", "fan-out 64", "fan-out by root", "tree of 16"]


def test_work_takes_a_worker() -> None:
    with pytest.raises(ValueError, match="work takes a worker"):
        Fleet(0)


def test_nothing_to_do_takes_no_time() -> None:
    assert Fleet(5, UNLUCKY).work([]) == Phase(0.0, 0.0, 0)


@given(tasks=TASKS)
def test_one_worker_takes_the_sum(tasks: list[float]) -> None:
    assert Fleet(1).work(tasks).seconds == pytest.approx(sum(tasks))


@given(tasks=TASKS, workers=WORKERS)
def test_one_worker_more_is_never_slower_where_machines_are_alike(tasks: list[float], workers: int) -> None:
    more, fewer = (Fleet(count).work(tasks).seconds for count in (workers + 1, workers))

    assert more <= fewer or more == pytest.approx(fewer)


@given(tasks=TASKS, workers=WORKERS)
def test_what_workers_do_together_is_the_sum_however_many_there_are(tasks: list[float], workers: int) -> None:
    assert Fleet(workers).work(tasks).busy_seconds == pytest.approx(sum(tasks))


@given(tasks=TASKS, workers=WORKERS)
def test_it_takes_at_least_its_longest_task_and_its_share_and_at_most_twice_that(
    tasks: list[float], workers: int
) -> None:
    least = max([sum(tasks) / workers, *tasks])

    seconds = Fleet(workers).work(tasks).seconds

    assert least <= seconds * (1 + 1e-9)
    assert seconds <= 2 * least * (1 + 1e-9)


@given(tasks=TASKS, workers=WORKERS, seed=st.integers(0, 99))
def test_the_same_seed_is_the_same_fate(tasks: list[float], workers: int, seed: int) -> None:
    assert Fleet(workers, UNLUCKY, seed).work(tasks) == Fleet(workers, UNLUCKY, seed).work(tasks)


def test_another_seed_is_another_fate() -> None:
    assert Fleet(3, UNLUCKY, 1).work([1.0] * 50) != Fleet(3, UNLUCKY, 2).work([1.0] * 50)


def test_a_spread_leaves_the_mean_as_it_is() -> None:
    assert Fleet(1, Luck(spread=0.5)).work([1.0] * 20_000).seconds == pytest.approx(20_000, rel=0.03)


def test_slow_machines_alone_take_as_many_times_as_long() -> None:
    assert Fleet(4, Luck(slow_share=1.0, slow_times=3.0)).work([1.0] * 8).seconds == pytest.approx(6.0)


def test_a_slow_machine_among_many_takes_fewer_tasks_and_not_all_time() -> None:
    slow = Fleet(100, Luck(slow_share=0.3, slow_times=10.0), seed=2).work([1.0] * 10_000)

    assert 100 < slow.seconds < 200


@given(seed=st.integers(0, 99))
def test_what_is_lost_is_done_again_and_costs_what_it_had_taken(seed: int) -> None:
    phase = Fleet(5, Luck(lost_share=0.2), seed).work([1.0] * 200)

    assert phase.lost > 0
    assert 200 < phase.busy_seconds < 200 + phase.lost


@pytest.mark.parametrize("count", [1, 2, 17, 300])
def test_a_fan_out_of_one_is_a_chain(count: int) -> None:
    (phase,) = MERGING.run(Fleet(8), count, 3.0, [1])

    assert phase.seconds == pytest.approx(MERGING.chain(count, 3.0))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("count", [1, 2, 16, 17, 1_000])
def test_every_way_to_merge_ends_with_one_tally_and_needs_every_tally(way: str, count: int) -> None:
    free = replace(MERGING, sizes=Sizes(1.0, 0.0, 1.0), read_seconds=1.0, merge_seconds=0.0, write_seconds=0.0)
    widths = find_widths(way, count)

    phases = list(replace(free, network_seconds=0.0).run(Fleet(count), count, 1.0, widths))

    assert widths[-1] == 1
    # Each tally is read once where it is made and, level by level, what is left of them once more.
    left = [min(width, count) for width in widths[:-1]]
    assert sum(phase.busy_seconds for phase in phases) == pytest.approx(count + sum(left))


def test_a_word_that_is_no_way_to_merge_is_refused() -> None:
    with pytest.raises(ValueError, match="bush"):
        find_widths("bush", 3)


@pytest.mark.parametrize(("count", "widths"), [(1, [1]), (16, [1]), (17, [2, 1]), (300, [19, 2, 1])])
def test_a_tree_narrows_by_its_fan(count: int, widths: list[int]) -> None:
    assert make_tree(count, 16) == widths


def test_a_chain_is_longer_than_a_tree_where_there_are_workers_for_it() -> None:
    chain, tree = (
        sum(phase.seconds for phase in MERGING.run(Fleet(500), 2_000, 1.0, find_widths(way, 2_000)))
        for way in ("chain", "tree of 16")
    )

    assert tree < chain / 10


@given(stretches=st.integers(1, 10**6))
def test_a_tally_grows_with_what_it_covers_up_to_its_bound(stretches: int) -> None:
    sizes = Sizes(9e6, 0.3, 177e6)

    assert 9e6 <= sizes.find_bytes(stretches) <= sizes.find_bytes(stretches + 1) <= 177e6


@given(volume=st.floats(1e6, 1e12), hours=st.integers(1, 30), services=st.integers(1, 50), is_divisible=st.booleans())
def test_stretches_are_all_there_is_to_read(volume: float, hours: int, services: int, is_divisible: bool) -> None:  # noqa: FBT001 - drawn
    load = Load(volume, hours=hours, services=services, is_divisible=is_divisible)

    stretches = load.list_stretches()

    assert sum(stretches) == pytest.approx(volume)
    assert not is_divisible or max(stretches) <= STRETCH_BYTES
    assert sum(load.list_slots(760)) == pytest.approx(volume / 760)


def test_the_busiest_hour_is_as_busy_as_it_was_said() -> None:
    slots = Load(1e12, busy_times=1.5).list_slots(760)

    assert max(slots) == pytest.approx(1.5 * sum(slots) / len(slots))


@pytest.mark.parametrize("way", WAYS)
def test_all_steps_of_a_day_are_told_in_their_order(way: str) -> None:
    run = Day(Load(1e11), COSTS, Assumed(), way).run(Fleet(10))

    assert tuple(run) == ALL_STEPS
    assert all(phase.seconds > 0 for step, phase in run.items() if step != "recall")


def test_workers_read_in_proportion_where_there_is_enough_to_read() -> None:
    few, many = (Day(Load(1e12), COSTS).run(Fleet(count))["read"].seconds for count in (10, 100))

    assert few / many == pytest.approx(10, rel=0.05)


def test_the_work_of_reading_is_the_same_however_many_read() -> None:
    few, many = (Day(Load(1e11), COSTS).run(Fleet(count))["read"].busy_seconds for count in (1, 500))

    assert few == pytest.approx(many)


def test_repeats_cost_a_second_reading() -> None:
    none, all_of_them = (Day(Load(1e11, repeat_share=share), COSTS).run(Fleet(10)) for share in (0.0, 1.0))

    more = all_of_them["settle"].busy_seconds - none["settle"].busy_seconds
    assert more == pytest.approx(none["read"].busy_seconds)


def test_a_file_that_cannot_be_cut_is_read_by_one_worker() -> None:
    load = Load(1e12, services=1, hours=1, is_divisible=False)

    one, many = (Day(load, COSTS).run(Fleet(count, EVEN))["read"].seconds for count in (1, 1_000))

    assert one == pytest.approx(many)


def test_what_one_machine_does_at_last_is_no_faster_with_more_workers() -> None:
    one, many = (Day(Load(1e12), COSTS).run(Fleet(count))["finish"] for count in (1, 1_000))

    assert one == many


def test_only_files_longer_than_a_stretch_are_measured_before_and_wholly() -> None:
    short, long = (Load(size, hours=1, services=1) for size in (STRETCH_BYTES, STRETCH_BYTES + 1))

    assert short.list_leaves() == []
    assert long.list_leaves() == [LEAF_BYTES] * LEAVES_PER_STRETCH + [1]
    assert long.list_stretches() == [STRETCH_BYTES, 1]


def test_what_earlier_runs_counted_is_learnt_by_every_worker() -> None:
    few, many = (Day(Load(1e11, recalled_bytes=1e12), COSTS).run(Fleet(count))["recall"] for count in (10, 100))

    assert many.seconds == few.seconds > 0
    assert many.busy_seconds == pytest.approx(10 * few.busy_seconds)


def test_nothing_is_learnt_where_no_earlier_run_has_counted() -> None:
    assert Day(Load(1e11), COSTS).run(Fleet(10))["recall"] == Phase(0.0, 0.0)


def test_workers_are_paid_until_the_last_of_them_ends_and_the_driver_to_the_end() -> None:
    run = {step: Phase(3_600.0, 1_800.0) for step in ALL_STEPS}

    bill = make_bill(run, 10)

    hours = len(ALL_STEPS)
    assert bill.seconds == hours * 3_600
    assert bill.vcpu_hours == 10 * (hours - 1) + DRIVER_VCPU * hours
    # Waiting for workers to come is no work.
    assert bill.worked_hours == (hours - 1) / 2


@pytest.mark.parametrize("workers", [1, 10, 300])
def test_nobody_works_longer_than_is_paid_for(workers: int) -> None:
    bill = make_bill(Day(Load(1e12), COSTS).run(Fleet(workers, UNLUCKY)), workers)

    assert 0 < bill.worked_hours <= bill.vcpu_hours


@given(volume=st.floats(1e10, 1e12))
def test_a_terabyte_of_twice_the_volume_is_cheaper_for_one_waits_once(volume: float) -> None:
    once, twice = (make_bill(Day(Load(size), COSTS).run(Fleet(10)), 10).vcpu_hours for size in (volume, 2 * volume))

    assert twice < 2 * once


@pytest.mark.parametrize(
    ("seconds", "spelt"),
    [
        (0, "0.0 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (119, "119 s"),
        (120, "2.0 min"),
        (7_199, "120 min"),
        (7_200, "2.0 h"),
        (172_799, "48 h"),
        (172_800, "2.0 d"),
        (864_000, "10 d"),
    ],
)
def test_a_time_is_spelt_in_the_largest_unit_of_which_there_are_two(seconds: float, spelt: str) -> None:
    assert spell_duration(seconds) == spelt


@pytest.mark.parametrize(("count", "spelt"), [(132e6, "132 million"), (1.32e9, "1.3 billion"), (2e12, "2.0 trillion")])
def test_large_numbers_are_spelt_in_words(count: float, spelt: str) -> None:
    assert spell_many(count) == spelt
