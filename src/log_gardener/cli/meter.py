"""How far something is, how fast it goes, and how long it will take: only what is known of that."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from rich import filesize

from log_gardener import ports
from log_gardener.renderers.markdown import spell_seconds

# A rate is of the last seconds, so that it tells of now; of less than this it is chance.
_RATED_SECONDS = 15.0
_LEAST_SECONDS = 1.0

_PER_CENT = 100


@dataclass(frozen=True, slots=True)
class Measure:
    """How far something is.

    Attributes:
        done: how much of it, in bytes or as a share of 1.
        total: of how much; `None` where nobody knows.
        note: that in words.
        is_bytes: whether it is bytes, whose rate means something.
    """

    done: float
    total: float | None
    note: str
    is_bytes: bool = False


Measuring: TypeAlias = Callable[[], Measure]


def measure_bytes(size: int | None, bytes_read: Callable[[], int]) -> Measuring:
    """What measures the reading of a stream; `size` is in bytes, `None` if nobody knows."""
    of = f" of {filesize.decimal(size)}" if size else ""

    def measure() -> Measure:
        read = bytes_read()
        return Measure(read, size or None, filesize.decimal(read) + of, is_bytes=True)

    return measure


def measure_share(find_progress: Callable[[], ports.Progress | None]) -> Measuring:
    """What measures something that tells its share itself."""

    def measure() -> Measure:
        found = find_progress() or ports.Progress(None)
        # What has not begun cannot tell yet.
        return Measure(found.share or 0.0, None if found.share is None else 1.0, found.note)

    return measure


@dataclass(slots=True)
class Meter:
    """Asks how far something is, again and again, and makes a rate and an estimate of the answers.

    Attributes:
        name: of what.
        measure: asks.
        begun: when, in seconds of the same clock as all that follows.
    """

    name: str
    measure: Measuring
    begun: float
    _samples: deque[tuple[float, float]] = field(default_factory=deque)

    def read(self, now: float) -> "Reading":
        """How far it is now."""
        found = self.measure()
        self._samples.append((now, found.done))
        while now - self._samples[0][0] > _RATED_SECONDS:
            self._samples.popleft()
        seconds, since = now - self._samples[0][0], self._samples[0][1]
        rate = (found.done - since) / seconds if seconds >= _LEAST_SECONDS else None
        return Reading(found, now - self.begun, rate)


@dataclass(frozen=True, slots=True)
class Reading:
    """How far something is at one moment.

    Attributes:
        measure: what it says itself.
        seconds: since it has begun.
        rate: how much a second; `None` while that is not known.
    """

    measure: Measure
    seconds: float
    rate: float | None

    @property
    def share(self) -> float | None:
        """How much of it is done, from 0 to 1; `None` where nobody knows."""
        total = self.measure.total
        return None if total is None else min(self.measure.done / total, 1.0)

    @property
    def seconds_left(self) -> float | None:
        """How long it takes if it goes on as it does; `None` where nobody knows."""
        total = self.measure.total
        return None if total is None or not self.rate else max(total - self.measure.done, 0.0) / self.rate

    def spell(self, *, is_short: bool = False) -> str:
        """All of it in words; in short only the share, the rate, and what is left."""
        share = self.share
        parts = [] if is_short and share is not None else [self.measure.note]
        parts += [] if share is None else [f"{share * _PER_CENT:.0f} %"]
        if self.measure.is_bytes and self.rate is not None:
            parts.append(f"{filesize.decimal(int(self.rate))}/s")
        left = self.seconds_left
        parts.append(f"{spell_whole(self.seconds)} so far" if left is None else f"{spell_whole(left)} left")
        return ", ".join(filter(None, parts))


def spell_whole(seconds: float) -> str:
    """A length of time in whole seconds."""
    return spell_seconds(int(seconds))
