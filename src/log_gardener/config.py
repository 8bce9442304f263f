"""Settings: `log-gardener.toml`, then the environment (`LOG_GARDENER_...`), then the command line."""

import os
import tomllib
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Annotated, Self, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from log_gardener.errors import ConfigError
from log_gardener.model.decision import Decisions, Merge, Split
from log_gardener.model.instant import parse_duration
from log_gardener.model.policy import Policy
from log_gardener.model.priority import FaultClass, Frequency, Priority
from log_gardener.model.redaction import RedactionRule, check_allowed, check_kind, check_pattern
from log_gardener.model.severity import Severity

FILE_NAME = "log-gardener.toml"

_DEFAULT = Policy()

_Key = TypeVar("_Key")

Points = Annotated[int, Field(ge=-1000, le=1000)]


def _check_duration(text: str) -> str:
    parse_duration(text)
    return text


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


Duration = Annotated[str, AfterValidator(_check_duration)]


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


class RuleSettings(BaseModel):
    """A redaction rule of your own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, AfterValidator(check_kind)] = Field(description="The kind of secret; it is in the marks.")
    pattern: Annotated[str, AfterValidator(check_pattern)] = Field(
        description="A regular expression; its group s, if there is one, is the secret."
    )
    keywords: list[str] = Field([], description="One of them must occur in a text, in any case; none is always.")
    entropy: float = Field(0.0, ge=0, le=8, description="Least bits of entropy a character.")
    reason: str = Field("", description="Why, for whoever reads it later.")

    def to_rule(self) -> RedactionRule:
        """The rule."""
        return RedactionRule(self.name, self.pattern, tuple(self.keywords), self.entropy, self.reason)


class RedactionSettings(BaseModel):
    """What is a secret beside what is known, and what is none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: list[RuleSettings] = Field([], description="Rules of your own, as [[redaction.rules]].")
    allowed: list[Annotated[str, AfterValidator(check_allowed)]] = Field(
        [], description="Regular expressions: what one of them matches as a whole is no secret."
    )

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        names = [rule.name for rule in self.rules]
        for number, name in enumerate(names):
            if name in names[:number]:
                msg = f"rules {names.index(name)} and {number} are both named {name!r}"
                raise ValueError(msg)
        return self

    def to_rules(self) -> tuple[RedactionRule, ...]:
        """The rules."""
        return tuple(rule.to_rule() for rule in self.rules)


def _sort(rows: dict[_Key, int]) -> dict[_Key, int]:
    return dict(sorted(rows.items(), key=lambda row: -row[1]))


def find_state_folder() -> Path:
    """The user's folder for state, by the XDG base directory specification."""
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "log-gardener"


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
    decisions: DecisionSettings = Field(DecisionSettings(), description="Merges and splits of issues.")

    @field_validator("look_back")
    @classmethod
    def _check_look_back(cls, length: str) -> str:
        return _check_duration(length) if length else ""

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
        return self.state or str(find_state_folder() / "garden.db")

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
