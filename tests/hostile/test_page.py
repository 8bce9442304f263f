"""In a real browser, text of logs in a page is text: no script of it runs, no request leaves, nothing opens.

The pages here have every place in which a page of ours may show text. Each defence is also tried without the other.
"""

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_gardener.renderers.escaping import flatten
from log_gardener.renderers.html_text import embed_json, escape_html, escape_html_lines, make_policy
from log_gardener.renderers.worklog import WorklogRenderer
from tests.hostile.corpus import mutate, read_corpus, read_texts
from tests.hostile.rendered import Rendered, to_html
from tests.hostile.worklogs import tend_hostile

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.hostile.browsing import Seen

CORPUS = read_texts()
TEXTS = [*read_texts("page", "json", "characters"), *mutate(read_texts("page", "json"), 600, seed=13)]
AT_ONCE = 40

SCRIPT = "window.own = JSON.parse(document.getElementById('given').textContent)"
STYLE = "pre { color: green }"
POLICY = make_policy([SCRIPT], [STYLE])


def visit(browser: "Browser", html: str, policy: str = "") -> "Seen":
    from tests.hostile import browsing  # noqa: PLC0415 - only with playwright

    return browsing.visit(browser, html, policy, lambda page: page.evaluate(LOOK))


LOOK = """() => ({
  own: window.own,
  texts: [...document.querySelectorAll('#shown > p')].map(one => one.textContent),
  titles: [...document.querySelectorAll('#shown > p')].map(one => one.title),
  drawn: [...document.querySelectorAll('#shown > svg text')].map(one => one.textContent),
  names: [...document.querySelectorAll('#shown > svg')].map(one => one.getAttribute('aria-label')),
  lines: [...document.querySelectorAll('#shown > pre')].map(one => one.textContent),
  elements: document.querySelectorAll('#shown *').length,
  color: document.querySelector('#shown > pre') && getComputedStyle(document.querySelector('#shown > pre')).color,
})"""


def make_page(texts: list[str]) -> str:
    """A page with texts in every place where they may stand."""
    shown = "".join(
        f'<p title="{inert}" data-text="{inert}">{inert}</p>'
        f'<svg aria-label="{inert}"><title>{inert}</title><text>{inert}</text></svg>'
        f"<pre>{escape_html_lines(text)}</pre>"
        for text, inert in zip(texts, map(escape_html, texts), strict=True)
    )
    return (
        f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{escape_html(' '.join(texts))}</title>"
        f"<style>{STYLE}</style></head>"
        f'<body><div id=shown>{shown}</div><script type="application/json" id=given>{embed_json(texts)}</script>'
        f"<script>{SCRIPT}</script></body></html>"
    )


def make_careless_page(texts: list[str]) -> str:
    """A page of somebody who forgot to escape."""
    return f"<!DOCTYPE html><meta charset=utf-8><body>{''.join(f'<div title={text!r}>{text}</div>' for text in texts)}"


@pytest.mark.parametrize("begin", range(0, len(TEXTS), 150))
def test_no_payload_does_anything_in_a_page_of_ours(browser: "Browser", begin: int) -> None:
    texts = TEXTS[begin : begin + 150]

    seen = visit(browser, make_page(texts), POLICY)

    flat = [flatten(text) for text in texts]
    assert seen.find_harm() == []
    found: Any = seen.result
    assert found["texts"] == found["titles"] == found["drawn"] == found["names"] == flat
    assert found["elements"] == len(texts) * len(("p", "svg", "title", "text", "pre"))


def test_scripts_and_styles_of_ours_count_and_get_their_values(browser: "Browser") -> None:
    seen = visit(browser, make_page(TEXTS), POLICY)

    found: Any = seen.result
    assert found["own"] == json.loads(embed_json(TEXTS))
    assert found["color"] == "rgb(0, 128, 0)"


def test_escaping_alone_keeps_every_payload_still(browser: "Browser") -> None:
    assert visit(browser, make_page(TEXTS)).find_harm() == []


@pytest.mark.parametrize("tries", ["run a script", "send a request"])
def test_the_policy_alone_keeps_payloads_of_scripts_and_requests_still(browser: "Browser", tries: str) -> None:
    texts = [one.text for one in read_corpus("page") if one.tries == tries]

    for text in texts[::4]:
        seen = visit(browser, make_careless_page([text]), POLICY)

        # An empty frame is no harm: what would be in it has not been asked for.
        assert [harm for harm in seen.find_harm() if not harm.startswith("frame ")] == [], text


def test_the_policy_lets_no_script_of_ours_make_markup_of_text(browser: "Browser") -> None:
    script = "try { document.body.innerHTML = '<p>x</p>' } catch (error) { window.own = error.name }"

    seen = visit(browser, f"<!DOCTYPE html><body><script>{script}</script>", make_policy([script]))

    found: Any = seen.result
    assert found["own"] == "TypeError"


def test_another_script_than_ours_does_not_run_under_the_policy(browser: "Browser") -> None:
    seen = visit(browser, make_page(["x"]).replace(SCRIPT, SCRIPT + " "), POLICY)

    found: Any = seen.result
    assert found.get("own") is None


@pytest.mark.parametrize(
    ("text", "harm"),
    [
        ("<script>pwned()</script>", "a script ran"),
        ("<img src=x onerror=pwned()>", "a script ran"),
        ("<img src=/stolen>", "/stolen"),
        ("<script>alert(1)</script>", "dialog 1"),
        ("<meta http-equiv=refresh content='0;url=/stolen'>", "/stolen"),
        ("<iframe srcdoc=x>", "frame about:srcdoc"),
    ],
)
def test_what_is_looked_for_is_found_where_nothing_is_escaped(browser: "Browser", text: str, harm: str) -> None:
    assert harm in visit(browser, make_careless_page([text])).find_harm()


@pytest.mark.parametrize("begin", range(0, len(CORPUS), 300))
def test_a_hostile_worklog_on_a_page_asks_for_nothing(browser: "Browser", begin: int) -> None:
    document = WorklogRenderer().render(tend_hostile(CORPUS[begin : begin + 300 : 5]))

    seen = visit(browser, f"<!DOCTYPE html><meta charset=utf-8><body>{to_html(document)}")

    assert seen.find_harm() == []


@given(text=st.text(st.characters()) | st.sampled_from(CORPUS))
def test_any_text_is_one_text_in_an_element_and_in_an_attribute(text: str) -> None:
    element = Rendered(f"<p>{escape_html(text)}</p>")
    attribute = Rendered(f'<p title="{escape_html(text)}">')

    assert (element.skeleton, element.shown) == (["p", "/p"], flatten(text))
    assert attribute.skeleton == [f"p title={flatten(text)}"]


@given(value=st.recursive(st.text(st.characters()) | st.sampled_from(CORPUS) | st.floats(), st.lists))
def test_embedded_json_is_json_without_a_sign_of_html(value: object) -> None:
    spelt = embed_json(value)

    json.loads(spelt, parse_constant=pytest.fail)
    assert not set(spelt) & set("<>&\n\u2028\u2029")


def test_lines_stay_lines_where_they_are_asked_for() -> None:
    assert escape_html_lines("a <b>\n\tc\r\nd\x1b[0m") == "a &lt;b&gt;\n c\nd [0m"


def test_a_policy_without_scripts_allows_none() -> None:
    assert make_policy() == (
        "default-src 'none'; script-src 'none'; style-src 'none'; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'"
    )
