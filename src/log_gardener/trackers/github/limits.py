"""Whether an answer asks to wait, and how long."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from log_gardener.trackers.github.wire import Reply

_FORBIDDEN, _TOO_MANY = 403, 429

# Where nothing tells how long, GitHub asks for a minute at least, and for more each time:
# https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
LEAST_SECONDS = 60.0

# What a refusal says that is about how much was asked, and not about who asks. The second is what it said before 2020,
# and what Enterprise servers of that time still say.
_SPEAKS_OF_LIMIT = ("rate limit", "abuse detection")


def find_wait(reply: Reply, now: datetime, earlier: int) -> float | None:
    """Seconds to wait before asking again; `None` if the answer is no limit.

    Args:
        reply: what was answered.
        now: the present time, UTC.
        earlier: how many limits there were for this request before.
    """
    if reply.status not in {_FORBIDDEN, _TOO_MANY}:
        return None
    message = reply.message.lower()
    is_used_up = reply.headers.get("x-ratelimit-remaining") == "0"
    told = _find_told(reply, now, is_used_up=is_used_up)
    if told is not None and (reply.status == _TOO_MANY or is_used_up or "retry-after" in reply.headers):
        # A server whose clock is behind would have us ask without end.
        return max(told, min(2.0**earlier, LEAST_SECONDS))
    if reply.status == _TOO_MANY or any(text in message for text in _SPEAKS_OF_LIMIT):
        return LEAST_SECONDS * 2.0 ** min(earlier, 16)
    return None


def _find_told(reply: Reply, now: datetime, *, is_used_up: bool) -> float | None:
    served = _parse_date(reply.headers.get("date", "")) or now
    after = reply.headers.get("retry-after", "").strip()
    if after:
        until = _parse_date(after)
        return float(after) if after.isdecimal() else (until - served).total_seconds() if until else LEAST_SECONDS
    reset = reply.headers.get("x-ratelimit-reset", "").partition(".")[0]
    if not is_used_up or not reset.isdecimal():
        return None
    # By the server's own clock, since ours may be wrong; and a second, since it has whole ones.
    return float(reset) - served.timestamp() + 1


def _parse_date(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
