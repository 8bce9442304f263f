"""The command line: parse, assemble, one call, one result shown.

Data goes to stdout, all else to stderr. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 outcome
unknown.
"""

from log_gardener.cli.main import main

__all__ = ["main"]
