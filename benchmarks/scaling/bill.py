"""What a run takes and what is paid for it, in hours of processors and of memory; prices are the reader's."""

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.scaling.day import DRIVEN
from benchmarks.scaling.fleet import Phase
from benchmarks.scaling.spelling import HOUR_SECONDS

WORKER_GIB = 3.75
"""Beside one vCPU: n1-standard-1."""

DRIVER_VCPU = 2
DRIVER_GIB = 8


@dataclass(frozen=True, slots=True)
class Bill:
    """What is paid for: workers until the last of them has ended, the driver from the start to the end.

    Attributes:
        seconds: from the start to the end.
        vcpu_hours: of processors, whether they work or wait.
        gib_hours: of memory.
        worked_hours: of processors that worked.
    """

    seconds: float
    vcpu_hours: float
    gib_hours: float
    worked_hours: float


def make_bill(run: Mapping[str, Phase], workers: int) -> Bill:
    """The bill of a run on so many workers."""
    seconds = sum(phase.seconds for phase in run.values())
    fleet = seconds - run[DRIVEN].seconds
    worked = sum(phase.busy_seconds for step, phase in run.items() if step != "start")
    return Bill(
        seconds,
        (workers * fleet + DRIVER_VCPU * seconds) / HOUR_SECONDS,
        (WORKER_GIB * workers * fleet + DRIVER_GIB * seconds) / HOUR_SECONDS,
        worked / HOUR_SECONDS,
    )
