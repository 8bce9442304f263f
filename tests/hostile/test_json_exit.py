"""JSON is valid whatever the logs hold: strict readers take it, terminals show it, and it says what was logged."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_gardener.renderers.json_text import spell_json
from log_gardener.renderers.json_worklog import JsonRenderer
from tests.hostile.corpus import HALVES, mutate, read_texts
from tests.hostile.rendered import UNSEEN
from tests.hostile.worklogs import tend_hostile
from tests.unit.entries import entry, tend

CORPUS = read_texts()
AT_ONCE = 60
TEXT = st.text(st.characters()) | st.sampled_from(CORPUS)
VALUE = st.recursive(
    TEXT | st.floats() | st.integers() | st.none() | st.booleans(),
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
)


def read(document: str) -> object:
    """The document as a strict reader takes it: without NaN, and in an encoding."""
    return json.loads(document.encode("utf-8"), parse_constant=pytest.fail)


def make_whole(text: str) -> str:
    return re.sub("[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]|[\U0001fffe\U0010ffff]", "\ufffd", text)


@pytest.mark.parametrize("begin", range(0, len(CORPUS), AT_ONCE))
def test_a_hostile_worklog_is_json_that_a_terminal_can_show(begin: int) -> None:
    worklog = tend_hostile(CORPUS[begin : begin + AT_ONCE])

    document = JsonRenderer().render(worklog)

    spelt = read(document)
    assert isinstance(spelt, dict)
    assert spelt["sources"] == [make_whole(source) for source in worklog.sources]
    assert len(spelt["clusters"]) == len(worklog.clusters)
    assert not UNSEEN.search(document)


@given(value=VALUE)
def test_any_value_is_json_and_on_one_line_if_asked_for(value: object) -> None:
    for indent in (2, None):
        document = spell_json(value, indent)

        read(document)
        assert not UNSEEN.search(document)
    assert len(document.splitlines()) == 1


@given(text=TEXT)
def test_a_text_reads_as_what_was_logged(text: str) -> None:
    whole = make_whole(text)

    assert json.loads(spell_json(whole)) == re.sub(
        r"[\U0002fffe-\U0002ffff]", "\ufffd", whole
    ) or "\ufffd" in spell_json(whole)


@pytest.mark.parametrize("half", HALVES)
def test_half_a_character_is_shown_as_one_that_is_missing(half: str) -> None:
    worklog = replace(tend([entry("x")]), sources=(half,))

    spelt = read(JsonRenderer().render(worklog))

    assert isinstance(spelt, dict)
    assert "\ufffd" in spelt["sources"][0]


@pytest.mark.parametrize(("number", "text"), [("1e999", "inf"), ("-1e999", "-inf")])
def test_a_number_beyond_all_numbers_is_text(number: str, text: str) -> None:
    spelt = spell_json({"a": [json.loads(number), 1.5]}, None)

    assert spelt == f'{{"a": ["{text}", 1.5]}}'


@pytest.mark.parametrize("seed", range(4))
def test_a_worklog_of_mutated_payloads_is_json(seed: int) -> None:
    document = JsonRenderer().render(tend_hostile(mutate(CORPUS, AT_ONCE, seed)))

    read(document)
    assert not UNSEEN.search(document)
