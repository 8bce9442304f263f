"""Our block in a ticket: found again, replaced, and nothing of people's lost."""

import pytest

from log_gardener.model.ticket import Comment, list_named, name_ticket, put_numbers
from log_gardener.stages.marker import find_mark, has_comment, mark_block, mark_comment, put_block

ID = "r1:0123456789abcdef"


def test_a_block_is_found_between_its_markers() -> None:
    mark = find_mark(f"Hello\n\n{mark_block(ID, 'What is wrong', 12)}\n\nGoodbye")

    assert mark
    assert (mark.issue, mark.after, mark.block, mark.is_edited) == (ID, 12, "What is wrong", False)


def test_the_first_line_of_a_body_names_the_issue() -> None:
    assert mark_block(ID, "text").split("\n")[0] == f"<!-- log-gardener {ID} -->"


@pytest.mark.parametrize("name", ["dashboard", "notice"])
def test_what_speaks_of_the_whole_garden_has_a_name_instead(name: str) -> None:
    mark = find_mark(mark_block(name, "text"))

    assert mark
    assert mark.issue == name


def test_text_of_people_around_the_block_stays_as_it_is() -> None:
    body = f"  Seen by Ann.\r\n\r\n{mark_block(ID, 'old')}\r\n\r\nSee the runbook  \n"

    changed = put_block(body, ID, "new")

    assert changed == body.replace(mark_block(ID, "old"), mark_block(ID, "new"))


def test_what_a_browser_does_to_line_ends_is_no_edit() -> None:
    body = mark_block(ID, "one  \ntwo").replace("\n", "\r\n")
    mark = find_mark(body)

    assert mark
    assert not mark.is_edited


def test_a_ticked_box_is_an_answer_and_no_edit() -> None:
    mark = find_mark(mark_block(ID, "- [ ] file it").replace("[ ]", "[x]"))

    assert mark
    assert not mark.is_edited


def test_a_block_that_people_edited_is_kept_below_the_new_one() -> None:
    body = mark_block(ID, "We say this.").replace("this", "this, and Ann found the cause")

    changed = put_block(body, ID, "We say more.")

    assert changed.startswith(mark_block(ID, "We say more."))
    assert "Ann found the cause" in changed
    assert put_block(changed, ID, "Still more.").count("Ann found the cause") == 1


def test_without_its_end_nothing_but_the_marker_is_taken_for_the_block() -> None:
    body = mark_block(ID, "old").replace("<!-- log-gardener end -->", "")

    changed = put_block(body, ID, "new")

    assert changed.startswith(mark_block(ID, "new"))
    assert "old" in changed


def test_what_people_write_between_our_markers_stays_above_the_block() -> None:
    first, rest = mark_block(ID, "old").split("\n", 1)

    changed = put_block(f"{first}\nAnn is on it.\n{rest}", ID, "new")

    assert changed == f"Ann is on it.\n\n{mark_block(ID, 'new')}"


def test_a_ticket_keeps_what_it_follows() -> None:
    mark = find_mark(put_block(mark_block(ID, "old", 7), ID, "new"))

    assert mark
    assert (mark.after, mark.block) == (7, "new")


def test_a_body_without_a_block_has_no_mark() -> None:
    assert find_mark("<!-- log-gardener --> <!-- log-gardener r1: --> r1:0123 <!-- log-gardener x -->") is None


def test_a_comment_is_known_by_its_key_if_our_account_wrote_it() -> None:
    text = mark_comment("It is back.", "regressed.3")

    assert has_comment([Comment("first", 0, is_ours=True), Comment(text, 1, is_ours=True)], "regressed.3", 9)
    assert not has_comment([Comment(text, 1, is_ours=False)], "regressed.3", 0)
    assert not has_comment([Comment(text, 1, is_ours=True)], "regressed.30", 1)


def test_a_comment_of_the_same_kind_that_was_posted_lately_counts_as_said() -> None:
    comments = [Comment(mark_comment("It is back.", "regressed.3"), 50, is_ours=True)]

    assert has_comment(comments, "regressed.4", 49)
    assert not has_comment(comments, "escalated.4", 49)


def test_what_people_quote_or_paste_is_not_taken_for_the_block() -> None:
    quoted = "\n".join(f"> {line}" for line in mark_block("r1:bb", "other").split("\n"))
    body = f"{quoted}\n\n{mark_block('r1:bb', 'pasted')}\n\n{mark_block(ID, 'ours')}"

    changed = put_block(body, ID, "new")

    assert changed == body.replace(mark_block(ID, "ours"), mark_block(ID, "new"))
    assert find_mark(quoted) is None


def test_markers_in_what_is_wrapped_are_none() -> None:
    block = "```\n<!-- log-gardener end -->\n<!-- log-gardener r1:bb -->\n```"
    mark = find_mark(mark_block(ID, block))

    assert mark
    assert (mark.issue, mark.is_edited) == (ID, False)
    assert mark.tells(block, {})
    assert not has_comment([Comment(mark_comment(mark_comment("x", "a.1"), "b.1"), 0, is_ours=True)], "a.1", 0)


def test_tickets_are_named_until_their_numbers_are_known() -> None:
    text = f"follows from {name_ticket('r1:aa')}, not from {name_ticket('r1:bb')}"

    assert put_numbers(text, {"r1:aa": 12}) == "follows from #12, not from `r1:bb`"
    assert list_named(text) == ["r1:aa", "r1:bb"]
