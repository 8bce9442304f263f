"""What tests of commands share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.desk import Desk, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Where tickets are filed from."""
    with open_desk(tmp_path) as opened:
        yield opened
