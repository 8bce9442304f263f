import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.docs.console import make_folder, run
from tests.docs.pages import DOCS, find_rows

PAGE = DOCS / "worklog.md"
SCHEMA = DOCS / "schema" / "worklog.schema.json"

# Objects whose keys are values of the logs; the page names what the keys are.
OPEN = {
    "severities": "SEVERITY",
    "timeline.buckets[].entries": "SEVERITY",
    "coverage.unusable": "REASON",
    "coverage.unusable_places": "REASON",
    "context.instances": "SERVICE",
    "context.revisions": "SERVICE",
    "context.labels": "SERVICE",
}
# A redacted entry is Google's, not ours.
FOREIGN = "clusters[].exemplars[].entry"

BAD_INPUT = '{"textPayload": "fine"}\n{"a": 1}\n{"textPayload": "cut'


def make_worklogs() -> list[Any]:
    """A worklog of bad input, one of the second day of the sample logs after the first, all of them, and nothing."""
    with make_folder() as folder:
        (folder / "bad.json").write_text(BAD_INPUT, encoding="utf-8")
        for source in ("logs.json", "bad.json", "missing.json"):
            run(f"log-gardener tend {source} --state :memory: --output {source}.worklog.json", folder)
        for day in ("04", "05"):
            window = f"--since 1d --until 2025-11-{day}T00:00Z"
            run(f"log-gardener tend logs.json {window} --state days.db --output day.worklog.json", folder)
        return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.worklog.json"))]


WORKLOGS = make_worklogs()


def find_keys(value: Any, path: str = "") -> Iterator[str]:
    if path == FOREIGN:
        return
    if isinstance(value, list):
        for item in value:
            yield from find_keys(item, f"{path}[]")
    elif isinstance(value, dict):
        for name, item in value.items():
            key = f"{path}.{OPEN.get(path, name)}".removeprefix(".")
            yield key
            yield from find_keys(item, key)


def test_every_key_of_the_json_worklog_is_in_the_table() -> None:
    listed = {row[0] for row in find_rows(PAGE)}

    assert sorted({key for worklog in WORKLOGS for key in find_keys(worklog)} - listed) == []


def find_faults(value: Any, schema: dict[str, Any], path: str = "$") -> Iterator[str]:
    """What of the schema a value breaks; the few keywords that ours uses."""
    if "$ref" in schema:
        schema = DEFINITIONS[schema["$ref"].rpartition("/")[2]]
    kinds = schema.get("type", [])
    if kinds and not any(is_kind(value, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)):
        yield f"{path} is no {kinds}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path} is none of {schema['enum']}"
    for index, item in enumerate(value if isinstance(value, list) else ()):
        yield from find_faults(item, schema.get("items", {}), f"{path}[{index}]")
    if isinstance(value, dict):
        yield from find_faults_of_object(value, schema, path)


def find_faults_of_object(value: dict[str, Any], schema: dict[str, Any], path: str) -> Iterator[str]:
    yield from (f"{path} lacks {name}" for name in schema.get("required", ()) if name not in value)
    others = schema.get("additionalProperties", {})
    for name, item in value.items():
        own = schema.get("properties", {}).get(name, others)
        if own is False:
            yield f"{path} has {name}, which the schema does not know"
        else:
            yield from find_faults(item, own, f"{path}.{name}")


def is_kind(value: Any, kind: str) -> bool:
    kinds: dict[str, tuple[type, ...]] = {
        "object": (dict,),
        "array": (list,),
        "string": (str,),
        "integer": (int,),
        "number": (int, float),
        "boolean": (bool,),
        "null": (type(None),),
    }
    return isinstance(value, kinds[kind]) and (kind == "boolean" or not isinstance(value, bool))


ROOT_SCHEMA: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
DEFINITIONS: dict[str, Any] = ROOT_SCHEMA["$defs"]


@pytest.mark.parametrize("worklog", WORKLOGS, ids=["bad input", "second day", "sample logs", "nothing"])
def test_the_schema_describes_the_worklog(worklog: Any) -> None:
    assert list(find_faults(worklog, ROOT_SCHEMA)) == []
