"""What the API answers, as schemas. The values are spelt by `renderers/json_memory.py`, as for `--json`."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from log_gardener.model.cluster import Status, Trend
from log_gardener.model.compared import Change
from log_gardener.model.plan import ActionKind
from log_gardener.model.priority import Priority
from log_gardener.model.severity import Severity

Time = str
"""RFC 3339 in UTC."""


class Answer(BaseModel):
    """A part of an answer: exactly these keys."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class SessionAnswer(Answer):
    """Who asks."""

    who: str = Field(description="The address or name that the log-in told; empty for whoever sits at the machine.")
    csrf: str = Field(description="To be sent as X-CSRF-Token with all that decides; not with Authorization: Bearer.")


class StateAnswer(Answer):
    """What is served."""

    version: str = Field(description="Another one as soon as anything that is shown may have changed.")
    tracker: str = Field(description="The repository in which tickets are filed; empty for none.")


class MuteAnswer(Answer):
    """How long an issue is muted; an escalation ends it in any case."""

    until: Time | None
    count: int | None = Field(description="Until so many entries were ever counted.")


class ResolvedAnswer(Answer):
    """When an issue was resolved."""

    at: Time
    revision: str | None


class IssueAnswer(Answer):
    """An issue."""

    id: str
    title: str
    service: str
    priority: Priority
    severity: Severity
    status: Status
    trend: Trend
    mute: MuteAnswer | None
    resolved: ResolvedAnswer | None
    locked: Priority | None
    count: int
    first: Time | None
    last: Time | None
    ticket: str | None = Field(description="The address of its ticket.")
    fingerprints: list[str]


class ListAnswer(Answer):
    """A page of the issues that are asked for."""

    issues: list[IssueAnswer]
    total: int = Field(description="How many are remembered.")
    found: int = Field(description="How many of them are asked for.")
    page: int = Field(description="Of a page beyond the last one, the last one.")
    pages: int
    services: list[str] = Field(description="Of all that is remembered.")


class RevisionAnswer(Answer):
    """A revision, and what of an issue it wrote."""

    name: str
    count: int
    first: Time | None
    last: Time | None


class EntityAnswer(Answer):
    """Users, sessions and the like."""

    kind: str
    distinct: int
    exact: bool
    values: list[str]


class ValueAnswer(Answer):
    """What an entry has in the place of a variable."""

    kind: str
    text: str


class ExemplarAnswer(Answer):
    """An entry, redacted."""

    insertId: str  # noqa: N815 - Google's name
    entry: Any
    values: list[ValueAnswer]


class DecisionAnswer(Answer):
    """What people, or the end of what they decided, did to an issue."""

    at: Time
    action: str
    detail: str


class WholeIssueAnswer(IssueAnswer):
    """An issue with all that is remembered of it."""

    history: list[tuple[int, int, int]] = Field(
        description="First minute since 1970, how many minutes, entries.",
    )
    revisions: list[RevisionAnswer]
    entities: list[EntityAnswer]
    exemplars: list[ExemplarAnswer]
    decisions: list[DecisionAnswer]
    cluster: dict[str, Any] | None = Field(
        description="As the latest worklog that lists it saw it: a cluster of the JSON worklog.",
    )


class TemplateAnswer(Answer):
    """A template, and why it is in its issue."""

    id: str
    why: str
    kind: str
    resource: str
    service: str
    module: str = ""
    function: str = ""
    text: str
    frames: list[str]


class ReasonAnswer(Answer):
    """A part of a priority's arithmetic."""

    part: str
    points: int
    why: str


class ExplanationAnswer(Answer):
    """Why an issue is one."""

    id: str
    title: str
    recipe: str
    templates: list[TemplateAnswer]
    decisions: list[str]
    class_: str | None = Field(alias="class")
    score: int | None
    reasons: list[ReasonAnswer]


class DifferenceAnswer(Answer):
    """Why two issues are not one."""

    issues: tuple[str, str]
    rule: str
    values: tuple[str, str]
    why: str


class SideAnswer(Answer):
    """An issue on one side of a comparison."""

    count: int
    among: int


class ChangeAnswer(Answer):
    """How an issue differs between two sides."""

    id: str
    title: str
    priority: Priority
    change: Change
    sure: bool = Field(description="Whether chance alone would hardly make it, all comparisons together.")
    before: SideAnswer
    after: SideAnswer
    chance: float


class RunAnswer(Answer):
    """A run."""

    run: int
    generated: Time
    outcome: str
    entries: int
    first: Time | None
    last: Time | None
    digest: str
    version: str
    kept: bool


class WholeRunAnswer(RunAnswer):
    """A run with its worklog."""

    worklog: dict[str, Any] | None = Field(description="As in docs/schema/worklog.schema.json; null if it was pruned.")


class DoneAnswer(Answer):
    """What came of a decision."""

    issue: IssueAnswer
    sentence: str
    undo: str = Field(description="Takes it back, given to /undo; empty if it cannot be taken back.")


class PlanAnswer(Answer):
    """What would be done in the tracker."""

    digest: str = Field(description="By which it is applied: exactly it.")
    writes: int = Field(description="Requests that would change something in the tracker.")
    plan: dict[str, Any] = Field(description="As 'log-gardener plan --json' gives it.")


class StepAnswer(Answer):
    """What came of one action."""

    kind: ActionKind
    issue: str
    digest: str
    done: bool
    note: str
    ticket: int | None
    url: str | None


class AppliedAnswer(Answer):
    """What came of a plan."""

    stopped: str = Field(description="Why it ended early; empty if it did not.")
    actions: list[StepAnswer]


class ProblemAnswer(Answer):
    """What went wrong, as RFC 9457 has it."""

    type: str
    title: str
    status: int
    detail: str = Field(description="What happened, and what to do.")
