"""A template of the user's own: what it can say, and what it is told where it is wrong."""

import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from log_gardener.errors import ConfigError
from log_gardener.renderers.made_up import make_subjects
from log_gardener.renderers.ticket import TicketRenderer
from log_gardener.renderers.ticket_options import TicketOptions
from log_gardener.renderers.ticket_template import GUIDE, LONGEST_BLOCK
from log_gardener.renderers.ticket_view import TicketView
from tests.unit.ticket_subjects import make_shop, with_issue

PAGE = Path(__file__).parents[2] / "docs" / "tickets" / "template.md"
FIRST = make_shop()[0]
HOSTILE = "@ann fixes #1 `x` <b> $y$"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "own.md.jinja"


def write(path: Path, template: str, title: str = "the pot is dry") -> str:
    path.write_text(template, encoding="utf-8")
    return TicketRenderer(TicketOptions(template=path)).write(with_issue(FIRST, title=title)).block


def find_fault(path: Path, template: str) -> str:
    with pytest.raises(ConfigError) as raised:
        write(path, template)
    return str(raised.value)


def test_a_template_of_ones_own_says_what_it_likes(path: Path) -> None:
    assert write(path, "{{ urgency.priority }}: {{ title }} ({{ course.count }})") == "P2: the pot is dry (12)"


def test_it_can_change_one_section_of_ours_and_keep_the_rest(path: Path) -> None:
    block = write(path, '{% extends "ticket.md.jinja" %}\n{% block footer %}Ask the team of carts.{% endblock %}')

    assert block.endswith("\n\nAsk the team of carts.")
    assert block.startswith("> [!WARNING]\n> **P2** · `web`")
    assert "keeps this part true" not in block


def test_text_of_logs_is_inert_wherever_it_says_it(path: Path) -> None:
    assert write(path, "It says {{ title }}.", HOSTILE) == "It says `@`ann fixes `#`1 &#96;x&#96; &lt;b&gt; `$y$`."


@pytest.mark.parametrize(
    "template",
    [
        "x {{ title | replace('`', '') }}",
        "x {{ title | striptags }}",
        "x {{ title | upper }}",
        "x {{ title | urlencode | replace('%', '') }}",
        "x {{ title | e }}",
        "x {{ (title ~ title).split('@') | join }}",
        "x {{ '%s' | format(title) }}",
    ],
)
def test_no_filter_gets_hold_of_text_of_logs(path: Path, template: str) -> None:
    made = write(path, template, HOSTILE)

    assert re.sub(r"`@`ann fixes `#`1 &#96;x&#96; &lt;b&gt; `\$y\$`", "", made).strip("x []',") in {
        "",
        made.strip("x "),
    }
    assert "@ann" not in made
    assert "<b>" not in made


@pytest.mark.parametrize(
    "template", ["x {{ title | truncate(1, true, '', 0) }} y", "x {{ title[1:] }} y", "x {{ title | reverse }} y"]
)
def test_what_a_filter_ruins_is_left_out(path: Path, template: str) -> None:
    assert re.fullmatch(r"x [. ]*y", write(path, template, HOSTILE))


@pytest.mark.parametrize(
    ("template", "place"),
    [
        ("a `{{ title }}` b", "code"),
        ("```\n{{ title }}\n```", "a fenced block"),
        ("> ~~~\n> {{ title }}\n> ~~~", "a fenced block"),
        ("````\n{{ course.chart or title }}\n````", "a fenced block"),
        ("- ```\n  x\n  {{ title }}", "a fenced block"),
        ("[x]({{ title }})", "an address"),
        ("x\n\n[x]: {{ title }}", "an address"),
        ("x <a title='{{ title }}'>", "a tag"),
        ("x <!-- {{ title }} -->", "a comment"),
        ("<!--\n\n{{ title }}\n-->", "raw HTML"),
        ("<pre>\n\n{{ title }}", "raw HTML"),
        ("<details><summary>{{ title }}</summary>", "a block of HTML"),
        ("<div>\n{{ title }}\n</div>", "a block of HTML"),
        ("x $ {{ title }} $", "a formula"),
    ],
)
def test_a_place_where_text_of_logs_would_not_be_inert_is_refused(path: Path, template: str, place: str) -> None:
    fault = find_fault(path, template)

    assert re.search(rf"^the template of tickets {re.escape(str(path))}: \S+ stands within {place}", fault)
    assert GUIDE in fault


@pytest.mark.parametrize(
    "template",
    [
        "a `b` {{ title }} `c`",
        "```\nx\n```\n{{ title }}",
        "x <b>{{ title }}</b>",
        "<details><summary>x</summary>\n\n{{ title }}\n\n</details>",
        "[{{ title }}](https://x.example)",
        "| a |\n|---|\n| {{ title }} |",
        "- [ ] {{ title }}",
        "# {{ title }}",
        "x <!-- y --> {{ title }}",
    ],
)
def test_every_other_place_is_taken(path: Path, template: str) -> None:
    assert "the pot is dry" in write(path, template)


def test_a_text_of_several_lines_gets_lines_of_its_own_wherever_it_stands(path: Path) -> None:
    made = write(path, "{% for entry in evidence.entries %}- x {{ entry.json }} y{% endfor %}")

    assert re.fullmatch(r"- x\n\n```json\n\{\n.*\n\}\n```\n\n ?y", made, re.DOTALL)


@pytest.mark.parametrize(
    ("template", "line", "why"),
    [
        ("x\n{% if %}", 2, "Expected an expression"),
        ("x\n\n{{ nothing_of_that_name }}", 3, "is undefined"),
        ("{{ urgency.colour }}", 1, "has no attribute 'colour'"),
        ("x\n{% for a in course.count %}{% endfor %}", 2, "not iterable"),
        ("{{ 1 / 0 }}", 1, "division"),
        ("x\n{{ title.__class__.__mro__ }}", 2, "unsafe"),
        ('{% include "/etc/passwd" %}', 1, "/etc/passwd"),
        ('{% extends "ticket.md.jinja" %}\n{% block footer %}\n{{ oops }}{% endblock %}', 3, "is undefined"),
    ],
)
def test_a_fault_is_told_with_its_line_and_where_to_look(path: Path, template: str, line: int, why: str) -> None:
    fault = find_fault(path, template)

    assert fault.startswith(f"the template of tickets {path}, line {line}: ")
    assert why in fault
    assert fault.endswith(GUIDE)


def test_a_fault_that_only_a_bare_issue_shows_is_found_before_anything_is_filed(path: Path) -> None:
    assert "line 1" in find_fault(path, "{{ evidence.entries[0].at }}")


@pytest.mark.parametrize("content", [None, b"\xff\xfe"], ids=["missing", "no UTF-8"])
def test_a_template_that_cannot_be_read_is_told_of(path: Path, content: bytes | None) -> None:
    if content:
        path.write_bytes(content)

    with pytest.raises(ConfigError, match=rf"the template of tickets {re.escape(str(path))} cannot be read: "):
        TicketRenderer(TicketOptions(template=path))


def test_a_template_that_makes_more_than_a_ticket_takes_is_refused(path: Path) -> None:
    fault = find_fault(path, "{{ 'x' * 40000 }}")

    assert f"it makes 40,000 characters, and a ticket can take {LONGEST_BLOCK:,}" in fault


def test_our_marks_are_not_for_templates(path: Path) -> None:
    assert "marks of ours" in find_fault(path, "x <!-- log-gardener end --> y")


def list_members(view: type, name: str = "") -> list[str]:
    """All that a view holds, as a template spells it."""
    found: list[str] = []
    for field in fields(view):
        hint = get_type_hints(view)[field.name]
        inner = next((one for one in (hint, *get_args(hint)) if is_dataclass(one)), None)
        path = f"{name}{field.name}"
        if inner is None:
            found.append(path)
        else:
            found += list_members(inner, f"{path}." if inner is hint else f"{path}[].")  # type: ignore[arg-type]
    return found


def test_the_guide_lists_all_that_a_template_can_say_and_nothing_else() -> None:
    table = PAGE.read_text(encoding="utf-8").partition("## What a template can say")[2]
    rows = re.findall(r"^\| `([\w.\[\]]+)` \|", table, re.MULTILINE)

    assert rows == list_members(TicketView)


def test_the_examples_of_the_guide_work(path: Path) -> None:
    examples = re.findall(r"```jinja\n(.*?)\n```", PAGE.read_text(encoding="utf-8"), re.DOTALL)

    assert len(examples) > 1
    for example in examples:
        path.write_text(example, encoding="utf-8")
        renderer = TicketRenderer(TicketOptions(template=path))
        assert all(renderer.write(subject).block for subject in (*make_subjects(), *make_shop()))


def test_the_guide_names_every_section_that_can_be_changed() -> None:
    page = PAGE.read_text(encoding="utf-8")
    ours = Path(TicketRenderer.__module__.replace(".", "/")).parent
    text = (Path(__file__).parents[2] / "src" / ours / "ticket_text" / "ticket.md.jinja").read_text(encoding="utf-8")
    sections = re.findall(r"{% block (\w+) %}", text)

    assert len(sections) > 5
    assert [name for name in sections if f"`{name}`" not in page] == []
