"""Entries of a span, page by page, as lines of JSON."""

from collections.abc import Callable, Iterator

from google.api_core.exceptions import InvalidArgument

from log_gardener._core import Unwrapper
from log_gardener.sources.cloud_logging.descriptors import find_descriptors
from log_gardener.sources.cloud_logging.fetching import Logs
from log_gardener.sources.cloud_logging.filters import Span
from log_gardener.sources.cloud_logging.service import find_token, make_request
from log_gardener.sources.cloud_logging.slicing import Step

# A token that does not hold is given up for a new listing. So often in a row without a new entry, and nothing helps.
# Where many entries share an instant, a listing needs several tokens that hold before it comes to a new one: with
# four of them, each failing three times in ten, eight listings are in vain once in nine times, and so many never.
VAIN_LISTINGS = 64


class Listing:
    """Lists the entries of a span, oldest first, each once. Read by one thread.

    A token that does not hold any more, and an end that comes nearer, are followed by a new listing. It begins at the
    newest entry that was given, since others of the same instant may be missing; what was given already is dropped.
    Else it goes on by its tokens, so that any number of entries may share an instant.

    Args:
        logs: what to list of.
        spell: the filter of a span.
        span: what to list.
        known: what has given entries that are not to be given again; such a listing begins again at its start.
    """

    def __init__(self, logs: Logs, spell: Callable[[Span], str], span: Span, *, known: Unwrapper | None = None) -> None:
        self._fetcher = logs.fetcher
        self._resource = logs.resource
        self._spell = spell
        self._start, self._end = span
        self._unwrapper = known or Unwrapper(find_descriptors())
        self._is_apart = known is None
        if known is not None:
            known.resume()
        self._vain = 0
        self._is_over = False
        self._begin()

    def blocks(self, advance: Callable[[Step], int] | None = None) -> Iterator[bytes]:
        """Lines of JSON, a block a page.

        Args:
            advance: told of every page but the last, it gives the span's end.

        Raises:
            StoppedError: a stop ended it.
            GoogleAPICallError: a page cannot be had; so does everything in `FAILURES`.
        """
        while not self._is_over:
            page = self._find_page()
            if page is None:
                self._begin_again()
                continue
            yield self._unwrap(page)
            if advance and not self._is_over:
                self._shorten(advance(Step(self._start, self._position, self._pages)))

    @property
    def unwrapper(self) -> Unwrapper:
        """What has given the entries, and knows them again."""
        return self._unwrapper

    @property
    def _position(self) -> int:
        """Up to when everything was given, but for more of that instant."""
        newest = self._unwrapper.newest if self._is_apart else None
        return self._start if newest is None else max(newest, self._start)

    def _begin(self) -> None:
        self._request = make_request(self._resource, self._spell((self._start, self._end)))
        self._pages = 0
        self._entries_before = self._unwrapper.entries

    def _begin_again(self) -> None:
        self._vain = 0 if self._unwrapper.entries > self._entries_before else self._vain + 1
        self._start = self._position
        self._unwrapper.resume()
        self._begin()

    def _find_page(self) -> bytes | None:
        """The next page; `None` if its token does not hold."""
        try:
            return self._fetcher.fetch(self._request)
        except InvalidArgument:
            if not self._request.page_token or self._vain == VAIN_LISTINGS:
                raise
            return None

    def _unwrap(self, page: bytes) -> bytes:
        before = self._unwrapper.entries
        lines = self._unwrapper.unwrap(page)
        self._request.page_token = find_token(page)
        self._is_over = not self._request.page_token
        self._pages += 1
        self._fetcher.meter.count(self._unwrapper.entries - before)
        return lines

    def _shorten(self, end: int) -> None:
        if end != self._end:
            self._end = end
            self._begin_again()
