"""Points and lengths of time: integer UTC nanoseconds inside, RFC 3339 outside."""

import re
from datetime import UTC, datetime, timedelta

NANOS_PER_SECOND = 1_000_000_000
NANOS_PER_MINUTE = 60 * NANOS_PER_SECOND
NANOS_PER_HOUR = 60 * NANOS_PER_MINUTE
NANOS_PER_DAY = 24 * NANOS_PER_HOUR
NANOS_PER_MICROSECOND = 1_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_DURATION = re.compile(r"(\d+)\s*([smhdw])")


def parse_duration(text: str) -> timedelta:
    """Read a length of time such as `2d`, `90m` or `1h30m`.

    Raises:
        ValueError: the text is no such thing, or the length is zero.
    """
    parts = _DURATION.findall(text.strip().lower())
    spelt = "".join(number + unit for number, unit in parts)
    if not parts or spelt != re.sub(r"\s+", "", text.lower()):
        msg = f"{text!r} is no length of time; write for example 2d, 6h or 1h30m"
        raise ValueError(msg)
    seconds = sum(int(number) * _UNITS[unit] for number, unit in parts)
    if seconds == 0:
        msg = "the length of time must be more than zero"
        raise ValueError(msg)
    return timedelta(seconds=seconds)


def parse_instant(text: str) -> datetime:
    """Read an RFC 3339 time; one without an offset is UTC.

    Raises:
        ValueError: the text is no time.
    """
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        msg = f"{text!r} is no time; write for example 2025-09-14T20:30:00Z"
        raise ValueError(msg) from None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def to_nanos(at: datetime) -> int:
    """Nanoseconds since 1970, exact to the microsecond that `datetime` holds."""
    delta = at - _EPOCH
    micros = (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
    return micros * NANOS_PER_MICROSECOND


def to_span(length: timedelta) -> int:
    """Nanoseconds of a length of time."""
    return length // timedelta(microseconds=1) * NANOS_PER_MICROSECOND


def from_nanos(nanos: int) -> datetime:
    """The UTC time, cut to the microsecond."""
    return _EPOCH + timedelta(microseconds=nanos // NANOS_PER_MICROSECOND)


def spell_instant(nanos: int) -> str:
    """RFC 3339 in UTC with `Z`, with as many fractional digits as it takes: 0, 6 or 9."""
    text = from_nanos(nanos).replace(tzinfo=None, microsecond=0).isoformat()
    fraction = nanos % NANOS_PER_SECOND
    if fraction == 0:
        return text + "Z"
    digits = f"{fraction:09d}"
    return f"{text}.{digits.removesuffix('000')}Z"
