"""The tally is a commutative monoid, seen from Python."""

import gzip
import io
from collections.abc import Iterable
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_gardener._core import Reading, Seen, Tally
from tests.laws.strategies import (
    EPOCH_SECONDS,
    SPREAD_NANOS,
    Entry,
    batches,
    shuffled_splits,
    spell_time,
    timed_batches,
    to_json_lines,
)

EPOCH = EPOCH_SECONDS * 10**9


def tally(entries: list[Entry], reading: Reading | None = None, seen: Seen | None = None) -> Tally:
    result = Tally()
    result.add(to_json_lines(entries), reading or Reading("test"), seen=seen)
    return result


def merge_all(parts: Iterable[Tally]) -> Tally:
    return reduce(Tally.merge, parts, Tally())


def refused(result: Tally) -> int:
    return sum(refusal.count for refusal in result.account.refusals)


@given(entries=batches(), cuts=st.data())
def test_any_split_in_any_order_tallies_to_the_same_bytes(entries: list[Entry], cuts: st.DataObject) -> None:
    parts = shuffled_splits(entries, cuts.draw)

    assert merge_all(tally(part) for part in parts).to_bytes() == tally(entries).to_bytes()


@given(a=batches(), b=batches(), c=batches())
def test_merging_is_associative_and_commutative_with_the_empty_tally_as_neutral(
    a: list[Entry], b: list[Entry], c: list[Entry]
) -> None:
    x, y, z = tally(a), tally(b), tally(c)

    assert x.merge(y).merge(z).to_bytes() == x.merge(y.merge(z)).to_bytes()
    assert x.merge(y).to_bytes() == y.merge(x).to_bytes()
    assert x.merge(Tally()).to_bytes() == Tally().merge(x).to_bytes() == x.to_bytes()


@given(a=batches(), b=batches())
def test_merging_leaves_both_tallies_as_they_were(a: list[Entry], b: list[Entry]) -> None:
    x, y = tally(a), tally(b)
    x.merge(y)

    assert (x.to_bytes(), y.to_bytes()) == (tally(a).to_bytes(), tally(b).to_bytes())


@given(entries=batches(), threads=st.integers(0, 4))
def test_bytes_streams_and_gzip_on_any_number_of_threads_tally_to_the_same_bytes(
    entries: list[Entry], threads: int
) -> None:
    lines = to_json_lines(entries)
    for source in (lines, bytearray(lines), io.BytesIO(lines), gzip.compress(lines)):
        result = Tally()
        result.add(source, Reading("test"), threads=threads)
        assert result.to_bytes() == tally(entries).to_bytes()


@given(entries=batches())
def test_a_snapshot_reads_back_as_the_same_tally(entries: list[Entry]) -> None:
    snapshot = tally(entries).to_bytes()

    assert Tally.from_bytes(snapshot).to_bytes() == snapshot


@given(entries=batches(5), cuts=st.data())
def test_a_damaged_snapshot_is_refused(entries: list[Entry], cuts: st.DataObject) -> None:
    snapshot = tally(entries).to_bytes()
    at = cuts.draw(st.integers(0, len(snapshot) - 1))
    changed = bytearray(snapshot)
    changed[at] ^= cuts.draw(st.integers(1, 255))

    for damaged in (snapshot[:at], bytes(changed), snapshot + b"\0"):
        with pytest.raises(ValueError, match="snapshot"):
            Tally.from_bytes(damaged)


@given(entries=batches())
def test_templates_and_the_account_add_up_to_the_entries(entries: list[Entry]) -> None:
    result = tally(entries)
    account = result.account

    assert account.entries == len(entries)
    assert sum(facet.count for template in result.generalise() for facet in template.facets) == len(entries)
    assert sum(count for _, count in account.severities) == len(entries)


@given(entries=batches())
def test_an_entry_read_again_in_the_same_run_is_a_duplicate(entries: list[Entry]) -> None:
    seen = Seen()
    first, second = tally(entries, seen=seen), tally(entries, seen=seen)

    assert (first.account.entries, first.account.duplicates) == (len(entries), 0)
    assert (second.account.entries, second.account.duplicates) == (0, len(entries))
    assert second.generalise() == []


@given(entries=batches())
def test_an_entry_that_an_earlier_run_counted_is_known_once(entries: list[Entry]) -> None:
    earlier, later = Seen(), Seen()
    tally(entries, seen=earlier)
    for hour, identities in earlier.news():
        later.recall(hour, identities)
    first, second = tally(entries, seen=later), tally(entries, seen=later)

    assert (first.account.entries, first.account.known) == (len(entries), len(entries))
    assert second.account.duplicates == len(entries)
    assert later.news() == []


@given(old=batches(), cuts=st.data())
def test_news_hold_just_what_no_run_has_counted_before(old: list[Entry], cuts: st.DataObject) -> None:
    fresh = [entry | {"insertId": f"fresh-{entry['insertId']}"} for entry in cuts.draw(batches())]
    earlier, later = Seen(), Seen()
    tally(old, seen=earlier)
    for hour, identities in earlier.news():
        later.recall(hour, identities)
    result = tally(old + fresh, seen=later)

    assert (result.account.entries, result.account.known) == (len(old) + len(fresh), len(old))
    assert sum(len(identities) // 8 for _, identities in later.news()) == len(fresh)


@given(entries=timed_batches(), bounds=st.tuples(st.integers(0, SPREAD_NANOS), st.integers(0, SPREAD_NANOS)))
def test_windows_side_by_side_count_every_entry_once(entries: list[Entry], bounds: tuple[int, int]) -> None:
    first, second = (EPOCH + bound for bound in sorted(bounds))
    windows = [(EPOCH, first), (first, second), (second, EPOCH + SPREAD_NANOS)]
    parts = [tally(entries, Reading("test", window=window)) for window in windows]

    assert sum(part.account.entries for part in parts) == len(entries)
    for part in parts:
        assert part.account.entries + part.account.outside == len(entries)


@pytest.mark.parametrize(("nanos", "is_inside"), [(999, False), (1_000, True), (1_999, True), (2_000, False)])
def test_a_window_takes_its_start_and_leaves_its_end(nanos: int, is_inside: bool) -> None:  # noqa: FBT001
    entry = {"textPayload": "rain", "timestamp": spell_time(nanos)}
    account = tally([entry], Reading("test", window=(EPOCH + 1_000, EPOCH + 2_000))).account

    assert (account.entries, account.outside) == ((1, 0) if is_inside else (0, 1))


@given(entries=batches())
def test_a_window_refuses_entries_without_a_time(entries: list[Entry]) -> None:
    result = tally(entries, Reading("test", window=(EPOCH, EPOCH + SPREAD_NANOS)))

    assert refused(result) == sum("timestamp" not in entry for entry in entries)
    assert result.account.read == len(entries) == result.account.entries + refused(result)
