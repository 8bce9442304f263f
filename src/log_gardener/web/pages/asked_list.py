"""What a list is asked for, as the address of its page has it: what is filtered can be sent to somebody."""

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from log_gardener.model.cluster import Status, Trend
from log_gardener.model.priority import Priority
from log_gardener.stages.selection import Order, Selection

_Choice = TypeVar("_Choice", bound=StrEnum)

ORDERS = {
    Order.PRIORITY: "priority",
    Order.COUNT: "most entries",
    Order.LAST: "last seen",
    Order.FIRST: "first seen, the oldest",
    Order.TITLE: "title",
}


def find_selection(params: QueryParams) -> Selection:
    """What an address asks for; what it says otherwise asks for nothing."""
    orders = _find_choices(params.getlist("order"), Order)
    return Selection(
        service=params.get("service", ""),
        priorities=frozenset(_find_choices(params.getlist("priority"), Priority)),
        statuses=frozenset(_find_choices(params.getlist("status"), Status)),
        trends=frozenset(_find_choices(params.getlist("trend"), Trend)),
        text=params.get("text", "").strip(),
        order=orders[0] if orders else Order.PRIORITY,
    )


def find_page(params: QueryParams) -> int:
    """The number of the page that an address asks for, from 1 on."""
    spelt = params.get("page", "")
    # More digits than any page has are no number to reckon with.
    return max(int(spelt), 1) if spelt.isascii() and spelt.isdecimal() and len(spelt) < len("1000000") else 1


def spell_address(selection: Selection, page: int = 1) -> str:
    """The address that asks for that, and says nothing more."""
    fields = [
        *(("priority", one.value) for one in Priority if one in selection.priorities),
        *(("trend", one.value) for one in Trend if one in selection.trends),
        *(("status", one.value) for one in Status if one in selection.statuses),
        ("service", selection.service),
        ("text", selection.text),
        ("order", "" if selection.order is Order.PRIORITY else selection.order.value),
        ("page", "" if page == 1 else str(page)),
    ]
    query = urlencode([(name, value) for name, value in fields if value])
    return f"/?{query}" if query else "/"


def is_narrowed(selection: Selection) -> bool:
    """Whether anything is left out."""
    return replace(selection, order=Order.PRIORITY) != Selection()


def _find_choices(spelt: Iterable[str], kind: type[_Choice]) -> list[_Choice]:
    known = {one.value: one for one in kind}
    return [known[one] for one in spelt if one in known]
