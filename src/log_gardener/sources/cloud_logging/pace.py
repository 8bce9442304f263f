"""How a source waits: by clocks and chances that are given to it."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

STOPPED = "stopped before its end; what was read of it is counted once, also when it is read again"


class StoppedError(OSError):
    """Somebody wants no more of it."""

    def __init__(self) -> None:
        super().__init__(STOPPED)


@dataclass(frozen=True, slots=True)
class Pace:
    """Time and chance, as a source sees them.

    Attributes:
        sleep: waits so many seconds; `None` to wait for real, which a stop ends early.
        monotonic: seconds since any fixed moment.
        random: a number from 0 up to 1.
    """

    sleep: Callable[[float], None] | None = None
    monotonic: Callable[[], float] = time.monotonic
    random: Callable[[], float] = random.random

    def wait(self, seconds: float, stopped: Event) -> bool:
        """Wait so long or until a stop; whether there was one."""
        if self.sleep is None:
            return stopped.wait(seconds)
        if not stopped.is_set():
            self.sleep(seconds)
        return stopped.is_set()

    def pause(self, seconds: float, stopped: Event) -> None:
        """Wait so long.

        Raises:
            StoppedError: a stop ended it.
        """
        if self.wait(seconds, stopped):
            raise StoppedError


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait after failure upon failure: exponential with full jitter.

    Full jitter keeps many who failed together from coming back together:
    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/

    Attributes:
        first_seconds: the most after the first failure; it doubles with each.
        most_seconds: never more than that.
    """

    first_seconds: float
    most_seconds: float

    def find_seconds(self, failures: int, chance: float) -> float:
        """How long after so many failures in a row (at least one), with a chance from 0 up to 1."""
        # Beyond 2**32 nothing grows any more, and a float would end at 2**1024.
        return chance * min(self.first_seconds * 2.0 ** min(failures - 1, 32), self.most_seconds)
