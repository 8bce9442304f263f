"""What people see: pages made of the desk's values, that can be read and used without any script."""

from fastapi import APIRouter

from log_gardener import wiring
from log_gardener.ports import Clock
from log_gardener.web.desk import Desk
from log_gardener.web.pages import comparing, deciding, issue, listing, live, planning, runs
from log_gardener.web.pages.frame import Frame, draw_plain
from log_gardener.web.safety.guard import Guard
from log_gardener.web.safety.refusal import Refusal

_ROOMS = (listing, issue, deciding, comparing, runs, planning, live)


def make_router(desk: Desk, guard: Guard, clock: Clock = wiring.tell_time) -> APIRouter:
    """The pages.

    Args:
        desk: gives them all that they show, and does all that they do.
        guard: gives the token that each form bears; forms are checked before a page is asked.
        clock: tells when a page was made.
    """
    router, frame = APIRouter(), Frame(desk, guard, clock)
    for room in _ROOMS:
        room.add_routes(router, frame)
    return router


def draw_error(refusal: Refusal, back: str) -> str:
    """A page for what is refused or failed: what, what to do, and where to go on.

    A script that asked for a part of a page takes `#problem` out of it.
    """
    return draw_plain("error.html.jinja", refusal=refusal, back=back)


def draw_login(target: str, problem: str) -> str:
    """The page to log in, and why that has failed; it has no token, since nobody is known yet."""
    return draw_plain("login.html.jinja", target=target, problem=problem)
