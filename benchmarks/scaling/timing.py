"""Seconds of the processor, the least of several: from start to end, time is also that of others on the machine."""

import time
import tracemalloc
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def measure_least(work: Callable[[], Result], runs: int) -> tuple[float, Result]:
    """The least seconds of the processor over all threads, and what the last run returned."""
    seconds = []
    for _ in range(max(runs, 1)):
        start = time.process_time()
        result = work()
        seconds.append(time.process_time() - start)
    return min(seconds), result


def measure_peak(work: Callable[[], object]) -> int:
    """The bytes that Python and numpy had taken at most beyond what they had before."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
