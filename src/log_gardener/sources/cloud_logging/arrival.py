"""When entries arrive, which is not when they were written."""

from datetime import timedelta

from log_gardener.model.instant import to_span

# How long an entry may take from its time of arrival until it is listed, and how far this machine's clock may be off.
ARRIVAL_MARGIN = timedelta(minutes=1)

AHEAD = timedelta(days=1)
"""How far ahead of its arrival an entry's time may be: Cloud Logging takes no more."""


def since(arrived: int) -> int:
    """From which time of arrival on to list, so that nothing is missed that arrived then or later.

    What was listed already comes again; the core knows it.
    """
    return arrived - to_span(ARRIVAL_MARGIN)
