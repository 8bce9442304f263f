"""The API: one function a question, each a call of the desk, spelt as for `--json`."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import JSONResponse

from log_gardener.model.plan import spell_plan
from log_gardener.renderers import json_memory as spelling
from log_gardener.renderers.json_text import spell_json
from log_gardener.renderers.json_worklog import spell_worklog
from log_gardener.web.api import answers, questions
from log_gardener.web.api.deciding import add_decisions
from log_gardener.web.api.refused import REFUSED, list_refused
from log_gardener.web.desk import Desk
from log_gardener.web.safety.guard import Guard

API_PREFIX = "/api/v1"


class InertJson(JSONResponse):
    """JSON that shows no control character of any log."""

    def render(self, content: Any) -> bytes:  # noqa: ANN401 - JSON is anything
        """The body."""
        return spell_json(content, indent=None).encode("utf-8", "backslashreplace")


def make_api(desk: Desk, guard: Guard) -> APIRouter:
    """The API's routes."""
    router = APIRouter(default_response_class=InertJson, responses=REFUSED)
    _add_state(router, desk, guard)
    _add_issues(router, desk)
    _add_groupings(router, desk)
    _add_comparison(router, desk)
    _add_runs(router, desk)
    _add_plans(router, desk)
    add_decisions(router, desk)
    return router


def _add_state(router: APIRouter, desk: Desk, guard: Guard) -> None:
    @router.get("/session", tags=["state"])
    def who_asks(request: Request) -> answers.SessionAnswer:
        """Who asks, and the token that decisions need."""
        return answers.SessionAnswer(who=guard.find_who(request), csrf=guard.spell_token(request))

    @router.get("/state", tags=["state"])
    def what_is_served() -> answers.StateAnswer:
        """Whether anything has changed."""
        return answers.StateAnswer(version=desk.version, tracker=desk.tracker)


def _add_issues(router: APIRouter, desk: Desk) -> None:
    @router.get("/issues", response_model=answers.ListAnswer, tags=["issues"])
    def list_issues(asked: Annotated[questions.ListQuestion, Query()]) -> dict[str, Any]:
        """A page of what is remembered."""
        listing = desk.list_issues(asked.to_selection(), asked.page, asked.size)
        return {
            "issues": [spelling.spell_issue(row.issue, row.ticket) for row in listing.rows],
            "total": listing.total,
            "found": listing.found,
            "page": listing.page,
            "pages": listing.pages,
            "services": list(listing.services),
        }

    @router.get(
        "/issues/{issue}", response_model=answers.WholeIssueAnswer, tags=["issues"], responses=list_refused(404)
    )
    def show_issue(issue: questions.IssueId) -> dict[str, Any]:
        """One issue with all that is remembered of it."""
        view = desk.view_issue(issue)
        spelt = spelling.spell_whole(view.issue, view.details, view.cluster, ticket=view.ticket)
        return {"cluster": None} | spelt


def _add_groupings(router: APIRouter, desk: Desk) -> None:
    @router.get(
        "/issues/{issue}/explanation",
        response_model=answers.ExplanationAnswer,
        response_model_exclude_unset=True,
        tags=["issues"],
        responses=list_refused(404),
    )
    def explain_issue(issue: questions.IssueId) -> dict[str, Any]:
        """Which keys, masks and frames make an issue one, and why each template is in it."""
        view = desk.view_issue(issue)
        return spelling.spell_explanation(view.issue, view.cluster, view.decisions)

    @router.get(
        "/issues/{issue}/difference/{other}",
        response_model=answers.DifferenceAnswer,
        tags=["issues"],
        responses=list_refused(404, 409),
    )
    def tell_difference(issue: questions.IssueId, other: questions.IssueId) -> dict[str, Any]:
        """The first difference that keeps two issues apart."""
        return spelling.spell_difference(*desk.find_difference(issue, other))


def _add_comparison(router: APIRouter, desk: Desk) -> None:
    @router.get("/revisions", tags=["comparison"])
    def list_revisions() -> list[str]:
        """The revisions that can be compared, the latest first."""
        return desk.list_revisions()

    @router.get(
        "/comparison", response_model=list[answers.ChangeAnswer], tags=["comparison"], responses=list_refused(409)
    )
    def compare(
        before: questions.Side, after: questions.Side, service: questions.ServiceName = ""
    ) -> list[dict[str, Any]]:
        """Two windows or revisions: what is new, gone, up or down, the surest difference first."""
        return [spelling.spell_change(*row) for row in desk.compare(before, after, service)]


def _add_runs(router: APIRouter, desk: Desk) -> None:
    @router.get("/runs", response_model=list[answers.RunAnswer], tags=["runs"])
    def list_runs() -> list[dict[str, Any]]:
        """All remembered runs, the latest first."""
        return [spelling.spell_run(run) for run in desk.list_runs()]

    @router.get("/runs/{run}", response_model=answers.WholeRunAnswer, tags=["runs"], responses=list_refused(404))
    def show_run(run: questions.RunId) -> dict[str, Any]:
        """A run with its worklog."""
        past, worklog = desk.view_run(run)
        return spelling.spell_run(past) | {"worklog": worklog and spell_worklog(worklog)}


def _add_plans(router: APIRouter, desk: Desk) -> None:
    @router.post("/plans", response_model=answers.PlanAnswer, tags=["plans"], responses=list_refused(409, 502))
    def make_plan() -> dict[str, Any]:
        """Read the tracker, and tell what would be done there; nothing is written."""
        plan = desk.make_plan()
        return {"digest": plan.digest, "writes": plan.writes, "plan": spell_plan(plan)}

    @router.post(
        "/plans/{digest}/apply",
        response_model=answers.AppliedAnswer,
        tags=["plans"],
        responses=list_refused(409, 502),
    )
    def apply_plan(digest: questions.Digest) -> dict[str, Any]:
        """Carry out a plan that was made here: exactly it. What has changed since is refused."""
        return spelling.spell_applied(desk.apply(digest))
