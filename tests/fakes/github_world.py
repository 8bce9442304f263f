"""All that the fake GitHub knows: accounts, tokens, apps, repositories, the time, and how far what is shown lags."""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from tests.fakes.github_accounts import (
    TOKEN_LIFE,
    Account,
    App,
    AppKey,
    Installation,
    Kind,
    Role,
    Token,
    make_app_key,
)
from tests.fakes.github_errors import refuse
from tests.fakes.github_repository import Repository
from tests.fakes.github_state import Stamp
from tests.fakes.standing_clock import StandingClock

# Of every request, so that two writes seldom have the same time, and no test waits for it.
SECONDS_PER_REQUEST = 0.05


@dataclass(slots=True)
class Lag:
    """How far what is shown is behind what was written.

    Attributes:
        seconds: by the fake's clock.
        requests: so many requests, of whomever, before a write shows.
        is_wobbling: anything from nothing to that, another with each request, as if replicas took turns: what was
            shown can be gone again in the next answer.
    """

    seconds: float = 0.0
    requests: int = 0
    is_wobbling: bool = False

    def horizon(self, now: Stamp, seed: int) -> Stamp:
        """What is shown was written up to there."""
        if not self.seconds and not self.requests:
            return now
        seconds, requests = self.seconds, self.requests
        if self.is_wobbling:
            random = Random(f"{seed}|lag|{now.number}")
            seconds, requests = seconds * random.random(), random.randint(0, requests)
        return Stamp(now.at - timedelta(seconds=seconds), now.number - requests)


@dataclass(slots=True)
class World:
    """Everything behind the HTTP. Hold `lock` while something is changed.

    Attributes:
        clock: times in answers come from it.
        token_clock: what JWTs and tokens of installations go by.
        listing_lag: of the listing of issues of a repository.
        comment_lag: of listings of comments.
        search_lag: of the search index.
        has_cursors: listings of issues are paged by `after`, without a last page.
        number: of the latest request.
        revision: goes up with every change of anything.
        seed: of lags that wobble.
        shown: accounts as JSON, by the base address and their ids.
    """

    clock: StandingClock
    token_clock: Callable[[], datetime]
    web_url: str = "https://github.com"
    listing_lag: Lag = field(default_factory=Lag)
    comment_lag: Lag = field(default_factory=Lag)
    search_lag: Lag = field(default_factory=Lag)
    has_cursors: bool = False
    number: int = 0
    revision: int = 0
    seed: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)
    accounts: dict[str, Account] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    apps: dict[int, App] = field(default_factory=dict)
    installations: dict[int, Installation] = field(default_factory=dict)
    repositories: dict[int, Repository] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    former_names: dict[str, int] = field(default_factory=dict)
    shown: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    _ids: Iterator[int] = field(default_factory=lambda: count(1_000_001))

    def next_id(self) -> int:
        """An id that nothing else has."""
        return next(self._ids)

    def now(self) -> Stamp:
        """The time and the number of the latest request."""
        return Stamp(self.clock(), self.number)

    def touch(self) -> Stamp:
        """As `now`, for something that changes."""
        self.revision += 1
        return self.now()

    def add_account(self, login: str, kind: Kind = Kind.USER) -> Account:
        """The account of that name, made if it is not there."""
        known = self.accounts.get(login.lower())
        if known is None:
            known = self.accounts[login.lower()] = Account(self.next_id(), login, kind)
        return known

    def add_token(self, login: str, text: str = "", *, life: timedelta | None = None) -> str:
        """A personal token of an account; `life` from now by the clock for tokens."""
        account = self.add_account(login)
        text = text or f"ghp_{login}{self.next_id()}"
        self.tokens[text] = Token(text, account, self.token_clock() + life if life else None)
        return text

    def find_token(self, text: str) -> Token | None:
        """A token that is still good."""
        token = self.tokens.get(text)
        is_over = token is not None and token.expires_at is not None and token.expires_at <= self.token_clock()
        return None if is_over else token

    def expire_tokens(self) -> None:
        """Let no token that an app got be good any more."""
        with self.lock:
            self.tokens = {text: token for text, token in self.tokens.items() if token.installation is None}

    def add_repository(self, full_name: str) -> Repository:
        """A new and empty repository."""
        with self.lock:
            owner, _, name = full_name.partition("/")
            repository = Repository(self, self.next_id(), self.add_account(owner, Kind.ORGANIZATION), name)
            self.repositories[repository.id] = repository
            self.names[full_name.lower()] = repository.id
            self.former_names.pop(full_name.lower(), None)
            return repository

    def rename_repository(self, repository: Repository, full_name: str) -> None:
        """Give it another name, or another owner; the former name leads to it from now on."""
        with self.lock:
            self.former_names[repository.full_name.lower()] = repository.id
            self.names.pop(repository.full_name.lower())
            owner, _, repository.name = full_name.partition("/")
            repository.owner = self.add_account(owner, Kind.ORGANIZATION)
            self.names[full_name.lower()] = repository.id
            self.touch()

    def add_app(self, slug: str, owner: str = "acme", key: AppKey | None = None) -> App:
        """A GitHub App with its bot."""
        with self.lock:
            number = self.next_id()
            bot = Account(self.next_id(), f"{slug}[bot]", Kind.BOT, number)
            self.accounts[bot.login.lower()] = bot
            account = self.add_account(owner, Kind.ORGANIZATION)
            app = self.apps[number] = App(number, slug, account, bot, key or make_app_key())
            return app

    def install(self, app: App, repository: Repository, permissions: Mapping[str, str]) -> Installation:
        """Let an app act in a repository; `permissions` such as `{"issues": "write"}`."""
        with self.lock:
            installation = Installation(self.next_id(), app, repository.owner, dict(permissions))
            self.installations[installation.id] = installation.including(repository.id)
            repository.roles[app.bot.login.lower()] = Role.READ
            return self.installations[installation.id]

    def issue_token(self, installation: Installation, asked: Mapping[str, str]) -> Token:
        """A token of an installation, with the permissions that were asked for, or all."""
        wide = {
            name: level for name, level in asked.items() if installation.permissions.get(name) not in {level, "write"}
        }
        if wide:
            refuse(
                422, "The permissions requested are not granted to this installation.", violation=f"asked for {wide}"
            )
        permissions = dict(asked) or {**installation.permissions, "metadata": "read"}
        text = f"ghs_{installation.id}x{self.next_id()}"
        expires = self.token_clock().replace(microsecond=0) + TOKEN_LIFE
        token = Token(text, installation.app.bot, expires, installation.id, permissions)
        self.tokens[text] = token
        return token


def read_wall_clock() -> datetime:
    """The time outside of the fake, UTC."""
    return datetime.now(UTC)
