"""How often somebody may fail to log in: by client, and all clients together."""

import ipaddress
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from threading import Lock

WINDOW_SECONDS = 60.0

# More is no slip of the fingers.
MOST_OF_ONE = 5

# Whoever has many addresses gets no further than this.
MOST_OF_ALL = 20

# Whoever asks from an IPv6 network has all of its addresses.
_NETWORK = 64


@dataclass(frozen=True, slots=True)
class Limit:
    """Failures within a minute."""

    of_one: int = MOST_OF_ONE
    of_all: int = MOST_OF_ALL


class Turnstile:
    """Counts attempts before they are looked at, so that none slips through beside another one.

    Args:
        clock: seconds that only grow.
        limit: how many may fail.
    """

    def __init__(self, clock: Callable[[], float], limit: Limit = Limit()) -> None:
        self._clock, self._limit = clock, limit
        self._tried: deque[tuple[float, str]] = deque()
        self._lock = Lock()

    def enter(self, client: str) -> int:
        """Count an attempt, and return 0; or the seconds to wait, and count none."""
        network, now = find_network(client), self._clock()
        with self._lock:
            while self._tried and self._tried[0][0] <= now - WINDOW_SECONDS:
                self._tried.popleft()
            own = [at for at, one in self._tried if one == network]
            every = [at for at, _ in self._tried]
            ends = [tried[-most] for tried, most in self._pair(own, every) if len(tried) >= most]
            if not ends:
                self._tried.append((now, network))
                return 0
            return max(ceil(max(ends) + WINDOW_SECONDS - now), 1)

    def succeed(self, client: str) -> None:
        """Take back the latest attempt of a client: it was none to guess."""
        network = find_network(client)
        with self._lock:
            for place in range(len(self._tried) - 1, -1, -1):
                if self._tried[place][1] == network:
                    del self._tried[place]
                    return

    def _pair(self, own: list[float], every: list[float]) -> tuple[tuple[list[float], int], ...]:
        return (own, self._limit.of_one), (every, self._limit.of_all)


def find_network(client: str) -> str:
    """What one person may have of addresses: one of IPv4, a network of IPv6."""
    try:
        address = ipaddress.ip_address(client.partition("%")[0])
    except ValueError:
        return client
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, _NETWORK), strict=False))
    return str(address)
