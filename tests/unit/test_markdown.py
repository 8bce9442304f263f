"""Logs are hostile input: in a document they are text and nothing else."""

import json
import re
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_gardener.renderers.markdown import code, code_block, escape, spell_seconds, spell_time
from log_gardener.renderers.worklog import WorklogRenderer
from tests.unit.entries import entry, tend, trace

CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
HOSTILE = {
    "mention": "@octocat",
    "ticket": "#123",
    "closing keyword": "fixes #123",
    "HTML": "<img src=x onerror=alert(1)>",
    "entity": "&lt;script&gt;",
    "image beacon": "![x](https://evil.example/x.png)",
    "link": "[click](https://evil.example)",
    "emphasis": "**bold** _it_ ~~gone~~",
    "table": "a | b | c",
    "code span": "`rm -rf`",
    "fence": "```\n# heading",
    "heading": "\n# heading",
    "terminal": "\x1b[31mred\x1b[0m \x9b31m \x07",
    "text direction": "\u202egnorw\u202c \u2066x\u2069 zero\u200bwidth",
}
TEXT = st.text(st.characters(codec="utf-8")) | st.sampled_from(list(HOSTILE.values()))


@pytest.mark.parametrize(
    ("text", "inert"),
    [
        ("@octocat", "`@`octocat"),
        ("fixes #123", "fixes `#`123"),
        ("<b>", "&lt;b&gt;"),
        ("&lt;", "&amp;lt;"),
        ("![x](u)", r"\!\[x\](u)"),
        ("`x`", "&#96;x&#96;"),
        ("see https://evil.example.", "see `https://evil.example`."),
        ("# x #", r"\# x \#"),
        ("a|b", r"a\|b"),
        ("one\ntwo\r\n\tthree", "one two three"),
    ],
)
def test_text_of_logs_is_inert(text: str, inert: str) -> None:
    assert escape(text) == inert


@given(text=TEXT)
def test_escaped_text_is_one_line_without_anything_active(text: str) -> None:
    inert = escape(text)
    prose = re.sub("`[^`]+`", "", inert)

    assert "\n" not in inert
    assert not re.search(r"[<>`]|@\w|(?<!&)#\d|&(?!amp;|lt;|gt;|#96;)|(?<!\\)(?:\\\\)*[*_\[\]!|~]", prose)
    assert not CONTROL.search(inert)


@given(text=TEXT)
def test_a_code_span_ends_where_it_should(text: str) -> None:
    span = code(text)
    fence = re.match("`+", span)
    assert fence is not None

    assert "\n" not in span
    assert not CONTROL.search(span)
    assert span.endswith(fence.group())
    assert not re.search(rf"(?<!`){fence.group()}(?!`)", span[len(fence.group()) : -len(fence.group())])


@given(text=TEXT)
def test_a_code_block_holds_its_value_and_ends_where_it_should(text: str) -> None:
    block = code_block({"textPayload": text})
    first, *body, last = block.split("\n")

    assert first == f"{last}json"
    assert set(last) == {"`"}
    assert last not in "\n".join(body)
    assert json.loads("\n".join(body)) == {"textPayload": text}
    assert not CONTROL.search(block)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_inert_wherever_the_worklog_shows_it(text: str) -> None:
    entries = [
        entry(f"{text} refused for user {text}", service=text),
        trace(f"KeyError: {text}", instance=text, labels={"note": text}),
        entry("", jsonPayload={"message": text, "module": text, "function": text, "line": 1}),
    ]
    document = WorklogRenderer().render(tend(entries))
    prose = re.sub(
        r"^(`{3,})json\n.*?^\1$|(?<!`)(`+)(?!`).*?(?<!`)\2(?!`)", "", document, flags=re.MULTILINE | re.DOTALL
    )

    assert not re.search(r"<img|@octocat|[^&]#123|(?<!\\)\]\(|^# heading", prose, re.MULTILINE)
    assert not CONTROL.search(document)


@pytest.mark.parametrize(("seconds", "spelt"), [(0, "0 s"), (55, "55 s"), (3_600, "1 h"), (172_861, "2 d 1 min")])
def test_a_length_of_time_is_spelt_in_two_units(seconds: int, spelt: str) -> None:
    assert spell_seconds(seconds) == spelt


def test_every_time_bears_its_offset() -> None:

    assert spell_time(0, ZoneInfo("UTC")) == "1970-01-01 00:00:00 UTC"
    assert spell_time(0, ZoneInfo("Asia/Kolkata")) == "1970-01-01 05:30:00 +05:30"
