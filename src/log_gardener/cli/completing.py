"""What a shell offers when the tab key is pressed: fast, and silent where something is wrong.

Nothing is offered that stands in logs: shells evaluate what they are told.
"""

import os
import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import typer

from log_gardener.sections.place import FILE_NAME, find_state_file

# As much of an id as tells two apart, nearly always.
_SHOWN = 8

# A shell may take a colon for the end of a word, so that the recipe before it is left out, as it may be.
_ID = re.compile(r"(?P<recipe>r\d+:)(?P<hash>[0-9a-f]+)")


def offer_issues(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Beginnings of ids in the state that the command would use, with how urgent and how many."""
    from log_gardener.stores.glance import glance  # noqa: PLC0415 - only where it is asked for

    try:
        found = glance(_find_state(context))
    except (OSError, ValueError, RuntimeError):
        return []
    offered = []
    for one in found:
        matched = _ID.fullmatch(one.id)
        if matched:
            recipe = matched["recipe"] if ":" in incomplete else ""
            spelt = recipe + matched["hash"][: max(_SHOWN, len(incomplete))]
            offered.append((spelt, f"{one.priority} {one.status} {one.count} entries"))
    return [one for one in offered if one[0].startswith(incomplete)]


def _find_state(context: typer.Context) -> str:
    """The state as a command finds it: option, environment, file, default; without all that reads settings."""
    given = context.params.get("state") or os.environ.get("LOG_GARDENER_STATE")
    if given:
        return str(given)
    path = Path(context.params.get("config") or FILE_NAME)
    named = tomllib.loads(path.read_text(encoding="utf-8")).get("state") if path.is_file() else None
    return str(named or find_state_file())


def offer(*words: str) -> Callable[[str], list[str]]:
    """What offers one of some words."""

    def offering(incomplete: str) -> list[str]:
        return [word for word in words if word.startswith(incomplete)]

    return offering


def offer_several(*words: str) -> Callable[[str], list[str]]:
    """What offers some words behind one another, with commas."""

    def offering(incomplete: str) -> list[str]:
        before, comma, last = incomplete.rpartition(",")
        return [f"{before}{comma}{word}" for word in _list_left(words, before, last)]

    return offering


def _list_left(words: Sequence[str], before: str, last: str) -> Iterator[str]:
    named = before.split(",")
    yield from (word for word in words if word.startswith(last) and word not in named)


PRIORITIES = ("P0", "P1", "P2", "P3", "P4")
STATUSES = ("open", "muted", "resolved")
TRENDS = ("new", "ongoing", "escalating", "regressed", "quiet")
FORMATS = ("markdown", "json", "html")
SEVERITIES = ("DEBUG", "INFO", "NOTICE", "WARNING", "ERROR", "CRITICAL", "ALERT", "EMERGENCY")
