"""What mkdocs calls: pages made from code, pages from the top of the repository, and their links.

python -m mkdocs build        # from the top of the repository, so that `docs` and `tests` are found
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from docs.site import drawing, made, places

# Where a page wants a picture that is drawn from code.
_PICTURE = re.compile(r"^<!-- picture: (?P<name>[a-z]+) -->$", re.MULTILINE)

_SEARCH = 'data-md-component="search" aria-label="Search"'


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """The configuration, with every decision in the navigation."""
    decisions = sorted((Path(config.docs_dir) / "adr").glob("*.md"))
    rows = [{_find_title(path): f"adr/{path.name}"} for path in decisions]
    dict(_find_sections(config.nav or []))["Decisions"].extend(rows)
    return config


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """The files, with those that nobody writes below `docs`."""
    for place, make in made.PAGES.items():
        files.append(File.generated(config, place, content=make()))
    for written, place in places.INCLUDED.items():
        text = (places.ROOT / written).read_text(encoding="utf-8")
        files.append(File.generated(config, place, content=text))
    return files


def on_page_markdown(markdown: str, *, page: Page, **_: object) -> str:
    """The text, its links leading to pages of the site, its pictures drawn."""
    if page.is_homepage:
        page.meta["hide"] = ["navigation", "toc"]
    text = places.relink(markdown, page.file.src_uri)
    return _PICTURE.sub(lambda found: drawing.PICTURES[found["name"]](), text)


def on_post_page(output: str, **_: object) -> str:
    """The page, with a name for the dialog that the theme leaves without one."""
    return output.replace('data-md-component="search" role="dialog"', f'{_SEARCH} role="dialog"')


def _find_sections(rows: list[Any]) -> Iterator[tuple[str, list[Any]]]:
    """Every section of the navigation with its rows, however deep."""
    for row in rows:
        for name, below in row.items() if isinstance(row, dict) else ():
            if isinstance(below, list):
                yield name, below
                yield from _find_sections(below)


def _find_title(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
