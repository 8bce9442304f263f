"""Sessions in a signed cookie, and the token that each form of a session bears."""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from itsdangerous import BadSignature, URLSafeSerializer

_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who looks at pages.

    Attributes:
        id: at random.
        who: as the log-in told; empty for whoever sits at this machine.
        until: when it ends, seconds since 1970.
    """

    id: str
    who: str
    until: int


class Sessions:
    """Makes sessions, and knows them again.

    Args:
        secret: signs them.
        clock: seconds since 1970.
        seconds: how long a session lasts.
    """

    def __init__(self, secret: bytes, clock: Callable[[], float], seconds: int) -> None:
        self._cookies = URLSafeSerializer(secret, salt="session")
        self._forms = URLSafeSerializer(secret, salt="form")
        self._clock, self.seconds = clock, seconds
        self._ended: dict[str, int] = {}
        self._lock = Lock()

    def begin(self, who: str) -> Session:
        """A new session."""
        return Session(secrets.token_urlsafe(_ID_BYTES), who, int(self._clock()) + self.seconds)

    def spell(self, session: Session) -> str:
        """A session as the value of a cookie."""
        return self._cookies.dumps([session.id, session.who, session.until])

    def find(self, cookie: str) -> Session | None:
        """The session of a cookie; `None` if it is none of ours, or has ended."""
        try:
            id_, who, until = self._cookies.loads(cookie)
        except (BadSignature, ValueError, TypeError):
            return None
        return None if until <= self._clock() or id_ in self._ended else Session(id_, who, until)

    def end(self, session: Session) -> None:
        """End a session before its time; whoever has kept the cookie has nothing any more."""
        now = self._clock()
        with self._lock:
            self._ended = {id_: until for id_, until in self._ended.items() if until > now}
            self._ended[session.id] = session.until

    def spell_token(self, session: Session) -> str:
        """What each form of a session bears, and no page of another origin can know."""
        return self._forms.dumps(session.id)

    def has_token(self, session: Session, token: str) -> bool:
        """Whether a token is of that session."""
        return hmac.compare_digest(self.spell_token(session).encode(), token.encode("utf-8", "replace"))
