"""The documentation as values: pages, their fenced blocks and their links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
DOCS = ROOT / "docs"

# Folders of what is made or fetched, not written.
MADE = {"target", "worklogs", "node_modules"}

_FENCE = re.compile(r"^(?P<fence>```+)(?P<language>[\w-]*)\n(?P<text>.*?)^(?P=fence)$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (?P<text>.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block; `start` and `end` bound its text in the page."""

    page: Path
    language: str
    text: str
    start: int
    end: int


def find_pages() -> list[Path]:
    """Every Markdown file that someone wrote."""
    pages = (path for path in ROOT.rglob("*.md") if not _is_made(path.relative_to(ROOT)))
    return sorted(pages)


def _is_made(path: Path) -> bool:
    return any(part in MADE or part.startswith(".") for part in path.parts[:-1])


def name(path: Path) -> str:
    """The page as people call it."""
    return path.relative_to(ROOT).as_posix()


def find_blocks(page: Path, language: str) -> list[Block]:
    """The page's fenced blocks of a language."""
    found = _FENCE.finditer(page.read_text(encoding="utf-8"))
    return [
        Block(page, language, match["text"], match.start("text"), match.end("text"))
        for match in found
        if match["language"] == language
    ]


def find_links(page: Path) -> Iterator[tuple[str, str]]:
    """Path and anchor of every link that stays in the repository."""
    prose = _FENCE.sub("", page.read_text(encoding="utf-8"))
    for match in _LINK.finditer(prose):
        target = match["target"]
        if "://" not in target and not target.startswith("mailto:"):
            path, _, anchor = target.partition("#")
            yield path, anchor


def find_anchors(page: Path) -> set[str]:
    """The names by which GitHub links to the page's headings."""
    prose = _FENCE.sub("", page.read_text(encoding="utf-8"))
    return {_spell_anchor(match["text"]) for match in _HEADING.finditer(prose)}


def _spell_anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def find_rows(page: Path) -> list[list[str]]:
    """The cells of every table row, without code marks."""
    lines = page.read_text(encoding="utf-8").splitlines()
    rows = (line.strip().strip("|") for line in lines if line.startswith("|"))
    return [[cell.strip().strip("`") for cell in re.split(r"(?<!\\)\|", row)] for row in rows]
