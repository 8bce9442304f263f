"""How often what fails for the moment is tried again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from log_gardener.sources.bigquery.failures import FAILURES, is_transient

_Answer = TypeVar("_Answer")

# Waits before what failed for the moment is tried again, as long as nothing comes. A quota of a minute is back then.
DELAYS_SECONDS = (0.1, 0.5, 2.0, 5.0, 10.0, 20.0, 40.0)


@dataclass(frozen=True, slots=True)
class Patience:
    """How often what fails for the moment is tried again.

    Attributes:
        delays_seconds: the waits between.
        wait: lets so many seconds pass; returns whether there is no use in trying again.
    """

    delays_seconds: Sequence[float]
    wait: Callable[[float], bool]

    def ask(self, call: Callable[[], _Answer]) -> _Answer:
        """What the call gives; raises what it raises where there is no use in trying again."""
        for delay in self.delays_seconds:
            try:
                return call()
            except FAILURES as error:
                if not is_transient(error) or self.wait(delay):
                    raise
        return call()
