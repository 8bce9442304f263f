"""The passage between server and application: what comes in is checked, what goes out is looked at once more."""

from http import HTTPStatus
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from log_gardener.errors import LeakError
from log_gardener.web.safety.asked import Asked
from log_gardener.web.safety.doors import Admitted
from log_gardener.web.safety.guard import ADMITTED, LOGIN, OPEN_PATHS, Draw, Guard
from log_gardener.web.safety.headers import HEADERS, TRANSPORT
from log_gardener.web.safety.last_look import LastLook
from log_gardener.web.safety.refusal import Refusal

# More than any form of ours, or any list of ids, takes.
MOST_BYTES = 1_000_000

_TOO_LARGE = Refusal(413, "too large", f"A request has at most {MOST_BYTES:,} bytes.")

_FAILED = Refusal(500, "failed", "This is a fault of Log Gardener's. The terminal that serves this page tells more.")

_Headers = list[tuple[bytes, bytes]]


class Passage:
    """The application behind its guard.

    Args:
        app: that answers what is let through.
        guard: who lets it through.
        look: stops an answer that holds what looks like a secret.
        draw: makes an answer of a refusal.
    """

    def __init__(self, app: ASGIApp, guard: Guard, look: LastLook, *, draw: Draw) -> None:
        self._app, self._guard, self._look, self._draw = app, guard, look, draw

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        asked = Asked.of(scope)
        admitted = self._guard.admit(asked)
        answer = _Answer(self, asked, send)
        if isinstance(admitted, Refusal):
            await answer.refuse(admitted)
            return
        body = b"" if asked.is_safe else await _read(receive)
        refused = _TOO_LARGE if body is None else self._check(asked, admitted, body)
        if refused or body is None:
            await answer.refuse(refused or _TOO_LARGE)
            return
        if admitted:
            scope[ADMITTED], answer.who = admitted, admitted.session.who
            answer.cookie = self._guard.spell_cookie(admitted.session) if admitted.is_new else ""
        try:
            await self._app(scope, receive if asked.is_safe else _replay(body), answer.send)
        except Exception:
            # The server tells of it in the terminal, where whoever runs this looks.
            await answer.refuse(_FAILED)
            raise

    def _check(self, asked: Asked, admitted: Admitted | None, body: bytes) -> Refusal | None:
        return self._guard.check_token(asked, admitted, body) if admitted else None

    @property
    def has_login(self) -> bool:
        """Whether there is a page to log in."""
        return self._guard.has_login

    def make_headers(self, asked: Asked) -> dict[str, str]:
        """What every answer to a request says."""
        more = TRANSPORT if self._guard.options.is_secure else {}
        # Files of ours may be kept, and are asked for whether they are still the same.
        kept = {"cache-control": "no-cache"} if asked.path.startswith(OPEN_PATHS) else {}
        return HEADERS | more | kept

    def look(self, asked: Asked, media: str, body: bytes, *, who: str) -> Refusal | None:
        """Stop what holds what looks like a secret; files of ours are none of the logs."""
        if asked.path.startswith((*OPEN_PATHS, LOGIN)):
            return None
        try:
            self._look.check(media, body, asked.path, who=who)
        except LeakError as error:
            return Refusal(500, "held back", str(error))
        return None

    def draw(self, asked: Asked, refusal: Refusal) -> tuple[str, bytes]:
        """A refusal as media type and body."""
        media, body = self._draw(asked, refusal)
        return media, body.encode("utf-8", "backslashreplace")


class _Answer:
    """An answer on its way: held until it is whole and was looked at."""

    def __init__(self, passage: Passage, asked: Asked, send: Send) -> None:
        self._passage, self._asked, self._send = passage, asked, send
        self._start: Message = {}
        self._parts: list[bytes] = []
        self.cookie = self.who = ""

    async def send(self, message: Message) -> None:
        """Take what the application answers; pass it on when it is whole."""
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._parts.append(message.get("body", b""))
        if message.get("more_body"):
            return
        body = b"".join(self._parts)
        headers: _Headers = list(self._start.get("headers", []))
        media = next((value for name, value in headers if name.lower() == b"content-type"), b"").decode("latin-1")
        refusal = self._passage.look(self._asked, media, body, who=self.who)
        if refusal:
            await self.refuse(refusal)
        else:
            await self._pass_on(self._start["status"], headers, body)

    async def refuse(self, refusal: Refusal) -> None:
        """Answer with a refusal; a browser that could log in is sent to where it can."""
        if refusal.status == HTTPStatus.UNAUTHORIZED and self._passage.has_login and not self._asked.is_of_api:
            # Where a script of ours has asked for a part of a page, the whole page goes.
            name = b"hx-redirect" if "hx-request" in self._asked.headers else b"location"
            status = HTTPStatus.UNAUTHORIZED if name == b"hx-redirect" else HTTPStatus.SEE_OTHER
            await self._pass_on(status, [(name, spell_login(self._asked).encode("latin-1"))], b"")
            return
        media, body = self._passage.draw(self._asked, refusal)
        told = [(name.encode(), value.encode("latin-1")) for name, value in refusal.headers.items()]
        headers = [(b"content-type", media.encode()), (b"content-length", str(len(body)).encode()), *told]
        await self._pass_on(refusal.status, headers, b"" if self._asked.method == "HEAD" else body)

    async def _pass_on(self, status: int, headers: _Headers, body: bytes) -> None:
        own = {name.encode(): value.encode() for name, value in self._passage.make_headers(self._asked).items()}
        kept = [(name, value) for name, value in headers if name.lower() not in own]
        cookie = [(b"set-cookie", self.cookie.encode("latin-1"))] if self.cookie else []
        await self._send({"type": "http.response.start", "status": status, "headers": [*kept, *own.items(), *cookie]})
        await self._send({"type": "http.response.body", "body": body})


def spell_login(asked: Asked) -> str:
    """Where to log in, and where to go from there."""
    return f"{LOGIN}?next={quote(asked.target, safe='')}" if asked.method == "GET" else LOGIN


async def _read(receive: Receive) -> bytes | None:
    """The body of a request; `None` if it is too large, or the client has gone."""
    parts, size = list[bytes](), 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        part = message.get("body", b"")
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES:
            return None
        if not message.get("more_body"):
            return b"".join(parts)


def _replay(body: bytes) -> Receive:
    """What was read, to be read once more."""
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive
