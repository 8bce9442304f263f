"""What the API is asked, as schemas. What it does not know it refuses."""

from typing import Annotated

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

from log_gardener.model.cluster import Status, Trend
from log_gardener.model.priority import Priority
from log_gardener.stages.selection import Order, Selection
from log_gardener.web.desk import PAGE_SIZE

MOST_LISTED = 200

# SQLite counts no further.
MOST = 2**62

IssueId = Annotated[str, Path(max_length=200, description="The id of an issue, or the beginning of one.")]
RunId = Annotated[int, Path(ge=0, le=MOST, description="The number of a run.")]
Digest = Annotated[str, Path(max_length=64, description="The digest of a plan that was made here.")]
Side = Annotated[
    str, Query(min_length=1, max_length=200, description="A window, START/END or START/LENGTH, or a revision.")
]
ServiceName = Annotated[str, Query(max_length=200, description="Of one service only.")]


class Question(BaseModel):
    """A body: these keys and no other."""

    model_config = ConfigDict(extra="forbid")


class ListQuestion(Question):
    """Which issues, and in what order."""

    service: str = Field("", max_length=200, description="Of one service only.")
    priority: list[Priority] = Field([], description="Of these only.")
    status: list[Status] = Field([], description="Of these only.")
    trend: list[Trend] = Field([], description="Of these only.")
    text: str = Field("", max_length=200, description="With this in the title or a template; case does not matter.")
    sort: Order = Field(Order.PRIORITY, description="What comes first.")
    page: int = Field(1, ge=1, le=MOST)
    size: int = Field(PAGE_SIZE, ge=1, le=MOST_LISTED, description="Issues on a page.")

    def to_selection(self) -> Selection:
        """Which issues are asked for."""
        named = (frozenset(self.priority), frozenset(self.status), frozenset(self.trend))
        return Selection(self.service, *named, text=self.text, order=self.sort)


class MuteQuestion(Question):
    """How long to mute; an escalation ends it in any case."""

    until: str = Field("", max_length=64, description="A time, 2025-10-01T00:00Z, or a length of time: 7d.")
    count: int = Field(0, ge=0, le=MOST // 2, description="After so many more entries; 0 for no such end.")


class ResolveQuestion(Question):
    """Where the fix is."""

    revision: str = Field("", max_length=200, description="The revision with the fix; older ones do not bring it back.")


class LockQuestion(Question):
    """Which priority."""

    priority: Priority | None = Field(description="No run changes it; null leaves it to the runs again.")


class MergeQuestion(Question):
    """Which issues are one."""

    issues: list[Annotated[str, Field(max_length=200)]] = Field(
        min_length=2, max_length=100, description="Ids, or the beginnings of some; the first leads."
    )
    reason: str = Field("", max_length=1_000, description="Why, for whoever reads it later.")


class SplitQuestion(Question):
    """Which templates are an issue of their own."""

    templates: list[Annotated[str, Field(min_length=1, max_length=200)]] = Field(
        min_length=1, max_length=100, description="Their fingerprints, or the beginnings of some."
    )
    reason: str = Field("", max_length=1_000, description="Why, for whoever reads it later.")


class UndoQuestion(Question):
    """What to take back."""

    token: str = Field(max_length=20_000, description="As the answer to the decision gave it.")
