"""What was read, so that what has not changed is not sent again, and counts for no limit."""

from collections import OrderedDict

from log_gardener.trackers.github.failures import OK
from log_gardener.trackers.github.wire import Call, Reply

# More than the pages of a tracker with five thousand tickets, and the tickets that one plan reads again.
MOST_KEPT = 500

UNCHANGED = 304


class EtagCache:
    """The latest answers of this process by what was asked, each with its mark.

    Args:
        most: how many; what was not asked for longest is forgotten.
    """

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, ...], tuple[str, Reply]] = OrderedDict()

    def find_etag(self, call: Call) -> str:
        """The mark of the answer that is kept; empty if there is none."""
        return self._kept.get(_spell(call), ("", None))[0]

    def take(self, call: Call, reply: Reply) -> Reply:
        """Keep an answer; the kept one instead of one that says that nothing has changed."""
        key = _spell(call)
        if reply.status == UNCHANGED and key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key][1]
        etag = reply.headers.get("etag", "")
        self._kept.pop(key, None)
        if reply.status == OK and etag:
            self._kept[key] = etag, reply
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return reply


def _spell(call: Call) -> tuple[str, ...]:
    return (call.path, *(f"{name}={text}" for name, text in sorted(call.parameters.items())))
