"""The priority table: points, bands and thresholds. The configuration may change any row."""

from dataclasses import dataclass, field

from log_gardener.model.priority import FaultClass, Frequency, Priority
from log_gardener.model.severity import Severity


def _severity_points() -> dict[Severity, int]:
    return {
        Severity.EMERGENCY: 60,
        Severity.ALERT: 55,
        Severity.CRITICAL: 50,
        Severity.ERROR: 30,
        Severity.WARNING: 10,
    }


def _class_points() -> dict[FaultClass, int]:
    return {
        FaultClass.STARTUP: 60,
        FaultClass.REQUEST: 25,
        FaultClass.CONFIGURATION: 25,
        FaultClass.UPSTREAM: 20,
        FaultClass.AUTHENTICATION: 15,
        FaultClass.DATA: 10,
        FaultClass.DEPENDENCY: 10,
        FaultClass.PERFORMANCE: 10,
        FaultClass.CODE: 10,
        FaultClass.DEPRECATION: 0,
        FaultClass.NOTICE: 0,
    }


def _band_points() -> dict[Frequency, int]:
    return {Frequency.VERY_HIGH: 15, Frequency.HIGH: 10, Frequency.MEDIUM: 5, Frequency.LOW: 0}


def _bands() -> dict[Frequency, int]:
    return {Frequency.VERY_HIGH: 50, Frequency.HIGH: 10, Frequency.MEDIUM: 5, Frequency.LOW: 0}


def _thresholds() -> dict[Priority, int]:
    return {Priority.P0: 95, Priority.P1: 60, Priority.P2: 40, Priority.P3: 15}


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that turns facts into a priority.

    Attributes:
        severity_points: points by severity; severities without a row give none.
        class_points: points by class of fault.
        band_points: points by frequency band.
        bands: the least number of occurrences of each band.
        thresholds: the least score of each priority; below all of them it is P4.
        non_blocking_points: for a text that says of itself that it does not block.
        single_user_points: where every occurrence concerns the same one user.
        many_users: from this many users on, `many_users_points` are added.
        many_users_points: see `many_users`.
        request_share: from this share of a service's requests on, 0 to 1, `request_share_points` are added.
        request_share_points: see `request_share`.
        novelty_points: for an issue that is new to a garden that has a history, or to the revisions.
        hysteresis: a score must pass a threshold by this much to change a known priority.
        impact: points by service, module or path that the user cares about most.
    """

    severity_points: dict[Severity, int] = field(default_factory=_severity_points)
    class_points: dict[FaultClass, int] = field(default_factory=_class_points)
    band_points: dict[Frequency, int] = field(default_factory=_band_points)
    bands: dict[Frequency, int] = field(default_factory=_bands)
    thresholds: dict[Priority, int] = field(default_factory=_thresholds)
    non_blocking_points: int = -10
    single_user_points: int = -10
    many_users: int = 10
    many_users_points: int = 5
    request_share: float = 0.1
    request_share_points: int = 5
    novelty_points: int = 5
    hysteresis: int = 3
    impact: dict[str, int] = field(default_factory=dict)

    def find_frequency(self, count: int) -> Frequency:
        """The band of a count of occurrences."""
        return next((band for band, least in self.bands.items() if count >= least), Frequency.LOW)

    def find_priority(self, score: int) -> Priority:
        """The priority of a score."""
        return next((priority for priority, least in self.thresholds.items() if score >= least), Priority.P4)
