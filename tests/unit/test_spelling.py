"""An entry is shown alike, whichever way it came."""

from typing import Any

import pytest

from log_gardener.stages.spelling import spell_entry

WHOLE = {
    "httpRequest": {"latency": "0.120s", "requestSize": "512", "status": 500},
    "insertId": "a",
    "jsonPayload": {"attempt": 3, "empty": "", "none": None, "of": [1, 2.5]},
    "sourceLocation": {"file": "a.py", "line": "137"},
    "timestamp": "2025-11-03T14:12:29.500Z",
}


@pytest.mark.parametrize(
    "other",
    [
        {"severity": "DEFAULT"},
        {"trace": "", "labels": {}, "traceSampled": False, "operation": None},
        {"timestamp": "2025-11-03T14:12:29.5Z"},
        {"timestamp": "2025-11-03T15:12:29.500000000+01:00"},
        {"httpRequest": {"latency": "0.12s", "requestSize": 512, "status": "500"}},
        {"httpRequest": {"status": 500.0, "requestSize": "512", "latency": "0.120000s", "cacheHit": False}},
        {"sourceLocation": {"line": 137, "file": "a.py", "function": ""}},
        {"sourceLocation": {"line": 137.0, "file": "a.py"}},
        {"jsonPayload": {"of": [1.0, 2.5], "none": None, "empty": "", "attempt": 3.0}},
    ],
)
def test_ways_to_spell_an_entry_give_one(other: dict[str, Any]) -> None:
    assert spell_entry(WHOLE | other) == spell_entry(WHOLE)


def test_members_are_sorted_at_every_depth() -> None:
    spelt = spell_entry({"textPayload": "x", "jsonPayload": {"b": {"d": 1, "c": 2}, "a": 3}})

    assert list(spelt) == ["jsonPayload", "textPayload"]
    assert list(spelt["jsonPayload"]) == ["a", "b"]
    assert list(spelt["jsonPayload"]["b"]) == ["c", "d"]


def test_what_a_program_wrote_stays_but_for_its_numbers() -> None:
    payload = {"timestamp": "2025-11-03T14:12:29.5Z", "line": 7, "latency": "1.50s", "off": False, "big": 1e300}

    assert spell_entry({"jsonPayload": payload})["jsonPayload"] == payload


@pytest.mark.parametrize("odd", ["soon", "2025-13-99T99:99:99Z", 12, None, ["x"], "9999-12-31T23:59:59-23:59"])
def test_what_cannot_be_read_stays_as_it_is(odd: object) -> None:
    assert spell_entry({"timestamp": odd, "httpRequest": {"latency": odd, "status": odd}}).get("timestamp") == odd


def test_labels_are_texts_whatever_their_names() -> None:
    labels = {"line": "007", "status": "200", "timestamp": "2025-11-03T14:12:29.50Z", "note": ""}

    assert spell_entry({"labels": labels, "resource": {"labels": labels}})["resource"] == {"labels": labels}
    assert spell_entry({"labels": labels})["labels"] == labels
