"""Whether an open page still shows what is."""

from fastapi import APIRouter
from starlette.responses import Response

from log_gardener.web.pages.frame import Frame

CHANGED = "garden-changed"

_NOTHING = 204


def add_routes(router: APIRouter, frame: Frame) -> None:
    """Add what an open page asks again and again."""

    @router.get("/live")
    def tell_change(version: str = "") -> Response:
        if version == frame.desk.version:
            return Response(status_code=_NOTHING)
        return Response(headers={"HX-Trigger": CHANGED})
