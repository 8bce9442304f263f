"""Settings to a page that is served: which door, which names, which socket."""

import hashlib
import secrets
import socket
import time
from dataclasses import dataclass
from errno import EADDRINUSE

import uvicorn
from starlette.types import ASGIApp

from log_gardener.errors import UsageError
from log_gardener.model.instant import parse_duration
from log_gardener.sections.serve import TOKEN_VARIABLE, ServeSettings
from log_gardener.web.safety.doors import Door, LocalDoor, ProxyDoor, TokenDoor
from log_gardener.web.safety.guard import Guard, GuardOptions
from log_gardener.web.safety.limit import Turnstile
from log_gardener.web.safety.origin import LOOPBACK, is_loopback
from log_gardener.web.safety.sessions import Sessions

# Shorter ones are guessed, however slowly.
LEAST_TOKEN = 16

IAP_HEADER = "X-Goog-IAP-JWT-Assertion"

# A page that is open asks all the time; nobody waits longer for it to end.
PATIENCE_SECONDS = 2

_SALT = b"log-gardener serve"


@dataclass(frozen=True, slots=True)
class Protection:
    """What stands before a page.

    Attributes:
        secret: signs sessions and what takes a decision back.
        is_public: whether others than the operator can ask.
        sentence: what protects it, for people; no full stop.
    """

    guard: Guard
    secret: bytes
    is_public: bool
    sentence: str


def make_protection(settings: ServeSettings) -> Protection:
    """What the settings ask for.

    Raises:
        UsageError: anybody could look and decide, or what it takes to know who asks is missing.
    """
    secret = _make_secret(settings.find_token())
    is_public = not is_loopback(settings.host)
    sessions = Sessions(secret, time.time, int(parse_duration(settings.session).total_seconds()))
    door, sentence = _choose_door(settings, sessions)
    names = frozenset(name.lower() for name in settings.hosts)
    hosts = names if is_public else names | LOOPBACK
    # Pages of one machine share their cookies, whatever their port.
    cookie = "__Host-log-gardener" if is_public else f"log-gardener-{settings.port}"
    return Protection(Guard(door, sessions, GuardOptions(hosts, cookie, is_public)), secret, is_public, sentence)


def _make_secret(token: str) -> bytes:
    """Of a token always the same, so that who has logged in stays so when the page is served anew."""
    return hashlib.scrypt(token.encode(), salt=_SALT, n=2**14, r=8, p=1) if token else secrets.token_bytes(32)


def _choose_door(settings: ServeSettings, sessions: Sessions) -> tuple[Door, str]:
    token = settings.find_token()
    if settings.trusted_header or settings.iap_audience:
        return _make_proxy_door(
            settings, sessions
        ), "Identity-Aware Proxy tells who asks, and every word of it is checked"
    if token:
        _check_token(token)
        return TokenDoor(token, sessions, Turnstile(time.monotonic)), "who knows the token may look and decide"
    if is_loopback(settings.host):
        return LocalDoor(sessions), "only this machine can look and decide"
    msg = (
        f"at {settings.host} anybody who reaches this machine could look and decide. Set a token: "
        f"export {TOKEN_VARIABLE}=$(openssl rand -hex 16); or set serve.iap_audience behind Identity-Aware Proxy; "
        "or leave --host out, so that only this machine can look"
    )
    raise UsageError(msg)


def _check_token(token: str) -> None:
    if len(token) < LEAST_TOKEN:
        msg = (
            f"serve.token has {len(token)} characters, which can be guessed; take {LEAST_TOKEN} or more: openssl rand "
            "-hex 16"
        )
        raise UsageError(msg)


def _make_proxy_door(settings: ServeSettings, sessions: Sessions) -> Door:
    if not settings.iap_audience:
        msg = (
            f"{settings.trusted_header} alone proves nothing: anybody can send it. Set serve.iap_audience to what "
            "Identity-Aware Proxy shows as 'signed header JWT audience', so that its signature can be checked"
        )
        raise UsageError(msg)
    try:
        from log_gardener.web.safety.iap import Verifier  # noqa: PLC0415 - of an extra, and half a second
    except ImportError as error:
        msg = f"Identity-Aware Proxy needs what is not installed ({error.name}): pip install 'log-gardener[gcp]'"
        raise UsageError(msg) from error
    verify = Verifier(settings.iap_audience, settings.iap_keys, time.monotonic)
    return ProxyDoor(settings.trusted_header or IAP_HEADER, verify, sessions)


def open_socket(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        UsageError: another program listens there, or the address is none of this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        if error.errno == EADDRINUSE:
            msg = f"port {port} of {host} is in use; name another one: --port {port + 1}, or --port 0 for any"
        else:
            msg = f"cannot listen at {host}, port {port}: {error.strerror or error}; give another --host or --port"
        raise UsageError(msg) from error
    # Head and body of an answer go apart: without this the body waits 40 ms for the browser to confirm the head.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def spell_address(listening: socket.socket) -> str:
    """Where a browser finds what is served at a socket."""
    host, port = listening.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - to be shown, not to listen at
    return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"


def make_server(app: ASGIApp) -> uvicorn.Server:
    """What serves an application, and tells only of what fails."""
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        # Who asks is whoever the connection comes from: of a header anybody can write anything.
        proxy_headers=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=PATIENCE_SECONDS,
    )
    return uvicorn.Server(config)


def serve(app: ASGIApp, listening: socket.socket) -> None:
    """Serve until Ctrl-C or SIGTERM."""
    try:
        make_server(app).run(sockets=[listening])
    except KeyboardInterrupt:
        # It has ended in order by then, and tells once more why.
        return
