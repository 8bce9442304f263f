"""An open page learns of what changes, and disturbs nobody."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.command import run
from tests.web.served import Place, Served

if TYPE_CHECKING:
    from tests.web.browser import Reader

pytest.importorskip("playwright", reason="NOT CHECKED: the live page in a browser; playwright is not installed")
from playwright.sync_api import expect

FRESH = "The greenhouse door is open"


def tend_more(place: Place, text: str = FRESH) -> None:
    """Another process reads logs into the same state."""
    rows = [
        {
            "insertId": f"{text}{number}",
            "timestamp": f"2025-11-05T00:00:{number:02}Z",
            "severity": "CRITICAL",
            "resource": {"type": "cloud_run_revision", "labels": {"service_name": "shop-doors"}},
            "jsonPayload": {"message": text},
        }
        for number in range(9)
    ]
    logs = Path(place.folder / "more.json")
    logs.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    ended = run("tend", logs, "--state", place.state, "--output", place.folder, cwd=place.folder)
    assert ended.code == 0, ended.err


def test_a_new_issue_appears_without_a_reload_and_nothing_else_moves(reader: "Reader", place: Place) -> None:
    reader.go("/?status=open")
    page = reader.page
    page.evaluate("window.isTheSame = true")
    page.get_by_label("Choose to merge: KeyError").check()
    page.get_by_role("link", name="KeyError").focus()

    tend_more(place)

    expect(page.locator("[data-issue]", has_text=FRESH)).to_be_visible()
    expect(page.locator("[data-issue].is-fresh")).to_have_count(1)
    expect(page.get_by_role("link", name="KeyError")).to_be_focused()
    expect(page.get_by_label("Choose to merge: KeyError")).to_be_checked()
    expect(page.get_by_label("Service")).to_contain_text("shop-doors")
    assert page.evaluate("window.isTheSame")
    assert reader.path == "/?status=open"


def test_a_filter_that_the_new_issue_does_not_fit_goes_on_to_count(reader: "Reader", place: Place) -> None:
    reader.go("/?service=shop-web")
    expect(reader.page.get_by_text("2 of 8 issues")).to_be_visible()

    tend_more(place)

    expect(reader.page.get_by_text("2 of 9 issues")).to_be_visible()


def test_who_is_typing_is_not_interrupted_and_learns_of_it_afterwards(reader: "Reader", place: Place) -> None:
    reader.go("/")
    reader.open("KeyError")
    reader.unfold("Resolve")
    field = reader.page.get_by_label("Revision with the fix")
    field.press_sequentially("shop-api-0004")
    reader.page.evaluate("document.querySelector('#resolve-fold').dataset.isTheSame = 'yes'")

    tend_more(place)
    reader.page.wait_for_timeout(2_500)

    expect(field).to_have_value("shop-api-0004")
    expect(field).to_be_focused()
    assert reader.page.locator("[data-is-the-same]").count() == 1

    with reader.page.expect_response(lambda response: "/issues/" in response.url):
        field.blur()
    expect(reader.page.locator("[data-is-the-same]")).to_have_count(0)
    assert reader.page.locator("#resolve-fold").get_attribute("open") is not None


def test_nothing_is_sent_while_nothing_changes(onlooker: "Reader", served: Served) -> None:
    onlooker.go("/")
    with onlooker.page.expect_response(lambda response: "/live" in response.url) as waited:
        pass
    assert waited.value.status == 204

    with served.open() as client:
        assert client.get("/live", params={"version": "another"}).headers["HX-Trigger"] == "garden-changed"
