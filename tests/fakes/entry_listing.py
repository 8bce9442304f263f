"""`ListLogEntries`: pages of entries by filter and order, with what goes wrong on purpose."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import grpc
from google.cloud.logging_v2.types import ListLogEntriesResponse

from tests.fakes.arrivals import Arrivals
from tests.fakes.entry_shelf import Kept, Key, Shelf
from tests.fakes.entry_views import Membership
from tests.fakes.faults import Draw, Fault
from tests.fakes.filter_tree import FilterError
from tests.fakes.google_errors import make_broken, make_exhausted, make_invalid
from tests.fakes.logging_access import READS_PER_MINUTE
from tests.fakes.logging_filter import Filter, parse_filter
from tests.fakes.page_tokens import EXPIRED, PageTokens, Place

MOST_A_PAGE = 1_000
DEFAULT_A_PAGE = 50
ORDERS = ("", "timestamp asc", "timestamp desc")

_FIRST: Key = (-(2**63), "", "")
_LAST: Key = (2**63, "", "")
_EARLY_CODES = {Fault.UNAVAILABLE: grpc.StatusCode.UNAVAILABLE, Fault.INTERNAL: grpc.StatusCode.INTERNAL}
_LATE_CODES = {Fault.LOST: grpc.StatusCode.UNAVAILABLE, Fault.DEADLINE: grpc.StatusCode.DEADLINE_EXCEEDED}
# How many entries of the page before come again: enough to see, and room is left for new ones.
_MOST_AGAIN = 3


@dataclass(frozen=True, slots=True)
class Query:
    """A listing request that has passed its checks."""

    names: tuple[str, ...]
    filter: Filter
    is_descending: bool
    size: int

    @property
    def identity(self) -> str:
        """What a page token is bound to."""
        return "|".join([*self.names, self.filter.text, str(self.is_descending)])


def make_filter(text: str) -> Filter:
    """Read a filter.

    Raises:
        RefusedError: it is none.
    """
    try:
        return parse_filter(text)
    except FilterError as error:
        raise make_invalid(str(error)) from None


def make_query(request: Any, most: int = MOST_A_PAGE) -> Query:
    """Check a `ListLogEntriesRequest`; `most` entries a page are given, however many are asked for.

    Raises:
        RefusedError: the service would not take it.
    """
    if not 0 <= request.page_size <= MOST_A_PAGE:
        msg = f"page_size must be between 0 and {MOST_A_PAGE}, not {request.page_size}"
        raise make_invalid(msg)
    if request.order_by not in ORDERS:
        msg = f"order_by must be 'timestamp asc' or 'timestamp desc', not '{request.order_by}'"
        raise make_invalid(msg)
    return Query(
        tuple(request.resource_names),
        make_filter(request.filter),
        request.order_by == ORDERS[2],
        min(request.page_size or DEFAULT_A_PAGE, most),
    )


class Listing:
    """Makes the pages.

    Args:
        shelf: what has arrived.
        arrivals: what may arrive meanwhile.
        tokens: where listings stand.
        take_slow_time: lets a slow page take its time.
    """

    def __init__(
        self, shelf: Shelf, arrivals: Arrivals, *, tokens: PageTokens, take_slow_time: Callable[[], None]
    ) -> None:
        self._shelf = shelf
        self._arrivals = arrivals
        self._tokens = tokens
        self._take_slow_time = take_slow_time

    def find_place(self, query: Query, token: str) -> Place:
        """Where a request goes on.

        Raises:
            RefusedError: the token is none of this listing.
        """
        return self._tokens.read(token, query.identity) if token else Place()

    def answer(self, query: Query, token: str, is_member: Membership, draw: Draw) -> Any:
        """The page behind a token, where what `refuse_early` refuses has not happened.

        Raises:
            RefusedError: there is none, because something went wrong on purpose after the work was done.
        """
        place = self.find_place(query, token)
        if Fault.SLOW in draw:
            self._take_slow_time()
        if Fault.LATE in draw:
            self._let_one_arrive(query, place, draw)
        if Fault.EMPTY in draw:
            return ListLogEntriesResponse.pb()(next_page_token=self._tokens.make(query.identity, place))
        page = self._make_page(query, place, is_member, draw)
        for fault, code in _LATE_CODES.items():
            if fault in draw:
                raise make_broken(code)
        return page

    def refuse_early(self, token: str, draw: Draw) -> None:
        """Let go wrong what does so before anything is done.

        Raises:
            RefusedError: something does.
        """
        for fault, code in _EARLY_CODES.items():
            if fault in draw:
                raise make_broken(code)
        if Fault.EXHAUSTED in draw:
            raise make_exhausted(READS_PER_MINUTE)
        if Fault.EXPIRED in draw:
            self._tokens.withdraw(token)
            raise make_invalid(EXPIRED)

    def _let_one_arrive(self, query: Query, place: Place, draw: Draw) -> None:
        behind = place.behind
        if behind is not None:
            self._arrivals.release_one(lambda key: (key > behind) == query.is_descending and key != behind, draw.random)

    def _make_page(self, query: Query, place: Place, is_member: Membership, draw: Draw) -> Any:
        again = list(self._find_again(query, place, is_member)) if Fault.AGAIN in draw else []
        is_doubled = Fault.TWICE in draw and query.size - len(again) > 1
        room = query.size - len(again) - is_doubled
        found = list(islice(self._walk(query, place, is_member), room + 1))
        fresh, has_next = found[:room], len(found) > room
        token = self._tokens.make(query.identity, Place(fresh[-1].key)) if has_next else ""
        entries = again + fresh
        if is_doubled and entries:
            doubled = draw.random.randrange(len(entries))
            entries.insert(doubled, entries[doubled])
        if Fault.SHUFFLED in draw:
            draw.random.shuffle(entries)
        page = ListLogEntriesResponse.pb()(next_page_token=token)
        page.entries.extend([entry.message for entry in entries])
        return page

    def _walk(self, query: Query, place: Place, is_member: Membership) -> Iterator[Kept]:
        bounds = query.filter.timestamp
        start = _FIRST if bounds.start is None else (bounds.start, "", "")
        end = _LAST if bounds.end is None else (bounds.end, "", "")
        if place.behind is not None and query.is_descending:
            end = min(end, place.behind)
        elif place.behind is not None:
            start = max(start, _next_key(place.behind))
        walk = self._shelf.walk_back if query.is_descending else self._shelf.walk
        return _filter(walk(start, end), query, is_member)

    def _find_again(self, query: Query, place: Place, is_member: Membership) -> Iterator[Kept]:
        """The last entries before a place that the listing has given already."""
        if place.behind is None:
            return iter(())
        if query.is_descending:
            before = self._shelf.walk(place.behind, _LAST)
        else:
            before = self._shelf.walk_back(_FIRST, _next_key(place.behind))
        most = min(_MOST_AGAIN, query.size // 2)
        return reversed(list(islice(_filter(before, query, is_member), most)))


def _filter(entries: Iterator[Kept], query: Query, is_member: Membership) -> Iterator[Kept]:
    is_match = query.filter.is_match
    return (entry for entry in entries if is_match(entry.body) and is_member(entry))


def _next_key(key: Key) -> Key:
    """The least key above another."""
    return (key[0], key[1], key[2] + "\0")
