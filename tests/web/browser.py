"""Somebody at the live page with Debian's chromium, and all that the browser complained of meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Dialog, Page, Request, Response, expect

from tests.web.served import Served

# A machine that does much else is slow, and a page that never comes is told all the same.
PATIENCE_MILLISECONDS = 15_000


@dataclass
class Reader:
    """A tab.

    Attributes:
        complaints: what the console, dialogs and failed requests told; nobody should see any.
        foreign: addresses beyond the server that were asked for.
    """

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def go(self, path: str) -> Response:
        """Open a page of the server."""
        response = self.page.goto(f"{self.address}{path}")
        assert response is not None
        return response

    @property
    def path(self) -> str:
        """Where one is: path and query."""
        parts = urlsplit(self.page.url)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    @property
    def titles(self) -> list[str]:
        """The issues of the list, from the top."""
        return self.page.locator("[data-open]").all_inner_texts()

    def open(self, title: str) -> None:
        """Go from the list to an issue."""
        self.page.get_by_role("link", name=title).click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(title)

    def unfold(self, name: str) -> None:
        """Open what folds among the decisions."""
        self.page.locator(".decide summary", has_text=name).click()

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def expect_toast(self, text: str) -> None:
        """What was just done, or refused, is told."""
        expect(self.page.locator("#toasts")).to_contain_text(text)

    def expect_chip(self, text: str) -> None:
        """The issue says so of itself."""
        expect(self.page.locator("#content > .section .chip", has_text=text).first).to_be_visible()

    def watch(self) -> None:
        """Note whatever the browser complains of, and what it asks others for."""
        page, note = self.page, self.complaints.append
        page.on("console", lambda message: note(message.text) if message.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: note(f"error {error}"))
        page.on("popup", lambda opened: note(f"popup {opened.url}"))
        page.on("dialog", self._dismiss)
        page.on("request", self._note_request)

    def _dismiss(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.address}/", "data:")):
            self.foreign.append(request.url)


@contextmanager
def read(browser: Browser, served: Served, **options: Any) -> Iterator[Reader]:
    """Somebody at the page, with a browser that remembers nothing of others; at the end nothing was complained of."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"} | options)
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    reader = Reader(context.new_page(), served.address)
    reader.watch()
    try:
        yield reader
        assert reader.complaints == []
        assert reader.foreign == []
    finally:
        context.close()
