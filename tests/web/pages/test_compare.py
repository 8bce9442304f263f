"""Comparing, and looking back at runs, in a real browser."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.web.browser import Reader

pytest.importorskip("playwright", reason="NOT CHECKED: the live page in a browser; playwright is not installed")
from playwright.sync_api import expect

KEY_ERROR = "KeyError: '<id>'"


def test_two_revisions_are_compared_and_each_row_leads_to_its_issue(onlooker: "Reader") -> None:
    onlooker.go("/compare")
    onlooker.page.locator("select[name=before]").select_option("shop-api-00040-dur")
    onlooker.page.locator("select[name=after]").select_option("shop-api-00041-qix")
    onlooker.press("Compare")

    row = onlooker.page.get_by_role("row", name=KEY_ERROR)
    expect(row).to_contain_text("new")
    expect(row).to_contain_text("0 of 651")
    expect(row).to_contain_text("sure")
    assert "before=shop-api-00040-dur&after=shop-api-00041-qix" in onlooker.path

    row.get_by_role("link").click()
    expect(onlooker.page.get_by_role("heading", level=1)).to_contain_text(KEY_ERROR)


def test_the_latest_revisions_of_each_service_are_one_step_away(onlooker: "Reader") -> None:
    onlooker.go("/compare")
    expect(onlooker.page.get_by_role("heading", level=2)).to_contain_text(
        "shop-web-00027-kel and then shop-web-00028-tam"
    )

    onlooker.page.get_by_role("link", name="shop-api-00040-dur and then shop-api-00041-qix").click()

    expect(onlooker.page.get_by_text("2 new")).to_be_visible()


def test_two_windows_are_compared_and_a_wrong_one_says_why_not(onlooker: "Reader") -> None:
    onlooker.go("/compare?before_window=2025-11-03T06:00Z/6h&after_window=2025-11-04T12:00Z/6h")
    expect(onlooker.page.get_by_role("row", name="Payment provider")).to_contain_text("up")

    onlooker.go("/compare?before_window=then/6h&after=shop-api-00041-qix")
    expect(onlooker.page.get_by_text("'then' is no time")).to_be_visible()
    onlooker.go("/compare?before=shop-api-00041-qix")
    expect(onlooker.page.get_by_text("Choose both sides")).to_be_visible()
    onlooker.go("/compare?before=nosuch&after=shop-api-00041-qix")
    expect(onlooker.page.get_by_text("nothing can be compared")).to_be_visible()


def test_a_run_is_looked_back_at_with_its_pictures_and_its_account(onlooker: "Reader") -> None:
    onlooker.go("/runs")
    onlooker.page.get_by_role("row", name="observed").get_by_role("link").click()

    expect(onlooker.page.locator(".timeline svg")).to_be_visible()
    expect(onlooker.page.locator(".cascade svg")).to_be_visible()
    expect(onlooker.page.get_by_role("row", name="delivered more than once")).to_contain_text("10")
    expect(onlooker.page.get_by_role("row", name="read", exact=False).last).to_contain_text("15,456")
    onlooker.page.get_by_role("row", name=KEY_ERROR).get_by_role("link").click()
    expect(onlooker.page.get_by_role("heading", level=1)).to_contain_text(KEY_ERROR)
