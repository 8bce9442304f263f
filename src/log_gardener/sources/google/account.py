"""Whose credentials they are, and what their access token is good for."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from log_gardener.sources.google.roles import make_member

if TYPE_CHECKING:
    from google.auth.credentials import Credentials

# https://developers.google.com/identity/sign-in/web/backend-auth#calling-the-tokeninfo-endpoint
TOKEN_INFO = "https://oauth2.googleapis.com/tokeninfo"  # noqa: S105 - an address

USER = "user"
MACHINE = "service account of this machine"

# By the class of credentials. The nearest ancestor counts, so that no library is imported for what it did not make.
_KINDS = {
    "google.oauth2.service_account.Credentials": "service account",
    "google.auth.impersonated_credentials.Credentials": "impersonated service account",
    "google.auth.compute_engine.credentials.Credentials": MACHINE,
    "google.auth.external_account.Credentials": "external account (workload identity federation)",
    "google.auth.external_account_authorized_user.Credentials": "external user (workforce identity federation)",
    "google.oauth2.credentials.Credentials": USER,
    "google.auth.credentials.AnonymousCredentials": "nobody",
}

# What the metadata server calls the account of the machine before it is asked for its name.
_UNASKED = "default"


@dataclass(frozen=True, slots=True)
class Token:
    """What Google says of an access token.

    Attributes:
        email: whose it is; empty if it may not be known.
        scopes: what it may be used for; none if nobody could be asked.
    """

    email: str = ""
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Account:
    """Who asks.

    Attributes:
        kind: in words.
        email: empty if it is not known.
        place: the file that the credentials are from, or the metadata server; empty if neither.
    """

    kind: str
    email: str = ""
    place: str = ""

    @property
    def member(self) -> str:
        """How IAM writes it; a placeholder if nobody knows who it is."""
        return make_member(self.email)

    def __str__(self) -> str:
        """In words."""
        if self.email:
            return f"{self.kind} {self.email}"
        return "a user's credentials" if self.kind == USER else self.kind


def find_account(credentials: "Credentials", token: Token | None = None) -> Account:
    """Whose they are, by what they say themselves and by what Google says of their access token."""
    told = credentials.get_cred_info() or {}  # type: ignore[no-untyped-call] # the library has no types
    email = told.get("principal") or getattr(credentials, "service_account_email", "") or ""
    if email == _UNASKED or not email:
        email = token.email if token else ""
    return Account(_find_kind(credentials), email, told.get("credential_source") or "")


def tell_account(credentials: "Credentials", address: str = TOKEN_INFO) -> str:
    """Whose they are, in words. A user is asked for by the access token, if there is one.

    Args:
        credentials: refreshed ones tell more.
        address: where to ask of an access token.
    """
    return str(find_account(credentials, find_token(credentials, address)))


def find_token(credentials: "Credentials", address: str = TOKEN_INFO) -> Token:
    """What Google says of their access token; nothing if there is none, or no answer."""
    from google.auth.exceptions import GoogleAuthError  # noqa: PLC0415 - half a second that no other source needs

    from log_gardener.sources.google.request import make_request  # noqa: PLC0415

    if not credentials.token:
        return Token()
    # In the body, so that no proxy has it in its logs.
    body = urlencode({"access_token": credentials.token}).encode()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    try:
        answer = make_request()(address, "POST", body, headers)
    except GoogleAuthError:
        return Token()
    return _read_token(answer.status, answer.data)


def _read_token(status: int, body: bytes) -> Token:
    try:
        told: Any = json.loads(body) if status == 200 else {}  # noqa: PLR2004 - HTTP's word for yes
    except ValueError:
        told = {}
    if not isinstance(told, dict):
        return Token()
    return Token(str(told.get("email", "")), frozenset(str(told.get("scope", "")).split()))


def _find_kind(credentials: "Credentials") -> str:
    names = [f"{one.__module__}.{one.__qualname__}" for one in type(credentials).__mro__]
    return next((_KINDS[name] for name in names if name in _KINDS), "an account of another kind")
