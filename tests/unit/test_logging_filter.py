"""What is asked of Cloud Logging: the window's bounds, and never less than is counted."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_gardener._core import Reading, Tally
from log_gardener.errors import UsageError
from log_gardener.model.severity import Severity
from log_gardener.sources.cloud_logging.address import Address
from log_gardener.sources.cloud_logging.filters import (
    LONGEST_OWN,
    Selection,
    check_own,
    quote,
)
from log_gardener.sources.services import POD_LABEL, SERVICE_LABELS
from tests.fakes.instants import parse_nanos, spell_nanos
from tests.fakes.logging_filter import Bounds, parse_filter

START = parse_nanos("2025-09-24T20:00:00.000000001Z")
END = parse_nanos("2025-09-24T21:00:00Z")
DRAFT = Path(__file__).parents[2] / "crates" / "gardener-core" / "src" / "draft.rs"

# What people write, and what could reach beyond its parentheses.
HOSTILE = [
    'timestamp>="2001-01-01T00:00:00Z"',
    'timestamp<"2001-01-01T00:00:00Z" OR severity>=DEFAULT',
    "severity>=DEFAULT OR severity<=EMERGENCY",
    "severity>=DEFAULT -- whatever it is",
    "-- (all of it\nseverity>=DEFAULT -- ) OR",
    'textPayload:"pot" OR textPayload:")" OR textPayload:"-- (" OR severity=DEFAULT',
    'textPayload:"a \\") OR (" OR severity>=DEFAULT',
    "NOT severity>EMERGENCY",
]


def entry(at: int, **fields: Any) -> dict[str, Any]:
    return {"insertId": "1", "timestamp": spell_nanos(at), "severity": "INFO", "textPayload": "pot"} | fields


def is_taken(service: str, labels: dict[str, str]) -> bool:
    """Whether the core counts an entry of a resource with these labels for a service."""
    tally = Tally()
    line = json.dumps(entry(START, resource={"type": "x", "labels": labels})).encode()
    tally.add(line + b"\n", Reading(service=service))
    return tally.account.entries == 1


def is_asked_for(service: str, labels: dict[str, str]) -> bool:
    spelt = Selection(service).spell((START, END))
    return parse_filter(spelt).is_match(entry(START, resource={"type": "x", "labels": labels}))


def test_both_bounds_are_sent_to_the_nanosecond() -> None:
    assert Selection().spell((START, END)) == (
        'timestamp>="2025-09-24T20:00:00.000000001Z" AND timestamp<"2025-09-24T21:00:00Z"'
    )


@pytest.mark.parametrize("own", HOSTILE)
def test_no_filter_of_the_users_own_moves_the_bounds(own: str) -> None:
    found = parse_filter(Selection(own=check_own(own)).spell((START, END)))

    assert found.timestamp.is_closed
    assert [found.is_match(entry(at)) for at in (START - 1, END, END + 1)] == [False] * 3
    assert found.is_match(entry(START)) == parse_filter(own).is_match(entry(START))


def test_a_filter_of_the_users_own_still_tells_entries_apart() -> None:
    found = parse_filter(Selection(own='textPayload:"pot" OR textPayload:"bed"').spell((START, END)))

    assert [found.is_match(entry(START, textPayload=text)) for text in ("a pot", "a bed", "a hose")] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    "own",
    [
        "severity>=ERROR) OR (severity>=DEFAULT",
        "(severity>=ERROR",
        ")(",
        'textPayload:"pot',
        'textPayload:"pot\\"',
        "severity>=ERROR -- a comment\n) OR (severity>=DEFAULT",
        "textPayload:x--y (\n) OR (severity>=DEFAULT",
        'severity>=ERROR -- "\n) OR (severity>=DEFAULT -- "',
    ],
)
def test_a_filter_that_reaches_beyond_its_parentheses_is_refused(own: str) -> None:
    with pytest.raises(UsageError, match="does not stand for itself"):
        check_own(own)


@pytest.mark.parametrize("own", ["", "  \n", "-- nothing", "-- nothing\n  -- at all "])
def test_a_filter_that_says_nothing_is_left_out(own: str) -> None:
    assert Selection(own=check_own(own)).spell((START, END)) == Selection().spell((START, END))


def test_a_filter_that_cloud_logging_would_not_take_for_its_length_is_refused() -> None:
    check_own("a" * LONGEST_OWN)
    with pytest.raises(UsageError, match="characters"):
        check_own("a" * (LONGEST_OWN + 1))

    longest = Selection("s" * 63, Severity.ERROR, "a" * LONGEST_OWN).spell((START, END), START)
    assert parse_filter(longest).timestamp.is_closed


@pytest.mark.parametrize("severity", list(Severity))
def test_what_is_less_severe_is_not_asked_for(severity: Severity) -> None:
    found = parse_filter(Selection(severity=severity).spell((START, END)))

    assert [one for one in Severity if found.is_match(entry(START, severity=one.value))] == [
        one for one in Severity if one.rank >= severity.rank
    ]


def test_what_arrived_since_is_asked_for_beside_the_window() -> None:
    found = parse_filter(Selection().spell((START, END), END))

    assert (found.timestamp, found.received) == (Bounds(START, END), Bounds(END, None))


def test_a_tail_is_asked_for_whatever_its_time() -> None:
    found = parse_filter(Selection("cart", Severity.ERROR, "a OR b").spell_timeless())

    assert found.timestamp == Bounds()
    assert parse_filter(Selection().spell_timeless()).is_match(entry(START))


@pytest.mark.parametrize("service", ['a"b', "a\\", 'a" OR severity>=DEFAULT OR "', "a\nb\x00", "cärt (blue)", "-- x"])
def test_a_service_is_a_text_and_nothing_else(service: str) -> None:
    assert is_asked_for(service, {"service_name": service})
    assert is_asked_for(service, {POD_LABEL: service})
    assert not is_asked_for(service, {"service_name": "cart", POD_LABEL: "cart"})


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_a_quoted_text_is_read_as_it_was(text: str) -> None:
    found = parse_filter(f"jsonPayload.name={quote(text)}")

    assert found.is_match({"jsonPayload": {"name": text}})
    assert not found.is_match({"jsonPayload": {"name": text + "."}})


def test_the_labels_that_name_a_service_are_those_of_the_core() -> None:
    named = re.findall(r'\("([\w./-]+)", \(Label::', DRAFT.read_text(encoding="utf-8"))
    assert len(named) > len(SERVICE_LABELS)

    assert [label for label in named if is_taken("cart", {label: "cart"}) and label != POD_LABEL] == list(
        SERVICE_LABELS
    )
    assert is_taken("cart", {POD_LABEL: "cart-7d9f6c5b8d-x2x4z"})


PARTS = st.text("bcdfgx2459ae", min_size=1, max_size=11)
NAMES = st.one_of(
    st.sampled_from(["cart", "cart-api", "shop.cart", ""]),
    st.lists(PARTS, min_size=1, max_size=3).map("-".join),
    st.tuples(st.just("cart"), st.from_regex(r"(-[a-z0-9]{4,11}){0,2}(-[0-9]{1,5})?", fullmatch=True)).map("".join),
)


@given(st.dictionaries(st.sampled_from([*SERVICE_LABELS, POD_LABEL]), NAMES, max_size=3), NAMES.filter(bool))
def test_whatever_the_core_takes_for_a_service_is_asked_for(labels: dict[str, str], other: str) -> None:
    pod = labels.get(POD_LABEL, "")
    beginnings = [pod[: mark.start()] for mark in re.finditer("-", pod)]

    for service in {"cart", other, *labels.values(), *beginnings} - {""}:
        assert is_asked_for(service, labels) or not is_taken(service, labels)


@pytest.mark.parametrize(
    "pod",
    ["cart", "cart-0", "cart-4711", "cart-q9wkl", "cart-7d9f6c5b8d-x2x4z", "cart-29384756-x2x4z", "cart-54d1fa-ce43a"],
)
def test_pods_of_a_workload_are_asked_for(pod: str) -> None:
    assert is_taken("cart", {POD_LABEL: pod})
    assert is_asked_for("cart", {POD_LABEL: pod})


@pytest.mark.parametrize("pod", ["cart-blue-x2x4z", "shop-cart-0", "carts", "cart-", "cart-12345678901-x2x4z"])
def test_pods_of_other_workloads_are_mostly_not_asked_for(pod: str) -> None:
    assert not is_asked_for("cart", {POD_LABEL: pod})


@pytest.mark.parametrize(
    ("text", "resource"),
    [
        ("logging://garden", "projects/garden"),
        ("logging://example.com:garden", "projects/example.com:garden"),
        ("logging://projects/garden", "projects/garden"),
        ("logging://folders/123", "folders/123"),
        ("logging://organizations/123", "organizations/123"),
        ("logging://billingAccounts/0A-1B", "billingAccounts/0A-1B"),
        (
            "logging://projects/garden/locations/global/buckets/_Default/views/_AllLogs",
            "projects/garden/locations/global/buckets/_Default/views/_AllLogs",
        ),
        (
            "logging://folders/123/locations/eu/buckets/own",
            "folders/123/locations/eu/buckets/own/views/_AllLogs",
        ),
    ],
)
def test_an_address_names_a_resource(text: str, resource: str) -> None:
    assert Address.parse(text).resource == resource


@pytest.mark.parametrize(
    "text",
    [
        "logging://",
        "logging://garden/",
        "logging://project/garden",
        "logging://garden/logs/stdout",
        "logging://projects/garden/locations/global",
        "logging://projects/garden/locations/global/buckets/a/views",
        "logging://a b",
        'logging://garden"',
        "garden",
    ],
)
def test_a_wrong_address_is_told_how_to_be_written(text: str) -> None:
    with pytest.raises(UsageError, match=r"write one of logging://PROJECT, logging://folders/FOLDER"):
        Address.parse(text)
