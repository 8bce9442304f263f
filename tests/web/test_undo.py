"""Whatever is decided can be taken back, and then all is as it was; unless somebody decided otherwise since."""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from log_gardener.errors import UsageError
from log_gardener.model.issue import Issue
from log_gardener.model.priority import Priority
from log_gardener.stages.selection import Selection
from log_gardener.web.desk import Desk, Done
from tests.web.served import Place

CONFIG = "# ours\nzone = 'UTC'\n\n[tickets]\nmost_new = 3 # few\n"

decisions = st.one_of(
    st.tuples(st.just("mute"), st.sampled_from(["", "7d", "2100-01-01T00:00Z"]), st.integers(0, 9)),
    st.tuples(st.just("resolve"), st.sampled_from(["", "shop-web-00028-tam"])),
    st.tuples(st.just("reopen")),
    st.tuples(st.just("lock"), st.sampled_from([None, *Priority])),
)


def list_ids(desk: Desk) -> list[str]:
    return [row.issue.id for row in desk.list_issues(Selection()).rows]


def look(desk: Desk) -> list[Issue]:
    """All that is remembered of issues, in an order that no decision changes."""
    return sorted((row.issue for row in desk.list_issues(Selection()).rows), key=lambda one: one.id)


def decide(desk: Desk, issue: str, decision: tuple[object, ...]) -> Done:
    verb, *rest = decision
    done: Done = getattr(desk, str(verb))(issue, *rest)
    return done


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=decisions, second=decisions, is_merged=st.booleans())
def test_a_decision_taken_back_leaves_all_as_it_was(
    shop: Path, first: tuple[object, ...], second: tuple[object, ...], *, is_merged: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(shop, Path(folder) / "garden.db")
        desk = Place(Path(folder)).open_desk()
        one, other, *_ = list_ids(desk)
        decide(desk, other, second)
        decide(desk, one, first)
        if is_merged:
            desk.merge([one, other])
        before = look(desk)

        done = decide(desk, one, second)
        told = desk.view_issue(one).details.decisions
        desk.undo(done.undo)

        assert look(desk) == before
        history = desk.view_issue(one).details.decisions
        assert [row[1:] for row in history] == [*[row[1:] for row in told], ("undo", told[-1][1])]


@pytest.mark.parametrize("text", [None, "", CONFIG, CONFIG + "\n[[decisions.merge]]\nissues = ['r1:aa', 'r1:bb']\n"])
def test_a_merge_taken_back_leaves_issues_and_configuration_as_they_were(place: Place, text: str | None) -> None:
    if text is not None:
        place.config.write_text(text, encoding="utf-8")
    desk = place.open_desk()
    before, ids = look(desk), list_ids(desk)

    done = desk.merge(ids[:3], "one cause")
    assert len(look(desk)) == len(before) - 2
    assert "one cause" in place.config.read_text(encoding="utf-8")
    desk.undo(done.undo)

    assert look(desk) == before
    assert place.config.read_text(encoding="utf-8").rstrip() == (text or "").rstrip()


def test_a_split_taken_back_leaves_issues_and_configuration_as_they_were(place: Place) -> None:
    place.config.write_text(CONFIG, encoding="utf-8")
    desk = place.open_desk()
    issue = next(one for one in look(desk) if len(one.templates) > 1)
    template = next(one.fingerprint for one in issue.templates if one.fingerprint != issue.id)
    before = look(desk)

    done = desk.split(issue.id, [template], "another cause")
    assert len(desk.view_issue(issue.id).issue.templates) == len(issue.templates) - 1
    desk.undo(done.undo)

    assert look(desk) == before
    assert place.config.read_text(encoding="utf-8").rstrip() == CONFIG.rstrip()


def test_what_somebody_decided_since_is_not_taken_back(place: Place) -> None:
    desk = place.open_desk()
    issue = list_ids(desk)[0]
    done = desk.mute(issue)
    place.open_desk().resolve(issue)

    with pytest.raises(UsageError, match="otherwise since"):
        desk.undo(done.undo)

    assert desk.view_issue(issue).issue.status == "resolved"


def test_nothing_is_taken_back_twice(place: Place) -> None:
    desk = place.open_desk()
    ids = list_ids(desk)
    for done in (desk.mute(ids[0]), desk.merge(ids[1:3])):
        desk.undo(done.undo)
        with pytest.raises(UsageError, match="since"):
            desk.undo(done.undo)


@pytest.mark.parametrize("token", ["", "x", "eyJhIjoxfQ.AAAA", "é", "." * 1_000])
def test_a_made_up_token_takes_nothing_back(place: Place, token: str) -> None:
    with pytest.raises(UsageError, match="not given here"):
        place.open_desk().undo(token)


def test_a_token_of_another_server_takes_nothing_back(place: Place) -> None:
    desk = place.open_desk(b"another secret")
    done = desk.mute(list_ids(desk)[0])

    with pytest.raises(UsageError, match="not given here"):
        place.open_desk().undo(done.undo)


def test_what_a_decision_answers_is_what_is_remembered_then(place: Place) -> None:
    desk = place.open_desk()
    issue = list_ids(desk)[0]

    for decision in (("mute", "7d", 5), ("resolve",), ("lock", Priority.P4), ("lock", None), ("reopen",)):
        done = decide(desk, issue, decision)
        assert replace(desk.view_issue(issue).issue, history=()) == done.issue
