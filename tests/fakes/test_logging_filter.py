"""The Logging query language, as it is documented: what it means, and what it refuses."""

from typing import Any

import pytest

from tests.fakes.filter_parser import LONGEST
from tests.fakes.filter_tree import FilterError
from tests.fakes.logging_filter import Bounds, parse_filter

ENTRY: dict[str, Any] = {
    "logName": "projects/garden/logs/run.googleapis.com%2Fstderr",
    "insertId": "aB1",
    "timestamp": "2025-09-14T21:00:00.5Z",
    "receiveTimestamp": "2025-09-14T21:00:01.5Z",
    "severity": "ERROR",
    "resource": {"type": "cloud_run_revision", "labels": {"service_name": "shop-api"}},
    "labels": {"k8s-pod/app": "cart", "instanceId": "i7"},
    "trace": "projects/garden/traces/77",
    "httpRequest": {"status": 503, "latency": "1.25s", "requestSize": "4096"},
    "jsonPayload": {
        "message": 'Payment of "order" 4711 failed\n(again)',
        "count": 5,
        "is_paid": True,
        "coupon": None,
        "pots": [{"kind": "clay"}, {"kind": "Zinc"}],
        "odd name": {"a-b": "yes"},
    },
}
AUDIT: dict[str, Any] = {
    "timestamp": "2025-09-14T21:00:00Z",
    "protoPayload": {"@type": "type.googleapis.com/google.cloud.audit.AuditLog", "methodName": "Delete"},
}
SECOND = 1_757_883_600 * 10**9


def fits(text: str, entry: dict[str, Any] = ENTRY) -> bool:
    return parse_filter(text).is_match(entry)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n -- nothing but a remark",
        "severity=ERROR",
        'severity>="warning"',
        "severity>=500",
        "severity!=INFO",
        "resource.type=cloud_run_revision",
        'resource.labels.service_name = "SHOP-API"',
        'labels."k8s-pod/app"=cart',
        "labels.instanceId:7",
        'logName="projects/garden/logs/run.googleapis.com%2Fstderr"',
        "logName=projects/garden/logs/run.googleapis.com%2Fstderr",
        'log_id("run.googleapis.com/stderr")',
        'LOG_ID("run.googleapis.com%2Fstderr")',
        "insertId=ab1",
        'trace="projects/garden/traces/77"',
        "httpRequest.status>=500 httpRequest.status<600",
        'httpRequest.latency>"1s"',
        "httpRequest.requestSize>4095",
        'jsonPayload.message:"ORDER\\" 4711"',
        'jsonPayload.message:"failed\\n(again)"',
        'jsonPayload.message:"fa\\x69led"',
        'jsonPayload.message:"fa\\u0069led"',
        'jsonPayload.message =~ "order. \\d{4}"',
        'jsonPayload.message !~ "payment"',
        'jsonPayload.message =~ ("nothing" OR "Payment")',
        "jsonPayload.count>4.5",
        'jsonPayload.count="5"',
        "jsonPayload.is_paid=true",
        "jsonPayload.coupon=NULL_VALUE",
        "jsonPayload.pots.kind=zinc",
        'jsonPayload."odd name"."a-b"=yes',
        "jsonPayload:zinc",
        "jsonPayload.message:*",
        "httpRequest:*",
        "labels:*",
        '"payment of"',
        "zinc",
        "-zebra",
        "NOT zebra AND NOT -zinc",
        'resource.type=("gce_instance" OR "cloud_run_revision")',
        "resource.type:(cloud AND revision AND NOT gce)",
        'timestamp>="2025-09-14T21:00:00Z" AND timestamp<"2025-09-14T23:00:01+02:00"',
        'timestamp="2025-09-14T21:00:00.500000000Z"',
        'timestamp>"2025-09-14" timestamp<"2025-09-15"',
        'receiveTimestamp>="2025-09-14T21:00:01.500Z"',
        "severity=ERROR -- a remark\nresource.type=cloud_run_revision",
        "(((severity=ERROR)))",
        'spanId=""',
        "traceSampled=false",
    ],
)
def test_an_entry_fits(text: str) -> None:
    assert fits(text)


@pytest.mark.parametrize(
    "text",
    [
        "severity>ERROR",
        "severity<=WARNING",
        'resource.labels.service_name="shop"',
        'jsonPayload.message=~"^order"',
        'jsonPayload.message=~"PAYMENT"',
        "jsonPayload.count>5",
        "jsonPayload.count=five",
        "jsonPayload.is_paid=false",
        "jsonPayload.coupon=null",
        "jsonPayload.pots.kind!=zinc",
        "operation.id:*",
        "spanId:*",
        "jsonPayload.nothing:*",
        "zebra",
        '-"payment of"',
        "resource.type=(gce_instance OR k8s_container)",
        'timestamp>"2025-09-14T21:00:00.5Z"',
        'log_id("stderr")',
    ],
)
def test_an_entry_does_not_fit(text: str) -> None:
    assert not fits(text)


def test_a_label_or_a_member_that_is_not_there_fails_every_comparison_but_not_its_negation() -> None:
    for field in ("labels.nothing", "resource.labels.nothing", "jsonPayload.nothing", "protoPayload.nothing"):
        assert not fits(f"{field}=x")
        assert not fits(f"{field}!=x")
        assert not fits(f'{field}!~"x"')
        assert fits(f"NOT {field}=x")


def test_a_field_of_the_type_that_an_entry_lacks_is_compared_by_its_default() -> None:
    assert fits("spanId!=x AND httpRequest.responseSize=0 AND operation.first=false AND severity=DEFAULT", AUDIT)


def test_or_binds_tighter_than_and() -> None:
    assert not fits("payment OR zinc AND zebra")
    assert fits("payment AND zebra OR zinc")
    assert fits("payment OR NOT zinc AND NOT zebra OR zinc") == fits(
        "(payment OR (NOT zinc)) AND ((NOT zebra) OR zinc)"
    )
    assert not fits("zebra payment OR zinc")


def test_not_binds_tighter_than_or() -> None:
    assert fits("NOT payment OR zinc")
    assert not fits("NOT (payment OR zinc)")


def test_a_member_of_an_audit_record_is_reached_by_its_json_name() -> None:
    assert fits("protoPayload.methodName=delete", AUDIT)
    assert fits('protoPayload."@type"="type.googleapis.com/google.cloud.audit.AuditLog"', AUDIT)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("insertId=abc:def", "line 1, column 13, token ':'"),
        ('severity=ERROR\n  thud="x"', "line 2, column 3, token 't'"),
        ("severity=ERROR and insertId=x", "line 1, column 16, token 'a'"),
        ("severity=ERROR or insertId=x", "line 1, column 16, token 'o'"),
        ("not severity=ERROR", "line 1, column 1, token 'n'"),
        ("(severity=ERROR", "line 1, column 16, token '<EOF>'"),
        ("severity=ERROR)", "line 1, column 15, token ')'"),
        ("severity=ERROR OR", "line 1, column 18, token '<EOF>'"),
        ("AND severity=ERROR", "line 1, column 1, token 'A'"),
        ("severity>=", "line 1, column 11, token '<EOF>'"),
        ('insertId="abc', "line 1, column 10, token '\"'"),
        ("insertId='abc'", "line 1, column 10, token '''"),
        ('insertId="a\\qb"', "line 1, column 12, token '\\'"),
        ("severity==ERROR", "line 1, column 10, token '='"),
        ("labels.k8s-pod=x", "line 1, column 15, token '='"),
        ("insertId=*", "line 1, column 10, token '*'"),
        ("severity=LOUD", "line 1, column 10, token 'L'"),
        ('severity=~"ERR.*"', "line 1, column 11, token '\"'"),
        ('timestamp>="yesterday"', "line 1, column 12, token '\"'"),
        ('timestamp:"2025-09-14"', "line 1, column 11, token '\"'"),
        ('timestamp>="2025-13-14T00:00:00Z"', "line 1, column 12, token '\"'"),
        ("httpRequest.status=many", "line 1, column 20, token 'm'"),
        ("traceSampled>true", "line 1, column 14, token 't'"),
        ("resource=x", "line 1, column 10, token 'x'"),
        ("textPayload.thud=x", "line 1, column 1, token 't'"),
        ("operation.thud=x", "line 1, column 1, token 'o'"),
        ("log_name=x", "line 1, column 1, token 'l'"),
        ('textPayload=~"(?=x)"', "line 1, column 14, token '\"'"),
        ('textPayload=~"(a"', "line 1, column 14, token '\"'"),
        ("sample(insertId, 0.1)", "line 1, column 1, token 's'"),
        ("log_id(stderr)", "line 1, column 8, token 's'"),
        ("insertId!=(a OR b)", "line 1, column 11, token '('"),
    ],
)
def test_what_is_no_filter_is_refused_with_its_place(text: str, place: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter(text)

    assert str(caught.value).startswith("Unparseable filter: ")
    assert str(caught.value).endswith(place)


def test_a_filter_has_at_most_20_000_characters() -> None:
    longest = '"x"'.ljust(LONGEST)
    assert not fits(longest, {"textPayload": "y"})

    with pytest.raises(FilterError, match="longer than 20000"):
        parse_filter(longest + " ")


def test_the_bounds_of_a_filter_are_those_of_its_outermost_and() -> None:
    either = '(severity=ERROR OR timestamp<"2025-01-01")'
    bounded = parse_filter(f'timestamp>="2025-09-14T21:00:00Z" {either} AND timestamp<="2025-09-14T21:00:01Z"')
    assert bounded.timestamp == Bounds(SECOND, SECOND + 10**9 + 1)
    assert bounded.timestamp.is_closed
    assert bounded.received == Bounds()

    assert parse_filter('receiveTimestamp>"2025-09-14T21:00:00Z"').received == Bounds(SECOND + 1, None)
    assert not parse_filter('timestamp>="2025-09-14" OR severity=ERROR').timestamp.is_closed
    assert not parse_filter("timestamp:*").timestamp.is_closed
