"""The guard before pages and API: every request passes here, and every answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from log_gardener.web.safety.asked import Asked
from log_gardener.web.safety.doors import Admitted, Door, TokenDoor
from log_gardener.web.safety.origin import check_host, check_site
from log_gardener.web.safety.refusal import Refusal
from log_gardener.web.safety.sessions import Session, Sessions

HEADER: Final = "x-csrf-token"
FIELD: Final = "csrf"

LOGIN: Final = "/login"
LOGOUT: Final = "/logout"

# Without who somebody is, this is all there is to see.
OPEN_PATHS = ("/static/",)

ADMITTED: Final = "log_gardener.admitted"


@dataclass(frozen=True, slots=True)
class GuardOptions:
    """What a guard goes by.

    Attributes:
        hosts: names that are ours; empty for any.
        cookie: the name of the cookie that holds the session.
        is_secure: whether that is sent over https only.
    """

    hosts: frozenset[str]
    cookie: str
    is_secure: bool


class Guard:
    """Knows who asks, and what they may not do; pages ask it for the token of their forms."""

    def __init__(self, door: Door, sessions: Sessions, options: GuardOptions) -> None:
        self.door, self.options = door, options
        self._sessions = sessions

    @property
    def has_login(self) -> bool:
        """Whether people log in here, and so can log out."""
        return self.door.has_login

    def spell_token(self, request: Request) -> str:
        """The token of a form: its field `csrf`, or the header `X-CSRF-Token`, without which nothing is decided."""
        return self._sessions.spell_token(_find_admitted(request).session)

    def find_who(self, request: Request) -> str:
        """Who asks, as far as the door knows; empty for whoever sits at this machine."""
        return _find_admitted(request).session.who

    def admit(self, asked: Asked) -> Admitted | Refusal | None:
        """Who asks, or why that is not answered; `None` where nobody need be known."""
        refused = check_host(asked, self.options.hosts) or check_site(asked)
        if refused:
            return refused
        if asked.path.startswith(OPEN_PATHS) or (asked.path == LOGIN and self.has_login):
            return None
        return self.door.admit(asked, self.find_session(asked))

    def check_token(self, asked: Asked, admitted: Admitted, body: bytes) -> Refusal | None:
        """Refuse to decide without the token of the session's own forms."""
        if asked.is_safe or admitted.is_program:
            return None
        token = asked.headers.get(HEADER, "") or asked.find_field(FIELD, body)
        if token and self._sessions.has_token(admitted.session, token):
            return None
        advice = "Reload the page and try again; programs send the token of /api/v1/session as X-CSRF-Token."
        return Refusal(403, "without the token of this session", advice)

    def log_in(self, token: str, client: str) -> str | Refusal:
        """The cookie for whoever knows the token of the server."""
        if not isinstance(self.door, TokenDoor):
            return Refusal(404, "there is no log-in", "Nobody logs in here: open the page itself.")
        found = self.door.log_in(token, client)
        return found if isinstance(found, Refusal) else self.spell_cookie(found)

    def log_out(self, request: Request) -> str:
        """The cookie that takes the session from the browser, once nobody can use it any more."""
        self._sessions.end(_find_admitted(request).session)
        return self._spell_cookie("", 0)

    def find_session(self, asked: Asked) -> Session | None:
        """The session of the cookie, if it is one."""
        cookie = asked.find_cookie(self.options.cookie)
        return self._sessions.find(cookie) if cookie else None

    def spell_cookie(self, session: Session) -> str:
        """A session as the header that has a browser keep it."""
        return self._spell_cookie(self._sessions.spell(session), self._sessions.seconds)

    def _spell_cookie(self, value: str, seconds: int) -> str:
        own = f"{self.options.cookie}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict"
        return f"{own}; Secure" if self.options.is_secure else own


def _find_admitted(request: Request) -> Admitted:
    admitted: Admitted = request.scope[ADMITTED]
    return admitted


Draw = Callable[[Asked, Refusal], tuple[str, str]]
"""A refusal as the answer's media type and body."""
