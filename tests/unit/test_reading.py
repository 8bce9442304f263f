"""What a reading may ask for beside a window and a service."""

import json
from typing import Any

import pytest

from log_gardener._core import Reading, Seen, Tally
from log_gardener.model.severity import Severity

MILD, BAD = ({"insertId": name, "severity": name, "textPayload": "sown"} for name in ("WARNING", "ERROR"))


def tally(*entries: Any, reading: Reading, seen: Seen | None = None) -> Tally:
    made = Tally()
    made.add(b"\n".join(json.dumps(entry).encode() for entry in entries), reading, seen=seen)
    return made


def remember(seen: Seen) -> Seen:
    """What a later run knows."""
    later = Seen()
    for hour, identities in seen.news():
        later.recall(hour, identities)
    return later


def test_what_is_below_the_severity_asked_for_is_counted_apart() -> None:
    account = tally(MILD, BAD, reading=Reading(severity="ERROR")).account

    assert (account.read, account.entries, account.less_severe) == (2, 1, 1)


@pytest.mark.parametrize("severity", list(Severity))
def test_every_severity_may_be_asked_for(severity: Severity) -> None:
    account = tally(MILD, BAD, reading=Reading(severity=severity)).account

    assert account.entries + account.less_severe == account.read == 2


@pytest.mark.parametrize("word", ["", "error", "WARN", "500"])
def test_another_word_is_no_severity(word: str) -> None:
    with pytest.raises(ValueError, match=f"'{word}' is no severity|\"{word}\" is no severity"):
        Reading(severity=word)


def test_of_news_only_what_an_earlier_run_counted_counts_as_a_duplicate() -> None:
    earlier = Seen()
    tally(MILD, reading=Reading("a"), seen=earlier)

    later = remember(earlier)
    account = tally(MILD, BAD, reading=Reading("b", news_only=True), seen=later).account

    assert (account.entries, account.known, account.duplicates) == (1, 0, 1)
    assert sum(len(identities) for _, identities in later.news()) == 8


def test_a_snapshot_keeps_what_was_less_severe_and_an_older_one_is_refused() -> None:
    part = tally(MILD, BAD, reading=Reading(severity="ERROR"))

    again = Tally.from_bytes(part.to_bytes())

    assert again.account.less_severe == 1
    assert again.merge(part).account.less_severe == 2
    with pytest.raises(ValueError, match="older release"):
        Tally.from_bytes(b"LGT\0\6" + part.to_bytes()[5:])
