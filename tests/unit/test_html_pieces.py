"""The last look at a page: what hides in a text, an attribute or embedded JSON is found, and our own signs are not."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from log_gardener.config import Settings
from log_gardener.errors import LeakError
from log_gardener.exits import leaks
from log_gardener.exits.leaks import check, find_leaks
from log_gardener.exits.pieces import list_pieces
from log_gardener.model.redaction import Leak
from log_gardener.renderers.html.worklog_page import HtmlRenderer
from log_gardener.renderers.html_text import embed_json, escape_html, escape_html_lines
from log_gardener.wiring import make_redactor
from tests.unit.entries import entry, tend
from tests.unit.test_html_page import ENTRIES
from tests.unit.test_leaks import MAIL, Redactor

HEAD = "<!DOCTYPE html>\n<html><body>\n"
SPELT = "".join(f"&#x{ord(letter):x};" for letter in MAIL)


@pytest.fixture
def armed() -> Iterator[None]:
    leaks.arm(lambda: make_redactor(Settings()))
    yield
    leaks._SCAN.make, leaks._SCAN.redactor, leaks._SCAN.own = None, None, ()


@pytest.mark.parametrize(
    "part",
    [
        f"<p>to {MAIL}</p>",
        f"<p>to {SPELT}</p>",
        f'<p title="to {escape_html(MAIL)}">x</p>',
        f'<p data-text="{SPELT}">x</p>',
        f"<p title='{MAIL}'>x</p>",
        f"<p title={MAIL}>x</p>",
        f"<!-- {MAIL} -->",
        f"<svg><title>{MAIL}</title></svg>",
        f'<svg><text x="1">{SPELT}</text></svg>',
        f'<path d="M0 0 {MAIL}"/>',
        f"<script>// {MAIL}</script>",
        f"<style>/* {MAIL} */</style>",
        f'<script type="application/json">{embed_json({"a": MAIL})}</script>',
        f"<pre>{escape_html_lines(json.dumps({'a': MAIL}, indent=1))}</pre>",
        f"<pre>{escape_html_lines(json.dumps({'a': MAIL}).replace('@', chr(92) + 'u0040'))}</pre>",
        f"<p>{MAIL}",
        f"<textarea>{MAIL}</textarea>",
    ],
)
def test_a_secret_is_found_wherever_it_stands_in_a_page_and_however_it_is_spelt(part: str) -> None:
    found = find_leaks(f"{HEAD}\n{part}", Redactor())

    assert {leak.rule for leak in found} == {"email"}
    assert min(leak.line for leak in found) >= 4


def test_a_secret_is_told_by_its_line_and_by_the_cluster_that_it_is_in() -> None:
    page = f'{HEAD}<section id="clusters">\n<article data-number="3"><p>fine &amp; good</p>\n  <p>&amp; {MAIL}</p>'

    assert find_leaks(page, Redactor()) == [Leak("email", 5, 12, "Cluster 3")]
    assert find_leaks(page.replace(MAIL, f"</p></article><p>{MAIL}"), Redactor())[0].field == "clusters"


def test_no_text_of_logs_names_the_place() -> None:
    page = f'{HEAD}<section id="{MAIL}"><article data-number="12 {MAIL}"><p>{MAIL}</p>'

    assert {leak.field for leak in find_leaks(page, Redactor())} == {""}


def test_what_only_the_name_of_a_member_tells_is_found_in_an_entry_of_a_page() -> None:
    entry_of = escape_html_lines(json.dumps({"pin": "1234"}, indent=2))

    (leak,) = find_leaks(f'{HEAD}<article data-number="1"><pre>{entry_of}</pre>', Redactor())

    assert (leak.rule, leak.field) == ("password", "Cluster 1")


def test_what_two_elements_say_is_not_read_together() -> None:
    assert find_leaks(f"{HEAD}<p>mole@</p><p>burrow.example</p><i>mole@</i>burrow.example", Redactor()) == []


@pytest.mark.usefixtures("armed")
def test_a_page_of_a_clean_garden_leaves() -> None:
    worklog = tend(
        [*ENTRIES, entry("token ghp_0123456789abcdefghijABCDEFGHIJ012345 of ann.mole@burrow.org was refused")]
    )
    document = HtmlRenderer().render(worklog)

    check(document, "the worklog")

    assert "<github-token:" in document.replace("&lt;", "<") or "<token:" in document.replace("&lt;", "<")
    assert len(list(list_pieces(document))) > 100


@pytest.mark.usefixtures("armed")
@pytest.mark.parametrize("place", ["no pot is left", "refused user", "web-1", "shop.cart"])
def test_a_secret_that_redaction_has_missed_does_not_leave_in_a_page(place: str) -> None:
    document = HtmlRenderer().render(tend(ENTRIES))

    assert place in document
    with pytest.raises(LeakError, match="aws"):
        check(document.replace(place, "AKIAIOSFODNN7EXAMPLQ"), "the worklog")


@pytest.mark.usefixtures("armed")
def test_the_page_of_the_demo_garden_leaves() -> None:
    garden = Path(__file__).parents[2] / "examples" / "shop.json.gz"
    import gzip  # noqa: PLC0415 - only here

    entries = [json.loads(line) for line in gzip.decompress(garden.read_bytes()).splitlines()[:3_000]]

    check(HtmlRenderer().render(tend(entries)), "the worklog")
