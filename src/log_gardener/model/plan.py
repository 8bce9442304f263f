"""What would be changed in the tracker, to be looked at before it is done."""

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from pydantic import TypeAdapter, ValidationError

from log_gardener.errors import PlanError
from log_gardener.model.cluster import Status
from log_gardener.model.ledger import Told
from log_gardener.model.ticket import EventKind, Fate, Link


class ActionKind(StrEnum):
    """What an action changes. The last three change nothing in the tracker."""

    CREATE = "create"
    EDIT = "edit"
    RETITLE = "retitle"
    LABEL = "label"
    COMMENT = "comment"
    CLOSE = "close"
    REOPEN = "reopen"
    LINK = "link"
    DECIDE = "decide"
    REMEMBER = "remember"


OWN = frozenset({ActionKind.DECIDE, ActionKind.REMEMBER})
"""What is done in the garden, not in the tracker."""


STATING = frozenset({ActionKind.CREATE, ActionKind.CLOSE, ActionKind.REOPEN, ActionKind.DECIDE, ActionKind.REMEMBER})
"""What takes the state of a ticket into account."""

COMPLETED, NOT_PLANNED = "completed", "not planned"
"""Why a ticket is closed."""


@dataclass(frozen=True, slots=True)
class Action:
    """One change.

    Attributes:
        issue: id of the issue whose ticket it is, or `DASHBOARD` or `NOTICE`.
        reason: why, in words; no full stop.
        number: of the ticket; `None` for the one that this plan creates for the issue.
        title: of a ticket to create, or the new one.
        text: the block of a ticket to create or to edit, or the comment, without markers. It may name tickets by
            `name_ticket`.
        after: number of the ticket that the one to create follows; `None` for the first of an issue.
        labels: to add.
        former_labels: of ours, to take off.
        links: to remember of a ticket to create, because its block names them.
        expected: digest of what is to be replaced, as it was read: of the block, the title, or the state.
        closed_as: for a ticket to close, completed or not planned.
        to: id of the issue whose ticket becomes the parent of this one, for a link.
        key: of a comment: none of the same key is posted twice.
        said: what it tells of.
        status: what people decided in the tracker, to be remembered of the issue; with when.
        nanos: when that was, UTC.
        told: what the ticket tells of the issue when this is done; `None` if that stays.
        fate: what has become of a ticket that is gone, to be remembered.
    """

    kind: ActionKind
    issue: str
    reason: str
    number: int | None = None
    title: str = ""
    text: str = ""
    after: int | None = None
    labels: tuple[str, ...] = ()
    former_labels: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    expected: str = ""
    closed_as: str = ""
    to: str = ""
    key: str = ""
    said: tuple[EventKind, ...] = ()
    status: Status | None = None
    nanos: int = 0
    told: Told | None = None
    fate: Fate | None = None

    @property
    def digest(self) -> str:
        """Of exactly what would be written, and of what it depends on."""
        return digest_text(_spell(_ACTION.dump_python(self, mode="json", exclude_defaults=True)))


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """An issue or a ticket for which nothing is done, and why; no full stop."""

    issue: str
    why: str
    number: int | None = None


@dataclass(frozen=True)
class Plan:
    """All changes, in the order in which they are carried out.

    Attributes:
        tracker: its name.
        actions: none if the tracker is as it should be.
        numbers: of the tickets that are there, by issue: what texts name by `name_ticket`.
        made_nanos: when the tracker was read for it, UTC.
        left_alone: what else was looked at.
        titles: of the issues that it speaks of, by id, for people.
        before: the present block or title that an action replaces, by its position, for people.
    """

    tracker: str
    actions: tuple[Action, ...]
    numbers: dict[str, int] = field(default_factory=dict)
    made_nanos: int = 0
    left_alone: tuple[LeftAlone, ...] = ()
    titles: dict[str, str] = field(default_factory=dict)
    before: dict[int, str] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """Of all of it: what people looked at is what is carried out, and no two plans are taken for one."""
        return digest_text(_spell(_PLAN.dump_python(self, mode="json", exclude_defaults=True)))

    @property
    def writes(self) -> int:
        """How many requests would change something in the tracker."""
        return sum(action.kind not in OWN for action in self.actions)


_ACTION = TypeAdapter(Action)
_PLAN = TypeAdapter(Plan)

_FORMAT = 1


def digest_text(text: str) -> str:
    """BLAKE2b-128 of a text, line ends and blanks at the end of lines aside: trackers and browsers change them."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return hashlib.blake2b("\n".join(lines).strip("\n").encode("utf-8", "replace"), digest_size=16).hexdigest()


def _spell(value: Any) -> str:  # noqa: ANN401 - JSON is anything
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def spell_plan(plan: Plan) -> dict[str, Any]:
    """The plan in plain JSON values, with its digest."""
    spelt: dict[str, Any] = _PLAN.dump_python(plan, mode="json", exclude_defaults=True)
    return {"format": _FORMAT, "digest": plan.digest, **spelt}


def parse_plan(text: str) -> Plan:
    """A plan of what `spell_plan` gave, as JSON.

    Raises:
        PlanError: it is none, or was changed after it was made.
    """
    try:
        spelt = json.loads(text)
        digest, version = spelt.pop("digest"), spelt.pop("format")
        if version != _FORMAT:
            msg = f"this plan is of format {version}, and this release reads {_FORMAT}; make a new one"
            raise PlanError(msg)
        plan = _PLAN.validate_python(spelt)
    except (ValidationError, ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        msg = "this is no plan, or one of another release; 'log-gardener plan --output PLAN.json' makes one"
        raise PlanError(msg) from error
    if plan.digest != digest:
        msg = "the plan was changed after it was made: its digest does not fit; make a new one"
        raise PlanError(msg)
    return plan


@dataclass(frozen=True, slots=True)
class StepResult:
    """What came of one action.

    Attributes:
        is_done: whether it is as planned now, also if it was so before.
        note: what happened, in words; no full stop.
        number: of the ticket, if there is one.
    """

    action: Action
    is_done: bool
    note: str
    number: int | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of a plan; why it ended early, if it did."""

    results: tuple[StepResult, ...]
    stopped: str = ""
