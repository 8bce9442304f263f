"""Text made safe for Markdown, and the few forms that the worklog uses."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, tzinfo
from typing import Any

from log_gardener.model.instant import from_nanos
from log_gardener.renderers.escaping import BOXED, EDGES, SIGNS, WORDS, flatten, make_inert
from log_gardener.renderers.json_text import spell_json

# What is looked at as one: an address up to the next blank, else a word with all that GitHub may read into it.
_ADDRESS = r"(?:(?:[a-z][a-z0-9+.-]*)?://|www\.|mailto:|xmpp:)[^\s|`]*"
_WORD = re.compile(rf"(?P<address>{_ADDRESS})|[\w$#@:/.%+=&?~^-]+", re.IGNORECASE)

# What ends a sentence or a bracket rather than an address or a word. More brackets than so many nobody has closed.
_TAIL = ".,:;!?'\""
_MOST_CLOSING = 3
_CLOSING = {")": "(", "]": "[", "}": "{", ">": "<"}


def escape(text: str) -> str:
    """Text of logs as inert Markdown on one line, for prose, headings, list items and cells."""
    flat = flatten(text).strip()
    pieces, end = [], 0
    for found in _WORD.finditer(flat):
        word = _trim(found.group(), is_address=found["address"] is not None)
        pieces += [make_inert(flat[end : found.start()], SIGNS), _spell_word(word)]
        end = found.start() + len(word)
    pieces.append(make_inert(flat[end:], SIGNS))
    return make_inert("".join(pieces), EDGES)


def escape_title(title: str) -> str:
    """A title as inert Markdown. It is never empty, because nothing in bold is a line across the page."""
    return escape(title) or "(blank)"


def _trim(word: str, *, is_address: bool) -> str:
    """The word without what ends a sentence or closes what was opened before it."""
    trimmed = word.rstrip(_TAIL)
    for _ in range(_MOST_CLOSING if is_address else 0):
        trimmed = trimmed[:-1].rstrip(_TAIL) if _is_closing(trimmed) else trimmed
    return trimmed if _is_active(trimmed) == _is_active(word) else word


def _is_closing(word: str) -> bool:
    opening = _CLOSING.get(word[-1:])
    return opening is not None and word.count(opening) < word.count(word[-1])


def _is_active(word: str) -> bool:
    return any(row.pattern.search(word) for row in WORDS)


def _spell_word(word: str) -> str:
    """A word as inert Markdown: in code as a whole, or but for its signs that are active."""
    return code(word) if _is_active(word) else make_inert(make_inert(word, SIGNS), BOXED)


def code(text: str) -> str:
    """Text of logs as a code span on one line."""
    flat = flatten(text).strip() or " "
    longest = max((len(run) for run in re.findall("`+", flat)), default=0)
    edge = "`" * (longest + 1)
    padding = " " if longest else ""
    return f"{edge}{padding}{flat}{padding}{edge}"


def code_in_cell(text: str) -> str:
    """Text of logs as code spans in a cell of a table, where a bar ends the cell even in code."""
    return r"\|".join(code(part) if part.strip() else "" for part in flatten(text).split("|"))


def code_block(value: Any) -> str:  # noqa: ANN401 - JSON is anything
    """A JSON value as a fenced block."""
    return fence(spell_json(value), "json")


def fence(text: str, language: str) -> str:
    """Lines without control characters as a fenced block."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    edge = "`" * max(3, longest + 1)
    return f"{edge}{language}\n{text}\n{edge}"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; cells are Markdown already."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def count_of(count: int, noun: str) -> str:
    """A count with its noun in the right number."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def spell_time(nanos: int, zone: tzinfo) -> str:
    """A time to the second, with its offset."""
    at = from_nanos(nanos).astimezone(zone)
    return f"{at:%Y-%m-%d %H:%M:%S} {_spell_offset(at.strftime('%z'))}"


def spell_utc(nanos: int | None) -> str:
    """A time in UTC to the second, or that it is unknown."""
    return "unknown" if nanos is None else spell_time(nanos, UTC)


def _spell_offset(offset: str) -> str:
    return "UTC" if offset == "+0000" else f"{offset[:3]}:{offset[3:]}"


def spell_seconds(seconds: float) -> str:
    """A length of time in its two largest units."""
    left = int(seconds)
    parts: list[str] = []
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        if left >= size or (unit == "s" and not parts):
            parts.append(f"{left // size} {unit}")
            left %= size
    return " ".join(parts[:2])


def spell_moment(nanos: int | None, zone: tzinfo) -> str:
    """A time in UTC, and in another zone beside it, there with its date only where that is another one."""
    if nanos is None:
        return "unknown"
    utc, local = spell_time(nanos, UTC), spell_time(nanos, zone)
    return utc if utc == local else f"{utc} ({local.removeprefix(f'{from_nanos(nanos):%Y-%m-%d} ')})"


def spell_minute(nanos: int | None) -> str:
    """A time to the minute, for a sentence."""
    return "an unknown time" if nanos is None else f"{from_nanos(nanos):%Y-%m-%d %H:%M} UTC"


def count_entries(count: int) -> str:
    """How many entries, in words."""
    return "1 entry" if count == 1 else f"{count:,} entries"
