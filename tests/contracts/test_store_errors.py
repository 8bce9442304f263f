"""What goes wrong with a state is told in one line with what to do, and loses nothing."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, text

from log_gardener.errors import StoreError, UsageError
from log_gardener.stores import database
from log_gardener.stores.database import parse_state
from log_gardener.stores.sql import SqlStore
from tests.cli.command import entry as shop_entry
from tests.cli.command import ndjson, run
from tests.contracts.garden import tend
from tests.unit.entries import entry

ENTRIES = [entry("the pot is dry", seconds=at) for at in range(3)]


def fill(path: Path, count: int = 200) -> None:
    """A state of some pages."""
    tend(
        SqlStore(str(path)), [entry(f"{'x' * number} is dry and cracked {'y' * number}") for number in range(1, count)]
    )


def test_a_damaged_file_is_told_from_none(tmp_path: Path) -> None:
    path = tmp_path / "g.db"
    fill(path)
    content = bytearray(path.read_bytes())
    content[4096 : len(content) - 4096] = b"\xa5" * (len(content) - 8192)
    path.write_bytes(content)

    for arguments in (("issues", "list"), ("tend", "-", "--output", "-"), ("doctor",)):
        ended = run(*arguments, "--state", path, stdin=ndjson([shop_entry(1)]))
        assert (ended.code, ended.out) == (1, b"")
        assert "damaged" in ended.err
        assert "export what can be read" in ended.err


@pytest.mark.parametrize("column", ["worklog = x'00'", "worklog = x'789c'"])
def test_a_damaged_worklog_is_told(tmp_path: Path, column: str) -> None:
    path = tmp_path / "g.db"
    tend(SqlStore(str(path)), ENTRIES)
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE runs SET {column}"))  # noqa: S608 - our own
    engine.dispose()
    (issue,) = SqlStore(str(path)).list_issues()

    ended = run("issues", "show", issue.id, "--state", path)

    assert ended.code == 1
    assert "holds what no release writes" in ended.err


def test_a_state_that_may_not_be_written_says_so(tmp_path: Path) -> None:
    path = tmp_path / "g.db"
    tend(SqlStore(str(path)), ENTRIES)
    before = path.read_bytes()

    ended = run(
        "tend",
        "-",
        "--output",
        "-",
        "--state",
        f"sqlite:///file:{path}?mode=ro&uri=true",
        stdin=ndjson([shop_entry(1)]),
    )

    assert ended.code == 1
    assert "writable" in ended.err
    assert path.read_bytes() == before


def test_a_full_disk_loses_nothing_that_was_there(tmp_path: Path) -> None:
    path = tmp_path / "g.db"
    tend(SqlStore(str(path)), ENTRIES)
    many = ndjson([shop_entry(at, f"{'x' * at} is dry") for at in range(1, 600)])

    full = run("tend", "-", "--output", "-", "--state", path, stdin=many, prefix=("prlimit", "--fsize=40000"))

    assert full.code == 1
    assert "Make room on the disk" in full.err
    assert [issue.count for issue in SqlStore(str(path)).list_issues()] == [3]
    assert run("tend", "-", "--output", "-", "--state", path, stdin=many).code == 0


def test_a_server_that_is_not_there_is_named_without_the_password() -> None:
    ended = run("issues", "list", "--state", "postgresql://ann:rose@127.0.0.1:1/garden")

    assert ended.code == 1
    assert "Is the server up" in ended.err
    assert "rose" not in ended.err


def test_a_database_that_is_not_there_is_named(server: str) -> None:
    ended = run("issues", "list", "--state", f"{server}nowhere")

    assert ended.code == 1
    assert "Check user, password and database" in ended.err


def test_a_driver_that_is_not_there_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ModuleNotFoundError(name="psycopg")

    monkeypatch.setattr(database, "create_engine", refuse)

    with pytest.raises(UsageError, match=r"pip install 'log-gardener\[postgres\]'"):
        SqlStore("postgresql://localhost/garden")


def test_a_connection_that_breaks_in_a_commit_leaves_nothing_half_done(postgres: str) -> None:
    store = SqlStore(postgres)
    tend(store, ENTRIES[:1])
    sent = 0

    def terminate(connection: Connection, *_: object) -> None:
        nonlocal sent
        sent += "INSERT INTO runs" in str(_[1])
        if sent == 1:
            sent += 1
            other = create_engine(parse_state(postgres))
            with other.begin() as beside:
                own = connection.connection.dbapi_connection
                assert own is not None
                beside.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": own.info.backend_pid})
            other.dispose()

    event.listen(Engine, "before_cursor_execute", terminate)
    try:
        with pytest.raises(StoreError, match="run again"):
            tend(store, ENTRIES)
    finally:
        event.remove(Engine, "before_cursor_execute", terminate)

    assert [issue.count for issue in store.list_issues()] == [1]
    tend(store, ENTRIES)
    assert [issue.count for issue in store.list_issues()] == [3]


def test_a_run_does_not_wait_for_ever(state: str) -> None:
    patient = SqlStore(state, wait_seconds=0.3)
    waited = []

    with SqlStore(state).tending(lambda: None), pytest.raises(StoreError, match="run again when it has ended"):  # noqa: SIM117
        with patient.tending(lambda: waited.append(1)):
            pytest.fail("two runs at once")
    assert waited == [1]
    with patient.tending(lambda: waited.append(2)):
        assert waited == [1]
