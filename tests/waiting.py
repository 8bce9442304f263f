"""Waiting for what a thread or a process beside the test does, however busy the machine is."""

import threading
from collections.abc import Callable

import pytest

# For a machine on which everything is slow; what is so at once is seen at once.
PATIENCE_SECONDS = 60
_LOOK_SECONDS = 0.01


def wait_until(is_so: Callable[[], object]) -> None:
    """Look until something is so; the test fails if it does not become so."""
    gone = threading.Event()
    for _ in range(int(PATIENCE_SECONDS / _LOOK_SECONDS)):
        if is_so():
            return
        gone.wait(_LOOK_SECONDS)
    pytest.fail("it never came")
