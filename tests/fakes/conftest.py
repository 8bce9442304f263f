"""A repository on the fake GitHub, and our account that asks for it."""

from collections.abc import Iterator

import pytest

from tests.fakes.github_asking import Asking
from tests.fakes.github_repository import Repository
from tests.fakes.github_server import GitHubServer


@pytest.fixture
def server() -> Iterator[GitHubServer]:
    with GitHubServer() as running:
        yield running


@pytest.fixture
def shop(server: GitHubServer) -> Repository:
    return server.add_repository("acme/shop", login="gardener")


@pytest.fixture
def gardener(server: GitHubServer, shop: Repository) -> Asking:
    return Asking(server, shop.token)
