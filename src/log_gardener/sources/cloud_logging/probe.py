"""Whether logs arrive at all: the newest entry of a span, whatever its severity."""

from dataclasses import dataclass
from datetime import timedelta

from log_gardener._core import Unwrapper
from log_gardener.model.coverage import Probe
from log_gardener.model.instant import spell_instant, to_span
from log_gardener.sources.cloud_logging.descriptors import find_descriptors
from log_gardener.sources.cloud_logging.fetching import Logs
from log_gardener.sources.cloud_logging.filters import Selection, Span
from log_gardener.sources.cloud_logging.service import find_token, make_request

# As long as the bucket `_Default` keeps entries where nobody has said otherwise.
RETENTION = timedelta(days=30)

# The service may answer with pages without entries while it looks; so many say that there is none within reach.
MOST_PAGES = 20


@dataclass(frozen=True, slots=True)
class Prober:
    """Asks for single entries.

    Attributes:
        logs: what to look at.
    """

    logs: Logs

    def find_newest(self, selection: Selection, span: Span) -> int | None:
        """The time of the newest entry of a span, UTC nanoseconds; `None` if there is none.

        Raises:
            GoogleAPICallError: it cannot be asked for; so does everything in `FAILURES`.
        """
        unwrapper = Unwrapper(find_descriptors())
        request = make_request(self.logs.resource, selection.spell(span), size=1, is_newest_first=True)
        for _ in range(MOST_PAGES):
            page = self.logs.fetcher.fetch(request)
            unwrapper.unwrap(page)
            request.page_token = find_token(page)
            if unwrapper.newest is not None or not request.page_token:
                break
        return unwrapper.newest

    def probe(self, service: str | None, span: Span) -> Probe:
        """Look in a window, then before it.

        Raises:
            GoogleAPICallError: it cannot be asked for; so does everything in `FAILURES`.
        """
        whose = f" of {service}" if service else ""
        newest = self.find_newest(Selection(service), span)
        if newest is not None:
            detail = f"entries{whose} of any severity are in the window, the newest of {spell_instant(newest)}"
            return Probe(self.logs.source, newest, detail, is_arriving=True)
        month = (span[1] - to_span(RETENTION), span[1])
        if service is None:
            return self._tell_nothing(self.find_newest(Selection(), month))
        return self._probe_others(service, span, month)

    def _probe_others(self, service: str, span: Span, month: Span) -> Probe:
        newest = self.find_newest(Selection(), span)
        if newest is None:
            return self._tell_nothing(self.find_newest(Selection(), month))
        own = self.find_newest(Selection(service), month)
        if own is None:
            detail = f"logs arrive, and none of {RETENTION.days} days are of {service}: is the name right?"
            return Probe(self.logs.source, newest, detail, is_arriving=False)
        detail = f"logs arrive, and {service} wrote none in the window; it last wrote at {spell_instant(own)}"
        return Probe(self.logs.source, own, detail, is_arriving=True)

    def _tell_nothing(self, newest: int | None) -> Probe:
        none = "no entry of any severity or service is in the window"
        before = (
            f"none of {RETENTION.days} days either" if newest is None else f"the newest is of {spell_instant(newest)}"
        )
        return Probe(self.logs.source, newest, f"{none}, {before}", is_arriving=False)
