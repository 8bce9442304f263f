"""The fake takes the conditions that are sent, and no other: what the real service may not take must not pass here."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from tests.fakes.bigquery_filter import ConditionError, parse_condition

ONE, TWO = "TIMESTAMP '2025-09-14T01:00:00.000000Z'", "TIMESTAMP '2025-09-14T02:00:00.000000Z'"

TABLE = pa.table(
    {
        "severity": ["INFO", "ERROR", None],
        "timestamp": pa.array(
            [datetime(2025, 9, 14, hour, tzinfo=UTC) for hour in range(3)], pa.timestamp("us", "UTC")
        ),
        "resource": [{"labels": {"service_name": name}} for name in ("cart", "web", None)],
        "json": ['{"a": "b"}', "{}", None],
    }
)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", [0, 1, 2]),
        ("severity = 'INFO'", [0]),
        ("NOT (severity IN ('DEBUG', 'INFO'))", [1]),
        (f"timestamp >= {ONE}", [1, 2]),
        (f"timestamp >= {ONE} AND timestamp < {TWO}", [1]),
        ("(resource.labels.service_name = 'cart' OR resource.labels.service_name LIKE 'we%')", [0, 1]),
        ("severity = 'ERROR' AND (resource.labels.service_name = 'cart')", []),
    ],
)
def test_a_condition_keeps_the_rows_for_which_it_is_true(text: str, kept: list[int]) -> None:
    rows = TABLE.append_column("number", [[0, 1, 2]]).filter(parse_condition(text)(TABLE))

    assert rows["number"].to_pylist() == kept


@pytest.mark.parametrize(
    "text",
    [
        "severity",
        "severity = INFO",
        "severity = 'INFO' severity = 'INFO'",
        "severity != 'INFO'",
        "severity = 'IN'FO'",
        "severity = 'IN\\nFO'",
        "timestamp > TIMESTAMP '2025-09-14T01:00:00.000000Z'",
        "timestamp >= '2025-09-14T01:00:00.000000Z'",
        "timestamp >= TIMESTAMP '2025-09-14'",
        "nothing = 'x'",
        "resource.labels.nothing = 'x'",
        "(severity = 'INFO'",
        "severity IN ()",
        "a = 'x' AND b = 'y' OR c = 'z'",
        "severity = 'INFO' -- and so on",
        "JSON_VALUE(json, '$.a') = 'b'",
    ],
)
def test_all_else_is_refused(text: str) -> None:
    with pytest.raises(ConditionError):
        parse_condition(text)(TABLE)


def test_a_query_may_look_into_json() -> None:
    condition = parse_condition("JSON_VALUE(json, '$.a') = 'b'", has_json=True)

    assert TABLE.filter(condition(TABLE)).num_rows == 1
