"""Lines into a tally."""

from log_gardener._core import Seen, Tally
from log_gardener.engines.stretch_reading import make_reading
from log_gardener.ports import Request


def count(lines: bytes, request: Request, name: str, seen: Seen) -> Tally:
    """The tally of lines, packed or not, without what was seen before.

    Args:
        lines: one entry each.
        request: what is asked for.
        name: of the subscription.
        seen: what earlier panes and runs have counted.
    """
    tally = Tally()
    tally.add(lines, make_reading(request, name, None, layout="lines"), seen=seen)
    return tally
