"""GitHub on the loopback, with an empty repository in it, so that what the pages say of tickets can be run."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from tests.fakes.github_server import GitHubServer
from tests.fakes.standing_clock import StandingClock

# What the pages call it.
REPOSITORY = "acme/shop"

# When the pages' commands run.
NOW = datetime(2025, 11, 5, tzinfo=UTC)


@contextmanager
def serve_tracker() -> Iterator[dict[str, str]]:
    """Serve a repository while the context lasts; the environment in which it is found."""
    with GitHubServer(clock=StandingClock(NOW)) as server:
        repository = server.add_repository(REPOSITORY, login="log-gardener")
        yield {
            "LOG_GARDENER_GITHUB__REPOSITORY": REPOSITORY,
            "LOG_GARDENER_GITHUB__BASE_URL": server.url,
            "LOG_GARDENER_GITHUB__TOKEN": repository.token,
            "LOG_GARDENER_GITHUB__SECONDS_BETWEEN_WRITES": "0",
        }
