"""Values that cannot be cannot be built."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_gardener.errors import LedgerError
from log_gardener.model.coverage import Coverage, Outcome, Probe, Problem, Refusal
from log_gardener.model.instant import (
    from_nanos,
    parse_duration,
    parse_instant,
    spell_instant,
    to_nanos,
)
from log_gardener.model.severity import Severity, worst
from log_gardener.model.window import Window
from tests.laws.strategies import EPOCH_SECONDS, spell_time
from tests.unit.entries import entry, tally_of, tend

NOON = datetime(2025, 9, 14, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("end", [NOON, NOON - HOUR])
def test_a_window_ends_after_it_starts(end: datetime) -> None:
    with pytest.raises(ValueError, match="must end after it starts"):
        Window(NOON, end)


@pytest.mark.parametrize("zone", [None, timezone(timedelta(hours=2))])
def test_a_window_is_in_utc(zone: timezone | None) -> None:
    with pytest.raises(ValueError, match="must be UTC"):
        Window(NOON.replace(tzinfo=zone), NOON + HOUR)


def test_a_window_until_a_time_of_any_zone_has_its_length_in_utc() -> None:
    berlin = timezone(timedelta(hours=2))

    assert Window.until(datetime(2025, 9, 14, 14, tzinfo=berlin), HOUR) == Window(NOON - HOUR, NOON)


@given(first=st.integers(0, 2**61), length=st.integers(0, 10**15))
def test_a_window_around_two_instants_holds_both(first: int, length: int) -> None:
    start, end = Window.around(first, first + length).nanos

    assert start <= first <= first + length < end


@given(nanos=st.integers(0, 2**61))
def test_an_instant_reads_back_to_the_microsecond(nanos: int) -> None:
    spelt = spell_instant(nanos)

    assert parse_instant(spelt) == from_nanos(nanos)
    assert to_nanos(from_nanos(nanos)) == nanos // 1_000 * 1_000


@pytest.mark.parametrize(
    ("fraction", "spelt"),
    [(0, ""), (1, ".000000001"), (100_000_000, ".100000"), (123_456_000, ".123456"), (123_456_789, ".123456789")],
)
def test_an_instant_is_spelt_with_zero_six_or_nine_digits(fraction: int, spelt: str) -> None:
    assert spell_instant(to_nanos(NOON) + fraction) == f"2025-09-14T12:00:00{spelt}Z"


@given(nanos=st.integers(0, 10**12), digits=st.integers(0, 9))
def test_an_entry_may_spell_its_time_with_any_number_of_digits(nanos: int, digits: int) -> None:
    spelt = spell_time(nanos, digits)
    cut = nanos // 10 ** (9 - digits) * 10 ** (9 - digits)

    assert tally_of({"textPayload": "rain", "timestamp": spelt}).account.span == (EPOCH_SECONDS * 10**9 + cut,) * 2


def test_the_order_of_times_is_not_the_order_of_their_texts() -> None:
    earlier, later = entry("rain", seconds=1), entry("rain", seconds=1.5)
    later["timestamp"], earlier["timestamp"] = (
        later["timestamp"].replace("01.500000000Z", "01.5Z"),
        spell_time(10**9, 0),
    )
    (template,) = tend([later, earlier]).clusters

    assert earlier["timestamp"] > later["timestamp"]
    assert (template.last_nanos or 0) - (template.first_nanos or 0) == 500_000_000


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2025-09-14T12:00:00Z", NOON),
        ("2025-09-14T12:00:00.5Z", NOON + timedelta(seconds=0.5)),
        ("2025-09-14T12:00:00.123456789Z", NOON + timedelta(microseconds=123_456)),
        ("2025-09-14T14:00:00+02:00", NOON),
        ("2025-09-14 12:00", NOON),
        (" 2025-09-14T12:00:00 ", NOON),
    ],
)
def test_a_time_without_an_offset_is_utc(text: str, at: datetime) -> None:
    assert parse_instant(text) == at


@pytest.mark.parametrize("text", ["", "yesterday", "2025-13-01T00:00:00Z", "1757883600"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no time"):
        parse_instant(text)


@pytest.mark.parametrize(
    ("text", "seconds"), [("2d", 172_800), ("90m", 5_400), ("1h30m", 5_400), (" 1 H 30 m ", 5_400), ("1w", 604_800)]
)
def test_a_length_of_time_is_a_sum_of_units(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "0s", "2", "d", "-1d", "1.5h", "2d or so", "1d 2"])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="length of time"):
        parse_duration(text)


def test_the_worst_severity_is_the_most_urgent_one() -> None:
    assert worst(Severity.WARNING, Severity.CRITICAL, Severity.ERROR) is Severity.CRITICAL
    assert Severity.DEFAULT.rank < Severity.INFO.rank < Severity.EMERGENCY.rank


@pytest.mark.parametrize("part", ["entries", "joined", "outside_window", "other_services", "less_severe", "duplicates"])
def test_coverage_refuses_to_be_built_when_its_parts_do_not_sum(part: str) -> None:
    whole = Coverage(12, 6, 1, 1, 1, 1, 1, (Refusal("not JSON", 1),))

    assert whole.refused == 1
    with pytest.raises(LedgerError, match="12 records were read but 13 are accounted for"):
        replace(whole, **{part: getattr(whole, part) + 1})


ARRIVING = Probe("a", 1, "entries do arrive", is_arriving=True)


@pytest.mark.parametrize(
    ("coverage", "outcome"),
    [
        (Coverage(1, 1), Outcome.OBSERVED),
        (Coverage(1, 1, problems=(Problem("a", "permission denied"),)), Outcome.OBSERVED),
        (Coverage(1, 0, outside_window=1), Outcome.VERIFIED_EMPTY),
        (Coverage(1, 0, other_services=1), Outcome.VERIFIED_EMPTY),
        (Coverage(1, 0, less_severe=1), Outcome.VERIFIED_EMPTY),
        (Coverage(0, 0, probes=(ARRIVING,)), Outcome.VERIFIED_EMPTY),
        (Coverage(0, 0, probes=(ARRIVING, replace(ARRIVING, is_arriving=False))), Outcome.UNKNOWN),
        (Coverage(0, 0, probes=(ARRIVING,), problems=(Problem("a", "gone"),)), Outcome.UNKNOWN),
        (Coverage(0, 0), Outcome.UNKNOWN),
        (Coverage(1, 0, refusals=(Refusal("not JSON", 1),)), Outcome.UNKNOWN),
        (Coverage(2, 0, outside_window=1, refusals=(Refusal("no time", 1),)), Outcome.UNKNOWN),
        (Coverage(1, 0, outside_window=1, problems=(Problem("a", "gone"),)), Outcome.UNKNOWN),
    ],
)
def test_health_is_never_inferred_from_missing_data(coverage: Coverage, outcome: Outcome) -> None:
    assert coverage.outcome is outcome


def test_a_worklog_refuses_to_be_built_when_its_parts_do_not_sum() -> None:
    worklog = tend([entry("pump stopped"), entry("all is well", "INFO")])

    assert worklog.other.entries == 1
    with pytest.raises(LedgerError, match="2 entries were counted, but clusters and the rest hold 1"):
        replace(worklog, clusters=())
    with pytest.raises(LedgerError, match="severities 3"):
        replace(worklog, severities=((Severity.INFO, 3),))
