"""The page of a day in the life is what comes of that day."""

import difflib

import pytest

from tests.tickets.day import CHAPTERS, PAGE, make_page


@pytest.fixture(scope="module")
def page() -> str:
    return make_page()


def find_chapter(page: str, title: str) -> str:
    """What the page says of an hour."""
    (found,) = (part for part in page.split("\n## ") if part.partition("\n")[0].endswith(f": {title}"))
    return found


def test_the_page_is_what_the_script_gives(page: str) -> None:
    shown = PAGE.read_text(encoding="utf-8")
    changes = "\n".join(difflib.unified_diff(shown.splitlines(), page.splitlines(), lineterm="", n=1))

    assert changes == "", "python -m tests.tickets.day writes the page anew"


# What each hour must show, whatever the words are: what the plan does, and how the tickets are then.
@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("new", ["**create** a new one", "| #2 | open |", "| #3 | open |"]),
        ("recurring", ["- **edit** #3"]),
        ("recurring, and too soon to write", ["- nothing to do"]),
        ("recurring, and written", ["- **edit** #3"]),
        ("escalating", ["- **comment** #3: escalated", "`GCP-escalation \\| P2 \\| KeyError: 'rose'`"]),
        ("a person writes in it", ["`roses`"]),
        ("closed by a person", ["- **decide** #3: people closed #3", "| #3 | closed, completed |"]),
        ("old evidence", ["- nothing to do", "| #3 | closed, completed |"]),
        ("newer evidence", ["- **reopen** #3", "| #3 | open |", "`GCP-regression"]),
        ("after the window", ["- **create** a new one: back too long", "| #3 | closed, completed |", "| #4 | open |"]),
        ("resolved in a revision", ["- **close** #4", "| #4 | closed, completed |"]),
        ("the former revision again", ["- nothing to do", "| #4 | closed, completed |"]),
        ("the fixed revision fails", ["- **reopen** #4", "| #4 | open |"]),
        ("a cascade is found", ["- **close** #2", "- **link** #2", "| #2 | closed, not planned |", "| #4 | open |"]),
        ("calmer", ["- **edit** #4"]),
        ("grouping changes", ["- nothing to do", "| #2 | closed, not planned |", "| #4 | open |"]),
    ],
)
def test_an_hour_of_the_day_goes_as_promised(page: str, title: str, shown: list[str]) -> None:
    chapter = find_chapter(page, title)

    assert [one for one in shown if one not in chapter] == []


def test_no_ticket_is_there_twice_at_the_end_of_the_day(page: str) -> None:
    last = page.rpartition("**The tickets:**")[2]

    assert last.count("| open |") == 2  # Ann's own, and the one of the cause
    assert "#5" not in last
    assert len(CHAPTERS) == page.count("**The plan:**")


def test_what_ann_wrote_is_still_there_at_the_end_of_the_day(page: str) -> None:
    assert "Roses come from the new supplier since Monday." in page.rpartition("## What is not on this page")[0]
