"""How long GitHub asks to wait, as its documentation says it."""

from datetime import UTC, datetime

import pytest

from log_gardener.trackers.github.limits import LEAST_SECONDS, find_wait
from log_gardener.trackers.github.wire import Reply

NOW = datetime(2025, 9, 24, 21, tzinfo=UTC)
SECONDARY = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}


def reset_in(seconds: int) -> dict[str, str]:
    return {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW.timestamp()) + seconds)}


@pytest.mark.parametrize("status", [200, 201, 304, 401, 404, 422, 500])
def test_only_a_refusal_can_be_a_limit(status: int) -> None:
    assert find_wait(Reply(status, {**reset_in(5), "retry-after": "7"}), NOW, 0) is None


def test_a_refusal_of_rights_is_no_limit() -> None:
    reply = Reply(403, {"x-ratelimit-remaining": "4000"}, {"message": "Resource not accessible by integration"})

    assert find_wait(reply, NOW, 0) is None


@pytest.mark.parametrize("status", [403, 429])
def test_the_server_is_taken_at_its_word(status: int) -> None:
    assert find_wait(Reply(status, {"retry-after": "90"}, SECONDARY), NOW, 0) == 90


def test_a_time_to_wait_for_may_be_a_date() -> None:
    assert find_wait(Reply(429, {"retry-after": "Wed, 24 Sep 2025 21:02:00 GMT"}), NOW, 0) == 120


def test_a_time_to_wait_for_that_nobody_can_read_is_a_minute() -> None:
    assert find_wait(Reply(429, {"retry-after": "soon"}), NOW, 0) == LEAST_SECONDS


@pytest.mark.parametrize("status", [403, 429])
def test_a_limit_that_is_used_up_ends_a_second_after_its_reset(status: int) -> None:
    assert find_wait(Reply(status, reset_in(600)), NOW, 0) == 601


def test_the_reset_is_by_the_clock_of_the_server() -> None:
    headers = {**reset_in(600), "date": "Wed, 24 Sep 2025 21:09:00 GMT"}

    assert find_wait(Reply(403, headers), NOW, 0) == 61


def test_a_secondary_limit_without_a_time_is_a_minute_and_grows() -> None:
    waits = [find_wait(Reply(403, {"x-ratelimit-remaining": "4000"}, SECONDARY), NOW, earlier) for earlier in range(4)]

    assert waits == [60, 120, 240, 480]


def test_what_enterprise_servers_call_abuse_is_a_limit() -> None:
    said = {"message": "You have triggered an abuse detection mechanism."}

    assert find_wait(Reply(403, {}, said), NOW, 0) == LEAST_SECONDS


def test_a_reset_that_is_over_already_does_not_have_us_ask_without_end() -> None:
    waits = [find_wait(Reply(403, reset_in(-600)), NOW, earlier) for earlier in (0, 1, 5, 6, 40)]

    assert waits == [1, 2, 32, 60, 60]
