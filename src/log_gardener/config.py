"""Settings: `log-gardener.toml`, then the environment (`LOG_GARDENER_...`), then the command line."""

import tomllib
from datetime import UTC, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from log_gardener.errors import ConfigError
from log_gardener.model.severity import Severity
from log_gardener.sections.decisions import DecisionSettings
from log_gardener.sections.duration import Duration, check_duration
from log_gardener.sections.engine import EngineName
from log_gardener.sections.memory import MemorySettings
from log_gardener.sections.place import FILE_NAME, find_state_file
from log_gardener.sections.priority import PrioritySettings
from log_gardener.sections.redaction import RedactionSettings
from log_gardener.sections.serve import ServeSettings
from log_gardener.sections.sources import (
    BigQuerySettings,
    LoggingSettings,
    PubSubSettings,
    StorageSettings,
    WatchSettings,
)
from log_gardener.sections.tickets import GitHubSettings, TicketSettings


class Settings(BaseSettings):
    """Everything that can be set. An empty text means: not set."""

    model_config = SettingsConfigDict(
        env_prefix="LOG_GARDENER_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    state: str = Field(
        "", description="Where issues are remembered: an SQLAlchemy URL, a path of an SQLite file, or ':memory:'."
    )
    service: str = Field("", description="The one service to look at.")
    severity: Severity = Field(
        Severity.DEFAULT, description="The least severity to read; below it lie the causes of much that is above."
    )
    since: str = Field("", description="How far back to look, such as '2d'; without it all that the sources hold.")
    output: str = Field("worklogs", description="Folder for worklogs, or the path of one, or '-' for stdout.")
    zone: str = Field("UTC", description="Time zone that is shown beside UTC, such as 'Europe/Berlin'.")
    threads: int = Field(0, ge=0, le=256, description="Counting threads; 0 is one a core.")
    engine: EngineName = Field(
        EngineName.LOCAL, description="What reads for tend: 'local', this machine; or 'beam', many of them."
    )
    beam: dict[str, str] = Field(
        {},
        description="Options of Apache Beam, of its runner and of streams by name, such as runner = 'DataflowRunner'.",
    )
    application_frames: list[str] = Field(
        [], description="Frames of stack traces that are your own: beginnings of modules, or folders as '/ours/'."
    )
    library_frames: list[str] = Field(
        [], description="Frames that are not, where the conventions of the language take them for yours."
    )
    redaction_key: SecretStr = Field(
        SecretStr("log-gardener"),
        description="Keys the marks that stand for secrets; set your own so that nobody can test guesses against them.",
    )
    redaction: RedactionSettings = Field(
        RedactionSettings(), description="What is a secret beside what is known, and what is none."
    )
    priority: PrioritySettings = Field(PrioritySettings(), description="The priority table.")
    look_back: str = Field(
        "1d", description="How far before the window to read for the beginning of what is urgent; empty for not at all."
    )
    late: Duration = Field("1d", description="How far back to look for entries that arrived after a run had read.")
    logging: LoggingSettings = Field(LoggingSettings(), description="Cloud Logging as a source.")
    storage: StorageSettings = Field(StorageSettings(), description="Cloud Storage as a source.")
    pubsub: PubSubSettings = Field(PubSubSettings(), description="Pub/Sub as a source.")
    bigquery: BigQuerySettings = Field(BigQuerySettings(), description="BigQuery as a source.")
    watch: WatchSettings = Field(WatchSettings(), description="How watch goes on.")
    memory: MemorySettings = Field(MemorySettings(), description="What is remembered, and for how long.")
    tickets: TicketSettings = Field(TicketSettings(), description="What is filed, and how.")
    github: GitHubSettings = Field(GitHubSettings(), description="GitHub as a tracker.")
    serve: ServeSettings = Field(ServeSettings(), description="The live page.")
    decisions: DecisionSettings = Field(DecisionSettings(), description="Merges and splits of issues.")

    @field_validator("look_back")
    @classmethod
    def _check_look_back(cls, length: str) -> str:
        return check_duration(length) if length else ""

    @field_validator("zone")
    @classmethod
    def _check_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            msg = f"{zone!r} is no time zone of the tz database"
            raise ValueError(msg) from None
        return zone

    @property
    def time_zone(self) -> tzinfo:
        """The zone to show beside UTC."""
        return UTC if self.zone == "UTC" else ZoneInfo(self.zone)

    @property
    def state_or_default(self) -> str:
        """The state, by default a file in the user's state folder."""
        return self.state or str(find_state_file())

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Command line first, then environment, then file."""
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls))


def load_settings(path: Path | None = None) -> Settings:
    """The settings of a file; without a path of `log-gardener.toml` in this folder, if there is one.

    Raises:
        ConfigError: the file cannot be read, or says what cannot be.
    """
    found = path or (Path(FILE_NAME) if Path(FILE_NAME).is_file() else None)
    if path is not None and not path.is_file():
        msg = f"there is no configuration file {path}; 'log-gardener init' writes one"
        raise ConfigError(msg)

    class Located(Settings):
        model_config = SettingsConfigDict(toml_file=found)

    try:
        return Located()
    except ValidationError as error:
        lines = [f"  {'.'.join(map(str, row['loc']))}: {row['msg']}" for row in error.errors()]
        msg = f"{found or 'the environment'} sets what cannot be:\n" + "\n".join(lines)
        raise ConfigError(msg) from error
    except (tomllib.TOMLDecodeError, OSError, UnicodeDecodeError) as error:
        msg = f"{found} is not readable TOML: {error}"
        raise ConfigError(msg) from error
