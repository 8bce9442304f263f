"""How urgent an issue is, with its arithmetic."""

from dataclasses import dataclass
from enum import StrEnum


class Priority(StrEnum):
    """P0 is dropped everything for, P4 is a note."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


class FaultClass(StrEnum):
    """What kind of fault an issue is; the key of the priority table's class rows."""

    STARTUP = "startup"
    REQUEST = "request"
    AUTHENTICATION = "authentication"
    CONFIGURATION = "configuration"
    DEPENDENCY = "dependency"
    DATA = "data"
    UPSTREAM = "upstream"
    PERFORMANCE = "performance"
    DEPRECATION = "deprecation"
    CODE = "code"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Reason:
    """One named part of a priority's sum.

    Attributes:
        part: severity, class, frequency, reach, novelty, impact or stability.
        points: its share of the score, possibly negative.
        why: the fact behind it.
    """

    part: str
    points: int
    why: str


class Frequency(StrEnum):
    """How often, in words; the count is always shown beside it."""

    VERY_HIGH = "very high"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
