"""What tests of the live page share: the demo shop, remembered once."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import log_gardener
from log_gardener.exits import leaks
from tests.web.served import Place, Served, serve

LOGS = Path(__file__).parents[2] / "examples" / "shop.json.gz"
NOW = datetime(2025, 11, 5, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def _rules_of_nobody_else() -> Iterator[None]:
    """What leaves is looked at by rules that the whole process has; other tests have others."""
    former = (leaks._SCAN.make, leaks._SCAN.own, leaks._SCAN.redactor)
    yield
    leaks._SCAN.make, leaks._SCAN.own, leaks._SCAN.redactor = former


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state of the demo shop, to be copied."""
    state = tmp_path_factory.mktemp("shop") / "garden.db"
    log_gardener.tend(str(LOGS), state=str(state), clock=lambda: NOW)
    return state


@pytest.fixture
def place(shop: Path, tmp_path: Path) -> Place:
    """A garden of its own."""
    shutil.copy(shop, tmp_path / "garden.db")
    return Place(tmp_path)


@pytest.fixture(scope="module")
def served(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A garden of the module's own, served to this machine."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copy(shop, folder / "garden.db")
    with serve(Place(folder)) as one:
        yield one
