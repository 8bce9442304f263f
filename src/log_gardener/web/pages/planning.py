"""Tickets: what would be done in the tracker, and doing exactly that once somebody has looked at it."""

from collections.abc import Sequence

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from log_gardener.model.plan import Applied, Plan
from log_gardener.renderers.plan_sections import count_actions, group_left_alone, list_sections
from log_gardener.web.pages.frame import Frame, go_on
from log_gardener.web.pages.recent import Recent


def add_routes(router: APIRouter, frame: Frame) -> None:
    """Add the pages of a plan: before it, itself, and what came of it."""
    desk, applied = frame.desk, Recent[tuple[Plan, Applied]]()

    @router.get("/plan")
    def show_start(request: Request) -> Response:
        return frame.visit(request).draw("plan.html.jinja", tracker=desk.tracker, plan=None)

    @router.post("/plan")
    def make_plan() -> Response:
        return go_on(f"/plan/{desk.make_plan().digest}")

    @router.get("/plan/{digest}")
    def show_plan(request: Request, digest: str) -> Response:
        visit, plan = frame.visit(request), desk.find_plan(digest)
        return visit.draw(
            "plan.html.jinja",
            tracker=desk.tracker,
            plan=plan,
            counted=count_actions(plan),
            sections=list_sections(plan),
            left_alone=group_left_alone(plan),
        )

    @router.post("/plan/{digest}/apply")
    def apply(digest: str) -> Response:
        plan = desk.find_plan(digest)
        return go_on(f"/applied/{applied.keep((plan, desk.apply(digest)))}")

    @router.get("/applied/{key}")
    def show_applied(request: Request, key: str) -> Response:
        visit, found = frame.visit(request), applied.find(key)
        plan, result = found or (None, None)
        rows = _list_results(plan, result) if plan and result else []
        return visit.draw("applied.html.jinja", plan=plan, applied=result, rows=rows)


def _list_results(plan: Plan, applied: Applied) -> Sequence[dict[str, object]]:
    """What came of each action, with the title of its ticket."""
    titles = {section.issue: section.title for section in list_sections(plan)}
    return [{"result": one, "title": one.action.title or titles.get(one.action.issue, "")} for one in applied.results]
