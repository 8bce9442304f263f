"""Wherever carrying out a plan ends, and whoever goes on with it, the end is the same."""

from collections.abc import Callable
from typing import Any

import pytest

from log_gardener.errors import BusyError, LostAnswerError
from log_gardener.model.issue import Resolution
from log_gardener.model.plan import ActionKind
from tests.fakes.ticket_box import Trouble
from tests.tickets.benches import Bench, kinds


def make_busy_bench() -> Bench:
    """One plan away from: two new tickets, an escalation, a return, a fold, a resolution, and a copy to be closed."""
    bench = Bench()
    garden = bench.garden
    bench.file(
        *garden.fail("pot"), *garden.fail("hose"), *garden.fail("rake"), *garden.fail("mole"), *garden.serve(range(3))
    )
    bench.file(*garden.serve(range(3), "cart", has_failed=False), hours=1)
    bench.box.people.close(bench.find_number("hose"))
    bench.file(*garden.fail("pot"), hours=8)
    garden.garden.resolve(bench.find("rake"), Resolution(garden.nanos))
    copied = bench.read(bench.find_number("mole"))
    garden.wait(hours=1)
    bench.box.put(copied.title, copied.body, sorted(copied.labels), is_ours=True)
    garden.tend([*garden.fail("pot", 80), *garden.fail("hose"), *garden.fail("bee"), *garden.fail("seed")])
    garden.tend(garden.serve(range(6), "cart"))
    return bench


def describe(bench: Bench) -> list[Any]:
    """All tickets as people see them; of comments only what they tell of, which may be worded by another plan."""
    return [
        (
            kept.ticket.title,
            kept.ticket.body,
            sorted(kept.ticket.labels),
            kept.ticket.state,
            kept.closed_as,
            kept.parent,
            [comment.body.partition(":")[0] for comment in kept.comments],
        )
        for kept in sorted(bench.box.kept.values(), key=lambda kept: (kept.ticket.title, kept.ticket.number))
    ]


@pytest.fixture(scope="module")
def busy() -> Bench:
    return make_busy_bench()


@pytest.fixture(scope="module")
def reference(busy: Bench) -> Bench:
    """All of it in one go."""
    bench = busy.copy()
    bench.apply(bench.plan())
    bench.finish()
    return bench


def test_the_busy_plan_has_something_of_every_kind(busy: Bench, reference: Bench) -> None:
    plan = busy.plan()

    assert {*ActionKind} - {*kinds(plan)} == {ActionKind.DECIDE, ActionKind.REMEMBER, ActionKind.LABEL}
    assert reference.plan().actions == ()


ENDS: dict[str, Callable[[], BaseException]] = {
    "killed": KeyboardInterrupt,
    "limited": lambda: BusyError("wait an hour"),
    "unanswered": lambda: LostAnswerError("no answer came"),
}


SAME, NEW = True, False
BEFORE, AFTER = False, True


# What is refused for a limit took no effect, so that there is no such end after a write.
@pytest.mark.parametrize(
    ("end", "is_after", "has_same_plan"),
    [
        ("killed", BEFORE, SAME),
        ("killed", BEFORE, NEW),
        ("killed", AFTER, SAME),
        ("killed", AFTER, NEW),
        ("unanswered", BEFORE, SAME),
        ("unanswered", AFTER, NEW),
        ("limited", BEFORE, NEW),
    ],
)
def test_an_apply_that_ends_at_any_write_ends_alike(
    busy: Bench, reference: Bench, end: str, *, is_after: bool, has_same_plan: bool
) -> None:
    for skipped in range(200):
        bench = busy.copy()
        plan = bench.plan()
        bench.box.troubles = [Trouble(ENDS[end](), is_after, skipped=skipped)]
        try:
            bench.apply(plan)
        except KeyboardInterrupt:
            assert end == "killed"
        if bench.box.troubles:
            assert skipped > 10
            return
        if has_same_plan:
            bench.garden.wait(seconds=60)
            bench.apply(plan)
        bench.finish()
        assert describe(bench) == describe(reference), f"stopped at write {skipped}"


def test_a_plan_that_was_carried_out_is_carried_out_once_only(busy: Bench) -> None:
    bench = busy.copy()
    plan = bench.plan()
    bench.apply(plan)
    before, written = describe(bench), bench.list_writes()

    again = bench.apply(plan)

    assert all(result.is_done for result in again.results)
    assert (describe(bench), bench.list_writes()) == (before, written)


def test_of_two_who_planned_before_either_began_the_second_finds_all_done(busy: Bench, reference: Bench) -> None:
    bench = busy.copy()
    first = bench.plan()
    bench.garden.wait(seconds=1)
    second = bench.plan()
    assert first.digest != second.digest
    bench.apply(first)
    written = bench.list_writes()

    bench.apply(second)

    assert bench.list_writes() == written
    bench.finish()
    assert describe(bench) == describe(reference)


@pytest.mark.parametrize("has_same_plan", [SAME, NEW], ids=["the same plan", "a new plan"])
def test_a_ticket_that_was_made_and_does_not_show_yet_is_not_made_again(*, has_same_plan: bool) -> None:
    bench = Bench()
    bench.garden.tend(bench.garden.fail("pot"))
    plan = bench.plan()
    bench.box.troubles = [Trouble(KeyboardInterrupt(), is_after=True, methods=frozenset({"create"}))]
    with pytest.raises(KeyboardInterrupt):
        bench.apply(plan)
    bench.box.hidden = {1}

    for _ in range(3):
        bench.garden.wait(minutes=2)
        bench.apply(plan if has_same_plan else bench.plan())
        assert sorted(bench.box.kept) == [1]
    bench.box.hidden = set()
    bench.garden.wait(hours=1)
    bench.apply(plan if has_same_plan else bench.plan())
    bench.finish()

    assert sorted(bench.box.kept) == [1]
