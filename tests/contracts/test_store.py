"""What every store promises."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from log_gardener.errors import NewerStoreError, StoreError
from log_gardener.model.cluster import Status
from log_gardener.model.issue import Run
from log_gardener.model.ledger import Ledger
from log_gardener.ports import Store
from log_gardener.stores.database import parse_state
from log_gardener.stores.schema import metadata
from log_gardener.stores.sql import SqlStore
from tests.contracts.former import make_former
from tests.contracts.garden import tend
from tests.unit.entries import entry


@pytest.fixture(params=["file", "url", "memory", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "postgres":
        return SqlStore(request.getfixturevalue("postgres"))
    path = tmp_path / "garden" / "g.db"
    return SqlStore({"file": str(path), "url": f"sqlite:///{tmp_path / 'u.db'}", "memory": ":memory:"}[request.param])


def test_what_a_run_commits_is_remembered(store: Store) -> None:
    worklog = tend(store, [entry("the pot is dry", seconds=at) for at in range(3)])

    (issue,) = store.list_issues()

    assert (issue.count, issue.title, issue.priority) == (3, "the pot is dry", worklog.clusters[0].priority)
    assert sum(count for _, _, count in store.find_histories([issue.id])[issue.id]) == 3
    assert store.find_worklog(issue.id) == worklog


def test_the_same_entries_again_add_nothing(store: Store) -> None:
    entries = [entry("the pot is dry", seconds=at) for at in range(3)]
    first, second = tend(store, entries), tend(store, entries)

    (issue,) = store.list_issues()

    assert first == second
    assert issue.count == 3


def test_memory_has_what_was_committed(store: Store) -> None:
    tend(store, [entry("the pot is dry", seconds=5)])

    memory = store.recall()

    assert [issue.count for issue in memory.issues] == [1]
    assert sum(len(hashes) for _, hashes in memory.identities) == 8
    assert memory.first_nanos == memory.issues[0].first_nanos


def test_a_run_beside_another_is_refused_whole(state: str) -> None:
    slow, quick = SqlStore(state), SqlStore(state)
    entries = [entry("the pot is dry")]
    worklog = tend(SqlStore(":memory:"), entries)

    slow.recall()
    tend(quick, entries)

    with pytest.raises(StoreError, match="another run"):
        slow.commit(Run(worklog, (), (), (), ()))
    assert [issue.count for issue in slow.list_issues()] == [1]


@pytest.mark.parametrize("revision", ["0001", "0002", "0003", "0004"])
def test_a_state_of_an_earlier_release_is_upgraded_and_keeps_all(state: str, revision: str) -> None:
    worklog = tend(SqlStore(":memory:"), [entry("the pot is dry")])
    make_former(parse_state(state), revision, worklog)

    store = SqlStore(state)
    (issue,) = store.list_issues()

    assert (issue.id, issue.title, issue.count, issue.status) == ("r1:aa", "the pot is dry", 3, Status.OPEN)
    assert (issue.templates[0].text, issue.templates[0].tie) == ("the pot is dry", "")
    assert store.find_histories(["r1:aa"])["r1:aa"] == ((1, 1, 2), (2, 1, 1))
    assert store.find_worklog("r1:aa") == worklog
    assert store.read_ledger("github.com/acme/shop") == Ledger()
    assert store.check().faults == ()


def test_migrations_make_the_tables_of_the_schema(tmp_path: Path) -> None:
    SqlStore(str(tmp_path / "migrated.db"))
    made = create_engine("sqlite://")
    metadata.create_all(made)
    migrated = create_engine(f"sqlite:///{tmp_path / 'migrated.db'}")

    def spell(engine: object) -> dict[str, list[tuple[object, ...]]]:
        looked = inspect(engine)
        assert looked is not None
        names = set(looked.get_table_names()) - {"alembic_version"}
        return {
            name: [
                *sorted((row["name"], str(row["type"]), bool(row["nullable"])) for row in looked.get_columns(name)),
                *sorted((row["name"], *row["column_names"]) for row in looked.get_indexes(name)),
            ]
            for name in names
        }

    assert spell(migrated) == spell(made)
    made.dispose()
    migrated.dispose()


def test_a_newer_schema_is_refused_untouched(state: str) -> None:
    SqlStore(state)
    engine = create_engine(parse_state(state))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()

    with pytest.raises(NewerStoreError, match=r"schema 9999.*upgrade"):
        SqlStore(state)


@pytest.mark.parametrize("content", [b"garbage" * 300, b""], ids=["garbage", "empty"])
def test_a_file_that_is_no_database_is_named(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "g.db"
    path.write_bytes(content)

    if content:
        with pytest.raises(StoreError, match=r"g\.db.*not a database"):
            SqlStore(str(path))
    else:
        assert SqlStore(str(path)).list_issues() == []


def test_times_are_kept_to_the_nanosecond(store: Store) -> None:
    tend(store, [entry("the pot is dry", timestamp="2025-09-14T10:00:00.123456789Z")])

    (issue,) = store.list_issues()

    assert issue.first_nanos is not None
    assert issue.first_nanos % 1_000_000_000 == 123_456_789
    assert datetime.fromtimestamp(issue.first_nanos // 10**9, UTC).hour == 10
