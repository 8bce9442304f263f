"""What cannot be seen goes at every exit; what is only unusual stays and reads well."""

import re
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_gardener.cli.console import plain
from log_gardener.renderers import escaping
from log_gardener.renderers.escaping import Row, flatten
from log_gardener.renderers.html_text import escape_html
from log_gardener.renderers.markdown import code, escape
from tests.hostile.corpus import mutate, read_corpus, read_texts
from tests.hostile.rendered import UNSEEN, render

TEXTS = [*read_texts(), *mutate(read_texts("characters", "terminal"), 2_000, seed=19)]
TABLES = {name: rows for name, rows in vars(escaping).items() if name.isupper() and isinstance(rows, tuple)}


@pytest.mark.parametrize("make", [flatten, escape, code, escape_html, lambda text: plain(text).plain])
def test_nothing_unseen_is_in_any_text_that_people_read(make: Callable[[str], str]) -> None:
    assert [text for text in TEXTS if UNSEEN.search(make(text))] == []


@given(text=st.text(st.characters(categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Mn", "Lu", "So"))))
def test_no_control_format_or_separator_is_left_but_what_is_seen(text: str) -> None:
    left = {letter for letter in flatten(text) if unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}

    # Signs of Arabic, Syriac, Kaithi and Egyptian that stand around numbers and names, and are drawn.
    assert all(
        re.match(r"[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd\U00013430-\U0001343f]", one)
        for one in left
    )


@given(text=st.text(st.characters()) | st.sampled_from(TEXTS))
def test_a_flat_text_is_flat(text: str) -> None:
    assert len(flatten(text).splitlines()) <= 1
    flatten(text).encode("utf-8")


@pytest.mark.parametrize("text", [one.text for one in read_corpus("characters") if one.tries == "nothing"])
def test_what_is_only_unusual_keeps_its_letters(text: str) -> None:
    drawn = re.sub("[\u200c\u200d\ufe0f]", "", text)

    assert flatten(text) == drawn
    assert render(escape(text)).shown.strip() == drawn


@pytest.mark.parametrize(
    ("text", "flat"),
    [
        ("one\ntwo\r\n\tthree", "one two three"),
        ("a\x1b[31mb\x07", "a [31mb "),
        ("ghp\u200b_part", "ghp _part"),
        ("\u202egnorw", " gnorw"),
        ("⚠\ufe0f low", "⚠ low"),
        ("a\ufe0fb", "a b"),
        ("👩\u200d💻", "👩💻"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u062e"),
        ("a\u200cb", "a b"),
        ("\ud83d\udc80 half \ud83d", "\ufffd\ufffd half \ufffd"),
        ("a\u0301\u0302\u0303\u0304\u0305\u0306b", "a\u0301\u0302\u0303\u0304b"),
        ("\u0301x", "\u25cc\u0301x"),
        ("\n\u0338>", "\u25cc\u0338>"),
        ("tag\U000e0041\U000e0042s", "tag s"),
        ("\ufffe\uffff", "\ufffd\ufffd"),
    ],
)
def test_a_text_is_flattened_so(text: str, flat: str) -> None:
    assert flatten(text) == flat


def test_a_mark_around_a_letter_takes_no_cell_of_a_terminal() -> None:
    assert plain("1\u20e3 x").plain == "1 x"


def test_a_heading_keeps_the_signs_at_its_end() -> None:
    assert [render(f"## {escape(text)}").shown for text in ("a #", "b ##", "#", "c#")] == [
        "a #\n",
        "b ##\n",
        "#\n",
        "c#\n",
    ]


def test_a_page_holds_no_sign_of_html_of_a_text() -> None:
    assert escape_html("<a b='c' d=\"e\">&amp;") == "&lt;a b=&#39;c&#39; d=&quot;e&quot;&gt;&amp;amp;"


@pytest.mark.parametrize("name", TABLES)
def test_every_row_of_the_table_says_why_and_stands_in_the_account_of_exits(name: str) -> None:
    rows = TABLES[name]

    assert f"`{name}`" in (escaping.__doc__ or "")
    assert all(isinstance(row, Row) and row.name and len(row.reason.split()) > 3 for row in rows)
    assert len({row.name for row in rows}) == len(rows)
