"""The page of a worklog in a real browser: it does what it says, asks for nothing, and text of logs stays text."""

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from log_gardener.model.worklog import Worklog
from log_gardener.renderers.html.room import ROOMS
from log_gardener.renderers.html.worklog_page import HtmlRenderer
from tests.hostile.corpus import mutate, read_texts
from tests.hostile.rendered import UNSEEN, Rendered
from tests.hostile.worklogs import calm, tend_hostile
from tests.unit.entries import entry, located, tend, trace
from tests.unit.test_html_page import Page, make_compared, make_many

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

    from tests.hostile.browsing import Seen

CORPUS = read_texts()
AT_ONCE = 90
WIDTHS = (390, 1280, 1920)

# What a page sees of itself.
LOOK = """() => ({
  shown: [...document.querySelectorAll('[data-card]')].filter(one => !one.hidden).map(one => one.id),
  order: [...document.querySelectorAll('[data-card]')].map(one => one.querySelector('h3').textContent),
  said: document.getElementById('shown').textContent,
  hash: location.hash,
  focus: document.activeElement.id,
  current: [...document.querySelectorAll('.is-current')].map(one => one.id),
  theme: document.documentElement.dataset.theme ?? 'automatic',
  ground: getComputedStyle(document.body).backgroundColor,
  help: document.getElementById('help').open,
  open: document.querySelectorAll('details[open]').length,
})"""


@pytest.fixture(scope="module")
def garden() -> Worklog:
    """Four issues of three services, one of them urgent, and what has changed since."""
    worklog = tend(
        [
            *(trace("ValueError: no pot is left", file="pots", seconds=at, service="shed") for at in range(60)),
            *(located("refused user ann-17", 118, "CRITICAL", seconds=3_600 + at) for at in range(12)),
            entry("mail to user ann-17 bounced", "WARNING", seconds=90, service="mail"),
            entry("the hose is leaking", "WARNING", seconds=9_000, service="shed"),
            entry("all is well", "INFO", seconds=20),
        ]
    )
    return replace(worklog, compared=make_compared(worklog))


@pytest.fixture(scope="module")
def document(garden: Worklog) -> str:
    return HtmlRenderer().render(garden)


def find_elements(worklog: Worklog) -> set[tuple[str, ...]]:
    """The elements of a page with the names of their attributes, but for what is there only if a text has lines."""
    page = Page(HtmlRenderer()._fill(worklog, ROOMS[0]))
    return {(tag, *given) for tag, given in page.elements} - {("pre", "class", "tabindex")}


def visit(browser: "Browser", html: str, look: "Callable[[Tab], object]" = lambda page: page.evaluate(LOOK)) -> "Seen":
    from tests.hostile import browsing  # noqa: PLC0415 - only with playwright

    told: list[str] = []

    def watch(page: "Tab") -> object:
        page.on("console", lambda message: told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.reload()
        return look(page)

    seen = browsing.visit(browser, html, look=watch)
    # The reload asked once more.
    seen.requests = [one for one in seen.requests if one.split("#")[0] != "/page"]
    seen.served = [one for one in seen.served if one != "/page"]
    assert told == []
    return seen


def act(browser: "Browser", html: str, *steps: "Callable[[Tab], object]") -> list[Any]:
    """What a page looks like at first and after each step; it must do no more than that."""

    def look(page: "Tab") -> list[object]:
        looks = [page.evaluate(LOOK)]
        for step in steps:
            step(page)
            looks.append(page.evaluate(LOOK))
        return looks

    seen = visit(browser, html, look)
    assert seen.find_harm() == []
    assert isinstance(seen.result, list)
    return seen.result


def press(*keys: str) -> "Callable[[Tab], object]":
    def step(page: "Tab") -> None:
        for key in keys:
            page.keyboard.press(key)

    return step


def go(hash_of: str) -> "Callable[[Tab], object]":
    def step(page: "Tab") -> None:
        page.evaluate("hash => { location.hash = hash }", hash_of)
        page.wait_for_timeout(50)

    return step


def choose(name: str, value: str) -> "Callable[[Tab], object]":
    return lambda page: page.select_option(f"[data-filter={name}]", value)


def test_the_filter_shows_what_it_says_and_stands_in_the_address(browser: "Browser", document: str) -> None:
    first, urgent, _, mail, _, searched, nothing, all_again = act(
        browser,
        document,
        lambda page: page.click("[data-priority-of=P1]"),
        lambda page: page.click("[data-priority-of=P1]"),
        choose("service", "mail"),
        choose("service", ""),
        lambda page: page.fill("#search", "HOSE  leaking"),
        lambda page: page.fill("#search", "no such words"),
        lambda page: page.click("#reset"),
    )

    assert (len(first["shown"]), first["said"], first["hash"]) == (4, "4", "")
    assert (urgent["hash"], urgent["said"]) == ("#priority=P1", f"{len(urgent['shown'])} of 4")
    assert 0 < len(urgent["shown"]) < 4
    assert (mail["hash"], mail["said"]) == ("#service=mail", "1 of 4")
    assert (searched["hash"], searched["said"]) == ("#q=HOSE++leaking", "1 of 4")
    assert (nothing["shown"], nothing["said"]) == ([], "0 of 4")
    assert (len(all_again["shown"]), all_again["hash"]) == (4, "")


def test_an_address_with_a_filter_opens_the_page_so(browser: "Browser", document: str) -> None:
    _, filtered, foreign = act(
        browser, document, go("priority=P1&q=user&sort=count"), go("priority=P9&service=none&trend=x&sort=__proto__")
    )

    assert (filtered["said"], len(filtered["shown"])) == ("1 of 4", 1)
    assert (foreign["said"], len(foreign["shown"])) == ("4", 4)


def test_a_permalink_shows_its_issue_even_where_the_filter_hid_it(browser: "Browser", document: str) -> None:
    first, hidden, shown = act(
        browser,
        document,
        lambda page: page.fill("#search", "hose"),
        lambda page: page.evaluate("document.querySelector('.index a').click()"),
    )

    assert len(hidden["shown"]) == 1
    assert len(shown["shown"]) == 4
    assert shown["hash"] == f"#{first['shown'][0]}"
    assert shown["current"] == [first["shown"][0]]


def test_issues_are_sorted_by_what_is_asked_for(browser: "Browser", garden: Worklog, document: str) -> None:
    first, by_count, by_last = act(
        browser,
        document,
        lambda page: page.select_option("#sort", "count"),
        lambda page: page.select_option("#sort", "last"),
    )

    titles = [cluster.title for cluster in garden.clusters]
    assert first["order"] == titles
    assert by_count["order"] == [one.title for one in sorted(garden.clusters, key=lambda one: -one.count)]
    assert by_last["order"] == [one.title for one in sorted(garden.clusters, key=lambda one: -(one.last_nanos or 0))]
    assert by_last["hash"] == "#sort=last"


def test_keys_lead_through_the_page(browser: "Browser", document: str) -> None:
    first, second, back, open_, folded, searching, written, helped, closed = act(
        browser,
        document,
        press("j", "j"),
        press("k"),
        press("e"),
        press("e"),
        press("/"),
        press("j", "t", "Escape"),
        press("?"),
        press("Escape"),
    )

    ids = first["shown"]
    assert (second["current"], second["focus"]) == ([ids[1]], ids[1])
    assert back["current"] == [ids[0]]
    assert open_["open"] > first["open"]
    assert folded["open"] < open_["open"]
    assert searching["focus"] == "search"
    assert (written["hash"], written["theme"], written["focus"]) == ("#q=jt", "automatic", "")
    assert (helped["help"], closed["help"]) == (True, False)


def test_the_theme_turns_and_is_kept(browser: "Browser", document: str) -> None:
    automatic, light, dark, kept = act(browser, document, press("t"), press("t"), lambda page: page.reload())

    assert [one["theme"] for one in (automatic, light, dark, kept)] == ["automatic", "light", "dark", "dark"]
    assert automatic["ground"] == light["ground"] != dark["ground"] == kept["ground"]


def test_the_system_decides_where_nobody_has_chosen(browser: "Browser", document: str) -> None:
    light, dark = act(browser, document, lambda page: page.emulate_media(color_scheme="dark"))

    assert light["ground"] != dark["ground"]


def test_the_link_to_an_issue_is_copied(browser: "Browser", document: str) -> None:
    def look(page: "Tab") -> object:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.click("[data-copy]")
        page.wait_for_selector("#toast:not([hidden])")
        first = page.evaluate(LOOK)["shown"][0]
        return page.evaluate("navigator.clipboard.readText()") == f"{page.url.split('#')[0]}#{first}"

    assert visit(browser, document, look).result is True


def test_a_link_that_cannot_be_copied_stands_in_the_address(browser: "Browser", document: str) -> None:
    def copy(page: "Tab") -> None:
        page.evaluate("() => { navigator.clipboard.writeText = async () => { throw new Error('no') } }")
        page.click("[data-copy]")
        page.wait_for_selector("#toast:not([hidden])")

    first, copied = act(browser, document, copy)

    assert copied["hash"] == f"#{first['shown'][0]}"


def test_all_is_readable_without_the_script(browser: "Browser", garden: Worklog, document: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_content(document)

    text = page.locator("main").inner_text()
    assert [one.title for one in garden.clusters if one.title not in text] == []
    assert not page.locator("#filters").is_visible()
    assert not page.locator("#theme").is_visible()
    page.locator("details.whole > summary").last.click()
    assert page.locator("details.whole").last.get_by_text("First seen").is_visible()
    context.close()


def test_on_paper_everything_is_unfolded_and_nothing_is_a_control(browser: "Browser", document: str) -> None:
    def look(page: "Tab") -> object:
        page.emulate_media(media="print")
        return {
            "controls": [page.locator(one).is_visible() for one in ("#filters", "#theme", "nav.side", ".skip")],
            "hidden": page.evaluate(
                "[...document.querySelectorAll('details > :not(summary)')].filter(one => !one.offsetHeight).length"
            ),
            "pages": len(page.pdf()) > 10_000,
        }

    found: Any = visit(browser, document, look).result

    assert found == {"controls": [False] * 4, "hidden": 0, "pages": True}


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_is_wider_than_its_window(browser: "Browser", document: str, width: int) -> None:
    many = HtmlRenderer().render(tend(make_many(12)))
    hostile = HtmlRenderer().render(tend_hostile(["x" * 500, "y/" * 300, "<b>" * 100]))

    def look(page: "Tab") -> object:
        page.set_viewport_size({"width": width, "height": 900})
        page.keyboard.press("e")
        return page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")

    for html in (document, many, hostile):
        found: Any = visit(browser, html, look).result
        assert found[0] <= found[1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(browser: "Browser", document: str, scheme: Any) -> None:
    pytest.importorskip("axe_playwright_python", reason="NOT CHECKED: accessibility; axe is not installed")
    from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # noqa: PLC0415 - only with axe

    def look(page: "Tab") -> object:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.keyboard.press("e")
        response = Axe().run(page).response
        return [
            (one["id"], one["impact"], [node["html"][:200] for node in one["nodes"]]) for one in response["violations"]
        ]

    assert visit(browser, document, look).result == []


def test_the_policy_of_the_page_lets_no_other_script_run(browser: "Browser", document: str) -> None:
    planted = document.replace("</main>", "<script>pwned()</script><img src=/stolen onerror=pwned()></main>")
    from tests.hostile import browsing  # noqa: PLC0415 - only with playwright

    assert planted != document
    assert browsing.visit(browser, planted).find_harm() == []


@pytest.mark.parametrize("begin", range(0, len(CORPUS), 10 * AT_ONCE))
def test_a_hostile_worklog_does_nothing_in_a_browser(browser: "Browser", begin: int) -> None:
    html = HtmlRenderer().render(tend_hostile(CORPUS[begin : begin + 10 * AT_ONCE : 10]))

    assert visit(browser, html).find_harm() == []


@pytest.mark.parametrize("begin", range(0, len(CORPUS), AT_ONCE))
def test_a_page_of_hostile_entries_has_the_shape_of_a_calm_one(begin: int) -> None:
    worklog = tend_hostile(CORPUS[begin : begin + AT_ONCE])

    assert not UNSEEN.search(Rendered(HtmlRenderer()._fill(worklog, ROOMS[0])).shown)
    assert find_elements(worklog) == find_elements(calm(worklog))


@pytest.mark.parametrize("seed", range(2))
def test_no_mutated_payload_becomes_an_element_or_an_attribute(seed: int) -> None:
    worklog = tend_hostile(mutate(CORPUS, AT_ONCE, seed))

    assert find_elements(worklog) == find_elements(calm(worklog))


def test_a_page_says_what_was_logged(browser: "Browser") -> None:
    text = "<b>5 > 3</b> & \"so\" on 'it' goes"
    html = HtmlRenderer().render(tend([entry(text, "ERROR")]))

    found: Any = visit(browser, html, lambda page: page.evaluate("document.querySelector('pre').textContent")).result

    assert json.loads(found)["textPayload"] == text
