"""A strict Cloud Logging in memory: what it answers to each request, and its journal."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from google.cloud.logging_v2.types import ListLogsResponse

from tests.fakes.arrivals import Arrivals
from tests.fakes.entry_listing import MOST_A_PAGE, Listing, make_filter, make_query
from tests.fakes.entry_shelf import Shelf
from tests.fakes.entry_views import EntryViews, Membership
from tests.fakes.faults import Faults
from tests.fakes.filter_fields import Body
from tests.fakes.google_errors import RefusedError, make_invalid
from tests.fakes.journal import Call, Journal
from tests.fakes.log_config import LogConfig, check_shape
from tests.fakes.logging_access import Access, find_container
from tests.fakes.page_tokens import PageTokens
from tests.fakes.tail_sessions import DEFAULT_BUFFER_SECONDS, MOST_BUFFER_SECONDS, TailLimits, TailSession, TailSessions

PROJECT = "garden"
TOKEN_LIFE = timedelta(hours=24)

Message: TypeAlias = Any
"""A protobuf message, of which no types are published."""


def _tell_time() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Setting:
    """How a fake is set up.

    Attributes:
        project: whose logs entries are in that do not say.
        containers: further projects, folders and so on that are known although they have no entries.
        views: further views of buckets, as resource name and the filter of what is in them.
        sinks: sinks by parent, as JSON as gcloud prints them.
        clock: tells the time.
        wait: lets a slow page take its seconds.
        slow_seconds: how long it takes.
        reads_per_minute: the quota; `None` for none.
        token_life: how long a page token holds.
        most_a_page: how many entries a page has, also where more are asked for: the service promises no number.
        tails: what tail sessions are held to.
        monotonic: tells the seconds that they last.
    """

    project: str = PROJECT
    containers: frozenset[str] = frozenset()
    views: Mapping[str, str] = field(default_factory=dict)
    sinks: Mapping[str, tuple[Body, ...]] = field(default_factory=dict)
    clock: Callable[[], datetime] = _tell_time
    wait: Callable[[float], None] = time.sleep
    slow_seconds: float = 0.003
    reads_per_minute: int | None = None
    token_life: timedelta = TOKEN_LIFE
    most_a_page: int = MOST_A_PAGE
    tails: TailLimits = TailLimits()  # noqa: RUF009 - frozen
    monotonic: Callable[[], float] = time.monotonic


class LoggingFake:
    """The service behind its transport: what tests may do to it, and see of it.

    Attributes:
        target: where it listens, `127.0.0.1:port`; empty until it is served.
        journal: every request and its outcome.
        faults: what goes wrong with listings.
        access: how the project is set up: its `state`, which permissions are `denied`, `reads_per_minute`.
        arrivals: entries that come later.
        tails: the sessions that tail.
    """

    def __init__(self, setting: Setting) -> None:
        self.target = ""
        self.setting = setting
        self.journal = Journal()
        self.faults = Faults()
        self.access = Access(setting.clock, setting.reads_per_minute)
        self._shelf = Shelf(f"projects/{setting.project}")
        self.arrivals = Arrivals(self._shelf, setting.clock)
        self.tails = TailSessions(self.arrivals, setting.tails)
        self._views = EntryViews(setting.views)
        tokens = PageTokens(setting.clock, setting.token_life)
        self._config = LogConfig(setting.views, setting.sinks, tokens)
        self._listing = Listing(
            self._shelf, self.arrivals, tokens=tokens, take_slow_time=lambda: setting.wait(setting.slow_seconds)
        )

    def add(self, entries: Iterable[Body]) -> None:
        """Let entries arrive now, as JSON as gcloud prints them."""
        self.arrivals.add(entries)

    def hold(self, entries: Iterable[Body]) -> None:
        """Keep entries back: the fault LATE lets them arrive one by one, `arrivals.release` all that are left."""
        self.arrivals.hold(entries)

    def list_entries(self, request: Message) -> Message:
        """`ListLogEntries`.

        Raises:
            RefusedError: as the real one would.
        """
        with self._noting("ListLogEntries", request, order_by=request.order_by) as note:
            query = make_query(request, self.setting.most_a_page)
            note.add(timestamp=query.filter.timestamp, received=query.filter.received)
            is_member = self._admit(query.names)
            place = self._listing.find_place(query, request.page_token)
            question = f"{query.identity}|{query.size}|{place.behind}"
            draw = self.faults.draw(question, has_token=bool(request.page_token))
            note.add(faults=draw.faults)
            self._listing.refuse_early(request.page_token, draw)
            self.access.take_read()
            page = self._listing.answer(query, request.page_token, is_member, draw)
            note.add(entries=len(page.entries), has_next=bool(page.next_page_token))
            return page

    def tail_entries(self, request: Message, is_active: Callable[[], bool]) -> Iterator[Message]:
        """`TailLogEntries`, from the first request on, as long as the client is there.

        Raises:
            RefusedError: as the real one would.
        """
        session = self._open_tail(request)
        try:
            yield from session.responses(is_active)
        finally:
            self.tails.close(session)

    def _open_tail(self, request: Message) -> TailSession:
        with self._noting("TailLogEntries", request):
            wanted = make_filter(request.filter)
            names = tuple(request.resource_names)
            is_member = self._admit(names)
            session = TailSession(
                lambda entry: wanted.is_match(entry.body) and is_member(entry),
                _find_buffer_seconds(request),
                limits=self.setting.tails,
                monotonic=self.setting.monotonic,
            )
            self.tails.open(find_container(names[0]), session)
            return session

    def list_logs(self, request: Message) -> Message:
        """`ListLogs`.

        Raises:
            RefusedError: as the real one would.
        """
        with self._noting("ListLogs", request, resource_names=(request.parent, *request.resource_names)):
            names = tuple(request.resource_names) or (request.parent,)
            self.access.check_resources(names, self.known_containers, "logging.logs.list")
            containers = {find_container(name) for name in names}
            found = [name for name in self._shelf.log_names if name.partition("/logs/")[0] in containers]
            part, token = self._config.cut(found, request)
            return ListLogsResponse.pb()(log_names=part, next_page_token=token)

    def list_sinks(self, request: Message) -> Message:
        """`ListSinks`.

        Raises:
            RefusedError: as the real one would.
        """
        with self._noting("ListSinks", request, resource_names=(request.parent,)):
            self._check_config(request.parent, "container", "logging.sinks.list")
            return self._config.list_sinks(request)

    def list_buckets(self, request: Message) -> Message:
        """`ListBuckets`.

        Raises:
            RefusedError: as the real one would.
        """
        with self._noting("ListBuckets", request, resource_names=(request.parent,)):
            self._check_config(request.parent, "location", "logging.buckets.list")
            return self._config.list_buckets(request)

    def get_view(self, request: Message) -> Message:
        """`GetView`.

        Raises:
            RefusedError: as the real one would.
        """
        with self._noting("GetView", request, resource_names=(request.name,)):
            self._check_config(request.name, "view", "logging.views.get")
            return self._config.get_view(request)

    def _admit(self, names: tuple[str, ...]) -> Membership:
        """Check that entries of these names may be read, and tell which they are."""
        self.access.check_resources(names, self.known_containers, "logging.logEntries.list")
        is_private_seen = "logging.privateLogEntries.list" not in self.access.denied
        return self._views.make_membership(names, is_private_seen=is_private_seen)

    def _check_config(self, name: str, shape: str, permission: str) -> None:
        check_shape(name, shape)
        self.access.check_resources([find_container(name)], self.known_containers, permission)

    @property
    def known_containers(self) -> set[str]:
        """Which projects and so on there are."""
        own = {f"projects/{self.setting.project}", *self.setting.containers, *self.setting.sinks}
        return own | self._views.containers | self._shelf.parents

    @contextmanager
    def _noting(self, method: str, request: Message, **asked: Any) -> Iterator["_Note"]:
        """Check who asks; at the end, write down what was asked and what came of it."""
        known = {"filter", "page_size", "page_token"} & set(request.DESCRIPTOR.fields_by_name)
        names = tuple(getattr(request, "resource_names", ()))
        fields = {"resource_names": names} | {name: getattr(request, name) for name in known} | asked
        note = _Note(Call(method, self.setting.clock(), **fields))
        try:
            self.access.check_caller(method)
            yield note
        except RefusedError as error:
            note.add(outcome=error.refusal.code.name, message=error.refusal.message)
            raise
        finally:
            self.journal.write(note.call)


class _Note:
    """What goes into the journal of a request, filled in while it is answered."""

    def __init__(self, call: Call) -> None:
        self.call = call

    def add(self, **fields: Any) -> None:
        self.call = replace(self.call, **fields)


def _find_buffer_seconds(request: Message) -> float:
    if not request.HasField("buffer_window"):
        return DEFAULT_BUFFER_SECONDS
    seconds: float = request.buffer_window.ToTimedelta().total_seconds()
    if not 0 <= seconds <= MOST_BUFFER_SECONDS:
        msg = f"buffer_window must be between 0 and {MOST_BUFFER_SECONDS} seconds, not {seconds:g}"
        raise make_invalid(msg)
    return seconds
