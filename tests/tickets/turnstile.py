"""Lets nobody between the reading of a ticket's comments and the next request of whoever read them.

Two gardeners on states of their own share no lock, and GitHub has no comment under a condition: where both look at the
same moment, and see that something is not said yet, both say it. Nobody can prevent that; it is left out, and counted.
"""

import re
import threading

from tests.fakes.github_kills import Phase

_COMMENTS = re.compile(r"/issues/(\d+)/comments")

# A gardener that was killed with the answer in its hands comes for nothing more.
PATIENCE_SECONDS = 3.0


class Turnstile:
    """At the comments of every ticket.

    Attributes:
        waits: how often somebody came at that very moment.
    """

    def __init__(self) -> None:
        self.waits = 0
        self._held: dict[str, int] = {}
        self._moved = threading.Condition()

    def watch(self, method: str, target: str, phase: Phase) -> None:
        """For the hook of the fake, where each connection has its thread."""
        who, found = threading.get_ident(), _COMMENTS.search(target)
        if found and method == "GET" and phase is Phase.BEFORE:
            self._enter(found[1], who)
        elif (found and method == "POST") == (phase is Phase.AFTER):
            self._release(who)

    def _enter(self, number: str, who: int) -> None:
        with self._moved:
            self._drop(who)
            if number in self._held:
                self.waits += 1
                self._moved.wait_for(lambda: number not in self._held, PATIENCE_SECONDS)
            self._held[number] = who

    def _release(self, who: int) -> None:
        with self._moved:
            self._drop(who)

    def _drop(self, who: int) -> None:
        self._held = {number: holder for number, holder in self._held.items() if holder != who}
        self._moved.notify_all()
