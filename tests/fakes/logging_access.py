"""Who may ask what of the fake, and how often."""

import re
import threading
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from tests.fakes.google_errors import (
    make_denied,
    make_disabled,
    make_exhausted,
    make_invalid,
    make_not_found,
    make_unauthenticated,
)

MOST_RESOURCES = 100
READS_PER_MINUTE = 60

_CONTAINER = r"(?:projects|organizations|folders|billingAccounts)/[^/\s]+"
_VIEW = re.compile(rf"({_CONTAINER})/locations/[^/\s]+/buckets/[^/\s]+/views/[^/\s]+")
_RESOURCE = re.compile(rf"{_CONTAINER}|{_VIEW.pattern}")


class State(StrEnum):
    """How the project is set up."""

    OPEN = "everything works"
    DISABLED = "the API is not enabled"
    DENIED = "no permission at all"
    UNAUTHENTICATED = "the credentials are not valid"
    UNKNOWN = "there is no such project"
    QUOTA_GONE = "the quota is used up, for good"


def find_container(name: str) -> str:
    """The project, folder, organisation or billing account that a resource belongs to."""
    return "/".join(name.split("/")[:2])


def is_view(name: str) -> bool:
    """Whether a resource is a view of a bucket."""
    return bool(_VIEW.fullmatch(name))


class Access:
    """The door that every request goes through. Threads may share it.

    Attributes:
        state: how the project is set up; may be changed at any time.
        denied: permissions that whoever asks does not have.
        reads_per_minute: how many listings of entries the quota allows; `None` for any number.
        reads_left: after how many more the quota is gone for good; `None` for never.

    Args:
        clock: tells the time that quotas are counted by.
        reads_per_minute: see there.
    """

    def __init__(self, clock: Callable[[], datetime], reads_per_minute: int | None) -> None:
        self.state = State.OPEN
        self.denied: set[str] = set()
        self.reads_per_minute = reads_per_minute
        self.reads_left: int | None = None
        self._clock = clock
        self._lock = threading.Lock()
        self._reads: deque[datetime] = deque()

    def check_caller(self, method: str) -> None:
        """Refuse who has no valid credentials, and everybody where the API is not enabled."""
        if self.state is State.UNAUTHENTICATED:
            raise make_unauthenticated(method)
        if self.state is State.DISABLED:
            raise make_disabled()

    def check_resources(self, names: Iterable[str], known: set[str], permission: str) -> None:
        """Refuse names that are none, that nobody knows, and what there is no permission for.

        Raises:
            RefusedError: one of these.
        """
        listed = list(names)
        if not 1 <= len(listed) <= MOST_RESOURCES:
            msg = f"resource_names must have 1 to {MOST_RESOURCES} values, not {len(listed)}"
            raise make_invalid(msg)
        for name in listed:
            if not _RESOURCE.fullmatch(name):
                msg = f"resource_names has a value that is no resource: '{name}'"
                raise make_invalid(msg)
        for name in listed:
            if self.state is State.UNKNOWN or find_container(name) not in known:
                raise make_not_found(find_container(name))
            needed = "logging.views.access" if is_view(name) and permission == "logging.logEntries.list" else permission
            if self.state is State.DENIED or needed in self.denied:
                raise make_denied(name, needed)

    def take_read(self) -> None:
        """Count a listing against the quota.

        Raises:
            RefusedError: there is none left within the last minute, or for good.
        """
        now = self._clock()
        with self._lock:
            while self._reads and now - self._reads[0] >= timedelta(minutes=1):
                self._reads.popleft()
            is_gone = self.state is State.QUOTA_GONE or self.reads_left == 0
            if is_gone or len(self._reads) == self.reads_per_minute:
                raise make_exhausted(self.reads_per_minute or READS_PER_MINUTE)
            self._reads.append(now)
            if self.reads_left is not None:
                self.reads_left -= 1
