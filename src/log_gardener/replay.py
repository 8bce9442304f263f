"""What makes a run repeatable: what it was asked, of which bytes, knowing what."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from typing import Any

from pydantic import TypeAdapter, ValidationError

from log_gardener.errors import StoreError
from log_gardener.model.decision import Decisions
from log_gardener.model.issue import Issue, Memory, Replay
from log_gardener.model.policy import Policy
from log_gardener.model.redaction import RedactionRule
from log_gardener.model.window import Window
from log_gardener.ports import Harvest, Request, Source
from log_gardener.stages.previous import Past


@dataclass(frozen=True, slots=True)
class Known:
    """What a run knew: of its memory, what its worklog depends on.

    Attributes:
        generated: the present time then.
        redaction: what `digest_redaction` gave.
        hours: by issue, its entries by hour before the window.
        tickets: by issue, the address of its ticket.
        asked: the window that was asked for, where a wider one was read; `look_back` says why.
        previous: the run that it is compared with.
    """

    request: Request
    sources: tuple[str, ...]
    generated: datetime
    policy: Policy
    decisions: Decisions
    redaction: str
    issues: tuple[Issue, ...]
    first_nanos: int | None
    revisions: dict[str, dict[str, int]]
    hours: dict[str, dict[int, int]]
    tickets: dict[str, str] = field(default_factory=dict)
    asked: Window | None = None
    look_back: str = ""
    previous: Past | None = None

    @property
    def memory(self) -> Memory:
        """The memory, as far as it matters."""
        return Memory(self.issues, (), self.first_nanos, (), self.revisions, tickets=self.tickets)


_KNOWN = TypeAdapter(Known)


def tell_version() -> str:
    """The version of the tool."""
    return version("log-gardener")


def digest_input(harvest: Harvest) -> str:
    """BLAKE2b-128 of the digests of all streams, in the order of reading."""
    return hashlib.blake2b("\n".join(harvest.digests).encode(), digest_size=16).hexdigest()


def digest_scope(request: Request, sources: Sequence[Source]) -> str:
    """The same for runs that were asked the same of the same sources; empty for a slice of what is followed.

    A slice ends when it ends: what is not in it may be in the next.
    """
    if request.is_following:
        return ""
    names = sorted(request.name_scope(source) for source in sources)
    return hashlib.blake2b("\n".join(names).encode(), digest_size=16).hexdigest()


def digest_redaction(key: bytes, rules: Sequence[RedactionRule], allowed: Sequence[str]) -> str:
    """What tells whether key and rules are the same, no more: a digest of the key, one of rules if any are there."""
    digest = _digest(key)
    if not rules and not allowed:
        return digest
    # Why a rule is there changes nothing.
    facts = [[(one.name, one.pattern, one.keywords, one.entropy) for one in rules], list(allowed)]
    return f"{digest} {_digest(json.dumps(facts).encode())}"


def _digest(facts: bytes) -> str:
    return hashlib.blake2b(facts, digest_size=8, person=b"log-gardener").hexdigest()


def find_change(then: str, now: str) -> str:
    """The settings by which two digests of a redaction differ; empty if they are the same."""
    (key, _, rules), (key_now, _, rules_now) = then.partition(" "), now.partition(" ")
    changed = (("redaction_key", key != key_now), ("redaction.rules or redaction.allowed", rules != rules_now))
    return " and ".join(name for name, is_changed in changed if is_changed)


def make_replay(known: Known, harvest: Harvest) -> Replay:
    """What is kept of a run."""
    facts: dict[str, Any] = _KNOWN.dump_python(known, mode="json")
    return Replay(digest_input(harvest), tell_version(), facts)


def read_replay(run: int, replay: Replay | None) -> Known:
    """What a run knew.

    Raises:
        StoreError: nothing is kept of it, or a release wrote it that kept something else.
    """
    if replay is None:
        msg = f"run {run} cannot be repeated: none is kept of that number; 'log-gardener runs' lists all"
        raise StoreError(msg)
    try:
        return _KNOWN.validate_python(replay.facts)
    except ValidationError as error:
        msg = f"run {run} was written by version {replay.version}, and {tell_version()} cannot read what it kept"
        raise StoreError(msg) from error
