"""How a subscription is cut: windows, how late an entry may come, and shares of a window."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from log_gardener.engines.beam.options import OWN
from log_gardener.errors import UsageError
from log_gardener.model.instant import parse_duration

MOST_SLOTS = 1_024

GRACE_SECONDS = 60
"""How long a window stays open behind its end: most entries are published some seconds after they are written."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How a subscription is cut.

    Attributes:
        window_seconds: how long a window is.
        lateness_seconds: how long before its publication an entry may have been written to be counted in the window
            of its own time; what is older is counted in the window of its publication.
        slots: how many shares of a window are counted side by side.
        patience_seconds: how long to collect what came late before it is a pane; 0 for not at all, where a runner has
            no such clock.
    """

    window_seconds: int = 300
    lateness_seconds: int = 86_400
    slots: int = 16
    patience_seconds: int = 60

    def find_start(self, seconds: int) -> int:
        """The beginning of the window of a time, whole seconds since 1970."""
        return seconds // self.window_seconds * self.window_seconds

    @classmethod
    def parse(cls, given: Mapping[str, str]) -> Self:
        """Read them from the options of Beam, among which they stand.

        Raises:
            UsageError: a length of time or a number cannot be read, or is out of bounds.
        """
        found = {name: given.get(name, default) for name, default in OWN.items()}
        try:
            window, lateness = (int(parse_duration(found[name]).total_seconds()) for name in ("window", "lateness"))
            slots = int(found["slots"])
        except ValueError as error:
            msg = f"the table [beam], or --beam, sets what cannot be: {error}"
            raise UsageError(msg) from None
        if not 1 <= slots <= MOST_SLOTS:
            msg = f"slots = {slots}: give 1 to {MOST_SLOTS:,}"
            raise UsageError(msg)
        return cls(window, lateness, slots)
