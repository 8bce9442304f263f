"""An issue: what is known of it, and deciding about it, in a real browser."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.web.browser import Reader

pytest.importorskip("playwright", reason="NOT CHECKED: the live page in a browser; playwright is not installed")
from playwright.sync_api import expect

PAYMENT, MAILER, KEY_ERROR = "Payment provider did not answer", "Container does not stay up", "KeyError: '<id>'"


def test_the_page_of_an_issue_tells_all_that_is_remembered(onlooker: "Reader") -> None:
    onlooker.go("/")
    onlooker.open(PAYMENT)
    content = onlooker.page.locator("#content")

    for text in (
        "shop-api-00041-qix",  # its revisions
        "very high frequency: seen 222 times",  # the arithmetic
        "shop_api.payments.client:118",  # where
        "about 209 orders",  # whom
        "POST /v1/checkout 504",  # what follows
        "https://api.quickpay.example/v2/charges",  # what a variable stands for
        "More frequent since revision",  # the analysis
    ):
        expect(content).to_contain_text(text)
    expect(content.locator(".history svg")).to_be_visible()
    expect(content.locator("pre").first).to_be_hidden()
    content.locator("summary", has_text="690a29ff00095c7eb85a7b48").click()
    expect(content.locator("pre").first).to_be_visible()


def test_muting_is_told_and_taken_back(reader: "Reader") -> None:
    reader.go("/")
    reader.open(PAYMENT)
    reader.unfold("Mute")
    reader.page.get_by_label("For how long").select_option("for a week")
    reader.page.get_by_label("so many more entries").fill("1,000")
    reader.press("Mute")

    reader.expect_toast("Done: muted.")
    reader.expect_chip("muted")
    expect(reader.page.locator("#content")).to_contain_text(
        "until 1,444 entries were ever counted, or until it escalates"
    )
    expect(reader.page.locator(".decisions")).to_contain_text("mute")
    assert reader.path.startswith("/issues/r1:")

    reader.press("Undo")
    reader.expect_toast("Done: undone: mute.")
    reader.expect_chip("open")
    expect(reader.page.locator(".decisions li")).to_have_count(2)


def test_what_cannot_be_decided_says_why_and_changes_nothing(onlooker: "Reader") -> None:
    onlooker.go("/")
    onlooker.open(PAYMENT)
    onlooker.unfold("Mute")
    onlooker.page.get_by_label("or until, in UTC").fill("yesterday")
    onlooker.press("Mute")

    onlooker.expect_toast("is no length of time")
    onlooker.expect_chip("open")
    onlooker.page.get_by_role("button", name="Dismiss").click()
    expect(onlooker.page.locator("#toasts")).to_be_empty()
    # A browser notes each refusal, whatever the page makes of it.
    assert [one for one in onlooker.complaints if "409" not in one] == []
    onlooker.complaints.clear()


def test_an_issue_is_resolved_in_a_revision_and_reopened(reader: "Reader") -> None:
    reader.go("/")
    reader.open(KEY_ERROR)
    reader.unfold("Resolve")
    reader.page.get_by_label("Revision with the fix").fill("shop-api-00042-fix")
    reader.press("Resolve")

    reader.expect_toast("Done: resolved.")
    reader.expect_chip("resolved")
    expect(reader.page.locator("#content")).to_contain_text("Resolved in revision shop-api-00042-fix")

    reader.press("Reopen")
    reader.expect_toast("Done: open again.")
    reader.expect_chip("open")


def test_a_priority_is_locked_and_left_to_the_runs_again(reader: "Reader") -> None:
    reader.go("/")
    reader.open(KEY_ERROR)
    reader.unfold("Set the priority")
    reader.page.locator("#lock-fold select").select_option("P0")
    reader.press("Set")

    reader.expect_toast("Done: locked at P0.")
    reader.expect_chip("locked at P0")
    expect(reader.page.locator(".issue-head .badge")).to_have_text("P0")
    reader.unfold("Set the priority")
    reader.page.locator("#lock-fold select").select_option("left to the runs")
    reader.press("Set")
    reader.expect_toast("Done: priority left to the runs.")
    expect(reader.page.locator("#content > .section .chip", has_text="locked")).to_have_count(0)


def test_a_template_is_split_off_and_taken_back(reader: "Reader") -> None:
    reader.go("/")
    reader.open(MAILER)
    reader.page.locator("summary", has_text="Container called exit").click()
    reader.page.get_by_label("split this one off").locator("visible=true").check()
    reader.page.get_by_label("Not one issue?").fill("another fault")
    reader.press("Split off")

    reader.expect_toast("Done: split off 1 template")
    reader.press("Undo")
    reader.expect_toast("Done: undone: split.")


def test_why_two_issues_are_not_one_is_explained_in_place(onlooker: "Reader") -> None:
    onlooker.go("/")
    onlooker.open(KEY_ERROR)

    onlooker.page.get_by_label("Another issue").fill("r1:788cf37b")
    onlooker.press("Explain")

    expect(onlooker.page.locator("#difference")).to_contain_text("They differ by kind")
    expect(onlooker.page.locator("#difference")).to_contain_text(PAYMENT)


def test_who_is_related_is_one_step_away(onlooker: "Reader") -> None:
    onlooker.go("/")
    onlooker.open(KEY_ERROR)

    onlooker.page.get_by_role("region", name="Related issues").get_by_role("link").click()

    expect(onlooker.page.get_by_role("heading", level=1)).to_contain_text("Session")


def test_an_unknown_issue_leads_back_to_the_list(onlooker: "Reader") -> None:
    assert onlooker.go("/issues/r1:ffffffff").status == 404
    expect(onlooker.page.get_by_role("heading", name="No such issue")).to_be_attached()

    onlooker.page.get_by_role("link", name="To the issues").click()

    expect(onlooker.page.locator("[data-issue]")).to_have_count(8)
    assert [one for one in onlooker.complaints if "404" not in one] == []
    onlooker.complaints.clear()
