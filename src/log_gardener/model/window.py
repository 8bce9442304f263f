"""The span of event time that a run is about."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from log_gardener.model.instant import from_nanos, to_nanos


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A half-open span of event time, `start <= t < end`.

    Attributes:
        start: inclusive, timezone-aware, UTC.
        end: exclusive, timezone-aware, UTC, strictly after `start`.

    Raises:
        ValueError: a bound is naive or not UTC, or `end <= start`.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        for bound in (self.start, self.end):
            if bound.tzinfo is None or bound.utcoffset() != timedelta(0):
                msg = f"a window's bound must be UTC, not {bound.isoformat()}"
                raise ValueError(msg)
        if self.end <= self.start:
            msg = f"a window must end after it starts ({self.start.isoformat()} to {self.end.isoformat()})"
            raise ValueError(msg)

    @classmethod
    def until(cls, end: datetime, length: timedelta) -> "Window":
        """The window of a length that ends at `end`."""
        at = end.astimezone(UTC)
        return cls(at - length, at)

    @classmethod
    def around(cls, first_nanos: int, last_nanos: int) -> "Window":
        """The narrowest window, to the microsecond, that holds both instants."""
        return cls(from_nanos(first_nanos), from_nanos(last_nanos) + timedelta(microseconds=1))

    @property
    def nanos(self) -> tuple[int, int]:
        """Both bounds in UTC nanoseconds."""
        return to_nanos(self.start), to_nanos(self.end)
