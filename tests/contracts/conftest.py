"""States on both databases, each empty, and a bucket."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.contracts.postgres import make_database, serve
from tests.fakes.bucket_shelf import Shelf
from tests.fakes.storage_server import StorageServer
from tests.fakes.storage_server import serve as serve_storage

_NUMBERS = count()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A PostgreSQL server."""
    with serve() as url:
        yield url


@pytest.fixture
def postgres(server: str) -> str:
    """The URL of an empty database on the server."""
    return make_database(server, f"garden-{next(_NUMBERS)}")


@pytest.fixture(params=["sqlite", "postgres"])
def state(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The name of an empty state."""
    return request.getfixturevalue("postgres") if request.param == "postgres" else str(tmp_path / "garden.db")


@pytest.fixture(scope="module")
def service() -> Iterator[StorageServer]:
    """A fake of Cloud Storage."""
    with serve_storage() as server:
        yield server


@pytest.fixture
def shelf(service: StorageServer) -> Shelf:
    """A new bucket, for a sink to fill."""
    return Shelf(service)
