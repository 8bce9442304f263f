"""Whatever people and logs write, our block is found, replaced alone, and theirs stays."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_gardener.model.cluster import Trend
from log_gardener.model.plan import digest_text
from log_gardener.model.priority import Priority
from log_gardener.model.ticket import Comment, list_named, name_ticket, put_numbers
from log_gardener.stages.headline import LONGEST_TITLE, Headline, find_headline, find_retitle
from log_gardener.stages.marker import find_mark, has_comment, mark_block, mark_comment, put_block
from tests.tickets.texts import ISSUE, OTHER, quoted, written

AFTERS = st.none() | st.integers(1, 999)


@given(block=written(), after=AFTERS)
def test_a_block_that_was_marked_is_found_unedited(block: str, after: int | None) -> None:
    mark = find_mark(mark_block(ISSUE, block, after), (ISSUE,))

    assert mark
    assert (mark.issue, mark.after, mark.is_edited) == (ISSUE, after, False)


@given(block=written())
def test_a_block_is_told_by_its_digest_whatever_it_holds(block: str) -> None:
    """What is to be written and what was written are compared by it: unequal, every plan would write it again."""
    mark = find_mark(mark_block(ISSUE, block), (ISSUE,))

    assert mark
    assert mark.tells(block)


@given(above=quoted(), below=quoted(), old=written(), new=written(), after=AFTERS)
def test_only_our_block_is_replaced(above: str, below: str, old: str, new: str, after: int | None) -> None:
    body = f"{above}\n{mark_block(ISSUE, old, after)}\n{below}"

    assert put_block(body, ISSUE, new) == f"{above}\n{mark_block(ISSUE, new, after)}\n{below}"


def _send(text: str) -> str:
    """As a browser sends what was in its field."""
    return re.sub(r"\r\n|\r|\n", "\r\n", text)


@given(above=quoted(), below=quoted(), old=written(), new=written())
def test_line_ends_that_a_browser_changes_lose_no_word(above: str, below: str, old: str, new: str) -> None:
    above, block, below = (_send(f"{text}\n") for text in (above, mark_block(ISSUE, old), below))

    changed = put_block(f"{above}{block}{below}", ISSUE, new)

    assert changed == f"{above}{mark_block(ISSUE, new)}\r\n{below}"


@given(old=written(), new=written(), people=st.text(st.characters(categories=["L", "N"]), min_size=3, max_size=30))
def test_what_people_wrote_into_our_block_is_kept(old: str, new: str, people: str) -> None:
    marked = mark_block(ISSUE, old)
    head, end = marked.rsplit("\n\n", 1)

    changed = put_block(f"{head}\n{people}\n\n{end}", ISSUE, new)

    assert people in changed
    mark = find_mark(changed, (ISSUE,))
    assert mark
    assert not mark.is_edited
    assert mark.tells(new)


@given(above=quoted(), old=written(), new=written())
def test_a_block_put_twice_is_put_once(above: str, old: str, new: str) -> None:
    body = f"{above}\n{mark_block(ISSUE, old)}"
    once = put_block(body, ISSUE, new)

    assert put_block(once, ISSUE, new) == once


@given(above=quoted(), block=written())
def test_a_pasted_marker_of_another_issue_does_not_make_it_its_ticket(above: str, block: str) -> None:
    mark = find_mark(f"{above}\n{mark_block(ISSUE, block)}", (ISSUE,))

    assert mark
    assert mark.issue == ISSUE


@pytest.mark.parametrize("quote", ["> {}", "    {}", "see {}", "- {}"])
def test_a_quoted_marker_is_none(quote: str) -> None:
    text = "\n".join(quote.format(line) for line in mark_block(OTHER, "text").split("\n"))

    assert find_mark(text) is None


def test_a_marker_in_a_code_fence_is_none() -> None:
    assert find_mark(f"As it was:\n```html\n{mark_block(OTHER, 'text')}\n```\n") is None


@given(text=written(), key=st.from_regex(r"[a-z]+\.[0-9a-f]{1,32}", fullmatch=True))
def test_a_comment_is_known_by_its_key_and_by_no_other(text: str, key: str) -> None:
    posted = [Comment(mark_comment(text, key), 0, is_ours=True)]

    assert has_comment(posted, key)
    assert not has_comment(posted, f"{key}0")
    assert key == "escalated.3" or not has_comment(posted, "escalated.3")


@given(text=written(), key=st.from_regex(r"[a-z]+\.[0-9a-f]{1,32}", fullmatch=True))
def test_a_key_that_people_write_counts_for_nothing(text: str, key: str) -> None:
    assert not has_comment([Comment(mark_comment(text, key), 0, is_ours=False)], key)


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=300)
PRIORITIES = st.sampled_from(list(Priority))


@given(word=st.sampled_from(["new", "regression", "escalation", "ongoing"]), priority=PRIORITIES, name=NAMES)
def test_a_title_says_what_was_put_in_and_no_tracker_refuses_it(word: str, priority: Priority, name: str) -> None:
    title = str(Headline(word, priority, name))
    found = find_headline(title)

    assert len(title) <= LONGEST_TITLE
    assert found
    assert (found.word, found.priority) == (word, priority)
    assert name == found.name or name.startswith(found.name.removesuffix("…"))


@given(name=NAMES, priorities=st.lists(PRIORITIES, min_size=1, max_size=5), trend=st.sampled_from(list(Trend)))
def test_a_title_that_is_right_stays(name: str, priorities: list[Priority], trend: Trend) -> None:
    title = str(Headline("new", Priority.P4, name))
    for priority in priorities:
        title = find_retitle(title, priority, trend) or title

    assert find_retitle(title, priorities[-1], trend) == ""
    found = find_headline(title)
    assert found
    assert found.priority is priorities[-1]


IDS = st.sampled_from([ISSUE, OTHER, "r2:00ff"])


@given(parts=st.lists(st.tuples(written(), IDS)), numbers=st.dictionaries(IDS, st.integers(1, 999)))
def test_named_tickets_get_their_numbers_and_all_else_stays(
    parts: list[tuple[str, str]], numbers: dict[str, int]
) -> None:
    text = "".join(f"{before}{name_ticket(issue)}" for before, issue in parts)
    spelt = "".join(f"{before}{f'#{numbers[one]}' if one in numbers else f'`{one}`'}" for before, one in parts)

    assert list_named(text) == [issue for _, issue in parts]
    assert put_numbers(text, numbers) == spelt


@given(text=written())
def test_a_digest_does_not_see_what_browsers_do_to_line_ends(text: str) -> None:
    assert digest_text(text.replace("\r", "")) == digest_text(text.replace("\r", "").replace("\n", "  \r\n"))
