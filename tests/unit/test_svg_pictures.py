"""Pictures beside a worklog in Markdown, and how they look in a real browser."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import log_gardener
from log_gardener.model.worklog import Worklog
from log_gardener.renderers.markdown import escape
from log_gardener.renderers.svg.history import draw_history
from log_gardener.renderers.svg.pictures import draw_pictures
from log_gardener.renderers.svg.style import COLOURS, make_style, spell_page_rules
from log_gardener.renderers.svg.timeline import draw_timeline
from log_gardener.renderers.worklog import WorklogRenderer
from tests.cli.command import NOW, entry, ndjson, run
from tests.shape.house import PACKAGE, ROOT
from tests.unit.svg_subjects import MIDNIGHT, SVG, list_texts, parse

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SHOP = ROOT / "examples" / "shop.json.gz"
LOOK = (PACKAGE / "renderers" / "html" / "look.css").read_text(encoding="utf-8")


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    path = tmp_path / "logs.json"
    path.write_bytes(ndjson([entry(number, "the pot is dry", "WARNING") for number in range(3)]))
    return path


@pytest.fixture(scope="module")
def shop() -> Worklog:
    return log_gardener.tend(SHOP)


def test_the_pictures_of_the_sample_stand_beside_its_worklog_which_shows_them(tmp_path: Path) -> None:
    assert run("tend", SHOP, "--state", ":memory:", "--output", tmp_path / "my shop.md", "--now", NOW).code == 0
    document = (tmp_path / "my shop.md").read_text(encoding="utf-8")

    shown = re.findall(r"^!\[.*\]\((.*)\)$", document, re.MULTILINE)
    assert [name.partition("-")[0] for name in shown] == ["timeline", "cascade"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*shown, "my shop.md"])
    for path in tmp_path.glob("*.svg"):
        assert parse(path.read_text(encoding="utf-8")).tag == f"{SVG}svg"


def test_the_pictures_stand_behind_the_summary(shop: Worklog) -> None:
    pictures = draw_pictures(shop)
    document = WorklogRenderer(pictures=pictures).render(shop)

    places = [
        document.index(part) for part in ("## Executive Summary", f"]({pictures[0].file})", "## Severity Breakdown")
    ]
    assert places == sorted(places)
    assert escape(pictures[0].text) in document


def test_what_cannot_be_drawn_has_no_file(tmp_path: Path, logs: Path) -> None:
    run("tend", logs, "--state", ":memory:", "--output", tmp_path / "out", "--now", NOW)

    assert [path.name.partition("-")[0] for path in (tmp_path / "out").glob("*.svg")] == ["timeline"]


@pytest.mark.parametrize(
    "words",
    [["--output", "x.md", "--no-pictures"], ["--output", "x.json"], ["--output", "-"], ["--output", "/dev/null"]],
    ids=["not wanted", "JSON", "stdout", "a device"],
)
def test_there_are_no_pictures_where_there_is_no_place_for_them(tmp_path: Path, logs: Path, words: list[str]) -> None:
    ended = run("tend", logs, "--state", ":memory:", "--now", NOW, *words, cwd=tmp_path)
    written = (tmp_path / "x.md").read_text(encoding="utf-8") if "--no-pictures" in words else ended.out.decode()

    assert ended.code == 0
    assert list(tmp_path.rglob("*.svg")) == []
    assert "![" not in written


def test_a_repeat_under_any_name_shows_the_same_pictures(tmp_path: Path, logs: Path) -> None:
    command = ("tend", logs, "--state", ":memory:", "--now", NOW)
    run(*command, "--output", tmp_path / "x.md")
    (picture,) = tmp_path.glob("*.svg")
    first = picture.read_bytes()
    picture.write_text("old", encoding="utf-8")
    run(*command, "--output", tmp_path / "y.md")

    assert [path.read_bytes() for path in tmp_path.glob("*.svg")] == [first]
    assert (tmp_path / "x.md").read_bytes() == (tmp_path / "y.md").read_bytes()


def test_a_picture_with_a_leak_is_not_written_nor_is_its_worklog(tmp_path: Path, logs: Path) -> None:
    # These words of ours stand in pictures only.
    own = '[[redaction.rules]]\nname = "own-word"\npattern = "Entries over time, by"\nreason = "a fault of ours"\n'
    (tmp_path / "own.toml").write_text(own, encoding="utf-8")
    stopped = run(
        "tend",
        logs,
        "--state",
        ":memory:",
        "--output",
        tmp_path / "x.md",
        "--config",
        tmp_path / "own.toml",
        "--now",
        NOW,
    )

    assert stopped.code == 1
    assert re.search("the picture timeline-[a-p]{8}.svg is not written, because it holds what looks like", stopped.err)
    assert [*tmp_path.glob("x*"), *tmp_path.glob("*.svg")] == []


@pytest.mark.parametrize("name", COLOURS)
def test_a_file_has_the_colours_of_the_page(name: str) -> None:
    light, dark = COLOURS[name]

    assert f"--{name}: light-dark({light}, {dark});" in LOOK


def test_the_page_has_the_rules_of_the_pictures() -> None:
    assert [rule for rule in spell_page_rules() if rule not in LOOK] == []


def test_a_file_brings_all_that_it_is_drawn_with(shop: Worklog) -> None:
    for picture in draw_pictures(shop):
        assert not re.search(r"url\(|@import|<script|foreignObject|href|var\(", picture.svg)
        used = {name for one in parse(picture.svg).iter() for name in one.attrib.get("class", "").split()}
        marks = {"chart", "node", "key", "count", "time", "day", "lane", "lane-count", "note", "silence"}
        assert [name for name in used - marks if f".{name}" not in make_style()] == []


BOXES = """() => [...document.querySelectorAll('text')].map(one => {
  const box = one.getBBox()
  return {text: one.textContent, left: box.x, right: box.x + box.width, top: box.y + 2, bottom: box.y + box.height - 2}
})"""


def make_history() -> str:
    return draw_history(
        [(MIDNIGHT + 7 * day, 1_440, 10**day) for day in range(9)], (), label="the pot is dry", is_file=True
    )


@pytest.mark.parametrize("name", ["timeline", "cascade", "history"])
def test_no_text_stands_over_another_or_outside_of_the_picture(browser: "Browser", shop: Worklog, name: str) -> None:
    drawn = {"history": make_history(), **{one.file.partition("-")[0]: one.svg for one in draw_pictures(shop)}}
    page = browser.new_page()
    page.set_content(drawn[name])
    boxes: list[dict[str, Any]] = page.evaluate(BOXES)
    _, _, width, height = map(float, parse(drawn[name]).attrib["viewBox"].split())
    page.close()

    assert len(boxes) == len(list_texts(drawn[name])) > 9
    assert [one for one in boxes if one["left"] < 0 or one["right"] > width or one["bottom"] > height] == []
    assert [
        (one["text"], other["text"])
        for number, one in enumerate(boxes)
        for other in boxes[:number]
        if one["left"] < other["right"]
        and other["left"] < one["right"]
        and one["top"] < other["bottom"]
        and other["top"] < one["bottom"]
    ] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_file_follows_the_readers_theme(browser: "Browser", shop: Worklog, scheme: Any) -> None:
    page = browser.new_page(color_scheme=scheme)
    page.set_content(draw_timeline(shop, is_file=True))
    fill = page.evaluate("getComputedStyle(document.querySelector('.ground')).fill")
    page.close()

    red, green, blue = re.findall(r"\d+", fill)
    expected = COLOURS["surface"][scheme == "dark"]
    assert f"#{int(red):02x}{int(green):02x}{int(blue):02x}" == expected
