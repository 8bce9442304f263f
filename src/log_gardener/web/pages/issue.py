"""The page of an issue: all that is known of it, why it is one, and what may be decided."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from log_gardener import wiring
from log_gardener.errors import GardenerError
from log_gardener.model.cluster import Status
from log_gardener.model.issue import Issue
from log_gardener.model.priority import Priority
from log_gardener.web.desk import Desk
from log_gardener.web.pages.frame import Frame, shorten_id
from log_gardener.web.pages.issue_view import make_issue_values

# More than anybody scrolls through; any other can be named by its id.
MOST_OFFERED = 100

MUTED_FOR = {"": "until it escalates", "1h": "for an hour", "1d": "for a day", "7d": "for a week", "30d": "for 30 days"}


def add_routes(router: APIRouter, frame: Frame) -> None:
    """Add the page."""

    @router.get("/issues/{issue}")
    def show_issue(request: Request, issue: str) -> Response:
        visit, desk = frame.visit(request), frame.desk
        view = desk.view_issue(issue)
        other = request.query_params.get("other", "").strip()
        return visit.draw(
            "issue.html.jinja",
            **make_issue_values(view, wiring.make_code_host(desk.settings), _list_titles(desk)),
            **_find_difference(desk, view.issue.id, other),
            other=other,
            others=_list_others(desk, view.issue),
            revisions=desk.list_revisions()[:MOST_OFFERED],
            priorities=list(Priority),
            is_open=view.issue.status is Status.OPEN,
            muted_for=MUTED_FOR,
        )


def _list_titles(desk: Desk) -> dict[str, str]:
    """By the id of each issue, merged ones too, the title of what it is now."""
    garden = desk.snapshot
    titles = {issue.id: issue.title for issue in garden.issues}
    return titles | {one: titles[lead] for one, lead in garden.decisions.leads.items() if lead in titles}


def _list_others(desk: Desk, own: Issue) -> list[tuple[str, str]]:
    """Other issues to compare with: short id and title, those of the same service first."""
    others = [one for one in desk.snapshot.issues if one.id != own.id]
    others.sort(key=lambda one: one.service != own.service)
    return [(shorten_id(one.id), f"{one.priority} {one.title}") for one in others[:MOST_OFFERED]]


def _find_difference(desk: Desk, own: str, other: str) -> dict[str, object]:
    """Why an issue and another are two, or why that cannot be told; nothing where no other is named."""
    if not other:
        return {"difference": None, "problem": ""}
    try:
        return {"difference": desk.find_difference(own, other), "problem": ""}
    except GardenerError as error:
        return {"difference": None, "problem": str(error)}
