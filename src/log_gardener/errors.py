"""Every error of Log Gardener.

::

    GardenerError                 something went wrong; its text says what and what to do next
    ├── UsageError                the call itself is wrong (exit code 2)
    │   └── ConfigError           the configuration file is wrong
    ├── OutputError               the result cannot be written
    │   └── LeakError             it holds what looks like a secret, and was stopped
    ├── StoreError                the state cannot be read or written
    │   ├── NewerStoreError       a newer release has written it
    │   ├── UnknownIssueError     no remembered issue answers to that id
    │   ├── UnknownRunError       no run of that number is remembered
    │   └── NothingComparedError  one side of a comparison has no logs in memory
    ├── PlanError                 a plan of tickets is none, or not of here and now
    ├── TrackerError              the tracker cannot be read or written; nothing is concluded from that
    │   ├── BusyError             it asks to wait longer than we do
    │   ├── LostAnswerError       nobody knows whether a write took effect
    │   ├── TicketGoneError       the ticket is deleted, or was moved elsewhere
    │   └── TicketRefusedError    it refuses this write, and would again
    ├── EngineError               what was to read the sources gave up
    └── LedgerError               parts do not sum to totals; nothing is rendered

Bad entries and sources that cannot be read are no errors: the worklog's coverage tells of them.
"""

__all__ = [
    "BusyError",
    "ConfigError",
    "EngineError",
    "GardenerError",
    "LeakError",
    "LedgerError",
    "LostAnswerError",
    "NewerStoreError",
    "NothingComparedError",
    "OutputError",
    "PlanError",
    "StoreError",
    "TicketGoneError",
    "TicketRefusedError",
    "TrackerError",
    "UnknownIssueError",
    "UnknownRunError",
    "UsageError",
]


class GardenerError(Exception):
    """Something went wrong; the text says what, and what to do next."""


class UsageError(GardenerError):
    """The call itself is wrong."""


class ConfigError(UsageError):
    """The configuration file is wrong."""


class OutputError(GardenerError):
    """The result cannot be written."""


class LeakError(OutputError):
    """What was to leave holds what looks like a secret, and was stopped. The text names rules and places only."""


class EngineError(GardenerError):
    """What was to read the sources gave up; nothing of the run is remembered."""


class StoreError(GardenerError):
    """The state cannot be read or written."""


class NewerStoreError(StoreError):
    """The state was written by a newer release."""


class UnknownIssueError(StoreError):
    """No remembered issue, or more than one, answers to an id."""


class UnknownRunError(StoreError):
    """No run of that number is remembered."""


class NothingComparedError(StoreError):
    """One side of a comparison has no logs in memory, so that nothing is concluded."""


class LedgerError(GardenerError):
    """Parts do not sum to totals."""


class PlanError(GardenerError):
    """A plan of tickets is none, was changed, or is of another tracker."""


class TrackerError(GardenerError):
    """The tracker cannot be read or written. What it holds is unknown then, not nothing."""


class BusyError(TrackerError):
    """The tracker asks to wait longer than a run does; nothing of this write took effect."""


class LostAnswerError(TrackerError):
    """A write was sent and its answer lost: nobody knows whether it took effect."""


class TicketGoneError(TrackerError):
    """The ticket is deleted, or was moved to another place."""


class TicketRefusedError(TrackerError):
    """The tracker refuses this write, and would again: the ticket is locked, or a text is not to its liking."""
