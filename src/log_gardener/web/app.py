"""The application: pages, API and log-in behind the guard."""

from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from log_gardener.errors import GardenerError
from log_gardener.renderers.html.environment import read_shared
from log_gardener.web import pages
from log_gardener.web.api.refused import DescribedApp
from log_gardener.web.api.routes import API_PREFIX, make_api
from log_gardener.web.desk import Desk
from log_gardener.web.login import make_login
from log_gardener.web.problems import MEDIA, draw_problem, explain
from log_gardener.web.safety.asked import API, Asked
from log_gardener.web.safety.guard import Guard
from log_gardener.web.safety.last_look import LastLook
from log_gardener.web.safety.passage import Passage
from log_gardener.web.safety.refusal import Refusal

OPENAPI = "/api/openapi.json"

HTML = "text/html; charset=utf-8"

# What is refused before anything of ours is asked.
_ADVICE = {
    400: "This cannot be read: the body of a question to the API is JSON in UTF-8.",
    404: "There is nothing here. Go back to the list of issues.",
    405: "Nothing can be done so here; /api/openapi.json tells what can be asked, and how.",
}


@dataclass(frozen=True, slots=True)
class AppOptions:
    """What an application is made of, beside what it shows.

    Attributes:
        guard: stands before it.
        is_public: whether others than the operator look.
    """

    guard: Guard
    is_public: bool = False


def make_app(desk: Desk, options: AppOptions) -> FastAPI:
    """The application, guarded: to be served by any ASGI server."""
    app = DescribedApp(
        title="Log Gardener",
        summary="What is remembered of logs, and what people decide about it.",
        version=version("log-gardener"),
        openapi_url=OPENAPI,
        # Their pages load scripts from elsewhere, which no page of ours does.
        docs_url=None,
        redoc_url=None,
    )
    app.add_middleware(
        Passage, guard=options.guard, look=LastLook(lambda: desk.rules, is_public=options.is_public), draw=draw_refusal
    )
    app.add_api_route("/static/look.css", _show_look, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=_find_static()), name="static")
    app.include_router(make_api(desk, options.guard), prefix=API_PREFIX)
    app.include_router(make_login(options.guard), include_in_schema=False)
    app.include_router(pages.make_router(desk, options.guard), include_in_schema=False)
    for kind in (GardenerError, HTTPException, RequestValidationError):
        app.add_exception_handler(kind, _answer)
    return app


def draw_refusal(asked: Asked, refusal: Refusal) -> tuple[str, str]:
    """A refusal as media type and body: JSON for programs, a page for people."""
    if asked.path.startswith(API):
        return MEDIA, draw_problem(refusal)
    return HTML, pages.draw_error(refusal, "/")


def _show_look() -> Response:
    return Response(read_shared("look.css"), media_type="text/css")


def _find_static() -> Path:
    return Path(str(files("log_gardener.web") / "static"))


def _tell(error: Exception) -> Refusal:
    """What went wrong; only these come here."""
    if isinstance(error, GardenerError):
        return explain(error)
    if isinstance(error, RequestValidationError):
        return _tell_wrong(error)
    return _tell_http(error if isinstance(error, HTTPException) else HTTPException(500))


def _tell_http(error: HTTPException) -> Refusal:
    title = HTTPStatus(error.status_code).phrase.lower()
    advice = _ADVICE.get(error.status_code, f"The server says: {title}.")
    return Refusal(error.status_code, title, advice, error.headers or {})


def _tell_wrong(error: RequestValidationError) -> Refusal:
    told = (f"{'.'.join(map(str, row['loc']))}: {row['msg']}" for row in error.errors())
    return Refusal(422, "not understood", "; ".join(told))


def _answer(request: Request, error: Exception) -> Response:
    refusal = _tell(error)
    media, body = draw_refusal(Asked.of(request.scope), refusal)
    return Response(body, refusal.status, dict(refusal.headers), media)
