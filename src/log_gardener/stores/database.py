"""Opening the state: engine, pragmas, schema version."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool, QueuePool, StaticPool

from log_gardener.errors import NewerStoreError, StoreError, UsageError
from log_gardener.stores.schema import HEAD, metadata

MEMORY = ":memory:"

BUSY_SECONDS = 30

# A state whose file was put in the place of another one is seen by then.
KEPT_SECONDS = 60

_MIGRATIONS = Path(__file__).parent / "migrations"


def parse_state(state: str) -> URL:
    """Read a state's name: an SQLAlchemy URL, a path of an SQLite file, or `:memory:`.

    Raises:
        UsageError: the text is none of them.
    """
    if state == MEMORY:
        return make_url("sqlite://")
    if "://" not in state:
        return URL.create("sqlite", database=state)
    try:
        url = make_url(state)
        # Of PostgreSQL's drivers this is the one that comes with the extra.
        return url.set(drivername="postgresql+psycopg") if url.drivername in {"postgres", "postgresql"} else url
    except ArgumentError:
        msg = f"{state!r} is no state; give a path, an SQLAlchemy URL such as sqlite:///garden.db, or {MEMORY}"
        raise UsageError(msg) from None


def find_file(url: URL) -> Path | None:
    """The file of an SQLite state; `None` for one in memory or on a server."""
    is_file = url.get_backend_name() == "sqlite" and url.database not in (None, "", MEMORY)
    # SQLite's own URIs spell a path behind a scheme of theirs.
    return Path(url.database.removeprefix("file:")) if is_file and url.database else None


@contextmanager
def explained(url: URL) -> Iterator[None]:
    """Turn the driver's errors into one that says which state and what to do."""
    try:
        yield
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or error).strip().replace("\n", " ")
        msg = f"the state {url.render_as_string()} cannot be used: {cause}. {_advise(cause.lower())}"
        raise StoreError(msg) from error
    except (zlib.error, ValueError, LookupError) as error:
        msg = f"the state {url.render_as_string()} holds what no release writes: {error}. {_DAMAGED}"
        raise StoreError(msg) from error


_DAMAGED = "It is damaged: take a backup back, or export what can be read and import it into a new one"

# What drivers say, in part, and what to do about it.
_ADVICE = (
    (("not a database",), "Name a state of Log Gardener with --state"),
    (("malformed", "corrupt", "invalid page"), _DAMAGED),
    (("readonly", "read-only", "permission denied", "unable to open"), "Make it writable for whoever runs this"),
    (("full", "disk i/o error", "no space"), "Make room on the disk and run again; nothing of this run was kept"),
    (("refused", "could not translate", "timeout expired", "name or service"), "Is the server up, and its name right?"),
    (("password", "authentication", "role ", "does not exist"), "Check user, password and database in --state"),
    (("terminat", "closed", "server closed", "lost"), "The connection broke; run again, nothing of this run was kept"),
    (("locked", "busy"), "Another program holds it; run again when that has ended"),
)


def _advise(cause: str) -> str:
    found = (advice for signs, advice in _ADVICE if any(sign in cause for sign in signs))
    return next(found, "Name another one with --state")


def open_engine(url: URL, *, keeps_connections: bool = False) -> Engine:
    """An engine on a database whose tables are there and of this release.

    Args:
        url: of the database.
        keeps_connections: whether connections are kept for the next transaction.

    Raises:
        StoreError: the database cannot be opened, or is none.
        NewerStoreError: a newer release has written it.
        UsageError: the URL names a driver that is not installed.
    """
    is_memory = url.get_backend_name() == "sqlite" and url.database in (None, "", MEMORY)
    file = find_file(url)
    if file is not None:
        _make_folder(file)
    try:
        engine = create_engine(url, **_choose_pool(url, is_memory=is_memory, keeps_connections=keeps_connections))
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        is_known = url.get_backend_name() == "postgresql"
        remedy = "pip install 'log-gardener[postgres]'" if is_known else "give a path, or an address of postgresql://"
        msg = f"no driver for {url.drivername}: {error}; {remedy}"
        raise UsageError(msg) from error
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin)
    with explained(url), engine.begin() as connection:
        if is_memory:
            metadata.create_all(connection)
        else:
            _migrate(connection, url)
    return engine


def _choose_pool(url: URL, *, is_memory: bool, keeps_connections: bool) -> dict[str, Any]:
    if is_memory:
        return {"poolclass": StaticPool}
    if not keeps_connections:
        # A connection for each transaction: none is left open, nor found closed by a server that was restarted.
        return {"poolclass": NullPool}
    is_server = url.get_backend_name() != "sqlite"
    return {"poolclass": QueuePool, "pool_recycle": KEPT_SECONDS, "pool_pre_ping": is_server}


def clear_free_space(engine: Engine) -> None:
    """Leave nothing of what was overwritten in SQLite's files; a server does so by itself, in its own time."""
    if engine.dialect.name != "sqlite":
        return
    with engine.connect() as connection:
        # A file is rewritten only where no transaction is open, and one was begun with the connection.
        for statement in ("COMMIT", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            connection.exec_driver_sql(statement)


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"the folder of the state {path} cannot be made: {error.strerror}. Name another one with --state"
        raise StoreError(msg) from error


def _set_pragmas(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's own type
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "foreign_keys = ON", f"busy_timeout = {BUSY_SECONDS * 1000}"):
        connection.execute(f"PRAGMA {pragma}")


READING = {"is_reading": True}
"""Execution options of an engine whose transactions write nothing."""


def _begin(connection: Connection) -> None:
    # A read that later writes would deadlock with another one; writers queue from the start, and readers never wait.
    is_reading = connection.get_execution_options().get("is_reading", False)
    connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")


def _migrate(connection: Connection, url: URL) -> None:
    known = _find_version(connection)
    if known == HEAD:
        return
    # Alembic takes a third of a second to import: only for those who need it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    revisions = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if known is not None and known not in revisions:
        name = url.render_as_string()
        msg = f"the state {name} was written by a newer release (schema {known}): upgrade log-gardener"
        raise NewerStoreError(msg)
    command.upgrade(config, "head")


def _find_version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
