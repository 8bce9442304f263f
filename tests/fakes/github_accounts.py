"""Who there is on the fake GitHub, what opens doors there, and how wide.

Personal tokens do not expire unless told to. An app signs a JWT (RS256), which is good for `/app` only, and gets with
it tokens of an installation, which are good for an hour. PyGithub goes by the wall clock for both, so the fake does,
unless it is given another clock for them.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum
from functools import cache
from typing import Any, NoReturn

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.fakes.github_errors import refuse

TOKEN_LIFE = timedelta(hours=1)
LONGEST_JWT = timedelta(minutes=10)
LEEWAY = timedelta(minutes=1)

# The DER prefix of a SHA-256 digest in a signature by PKCS #1 v1.5.
_DIGEST_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")


class Kind(StrEnum):
    """What `type` says of an account."""

    USER = "User"
    BOT = "Bot"
    ORGANIZATION = "Organization"


class Role(IntEnum):
    """What a person may do in a repository; each may all that those before may."""

    NONE = 0
    READ = 1
    TRIAGE = 2
    WRITE = 3
    ADMIN = 4


@dataclass(frozen=True, slots=True)
class Account:
    """A person, an organisation, or the bot of an app."""

    id: int
    login: str
    kind: Kind = Kind.USER
    app_id: int | None = None


@dataclass(frozen=True, slots=True)
class Rights:
    """What a token may do in one repository.

    Attributes:
        role: as the repository shows it; to an app it shows that it has none, whatever it may do.
    """

    reads: bool = False
    triages: bool = False
    makes_labels: bool = False
    pushes: bool = False
    role: Role = Role.NONE


@dataclass(frozen=True, slots=True)
class Token:
    """A token, and whose it is.

    Attributes:
        expires_at: by the clock for tokens; `None` for never.
        installation: id, of a token that an app got.
        permissions: what the installation was granted, such as `{"issues": "write"}`.
    """

    text: str
    account: Account
    expires_at: datetime | None = None
    installation: int | None = None
    permissions: Mapping[str, str] = field(default_factory=dict)

    def rights(self, role: Role, *, is_installed: bool = False) -> Rights:
        """What it may do where its account has a role; an app has no role, but permissions where it is installed."""
        if self.installation is None:
            return Rights(role >= Role.READ, role >= Role.TRIAGE, role >= Role.WRITE, role >= Role.WRITE, role)
        if not is_installed:
            return Rights(reads=role >= Role.READ)
        writes = self.permissions.get("issues") == "write"
        pushes = self.permissions.get("contents") == "write"
        return Rights(reads=True, triages=writes, makes_labels=writes, pushes=pushes)


@dataclass(frozen=True, slots=True)
class AppKey:
    """A private key in PEM, and the numbers of its public half."""

    private_pem: str
    modulus: int
    exponent: int


@cache
def make_app_key(name: str = "app") -> AppKey:
    """A key; the same name gives the same, since making one takes its time."""
    del name
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    numbers = private.public_key().public_numbers()
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    return AppKey(pem.decode(), numbers.n, numbers.e)


@dataclass(frozen=True, slots=True)
class App:
    """A GitHub App; its bot is called `slug[bot]`."""

    id: int
    slug: str
    owner: Account
    bot: Account
    key: AppKey


@dataclass(frozen=True, slots=True)
class Installation:
    """An app where it may act.

    Attributes:
        repositories: ids.
    """

    id: int
    app: App
    owner: Account
    permissions: Mapping[str, str]
    repositories: frozenset[int] = frozenset()
    is_suspended: bool = False

    def including(self, repository: int) -> "Installation":
        """The same with one more repository."""
        return replace(self, repositories=self.repositories | {repository})


def read_jwt(text: str, apps: Mapping[int, App], now: datetime) -> App:
    """The app that signed a JWT.

    Raises:
        RefusedError: it is none, or not signed by the app, or its times are not as documented.
    """
    head, claims, signed, signature = _split_jwt(text)
    if head.get("alg") != "RS256":
        _refuse_undecodable()
    issuer = str(claims.get("iss", ""))
    app = apps.get(int(issuer)) if issuer.isdigit() else None
    if app is None:
        refuse(401, "'Issuer' claim ('iss') must be an Integer")
    if not _is_signed(signed, signature, app.key):
        _refuse_undecodable()
    _check_times(claims, now)
    return app


def _split_jwt(text: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    parts = text.split(".")
    if len(parts) != 3:
        _refuse_undecodable()
    try:
        head, claims, signature = (base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in parts)
        return json.loads(head), json.loads(claims), ".".join(parts[:2]).encode(), signature
    except (binascii.Error, ValueError):
        _refuse_undecodable()


def _refuse_undecodable() -> NoReturn:
    refuse(401, "A JSON web token could not be decoded")


def _is_signed(signed: bytes, signature: bytes, key: AppKey) -> bool:
    size = (key.modulus.bit_length() + 7) // 8
    opened = pow(int.from_bytes(signature), key.exponent, key.modulus).to_bytes(size)
    tail = b"\x00" + _DIGEST_PREFIX + hashlib.sha256(signed).digest()
    return opened == b"\x00\x01" + b"\xff" * (size - 2 - len(tail)) + tail


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    issued, expires = claims.get("iat"), claims.get("exp")
    if not isinstance(issued, int) or datetime.fromtimestamp(issued, UTC) > now + LEEWAY:
        refuse(
            401,
            "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
        )
    if not isinstance(expires, int) or datetime.fromtimestamp(expires, UTC) <= now:
        refuse(
            401,
            "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the "
            "assertion expires",
        )
    if datetime.fromtimestamp(expires, UTC) > now + LONGEST_JWT + LEEWAY:
        refuse(401, "'Expiration time' claim ('exp') is too far in the future")
