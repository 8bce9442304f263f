"""Which of the remembered issues somebody wants to see, and in what order."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from log_gardener.model.cluster import Status, Trend
from log_gardener.model.issue import Issue
from log_gardener.model.priority import Priority


class Order(StrEnum):
    """What a list is sorted by."""

    PRIORITY = "priority"
    COUNT = "count"
    FIRST = "first"
    LAST = "last"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked of a list of issues.

    Attributes:
        service: of one service only; empty for all.
        priorities: of these only; empty for all, as are `statuses` and `trends`.
        text: what the title or a template holds, in any case.
    """

    service: str = ""
    priorities: frozenset[Priority] = frozenset()
    statuses: frozenset[Status] = frozenset()
    trends: frozenset[Trend] = frozenset()
    text: str = ""
    order: Order = Order.PRIORITY


def select(issues: Iterable[Issue], selection: Selection) -> list[Issue]:
    """The issues that are asked for, in the order that is asked for."""
    text = selection.text.casefold()
    found = [one for one in issues if _is_asked_for(one, selection) and (not text or _has_text(one, text))]
    return sorted(found, key=lambda one: _rank(one, selection.order))


def _is_asked_for(issue: Issue, selection: Selection) -> bool:
    return (
        (not selection.priorities or issue.priority in selection.priorities)
        and (not selection.statuses or issue.status in selection.statuses)
        and (not selection.trends or issue.trend in selection.trends)
        and (not selection.service or selection.service in issue.service.split(", "))
    )


def _has_text(issue: Issue, text: str) -> bool:
    return text in issue.title.casefold() or any(text in template.text.casefold() for template in issue.templates)


def _rank(issue: Issue, order: Order) -> tuple[object, ...]:
    own: object = {
        Order.PRIORITY: (issue.priority, -issue.count),
        Order.COUNT: -issue.count,
        Order.FIRST: issue.first_nanos or 0,
        Order.LAST: -(issue.last_nanos or 0),
        Order.TITLE: issue.title.casefold(),
    }[order]
    return own, issue.id
