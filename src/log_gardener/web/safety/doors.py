"""By which door somebody comes in: from this machine, with a token, or through a proxy that has asked who it is."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from log_gardener.web.safety.asked import Asked
from log_gardener.web.safety.limit import Turnstile
from log_gardener.web.safety.refusal import Refusal
from log_gardener.web.safety.sessions import Session, Sessions

# Once logged in with the token, nobody knows more than that.
KNOWN = "whoever knows the token"


@dataclass(frozen=True, slots=True)
class Admitted:
    """Somebody who may look and decide.

    Attributes:
        session: what the tokens of forms belong to.
        is_new: whether the browser is to keep the session from now on.
        is_program: whether a program asks, which brings its own token, and which no page can make ask.
    """

    session: Session
    is_new: bool = False
    is_program: bool = False


class Door(Protocol):
    """Lets people in, or tells why not."""

    has_login: bool
    """Whether there is a page to log in."""

    def admit(self, asked: Asked, session: Session | None) -> Admitted | Refusal:
        """Who it is; the session is that of the cookie, if there is one."""


class LocalDoor:
    """Whoever sits at this machine."""

    has_login = False

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def admit(self, _: Asked, session: Session | None) -> Admitted | Refusal:
        """Anybody: that the connection comes from here is the operating system's word."""
        return Admitted(session) if session else Admitted(self._sessions.begin(""), is_new=True)


class TokenDoor:
    """Whoever knows the token: programs bring it along, people log in with it."""

    has_login = True

    def __init__(self, token: str, sessions: Sessions, turnstile: Turnstile) -> None:
        self._token = token.encode()
        self._sessions, self._turnstile = sessions, turnstile

    def admit(self, asked: Asked, session: Session | None) -> Admitted | Refusal:
        """Whoever brings the token, or has logged in with it."""
        if asked.bearer:
            refused = self.try_token(asked.bearer, asked.client)
            return refused or Admitted(self._sessions.begin(KNOWN), is_program=True)
        if session and session.who:
            return Admitted(session)
        advice = "Log in with the token of this server, or send it along: 'Authorization: Bearer TOKEN'."
        return Refusal(401, "not logged in", advice, {"www-authenticate": "Bearer"})

    def log_in(self, token: str, client: str) -> Session | Refusal:
        """A session for whoever knows the token."""
        return self.try_token(token, client) or self._sessions.begin(KNOWN)

    def try_token(self, token: str, client: str) -> Refusal | None:
        """Refuse a token that is wrong, and after some wrong ones any, until their minute is over."""
        if seconds := self._turnstile.enter(client):
            advice = f"Too many wrong tokens came; wait {seconds} seconds, and try again."
            return Refusal(429, "too many attempts", advice, {"retry-after": str(seconds)})
        if not hmac.compare_digest(token.encode("utf-8", "replace"), self._token):
            advice = "This is not the token of this server; it stands in serve.token of its configuration."
            return Refusal(401, "wrong token", advice, {"www-authenticate": "Bearer"})
        self._turnstile.succeed(client)
        return None


class ProxyDoor:
    """Whoever the proxy in front of us has asked who they are, and has signed that.

    Args:
        header: in which it tells.
        verify: the address of whom a signed word speaks; raises `ValueError` if it is none, or not for us.
        sessions: of which only the token of forms is used: who it is stands in each request.
    """

    has_login = False

    def __init__(self, header: str, verify: Callable[[str], str], sessions: Sessions) -> None:
        self._header, self._verify, self._sessions = header.lower(), verify, sessions

    def admit(self, asked: Asked, _: Session | None) -> Admitted | Refusal:
        """Whoever the proxy vouches for."""
        word = asked.headers.get(self._header, "")
        if not word:
            advice = f"This server is behind a proxy, which tells in {self._header} who asks. Ask that one."
            return Refusal(401, "not asked through the proxy", advice)
        try:
            who = self._verify(word)
        except ValueError:
            advice = f"What stands in {self._header} is not signed by the proxy, or not for this server, or is too old."
            return Refusal(401, "not vouched for", advice)
        return Admitted(Session(f"proxy {who}", who, 0))
