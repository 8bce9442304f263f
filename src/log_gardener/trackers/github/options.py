"""Which repository, by which account, and how fast."""

import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from log_gardener.errors import UsageError

PUBLIC = "https://api.github.com"

# What GitHub allows in the names of owners and repositories.
_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*/(?!\.\.?$)[A-Za-z0-9._-]+")

# Tokens that an App's installation has, such as the one that a workflow of GitHub Actions is given.
INSTALLATION_PREFIX = "ghs_"


@dataclass(frozen=True, slots=True)
class GitHubOptions:
    """How a repository is reached.

    Attributes:
        repository: `owner/name`.
        token: of a person, or one that a workflow is given; empty for an App.
        app_id: of a GitHub App, number or client id.
        private_key: of the App, PEM.
        installation_id: of the App in this repository; empty to look it up.
        login: of the account that the token belongs to, for tokens that may not ask, such as that of a workflow,
            whose account is `github-actions[bot]`.
        base_url: of the API; `https://HOST/api/v3` for Enterprise.
        documents: globs of paths that are looked at as neighbours; `*` fits any characters, also `/`.
        most_documents: of these; 0 for none.
        most_neighbours: tickets of people's and pull requests that are looked at, the latest changed first.
        seconds_between_writes: least time between two writes, which GitHub asks for.
        patience_seconds: how long to wait, for one request, for a limit that is used up.
        timeout_seconds: how long one answer may take.
    """

    repository: str
    token: str = field(default="", repr=False)
    app_id: str = ""
    private_key: str = field(default="", repr=False)
    installation_id: str = ""
    login: str = ""
    base_url: str = PUBLIC
    documents: tuple[str, ...] = ("*.md",)
    most_documents: int = 50
    most_neighbours: int = 1_000
    seconds_between_writes: float = 1.0
    patience_seconds: float = 600.0
    timeout_seconds: int = 30

    @property
    def is_app(self) -> bool:
        """Whether an App writes the tickets, and not whoever a token belongs to."""
        return not self.token

    @property
    def name(self) -> str:
        """Of the tracker: host and repository, in lower case."""
        parts = urlsplit(self.base_url)
        host = parts.netloc.lower()
        # The API of github.com and of ghe.com has a host of its own; that of an Enterprise server has a path.
        if not parts.path.strip("/"):
            host = host.removeprefix("api.")
        return f"{host}/{self.repository.lower()}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must be in no text."""
        return tuple(filter(None, (self.token, self.private_key.strip())))


def check_options(options: GitHubOptions) -> None:
    """Make sure that the options name a repository and an account.

    Raises:
        UsageError: they do not, or the token would go over the net for all to read.
    """
    if not _REPOSITORY.fullmatch(options.repository):
        msg = f"{options.repository!r} is no repository; write owner/name, such as acme/shop, in [github]"
        raise UsageError(msg)
    parts = urlsplit(options.base_url)
    if parts.scheme not in {"https", "http"} or not parts.hostname or parts.username or parts.query or parts.fragment:
        msg = "base_url in [github] is no address of an API; write https://HOST/api/v3"
        raise UsageError(msg)
    if parts.scheme == "http" and not _is_loopback(parts):
        msg = f"base_url in [github] would send the token to {parts.hostname} unencrypted; write https://"
        raise UsageError(msg)
    if not options.token and not (options.app_id and options.private_key):
        msg = "no account of GitHub is given; set GITHUB_TOKEN, or app_id and app_key of a GitHub App in [github]"
        raise UsageError(msg)
    if options.installation_id and not options.installation_id.isdecimal():
        msg = "installation_id in [github] is no number; leave it out to have it looked up"
        raise UsageError(msg)


def _is_loopback(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
