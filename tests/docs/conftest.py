"""What the commands of the pages read."""

from collections.abc import Iterator

import pytest

from tests.docs import console
from tests.docs.cloud import serve_cloud


@pytest.fixture(scope="session", autouse=True)
def _cloud() -> Iterator[None]:
    """Google Cloud on the loopback, for every command that a page shows."""
    with serve_cloud() as environment:
        console.CLOUD.update(environment)
        yield
        console.CLOUD.clear()
