"""What is remembered, and for how long."""

from pydantic import BaseModel, ConfigDict, Field

from log_gardener.sections.duration import Duration


class MemorySettings(BaseModel):
    """What is remembered, and for how long."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    identities: Duration = Field(
        "14d",
        description="For how long entries are known again; older ones are shown, and added to no history any more.",
    )
    quiet_after: Duration = Field(
        "7d", description="An issue is quiet when its service has written logs for so long without it."
    )
    worklogs: Duration = Field("90d", description="For how long prune keeps the worklogs of runs, and their replays.")
    histories: Duration = Field("400d", description="For how long prune keeps counts.")
    wait: Duration = Field("1h", description="How long a run waits for another one on the same state to end.")
