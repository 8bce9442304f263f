"""How often Cloud Logging is asked."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from random import Random
from threading import Event

import pytest

from log_gardener.sources.cloud_logging.pace import Backoff, Pace, StoppedError
from log_gardener.sources.cloud_logging.token_bucket import Quota, TokenBucket, find_bucket
from tests.fakes.standing_clock import StandingClock

RUNNING = Event()


def make_pace(clock: StandingClock, seed: int = 7) -> Pace:
    return Pace(clock.sleep, clock.monotonic, Random(seed).random)


def take(bucket: TokenBucket, clock: StandingClock, count: int) -> list[float]:
    """When so many turns come."""
    times = []
    for _ in range(count):
        bucket.speed_up(bucket.take(RUNNING))
        times.append(clock.monotonic())
    return times


def count_most(times: list[float]) -> int:
    """The most turns within any minute."""
    return max(sum(start <= one < start + 60 for one in times) for start in times)


def test_a_few_turns_come_at_once_and_the_others_evenly() -> None:
    clock = StandingClock()

    times = take(TokenBucket(60, make_pace(clock)), clock, 30)

    assert times[:10] == [0.0] * 10
    assert times[10:] == pytest.approx(range(1, 21), abs=0.01)


@pytest.mark.parametrize("limit", [1, 7, 60, 600])
def test_no_minute_has_more_turns_than_the_quota_however_long_the_rests(limit: int) -> None:
    clock, random = StandingClock(), Random(limit)
    bucket = TokenBucket(limit, make_pace(clock))

    times = []
    for _ in range(12):
        times += take(bucket, clock, random.randint(1, limit))
        clock.sleep(random.uniform(0, 90))

    assert count_most(times) <= limit


def test_the_whole_quota_is_used_where_there_is_enough_to_ask() -> None:
    clock = StandingClock()

    times = take(TokenBucket(60, make_pace(clock)), clock, 601)

    assert times[-1] == pytest.approx(600, rel=0.03)


def test_workers_share_the_turns() -> None:
    clock = StandingClock()
    bucket = TokenBucket(60, make_pace(clock))

    with ThreadPoolExecutor(4) as executor:
        parts = list(executor.map(lambda _: take(bucket, clock, 60), range(4)))

    assert clock.monotonic() >= 180
    assert sum(map(len, parts)) == 240


def test_a_refusal_halves_the_rate_and_is_followed_by_a_pause() -> None:
    clock = StandingClock()
    bucket = TokenBucket(60, make_pace(clock))
    take(bucket, clock, 20)

    bucket.slow_down(bucket.take(RUNNING))

    refused = clock.monotonic()
    assert bucket.find_rate() == 30
    times = take(bucket, clock, 10)
    assert refused + 8 > times[0] > refused
    assert times[-1] - times[0] == pytest.approx(18, abs=0.1)


def test_refusals_of_what_was_sent_together_count_once() -> None:
    bucket = TokenBucket(60, make_pace(StandingClock()))
    turns = [bucket.take(RUNNING) for _ in range(4)]

    for turn in turns:
        bucket.slow_down(turn)

    assert (bucket.find_rate(), bucket.refusals) == (30, 1)


def test_a_grant_of_what_was_sent_before_the_refusal_shortens_no_pause() -> None:
    clock = StandingClock()
    bucket = TokenBucket(60, Pace(clock.sleep, clock.monotonic, lambda: 0.999))
    first, second = bucket.take(RUNNING), bucket.take(RUNNING)

    bucket.slow_down(first)
    bucket.speed_up(second)
    bucket.slow_down(bucket.take(RUNNING))

    assert take(bucket, clock, 1)[0] == pytest.approx(8 + 16, rel=0.01)


def test_the_rate_recovers_by_a_tenth_a_minute_up_to_the_quota() -> None:
    clock = StandingClock()
    bucket = TokenBucket(60, Pace(clock.sleep, clock.monotonic, lambda: 0.0))
    bucket.slow_down(bucket.take(RUNNING))

    rates = []
    for _ in range(7):
        rates.append(bucket.find_rate())
        clock.sleep(60)

    assert rates == [30, 36, 42, 48, 54, 60, 60]


def test_refusal_upon_refusal_makes_pauses_longer_and_the_rate_no_slower_than_a_sixteenth() -> None:
    clock = StandingClock()
    bucket = TokenBucket(64, Pace(clock.sleep, clock.monotonic, lambda: 0.999))

    times = []
    for _ in range(8):
        turn = bucket.take(RUNNING)
        times.append(clock.monotonic())
        bucket.slow_down(turn)

    pauses = [later - earlier for earlier, later in pairwise(times)]
    assert pauses == pytest.approx([8, 16, 32, 64, 64, 64, 64], rel=0.01)
    assert bucket.find_rate() == 4


def test_a_stop_ends_the_wait_for_a_turn() -> None:
    stopped = Event()
    bucket = TokenBucket(1, Pace())
    bucket.take(stopped)
    assert bucket.find_delay() == 0

    with ThreadPoolExecutor(1) as executor:
        waiting = executor.submit(bucket.take, stopped)
        while bucket.find_delay() < 50:
            pass
        stopped.set()

        with pytest.raises(StoppedError):
            waiting.result(5)


def test_sources_of_one_quota_share_a_bucket() -> None:
    pace = Pace()

    assert find_bucket(Quota("", "a", 60, pace)) is find_bucket(Quota("", "a", 60, Pace()))
    assert find_bucket(Quota("", "a", 60, pace)) is not find_bucket(Quota("", "b", 60, pace))


def test_waits_grow_with_failures_and_differ_by_chance() -> None:
    backoff = Backoff(first_seconds=1.0, most_seconds=20.0)

    assert [backoff.find_seconds(failures, 0.5) for failures in (1, 2, 3, 6, 9_999)] == [0.5, 1, 2, 10, 10]
    assert backoff.find_seconds(3, 0.0) == 0
