"""What every store promises of secrets in it: it names the place, mends in one go, and gives nothing of them out."""

from pathlib import Path

import pytest
from sqlalchemy import text

from log_gardener.errors import LeakError
from log_gardener.stages.redaction import Redactor
from log_gardener.stores.sql import SqlStore
from tests.unit.entries import entry, tend

MAIL = "mole@burrow.example.com"
REDACTOR = Redactor(b"key")


@pytest.fixture(params=["file", "memory", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> SqlStore:
    """A store in which an older release has left a mail address in some places."""
    names = {"file": str(tmp_path / "garden.db"), "memory": ":memory:"}
    store = SqlStore(names.get(request.param) or request.getfixturevalue("postgres"))
    tend([entry("the pot is dry", "ERROR"), entry("the tap leaks", "ERROR")], store=store)
    with store._writing() as connection:
        connection.execute(text("UPDATE issues SET title = :title"), {"title": f"the pot of {MAIL} is dry"})
        connection.execute(text("UPDATE traffic SET service = :service"), {"service": f"shop of {MAIL}"})
    return store


def mend(store: SqlStore) -> list[str]:
    return [f"{one.table}.{one.field}" for one in store.mend(REDACTOR, lambda: None)]


def test_every_leak_is_named_by_rule_place_and_owner_and_what_it_is_is_not(store: SqlStore) -> None:
    found = store.find_leaks(REDACTOR)

    ids = [issue.id for issue in store.list_issues()]
    assert {(one.table, one.field, one.rule) for one in found} == {
        ("issues", "title", "email"),
        ("traffic", "service", "email"),
    }
    assert sorted(one.of for one in found if one.table == "issues") == sorted(f"issue {one}" for one in ids)
    assert MAIL not in str(found)


def test_to_look_for_leaks_changes_nothing(store: SqlStore) -> None:
    before = list(store.dump())

    store.find_leaks(REDACTOR)

    assert list(store.dump()) == before


def test_what_is_mended_leaks_no_more_and_is_mended_once(store: SqlStore) -> None:
    counts = [(issue.id, issue.count) for issue in store.list_issues()]

    assert sorted(set(mend(store))) == ["issues.title", "traffic.service"]

    assert mend(store) == []
    assert store.find_leaks(REDACTOR) == []
    assert [(issue.id, issue.count) for issue in store.list_issues()] == counts
    assert store.check().faults == ()
    assert MAIL not in str(list(store.dump(REDACTOR)))


def test_a_mending_that_fails_changes_nothing(store: SqlStore) -> None:
    before = list(store.dump())

    seen: list[str] = []

    class Failing(Redactor):
        """Finds all, and fails when the last of it is to be written."""

        def text(self, text: str) -> str:
            seen.append(text)
            if seen.count(f"shop of {MAIL}") == 2:
                raise MemoryError
            return super().text(text)

    with pytest.raises(MemoryError):
        store.mend(Failing(b"key"), lambda: None)

    assert list(store.dump()) == before


def test_nothing_is_dumped_where_anything_leaks(store: SqlStore) -> None:
    rows = store.dump(REDACTOR)

    with pytest.raises(LeakError, match=r"email in issues\.title of issue"):
        next(rows)


def test_nothing_is_loaded_where_anything_leaks(store: SqlStore) -> None:
    other = SqlStore(":memory:")

    with pytest.raises(LeakError, match=r"the import is not written, .*email in "):
        other.load(store.dump(), REDACTOR)

    assert other.list_issues() == []
    assert other.load(store.dump()) > 0
