"""What a worklog tells its reader, in Markdown and in JSON."""

import json
import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from log_gardener import flow
from log_gardener.model.worklog import Worklog
from log_gardener.ports import Request
from log_gardener.renderers.json_worklog import JsonRenderer
from log_gardener.renderers.worklog import WorklogRenderer
from tests.laws.strategies import to_json_lines
from tests.unit.entries import Entry, entry, located, make_parts, tend

ENTRIES: list[Entry] = [
    located("refused user ann-17", 118, "ERROR", instance="i1"),
    located("refused user ann-17", 137, "ERROR", instance="i2", seconds=60),
    entry("mail to user ann-17 bounced", "WARNING"),
    entry("all is well", "INFO"),
]

# The interface that scripts rely on, as `shared/design/interface.md` has it: fields may be added, none may go.
STRING, NUMBER = "", 0
INTERFACE: dict[str, Any] = {
    "outcome": STRING,
    "generated": STRING,
    "service": STRING,
    "window": {"start": STRING, "end": STRING},
    "coverage": {
        "entries": NUMBER,
        "covered": {"start": STRING, "end": STRING},
        "caps": [],
        "unusable": {},
        "duplicates": NUMBER,
    },
    "severities": {"WARNING": NUMBER},
    "clusters": [
        {
            "id": STRING,
            "title": STRING,
            "priority": STRING,
            "reasons": [{"part": STRING, "points": NUMBER, "why": STRING}],
            "severity": STRING,
            "frequency": STRING,
            "count": NUMBER,
            "first": STRING,
            "last": STRING,
            "trend": STRING,
            "status": STRING,
            "templates": [{"id": STRING, "text": STRING, "count": NUMBER}],
            "locations": [{"module": STRING, "function": STRING, "line": NUMBER, "file": None}],
            "revisions": [{"name": STRING, "count": NUMBER, "first": STRING}],
            "instances": NUMBER,
            "entities": [{"kind": STRING, "distinct": NUMBER, "values": [STRING]}],
            "exemplars": [{"insertId": STRING, "entry": {}}],
            "analysis": [STRING],
            "relations": [{"kind": STRING, "to": STRING, "evidence": STRING}],
            "ticket": None,
        }
    ],
    "other": {"entries": NUMBER, "templates": NUMBER},
    "recommendations": [{"priority": STRING, "text": STRING, "cluster": STRING}],
    "context": {},
}


def assert_holds(value: object, shape: object, where: str = "") -> None:
    """Whether a value has at least the members of a shape, of its types."""
    assert type(value) is type(shape), where
    if isinstance(shape, dict) and isinstance(value, dict):
        for name, member in shape.items():
            assert name in value, f"{where}.{name}"
            assert_holds(value[name], member, f"{where}.{name}")
    elif isinstance(shape, list) and isinstance(value, list) and shape:
        assert value, where
        assert_holds(value[0], shape[0], f"{where}[0]")


def test_the_json_worklog_has_the_keys_of_the_interface() -> None:
    assert_holds(json.loads(JsonRenderer().render(tend(ENTRIES))), INTERFACE)


def test_the_keys_of_the_interface_come_in_its_order() -> None:
    spelt = json.loads(JsonRenderer().render(tend(ENTRIES)))

    for value, shape in ((spelt, INTERFACE), (spelt["clusters"][0], INTERFACE["clusters"][0])):
        assert [name for name in value if name in shape] == list(shape)


def test_json_speaks_of_an_unknown_time_as_null() -> None:
    timeless = {"severity": "ERROR", "textPayload": "the pot is dry"}
    spelt = json.loads(JsonRenderer().render(tend([timeless])))

    assert (spelt["window"], spelt["coverage"]["covered"]) == (None, None)
    assert (spelt["clusters"][0]["first"], spelt["clusters"][0]["last"]) == (None, None)


def test_the_markdown_worklog_has_the_sections_of_the_seed() -> None:
    document = WorklogRenderer().render(tend(ENTRIES))

    assert re.findall(r"^#+ .*", document, re.MULTILINE) == [
        "# GCP Log Gardener Worklog - Latest Issues (2025-09-24-2100)",
        "## Coverage",
        "## Executive Summary",
        "## Severity Breakdown",
        "## Cluster 1: refused user ann-17",
        "### Representative Log Entry",
        "### Analysis",
        "### Relations",
        "## Cluster 2: mail to user ann-17 bounced",
        "### Representative Log Entry",
        "### Analysis",
        "### Relations",
        "## Other",
        "## Recommendations",
        "## Technical Context",
        "## Next Steps",
    ]


@pytest.mark.parametrize(
    "fact",
    [
        "**Log Window:** 2025-09-14 21:00:00 UTC to 2025-09-14 21:01:00 UTC, 1 min",
        "**Total Log Entries Analyzed:** 4  ",
        "| ERROR | 2 | 50.0% |",
        "share of 4",
        "**Frequency:** Low (2 occurrences)",
        "+30 severity ERROR",
        "**First Seen:** 2025-09-14 21:00:00 UTC",
        "lines 118, 137",
        "on 2 instances",
        "Other: 1 entr",
        '"insertId": "id-1"',
    ],
)
def test_the_markdown_worklog_tells_every_fact_with_its_number(fact: str) -> None:
    assert fact in WorklogRenderer().render(tend(ENTRIES))


def test_another_zone_is_shown_beside_utc() -> None:
    document = WorklogRenderer(ZoneInfo("America/Los_Angeles")).render(tend(ENTRIES))

    assert "| window starts | 2025-09-14 21:00:00 UTC | 2025-09-14 14:00:00 -07:00 |" in document


def worklog_of(content: bytes, asked: Request | None = None) -> Worklog:
    return flow.ingest(make_parts(content), asked or Request())


def test_nothing_read_is_unknown_and_says_so() -> None:
    document = WorklogRenderer().render(worklog_of(b""))

    assert "unknown: nothing could be read, so nothing is concluded" in document
    assert "No entry is unhealthy" not in document


def test_logs_of_another_service_only_are_verified_empty() -> None:
    worklog = worklog_of(to_json_lines(ENTRIES), Request(service="api"))

    assert "verified empty" in WorklogRenderer().render(worklog)
    assert worklog.coverage.other_services == len(ENTRIES)


def test_healthy_logs_are_observed_and_said_to_be_healthy() -> None:
    assert "No entry is unhealthy by any rule." in WorklogRenderer().render(tend([ENTRIES[-1]]))


def test_what_was_refused_is_counted_with_its_reason_and_place() -> None:
    content = to_json_lines(ENTRIES) + b"\n[1, 2]\n{oops\n\xff\n"
    worklog = worklog_of(content)
    document = WorklogRenderer().render(worklog)

    assert worklog.coverage.read == worklog.coverage.entries + worklog.coverage.refused
    for refusal in worklog.coverage.refusals:
        assert f"| refused: {refusal.reason} | {refusal.count} | first at `{refusal.places[0]}`" in document


def test_the_context_names_the_labels_that_all_entries_share_and_no_secret_of_theirs() -> None:
    entries = [
        entry(
            "the pot is dry",
            labels={"instanceId": f"i{number}", "run": "7", "turn": str(number), "password": "plain words"},
        )
        for number in range(2)
    ]
    (_, labels), *_ = tend(entries).context.labels

    assert "run=7" in labels
    assert not [label for label in labels if label.startswith(("turn=", "instanceId=")) or "plain words" in label]
