"""The documentation as a site: whole, linked, and asking nothing of the network."""

import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from docs.site.made import PAGES as MADE
from docs.site.places import INCLUDED
from tests.docs.pages import DOCS, ROOT

pytest.importorskip("mkdocs", reason="NOT CHECKED: the documentation as a site; mkdocs is not installed")

# Where a browser loads from without being asked.
_LOADED = {("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src"), ("source", "src")}


class Tags(HTMLParser):
    """What a page links to, loads, and can be linked to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.ids.add(value or "")
            if (tag, name) in _LOADED:
                self.loaded.append(value or "")
            elif tag == "a" and name == "href":
                self.links.append(value or "")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Tags]:
    return {path: Tags(path.read_text(encoding="utf-8")) for path in site.rglob("*.html") if path.name != "404.html"}


def test_every_page_is_built_and_is_in_the_navigation(site: Path, pages: dict[Path, Tags]) -> None:
    written = [path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")]
    wanted = {place.removesuffix(".md") + ".html" for place in (*written, *MADE, *INCLUDED.values())}
    home = site / "index.html"
    reached = {_find_target(home, link)[0] for link in _find_navigation(home)}

    assert {path.relative_to(site).as_posix() for path in pages} == wanted
    assert {path.relative_to(site).as_posix() for path in pages if path not in reached} == set()


def _find_navigation(page: Path) -> list[str]:
    """The links of the navigation, which every page bears as a whole."""
    found = re.search(r'<nav class="md-nav md-nav--primary.*?(?=<main|<div class="md-content")', _read(page), re.DOTALL)
    assert found
    return [link for link in Tags(found.group()).links if not urlsplit(link).scheme]


def _read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def _find_target(page: Path, link: str) -> tuple[Path, str]:
    """The file that a link leads to, and the place in it."""
    parts = urlsplit(link)
    return (page.parent / unquote(parts.path)).resolve() if parts.path else page, unquote(parts.fragment)


def test_every_link_of_the_site_leads_somewhere(pages: dict[Path, Tags]) -> None:
    assert list(_find_lost(pages)) == []


def _find_lost(pages: dict[Path, Tags]) -> Iterator[str]:
    for page, tags in pages.items():
        for link in tags.links:
            if not urlsplit(link).scheme and link != ".":
                target, place = _find_target(page, link)
                if not target.is_file() or (place and target in pages and place not in pages[target].ids):
                    yield f"{page.name}: {link}"


def test_no_page_asks_for_anything_elsewhere(site: Path, pages: dict[Path, Tags]) -> None:
    asked = {f"{page.name}: {link}" for page, tags in pages.items() for link in tags.loaded if urlsplit(link).netloc}
    styles = [path for path in site.rglob("*.css") if re.search(r"(?:url\(|@import)[\"' ]*(?:https?:)?//", _read(path))]

    assert asked == set()
    assert styles == []


def test_what_a_page_loads_is_there(pages: dict[Path, Tags]) -> None:
    lost = [
        f"{page.name}: {link}"
        for page, tags in pages.items()
        for link in tags.loaded
        if link and not link.startswith("data:") and not _find_target(page, link)[0].is_file()
    ]

    assert lost == []


def test_no_list_and_no_table_is_left_as_text(site: Path) -> None:
    """GitHub takes a list without a blank line before it for one; this renderer does not."""
    left = re.compile(r"<p>(?:(?!</p>).)*?\n(?:- |\d+\. |\| )", re.DOTALL)

    assert [path.name for path in site.rglob("*.html") if left.search(_read(path))] == []


@pytest.mark.slow
def test_everybody_can_read_and_search_it_from_a_disk(site: Path) -> None:
    pytest.importorskip("axe_playwright_python", reason="NOT CHECKED: the site in a browser; axe is not installed")
    if not Path("/usr/bin/chromium").exists():
        pytest.skip("NOT CHECKED: the site in a browser; /usr/bin/chromium is not installed")
    # A process of its own: Playwright runs once in a process, and other tests have it.
    command = [sys.executable, "-m", "tests.docs.looking", str(site)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, ""), done.stderr
