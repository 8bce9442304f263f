"""Forms by which people decide. Each sends on to a page that tells what was done, and offers to undo it."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from log_gardener.errors import UsageError
from log_gardener.model.priority import Priority
from log_gardener.web.desk import Done
from log_gardener.web.pages.frame import Frame, spell_issue_address

Text = Annotated[str, Form()]


def add_routes(router: APIRouter, frame: Frame) -> None:
    """Add what is decided about one issue, and taking it back."""
    desk = frame.desk

    def tell(done: Done) -> Response:
        return frame.tell(done, spell_issue_address(done.issue.id))

    @router.post("/issues/{issue}/mute")
    def mute(issue: str, span: Text = "", until: Text = "", count: Text = "") -> Response:
        return tell(desk.mute(issue, until.strip() or span.strip(), parse_count(count)))

    @router.post("/issues/{issue}/resolve")
    def resolve(issue: str, revision: Text = "") -> Response:
        return tell(desk.resolve(issue, revision.strip()))

    @router.post("/issues/{issue}/reopen")
    def reopen(issue: str) -> Response:
        return tell(desk.reopen(issue))

    @router.post("/issues/{issue}/lock")
    def lock(issue: str, priority: Text = "") -> Response:
        return tell(desk.lock(issue, parse_priority(priority)))

    @router.post("/issues/{issue}/split")
    def split(issue: str, template: Annotated[list[str] | None, Form()] = None, reason: Text = "") -> Response:
        return tell(desk.split(issue, template or [], reason.strip()))

    @router.post("/undo")
    def undo(token: Text = "", back: Text = "") -> Response:
        done = desk.undo(token)
        return frame.tell(done, back or spell_issue_address(done.issue.id))


def parse_count(spelt: str) -> int:
    """How many more entries; 0 for nothing said.

    Raises:
        UsageError: it is no such number.
    """
    cleaned = spelt.strip().replace(",", "")
    if not cleaned:
        return 0
    if not (cleaned.isascii() and cleaned.isdecimal() and len(cleaned) <= len("1000000000")):
        msg = "the number of entries is a whole number, such as 500"
        raise UsageError(msg)
    return int(cleaned)


def parse_priority(spelt: str) -> Priority | None:
    """The priority; `None` for leaving it to the runs.

    Raises:
        UsageError: there is no such priority.
    """
    if not spelt:
        return None
    if spelt not in list(Priority):
        msg = f"a priority is one of {', '.join(Priority)}"
        raise UsageError(msg)
    return Priority(spelt)
