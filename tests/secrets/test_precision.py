"""Clean lines stay as they are: those of real logs, and those that only look dangerous."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from log_gardener._core import Redactor
from tests.laws.loghub import SYSTEMS, needs_loghub, read_lines
from tests.secrets.clean import read_clean_documents, read_clean_lines
from tests.secrets.oracle import PERSONAL_MEMBERS, find_texts, is_clean

SHARED = Path(__file__).parents[3] / "shared" / "data"
GOLD = sorted((SHARED / "gcp").glob("*/entries.jsonl"))
TRACES = SHARED / "traces" / "traces.jsonl"
# Of clean lines, fewer than one in so many is touched.
ONE_IN = 10_000

needs_gold = pytest.mark.skipif(not GOLD, reason="no ../shared/data/gcp beside the project")
needs_traces = pytest.mark.skipif(not TRACES.is_file(), reason="no ../shared/data/traces beside the project")


@cache
def make_redactor() -> Redactor:
    return Redactor(b"a key of the tests")


def find_touched(lines: list[str]) -> Iterator[str]:
    """Clean lines that change, with what they become."""
    redactor = make_redactor()
    for line in lines:
        redacted = redactor.text(line)
        if redacted != line and is_clean(line):
            yield f"{line[:300]}\n    -> {redacted[:300]}"


@needs_loghub
def test_fewer_than_one_in_ten_thousand_clean_lines_of_labelled_systems_is_touched() -> None:
    lines = [line for system in SYSTEMS for line in read_lines(system)]
    clean = sum(map(is_clean, lines))

    touched = list(find_touched(lines))

    assert clean > len(lines) / 2
    assert len(touched) * ONE_IN < clean, "\n".join(touched)


@needs_gold
@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.parent.name)
def test_no_clean_text_of_an_entry_of_the_gold_logs_is_touched(path: Path) -> None:
    redactor, touched = make_redactor(), []
    lines = path.read_text(encoding="utf-8").splitlines()
    for line in lines:
        redacted = redactor.json(line)
        assert redacted is not None
        before, after = find_texts(json.loads(line)), find_texts(json.loads(redacted))
        for (member, text), (_, became) in zip(before, after, strict=True):
            if text != became and member not in PERSONAL_MEMBERS and is_clean(text):
                touched.append(f"{member}: {text[:300]}\n    -> {became[:300]}")

    assert len(touched) * ONE_IN < len(lines), "\n".join(touched[:40])


@needs_traces
def test_no_clean_line_of_a_stack_trace_is_touched() -> None:
    rows = [json.loads(line) for line in TRACES.read_text(encoding="utf-8").splitlines()]
    lines = [line for row in rows for line in row["text"].splitlines()]

    assert list(find_touched(lines)) == []


@pytest.mark.parametrize("line", read_clean_lines(), ids=lambda line: line[:60].strip())
def test_a_line_that_only_looks_dangerous_stays(line: str) -> None:
    redactor = make_redactor()

    assert redactor.text(line) == line
    assert redactor.find(line) == []


@pytest.mark.parametrize("line", read_clean_lines(), ids=lambda line: line[:60].strip())
def test_a_message_that_only_looks_dangerous_stays(line: str) -> None:
    document = json.dumps({"severity": "ERROR", "jsonPayload": {"message": line}}, ensure_ascii=False)

    redacted = make_redactor().json(document)

    assert redacted is not None
    assert json.loads(redacted) == json.loads(document)


@pytest.mark.parametrize("document", read_clean_documents())
def test_a_document_whose_members_only_look_dangerous_stays(document: str) -> None:
    redacted = make_redactor().json(document)

    assert redacted is not None
    assert json.loads(redacted) == json.loads(document)


def test_clean_lines_stay_though_all_are_one_text() -> None:
    text = "\n".join(read_clean_lines())

    # An armoured public half has no end here, which a key of many lines may not have either.
    assert make_redactor().text(text) == text


# What follows is said of the oracle: one that takes nothing for clean forgives everything.


@pytest.mark.parametrize(
    "text", ["from 52.143.29.242 port 22", "to ann@shop.example.com", "at /home/ann/x", "2606:4700::1111"]
)
def test_the_oracle_knows_what_tells_of_people(text: str) -> None:
    assert not is_clean(text)


@pytest.mark.parametrize(
    "text", ["from 10.0.0.5 port 22", "at 14:12:29", "std::vector", "blk_38865049064139660", "a@b"]
)
def test_the_oracle_knows_what_does_not(text: str) -> None:
    assert is_clean(text)


def test_some_hundreds_of_lines_look_dangerous() -> None:
    assert len(set(read_clean_lines())) >= 300
