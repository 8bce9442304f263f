"""Pictures of what people look at, taken of the demo shop by a script and never by hand.

    python -m docs.site.screenshots       # docs/pictures for the pages, all others into target/screenshots

Needs Debian's chromium, and the extras dev, github and web.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page

from docs.site import demo, terminal
from docs.site.places import ROOT
from docs.site.shots import BYTES_AT_MOST, PICTURES, SHOTS, TERMINAL, Shot
from tests.docs.tracker import NOW
from tests.hostile.browsing import open_browser
from tests.web.served import Place, serve

ALL = ROOT / "target" / "screenshots"

WIDTHS = {"phone": (390, 844), "laptop": (1280, 740), "wide": (1920, 1080)}
SCHEMES = ("light", "dark")

# What the documentation shows.
KEPT = ("laptop", "light")

# The tracker of the demo under the name that it stands for, and the demo's own time in the place of this second's:
# a picture changes only if what it shows does.
_SETTLE = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    walk.currentNode.data = walk.currentNode.data.replace(/127\\.0\\.0\\.1:\\d+(?=\\/acme)/g, "github.com");
  }
  for (const time of document.querySelectorAll("#live .number")) time.textContent = "00:00:00 UTC";
}"""


def main() -> None:
    """Take all pictures."""
    for folder in (PICTURES, ALL):
        folder.mkdir(parents=True, exist_ok=True)
    with demo.open_demo() as folder:
        (PICTURES / TERMINAL).write_text(terminal.make_picture(folder), encoding="utf-8")
        with serve(Place(folder), clock=lambda: NOW) as served, open_browser() as browser:
            for path in take(browser, served.address, folder):
                _tell(f"{path.relative_to(ROOT)}  {path.stat().st_size:,} bytes")
    large = [path.name for path in PICTURES.iterdir() if path.stat().st_size > BYTES_AT_MOST]
    if large:
        sys.exit(f"too large to be kept, {BYTES_AT_MOST:,} bytes at most: {', '.join(large)}")


def take(browser: Browser, address: str, folder: Path) -> Iterator[Path]:
    """Each picture at each width in each scheme, as a file."""
    for scheme in SCHEMES:
        for width, (wide, high) in WIDTHS.items():
            context = browser.new_context(
                viewport={"width": wide, "height": high},
                color_scheme="dark" if scheme == "dark" else "light",
                reduced_motion="reduce",
            )
            page = context.new_page()
            for shot in SHOTS:
                _open(page, shot, address, folder)
                path = ALL / f"{shot.name}-{width}-{scheme}.png"
                page.screenshot(path=path, full_page=True)
                yield path
                if (width, scheme) == KEPT:
                    kept = PICTURES / f"{shot.name}.png"
                    page.screenshot(path=kept)
                    yield kept
            context.close()


def _open(page: Page, shot: Shot, address: str, folder: Path) -> None:
    """Go there, and wait until nothing moves."""
    page.goto(f"{address}{shot.path}" if shot.path.startswith("/") else (folder / shot.path).as_uri())
    page.wait_for_load_state("load")
    if shot.pressed:
        page.get_by_role("button", name=shot.pressed).click()
        page.wait_for_load_state("networkidle")
    page.evaluate(_SETTLE)
    if shot.at:
        page.locator(shot.at).evaluate("(one) => one.scrollIntoView()")


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
