"""The list: finding what is broken, in a real browser."""

import re
from typing import TYPE_CHECKING

import pytest

from tests.web.served import Place, serve

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.web.browser import Reader

pytest.importorskip("playwright", reason="NOT CHECKED: the live page in a browser; playwright is not installed")
from playwright.sync_api import expect

KEY_ERROR, MAILER, SLOW = "KeyError: '<id>'", "Container does not stay up", "Slow stock cache read"


def test_what_is_typed_narrows_the_list_and_stands_in_the_address(onlooker: "Reader") -> None:
    onlooker.go("/")
    assert len(onlooker.titles) == 8

    onlooker.page.get_by_label("Search titles").press_sequentially("keyerr")

    expect(onlooker.page.locator("[data-issue]")).to_have_count(1)
    assert onlooker.titles == [KEY_ERROR]
    expect(onlooker.page.locator("#search")).to_be_focused()
    assert onlooker.path == "/?text=keyerr"
    expect(onlooker.page.get_by_text("1 of 8 issues")).to_be_visible()


def test_filters_add_up_and_an_address_can_be_sent_to_somebody(onlooker: "Reader") -> None:
    onlooker.go("/")

    onlooker.page.get_by_label("P1").check()
    expect(onlooker.page.locator("[data-issue]")).to_have_count(3)
    onlooker.page.get_by_label("P2").check()
    expect(onlooker.page.locator("[data-issue]")).to_have_count(6)
    onlooker.page.get_by_label("Service").select_option("shop-web")
    expect(onlooker.page.locator("[data-issue]")).to_have_count(2)
    onlooker.page.get_by_label("Sort by").select_option("most entries")
    expect(onlooker.page).to_have_url(re.compile("order=count"))
    assert onlooker.path == "/?priority=P1&priority=P2&service=shop-web&order=count"
    before = onlooker.titles

    onlooker.page.reload()
    assert onlooker.titles == before
    expect(onlooker.page.get_by_label("P1")).to_be_checked()
    expect(onlooker.page.get_by_label("Service")).to_have_value("shop-web")


def test_the_way_back_from_an_issue_leads_to_the_same_list(onlooker: "Reader") -> None:
    onlooker.go("/?service=shop-mailer")
    onlooker.open(MAILER)

    onlooker.page.go_back()

    assert onlooker.path == "/?service=shop-mailer"
    assert len(onlooker.titles) == 2


def test_where_nothing_fits_the_page_says_how_to_see_all(onlooker: "Reader") -> None:
    onlooker.go("/?text=nosuchword")
    expect(onlooker.page.get_by_text("No issue is like that")).to_be_visible()

    onlooker.page.get_by_role("link", name="Show all issues").click()

    expect(onlooker.page.locator("[data-issue]")).to_have_count(8)


def test_an_empty_garden_says_what_to_do(browser: "Browser", place: Place) -> None:
    from tests.web import browser as browsing  # noqa: PLC0415 - only with playwright

    place.state.unlink()
    with serve(place) as served, browsing.read(browser, served) as reader:
        reader.go("/")
        expect(reader.page.get_by_text("log-gardener tend SOURCE")).to_be_visible()
        for path in ("/compare", "/runs", "/plan"):
            assert reader.go(path).ok


def test_without_scripts_the_list_filters_and_an_issue_can_be_muted(browser: "Browser", place: Place) -> None:
    from tests.web import browser as browsing  # noqa: PLC0415 - only with playwright

    with serve(place) as served, browsing.read(browser, served, java_script_enabled=False) as reader:
        reader.go("/")
        reader.page.get_by_label("Search titles").fill("keyerror")
        reader.press("Filter")
        assert reader.titles == [KEY_ERROR]

        reader.open(KEY_ERROR)
        reader.unfold("Mute")
        reader.press("Mute")
        reader.expect_toast("Done: muted.")
        reader.expect_chip("muted")
        reader.press("Undo")
        reader.expect_toast("Done: undone: mute.")
        reader.expect_chip("open")


def test_two_issues_become_one_and_two_again(reader: "Reader") -> None:
    reader.go("/?priority=P1")
    bar = reader.page.locator("#merge")
    expect(bar).to_be_hidden()

    reader.page.get_by_label(f"Choose to merge: {KEY_ERROR}").check()
    expect(bar).to_contain_text("choose another one")
    expect(reader.page.get_by_role("button", name="Merge", exact=True)).to_be_disabled()
    reader.page.get_by_label("Choose to merge: Session").check()
    reader.page.get_by_label("Why they are one").fill("one deploy")
    reader.press("Merge")

    reader.expect_toast("Done: merged 2 issues.")
    expect(reader.page.locator("[data-issue]")).to_have_count(2)
    expect(bar).to_be_hidden()
    assert reader.path == "/?priority=P1"

    reader.press("Undo")
    reader.expect_toast("undone: merge")
    expect(reader.page.locator("[data-issue]")).to_have_count(3)


def test_the_list_can_be_walked_and_chosen_from_by_keys_alone(onlooker: "Reader") -> None:
    onlooker.go("/")
    keyboard = onlooker.page.keyboard

    keyboard.press("j")
    keyboard.press("j")
    keyboard.press("j")
    expect(onlooker.page.get_by_role("link", name=KEY_ERROR)).to_be_focused()
    keyboard.press("x")
    expect(onlooker.page.get_by_label(f"Choose to merge: {KEY_ERROR}")).to_be_checked()
    keyboard.press("k")
    keyboard.press("j")
    keyboard.press("Enter")
    expect(onlooker.page.get_by_role("heading", level=1)).to_contain_text(KEY_ERROR)
    expect(onlooker.page.get_by_role("button", name="Keys")).to_be_visible()

    keyboard.press("/")
    expect(onlooker.page.get_by_role("heading", level=1)).to_have_text("Issues")
    expect(onlooker.page.get_by_role("button", name="Keys")).to_be_visible()
    keyboard.press("/")
    expect(onlooker.page.locator("#search")).to_be_focused()
    keyboard.press("Escape")
    keyboard.press("?")
    expect(onlooker.page.get_by_role("dialog")).to_be_visible()
    keyboard.press("Escape")
    expect(onlooker.page.get_by_role("dialog")).to_be_hidden()


def test_tab_reaches_the_skip_link_first_and_then_each_control(onlooker: "Reader") -> None:
    onlooker.go("/")
    onlooker.page.keyboard.press("Tab")
    expect(onlooker.page.get_by_role("link", name="Skip to the content")).to_be_focused()

    reached = set()
    for _ in range(60):
        onlooker.page.keyboard.press("Tab")
        reached.add(onlooker.page.evaluate("document.activeElement.textContent.trim().slice(0, 20)"))

    assert {"Compare", "Runs", "Tickets", "Reset"} <= reached
    assert {title[:20] for title in onlooker.titles} <= reached


def test_a_theme_stays_from_page_to_page(onlooker: "Reader") -> None:
    onlooker.go("/")
    root = onlooker.page.locator("html")
    onlooker.press("Theme: automatic")
    onlooker.press("Theme: light")
    expect(root).to_have_attribute("data-theme", "dark")

    onlooker.go("/runs")

    expect(root).to_have_attribute("data-theme", "dark")
    expect(onlooker.page.get_by_role("button", name="Theme: dark")).to_be_visible()
