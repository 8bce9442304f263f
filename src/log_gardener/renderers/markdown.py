"""Text made safe for Markdown, and the few forms that the worklog uses."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, tzinfo
from typing import Any

from log_gardener.model.instant import from_nanos
from log_gardener.renderers.json_text import spell_json

# Whatever could begin a link, an emphasis, HTML, a mention or a reference to an issue.
_ACTIVE = re.compile(r"([\\`*_\[\]!|~])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;", "#": "&#35;"}
_ENTITY = re.compile("[" + "".join(_ENTITIES) + "]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")


def escape(text: str) -> str:
    """Text of logs as inert Markdown on one line."""
    flat = _CONTROL.sub(" ", text)
    return _ACTIVE.sub(r"\\\1", _ENTITY.sub(lambda found: _ENTITIES[found.group()], flat))


def code(text: str) -> str:
    """Text of logs as a code span on one line."""
    flat = _CONTROL.sub(" ", text).strip()
    longest = max((len(run) for run in re.findall("`+", flat)), default=0)
    fence = "`" * (longest + 1)
    padding = " " if longest else ""
    return f"{fence}{padding}{flat}{padding}{fence}"


def code_block(value: Any) -> str:  # noqa: ANN401 - JSON is anything
    """A JSON value as a fenced block."""
    text = spell_json(value)
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}json\n{text}\n{fence}"


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
