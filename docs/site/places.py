"""Where what lies in the repository stands on the site, and what becomes of the links between."""

import re
from pathlib import Path
from posixpath import dirname, join, normpath, relpath

ROOT = Path(__file__).parents[2]

# Pages that belong to the repository's top, where GitHub and people look for them.
INCLUDED = {
    "ARCHITECTURE.md": "explanation/architecture.md",
    "CHANGELOG.md": "project/changes.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "GLOSSARY.md": "reference/glossary.md",
    "SECURITY.md": "explanation/security.md",
    "examples/README.md": "project/sample.md",
}

# The README is the front door of the repository, as the home page is that of the site.
STANDS_FOR = {"README.md": "index.md"}

_WRITTEN = {place: written for written, place in INCLUDED.items()}
_FENCE = re.compile(r"^(?P<fence>```+).*?^(?P=fence)$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?P<mark>!?)\[(?P<text>[^\]\n]*)\]\((?P<path>[^)#\s]*)(?P<anchor>#[^)\s]*)?\)")


def relink(text: str, place: str) -> str:
    """A page's text, with links to other pages of the site; what the site does not have is named only."""
    pieces, end = [], 0
    for fence in _FENCE.finditer(text):
        pieces += [_relink_prose(text[end : fence.start()], place), fence.group()]
        end = fence.end()
    return "".join([*pieces, _relink_prose(text[end:], place)])


def _relink_prose(prose: str, place: str) -> str:
    return _LINK.sub(lambda found: _spell_link(found, place), prose)


def _spell_link(found: "re.Match[str]", place: str) -> str:
    """The link as the site needs it."""
    path, anchor = found["path"], found["anchor"] or ""
    if not path or "://" in path or path.startswith("mailto:"):
        return found.group()
    target = find_place(normpath(join(dirname(_WRITTEN.get(place, f"docs/{place}")), path)))
    if not target:
        return found["text"]
    anchor = "" if target in STANDS_FOR.values() else anchor
    return f"{found['mark']}[{found['text']}]({relpath(target, dirname(place) or '.')}{anchor})"


def find_place(written: str) -> str:
    """Where a file of the repository stands on the site, or an empty text."""
    if written in INCLUDED or written in STANDS_FOR:
        return INCLUDED.get(written) or STANDS_FOR[written]
    below = written.removeprefix("docs/")
    return below if below != written and not below.endswith(".py") else ""
