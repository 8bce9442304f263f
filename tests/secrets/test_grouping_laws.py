"""What belongs together does so whatever is redacted: ids and counts are those of a run that redacts nothing."""

import json
from dataclasses import replace
from typing import Any

from hypothesis import given, settings

from log_gardener import flow
from log_gardener.ports import Request
from log_gardener.renderers.json_worklog import JsonRenderer
from log_gardener.stages.redaction import Redactor
from tests.laws.strategies import Entry, batches, to_json_lines
from tests.secrets.open_redactor import OpenRedactor
from tests.secrets.planted_entries import make_planted
from tests.unit.entries import make_parts

# What says how entries were grouped, and nothing of their text.
CLUSTER_FACTS = ("id", "count", "occurrences", "priority", "score", "severity", "frequency", "trend", "status", "class")


def tend(entries: list[Entry], redactor: Redactor) -> tuple[Any, str]:
    """How the entries of a run are grouped, and its whole document."""
    parts = replace(make_parts(to_json_lines(entries)), redact=redactor)
    document = JsonRenderer().render(flow.ingest(parts, Request()))
    worklog = json.loads(document)
    clusters = [
        {
            **{name: cluster[name] for name in CLUSTER_FACTS},
            "templates": sorted((row["id"], row["count"]) for row in cluster["templates"]),
            "entities": [(row["kind"], row["distinct"]) for row in cluster["entities"]],
            "exemplars": [row["insertId"] for row in cluster["exemplars"]],
            "relations": sorted((row["kind"], row["to"]) for row in cluster["relations"]),
            "locations": len(cluster["locations"]),
        }
        for cluster in worklog["clusters"]
    ]
    return (clusters, worklog["other"], worklog["severities"], worklog["coverage"]["entries"]), document


def test_planted_entries_are_grouped_alike_with_and_without_redaction() -> None:
    entries = [row.entry for row in make_planted()]

    redacted, document = tend(entries, Redactor(b"key"))
    plain, open_document = tend(entries, OpenRedactor(b"key"))

    assert redacted == plain
    assert document != open_document


@settings(max_examples=60)
@given(entries=batches(40))
def test_any_entries_are_grouped_alike_with_and_without_redaction(entries: list[Entry]) -> None:
    assert tend(entries, Redactor(b"key"))[0] == tend(entries, OpenRedactor(b"key"))[0]


def test_entries_are_grouped_alike_under_another_key() -> None:
    entries = [row.entry for row in make_planted()]

    assert tend(entries, Redactor(b"key"))[0] == tend(entries, Redactor(b"another"))[0]
