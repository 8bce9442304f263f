"""Runs: what was read and when, and each worklog that is kept."""

from fastapi import APIRouter
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from log_gardener.model.worklog import Worklog
from log_gardener.renderers.html import overview
from log_gardener.renderers.html.room import ROOMS
from log_gardener.renderers.svg.graph import draw_cascade
from log_gardener.renderers.svg.timeline import draw_timeline
from log_gardener.web.pages.frame import Frame

_ROOM = ROOMS[0]

# The latest; the command 'runs' lists all.
MOST_RUNS = 200

# The most urgent; the worklog lists all.
MOST_CLUSTERS = 500


def add_routes(router: APIRouter, frame: Frame) -> None:
    """Add the list of runs, and the page of each."""

    @router.get("/runs")
    def show_runs(request: Request) -> Response:
        visit, runs = frame.visit(request), frame.desk.list_runs()
        return visit.draw("runs.html.jinja", runs=runs[:MOST_RUNS], total=len(runs))

    @router.get("/runs/{run}")
    def show_run(request: Request, run: int) -> Response:
        visit = frame.visit(request)
        past, worklog = frame.desk.view_run(run)
        garden = frame.desk.snapshot
        # Half of the time of the page goes into its pictures.
        values = garden.keep(("drawn", run), lambda: _view(worklog)) if worklog else {}
        own = {"run": past, "worklog": worklog, "known": garden.by_id, "room": _ROOM, "most": MOST_CLUSTERS}
        return visit.draw("run.html.jinja", **own, **values)


def _view(worklog: Worklog) -> dict[str, object]:
    return {
        "name": overview.name_services(worklog),
        "conclusion": overview.conclude(worklog),
        "length": overview.spell_length(worklog),
        "priorities": overview.count_priorities(worklog),
        "severities": overview.list_severities(worklog),
        "records": overview.list_records(worklog.coverage),
        "remarks": overview.list_remarks(worklog, _ROOM, is_cut=False),
        "changes": overview.list_changes(worklog, _ROOM),
        "timeline": _picture(draw_timeline(worklog)),
        "cascade": _picture(draw_cascade(worklog.clusters)),
    }


def _picture(svg: str) -> Markup:
    return Markup(svg)  # noqa: S704 - a picture of ours, whose texts were made inert when it was drawn
