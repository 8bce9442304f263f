"""Rows of tables become the entries that were written into them, as far as a table keeps them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from log_gardener.sources.bigquery.columns import Layout, make_plan
from log_gardener.sources.bigquery.lines import _find_text, make_lines, make_plain
from log_gardener.stages.spelling import spell_entry
from tests.contracts.bigquery_desk import NOON, Entry, make_entry, spell
from tests.fakes.bigquery_tables import TIME, make_analytics_table, make_sink_table
from tests.laws.strategies import log_entries, times

AUDIT_TYPE = "type.googleapis.com/google.cloud.audit.AuditLog"

HOSTILE = [
    'say "no"',
    "back\\slash \\u0041 \\",
    "\x00\x01\x1f\x7f\x85\u2028\ufeff\uffff",
    "two\nlines\r\nand\ttab",
    "🔑 état 保存 مرحبا \U0010ffff",
    "it's '' ; DROP TABLE arrived --",
    '"},"severity":"EMERGENCY","x":{"',
    "null",
    "",
    " ",
    "x" * 300_000,
]


def make_texts(table: pa.Table, layout: Layout) -> list[str]:
    """The lines of a table, as they come."""
    batches = (batch.cast(make_plain(table.schema)) for batch in table.to_batches(max_chunksize=7))
    content = b"".join(lines.tobytes() for lines in make_lines(table.schema, layout, batches))
    assert content.endswith(b"\n") or not content
    # Only a line break ends a line: a separator of other scripts may stand in a text.
    return content.decode().split("\n")[:-1]


def read_back(table: pa.Table) -> list[Entry]:
    plan = make_plan(table.schema)
    selected = table.select(plan.columns)
    return [json.loads(text) for text in make_texts(selected, plan.layout)]


def read_sink(*entries: Entry) -> list[Entry]:
    return read_back(make_sink_table(entries))


def read_analytics(*entries: Entry) -> list[Entry]:
    return read_back(make_analytics_table(entries))


def spell_all(entries: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """Entries in one spelling, in which a time without a fraction and one with zeros are the same."""
    return [spell_entry(entry) for entry in entries]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_any_text_comes_through_as_it_is(text: str) -> None:
    entries = [
        make_entry(0, textPayload=text),
        make_entry(1, jsonPayload={"message": text, "of": [{"deep": text}]}),
        make_entry(2, labels={"a": text}, trace=text),
    ]

    assert spell_all(read_sink(*entries)) == spell_all(entries)
    assert spell_all(read_analytics(*entries)) == spell_all(entries)


def test_names_are_texts_like_any_other() -> None:
    payload: Entry = dict.fromkeys(
        ['a"b', "a'b", "a\\b", "a.b", "a b", "保存", "\n", "", "*", "SELECT", "__proto__"], 1
    )
    entry = make_entry(0, jsonPayload=payload)

    assert spell_all(read_analytics(entry)) == spell_all([entry])


@pytest.mark.parametrize("name", ["a'b", 'a"b', "a b", "保存", "select", "e0", "arrived"])
def test_a_column_may_have_any_name(name: str) -> None:
    table = make_sink_table([make_entry(0, textPayload="x")])
    payload = pa.array([{name: ["y"]}], pa.struct({name: pa.list_(pa.string())}))

    (entry,) = read_back(table.append_column("jsonPayload", payload))

    assert entry["jsonPayload"] == {name: ["y"]}


def test_json_that_nests_deep_comes_through() -> None:
    value: Any = "bottom"
    for _ in range(400):
        value = {"a": [value]}
    entry = make_entry(0, jsonPayload={"message": "x", "deep": value})

    (found,) = read_analytics(entry)

    assert found["jsonPayload"] == entry["jsonPayload"]


def test_json_keeps_what_a_program_logged_as_null_or_empty() -> None:
    payload: Entry = {"none": None, "empty": {}, "list": [], "of": [None, {}], "big": 2**63, "small": 1e-300, "No": "A"}
    entry = make_entry(0, jsonPayload=payload)

    assert read_analytics(entry)[0]["jsonPayload"] == payload


@pytest.mark.parametrize("number", [0, 137, -1, 2**53, 0.5, -0.25, 1e15, 1e300, 5e-324, 123456.789])
def test_numbers_are_spelt_as_they_were_logged(number: float) -> None:
    (text,) = make_texts(make_sink_table([make_entry(0, jsonPayload={"n": number})]), Layout.SINK)
    entry = json.loads(text)

    assert entry["jsonPayload"]["n"] == number
    assert isinstance(entry["jsonPayload"]["n"], int) == float(number).is_integer() or abs(number) > 2**53


@pytest.mark.parametrize("latency", ["0s", "0.123s", "1.000001s", "12.345678901s", "86400s", "0.000000001s", "-0.5s"])
def test_a_length_of_time_is_spelt_as_the_api_does(latency: str) -> None:
    entry = make_entry(0, httpRequest={"requestMethod": "GET", "status": 200, "latency": latency})

    for found in (*read_sink(entry), *read_analytics(entry)):
        assert spell_entry(found)["httpRequest"]["latency"] == spell_entry(entry)["httpRequest"]["latency"]


def test_fields_of_the_api_have_the_types_of_its_json() -> None:
    request = {"requestSize": "512", "responseSize": "9007199254740993", "status": 404, "cacheHit": True}
    place = {"file": "a.py", "line": "137"}
    split = {"uid": "u", "index": 1, "totalSplits": 2}
    more: Entry = {"errorGroups": [{"id": "g"}], "traceSampled": True, "spanId": "00", "split": split}
    entry = make_entry(0, httpRequest=request, sourceLocation=place, **more)

    for found in (*read_sink(entry), *read_analytics(entry)):
        assert {name: found[name] for name in entry if "imestamp" not in name} == {
            name: entry[name] for name in entry if "imestamp" not in name
        }


def test_a_sink_keeps_microseconds_and_analytics_nanoseconds() -> None:
    entry = make_entry(0, timestamp="2025-09-14T12:00:00.123456789Z")

    assert read_sink(entry)[0]["timestamp"] == "2025-09-14T12:00:00.123456Z"
    assert read_analytics(entry)[0]["timestamp"] == "2025-09-14T12:00:00.123456789Z"


def test_the_time_zone_of_the_machine_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Kathmandu")

    assert read_sink(make_entry(0, at=NOON))[0]["timestamp"] == spell(NOON)


def test_a_sink_lowers_names_and_those_that_tell_something_are_known_again() -> None:
    payload = {"funcName": "pay", "@type": "x/y.LoadBalancerLogEntry", "statusDetails": "backend_timeout", "userId": 7}
    entry = make_entry(0, jsonPayload=payload, labels={"instanceId": "i", "k8s-pod/app": "cart"})

    (found,) = read_sink(entry)

    lowered = {"userid": 7}
    assert found["jsonPayload"] == {name: payload[name] for name in payload if name != "userId"} | lowered
    assert found["labels"] == {"instanceId": "i", "k8s_pod_app": "cart"}


def test_what_a_sink_cannot_keep_is_absent() -> None:
    entry = make_entry(0, jsonPayload={"message": "x", "none": None, "list": [], "of": [1, 2]})

    assert read_sink(entry)[0]["jsonPayload"] == {"message": "x", "of": [1, 2]}


def test_payloads_of_several_types_are_all_the_payload() -> None:
    typed = {"@type": "type.googleapis.com/x.Attempt", "status": "INTERNAL"}
    entries = [make_entry(0, jsonPayload=typed), make_entry(1, jsonPayload={"message": "x"}), make_entry(2)]

    found = read_sink(*entries)

    assert [entry.get("jsonPayload") for entry in found] == [typed, {"message": "x"}, None]
    assert [entry.get("textPayload") for entry in found] == [None, None, "no 2"]


@pytest.mark.parametrize("read", [read_sink, read_analytics], ids=["sink", "analytics"])
def test_an_audit_record_has_its_own_names_again(read: Any) -> None:
    audit = {
        "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
        "serviceName": "storage.googleapis.com",
        "methodName": "storage.objects.get",
        "authenticationInfo": {"principalEmail": "ann@garden.example"},
        "authorizationInfo": [{"permission": "storage.objects.get", "granted": False}],
        "numResponseItems": "12",
        "request": {"snake_case": {"camelCase": [1, None]}, "text": 'a"b\n'},
        "response": {"@type": "x/y"},
        "status": {"code": 7, "message": "denied"},
    }

    (found,) = read(make_entry(0, protoPayload=audit))

    assert found["protoPayload"] == audit


def test_json_in_a_text_that_is_none_cannot_become_fields_of_the_entry() -> None:
    table = make_sink_table([make_entry(0, textPayload="x")])
    texts = ['{"a":1}', '{},"severity":"EMERGENCY","x":{}', "{", "null", '{"a":\n1}']
    rows = pa.concat_tables([table] * len(texts))
    records = pa.array([{"serviceName": "s", "requestJson": text} for text in texts])

    found = read_back(rows.append_column("protopayload_auditlog", records))

    requests = [entry["protoPayload"].get("request") for entry in found]
    assert requests == [{"a": 1}, texts[1], "{", None, {"a": 1}]
    assert {entry["severity"] for entry in found} == {"ERROR"}


def test_analytics_is_read_alike_where_the_api_does_not_say_what_is_json() -> None:
    entries = [make_entry(0, jsonPayload={"message": "x", "n": None}), make_entry(1, labels={"a": "b"})]

    assert read_back(make_analytics_table(entries, is_marked=False)) == read_analytics(*entries)


def test_members_stand_in_the_order_of_their_names_as_gcloud_prints_them() -> None:
    (text,) = make_texts(make_sink_table([make_entry(0, httpRequest={"status": 200, "latency": "1s"})]), Layout.SINK)

    entry = json.loads(text)
    assert list(entry) == sorted(entry)
    assert list(entry["httpRequest"]) == sorted(entry["httpRequest"])


def test_a_column_in_other_case_is_the_same_column() -> None:
    table = make_sink_table([make_entry(0, httpRequest={"requestUrl": "/x", "status": 200})])

    assert read_back(table.rename_columns([name.lower() for name in table.column_names])) == read_back(table)


def test_a_struct_of_the_api_without_any_value_is_absent_and_a_payload_is_not() -> None:
    table = make_sink_table([make_entry(0, textPayload="x"), make_entry(1, jsonPayload={"a": 1})])
    request = pa.array([{"status": None}] * 2, pa.struct({"status": pa.int64()}))
    payload = pa.array([None, {"a": None}], pa.struct({"a": pa.int64()}))
    place = table.schema.get_field_index("jsonPayload")

    first, second = read_back(table.append_column("httpRequest", request).set_column(place, "jsonPayload", payload))

    assert "httpRequest" not in first.keys() | second.keys()
    assert ("jsonPayload" in first, second["jsonPayload"]) == (False, {})


def test_the_text_of_a_part_of_an_array_is_its_own() -> None:
    texts = pa.array(["a\n", "bc\n", "d\n", "e\n"])

    assert _find_text(texts.slice(1, 2)).tobytes() == b"bc\nd\n"
    assert _find_text(texts.cast(pa.large_string()).slice(2)).tobytes() == b"d\ne\n"


def test_numbers_that_are_none_are_spelt_as_texts() -> None:
    table = make_sink_table([make_entry(0, jsonPayload={"n": 1.5}), make_entry(1, jsonPayload={"n": 1e300})])
    odd = pa.array([{"n": float("nan")}, {"n": float("-inf")}])
    place = table.schema.get_field_index("jsonPayload")

    found = [entry["jsonPayload"]["n"] for entry in read_back(table.set_column(place, "jsonPayload", odd))]

    assert [str(value).lower()[:4] for value in found] == ["nan", "-inf"]


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"id": pa.int64(), "timestamp": TIME}, "neither a log sink"),
        ({"insertId": pa.string(), "timestamp": TIME, "textPayload": pa.string()}, "no column logName"),
        ({"insert_id": pa.string(), "log_name": pa.string()}, "no column timestamp, as each table of Log Analytics"),
    ],
)
def test_a_table_of_other_things_says_what_it_lacks(columns: dict[str, pa.DataType], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        make_plan(pa.schema(columns))


def _identify(entry: Entry, number: int, timestamp: str) -> Entry:
    """What every entry has that came by the API."""
    audit = {"protoPayload": {"@type": AUDIT_TYPE} | entry["protoPayload"]} if "protoPayload" in entry else {}
    return {"insertId": f"{number}", "logName": "l"} | entry | audit | {"timestamp": timestamp}


def batches() -> st.SearchStrategy[list[Entry]]:
    return st.lists(st.builds(_identify, log_entries(), st.integers(0, 99), times()), max_size=8)


@settings(max_examples=40)
@given(batches())
def test_any_entries_come_back_from_analytics_as_they_were(named: list[Entry]) -> None:
    assert spell_all(read_analytics(*named)) == spell_all(named)


@settings(max_examples=40)
@given(batches())
def test_any_entries_come_back_from_a_sink_but_for_their_nanoseconds(named: list[Entry]) -> None:
    found = read_sink(*named)

    assert [one["timestamp"][:26] for one in found] == [_cut(one["timestamp"]) for one in named]
    without = [{name: value for name, value in one.items() if name != "timestamp"} for one in found]
    expected = [{name: value for name, value in one.items() if name != "timestamp"} for one in named]
    assert spell_all(without) == spell_all(expected)


def _cut(timestamp: str) -> str:
    """To the microsecond."""
    whole, _, fraction = timestamp.removesuffix("Z").partition(".")
    return f"{whole}.{fraction[:6].ljust(6, '0')}"
