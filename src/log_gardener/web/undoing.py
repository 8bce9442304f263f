"""What takes a decision back, signed: who has it, was given it here."""

import json
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeSerializer
from pydantic import TypeAdapter, ValidationError

from log_gardener.errors import UsageError
from log_gardener.model.issue import Verdict

_SALT = "undo"


@dataclass(frozen=True, slots=True)
class Undo:
    """A decision, and how it was before.

    Attributes:
        issue: that it was about.
        action: as the history names it: mute, resolve, reopen, lock, unlock, merge or split.
        before: of a verdict, what it was, by each issue that it was written to.
        after: of a verdict, what it became.
        ids: of a merge or a split, those that stand in the configuration.
    """

    issue: str
    action: str
    before: dict[str, Verdict]
    after: dict[str, Verdict]
    ids: tuple[str, ...] = ()


_UNDO = TypeAdapter(Undo)


def sign_undo(undo: Undo, secret: bytes) -> str:
    """The decision as a token."""
    return URLSafeSerializer(secret, salt=_SALT).dumps(_UNDO.dump_python(undo, mode="json", exclude_defaults=True))


def parse_undo(token: str, secret: bytes) -> Undo:
    """The decision of a token.

    Raises:
        UsageError: it was not signed here, or not since this was started.
    """
    try:
        return _UNDO.validate_json(json.dumps(URLSafeSerializer(secret, salt=_SALT).loads(token)))
    except (BadSignature, ValidationError, ValueError, RecursionError):
        msg = "this takes nothing back: it was not given here, or before the page was started anew; decide otherwise"
        raise UsageError(msg) from None
