"""A glance at a state, in milliseconds: which issues it holds. For who presses the tab key, and waits."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

_PREFIX = "sqlite:///"

# Who waits for a completion does not wait for a run.
_LOCK_SECONDS = 0.1

_MOST = 500


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What tells an issue from others, without a word of its logs."""

    id: str
    priority: str
    count: int
    status: str


def glance(state: str) -> Sequence[Glimpse]:
    """The most urgent issues of a state; none where it is no SQLite file, or cannot be read at once."""
    path = state.removeprefix(_PREFIX)
    if "://" in path or not Path(path).is_file():
        return ()
    try:
        # Nothing is made or changed, not even a journal.
        with closing(sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True, timeout=_LOCK_SECONDS)) as connection:
            rows = connection.execute(
                "SELECT id, priority, count, status FROM issues ORDER BY priority, count DESC LIMIT ?", (_MOST,)
            ).fetchall()
    except sqlite3.Error:
        return ()
    return tuple(Glimpse(str(id_), str(priority), int(count), str(status)) for id_, priority, count, status in rows)
