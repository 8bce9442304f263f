"""What a run remembers of entries, where several read for it."""

import json

from log_gardener._core import Reading, Seen, Tally

HOUR = 488_301
"""Since 1970: 2025-09-14T21:00:00Z."""

NAMES = [f"id-{number}" for number in range(6)]


def meet(seen: Seen, names: list[str]) -> tuple[int, int, int]:
    """New, known and duplicate entries."""
    tally = Tally()
    entries = [{"insertId": name, "textPayload": "sown", "timestamp": "2025-09-14T21:00:00Z"} for name in names]
    tally.add("\n".join(map(json.dumps, entries)).encode(), Reading("a"), seen=seen)
    account = tally.account
    return account.entries - account.known, account.known, account.duplicates


def remember(seen: Seen) -> Seen:
    """What a later run knows."""
    later = Seen()
    for hour, identities in seen.news():
        later.recall(hour, identities)
    return later


def before() -> Seen:
    """What knows the first two names."""
    earlier = Seen()
    meet(earlier, NAMES[:2])
    return remember(earlier)


def test_a_fork_knows_what_earlier_runs_counted_and_nothing_of_this_one() -> None:
    original = before()
    assert meet(original, NAMES) == (4, 2, 0)

    fork = original.fork()

    assert (fork.news(), fork.known()) == ([], [])
    assert meet(fork, NAMES) == (4, 2, 0)
    assert meet(original, NAMES) == (0, 0, 6)


def test_what_an_earlier_run_counted_is_listed_once_met_and_is_no_news() -> None:
    seen, earlier = before(), Seen()
    meet(earlier, NAMES[:2])
    assert seen.known() == []

    meet(seen, NAMES[1:])

    (hour, identities), *others = seen.known()
    assert not others
    assert len(identities) == 8
    (first_hour, both), *_ = earlier.news()
    assert hour == first_hour
    assert identities in {both[:8], both[8:]}


def test_what_another_stretch_counts_is_a_duplicate_and_neither_news_nor_known() -> None:
    first = before()
    meet(first, NAMES)

    second = before()
    for hour, identities in [*first.news(), *first.known()]:
        second.exclude(hour, identities)

    assert meet(second, [*NAMES, "id-9"]) == (1, 0, 6)
    assert [len(identities) for _, identities in second.news()] == [8]
    assert second.known() == []


def test_all_of_a_sealed_hour_is_known_to_a_fork_too() -> None:
    original = Seen()
    original.seal(HOUR)

    assert meet(original.fork(), NAMES) == (0, 6, 0)
