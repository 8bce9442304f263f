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
    │   └── NothingComparedError  one side of a comparison has no logs in memory
    └── LedgerError               parts do not sum to totals; nothing is rendered

Bad entries and sources that cannot be read are no errors: the worklog's coverage tells of them.
"""

__all__ = [
    "ConfigError",
    "GardenerError",
    "LeakError",
    "LedgerError",
    "NewerStoreError",
    "NothingComparedError",
    "OutputError",
    "StoreError",
    "UnknownIssueError",
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


class StoreError(GardenerError):
    """The state cannot be read or written."""


class NewerStoreError(StoreError):
    """The state was written by a newer release."""


class UnknownIssueError(StoreError):
    """No remembered issue, or more than one, answers to an id."""


class NothingComparedError(StoreError):
    """One side of a comparison has no logs in memory, so that nothing is concluded."""


class LedgerError(GardenerError):
    """Parts do not sum to totals."""
