"""How the pages look: for everybody, on every screen, and whatever the logs hold."""

import hashlib
import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest

import log_gardener
from log_gardener.sections.serve import ServeSettings
from log_gardener.stages.selection import Selection
from tests.hostile.corpus import read_texts
from tests.hostile.worklogs import make_entries
from tests.web.conftest import NOW
from tests.web.served import Place, Served, serve

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.web.browser import Reader

pytest.importorskip("playwright", reason="NOT CHECKED: the live page in a browser; playwright is not installed")
from playwright.sync_api import expect

KEY = "a-token-of-quite-some-length"

PAGES = ("/", "/issues/r1:788cf37b?other=r1:b26cbd5d", "/compare", "/runs", "/runs/1", "/plan", "/issues/none")
WIDTHS = (390, 1280, 1920)


def find_violations(page: "Page") -> list[tuple[str, str, list[str]]]:
    """What axe takes for serious."""
    pytest.importorskip("axe_playwright_python", reason="NOT CHECKED: accessibility; axe is not installed")
    from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # noqa: PLC0415

    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        (one["id"], one["impact"], [node["html"][:160] for node in one["nodes"]])
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]


def unfold(page: "Page") -> None:
    """Show all that folds."""
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_any_page(browser: "Browser", served: Served, scheme: str) -> None:
    from tests.web import browser as browsing  # noqa: PLC0415 - only with playwright

    with browsing.read(browser, served, color_scheme=scheme) as reader:
        for path in PAGES:
            reader.go(path)
            unfold(reader.page)
            assert (path, find_violations(reader.page)) == (path, [])
        reader.complaints[:] = [one for one in reader.complaints if "404" not in one]


def test_axe_finds_nothing_serious_in_what_comes_up(reader: "Reader") -> None:
    reader.go("/")
    reader.page.get_by_label("Choose to merge: KeyError").check()
    reader.page.get_by_label("Choose to merge: TypeError").check()
    assert find_violations(reader.page) == []
    reader.press("Merge")
    reader.expect_toast("merged")
    reader.page.keyboard.press("?")
    expect(reader.page.get_by_role("dialog")).to_be_visible()
    assert find_violations(reader.page) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_is_wider_than_its_screen(browser: "Browser", served: Served, width: int) -> None:
    from tests.web import browser as browsing  # noqa: PLC0415 - only with playwright

    size = {"width": width, "height": 900}
    with browsing.read(browser, served, viewport=size) as reader:
        for path in PAGES:
            reader.go(path)
            unfold(reader.page)
            overflow = reader.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert (path, max(overflow, 0)) == (path, 0)
        reader.complaints[:] = [one for one in reader.complaints if "404" not in one]


def test_whoever_has_the_token_logs_in_and_out_and_nobody_else(browser: "Browser", place: Place) -> None:
    from tests.web import browser as browsing  # noqa: PLC0415 - only with playwright

    settings = ServeSettings.model_validate({"token": KEY})
    with serve(place, settings) as served, browsing.read(browser, served) as reader:
        reader.go("/?service=shop-web")
        assert reader.path.startswith("/login")
        assert find_violations(reader.page) == []
        expect(reader.page.get_by_label("Token of this server")).to_be_focused()
        reader.page.get_by_label("Token of this server").fill("guess")
        reader.press("Log in")
        expect(reader.page.get_by_role("alert")).to_contain_text("not the token")

        reader.page.get_by_label("Token of this server").fill(KEY)
        reader.press("Log in")
        expect(reader.page.locator("[data-issue]")).to_have_count(2)
        assert reader.path == "/?service=shop-web"

        reader.press("Log out")
        expect(reader.page.get_by_label("Token of this server")).to_be_visible()
        reader.complaints[:] = [one for one in reader.complaints if "401" not in one]


def test_whatever_logs_hold_is_shown_as_text_and_does_nothing(browser: "Browser", place: Place) -> None:
    from tests.web import browser as browsing  # noqa: PLC0415 - only with playwright

    logs = place.folder / "hostile.json"
    texts = read_texts("page")[::7][:12]
    logs.write_text("\n".join(map(json.dumps, make_entries(texts))), encoding="utf-8")
    place.state.unlink()
    log_gardener.tend(str(logs), state=str(place.state), clock=lambda: NOW)
    with serve(place) as served, browsing.read(browser, served) as reader:
        reader.page.add_init_script("window.pwned = () => { window.isPwned = true }")
        ids = [row.issue.id for row in served.desk.list_issues(Selection()).rows][::5]
        for path in ("/", "/runs/1", "/compare", *(f"/issues/{one}" for one in ids)):
            reader.go(path)
            unfold(reader.page)
            assert not reader.page.evaluate("Boolean(window.isPwned)")
            foreign = (
                "[...document.querySelectorAll('#content img, #content iframe, #content script, [onclick]')].length"
            )
            assert reader.page.evaluate(foreign) == 0


def test_htmx_is_the_release_that_we_say() -> None:
    folder = files("log_gardener.web") / "static"
    digest = hashlib.sha256((folder / "htmx.min.js").read_bytes()).hexdigest()

    assert f"`{digest}`" in (folder / "README.md").read_text(encoding="utf-8")
    assert 'version:"2.0.11"' in (folder / "htmx.min.js").read_text(encoding="utf-8")
