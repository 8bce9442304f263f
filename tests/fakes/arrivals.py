"""Entries as they arrive: at once, later, or while somebody reads."""

import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from random import Random

from tests.fakes.entry_shelf import Kept, Key, Shelf
from tests.fakes.filter_fields import Body
from tests.fakes.instants import spell_nanos, to_nanos


class Arrivals:
    """Puts entries on the shelf and tells whoever listens. Threads may share it.

    Args:
        shelf: where they go.
        clock: tells when a late one arrives.
    """

    def __init__(self, shelf: Shelf, clock: Callable[[], datetime]) -> None:
        self._shelf = shelf
        self._clock = clock
        self._lock = threading.Lock()
        self._held: list[Body] = []
        self._listeners: list[Callable[[list[Kept]], None]] = []

    def add(self, bodies: Iterable[Body]) -> None:
        """Let entries arrive now; an entry that does not say when it arrived did a second after its time."""
        new = self._shelf.add([self._shelf.make(body) for body in bodies])
        with self._lock:
            listeners = list(self._listeners)
        for listen in listeners:
            listen(new)

    def hold(self, bodies: Iterable[Body]) -> None:
        """Keep entries back, for a fault or until they are released."""
        with self._lock:
            self._held += bodies

    def release(self) -> None:
        """Let all that is held arrive now."""
        with self._lock:
            held, self._held = self._held, []
        self._add_late(held)

    def release_one(self, is_wanted: Callable[[Key], bool], random: Random) -> bool:
        """Let one held entry arrive whose key is wanted; gives whether there was one."""
        with self._lock:
            fitting = [body for body in self._held if is_wanted(self._shelf.make(body).key)]
            if not fitting:
                return False
            chosen = random.choice(fitting)
            self._held.remove(chosen)
        self._add_late([chosen])
        return True

    @property
    def held(self) -> list[Body]:
        """What has not arrived."""
        with self._lock:
            return list(self._held)

    def listen(self, listener: Callable[[list[Kept]], None]) -> Callable[[], None]:
        """Tell of everything new from now on; gives what ends that."""
        with self._lock:
            self._listeners.append(listener)

        def leave() -> None:
            with self._lock:
                self._listeners.remove(listener)

        return leave

    def _add_late(self, bodies: list[Body]) -> None:
        arrived = spell_nanos(to_nanos(self._clock()))
        self.add([body | {"receiveTimestamp": arrived} for body in bodies])
