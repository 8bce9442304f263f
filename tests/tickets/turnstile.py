"""Lets one gardener at a time between the reading of a ticket's comments and what it says there.

Two gardeners on states of their own share no lock, and GitHub has no comment under a condition: where both look at the
same moment, and see that something is not said yet, both say it. Nobody can prevent that; it is left out.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from log_gardener.model.ticket import Comment
from log_gardener.trackers.github.options import GitHubOptions
from log_gardener.trackers.github.tracker import GitHubTracker


@dataclass
class Turnstile:
    """At the comments of every ticket. Who holds one lets go of it before it takes another, so that nobody waits long.

    Attributes:
        holders: by ticket, the thread that looks at its comments.
    """

    holders: dict[int, int] = field(default_factory=dict)
    moved: threading.Condition = field(default_factory=threading.Condition)

    def enter(self, number: int) -> None:
        """Wait until nobody else is there."""
        self.leave()
        with self.moved:
            self.moved.wait_for(lambda: number not in self.holders)
            self.holders[number] = threading.get_ident()

    def leave(self) -> None:
        """Let the next one in; also of one that was killed."""
        me = threading.get_ident()
        with self.moved:
            self.holders = {number: holder for number, holder in self.holders.items() if holder != me}
            self.moved.notify_all()


class TurnstileTracker(GitHubTracker):
    """GitHub, through the turnstile."""

    def __init__(
        self,
        options: GitHubOptions,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
        turnstile: Turnstile,
    ) -> None:
        super().__init__(options, clock, sleep)
        self._turnstile = turnstile

    def list_comments(self, number: int) -> tuple[Comment, ...]:
        self._turnstile.enter(number)
        return super().list_comments(number)

    def comment(self, number: int, text: str) -> None:
        try:
            super().comment(number, text)
        finally:
            self._turnstile.leave()
