"""Requests to GitHub, with all the waiting that they take: reads until they are answered, writes once."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from log_gardener.errors import BusyError
from log_gardener.ports import Clock
from log_gardener.trackers.github.etags import EtagCache
from log_gardener.trackers.github.failures import (
    UNAUTHORISED,
    Place,
    make_lost,
    make_nonsense,
    make_outage,
    make_refusal,
    require,
)
from log_gardener.trackers.github.limits import find_wait
from log_gardener.trackers.github.wire import REDIRECT, Call, Failure, Outcome, Reply, Wire

# An outage of half a minute is waited for; a longer one ends the run, which the next one makes up for.
FIRST_WAIT_SECONDS, MOST_TRIES = 1.0, 6

# More than a rename and a change of owner on the way.
MOST_REDIRECTS = 3

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BROKEN_FROM = 500

_NEXT = re.compile(r'<([^>]+)>\s*;[^,]*\brel="?next"?')


class Keys(Protocol):
    """Whoever gives the token."""

    def find_token(self) -> str:
        """For the next request."""

    def renew(self) -> bool:
        """The token was refused: whether there can be another."""


@dataclass(slots=True)
class Pacing:
    """How to wait.

    Attributes:
        clock: the present time.
        sleep: waits so many seconds.
        between_writes: least seconds from the end of a write to the next one.
        patience: most seconds that one request waits for limits.
    """

    clock: Clock
    sleep: Callable[[float], None]
    between_writes: float
    patience: float
    latest_write: datetime | None = None

    def space(self) -> None:
        """Wait until another write is due."""
        if self.latest_write is not None:
            left = self.between_writes - (self.clock() - self.latest_write).total_seconds()
            if left > 0:
                # No longer than that, also if the clock was set back.
                self.sleep(min(left, self.between_writes))


@dataclass(slots=True)
class _Course:
    """How a request has fared so far."""

    place: Place
    pacing: Pacing
    recheck: Callable[[], None] | None = None
    waited: float = 0.0
    limits: int = 0
    tries: int = 1

    def wait_for_limit(self, seconds: float) -> None:
        """Raise `BusyError` if that is longer than one waits."""
        self.limits += 1
        self.waited += seconds
        if self.waited > self.pacing.patience:
            msg = (
                f"{self.place.spelt}: GitHub asks to wait {seconds:,.0f} s, since its limit of requests is used up;"
                " run it again later, or raise patience in [github]"
            )
            raise BusyError(msg)
        self._wait(seconds)

    def has_wait(self, outcome: Outcome) -> bool:
        """Wait before it is tried again; false if it was tried often enough."""
        if self.tries >= MOST_TRIES or (isinstance(outcome, Failure) and outcome.is_final):
            return False
        self._wait(FIRST_WAIT_SECONDS * 2.0 ** (self.tries - 1))
        self.tries += 1
        return True

    def _wait(self, seconds: float) -> None:
        self.pacing.sleep(seconds)
        if self.recheck is not None:
            self.recheck()


@dataclass(slots=True)
class Gateway:
    """Asks GitHub.

    Attributes:
        wire: what it is asked by.
        keys: whose name it is asked in.
        place: what is asked about, for messages.
        pacing: how to wait.
    """

    wire: Wire
    keys: Keys
    place: Place
    pacing: Pacing
    cache: EtagCache = field(default_factory=EtagCache)

    def get(self, path: str, parameters: dict[str, str] | None = None) -> Reply:
        """The answer, of any status below 500 that is neither a limit nor a refused token; redirects are followed.

        Raises:
            TrackerError: there is none, the token is refused, or the answer sends us to another host.
        """
        reply = self._read(Call("GET", path, parameters or {}))
        for _ in range(MOST_REDIRECTS):
            if reply.status not in _REDIRECTS:
                return reply
            target = reply.headers.get(REDIRECT, "")
            if not self.wire.is_own(target):
                raise make_nonsense(self.place, "of the same host, and the token goes to no other")
            reply = replace(self._read(Call("GET", target)), is_moved=True)
        if reply.status in _REDIRECTS:
            raise make_nonsense(self.place, "to be found behind so many redirects")
        return reply

    def get_pages(self, path: str, parameters: dict[str, str]) -> Iterator[list[Any]]:
        """All pages of a list; the next is asked for when it is needed.

        Raises:
            TrackerError: one of them cannot be had.
        """
        reply = self.get(path, {**parameters, "per_page": "100"})
        seen = set()
        while True:
            require(reply, self.place)
            if not isinstance(reply.payload, list):
                raise make_nonsense(self.place, "a list")
            yield reply.payload
            found = _NEXT.search(reply.headers.get("link", ""))
            if found is None:
                return
            following = found[1]
            if following in seen or not self.wire.is_own(following):
                raise make_nonsense(self.place, "a list with an end")
            seen.add(following)
            reply = self.get(following)

    def write(self, call: Call, place: Place | None = None, recheck: Callable[[], None] | None = None) -> Reply:
        """The answer to a write that is sent once, of any status below 500 that is neither a limit nor a refused token.

        It is sent again only where it is proven to have had no effect: no connection came about, or it was refused for
        a limit or the token.

        Args:
            call: what to write.
            place: what it is about, for messages.
            recheck: called after every wait before it is sent again; it raises if that is not wanted any more.

        Raises:
            BusyError: a limit asks to wait longer than we do.
            LostAnswerError: nobody knows whether it took effect.
            TrackerError: it took no effect.
        """
        place = place or self.place
        course = _Course(place, self.pacing, recheck)
        while True:
            self.pacing.space()
            outcome = self._send(call, course)
            self.pacing.latest_write = self.pacing.clock()
            if isinstance(outcome, Reply) and outcome.status < _BROKEN_FROM:
                return outcome
            if isinstance(outcome, Reply) or outcome.is_sent:
                raise make_lost(outcome, place)
            if not course.has_wait(outcome):
                raise make_outage(outcome, place)

    def _read(self, call: Call) -> Reply:
        course = _Course(self.place, self.pacing)
        while True:
            outcome = self._send(call, course, self.cache.find_etag(call))
            if isinstance(outcome, Reply) and outcome.status < _BROKEN_FROM:
                return self.cache.take(call, outcome)
            if not course.has_wait(outcome):
                raise make_outage(outcome, self.place)

    def _send(self, call: Call, course: _Course, etag: str = "") -> Outcome:
        """What comes of a request when no limit stands in its way any more, and the token is taken."""
        is_renewed = False
        while True:
            outcome = self.wire.send(call, self.keys.find_token(), etag)
            if isinstance(outcome, Failure):
                return outcome
            if outcome.status == UNAUTHORISED:
                if is_renewed or not self.keys.renew():
                    raise make_refusal(outcome, course.place)
                is_renewed = True
                continue
            seconds = find_wait(outcome, self.pacing.clock(), course.limits)
            if seconds is None:
                return outcome
            course.wait_for_limit(seconds)
