"""Where something looks wrong nothing is filed but one notice, once."""

import pytest

from log_gardener.errors import TrackerError
from log_gardener.model.ledger import NOTICE
from log_gardener.model.plan import ActionKind
from log_gardener.model.ticket import Fate
from log_gardener.stages.breaker import EMPTY, FLOOD
from tests.tickets.benches import Bench, filed, kinds
from tests.tickets.gardens import TRACE, Entry

DAYS = 24


@pytest.fixture
def bench() -> Bench:
    return Bench()


# Breakers.


def flood(bench: Bench, count: int, first: int = 0) -> list[Entry]:
    """So many issues at once: exceptions in functions of as many names."""
    letters = "abcdefghij"
    names = [f"{letters[n // 100 % 10]}{letters[n // 10 % 10]}{letters[n % 10]}" for n in range(first, first + count)]
    return [bench.garden.entry(TRACE.format(name=f"fn_{name}")) for name in names]


def test_where_too_much_is_new_at_once_one_notice_is_filed_once(bench: Bench) -> None:
    filed(bench)
    bench.garden.tend(flood(bench, 60))
    written = bench.list_writes()

    for _ in range(20):
        bench.file(*bench.garden.fail("pot"), hours=8)

    assert [write.method for write in bench.box.journal[written:] if write.method != "prepare_labels"] == ["create"]
    assert bench.garden.store.read_ledger(bench.box.name).by_issue[NOTICE].number == 2
    assert FLOOD in bench.read(2).title


def test_a_flood_that_is_let_in_comes_a_few_tickets_at_a_time(bench: Bench) -> None:
    bench.garden.tend(flood(bench, 60))

    plan = bench.plan(FLOOD)

    assert kinds(plan) == [ActionKind.CREATE] * bench.policy.most_new


def test_where_the_tracker_looks_empty_one_notice_is_filed_once(bench: Bench) -> None:
    filed(bench, "pot", "hose", "rake", "mole")
    bench.box.gone = dict.fromkeys(bench.box.kept, Fate.DELETED)
    bench.box.kept.clear()
    written = bench.list_writes()

    for _ in range(20):
        bench.file(*bench.garden.fail("pot"), *bench.garden.fail("seed"), hours=8)

    assert [write.method for write in bench.box.journal[written:]] == ["create"]
    (notice,) = bench.box.kept.values()
    assert EMPTY in notice.ticket.title


def test_whoever_says_that_the_tracker_is_empty_on_purpose_is_believed_once_for_all(bench: Bench) -> None:
    filed(bench, "pot", "hose", "rake", "mole")
    bench.box.gone = dict.fromkeys(bench.box.kept, Fate.DELETED)
    bench.box.kept.clear()
    bench.apply(bench.plan(EMPTY))

    bench.file(*bench.garden.fail("seed"), hours=1)

    assert [kept.ticket.title for kept in bench.box.kept.values()] == [
        "GCP-new | P2 | cannot open seed store: permission denied"
    ]


def test_copies_and_former_tickets_that_people_delete_trip_nothing(bench: Bench) -> None:
    filed(bench)
    first = bench.read(1)
    copies = [bench.box.put(first.title, first.body, sorted(first.labels), is_ours=True).number for _ in range(3)]
    bench.file(hours=1)
    for number in copies:
        bench.box.people.delete(number)
    bench.apply(bench.plan(EMPTY))

    plan = bench.file(*bench.garden.fail("hose"), hours=1)

    assert kinds(plan) == [ActionKind.CREATE]


@pytest.mark.parametrize("method", ["list_tickets", "find_recent", "list_neighbours"])
def test_where_a_look_fails_nothing_is_concluded(bench: Bench, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.garden.tend(bench.garden.fail("pot"))

    def fail(*_: object) -> None:
        msg = "the tracker does not answer"
        raise TrackerError(msg)

    monkeypatch.setattr(bench.box, method, fail)
    with pytest.raises(TrackerError):
        bench.plan()
    monkeypatch.undo()
    assert bench.box.journal == []


def test_where_the_look_before_a_create_fails_nothing_is_created(bench: Bench) -> None:
    bench.garden.tend(bench.garden.fail("pot"))
    plan = bench.plan()
    bench.box.outage = TrackerError("the tracker does not answer")

    applied = bench.apply(plan)

    assert applied.stopped == "the tracker does not answer"
    assert [write for write in bench.box.journal if write.method == "create"] == []
