"""Tickets: a plan is looked at, then carried out, in a real browser and in the fake tracker."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.fakes.github_server import GitHubServer
from tests.web.served import Place, serve

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.web.browser import Reader

pytest.importorskip("playwright", reason="NOT CHECKED: the live page in a browser; playwright is not installed")
from playwright.sync_api import expect

KEY_ERROR = "KeyError: '<id>'"


@pytest.fixture
def tracker() -> Iterator[GitHubServer]:
    with GitHubServer() as server:
        yield server


def test_without_a_tracker_the_page_says_what_to_set(onlooker: "Reader") -> None:
    onlooker.go("/plan")

    expect(onlooker.page.get_by_text("No tracker is configured")).to_be_visible()
    expect(onlooker.page.get_by_text('repository = "owner/name"')).to_be_visible()


def test_a_plan_is_looked_at_confirmed_and_carried_out(browser: "Browser", place: Place, tracker: GitHubServer) -> None:
    from tests.web import browser as browsing  # noqa: PLC0415 - only with playwright

    repository = tracker.add_repository("acme/shop", login="gardener")
    rows = ["[github]", "repository = 'acme/shop'", f"token = '{repository.token}'", f"base_url = '{tracker.url}'"]
    rows += ["seconds_between_writes = 0", "[tickets]", "fresh = '36500d'", ""]
    place.config.write_text("\n".join(rows), encoding="utf-8")
    with serve(place) as served, browsing.read(browser, served) as reader:
        reader.go("/plan")
        reader.press("Make a plan")
        expect(reader.page.get_by_text("Nothing is written yet")).to_be_visible()
        ticket = reader.page.locator("article", has_text=KEY_ERROR).first
        expect(ticket).to_contain_text("Create")
        ticket.locator("summary").first.click()
        expect(ticket.locator("pre").first).to_be_visible()
        assert repository.list_issues() == []

        reader.page.locator("#confirm > summary").click()
        expect(reader.page.locator("#confirm")).to_contain_text("acme/shop")
        reader.page.get_by_role("button", name="Yes, create").click()

        expect(reader.page.get_by_role("heading", level=1)).to_have_text("What came of the plan")
        expect(reader.page.locator(".note-good")).to_contain_text("done.")
        assert any(KEY_ERROR in issue.title for issue in repository.list_issues())
        reader.go("/")
        expect(reader.page.locator("[data-issue]", has_text=KEY_ERROR)).to_contain_text("filed: #")
        reader.go("/plan")
        reader.press("Make a plan")
        expect(reader.page.get_by_text("are as they should be")).to_be_visible()
    assert tracker.violations == []


def test_a_tracker_that_cannot_be_used_is_told_with_what_to_do(
    browser: "Browser", place: Place, tracker: GitHubServer
) -> None:
    from tests.web import browser as browsing  # noqa: PLC0415 - only with playwright

    rows = ["[github]", "repository = 'acme/shop'", "token = 'none'", f"base_url = '{tracker.url}'"]
    place.config.write_text("\n".join([*rows, ""]), encoding="utf-8")
    with serve(place) as served, browsing.read(browser, served) as reader:
        reader.go("/plan")
        reader.press("Make a plan")

        reader.expect_toast("The tracker cannot be used")
        assert [one for one in reader.complaints if "502" not in one] == []
        reader.complaints.clear()
