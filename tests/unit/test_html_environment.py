"""A template cannot forget to escape: what it shows is inert, whatever it does with it."""

from pathlib import Path

import pytest
from jinja2 import TemplateAssertionError, UndefinedError
from markupsafe import Markup

from log_gardener.renderers.anchor import name_anchor
from log_gardener.renderers.html.environment import make_environment

HOSTILE = "\"><script>alert('x')</script>\n\u202e&"
INERT = "&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp;"


def fill(folder: Path, template: str, **shown: object) -> str:
    (folder / "page.html.jinja").write_text(template, encoding="utf-8")
    return make_environment(folder).get_template("page.html.jinja").render(shown)


@pytest.mark.parametrize(
    "template",
    [
        "{{ text }}",
        '{{ "" ~ text }}',
        "{{ [text] | join }}",
        "{{ {'a': text}['a'] }}",
        "{% macro say(one) %}{{ one }}{% endmacro %}{{ say(text) }}",
        "{% macro outer() %}{{ caller() }}{% endmacro %}{% call outer() %}{{ text }}{% endcall %}",
        "{% set kept %}{{ text }}{% endset %}{{ kept }}",
        "{% for one in [text] %}{{ one }}{% endfor %}",
        "{{ text if text else '' }}",
        "{% filter trim %}{{ text }}{% endfilter %}",
    ],
)
def test_text_is_inert_however_a_template_shows_it(tmp_path: Path, template: str) -> None:
    assert fill(tmp_path, template, text=HOSTILE).strip() == INERT


def test_only_markup_of_ours_passes(tmp_path: Path) -> None:
    assert (
        fill(tmp_path, "{{ picture }}{{ text }}", picture=Markup("<svg></svg>"), text="<b>") == "<svg></svg>&lt;b&gt;"
    )


@pytest.mark.parametrize("name", ["safe", "escape", "e", "forceescape", "tojson", "urlize", "xmlattr", "striptags"])
def test_no_filter_lets_text_pass_as_markup(tmp_path: Path, name: str) -> None:
    with pytest.raises(TemplateAssertionError):
        fill(tmp_path, f"{{{{ text | {name} }}}}", text=HOSTILE)


def test_what_a_template_is_not_given_is_an_error_and_what_is_none_is_nothing(tmp_path: Path) -> None:
    assert fill(tmp_path, "{{ one }}{{ other }}", one=1, other=None) == "1"
    with pytest.raises(UndefinedError):
        fill(tmp_path, "{{ absent }}")


def test_a_page_has_its_own_templates_and_those_of_all_pages(tmp_path: Path) -> None:
    shown = fill(tmp_path, '{% import "parts.html.jinja" as parts %}{{ parts.priority(value) }}', value="P1")

    assert shown == '<span class="badge p1">P1</span>'


def test_times_and_counts_are_spelt_for_people(tmp_path: Path) -> None:
    template = '{{ count | number }} {{ at | time }} {{ at | day_time }} {{ none | time }} {{ 2 | count_of("pot") }}'

    shown = fill(tmp_path, template, count=12345, at=1_762_128_000 * 10**9)

    assert shown == "12,345 2025-11-03 00:00:00 UTC 03 Nov 00:00 unknown 2 pots"


@pytest.mark.parametrize("text", ["r1:00ff", HOSTILE, "", "a b#c", "é日"])
def test_an_anchor_is_a_name_that_needs_no_escape(text: str) -> None:
    assert name_anchor(text).replace("-", "").isascii()
    assert name_anchor(text).replace("-", "").isalnum()
