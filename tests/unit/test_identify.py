"""Which templates tell of one fault, and by what an issue is known."""

import re

import pytest

from log_gardener.stages.recipe import RECIPES, repair
from tests.unit.entries import (
    Entry,
    bundle_of,
    bundles_of,
    entry,
    findings_of,
    located,
    request,
    templates_of,
    texts_of,
    trace,
)

KEY = "🔑"
BROKEN_KEY = KEY.encode().decode("cp1252")


def fingerprint_of(*entries: Entry) -> str:
    (template,) = templates_of(*entries)
    return RECIPES[0].make_fingerprint(template)


def test_a_fingerprint_names_its_recipe() -> None:
    assert re.fullmatch(r"r1:[0-9a-f]{32}", fingerprint_of(entry("the pot is dry")))


def test_a_fingerprint_is_the_same_for_ever() -> None:
    assert fingerprint_of(entry("the pot is dry")) == "r1:0abacaf0fb79a5536e5910a346fc45f0"


def test_a_fingerprint_ignores_the_severity() -> None:
    assert fingerprint_of(entry("the pot is dry", "ERROR")) == fingerprint_of(entry("the pot is dry", "WARNING"))


def test_a_fingerprint_ignores_line_numbers() -> None:
    assert fingerprint_of(located("the pot is dry", 118)) == fingerprint_of(located("the pot is dry", 137))
    assert fingerprint_of(trace("KeyError: 'a'", line=8)) == fingerprint_of(trace("KeyError: 'a'", line=9))


def test_a_fingerprint_ignores_values_revisions_and_instances() -> None:
    one = entry("pot 17 is dry", instance="i1")
    other = entry("pot 4711 is dry", instance="i2")
    other["resource"]["labels"]["revision_name"] = "web-2"

    assert fingerprint_of(one) == fingerprint_of(other)


def test_a_trace_is_known_by_its_type_and_frames_and_not_by_its_message() -> None:
    known = fingerprint_of(trace("KeyError: 'rose'"))

    assert fingerprint_of(trace("KeyError: 'tulip'")) == known
    assert fingerprint_of(trace("TypeError: 'rose'")) != known
    assert fingerprint_of(trace("KeyError: 'rose'", "discount")) != known


@pytest.mark.parametrize(
    "other",
    [entry("the pot is wet"), entry("the pot is dry", service="api"), located("the pot is dry")],
    ids=["text", "service", "place"],
)
def test_what_differs_in_a_hard_key_has_another_fingerprint(other: Entry) -> None:
    assert fingerprint_of(other) != fingerprint_of(entry("the pot is dry"))


def test_a_whole_emoji_and_a_broken_one_are_one_template() -> None:
    whole, broken = entry(f"[{KEY}] session refused"), entry(f"[{BROKEN_KEY}] session refused")

    assert BROKEN_KEY != KEY
    assert fingerprint_of(whole) == fingerprint_of(broken)
    assert {finding.text for finding in bundle_of(whole, broken).findings} == {f"[{KEY}] session refused"}


@pytest.mark.parametrize("text", ["plain", "état 保存 مرحبا", KEY, "Ünïcödé", "<int> took 5 µs"])
def test_a_text_that_is_not_broken_stays_as_it_is(text: str) -> None:
    assert repair(text) == text


def test_near_identical_texts_at_one_place_are_one_issue() -> None:
    one = "Validation issues (non-blocking): ['Multiple managers for user ann - potential duplication']"
    other = "Validation issues: ['Multiple managers for user ann - potential duplication']"

    assert len(bundle_of(located(one, 137), located(other, 118)).findings) == 2


def test_near_identical_texts_without_a_place_are_two_issues() -> None:
    one = "Validation issues (non-blocking): ['Multiple managers for user ann - potential duplication']"
    other = "Validation issues: ['Multiple managers for user ann - potential duplication']"

    assert len(bundles_of(entry(one), entry(other))) == 2


def test_different_texts_at_one_place_are_two_issues() -> None:
    assert len(bundles_of(located("the pot is dry"), located("no gardener on duty today"))) == 2


def test_only_mutual_nearest_neighbours_are_one_issue() -> None:
    first = "no gardener waters these ten red roses before noon today"
    second = f"{first} (not urgent)"
    third = f"{second} says the head gardener"

    assert len(bundle_of(located(second), located(third)).findings) == 2
    assert texts_of(*bundles_of(located(first), located(second), located(third))) == [[first, second], [third]]


def test_one_text_in_different_services_is_never_one_issue() -> None:
    assert len(bundles_of(entry("the pot is dry"), entry("the pot is dry", service="api"))) == 2
    assert len(bundles_of(located("the pot is dry"), located("the pot is dry", service="api"))) == 2


def test_requests_of_one_path_and_status_are_one_issue_however_long_they_took() -> None:
    slow, fast = request("/pots", 503, latency="4s"), request("/pots", 503, latency="0.01s")

    assert len(bundle_of(slow, fast).findings) == 2
    assert len(bundles_of(slow, request("/pots", 500))) == 2
    assert len(bundles_of(slow, request("/beds", 503))) == 2


def test_traces_of_different_causes_are_different_issues_though_their_texts_are_alike() -> None:
    bundles = bundles_of(trace("KeyError: 'rose'", "total"), trace("KeyError: 'rose'", "discount"))

    assert texts_of(*bundles) == [["KeyError: 'rose'"], ["KeyError: 'rose'"]]


def test_findings_come_in_the_order_of_their_fingerprints() -> None:
    found = [
        finding.fingerprint for finding in findings_of(*(entry(f"{word} is dry") for word in ("bed", "pot", "can")))
    ]

    assert found == sorted(found)


def test_the_most_frequent_text_leads_its_issue() -> None:
    one = "Validation issues (non-blocking): ['Multiple managers for user ann - potential duplication']"
    other = "Validation issues: ['Multiple managers for user ann - potential duplication']"

    assert bundle_of(located(one), located(other), located(other)).root.count == 2
