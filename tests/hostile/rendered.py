"""Markdown as GitHub renders it, and what is active in that.

The parser is GitHub's own, with its extensions, and HTML let through so that it shows. What GitHub does afterwards
(mentions, references, emoji, mathematics) it does to text outside of code; that is looked for by patterns here, which
are wider than GitHub's.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from cmarkgfm import github_flavored_markdown_to_html  # type: ignore[import-untyped]
from cmarkgfm.cmark import Options  # type: ignore[import-untyped]

_CODE = {"code", "pre"}

ACTIVE = {
    "mention or mail address": re.compile(r"@[A-Za-z0-9_-]"),
    "reference": re.compile(r"#\d|\bGH-\d", re.IGNORECASE),
    "commit": re.compile(r"\b[0-9a-f]{7,40}\b", re.IGNORECASE),
    "address": re.compile(r"://|\bwww\.", re.IGNORECASE),
    "emoji": re.compile(r":(?!\d\d:)[A-Za-z0-9_+-]+:"),
    "formula": re.compile(r"\$"),
}

UNSEEN = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)


@dataclass
class Rendered(HTMLParser):
    """A document as a browser gets it.

    Attributes:
        skeleton: its elements but code, in order, with their attributes.
        prose: its texts outside of code.
        shown: all text.
    """

    html: str
    skeleton: list[str] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)
    shown: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open = 0
        self.feed(self.html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open += tag in _CODE
        if tag != "code":
            self.skeleton.append(" ".join([tag, *(f"{name}={value}" for name, value in attrs)]))

    def handle_endtag(self, tag: str) -> None:
        self._open -= tag in _CODE
        if tag != "code":
            self.skeleton.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.shown += data
        if not self._open:
            self.prose.append(data)

    def handle_comment(self, data: str) -> None:
        self.skeleton.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.skeleton.append(f"declaration {decl}")

    def unknown_decl(self, data: str) -> None:
        self.skeleton.append(f"declaration {data}")

    def handle_pi(self, data: str) -> None:
        self.skeleton.append(f"instruction {data}")

    def find_active(self) -> list[tuple[str, str]]:
        """What GitHub would make more of than text."""
        return [(name, text) for text in self.prose for name, pattern in ACTIVE.items() if pattern.search(text)]


def to_html(markdown: str) -> str:
    """Markdown as GitHub's parser renders it."""
    return str(github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES))


def render(markdown: str) -> Rendered:
    """Markdown as GitHub renders it."""
    return Rendered(to_html(markdown))
