"""What was tried of the things that a run needs, and how it went."""

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """How a trial went."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One trial.

    Attributes:
        subject: what was tried, such as `credentials` or `read log entries`.
        mark: how it went. A warning does not keep a run from reading.
        detail: what was found.
        remedy: the command that mends it, or what to do; empty where nothing is wrong.
    """

    subject: str
    mark: Mark
    detail: str
    remedy: str = ""

    def __post_init__(self) -> None:
        if self.mark is Mark.FAILED and not self.remedy:
            msg = f"{self.subject} failed, and nobody is told what to do"
            raise ValueError(msg)
