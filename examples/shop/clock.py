"""Time in the shop: whole nanoseconds, a fixed window, and the rhythm of its customers.

Only integers are drawn here. A logarithm or a sine may differ in its last bit between
two machines, and the sample must be the same bytes everywhere.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

MICROSECOND = 1_000
MILLISECOND = 1_000_000
SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

# How busy each hour (UTC) is. Europe buys flowers at lunch and after work.
HOURLY = (1, 1, 1, 1, 1, 2, 4, 7, 10, 12, 12, 13, 14, 12, 11, 11, 12, 14, 15, 14, 11, 7, 4, 2)
HOURLY_TOTAL = sum(HOURLY)


def november(day: int, clock: str = "00:00:00") -> int:
    """The nanoseconds since the epoch of a UTC time of day in November 2025."""
    moment = datetime.fromisoformat(f"2025-11-{day:02d}T{clock}+00:00")
    return int(moment.timestamp()) * SECOND


START = november(3)
END = november(5)


def rfc3339(time_ns: int, digits: int) -> str:
    """The time as Cloud Logging writes it, with 0 to 9 digits of the second's fraction."""
    seconds, fraction = divmod(time_ns, SECOND)
    text = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    shown = f"{fraction:09d}"[:digits]
    return f"{text}.{shown}Z" if shown else f"{text}Z"


def moments(rng: Random, per_day: int, *, start: int = START, end: int = END) -> list[int]:
    """About `per_day` sorted times a day, as dense in each hour as customers are."""
    found = []
    for hour in range(start // HOUR, -(-end // HOUR)):
        count, rest = divmod(per_day * HOURLY[hour % 24], HOURLY_TOTAL)
        count += rng.randrange(HOURLY_TOTAL) < rest
        found += [hour * HOUR + rng.randrange(HOUR) for _ in range(count)]
    return sorted(time for time in found if start <= time < end)


def chance(rng: Random, percent: int) -> bool:
    """True as often as `percent` says."""
    return rng.randrange(100) < percent


def ticks(rng: Random, every: int, *, start: int = START, end: int = END) -> Iterator[int]:
    """A timer's times: one each `every` nanoseconds, up to a second late as timers are."""
    for time in range(start + rng.randrange(every), end - SECOND, every):
        yield time + rng.randrange(SECOND)
