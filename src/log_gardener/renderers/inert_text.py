"""Texts of logs for one ticket: cut to what it can take, made inert, and held as pieces."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from log_gardener.model.ticket import name_ticket
from log_gardener.renderers.escaping import flatten
from log_gardener.renderers.json_text import spell_json
from log_gardener.renderers.markdown import code_in_cell, escape, fence
from log_gardener.renderers.placing import Pieces

_ISSUE_ID = re.compile(r"r\d+:[0-9a-f]+")

# How much of a long text is shown of its end, where many languages say what went wrong.
_END_SHARE = 1 / 3

# Of a trace as many lines are read without an effort; the rest is in the whole entry.
_MOST_LINES, _FIRST_LINES = 30, 18


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of everything one ticket shows.

    Attributes:
        text: characters of one text.
        rows: of one list.
        entry: characters of one entry, and of one text in it.
        entries: that are shown.
    """

    text: int
    rows: int
    entry: int
    entries: int


# The first that fits is taken. Whatever a log says, the last does: a character takes at most five when made inert.
LIMITS = (Limits(400, 12, 6_000, 2), Limits(200, 8, 3_000, 1), Limits(80, 4, 1_500, 1))


def shorten(text: str, most: int) -> str:
    """The beginning of a text, and how much more there is."""
    return text if len(text) <= most else f"{text[:most].rstrip()}… ({len(text) - most:,} characters more)"


def shorten_middle(text: str, most: int) -> str:
    """Both ends of a text, and how much is between them."""
    if len(text) <= most:
        return text
    end = int(most * _END_SHARE)
    return f"{text[: most - end]}… ({len(text) - most:,} characters cut) …{text[len(text) - end :]}"


@dataclass(frozen=True, slots=True)
class Inert:
    """What makes pieces of texts."""

    limits: Limits
    pieces: Pieces = field(default_factory=Pieces)

    def prose(self, name: str, text: str) -> str:
        """A text for prose, lists and tables."""
        return self.pieces.hold(name, escape(shorten(text.strip(), self.limits.text)))

    def code(self, name: str, text: str) -> str:
        """A text as code, for prose, lists and tables."""
        flat = flatten(shorten(text.strip(), self.limits.text)).strip()
        return self.pieces.hold(name, code_in_cell(flat)) if flat else ""

    def spelt(self, name: str, markdown: str) -> str:
        """Inert Markdown of one line, of texts that were cut."""
        return self.pieces.hold(name, markdown)

    def ticket(self, name: str, issue_id: str) -> str:
        """The ticket of an issue."""
        if not _ISSUE_ID.fullmatch(issue_id):
            return self.code(name, issue_id)
        return self.pieces.hold(name, name_ticket(issue_id))

    def rows(self, texts: Iterable[Any], make: Callable[[Any], str], noun: str = "") -> tuple[str, ...]:
        """As many as may be, each made a piece, and how many more there are."""
        listed = list(texts)
        left = len(listed) - self.limits.rows
        shown = [make(one) for one in listed[: self.limits.rows]]
        return (*shown, f"… and {left:,} more{f' {noun}' if noun else ''}") if left > 0 else tuple(shown)

    def json(self, name: str, entry: Any) -> str:  # noqa: ANN401 - JSON is anything
        """An entry as a fenced block; what is too long in it is cut, and says so."""
        # Spelt so it is the same value, and no comment to whoever looks for one.
        spelt = spell_json(_shorten_texts(entry, self.limits.entry // 3)).replace("<!--", r"\u003c!--")
        return self._block(name, spelt, "json")

    def lines(self, name: str, text: str) -> str:
        """A text of several lines as a fenced block."""
        lines = [flatten(line.replace("\t", "    ")).rstrip() for line in text.strip("\n").splitlines()]
        more = len(lines) - _MOST_LINES
        if more > 0:
            lines[_FIRST_LINES : _FIRST_LINES + more] = [f"… {more:,} more lines …"]
        return self._block(name, "\n".join(lines), "text")

    def _block(self, name: str, text: str, language: str) -> str:
        if not text.strip():
            return ""
        shown, remark = text, ""
        if len(text) > self.limits.entry:
            shown = text[: self.limits.entry].rpartition("\n")[0] or text[: self.limits.entry]
            remark = f"\n\n_{len(text) - len(shown):,} more characters of it are not shown._"
        return self.pieces.hold(name, fence(shown, language) + remark, is_block=True)


def _shorten_texts(value: Any, most: int) -> Any:  # noqa: ANN401 - JSON is anything
    if isinstance(value, str):
        return shorten_middle(value, most)
    if isinstance(value, dict):
        return {name: _shorten_texts(member, most) for name, member in value.items()}
    if isinstance(value, list):
        return [_shorten_texts(member, most) for member in value]
    return value
