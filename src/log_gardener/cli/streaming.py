"""`watch --engine beam`: a subscription that many machines count."""

from dataclasses import replace
from typing import TYPE_CHECKING

from log_gardener.cli.options import make_clock, stderr

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from threading import Event

    from log_gardener.cli.watching import View
    from log_gardener.config import Settings
    from log_gardener.engines.beam.streaming.conducting import Conductor
    from log_gardener.flow import Parts
    from log_gardener.ports import Request, Source


def stream(
    settings: "Settings", sources: "Sequence[Source]", request: "Request", view: "View", *, pause: "tuple[Event, float]"
) -> tuple["Parts", "Iterator[Request]"]:
    """What commits the panes of a subscription, and when it is to do so.

    Args:
        settings: with the options of Beam.
        sources: the one subscription.
        request: what is asked for; of a window it is not.
        view: shows the slices.
        pause: set when no more is wanted, and how many seconds to wait where no pane is there.

    Raises:
        UsageError: it is no subscription, Beam is not installed, or is told what it does not know.
    """
    from log_gardener import wiring  # noqa: PLC0415 - half a second that --help need not wait for

    following = replace(request, window=None, is_following=True)
    clock = make_clock("")
    conductor = wiring.make_conductor(settings, sources, following, clock)
    parts = wiring.assemble(settings, [conductor.source], view, clock, engine=conductor.engine)
    return parts, _tell_after(conductor, conductor.list_requests(following, view, *pause))


def _tell_after(conductor: "Conductor", requests: "Iterator[Request]") -> "Iterator[Request]":
    """The requests, and behind the last one what became of the job."""
    yield from requests
    if conductor.job.is_apart and not conductor.job.has_ended():
        stderr().print(
            f"the job {conductor.job.name} goes on, and its panes wait for the same command; "
            "gcloud dataflow jobs drain ends it, and loses nothing",
            highlight=False,
            soft_wrap=True,
        )
