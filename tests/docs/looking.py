"""The built site in a real browser, opened from the disk: what anybody could stumble over.

python -m tests.docs.looking FOLDER      # a fault a line
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page

from tests.hostile.browsing import open_browser

PAGES = ("index", "explanation/index", "reference/settings")
NARROW, WIDE = 390, 1280

QUERY = "revision"


def look(browser: Browser, folder: Path, scheme: Any) -> Iterator[str]:
    """Faults of all pages in one colour scheme, each with its page."""
    width = NARROW if scheme == "light" else WIDE
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda asked: told.append(asked.url) if asked.url.startswith("http") else None)
    for name in PAGES:
        page.goto((folder / f"{name}.html").as_uri())
        told += _find_faults(page)
        yield from (f"{name}, {scheme}: {fault}" for fault in told)
        told.clear()
    page.close()


def _find_faults(page: Page) -> Iterator[str]:
    """What axe takes for serious, and what sticks out."""
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        yield "wider than the screen"
    # It would fetch the style sheets once more, which a page from a disk may not.
    found: list[dict[str, Any]] = Axe().run(page, options={"preload": False}).response["violations"]
    for one in found:
        if one["impact"] in {"serious", "critical"}:
            yield f"{one['id']}: {one['nodes'][0]['html'][:160]}"


def search(browser: Browser, folder: Path) -> Iterator[str]:
    """A fault if the search does not find what is there."""
    page = browser.new_page(viewport={"width": WIDE, "height": 900})
    page.goto((folder / "index.html").as_uri())
    page.get_by_role("textbox", name="Search").click()
    page.keyboard.type(QUERY)
    page.locator(".md-search-result__item").first.wait_for()
    texts = page.locator(".md-search-result__item").all_inner_texts()
    if not any(QUERY in text.lower() for text in texts):
        yield f"the search for {QUERY} shows {texts}"


def main() -> None:
    """Print every fault."""
    folder = Path(sys.argv[1])
    with open_browser() as browser:
        faults = [*look(browser, folder, "light"), *look(browser, folder, "dark"), *search(browser, folder)]
    sys.stdout.write("".join(f"{fault}\n" for fault in faults))


if __name__ == "__main__":
    main()
