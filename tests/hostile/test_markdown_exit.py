"""In Markdown as GitHub renders it, text of logs is text: it links nothing, calls nobody and breaks out of nothing."""

import json
import re
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_gardener.renderers.escaping import flatten
from log_gardener.renderers.markdown import code, code_in_cell, escape, table
from log_gardener.renderers.worklog import WorklogRenderer
from tests.hostile.corpus import mutate, read_texts
from tests.hostile.rendered import UNSEEN, render
from tests.hostile.worklogs import calm, tend_hostile

CORPUS = read_texts()
MUTATED = mutate(read_texts("markdown", "characters", "page", "json"), 4_000, seed=7)
AT_ONCE = 30

# Each place in which the worklog shows text, and the elements that it makes there by itself.
PLACES: dict[str, Callable[[str], str]] = {
    "item": lambda text: f"- {escape(text)}",
    "numbered item": lambda text: f"1. **{escape(text) or 'x'}** (P1)",
    "heading": lambda text: f"## Cluster 1: {escape(text)}",
    "fact": lambda text: f"**Service:** {escape(text)}  \n**Next:** x",
    "cell": lambda text: table(["a", "b", "c"], [["1", escape(text), "2"], ["3", "4", "5"]]),
    "code": lambda text: f"- {code(text)}, {code(text)}",
    "code in a cell": lambda text: table(["a", "b", "c"], [["1", code_in_cell(text), "2"], ["3", "4", "5"]]),
    "beside code": lambda text: f"x {code(text)}: {escape(text)}. {code(text)}",
    "marked": lambda text: f"<!-- log-gardener r1:00 -->\n\n{escape(text) or 'x'}\n\n<!-- log-gardener:end -->",
}
TEXT = st.text(st.characters()) | st.text("@#`$:|\\<>&*_~[]()!-+=.1a/w \n\u200b") | st.sampled_from(CORPUS)


@pytest.mark.parametrize("place", PLACES)
def test_every_payload_is_text_in_every_place(place: str) -> None:
    make = PLACES[place]
    expected = render(make("calm")).skeleton
    broken = []
    for text in [*CORPUS, *MUTATED]:
        rendered = render(make(text))
        if rendered.skeleton != expected or rendered.find_active() or UNSEEN.search(rendered.shown):
            broken.append((text, make(text), rendered.html))

    assert broken == []


@pytest.mark.parametrize("place", PLACES)
@given(text=TEXT)
def test_any_text_is_text_in_every_place(place: str, text: str) -> None:
    rendered = render(PLACES[place](text))

    assert rendered.skeleton == render(PLACES[place]("calm")).skeleton
    assert rendered.find_active() == []
    assert not UNSEEN.search(rendered.shown)


@given(text=TEXT)
def test_escaped_text_reads_as_what_was_logged_on_one_line(text: str) -> None:
    assert render(escape(text)).shown == flatten(text).strip() + "\n" * bool(flatten(text).strip())


@given(text=TEXT)
def test_code_reads_as_what_was_logged_on_one_line(text: str) -> None:
    assert render(code(text)).shown.strip("\n ") == flatten(text).strip().strip(" ")


@given(text=TEXT)
def test_code_in_a_cell_reads_as_what_was_logged(text: str) -> None:
    shown = render(table(["a", "b"], [["x", code_in_cell(text)]])).shown

    assert re.sub(r"\s", "", shown) == "abx" + re.sub(r"\s", "", flatten(text))


@pytest.mark.parametrize("begin", range(0, len(CORPUS), AT_ONCE))
def test_a_worklog_of_hostile_entries_has_the_shape_of_a_calm_one(begin: int) -> None:
    worklog = tend_hostile(CORPUS[begin : begin + AT_ONCE])

    document = render(WorklogRenderer().render(worklog))

    assert document.skeleton == render(WorklogRenderer().render(calm(worklog))).skeleton
    assert document.find_active() == []
    assert not UNSEEN.search(document.shown)


@pytest.mark.parametrize("seed", range(6))
def test_a_worklog_of_mutated_payloads_has_the_shape_of_a_calm_one(seed: int) -> None:
    worklog = tend_hostile(mutate(CORPUS, AT_ONCE, seed))

    document = render(WorklogRenderer().render(worklog))

    assert document.skeleton == render(WorklogRenderer().render(calm(worklog))).skeleton
    assert document.find_active() == []


def test_the_entries_in_a_hostile_worklog_are_json() -> None:
    document = WorklogRenderer().render(tend_hostile(CORPUS[:AT_ONCE]))
    blocks = re.findall(r"^(`{3,})json\n(.*?)\n\1$", document, re.MULTILINE | re.DOTALL)

    assert len(blocks) >= AT_ONCE
    assert all(isinstance(json.loads(block), dict) for _, block in blocks)


@pytest.mark.parametrize(
    "text",
    ["@octocat", "fixes #1", "https://evil.example", "www.evil.example", "<img src=x>", "![x](//y)", "a@b.c",
     "deadbeef", ":x:", "$x$", "[^1]\n\n[^1]: x", "# x", "~~x~~", "- x", "1. x", "a\u200bb", "> x", "```\nx\n```"],
)  # fmt: skip
def test_what_is_looked_for_is_found_where_nothing_is_escaped(text: str) -> None:
    rendered = render(f"- {text}")

    is_found = rendered.skeleton != render("- calm").skeleton or rendered.find_active() or UNSEEN.search(rendered.shown)
    assert is_found


@pytest.mark.parametrize(
    "unit", [")", ".)", ".,", "#", ":", "a-", "`", "[", "\\", "&", "a:", "(x", "\u0301", "$", "@a", " x"]
)
@pytest.mark.parametrize("around", ["{}", "https://{}", "x{}x", "{} x", "#{}"])
def test_a_long_text_takes_no_longer_than_its_length_asks_for(unit: str, around: str) -> None:
    """A text of one sign again and again must not stop a run: what takes its square would take minutes here."""
    text = around.format(unit * 60_000)

    begun = time.process_time()
    escape(text)
    code_in_cell(text)

    assert time.process_time() - begun < 4


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("Payment of order 4711 failed after 8000 ms", "Payment of order 4711 failed after 8000 ms"),
        ("cannot open /etc/app.conf: no such file (2)", "cannot open /etc/app.conf: no such file (2)"),
        ("KeyError: 'id' in shop.cart, line 8; 50% lost", "KeyError: 'id' in shop.cart, line 8; 50% lost"),
        ("at 12:34:56, 3 x more, a+b=c, C# code?", "at 12:34:56, 3 x more, a+b=c, C# code?"),
        ("GET https://shop/cart/<id> said 503.", "GET `https://shop/cart/<id>` said 503."),
        ("cc @ann, see #12", "cc `@`ann, see `#`12"),
        ("commit 16c999e in web-7d9f8b6c5d-x2x9z", "commit `16c999e` in `web-7d9f8b6c5d-x2x9z`"),
        ("com.shop.Cart$1 needs ${HOME}", "`com.shop.Cart$1` needs `$`{HOME}"),
    ],
)
def test_what_is_inert_stays_as_it_is_and_the_rest_is_readable(text: str, spelt: str) -> None:
    assert escape(text) == spelt
