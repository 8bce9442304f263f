"""The list of issues: what is broken, the most urgent first."""

from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Form
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from log_gardener.model.cluster import Status, Trend
from log_gardener.model.instant import NANOS_PER_MINUTE
from log_gardener.model.issue import Issue
from log_gardener.model.priority import Priority
from log_gardener.renderers.markdown import count_entries, spell_minute
from log_gardener.renderers.svg.sparkline import draw_bars
from log_gardener.web.desk import Listing
from log_gardener.web.pages.asked_list import ORDERS, find_page, find_selection, is_narrowed, spell_address
from log_gardener.web.pages.frame import Frame

_SPARK = (120, 28)


def add_routes(router: APIRouter, frame: Frame) -> None:
    """Add the list, and merging what is chosen in it."""

    @router.get("/")
    def show_list(request: Request) -> Response:
        visit = frame.visit(request)
        selection = find_selection(request.query_params)
        listing = frame.desk.list_issues(selection, find_page(request.query_params))
        page = visit.draw(
            "list.html.jinja",
            listing=listing,
            rows=_draw_rows(listing),
            selection=selection,
            is_narrowed=is_narrowed(selection),
            span=_spell_span(listing),
            pages=_list_pages(listing),
            spell=lambda page: spell_address(selection, page),
            choices={"priority": Priority, "trend": Trend, "status": Status},
            orders=ORDERS,
        )
        # Part of the page came anew: the address is to ask for what is shown, and for nothing more.
        page.headers["HX-Replace-Url"] = spell_address(selection, listing.page)
        return page

    @router.post("/merge")
    def merge(
        issue: Annotated[list[str] | None, Form()] = None,
        reason: Annotated[str, Form()] = "",
        back: Annotated[str, Form()] = "/",
    ) -> Response:
        return frame.tell(frame.desk.merge(issue or [], reason.strip()), back)


# Half of the time of a page goes into these, and an open page asks again and again.
@lru_cache(maxsize=32)
def _draw_rows(listing: Listing) -> list[tuple[Issue, str | None, Markup]]:
    """Issues, their tickets, and their courses over one and the same time."""
    bounds = _find_bounds(listing)
    return [(row.issue, row.ticket, draw_spark(row.issue, bounds)) for row in listing.rows]


def draw_spark(issue: Issue, bounds: tuple[int, int]) -> Markup:
    """The course of an issue as a picture."""
    label = f"{count_entries(sum(count for _, count in issue.minutes))} over time"
    return Markup(draw_bars(issue.minutes, bounds, label=label, size=_SPARK))  # noqa: S704 - a picture of ours


def _find_bounds(listing: Listing) -> tuple[int, int]:
    """The first and the last minute of which any issue on the page has entries."""
    histories = [row.issue.history for row in listing.rows if row.issue.history]
    if not histories:
        return (0, 0)
    return min(one[0][0] for one in histories), max(one[-1][0] + one[-1][1] - 1 for one in histories)


def _spell_span(listing: Listing) -> str:
    """The time that the courses show, in words; empty if none is known."""
    first, last = _find_bounds(listing)
    return f"{spell_minute(first * NANOS_PER_MINUTE)} to {spell_minute((last + 1) * NANOS_PER_MINUTE)}" if last else ""


def _list_pages(listing: Listing) -> list[int]:
    """Pages to go to: the first, the last, and those beside this one; 0 stands for those between."""
    near = {1, listing.pages, *range(listing.page - 2, listing.page + 3)}
    shown = sorted(page for page in near if 1 <= page <= listing.pages)
    gaps = zip(shown, [0, *shown], strict=False)
    return [one for page, before in gaps for one in ([0, page] if page - before > 1 else [page])]
