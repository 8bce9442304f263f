"""Sources in Google Cloud, and how they are followed."""

from pydantic import BaseModel, ConfigDict, Field

from log_gardener.sections.duration import Duration


class LoggingSettings(BaseModel):
    """Cloud Logging as a source."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    filter: str = Field("", description="Your own filter in Cloud Logging's language, on top of window and service.")
    reads_per_minute: int = Field(
        60, ge=1, le=100_000, description="How often a minute to ask for a page of 1,000 entries: your quota."
    )
    workers: int = Field(4, ge=1, le=64, description="Parts of the window that are read at the same time.")
    quota_project: str = Field("", description="The project whose quota is used, where it is not the one that is read.")
    endpoint: str = Field("", description="Address of an emulator on this machine, for tests.")


class StorageSettings(BaseModel):
    """Cloud Storage as a source."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    workers: int = Field(4, ge=1, le=64, description="Objects that are read at the same time.")
    endpoint: str = Field("", description="Address of an emulator on this machine, for tests.")


class PubSubSettings(BaseModel):
    """Pub/Sub as a source."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    idle: Duration = Field("5s", description="A subscription counts as drained when nothing has come for so long.")
    held_messages: int = Field(200_000, ge=1, description="Messages that are held at most until they are remembered.")
    held_mib: int = Field(256, ge=1, description="Mebibytes of messages that are held at most.")
    endpoint: str = Field("", description="Address of an emulator on this machine, for tests.")


class BigQuerySettings(BaseModel):
    """BigQuery as a source."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    workers: int = Field(2, ge=1, le=64, description="Streams of a table that are read at the same time.")
    billing_project: str = Field("", description="The project that pays for reading, where it is not the table's.")
    endpoint: str = Field("", description="Address of an emulator on this machine, for tests.")
    query_endpoint: str = Field("", description="Address of an emulator of queries on this machine, for tests.")


class WatchSettings(BaseModel):
    """How `watch` goes on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    every: Duration = Field("30s", description="How often to tend what has arrived.")
    is_tailing: bool = Field(
        True,  # noqa: FBT003 - pydantic's way to name a default
        description="Let Cloud Logging send entries as they come, beside asking for them.",
    )
