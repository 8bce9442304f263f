"""What every test may rely on: nothing of the user's own, and no time limit on an example."""

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Whoever starts the tests in the background may have made them, and all that they start, deaf to Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A busy machine is no failure; pytest-randomly already seeds what hypothesis draws.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest, so that at the end no worker waits for another one."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


OWN_VARIABLES = ("STATE", "SINCE", "SERVICE", "OUTPUT", "ZONE", "THREADS", "NOW", "SERVE_TOKEN")

# In which GitHub's own tools look for a token.
TOKEN_VARIABLES = ("GITHUB_TOKEN", "GH_TOKEN")


@pytest.fixture(scope="session", autouse=True)
def _no_settings_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """No variable, no configuration file, no token and no garden of whoever runs the tests."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in (*(f"LOG_GARDENER_{name}" for name in OWN_VARIABLES), *TOKEN_VARIABLES):
            patch.delenv(name, raising=False)
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        patch.setenv("COLUMNS", "120")
        yield folder


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """A real browser. Of a module, since no two can be open in one process."""
    pytest.importorskip("playwright", reason="NOT CHECKED: pages in a browser; playwright is not installed")
    from tests.hostile import browsing  # noqa: PLC0415 - only with playwright

    if not browsing.CHROMIUM.exists():
        pytest.skip("NOT CHECKED: pages in a browser; /usr/bin/chromium is not installed")
    with browsing.open_browser() as opened:
        yield opened
