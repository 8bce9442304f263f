"""States as earlier releases left them: made by their own migrations, filled by their own columns."""

import zlib
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, create_engine, text

from log_gardener.model.worklog import Worklog
from log_gardener.stores import database
from log_gardener.stores.reading import WORKLOG

MIGRATIONS = Path(database.__file__).parent / "migrations"

ROWS = (
    (
        "INSERT INTO issues (id, title, service, priority, severity, status, count, first_nanos, last_nanos)"
        " VALUES ('r1:aa', 'the pot is dry', 'web', 'P2', 'ERROR', 'open', 3, 60000000000, 120000000000)"
    ),
    (
        "INSERT INTO fingerprints (fingerprint, issue_id, kind, module, function, text)"
        " VALUES ('r1:aa', 'r1:aa', 'text', '', '', 'the pot is dry')"
    ),
    "INSERT INTO runs (id, generated_nanos, worklog) VALUES (1, 120000000000, :worklog)",
    "INSERT INTO sightings (run_id, issue_id) VALUES (1, 'r1:aa')",
)

# Counts of minutes, before and since counts of hours stand beside them.
COUNTS = "INSERT INTO buckets (issue_id, minute, count) VALUES ('r1:aa', 1, 2), ('r1:aa', 2, 1)"
WIDE_COUNTS = "INSERT INTO buckets (issue_id, width, minute, count) VALUES ('r1:aa', 1, 1, 2), ('r1:aa', 1, 2, 1)"

# The first revision with them, and with compressed worklogs.
WIDE = "0003"


def make_former(url: URL, revision: str, worklog: Worklog) -> None:
    """Make the state of a revision, with one issue, its run and its worklog."""
    engine = create_engine(url)
    spelt = WORKLOG.dump_json(worklog)
    kept: Any = zlib.compress(spelt) if revision >= WIDE else spelt.decode()
    with engine.begin() as connection:
        _upgrade(connection, revision)
        for row in (*ROWS, WIDE_COUNTS if revision >= WIDE else COUNTS):
            connection.execute(text(row), {"worklog": kept} if ":worklog" in row else {})
    engine.dispose()


def _upgrade(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
