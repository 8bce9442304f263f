"""Who looks at the live page in tests."""

from typing import TYPE_CHECKING

import pytest

from tests.web.served import Place, Served, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.web.browser import Reader


@pytest.fixture
def onlooker(browser: "Browser", served: Served) -> "Iterator[Reader]":
    """Somebody who decides nothing, at the garden of all tests of the file that do no more."""
    from tests.web import browser as browsing  # noqa: PLC0415 - only with playwright

    with browsing.read(browser, served) as one:
        yield one


@pytest.fixture
def reader(browser: "Browser", place: Place) -> "Iterator[Reader]":
    """Somebody at a garden of their own."""
    from tests.web import browser as browsing  # noqa: PLC0415 - only with playwright

    with serve(place) as served, browsing.read(browser, served) as one:
        yield one
