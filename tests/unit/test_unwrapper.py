"""Responses of the Cloud Logging API become the lines that Google's own library would make of them."""

import json
import math
from threading import Thread
from typing import Any

import pytest
from google.cloud.logging_v2.types import ListLogEntriesResponse, LogEntry, TailLogEntriesResponse
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.json_format import MessageToDict, ParseDict
from hypothesis import example, given, settings
from hypothesis import strategies as st

from log_gardener._core import Reading, Tally, Unwrapper
from log_gardener.sources.cloud_logging.descriptors import find_descriptors
from tests.unit.messages import PACKABLE, find_class, messages

ENTRY = "google.logging.v2.LogEntry"
STRANGE = "type.googleapis.com/garden.Strange"
SECOND = 10**9

AUDIT = {
    "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
    "serviceName": "run.googleapis.com",
    "methodName": "google.cloud.run.v1.Services.ReplaceService",
    "status": {"code": 9, "message": "conflict", "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo"}]},
    "authenticationInfo": {"principalEmail": "gardener@example.com"},
    "requestMetadata": {"callerIp": "192.0.2.7", "requestAttributes": {"time": "2025-09-14T21:00:00.120Z"}},
    "numResponseItems": "3",
    "request": {"@type": "type.googleapis.com/google.cloud.run.v1.ReplaceServiceRequest", "generation": 2},
    "serviceData": {
        "@type": "type.googleapis.com/google.iam.v1.logging.AuditData",
        "policyDelta": {"bindingDeltas": [{"action": "ADD", "role": "roles/viewer"}]},
    },
}
WHOLE = {
    "logName": "projects/garden/logs/run.googleapis.com%2Fstderr",
    "insertId": "a1",
    "timestamp": "2025-09-14T21:00:00.123456789Z",
    "receiveTimestamp": "2025-09-14T21:00:01Z",
    "severity": "ERROR",
    "resource": {"type": "cloud_run_revision", "labels": {"service_name": "shop", "location": "europe-west1"}},
    "labels": {"instanceId": "00f1", "line": "137"},
    "sourceLocation": {"file": "cart.py", "line": "137", "function": "total"},
    "httpRequest": {"requestMethod": "GET", "status": 503, "latency": "0.123s", "responseSize": "12"},
    "operation": {"id": "x", "first": True},
    "trace": "projects/garden/traces/1f",
    "traceSampled": True,
    "jsonPayload": {"message": "no seeds", "line": 137, "share": 0.5, "tags": ["a", None, {}], "big": 2**53},
}


def parse(entry: dict[str, Any]) -> Any:
    return ParseDict(entry, find_class(ENTRY)())


def respond(*entries: Any) -> bytes:
    made = ListLogEntriesResponse.pb()(next_page_token="token")  # noqa: S106 - of a page
    made.entries.extend(entries)
    return bytes(made.SerializeToString())


def unwrap(*entries: Any) -> list[dict[str, Any]]:
    lines = Unwrapper(find_descriptors()).unwrap(respond(*entries)).splitlines()
    return [json.loads(line) for line in lines]


def make(insert_id: str, second: int = 0, log: str = "l") -> Any:
    return parse({"logName": log, "insertId": insert_id, "timestamp": f"1970-01-01T00:00:{second:02}Z"})


def pack(url: str, value: bytes) -> Any:
    entry = find_class(ENTRY)()
    entry.proto_payload.type_url, entry.proto_payload.value = url, value
    return entry


@pytest.fixture
def unwrapper() -> Unwrapper:
    return Unwrapper(find_descriptors())


@settings(max_examples=400)
@given(entries=st.lists(messages(ENTRY), max_size=3))
@example(entries=[parse(WHOLE), parse({"protoPayload": AUDIT})])
def test_an_entry_is_what_googles_own_library_makes_of_it(entries: list[Any]) -> None:
    assert unwrap(*entries) == [MessageToDict(entry) for entry in entries]


@settings(max_examples=100)
@given(packed=st.sampled_from(PACKABLE).flatmap(messages))
def test_a_payload_is_what_googles_own_library_makes_of_it(packed: Any) -> None:
    entry = find_class(ENTRY)()
    entry.proto_payload.Pack(packed)

    assert unwrap(entry) == [MessageToDict(entry)]


def test_every_field_of_an_entry_is_spelt_as_the_mapping_has_it() -> None:
    assert unwrap(parse(WHOLE), parse({"protoPayload": AUDIT})) == [WHOLE, {"protoPayload": AUDIT}]


def test_a_whole_number_has_no_fraction(unwrapper: Unwrapper) -> None:
    line = unwrapper.unwrap(respond(parse({"jsonPayload": {"line": 137.0, "share": 0.5}})))

    assert line == b'{"jsonPayload":{"line":137,"share":0.5}}\n'


@pytest.mark.parametrize(("value", "word"), [(math.nan, "NaN"), (math.inf, "Infinity"), (-math.inf, "-Infinity")])
def test_what_is_no_number_is_a_word(value: float, word: str) -> None:
    entry = find_class(ENTRY)()
    entry.json_payload.fields["share"].number_value = value

    assert unwrap(entry) == [{"jsonPayload": {"share": word}}]


def test_a_payload_of_unknown_type_keeps_its_bytes() -> None:
    assert unwrap(pack(STRANGE, b"\x0a\x01x")) == [{"protoPayload": {"@type": STRANGE, "value": "CgF4"}}]


def test_what_is_of_unknown_type_inside_a_payload_keeps_its_bytes() -> None:
    audit = find_class("google.cloud.audit.AuditLog")(method_name="Get")
    audit.service_data.type_url, audit.service_data.value = STRANGE, b"\x0a\x01x"
    entry = find_class(ENTRY)()
    entry.proto_payload.Pack(audit)

    payload = unwrap(entry)[0]["protoPayload"]
    assert payload["methodName"] == "Get"
    assert payload["serviceData"] == {"@type": STRANGE, "value": "CgF4"}


def test_a_time_that_cannot_be_said_does_not_lose_the_entry() -> None:
    entry = find_class(ENTRY)(text_payload="late")
    entry.http_request.latency.seconds = 2**62

    assert unwrap(entry) == [{"httpRequest": {"latency": {"seconds": str(2**62)}}, "textPayload": "late"}]


def test_a_response_of_a_tail_is_unwrapped_too(unwrapper: Unwrapper) -> None:
    made = TailLogEntriesResponse.pb()()
    made.entries.extend([make("a"), make("b")])
    made.suppression_info.add(suppressed_count=3)

    assert len(unwrapper.unwrap(made.SerializeToString()).splitlines()) == 2


def test_it_says_how_far_it_is(unwrapper: Unwrapper) -> None:
    assert (unwrapper.entries, unwrapper.newest, unwrapper.last) == (0, None, None)
    unwrapper.unwrap(respond(make("a", 3), make("b", 2)))
    assert (unwrapper.entries, unwrapper.newest, unwrapper.last) == (2, 3 * SECOND, 2 * SECOND)
    unwrapper.unwrap(respond())
    assert (unwrapper.entries, unwrapper.newest, unwrapper.last) == (2, 3 * SECOND, None)


def test_what_was_given_before_a_resumption_is_not_given_again(unwrapper: Unwrapper) -> None:
    page = respond(make("a"), make("b", 1))
    assert len(unwrapper.unwrap(page).splitlines()) == 2
    unwrapper.resume()

    again = unwrapper.unwrap(respond(make("a"), make("a", 1), make("b", 1), make("b", 1, log="m")))

    assert [json.loads(line)["timestamp"][-3:-1] for line in again.splitlines()] == ["01", "01"]
    assert unwrapper.entries == 4


@pytest.mark.parametrize("damage", [lambda page: page[:-9], lambda page: page + b"\xff", lambda page: page[1:]])
def test_of_a_damaged_response_nothing_counts_as_given(unwrapper: Unwrapper, damage: Any) -> None:
    page = respond(make("a"), make("b"))
    with pytest.raises(ValueError, match="the response cannot be decoded"):
        unwrapper.unwrap(damage(page))
    unwrapper.resume()

    assert unwrapper.entries == 0
    assert len(unwrapper.unwrap(page).splitlines()) == 2


@pytest.mark.parametrize("descriptors", [b"", b"no descriptors", FileDescriptorSet().SerializeToString()])
def test_descriptors_without_entries_are_refused(descriptors: bytes) -> None:
    with pytest.raises(ValueError, match="the descriptors cannot be used"):
        Unwrapper(descriptors)


def test_another_thread_may_ask_how_far_it_is(unwrapper: Unwrapper) -> None:
    page = respond(*(make(str(number)) for number in range(2_000)))
    thread = Thread(target=lambda: [unwrapper.unwrap(page) for _ in range(10)])
    thread.start()
    seen = [unwrapper.entries]
    while thread.is_alive():
        seen.append(unwrapper.entries)
    thread.join()

    assert sorted(seen) == seen
    assert unwrapper.entries == 20_000


def test_the_tally_reads_what_was_unwrapped(unwrapper: Unwrapper) -> None:
    tally = Tally()
    tally.add(unwrapper.unwrap(respond(parse(WHOLE), parse({"protoPayload": AUDIT}))), Reading("api"))

    assert (tally.account.entries, tally.account.refusals) == (2, [])
    assert {template.text for template in tally.generalise()} >= {"no seeds"}


def test_what_was_unwrapped_says_the_same_as_the_entry_in_another_spelling(unwrapper: Unwrapper) -> None:
    place = {"module": "shop.cart", "line": 137.0}
    entry = {"severity": "DEFAULT", "jsonPayload": {"message": "no seeds <4>", "labels": place}, "insertId": "a"}
    other = json.dumps(entry).replace("<", "\\u003c").encode()

    facts = []
    for lines in (unwrapper.unwrap(respond(parse(entry))), other):
        tally = Tally()
        tally.add(lines, Reading("api"))
        facts += [
            (template.text, template.module, facet.severity, [place.value for place in facet.places])
            for template in tally.generalise()
            for facet in template.facets
        ]

    assert facts == [("no seeds <<int>>", "shop.cart", "DEFAULT", ["\t\t137"])] * 2


def test_the_descriptors_are_made_once_and_are_those_of_the_client() -> None:
    assert find_descriptors() is find_descriptors()
    names = {file.name for file in FileDescriptorSet.FromString(find_descriptors()).file}
    assert LogEntry.pb().DESCRIPTOR.file.name in names
