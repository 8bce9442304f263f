"""Comments, the notice that nothing is filed, and the dashboard with its boxes."""

import re
from dataclasses import replace

import pytest

from log_gardener.model.cluster import Status, Trend
from log_gardener.model.issue import Verdict
from log_gardener.model.priority import Priority
from log_gardener.model.ticket import Event, EventKind, Stop, Subject, list_named, name_ticket, put_numbers
from log_gardener.renderers.ticket import TicketRenderer
from log_gardener.renderers.ticket_template import LONGEST_BLOCK
from log_gardener.stages.breaker import BREAKERS
from log_gardener.stages.dashboard import ACTIONS, FILE, MUTE, find_ticks, spell_tick
from tests.unit.ticket_subjects import make_shop, with_issue

SHOP = make_shop()
FIRST = SHOP[0]
WRITER = TicketRenderer()
OTHER = f"r1:{'a' * 32}"


def tell(kind: EventKind, why: str = "it was so", subject: Subject | None = FIRST) -> str:
    return WRITER.tell(Event(kind, FIRST.issue.id, why, OTHER), subject)


@pytest.mark.parametrize("kind", EventKind)
def test_a_comment_is_short_and_says_first_what_happened(kind: EventKind) -> None:
    lines = tell(kind).splitlines()

    assert re.match(r"\*\*[A-Z][a-z ]+:\*\* ", lines[0])
    assert len(lines) <= 3
    assert tell(kind) == tell(kind)


@pytest.mark.parametrize("kind", [kind for kind in EventKind if kind is not EventKind.DUPLICATE])
def test_a_comment_says_why_and_how_the_issue_stands(kind: EventKind) -> None:
    told = tell(kind, "40 in an hour, where 10 was the most")

    assert "40 in an hour, where 10 was the most." in told
    assert "P2, 12 entries since 2025-09-14 21:00 UTC, the latest at 2025-09-14 22:50 UTC." in told
    assert "[Cloud Logging](https://console.cloud.google.com/" in told


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        (EventKind.CASCADE, [OTHER]),
        (EventKind.FOLDED, [OTHER]),
        (EventKind.DUPLICATE, [FIRST.issue.id]),
        (EventKind.QUIET, []),
    ],
)
def test_a_comment_names_the_other_ticket_where_there_is_one(kind: EventKind, named: list[str]) -> None:
    assert list_named(tell(kind)) == named


@pytest.mark.parametrize("kind", EventKind)
def test_no_comment_of_ours_closes_a_ticket_or_marks_it_by_its_words(kind: EventKind) -> None:
    told = put_numbers(tell(kind), {OTHER: 12, FIRST.issue.id: 13})

    assert not re.search(r"(?:close[sd]?|fix(?:es|ed)?|resolve[sd]?|duplicate of):? #", told, re.IGNORECASE)


def test_a_comment_can_be_told_of_an_issue_that_is_not_known() -> None:
    assert tell(EventKind.RESOLVED, subject=None) == "**Resolved:** it was so."


@pytest.mark.parametrize("breaker", BREAKERS)
def test_the_notice_says_why_nothing_is_filed_and_what_to_do(breaker: str) -> None:
    draft = WRITER.write_notice(Stop(breaker, "500 issues came at once"))

    assert draft.name == "Log Gardener files nothing"
    assert "**Log Gardener files nothing:** 500 issues came at once." in draft.block
    assert len(re.findall(r"^\d\. ", draft.block, re.MULTILINE)) == 3
    assert f"--despite {breaker}" in draft.block


def board(*subjects: Subject) -> str:
    return WRITER.write_dashboard(subjects).block


def test_the_dashboard_lists_issues_by_priority_with_their_tickets_and_boxes() -> None:
    first, second = with_issue(SHOP[1], priority=Priority.P1), FIRST
    block = board(first, second)

    assert re.findall(r"^### .*", block, re.MULTILINE) == ["### P1 · 1", "### P2 · 1"]
    assert list_named(block) == [first.issue.id, second.issue.id]
    assert block.startswith("**2 open issues.**")
    for subject in (first, second):
        for action in ACTIONS:
            assert re.search(rf"^  - \[ \] .*{re.escape(spell_tick(action, subject.issue.id))}$", block, re.MULTILINE)


def test_a_box_that_people_tick_can_be_read_back() -> None:
    block = board(*SHOP)
    lines = [line for line in block.splitlines() if "- [ ]" in line]
    ticked = block.replace(lines[1], lines[1].replace("[ ]", "[x]")).replace(lines[2], lines[2].replace("[ ]", "[X]"))

    assert find_ticks(block) == []
    assert find_ticks(ticked) == [(MUTE, SHOP[0].issue.id), (FILE, SHOP[1].issue.id)]
    assert find_ticks(ticked.replace("\n", "\r\n")) == find_ticks(ticked)


@pytest.mark.parametrize(
    "line",
    [
        "  - [ ] file a ticket <!-- file r1:00 -->",
        "- [x] file a ticket",
        "- [x] close <!-- close r1:00 -->",
        "- [x] file <!-- file dashboard -->",
        "- [x] file <!-- file r1:00 --> and more",
        "[x] file <!-- file r1:00 -->",
        "- [x] \\<!-- file r1:00 --\\>",
        "- [x] one\n<!-- file r1:00 -->",
    ],
)
def test_what_is_no_ticked_box_of_ours_asks_for_nothing(line: str) -> None:
    assert find_ticks(line) == []


def test_a_box_that_is_ticked_twice_asks_once() -> None:
    assert find_ticks("- [x] file <!-- file r1:00 -->\n* [X] file <!-- file r1:00 -->") == [(FILE, "r1:00")]


def test_what_is_quiet_or_resolved_is_counted_and_what_is_muted_has_no_box() -> None:
    quiet = with_issue(SHOP[1], trend=Trend.QUIET)
    resolved = with_issue(SHOP[2], verdict=Verdict(Status.RESOLVED))
    muted = with_issue(FIRST, verdict=Verdict(Status.MUTED))
    block = board(muted, quiet, resolved)

    assert "Not listed: 1 that are quiet, 1 that are resolved." in block
    assert "; new, muted" in block
    assert "- [ ]" not in block


def test_a_garden_without_issues_has_a_dashboard_that_says_so() -> None:
    assert board().startswith("**0 open issues.**")


def test_a_dashboard_of_many_issues_can_be_stored_and_counts_what_it_leaves_out() -> None:
    many = [with_issue(FIRST, id=f"r1:{number:032x}", title="<&>" * 60) for number in range(500)]
    block = board(*many)
    listed = len(list_named(block))

    assert len(block) <= LONGEST_BLOCK
    assert listed >= 20
    assert f"… and {500 - listed} more, less urgent" in block


def test_text_of_logs_makes_no_box() -> None:
    forged = with_issue(FIRST, title=f"x\n- [x] file {spell_tick(FILE, OTHER)}\n", id=OTHER)
    told = [board(forged), WRITER.write(forged).block, tell(EventKind.QUIET, f"x\n- [x] a {spell_tick(MUTE, OTHER)}")]

    assert [find_ticks(text) for text in told] == [[], [], []]
    assert name_ticket(OTHER) in told[0]


def test_the_boards_are_the_same_whenever_they_are_written() -> None:
    again = TicketRenderer()

    assert board(*SHOP) == again.write_dashboard(SHOP).block
    assert WRITER.write_dashboard([replace(FIRST)]) == again.write_dashboard([FIRST])
