"""A strict GitHub on loopback: real HTTP, for the real client. It knows the REST API of issues and what belongs to it.

    with GitHubServer() as server:
        repository = server.add_repository("acme/shop", login="gardener")
        client = github.Github(base_url=server.url, auth=github.Auth.Token(repository.token))

Issues, comments, labels, sub-issues, pull requests, files, search, apps, limits, redirects and conditional requests are
as they are documented. What a well-made client would not send is refused and noted in `server.journal.violations`; who
does not wait when told to is noted in `server.limits.impatience`.

    server.world.listing_lag = Lag(seconds=30)      what is listed is old; what is read by number is not
    server.faults.mix(seed=7, share=0.2)            requests fail before or after they took effect
    server.on_request = people.hook                 humans act between, the clock moves, a client is cut off
    server.kills.armed(token, after=12)             a client dies in the middle
    server.settle()                                 nothing of this any more
    server.reset()                                  a new world on the same port, for the next seed
"""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from tests.fakes.github_accounts import Role
from tests.fakes.github_dispatch import ENTERPRISE, Dispatcher, Outcome, Raw
from tests.fakes.github_faults import LIMITING, STATUSES, Fault, Faults
from tests.fakes.github_http import Cut, Listener, Reply
from tests.fakes.github_journal import Call, Journal, Violation
from tests.fakes.github_kills import Kills, Phase
from tests.fakes.github_limits import Limits, Setting, Wording
from tests.fakes.github_repository import Repository
from tests.fakes.github_world import SECONDS_PER_REQUEST, Lag, World, read_wall_clock
from tests.fakes.standing_clock import StandingClock

Hook = Callable[[int, str, str, Phase], object]
"""Called with the number, method and path of a request before and after it takes effect; what it raises cuts it off."""

# Real time, for a client that is told nothing; it can be shorter than a client's patience, and is cut then.
SILENCE_SECONDS = 0.3

_WORDINGS = {
    Fault.SECONDARY: Wording.RETRY_AFTER,
    Fault.SECONDARY_SILENT: Wording.SILENT,
    Fault.ABUSE: Wording.ABUSE,
}
_PAGE = b"<html><body><h1>Whoa there!</h1><p>This page is taking too long to load.</p></body></html>"


class GitHubServer:
    """A running server; use it as a context.

    Args:
        clock: what times in answers come from; each request moves it on a little.
        setting: of limits.
        token_clock: what JWTs and tokens of apps go by; the wall clock if none is given, as PyGithub does.

    Attributes:
        on_request: see `Hook`; `hook_errors` has what it raised, a mistake of its own too.
    """

    def __init__(
        self,
        *,
        clock: StandingClock | None = None,
        setting: Setting | None = None,
        token_clock: Callable[[], datetime] | None = None,
        seconds_per_request: float = SECONDS_PER_REQUEST,
    ) -> None:
        self.clock = clock or StandingClock()
        self.seconds_per_request = seconds_per_request
        self.silence_seconds = SILENCE_SECONDS
        self.on_request: Hook | None = None
        self._token_clock = token_clock or read_wall_clock
        self._setting = setting or Setting()
        self._closing = threading.Event()
        self._listener = Listener(self._serve)
        self.reset()

    def reset(self, *, clock: StandingClock | None = None, setting: Setting | None = None) -> None:
        """Begin a new world on the same port. No request may be under way."""
        self.clock = clock or self.clock
        self._setting = setting or self._setting
        self.world = World(self.clock, self._token_clock)
        self.limits = Limits(self._setting)
        self.faults = Faults()
        self.kills = Kills()
        self.journal = Journal()
        self.hook_errors: list[BaseException] = []
        self.on_request = None
        self._dispatcher = Dispatcher(self.world, self.limits)

    def settle(self) -> None:
        """Let nothing go wrong any more, nothing lag, and nobody act; what was done stays done."""
        self.faults.stop()
        self.on_request = None
        self.world.listing_lag = Lag()
        self.world.comment_lag = Lag()
        self.world.search_lag = Lag()

    def __enter__(self) -> Self:
        """Listen."""
        self._listener.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening."""
        self._closing.set()
        self._listener.stop()

    @property
    def url(self) -> str:
        """The base address, as `https://api.github.com` is."""
        return self._listener.url

    @property
    def enterprise_url(self) -> str:
        """The same as an Enterprise server has it."""
        return f"{self.url}/api/v3"

    @property
    def violations(self) -> list[Violation]:
        """What a well-made client would not have sent."""
        return self.journal.violations

    def add_repository(self, full_name: str, *, login: str = "", role: Role = Role.WRITE) -> Repository:
        """A new and empty repository; whoever is named has a role in it, and `repository.token` is their token."""
        repository = self.world.add_repository(full_name)
        if login:
            repository.roles[self.world.add_account(login).login.lower()] = role
            repository.token = self.world.add_token(login)
        return repository

    def _serve(self, raw: Raw) -> Reply:
        with self.world.lock:
            self.world.number += 1
            number = self.world.number
            self.clock.sleep(self.seconds_per_request)
        visit = _Visit(number, raw, self.clock(), _read_token(raw))
        self.kills.begin(visit.token)
        reply = self._break_off(visit, Phase.BEFORE)
        if reply is not None:
            return self._note(visit, reply, None)
        fault = self.faults.draw(number, raw.method, raw.target.partition("?")[0])
        visit.fault = fault
        if fault is not None and not fault.is_after and fault not in LIMITING:
            return self._note(visit, self._fail(fault, None), None)
        outcome = self._act(visit, fault)
        reply = self._break_off(visit, Phase.AFTER)
        if reply is None and fault is not None and fault.is_after:
            reply = self._fail(fault, outcome)
        return self._note(visit, reply or self._reply(outcome, visit), outcome)

    def _act(self, visit: "_Visit", fault: Fault | None) -> Outcome:
        # A request may have been overtaken; what it writes is written now, not when it came.
        with self.world.lock:
            revision = self.world.revision
            if fault in LIMITING:
                self._begin_limit(visit, fault)
            try:
                outcome = self._dispatcher.answer(visit.raw)
            except Exception as error:  # noqa: BLE001 - a mistake of the fake itself must not pass for a fault
                why = f"the fake itself failed: {error!r}"
                outcome = Outcome(500, {}, json.dumps({"message": why}).encode(), violation=why)
            visit.took_effect = self.world.revision != revision
            return outcome

    def _break_off(self, visit: "_Visit", phase: Phase) -> Reply | None:
        """Let the hook act; what to do instead of going on, if the client is cut off."""
        if self.on_request is not None:
            try:
                self.on_request(visit.number, visit.raw.method, visit.raw.target, phase)
            except BaseException as error:  # noqa: BLE001 - a hook says by raising, whatever it is, that this ends here
                self.hook_errors.append(error)
                visit.fault = f"{type(error).__name__} {phase}"
                return Reply(cut=Cut.RESET)
        if self.kills.is_fatal(visit.token, phase):
            visit.fault = f"killed {phase}"
            return Reply(cut=Cut.RESET)
        return None

    def _begin_limit(self, visit: "_Visit", fault: Fault) -> None:
        token = self.world.find_token(visit.token)
        if token is not None:
            self.limits.block(token.account.login, self.clock(), _WORDINGS[fault])

    def _fail(self, fault: Fault, outcome: Outcome | None) -> Reply:
        if fault in STATUSES:
            status = STATUSES[fault]
            if fault is Fault.UNAVAILABLE:
                return Reply(status, {"Content-Type": "text/html"}, _PAGE)
            return Reply(status, {"Content-Type": "application/json; charset=utf-8"}, b'{"message": "Server Error"}')
        if fault in (Fault.SILENCE, Fault.LOST_SILENCE):
            self._closing.wait(self.silence_seconds)
            return Reply(cut=Cut.CLOSE)
        if fault is Fault.LOST_HALF and outcome is not None:
            return Reply(outcome.status, outcome.headers, outcome.body, cut=Cut.HALF)
        is_reset = fault in (Fault.REFUSED, Fault.LOST_CUT)
        return Reply(cut=Cut.RESET if is_reset else Cut.CLOSE)

    def _reply(self, outcome: Outcome, visit: "_Visit") -> Reply:
        headers = {
            "Date": self.clock().strftime("%a, %d %b %Y %H:%M:%S GMT"),
            "X-GitHub-Request-Id": f"FAKE:{visit.number}",
            **outcome.headers,
        }
        return Reply(outcome.status, headers, outcome.body)

    def _note(self, visit: "_Visit", reply: Reply, outcome: Outcome | None) -> Reply:
        known = outcome or Outcome(0, {}, b"", self._dispatcher.name_route(visit.raw), self._name(visit))
        call = visit.describe(known, 0 if reply.cut else reply.status)
        self.journal.write(call)
        if known.violation:
            self.journal.accuse(Violation(call.number, f"{call.method} {visit.raw.target}", known.violation))
        return reply

    def _name(self, visit: "_Visit") -> str:
        token = self.world.find_token(visit.token)
        return token.account.login if token else ""


@dataclass(slots=True)
class _Visit:
    """A request on its way."""

    number: int
    raw: Raw
    at: datetime
    token: str
    fault: Fault | str | None = None
    took_effect: bool = False

    def describe(self, outcome: Outcome, status: int) -> Call:
        """What is written in the journal."""
        split = urlsplit(self.raw.target)
        return Call(
            self.number,
            self.at,
            self.raw.method,
            split.path.removeprefix(ENTERPRISE),
            dict(parse_qsl(split.query, keep_blank_values=True)),
            _parse(self.raw.body),
            outcome.login,
            self.token,
            outcome.route,
            status,
            self.fault,
            self.took_effect,
            "if-none-match" in self.raw.headers,
        )


def _parse(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return body


def _read_token(raw: Raw) -> str:
    return raw.headers.get("authorization", "").partition(" ")[2].strip()
