"""Where times and counts stand in a picture, and which of them are named: round ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, lcm

from log_gardener.model.instant import NANOS_PER_MINUTE, from_nanos
from log_gardener.renderers.markdown import spell_seconds

HOUR, DAY, WEEK = 60, 1_440, 10_080

# Lengths of time that people name, in minutes; beyond them the last one is doubled.
STEPS = (1, 2, 5, 10, 15, 30, HOUR, 120, 180, 360, 720, DAY, 2 * DAY, WEEK, 2 * WEEK, 4 * WEEK)

# The first Monday of 1970: where weeks begin.
_MONDAY = 4 * DAY

_UNITS = (("week", WEEK), ("day", DAY), ("hour", HOUR), ("minute", 1))

_THOUSAND, _MILLION = 1_000, 1_000_000
_SPELT_OUT = 10_000


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Minutes since 1970 from left to right, `start <= minute < end`, in units of the picture."""

    start: int
    end: int
    left: float
    width: float

    def place(self, minute: float) -> float:
        """How far right a time stands; one outside stands at the edge."""
        share = (minute - self.start) / (self.end - self.start)
        return self.left + min(max(share, 0), 1) * self.width

    def list_ticks(self, spacing: float) -> Iterator[tuple[int, str, str]]:
        """Round times at least so far apart: minute, its name, and the day where that is new."""
        step = find_step(self.start, self.end, most=max(int(self.width / spacing), 1))
        told = ""
        for minute in range(floor(self.start + step - 1, step), self.end + 1, step):
            at = from_nanos(minute * NANOS_PER_MINUTE)
            day = f"{at:%Y}" if step >= DAY else f"{at:%Y-%m-%d}"
            yield minute, f"{at:%b} {at.day}" if step >= DAY else f"{at:%H:%M}", "" if day == told else day
            told = day


@dataclass(frozen=True, slots=True)
class CountAxis:
    """Counts from the bottom up: none at `bottom`, `most` at `bottom - height`."""

    most: int
    bottom: float
    height: float

    def measure(self, count: float) -> float:
        """How tall a count is; one above zero is never drawn as nothing."""
        return max(count / self.most * self.height, 1) if count else 0

    def list_ticks(self) -> Iterator[tuple[float, str]]:
        """How high round counts stand, and their names."""
        for count in range(0, self.most + 1, _find_count_step(self.most)):
            yield self.bottom - count / self.most * self.height, spell_count(count)


def make_count_axis(largest: float, bottom: float, height: float) -> CountAxis:
    """An axis on which a count has room, its end a round one."""
    step = _find_count_step(ceil(max(largest, 1)))
    return CountAxis(ceil(max(largest, 1) / step) * step, bottom, height)


def _find_count_step(largest: int) -> int:
    """The distance of up to six round counts; whole, as counts are."""
    size = 1
    while True:
        for factor in (1, 2, 5):
            if factor * size * 5 >= largest:
                return factor * size
        size *= 10


def find_step(start: int, end: int, *, most: int, multiple: int = 1) -> int:
    """The shortest length of time that people name by which a span has at most so many columns.

    Args:
        start: first minute of the span.
        end: the minute after the last.
        most: how many columns.
        multiple: what the length must be a multiple of: counts of eight minutes cannot be told by five. Where all that
            is named would leave less than half of the columns, it is a length without a name.
    """
    named = next(step for step in _list_steps(multiple) if (end - start + step - 1) // step < most)
    if multiple == 1 or (end - start) // named >= most // 2:
        return named
    return multiple * -(-(end - start + multiple) // (multiple * (most - 1)))


def _list_steps(multiple: int) -> Iterator[int]:
    yield from (step for step in STEPS if step % multiple == 0)
    step = lcm(STEPS[-1], multiple)
    while True:
        yield step
        step *= 2


def floor(minute: int, step: int) -> int:
    """The beginning of the column of a minute; weeks begin on Mondays."""
    base = _MONDAY if step % WEEK == 0 else 0
    return minute - (minute - base) % step


def spell_count(count: int) -> str:
    """A round count, short."""
    if count < _SPELT_OUT:
        return f"{count:,}"
    return f"{count / _MILLION:,g}M" if count >= _MILLION else f"{count / _THOUSAND:g}k"


def spell_step(minutes: int) -> str:
    """A length of time, in its largest unit without the number one where it is whole: `hour`, `30 minutes`."""
    if minutes not in STEPS and minutes > HOUR and minutes % WEEK:
        return spell_seconds(minutes * 60)
    unit, size = next(row for row in _UNITS if minutes % row[1] == 0)
    return unit if minutes == size else f"{minutes // size} {unit}s"


def spell_span(start: int, end: int) -> str:
    """From when to when, UTC, the day of the end where it is another one."""
    first, last = (from_nanos(minute * NANOS_PER_MINUTE) for minute in (start, end))
    until = f"{last:%H:%M}" if first.date() == last.date() else f"{last:%Y-%m-%d %H:%M}"
    return f"{first:%Y-%m-%d %H:%M} to {until} UTC"
