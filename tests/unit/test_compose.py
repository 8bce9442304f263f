"""All text that leaves is redacted, wherever in an entry it stood."""

import json
from dataclasses import asdict

import pytest

from log_gardener import flow
from log_gardener.ports import Request
from log_gardener.renderers.json_worklog import JsonRenderer
from log_gardener.renderers.worklog import WorklogRenderer
from log_gardener.stages.redaction import Redactor
from tests.unit.entries import Entry, cluster_of, entry, located, make_parts, tend, trace

SECRET_NAMES = ["password", "passwd", "authorization", "cookie", "secret", "api_key", "accessToken"]
SECRET_NAMES += ["X-Authorization", "userPassword"]
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJlLW9mLW5vdGhpbmc"
SECRETS = {
    "bearer": ("Authorization: Bearer abcDEF123456ghiJKL789mnoPQR", "abcDEF123456ghiJKL789mnoPQR"),
    "JSON web token": (f"refused token {JWT}", JWT),
    "API key": ("MAPS_API_KEY=AIzaSyA1234567890abcdefghijklmnopqrstu", "AIzaSyA1234567890abcdefghijklmnopqrstu"),
    "GitHub token": ("push with ghp_abcdefghijklmnopqrstuvwxyz0123456789", "ghp_abcdefghijklmnopqrstuvwxyz0123456789"),
    "AWS key": ("key AKIAIOSFODNN7EXAMPLE refused", "AKIAIOSFODNN7EXAMPLE"),
    "password in a URL": ("cannot dial postgres://ann:hunter2secret@db.example/x", "hunter2secret"),
    "password": ("login with password=hunter2secret refused", "hunter2secret"),
    "e-mail address": ("mail to user ann@garden.example bounced", "ann@garden.example"),
    "address": ("client 203.0.113.77 refused", "203.0.113.77"),
    "card": ("card 4111 1111 1111 1111 refused", "4111 1111 1111 1111"),
}


def documents_of(*entries: Entry) -> str:
    worklog = tend(entries)
    assert worklog.clusters
    return JsonRenderer().render(worklog) + WorklogRenderer().render(worklog) + json.dumps(asdict(worklog), default=str)


def spread(text: str) -> dict[str, list[Entry]]:
    """Entries that hold a text in every place that a cluster shows."""
    return {
        "text": [entry(text)],
        "title and variables": [entry(f"{text} ({number})") for number in range(2)],
        "place": [located(text)],
        "nested payload": [entry("", jsonPayload={"message": "pot is dry", "more": {"deep": [text]}})],
        "label": [entry("pot is dry", labels={"note": text})],
        "trace": [trace(f"KeyError: '{text}'")],
        "member's name": [entry("", jsonPayload={"message": "pot is dry", "of": {text: 1}})],
        "user": [entry(f"refused user {text}") for _ in range(3)],
        "symptom": [
            one
            for instance in ("i1", "i2")
            for one in (
                trace("KeyError: 'rose'", instance=instance),
                entry("Container called exit(1).", "WARNING", instance=instance),
                entry(f"worker failed to boot: {text}", instance=instance),
            )
        ],
    }


@pytest.mark.parametrize(("text", "secret"), SECRETS.values(), ids=SECRETS.keys())
def test_no_secret_leaves_in_any_text_of_a_cluster(text: str, secret: str) -> None:
    for where, entries in spread(text).items():
        assert secret not in documents_of(*entries), where


@pytest.mark.parametrize(
    "key",
    SECRET_NAMES,
)
def test_a_member_named_as_a_secret_is_redacted_whatever_it_looks_like(key: str) -> None:
    assert "plain words here" not in documents_of(
        entry("", jsonPayload={"message": "pot is dry", "sent": {key: "plain words here"}})
    )


def test_who_called_is_personal() -> None:
    caller = {"requestMethod": "GET", "requestUrl": "/", "status": 500, "remoteIp": "10.1.2.3", "userAgent": "curl/8"}
    document = documents_of(entry("", httpRequest=caller))

    assert "10.1.2.3" not in document
    assert "curl/8" not in document


def test_the_same_secret_gives_the_same_mark_under_the_same_key_only() -> None:
    text = "refused user ann@garden.example"

    assert Redactor(b"one").text(text) == Redactor(b"one").text(text) != Redactor(b"other").text(text)


@pytest.mark.parametrize(
    "text", ["AUTH=REDACTED permissive authentication", "the token bucket is full", "basic settings"]
)
def test_prose_after_an_alarming_word_is_not_eaten(text: str) -> None:
    assert Redactor(b"key").text(text) == text


def test_an_exemplar_is_the_entry_but_for_its_secrets() -> None:
    own = located("pot 17 of ann@garden.example is dry", 137)
    (shown,) = cluster_of(own).exemplars
    mark = Redactor(b"key").text("ann@garden.example")

    assert shown.entry == {
        "insertId": "id-0",
        **own,
        "jsonPayload": own["jsonPayload"] | {"message": f"pot 17 of {mark} is dry"},
        "timestamp": own["timestamp"].replace(".000000000", ""),
    }


def test_lines_of_one_place_are_shown_in_order() -> None:
    shown = [
        location.line for location in cluster_of(*(located("the pot is dry", line) for line in (137, 118))).locations
    ]

    assert shown == [118, 137]


@pytest.mark.parametrize("depth", [60, 100, 300, 500, 5_000])
def test_what_nests_too_deep_to_be_read_is_cut_and_nothing_fails(depth: int) -> None:
    line = '{"severity": "ERROR", "textPayload": "pot is dry", "more": ' + "[" * depth + "]" * depth + "}"
    worklog = flow.ingest(make_parts(line.encode()), Request())

    assert worklog.coverage.entries + worklog.coverage.refused == 1
    assert ("(nests deeper than 64)" in JsonRenderer().render(worklog)) == (depth >= 64 and bool(worklog.clusters))


def test_halves_of_characters_are_replaced_and_nothing_fails() -> None:
    one = entry("pot \ud800 is dry", labels={"\udfff": "\ud801", "whole": "\U0001f33a"})
    worklog = flow.ingest(make_parts(json.dumps(one).encode()), Request())
    document = JsonRenderer().render(worklog) + WorklogRenderer().render(worklog)

    assert "pot \ufffd is dry" in document
    assert "whole=\U0001f33a" in document
    assert not [letter for letter in document if "\ud800" <= letter <= "\udfff"]


def test_counts_of_templates_and_revisions_sum_to_the_cluster() -> None:
    cluster = cluster_of(located("managers differ, retry later today"), *[located("managers differ, retry later")] * 3)

    assert sorted(template.count for template in cluster.templates) == [1, 3]
    assert [(revision.name, revision.count) for revision in cluster.revisions] == [("web-1", 4)]
    assert sum(count for _, count in cluster.minutes) == cluster.count == 4


def find_values(text: str) -> list[tuple[str, str]]:
    (shown,) = cluster_of(entry(text)).exemplars
    return [(value.kind, value.text) for value in shown.values]


def test_a_shown_entry_has_the_values_of_its_template_by_kind() -> None:
    assert find_values("pot 12 at 10.0.0.1 is dry") == [("int", "12"), ("ip", "10.0.0.1")]
    assert find_values("the pot is dry") == []


@pytest.mark.parametrize("number", ["", " of pot 7"])
def test_a_value_that_only_its_context_tells_to_be_a_secret_is_redacted(number: str) -> None:
    secret = "hunter2" + "secret9"
    # What the mask takes for a value is a secret by the words before it and by what stands behind it.
    for text in (f"refused password={secret}{number}", f"refused db://ann:{secret}@10.0.0.1/x{number}"):
        values = find_values(text)
        assert values
        assert secret not in str(values)
        assert [value for _, value in values[-1:]] == (["7"] if number else [values[-1][1]])


def test_an_entry_that_was_cut_has_no_values_and_is_shown_all_the_same() -> None:
    (shown,) = cluster_of(entry("pot 12 is dry", labels={"note": "x" * 100_000})).exemplars

    assert shown.values == ()
    assert str(shown.entry["textPayload"]).endswith(" [cut]")
