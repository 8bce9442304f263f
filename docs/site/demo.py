"""The demo shop on its second evening: what a reader of the tutorial has then, with tickets since the first."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.docs.console import TRACKER, make_folder, run

FIRST = "2025-11-04T00:00:00Z"
SECOND = "2025-11-05T00:00:00Z"
_TEND = "log-gardener tend examples/shop.json.gz --state garden.db --since 1d"
COMMANDS = (
    f"{_TEND} --until {FIRST} --now {FIRST} --output monday.md",
    f"log-gardener plan --now {FIRST} --state garden.db --output plan.json",
    f"log-gardener apply plan.json --now {FIRST} --state garden.db",
    f"{_TEND} --until {SECOND} --output tuesday.html",
)

# Of which the pictures are. Ids come from content, so that they are the same on every machine.
ISSUE = "r1:b26cbd5d"
REVISIONS = ("shop-api-00040-dur", "shop-api-00041-qix")


@contextmanager
def open_demo() -> Iterator[Path]:
    """A folder with state and worklogs, while GitHub on the loopback holds the tickets.

    Raises:
        RuntimeError: a command failed; its text says which, and what it printed.
    """
    with make_folder() as folder:
        for command in COMMANDS:
            done = run(command, folder)
            if done.returncode:
                msg = f"{command}\n{done.stdout}"
                raise RuntimeError(msg)
        os.environ.update(TRACKER)
        try:
            yield folder
        finally:
            for name in TRACKER:
                os.environ.pop(name, None)
