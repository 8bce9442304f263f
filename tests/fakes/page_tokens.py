"""Page tokens: each says where a listing goes on, holds only for its own listing, and expires."""

import base64
import binascii
import hashlib
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.fakes.entry_shelf import Key
from tests.fakes.google_errors import make_invalid

EXPIRED = "page_token is invalid/expired"
MISMATCH = "page_token doesn't match arguments from the request"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a listing stands: behind an entry, or at its very beginning."""

    behind: Key | None = None


class PageTokens:
    """Makes tokens and reads them again.

    Args:
        clock: tells the time.
        life: how long a token holds.
    """

    def __init__(self, clock: Callable[[], datetime], life: timedelta) -> None:
        self._clock = clock
        self._life = life
        self._numbers = itertools.count()
        self._withdrawn: set[str] = set()

    def make(self, request: str, place: Place) -> str:
        """A token that no other equals; `request` is what else was asked."""
        fields = [next(self._numbers), _digest(request), place.behind, self._clock().timestamp()]
        body = json.dumps(fields).encode()
        return base64.urlsafe_b64encode(hashlib.blake2b(body, digest_size=6, key=b"fake").digest() + body).decode()

    def read(self, token: str, request: str) -> Place:
        """Where to go on.

        Raises:
            RefusedError: it is no token of ours, is of another listing, or has expired.
        """
        try:
            raw = base64.b64decode(token.encode(), altchars=b"-_", validate=True)
        except (binascii.Error, UnicodeEncodeError):
            raise make_invalid(EXPIRED) from None
        mark, body = raw[:6], raw[6:]
        if mark != hashlib.blake2b(body, digest_size=6, key=b"fake").digest():
            raise make_invalid(EXPIRED)
        _, digest, behind, made = json.loads(body)
        if digest != _digest(request):
            raise make_invalid(MISMATCH)
        if token in self._withdrawn or self._clock().timestamp() - made > self._life.total_seconds():
            raise make_invalid(EXPIRED)
        return Place(tuple(behind) if behind else None)

    def withdraw(self, token: str) -> None:
        """Let a token be expired from now on."""
        self._withdrawn.add(token)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
