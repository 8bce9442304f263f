"""Primary and secondary limits of the fake GitHub, by its own clock, as they are documented.

Whoever is told to wait and asks again before it is time is noted in `impatience`: the real service bans for that.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NoReturn

from tests.fakes.github_errors import refuse
from tests.fakes.github_requests import Route

_DOCS = "using-the-rest-api/rate-limits-for-the-rest-api"
_SECONDARY_DOCS = f"{_DOCS}#about-secondary-rate-limits"
_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)

READ_POINTS = 1
WRITE_POINTS = 5


class Wording(StrEnum):
    """How a secondary limit is told, and how long."""

    RETRY_AFTER = "403 with Retry-After"
    TOO_MANY = "429 with Retry-After"
    SILENT = "403 with the message alone; then at least a minute is meant"
    ABUSE = "403 with the message of former years, and Retry-After"


@dataclass(slots=True)
class Setting:
    """How much there may be; `None` for any amount, as on Enterprise servers by default.

    Attributes:
        points_per_minute: for one route: a read is one point, a write five.
        is_primary_too_many: an exhausted primary limit is a 429 instead of a 403.
        wording: of secondary limits that are reached.
        pause_seconds: how long they last.
    """

    core_per_hour: int | None = 5_000
    search_per_minute: int | None = 30
    anonymous_per_hour: int | None = 60
    creations_per_minute: int | None = 80
    creations_per_hour: int | None = 500
    points_per_minute: int | None = 900
    is_primary_too_many: bool = False
    wording: Wording = Wording.RETRY_AFTER
    pause_seconds: int = 60


@dataclass(slots=True)
class _Window:
    start: datetime
    used: int = 0


@dataclass(slots=True)
class _Block:
    until: datetime
    wording: Wording
    is_for_creations: bool
    told: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Asker:
    """Whom a limit is counted for.

    Attributes:
        key: of the account or the installation: what tokens of it share.
        client: the token: who was told to wait.
        said: how a refusal names the account.
    """

    key: str
    client: str
    said: str
    is_anonymous: bool = False


class Limits:
    """Counts what is asked, and refuses."""

    def __init__(self, setting: Setting | None = None) -> None:
        self.setting = setting or Setting()
        self.impatience: list[str] = []
        self._windows: dict[tuple[str, str], _Window] = {}
        self._told: set[tuple[str, str]] = set()
        self._creations: dict[str, deque[datetime]] = {}
        self._points: dict[tuple[str, str], deque[tuple[datetime, int]]] = {}
        self._blocks: dict[str, _Block] = {}

    def exhaust(self, key: str, now: datetime, resource: str = "core") -> None:
        """Let nothing be left of a primary limit; `key` is the login."""
        window = self._window(key, resource, now)
        window.used = self._most(resource, is_anonymous=False) or 0

    def block(self, key: str, now: datetime, wording: Wording, *, is_for_creations: bool = False) -> None:
        """Begin a secondary limit; `key` is the login."""
        seconds = 60 if wording is Wording.SILENT else self.setting.pause_seconds
        self._blocks[key] = _Block(now + timedelta(seconds=seconds), wording, is_for_creations)

    def check(self, asker: Asker, route: Route, now: datetime) -> None:
        """Refuse what is too much.

        Raises:
            RefusedError: a limit is reached.
        """
        if route.pattern == "rate_limit":
            return
        self._check_primary(asker, route, now)
        if route.is_creation:
            self._count_creation(asker, now)
        self._count_points(asker, route, now)
        block = self._blocks.get(asker.key)
        if block is None:
            return
        if block.until <= now:
            del self._blocks[asker.key]
        elif route.is_creation or not block.is_for_creations:
            self._note(asker, route, block)
            _refuse(block, now)

    def count(self, asker: Asker, resource: str, now: datetime) -> None:
        """Take one off the primary limit."""
        self._window(asker.key, resource, now).used += 1

    def headers(self, asker: Asker, resource: str, now: datetime) -> dict[str, str]:
        """The state of the primary limit."""
        state = self.state(asker, resource, now)
        if state is None:
            return {}
        names = ("limit", "remaining", "reset", "used")
        return {
            **{f"X-RateLimit-{name.capitalize()}": str(state[name]) for name in names},
            "X-RateLimit-Resource": resource,
        }

    def state(self, asker: Asker, resource: str, now: datetime) -> dict[str, Any] | None:
        """The same as numbers; nothing where there is no limit."""
        most = self._most(resource, is_anonymous=asker.is_anonymous)
        if most is None:
            return None
        window = self._window(asker.key, resource, now)
        reset = int((window.start + _length(resource)).timestamp())
        used = min(window.used, most)
        return {"limit": most, "remaining": most - used, "reset": reset, "used": used}

    def _most(self, resource: str, *, is_anonymous: bool) -> int | None:
        if resource == "search":
            return self.setting.search_per_minute
        return self.setting.anonymous_per_hour if is_anonymous else self.setting.core_per_hour

    def _window(self, key: str, resource: str, now: datetime) -> _Window:
        window = self._windows.get((key, resource))
        if window is None or int((window.start + _length(resource)).timestamp()) <= now.timestamp():
            window = self._windows[key, resource] = _Window(now)
            self._told = {pair for pair in self._told if pair[1] != f"{key}|{resource}"}
        return window

    def _check_primary(self, asker: Asker, route: Route, now: datetime) -> None:
        state = self.state(asker, route.resource, now)
        if state is None or state["remaining"] > 0:
            return
        pair = (asker.client, f"{asker.key}|{route.resource}")
        if pair in self._told:
            self.impatience.append(f"{route.name} at {now} before the reset of the primary limit")
        self._told.add(pair)
        status = 429 if self.setting.is_primary_too_many else 403
        refuse(status, f"API rate limit exceeded for {asker.said}.", anchor=_DOCS)

    def _count_creation(self, asker: Asker, now: datetime) -> None:
        times = self._creations.setdefault(asker.key, deque())
        while times and times[0] <= now - _HOUR:
            times.popleft()
        in_minute = sum(at > now - _MINUTE for at in times)
        is_too_much = _exceeds(in_minute, self.setting.creations_per_minute) or _exceeds(
            len(times), self.setting.creations_per_hour
        )
        if is_too_much and asker.key not in self._blocks:
            self.block(asker.key, now, self.setting.wording, is_for_creations=True)
        if not is_too_much:
            times.append(now)

    def _count_points(self, asker: Asker, route: Route, now: datetime) -> None:
        spent = self._points.setdefault((asker.key, route.name), deque())
        while spent and spent[0][0] <= now - _MINUTE:
            spent.popleft()
        points = READ_POINTS if route.method == "GET" else WRITE_POINTS
        most = self.setting.points_per_minute
        # The deque holds one row a request, and is summed only when it may be long enough to matter.
        if most is not None and (len(spent) + 1) * WRITE_POINTS > most and sum(row[1] for row in spent) + points > most:
            if asker.key not in self._blocks:
                self.block(asker.key, now, self.setting.wording)
        else:
            spent.append((now, points))

    def _note(self, asker: Asker, route: Route, block: _Block) -> None:
        if asker.client in block.told:
            self.impatience.append(f"{route.name} before {block.until}, when the secondary limit ends")
        block.told.add(asker.client)


def _length(resource: str) -> timedelta:
    return _MINUTE if resource == "search" else _HOUR


def _exceeds(count: int, most: int | None) -> bool:
    return most is not None and count >= most


def _refuse(block: _Block, now: datetime) -> NoReturn:
    seconds = max(-int(-(block.until - now).total_seconds() // 1), 1)
    headers = {} if block.wording is Wording.SILENT else {"Retry-After": str(seconds)}
    message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    if block.is_for_creations:
        message = (
            "You have exceeded a secondary rate limit and have been temporarily blocked from content creation. "
            "Please retry your request again later."
        )
    if block.wording is Wording.ABUSE:
        message = "You have triggered an abuse detection mechanism. Please wait a few minutes before you try again."
    status = 429 if block.wording is Wording.TOO_MANY else 403
    refuse(status, message, anchor=_SECONDARY_DOCS, headers=headers)
