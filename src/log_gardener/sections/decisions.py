"""What people decided about the grouping."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from log_gardener.model.decision import Decisions, Merge, Split


class MergeSettings(BaseModel):
    """Issues that are one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issues: list[str] = Field(min_length=2, description="Ids of issues, as issues list gives them; the first leads.")
    reason: str = Field("", description="Why, for whoever reads it later.")


class SplitSettings(BaseModel):
    """Templates that are an issue of their own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    templates: list[str] = Field(min_length=1, description="Fingerprints of templates, as issues explain gives them.")
    reason: str = Field("", description="Why, for whoever reads it later.")


class DecisionSettings(BaseModel):
    """What people decided about the grouping."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    merge: list[MergeSettings] = Field([], description="Issues that are one.")
    split: list[SplitSettings] = Field([], description="Templates that are an issue of their own.")

    @model_validator(mode="after")
    def _check_conflicts(self) -> Self:
        for conflict in self.to_decisions().find_conflicts():
            raise ValueError(conflict)
        return self

    def to_decisions(self) -> Decisions:
        """The decisions."""
        merges = tuple(Merge(tuple(row.issues), row.reason) for row in self.merge)
        return Decisions(merges, tuple(Split(tuple(row.templates), row.reason) for row in self.split))
