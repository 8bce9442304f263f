"""What a run was asked for, what it read, and what it could not."""

from dataclasses import dataclass, field
from enum import StrEnum

from log_gardener.errors import LedgerError


class Outcome(StrEnum):
    """What may be concluded from a run."""

    OBSERVED = "observed"
    VERIFIED_EMPTY = "verified empty"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Records that could not be used, for one reason.

    Attributes:
        reason: a name of the core's table, such as `not JSON`.
        count: how many.
        places: the first few, as `source:line`.
    """

    reason: str
    count: int
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """A source that could not be read, or not to its end."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Probe:
    """What a look for logs of any severity has shown.

    Attributes:
        newest_nanos: the newest entry that was found, UTC; `None` if none was.
        detail: where it looked, and what it found, in words; no full stop.
        is_arriving: whether that shows that logs of what was asked for do arrive.
    """

    source: str
    newest_nanos: int | None
    detail: str
    is_arriving: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """The account of a run. `read` is the sum of its parts, or the value cannot be built.

    Attributes:
        read: records, good and bad.
        entries: those that were counted; a trace that was split into lines is one.
        joined: further lines of such traces.
        outside_window: entries before or after the window.
        other_services: entries of services that were not asked for.
        less_severe: entries below the severity that was asked for.
        duplicates: entries that came more than once in this run, or that arrived late and had been counted.
        refusals: records that could not be used.
        timeless: counted entries that bear no time.
        repaired: counted entries whose text was not valid UTF-8.
        overflow: counted entries whose shapes had no room, so that no template tells of them.
        first_nanos: earliest counted entry, UTC; `None` without any time.
        last_nanos: latest counted entry.
        problems: sources that could not be read.
        caps: limits that were hit, in words.
        late: of the counted entries, those of times that an earlier run had read before they arrived.
        probes: what looks for logs of any severity have shown, where nothing was counted.

    Raises:
        LedgerError: the parts do not sum to `read`.
    """

    read: int
    entries: int
    joined: int = 0
    outside_window: int = 0
    other_services: int = 0
    less_severe: int = 0
    duplicates: int = 0
    refusals: tuple[Refusal, ...] = ()
    timeless: int = 0
    repaired: int = 0
    overflow: int = 0
    first_nanos: int | None = None
    last_nanos: int | None = None
    problems: tuple[Problem, ...] = ()
    caps: tuple[str, ...] = field(default=())
    late: int = 0
    probes: tuple[Probe, ...] = ()

    def __post_init__(self) -> None:
        counted = self.entries + self.joined
        left_out = self.outside_window + self.other_services + self.less_severe + self.duplicates
        parts = counted + left_out + self.refused
        if parts != self.read:
            msg = f"{self.read} records were read but {parts} are accounted for; nothing is reported"
            raise LedgerError(msg)

    @property
    def refused(self) -> int:
        """Records that could not be used."""
        return sum(refusal.count for refusal in self.refusals)

    @property
    def outcome(self) -> Outcome:
        """Observed if anything was counted; health is never inferred from missing data.

        Entries that arrived, but of other services or times or less severe, verify that logs do arrive; so does a
        probe of every source that has one.
        """
        if self.entries:
            return Outcome.OBSERVED
        is_arriving = bool(self.outside_window or self.other_services or self.less_severe)
        is_probed = bool(self.probes) and all(probe.is_arriving for probe in self.probes)
        if (is_arriving or is_probed) and not self.problems and not self.refusals:
            return Outcome.VERIFIED_EMPTY
        return Outcome.UNKNOWN
