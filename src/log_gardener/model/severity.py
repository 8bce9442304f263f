"""Google's severity scale."""

from enum import StrEnum


class Severity(StrEnum):
    """The severity of an entry, least urgent first; compare by `rank`."""

    DEFAULT = "DEFAULT"
    DEBUG = "DEBUG"
    INFO = "INFO"
    NOTICE = "NOTICE"
    WARNING = "WARNING"
    ERROR = "ERROR"
    CRITICAL = "CRITICAL"
    ALERT = "ALERT"
    EMERGENCY = "EMERGENCY"

    @property
    def rank(self) -> int:
        """0 for DEFAULT up to 8 for EMERGENCY."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


def worst(*severities: Severity) -> Severity:
    """The most urgent of them."""
    return max(severities, key=lambda severity: severity.rank)
