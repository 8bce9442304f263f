"""Tickets: what is filed, how it is worded, when to stop; and the tracker."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from log_gardener.errors import ConfigError
from log_gardener.model.instant import parse_duration, to_span
from log_gardener.model.ledger import FilingPolicy
from log_gardener.model.priority import Priority
from log_gardener.sections.duration import Duration

_DEFAULT = FilingPolicy()

TOKEN_VARIABLES = ("GITHUB_TOKEN", "GH_TOKEN")

ALL = "all"
"""In the place of a priority: labels of every ticket."""


class TicketSettings(BaseModel):
    """What is filed, how it is worded, and when to stop."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str = Field(_DEFAULT.label, min_length=1, max_length=50, description="All our tickets bear it.")
    labels: dict[str, list[str]] = Field(
        {}, description="Labels beside, as all = ['bug'] for every ticket, or P1 = ['urgent'] for those of a priority."
    )
    quiet_label: str = Field(
        _DEFAULT.quiet_label, min_length=1, max_length=50, description="A ticket that people give it is left alone."
    )
    least_priority: Priority = Field(_DEFAULT.least_priority, description="The least urgent that is filed.")
    fresh: Duration = Field("7d", description="An issue is filed while it was last seen no longer ago.")
    settle: Duration = Field("10m", description="How long a write whose answer was lost may take to show in a listing.")
    reopen_within: Duration = Field(
        "10d", description="How long after its end newer entries reopen a ticket; later a new one follows it."
    )
    comment_every: Duration = Field("1d", description="Least time between two comments of one kind on a ticket.")
    edit_every: Duration = Field("6h", description="Least time between two edits for the sake of counts alone.")
    close_resolved: bool = Field(
        _DEFAULT.closes_resolved, description="Close the ticket of an issue that was resolved by issues resolve."
    )
    close_quiet: bool = Field(_DEFAULT.closes_quiet, description="Close the ticket of an issue that is quiet.")
    close_folded: bool = Field(
        _DEFAULT.closes_folded,
        description="Close the ticket of an issue that was found to follow from another, if only we wrote in it.",
    )
    most_new: int = Field(_DEFAULT.most_new, ge=1, le=500, description="Most tickets that one plan creates.")
    flood_from: int = Field(
        _DEFAULT.flood_from, ge=1, description="From so many new issues at once nothing is filed, but one notice."
    )
    dashboard: bool = Field(_DEFAULT.has_dashboard, description="Keep one ticket that lists all issues.")
    template: str = Field("", description="A Jinja template of your own for the text; see docs/tickets/template.md.")
    source_roots: dict[str, str] = Field(
        {}, description="From folders in which the code runs to those of the repository: '/srv/web' = 'web'."
    )
    commits: dict[str, str] = Field({}, description="From revisions to commits, so that lines of code are linked.")

    @field_validator("labels")
    @classmethod
    def _check_labels(cls, labels: dict[str, list[str]]) -> dict[str, list[str]]:
        for name in labels:
            if name not in {ALL, *Priority}:
                msg = f"{name!r} is neither {ALL} nor a priority; give one of {ALL}, {', '.join(Priority)}"
                raise ValueError(msg)
        return labels

    @property
    def template_path(self) -> Path | None:
        """The file of the template, if one is named."""
        return Path(self.template) if self.template else None

    def to_policy(self) -> FilingPolicy:
        """The policy."""
        return FilingPolicy(
            label=self.label,
            labels={"" if name == ALL else name: tuple(rows) for name, rows in self.labels.items()},
            quiet_label=self.quiet_label,
            least_priority=self.least_priority,
            fresh_nanos=to_span(parse_duration(self.fresh)),
            settle_nanos=to_span(parse_duration(self.settle)),
            reopen_nanos=to_span(parse_duration(self.reopen_within)),
            comment_nanos=to_span(parse_duration(self.comment_every)),
            edit_nanos=to_span(parse_duration(self.edit_every)),
            closes_resolved=self.close_resolved,
            closes_quiet=self.close_quiet,
            closes_folded=self.close_folded,
            most_new=self.most_new,
            flood_from=self.flood_from,
            has_dashboard=self.dashboard,
        )


class GitHubSettings(BaseModel):
    """GitHub as a tracker."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    repository: str = Field("", description="Where tickets are filed: owner/name; empty for nowhere.")
    token: SecretStr = Field(
        SecretStr(""), description="A token of yours; by default what the variable GITHUB_TOKEN or GH_TOKEN holds."
    )
    app_id: str = Field("", description="Of a GitHub App, in the place of a token: its number or client id.")
    app_key: SecretStr = Field(SecretStr(""), description="The App's private key, PEM.")
    app_key_file: str = Field("", description="The file that holds the App's private key.")
    installation_id: str = Field("", description="Of the App in the repository; by default it is looked up.")
    login: str = Field("", description="Whose token it is, where it may not ask, such as 'github-actions[bot]'.")
    base_url: str = Field("https://api.github.com", description="The API; https://HOST/api/v3 for Enterprise.")
    documents: list[str] = Field(["*.md"], description="Documents of the repository that may be related, as globs.")
    most_documents: int = Field(50, ge=0, le=1_000, description="Of these at most so many are looked at.")
    seconds_between_writes: float = Field(1.0, ge=0, le=60, description="Least time between two writes.")
    patience: Duration = Field("10m", description="How long to wait for a limit of GitHub's before stopping.")

    def find_token(self) -> str:
        """The token, of the settings or of the variables in which GitHub's own tools look for one."""
        own = self.token.get_secret_value()
        return own or next(filter(None, (os.environ.get(name, "") for name in TOKEN_VARIABLES)), "")

    def read_key(self) -> str:
        """The App's private key; empty if none is given.

        Raises:
            ConfigError: its file cannot be read.
        """
        if not self.app_key_file:
            return self.app_key.get_secret_value()
        try:
            return Path(self.app_key_file).read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is no PEM"
            msg = f"github.app_key_file {self.app_key_file} cannot be read: {why}"
            raise ConfigError(msg) from None

    def find_web_url(self) -> str:
        """Where people look at the repository."""
        parts = urlsplit(self.base_url)
        host = parts.netloc if parts.path.strip("/") else parts.netloc.removeprefix("api.")
        return f"{parts.scheme}://{host}/{self.repository}"
