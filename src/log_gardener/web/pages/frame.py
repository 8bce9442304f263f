"""What is around every page: where one is, what is shown, since when, and what was just done."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import PurePath
from urllib.parse import quote, urlencode, urlsplit

from jinja2 import Environment
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from log_gardener.ports import Clock
from log_gardener.renderers.html.card import Link, find_ticket_link
from log_gardener.renderers.html.environment import make_environment
from log_gardener.web.desk import Desk, Done
from log_gardener.web.login import find_target
from log_gardener.web.pages.recent import Recent
from log_gardener.web.safety.guard import Guard

DONE = "did"

_SEE_OTHER = 303

_NUMBER = re.compile(r"/(\d{1,9})$", re.ASCII)


@dataclass(frozen=True)
class Visit:
    """One look at one page.

    Attributes:
        version: of all that is shown, asked for before the first of it was read.
        address: the page's own, without what was just done.
        done: what was just done, to be told once; `None` for nothing.
        is_part: whether a script asked, which takes a part of the page.
    """

    frame: "Frame"
    version: str
    now: datetime
    address: str
    token: str
    who: str
    has_login: bool
    state: str
    done: Done | None
    is_part: bool

    def draw(self, template: str, **values: object) -> HTMLResponse:
        """The page."""
        page = make_web_environment().get_template(template).render(visit=self, **values)
        return HTMLResponse(page, headers={"vary": "HX-Request"})


class Frame:
    """Knows what all pages have in common.

    Args:
        desk: gives them what they show.
        guard: gives the token of their forms.
        clock: tells when they were made.
    """

    def __init__(self, desk: Desk, guard: Guard, clock: Clock) -> None:
        self.desk, self._guard, self._clock = desk, guard, clock
        self._done: Recent[Done] = Recent()

    def visit(self, request: Request) -> Visit:
        """A look at a page begins."""
        return Visit(
            frame=self,
            version=self.desk.version,
            now=self._clock(),
            address=_spell_address(request),
            token=self._guard.spell_token(request),
            who=self._guard.find_who(request),
            has_login=self._guard.has_login,
            state=name_state(self.desk.settings.state_or_default),
            done=self._done.take(request.query_params.get(DONE, "")),
            is_part="hx-request" in request.headers,
        )

    def tell(self, done: Done, back: str) -> RedirectResponse:
        """On to a page of ours, which tells what was done."""
        target = find_target(back)
        joint = "&" if "?" in target else "?"
        return RedirectResponse(f"{target}{joint}{urlencode({DONE: self._done.keep(done)})}", _SEE_OTHER)


def go_on(address: str) -> RedirectResponse:
    """On to a page of ours, after a form."""
    return RedirectResponse(address, _SEE_OTHER)


def spell_issue_address(issue_id: str) -> str:
    """The address of an issue's page."""
    return f"/issues/{quote(issue_id, safe=':')}"


def name_state(state: str) -> str:
    """What a state is called where there is little room: the file, or the database without who may enter it."""
    if "://" not in state:
        return PurePath(state).name
    parts = urlsplit(state)
    name = PurePath(parts.path).name
    return f"{name} at {parts.hostname}" if parts.hostname else name or parts.scheme


def draw_plain(template: str, **values: object) -> str:
    """A page for somebody who is not known, or may not see more."""
    return make_web_environment().get_template(template).render(visit=None, **values)


@cache
def make_web_environment() -> Environment:
    """What fills the templates of all pages."""
    return make_environment(
        files("log_gardener.web") / "templates",
        filters={"address": spell_issue_address, "ticket": name_ticket_link, "short": shorten_id, "picture": Markup},
    )


def name_ticket_link(ticket: str | None) -> Link | None:
    """A ticket as a link with little text: its number, where the address ends in one; `None` if there is no ticket."""
    link = find_ticket_link(ticket)
    number = _NUMBER.search(link.address) if link else None
    return replace(link, text=f"#{number[1]}") if link and number else link


def shorten_id(issue_id: str) -> str:
    """As much of an id as tells issues apart for people."""
    recipe, _, rest = issue_id.partition(":")
    return f"{recipe}:{rest[:8]}"


def _spell_address(request: Request) -> str:
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != DONE]
    return f"{quote(request.url.path, safe='/:')}{'?' + urlencode(kept) if kept else ''}"
