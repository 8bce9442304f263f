"""The log-in page, and the way out."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from log_gardener.web import pages
from log_gardener.web.safety.asked import Asked
from log_gardener.web.safety.guard import LOGIN, LOGOUT, Guard
from log_gardener.web.safety.refusal import Refusal

SEE_OTHER = 303


def make_login(guard: Guard) -> APIRouter:
    """The routes by which people come in and go; none where nobody logs in."""
    router = APIRouter()
    if not guard.has_login:
        return router

    @router.get(LOGIN)
    def show_login(next: str = "/") -> Response:  # noqa: A002 - the field's name
        return HTMLResponse(pages.draw_login(find_target(next), ""))

    @router.post(LOGIN)
    def log_in(
        request: Request,
        token: Annotated[str, Form()] = "",
        next: Annotated[str, Form()] = "/",  # noqa: A002 - the field's name
    ) -> Response:
        entered = guard.log_in(token.strip(), Asked.of(request.scope).client)
        target = find_target(next)
        if isinstance(entered, Refusal):
            shown = pages.draw_login(target, entered.advice)
            return HTMLResponse(shown, entered.status, dict(entered.headers))
        return RedirectResponse(target, SEE_OTHER, {"set-cookie": entered})

    @router.post(LOGOUT)
    def log_out(request: Request) -> Response:
        return RedirectResponse(LOGIN, SEE_OTHER, {"set-cookie": guard.log_out(request)})

    return router


def find_target(spelt: str) -> str:
    """Where to go from the log-in: a path here, and nowhere else."""
    try:
        parts = urlsplit(spelt)
    except ValueError:
        return "/"
    is_own = spelt.startswith("/") and not spelt.startswith(("//", "/\\")) and not parts.netloc and spelt.isprintable()
    return spelt if is_own and "\\" not in spelt else "/"
