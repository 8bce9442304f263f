"""What every renderer promises."""

import json
import re
from zoneinfo import ZoneInfo

import pytest

from log_gardener.ports import Renderer
from log_gardener.renderers.json_worklog import JsonRenderer
from log_gardener.renderers.worklog import WorklogRenderer
from log_gardener.stores.sql import SqlStore
from tests.contracts.garden import tend
from tests.unit.entries import entry

HOSTILE = "ping @ann, fixes #12 <img src=x onerror=y> [a](http://b) ```\n# head\n| x | \x1b]0;t\x07 \u202e end"
ENTRIES = [entry(HOSTILE), entry("the pot is dry", seconds=3600)]

RENDERERS = [WorklogRenderer(), WorklogRenderer(ZoneInfo("Europe/Berlin")), JsonRenderer()]


@pytest.mark.parametrize("renderer", RENDERERS, ids=["markdown", "markdown with a zone", "json"])
def test_equal_worklogs_give_equal_documents(renderer: Renderer) -> None:
    documents = {renderer.render(tend(SqlStore(":memory:"), ENTRIES)) for _ in range(2)}

    assert len(documents) == 1
    assert documents.pop().endswith("\n")


def test_hostile_text_is_inert_in_markdown() -> None:
    document = WorklogRenderer().render(tend(SqlStore(":memory:"), ENTRIES))

    prose = re.sub(r"(`{3,})json\n.*?\n\1", "", document, flags=re.DOTALL)
    for active in ("@ann", "#12", "<img", "[a](http", "\x1b", "\u202e"):
        assert active not in prose, active


def test_both_clocks_are_shown_where_there_are_two() -> None:
    document = WorklogRenderer(ZoneInfo("Europe/Berlin")).render(tend(SqlStore(":memory:"), ENTRIES))

    assert "| clock | UTC | Europe/Berlin |" in document
    assert "+02:00" in document


WORKLOG_KEYS = (
    "outcome",
    "generated",
    "service",
    "window",
    "coverage",
    "severities",
    "clusters",
    "other",
    "recommendations",
    "context",
)
CLUSTER_KEYS = (
    "id",
    "title",
    "priority",
    "reasons",
    "severity",
    "frequency",
    "count",
    "first",
    "last",
    "trend",
    "status",
    "templates",
    "locations",
    "revisions",
    "instances",
    "entities",
    "exemplars",
    "analysis",
    "relations",
    "ticket",
    "links",
)


def test_json_has_the_documented_keys_in_their_order() -> None:
    spelt = json.loads(JsonRenderer().render(tend(SqlStore(":memory:"), ENTRIES)))

    assert tuple(key for key in spelt if key in WORKLOG_KEYS) == WORKLOG_KEYS
    assert tuple(key for key in spelt["clusters"][0] if key in CLUSTER_KEYS) == CLUSTER_KEYS
    assert {"entries", "covered", "caps", "unusable", "duplicates"} <= spelt["coverage"].keys()
