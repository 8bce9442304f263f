"""Times and lengths of time as the Logging API spells them, in nanoseconds."""

import re
from datetime import UTC, datetime, timedelta

NANOS = 10**9

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)?)?",
)
_LENGTH = re.compile(r"(-?\d+(?:\.\d+)?)(h|m|s|ms|us|ns)")
_UNITS = {"h": 3_600 * NANOS, "m": 60 * NANOS, "s": NANOS, "ms": 10**6, "us": 10**3, "ns": 1}


def parse_nanos(text: str) -> int:
    """Read RFC 3339; without an offset it is UTC, without a time of day the day's beginning.

    Raises:
        ValueError: the text is no time.
    """
    found = _INSTANT.fullmatch(text)
    if not found:
        msg = f"{text!r} is no time"
        raise ValueError(msg)
    day, clock, fraction, offset = found.groups()
    zone = "" if offset is None or offset in "Zz" else offset
    at = datetime.fromisoformat(f"{day}T{clock or '00:00:00'}{zone or '+00:00'}")
    return (at - _EPOCH) // timedelta(seconds=1) * NANOS + int((fraction or "0").ljust(9, "0"))


def parse_length(text: str) -> int:
    """Read a length such as `0.25s` or `5ms`.

    Raises:
        ValueError: the text is none.
    """
    found = _LENGTH.fullmatch(text)
    if not found:
        msg = f"{text!r} is no length of time"
        raise ValueError(msg)
    return round(float(found[1]) * _UNITS[found[2]])


def spell_nanos(nanos: int) -> str:
    """Spell a time in UTC with nine digits behind the second."""
    seconds, fraction = divmod(nanos, NANOS)
    text = (_EPOCH + timedelta(seconds=seconds)).replace(tzinfo=None).isoformat()
    return f"{text}.{fraction:09}Z"


def to_nanos(at: datetime) -> int:
    """Nanoseconds since 1970."""
    return (at - _EPOCH) // timedelta(microseconds=1) * 1_000
