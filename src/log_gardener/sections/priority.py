"""The priority table."""

from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from log_gardener.model.policy import Policy
from log_gardener.model.priority import FaultClass, Frequency, Priority
from log_gardener.model.severity import Severity

_DEFAULT = Policy()

_Key = TypeVar("_Key")

Points = Annotated[int, Field(ge=-1000, le=1000)]


class PrioritySettings(BaseModel):
    """The priority table. A score is the sum of its parts; thresholds turn it into P0 to P4."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    severity: dict[Severity, Points] = Field(_DEFAULT.severity_points, description="Points by severity.")
    fault: dict[FaultClass, Points] = Field(_DEFAULT.class_points, description="Points by class of fault.")
    frequency: dict[Frequency, Points] = Field(_DEFAULT.band_points, description="Points by frequency band.")
    bands: dict[Frequency, int] = Field(_DEFAULT.bands, description="Least number of occurrences of each band.")
    thresholds: dict[Priority, int] = Field(_DEFAULT.thresholds, description="Least score of each priority.")
    non_blocking: Points = Field(
        _DEFAULT.non_blocking_points, description="For a text that says that it does not block."
    )
    single_user: Points = Field(
        _DEFAULT.single_user_points, description="Where every entry concerns the same one user."
    )
    many_users_from: int = Field(
        _DEFAULT.many_users, description="From this many users on, many_users points are added."
    )
    many_users: Points = Field(_DEFAULT.many_users_points, description="See many_users_from.")
    request_share_from: float = Field(
        _DEFAULT.request_share,
        gt=0,
        le=1,
        description="From this share of a service's requests on that fail, request_share points are added.",
    )
    request_share: Points = Field(_DEFAULT.request_share_points, description="See request_share_from.")
    novelty: Points = Field(
        _DEFAULT.novelty_points, description="For an issue that the past, or the revisions before, had not seen."
    )
    hysteresis: int = Field(
        _DEFAULT.hysteresis, description="A known priority stays while the score is this near to its range."
    )
    impact: dict[str, Points] = Field(
        {}, description="Points by service, module or request path that matters most to you."
    )

    def to_policy(self) -> Policy:
        """The policy; rows that are not given keep their defaults."""
        return Policy(
            severity_points=_DEFAULT.severity_points | self.severity,
            class_points=_DEFAULT.class_points | self.fault,
            band_points=_DEFAULT.band_points | self.frequency,
            bands=_sort(_DEFAULT.bands | self.bands),
            thresholds=_sort(_DEFAULT.thresholds | self.thresholds),
            non_blocking_points=self.non_blocking,
            single_user_points=self.single_user,
            many_users=self.many_users_from,
            many_users_points=self.many_users,
            request_share=self.request_share_from,
            request_share_points=self.request_share,
            novelty_points=self.novelty,
            hysteresis=self.hysteresis,
            impact=self.impact,
        )


def _sort(rows: dict[_Key, int]) -> dict[_Key, int]:
    return dict(sorted(rows.items(), key=lambda row: -row[1]))
