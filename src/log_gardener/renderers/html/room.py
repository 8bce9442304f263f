"""How much of everything one page shows, so that it stays small; what is cut says so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from log_gardener.renderers.inert_text import shorten_middle

_Row = TypeVar("_Row")

# Of texts in an entry at least so much, or nobody can tell what it was about.
_LEAST_TEXT = 80


@dataclass(frozen=True, slots=True)
class Room:
    """What one cluster may take.

    Attributes:
        text: characters of one text.
        rows: of one list.
        entry: characters of one entry.
        entries: that are shown.
    """

    text: int
    rows: int
    entry: int
    entries: int

    def cut(self, text: str) -> str:
        """Both ends of a text, and how much is between them."""
        return shorten_middle(text.strip(), self.text)

    def share(self, rows: Iterable[_Row]) -> "Share[_Row]":
        """As many rows as may be."""
        listed = tuple(rows)
        return Share(listed[: self.rows], max(len(listed) - self.rows, 0))

    def cut_lines(self, text: str) -> str:
        """Both ends of a text of several lines."""
        return shorten_middle(text.strip("\n").replace("\t", "    "), self.entry)

    def cut_entry(self, entry: Any) -> Any:  # noqa: ANN401 - JSON is anything
        """An entry whose long texts and lists are cut, still JSON."""
        return _cut(entry, max(self.entry // 4, _LEAST_TEXT), max(self.entry // 100, self.rows))


@dataclass(frozen=True, slots=True)
class Share(Sequence[_Row]):
    """The rows of a list that are shown, and how many more there are."""

    rows: tuple[_Row, ...]
    left: int

    def __getitem__(self, at: Any) -> Any:  # noqa: ANN401 - as the class has it
        return self.rows[at]

    def __len__(self) -> int:
        return len(self.rows)


# The first under which the page is small enough is taken.
ROOMS = (Room(1_500, 30, 12_000, 3), Room(600, 12, 4_000, 2), Room(300, 6, 1_600, 1), Room(120, 3, 700, 1))


def _cut(value: Any, most: int, members: int) -> Any:  # noqa: ANN401 - JSON is anything
    if isinstance(value, str):
        return shorten_middle(value, most)
    if isinstance(value, dict):
        kept = {name: _cut(member, most, members) for name, member in list(value.items())[:members]}
        return kept | _tell_left(len(value) - members)
    if isinstance(value, list):
        left = len(value) - members
        kept_items = [_cut(member, most, members) for member in value[:members]]
        return [*kept_items, *_tell_left(left)]
    return value


def _tell_left(left: int) -> dict[str, str]:
    return {f"… {left:,} more": "…"} if left > 0 else {}
