"""How a state grows: runs over leaves of a stream, one after another, on SQLite."""

import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from benchmarks.scaling.splits import read_leaves
from log_gardener import flow
from log_gardener.config import Settings
from log_gardener.ports import Request, Silence
from log_gardener.wiring import assemble, make_sources, tell_time

IDENTITIES = "identities"
RUNS = "runs"


@dataclass(frozen=True, slots=True)
class State:
    """What is remembered after so many runs.

    Attributes:
        entries: of the last run.
        rows: by table.
        table_bytes: by table, its indexes with it.
    """

    runs: int
    entries: int
    rows: dict[str, int]
    table_bytes: dict[str, int]

    @property
    def issues(self) -> int:
        """How many are remembered."""
        return self.rows["issues"]

    @property
    def other_bytes(self) -> int:
        """All that is neither identities nor documents of runs."""
        return sum(size for table, size in self.table_bytes.items() if table not in {IDENTITIES, RUNS})

    @property
    def other_rows(self) -> int:
        """Rows of what these bytes are of."""
        return sum(rows for table, rows in self.rows.items() if table not in {IDENTITIES, RUNS})


def measure_states(stream: Path, runs: int) -> Iterator[State]:
    """Read leaf after leaf, each in a run of its own; a leaf of the labelled stream is about an hour of it."""
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder) / "garden.db"
        settings = Settings(state=str(state))
        for number, leaf in enumerate(islice(read_leaves(stream), runs), 1):
            path = Path(folder) / f"{number}.ndjson"
            path.write_bytes(leaf)
            worklog = flow.ingest(
                assemble(settings, make_sources([str(path)], settings, tell_time), Silence()), Request()
            )
            yield State(number, worklog.coverage.entries, *_look(state))


def _look(state: Path) -> tuple[dict[str, int], dict[str, int]]:
    """Rows and bytes of every table that has any."""
    connection = sqlite3.connect(state)
    try:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        rows = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}  # noqa: S608 - names of its own tables
        query = "SELECT tbl_name, sum(pgsize) FROM dbstat JOIN sqlite_schema USING (name) GROUP BY tbl_name"
        return rows, dict(connection.execute(query).fetchall())
    finally:
        connection.close()
