"""A run is compared with the previous one that was asked for the same, and says what cannot be told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from log_gardener import flow
from log_gardener.model.cluster import Status
from log_gardener.model.compared import Change, Changed, Compared
from log_gardener.model.coverage import Coverage, Problem, Refusal
from log_gardener.model.decision import Decisions, Merge, Split
from log_gardener.model.instant import to_nanos
from log_gardener.model.issue import Resolution, Verdict
from log_gardener.model.priority import Priority
from log_gardener.model.window import Window
from log_gardener.model.worklog import Worklog
from log_gardener.ports import Request, Store
from log_gardener.stages.previous import compare_runs, find_missing, make_past
from log_gardener.stages.redaction import Redactor
from log_gardener.stores.sql import SqlStore
from tests.laws.strategies import to_json_lines
from tests.unit.entries import Entry, entry, make_parts

START = datetime(2025, 9, 14, 21, tzinfo=UTC)
HOUR = timedelta(hours=1)
POT, TAP, SPADE = "the pot is dry", "a tap leaks badly today", "a spade is lost"


def hour(number: int, length: int = 1) -> Window:
    return Window(START + number * HOUR, START + (number + length) * HOUR)


def many(text: str, count: int, at: int, severity: str = "ERROR", service: str = "web") -> list[Entry]:
    """Entries spread over an hour."""
    gap = 3_600 / max(count, 1)
    rows = [entry(text, severity, seconds=at * 3_600 + number * gap, service=service) for number in range(count)]
    return [{**row, "insertId": f"{text[:5]}-{service}-{at}-{number}"} for number, row in enumerate(rows)]


def well(at: int, service: str = "web") -> list[Entry]:
    return many("all is well", 60, at, "INFO", service)


def see(store: Store, entries: Sequence[Entry], window: Window | None, decisions: Decisions | None = None) -> Worklog:
    parts = make_parts(to_json_lines(list(entries)), store=store, decisions=decisions)
    return flow.ingest(parts, Request(window))


def changes(worklog: Worklog) -> list[tuple[str, str, int, int, bool]]:
    assert worklog.compared is not None
    return [(row.change.value, row.title, row.before, row.after, row.is_sure) for row in worklog.compared.changes]


@pytest.fixture
def store() -> Store:
    return SqlStore(":memory:")


def test_what_is_new_gone_up_and_down_is_told_in_that_order_of_weight(store: Store) -> None:
    first = see(store, [*well(0), *many(POT, 5, 0), *many(TAP, 90, 0), *many("a wire broke", 40, 0)], hour(0))
    second = see(store, [*well(1), *many(POT, 50, 1), *many(TAP, 9, 1), *many(SPADE, 3, 1)], hour(1))

    assert first.compared is None
    assert second.compared is not None
    assert (second.compared.run, second.compared.window, second.compared.notes) == (1, hour(0), ())
    assert changes(second) == [
        ("new", SPADE, 0, 3, True),
        ("up", POT, 5, 50, True),
        ("down", TAP, 90, 9, True),
        ("gone", "a wire broke", 40, 0, True),
    ]
    assert [second.compared.count(one) for one in Change] == [0, 1, 1, 1, 1, 0]


def test_a_difference_that_chance_may_make_is_marked(store: Store) -> None:
    see(store, [*well(0), *many(POT, 2, 0), *many(TAP, 1, 0)], hour(0))

    assert changes(see(store, [*well(1), *many(POT, 5, 1)], hour(1))) == [
        ("up", POT, 2, 5, False),
        ("gone", TAP, 1, 0, False),
    ]


def test_the_same_window_again_is_compared_with_the_one_before_it(store: Store) -> None:
    see(store, [*well(0), *many(POT, 9, 0)], hour(0))
    entries = [*well(1), *many(POT, 9, 1), *many(TAP, 3, 1)]
    once, again = see(store, entries, hour(1)), see(store, entries, hour(1))

    assert once == again
    assert once.compared is not None
    assert once.compared.run == 1
    # And one over an earlier window is not compared with a later one.
    assert see(store, [*well(0), *many(POT, 9, 0)], hour(0)).compared is None


def test_a_look_into_the_window_is_not_the_run_before_it(store: Store) -> None:
    see(store, [*well(0), *many(POT, 9, 0)], hour(0))
    see(store, [*well(1), *many(POT, 9, 1)], Window(START + HOUR + HOUR / 4, START + HOUR + HOUR / 2))

    compared = see(store, [*well(1), *many(POT, 9, 1)], hour(1)).compared

    assert compared is not None
    assert compared.window == hour(0)


def test_runs_that_were_asked_for_something_else_are_not_compared(store: Store) -> None:
    see(store, [*well(0), *many(POT, 9, 0)], hour(0))
    parts = make_parts(to_json_lines([*well(1), *many(POT, 9, 1)]), store=store)

    assert flow.ingest(parts, Request(hour(1), service="web")).compared is None


def test_windows_of_unequal_length_are_compared_as_rates_and_that_is_said(store: Store) -> None:
    see(store, [*well(0), *many(POT, 40, 0), *many(TAP, 20, 0)], hour(0))
    entries = [*well(1), *well(2), *many(POT, 40, 1), *many(POT, 40, 2), *many(TAP, 80, 1), *many(TAP, 80, 2)]
    worklog = see(store, entries, hour(1, 2))

    assert worklog.compared is not None
    assert changes(worklog) == [("up", TAP, 20, 160, True)]
    assert worklog.compared.notes == ("the windows differ in length, so that counts are compared as rates",)


def test_an_overlap_is_said(store: Store) -> None:
    see(store, [*well(0), *well(1), *many(POT, 40, 0)], hour(0, 2))
    worklog = see(store, [*well(1), *well(2), *many(POT, 40, 2)], hour(1, 2))

    assert worklog.compared is not None
    assert worklog.compared.notes == ("the windows overlap, so that some entries count on both sides",)


def test_an_issue_known_from_before_that_the_previous_run_did_not_have_is_up_and_not_new(store: Store) -> None:
    see(store, [*well(0), *many(POT, 9, 0)], hour(0))
    see(store, [*well(1), *many(TAP, 9, 1)], hour(1))

    assert changes(see(store, [*well(2), *many(TAP, 9, 2), *many(POT, 9, 2)], hour(2))) == [("up", POT, 0, 9, True)]


def test_what_was_resolved_and_is_back_is_regressed(store: Store) -> None:
    first = see(store, [*well(0), *many(POT, 9, 0)], hour(0))
    at = to_nanos(START + HOUR)
    verdict = Verdict(Status.RESOLVED, resolution=Resolution(at))
    store.decide(first.clusters[0].id, verdict, (at, "resolve", ""))

    assert changes(see(store, [*well(1), *many(POT, 9, 1)], hour(1))) == [("regressed", POT, 9, 9, True)]


def test_merged_issues_are_compared_as_one(store: Store) -> None:
    first = see(store, [*well(0), *many(POT, 9, 0), *many(TAP, 8, 0)], hour(0))
    pot, tap = (one.id for one in first.clusters)
    merged = Decisions(merges=(Merge((pot, tap)),))

    assert changes(see(store, [*well(1), *many(POT, 9, 1), *many(TAP, 8, 1)], hour(1), merged)) == []


def test_a_split_template_is_compared_with_what_it_counted_before(store: Store) -> None:
    merged = Decisions(merges=(Merge(tuple(sorted(find_ids()))),))
    first = see(store, [*well(0), *many(POT, 9, 0), *many(TAP, 8, 0)], hour(0), merged)
    (cluster,) = first.clusters
    split = Decisions(splits=tuple(Split((one.id,)) for one in cluster.templates if one.id != cluster.id))
    second = see(store, [*well(1), *many(POT, 9, 1), *many(TAP, 8, 1)], hour(1), split)

    assert len(second.clusters) == 2
    assert changes(second) == []


def find_ids() -> list[str]:
    apart = see(SqlStore(":memory:"), [*well(0), *many(POT, 9, 0), *many(TAP, 8, 0)], hour(0))
    return [one.id for one in apart.clusters]


def test_nothing_is_gone_of_a_service_that_wrote_nothing(store: Store) -> None:
    see(store, [*well(0), *well(0, "cart"), *many(POT, 9, 0, service="cart"), *many(TAP, 9, 0)], hour(0))

    assert changes(see(store, well(1), hour(1))) == [("gone", TAP, 9, 0, True)]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"problems": (Problem("logs.json", "no permission"),)}, "a source could not be read"),
        ({"caps": ("the last page was not read",)}, "a limit was hit"),
        ({"refusals": (Refusal("not JSON", 1),), "read": 72}, "records were refused"),
        ({"last_nanos": to_nanos(START + HOUR + HOUR / 3)}, "what was read covers less than half of the window"),
    ],
)
def test_nothing_is_gone_or_down_where_logs_are_missing(store: Store, change: dict[str, object], why: str) -> None:
    before = see(store, [*well(0), *many(POT, 90, 0), *many(TAP, 90, 0), *many(SPADE, 2, 0)], hour(0))
    after = see(store, [*well(1), *many(POT, 5, 1), *many(SPADE, 6, 1)], hour(1))
    coverage = replace(after.coverage, **change)  # type: ignore[arg-type]
    past = make_past(1, before, Decisions(), Redactor(b"key"))

    compared = compare_runs(replace(after, coverage=coverage, timeline=()), past)

    assert compared is not None
    assert [(row.change, row.title) for row in compared.changes] == [(Change.UP, SPADE)]
    assert compared.notes == (f"nothing is told of what is gone or down, for {why}",)


def test_nothing_is_up_where_logs_of_the_previous_run_are_missing(store: Store) -> None:
    before = see(store, [*well(0), *many(POT, 5, 0), *many(TAP, 90, 0)], hour(0))
    after = see(store, [*well(1), *many(POT, 90, 1), *many(SPADE, 9, 1)], hour(1))
    cut = replace(before, coverage=replace(before.coverage, caps=("cut",)), timeline=())
    compared = compare_runs(after, make_past(1, cut, Decisions(), Redactor(b"key")))

    assert compared is not None
    assert [(row.change, row.title) for row in compared.changes] == [(Change.NEW, SPADE), (Change.GONE, TAP)]
    assert compared.notes == ("nothing is told of what is up, for in the previous run a limit was hit",)


def test_a_run_that_read_nothing_concludes_nothing(store: Store) -> None:
    see(store, [*well(0), *many(POT, 9, 0)], hour(0))
    compared = see(store, [], hour(1)).compared

    assert compared is not None
    assert compared.changes == ()
    assert compared.notes == ("nothing is told of what is gone or down, for nothing was counted",)


def test_one_entry_covers_a_window_that_was_made_around_it() -> None:
    at = to_nanos(START)

    assert find_missing(Coverage(1, 1, first_nanos=at, last_nanos=at), Window.around(at, at)) == ""


def test_a_title_is_redacted_by_the_rules_of_now() -> None:
    store = SqlStore(":memory:")
    before = see(store, [*well(0), *many(POT, 9, 0)], hour(0))
    leaky = replace(before.clusters[0], title="mail to ann@garden.example bounced")
    past = make_past(1, replace(before, clusters=(leaky,)), Decisions(), Redactor(b"key"))

    assert past is not None
    assert "ann@" not in past.issues[0].title


def test_changes_are_counted_by_kind() -> None:
    row = Changed("r1:aa", POT, Priority.P1, Change.UP, 1, 9, is_sure=True)
    compared = Compared(1, START, hour(0), (row, replace(row, change=Change.NEW), replace(row, id="r1:bb")))

    assert (compared.count(Change.UP), compared.count(Change.GONE)) == (2, 0)
