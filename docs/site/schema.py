"""The schema of the JSON worklog as tables that a person can read."""

import json
from collections.abc import Iterator
from typing import Any

from docs.site.places import ROOT
from docs.site.tables import spell_code, spell_page, spell_prose, spell_table

SCHEMA = ROOT / "docs" / "schema" / "worklog.schema.json"
ABOUT = (
    "What `tend --format json` writes, from [the schema](../schema/worklog.schema.json) that it is tested by. "
    "[The worklog](../worklog.md#the-json-worklog) says what each key means."
)

Node = dict[str, Any]


def make_page() -> str:
    """The page in Markdown."""
    root: Node = json.loads(SCHEMA.read_text(encoding="utf-8"))
    parts = [("The worklog", root), *((f"`{name}`", node) for name, node in root["$defs"].items())]
    return spell_page("JSON schema", ABOUT, (_spell_part(title, node) for title, node in parts))


def _spell_part(title: str, node: Node) -> str:
    about = "" if title == "The worklog" else spell_prose(node.get("description", ""))
    rows = [
        (spell_code(path), spell_type(at), "yes" if is_required else "no", spell_prose(at.get("description", "")))
        for path, at, is_required in find_keys(node)
    ]
    table = spell_table(("key", "type", "always there", "is"), rows) or f"{spell_type(node)}."
    return "\n\n".join(part for part in (f"## {title}", about, table) if part)


def find_keys(node: Node, path: str = "") -> Iterator[tuple[str, Node, bool]]:
    """Every key below a node: its path, what stands there, and whether it always does."""
    for name, at in node.get("properties", {}).items():
        own = f"{path}{name}"
        yield own, at, name in node.get("required", ())
        yield from find_keys(at, f"{own}.")
        items = at.get("items", {})
        yield from find_keys(items, f"{own}[].")


def spell_type(node: Node) -> str:
    """What may stand there, in a few words."""
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "enum" in node:
        return ", ".join(spell_code(str(value)) for value in node["enum"])
    for several in ("anyOf", "oneOf"):
        if several in node:
            return " or ".join(spell_type(one) for one in node[several])
    kinds = node.get("type", "anything")
    word = kinds if isinstance(kinds, str) else " or ".join(kinds)
    if word == "array":
        return f"array of {spell_type(node.get('items', {}))}"
    others = node.get("additionalProperties")
    return f"object of {spell_type(others)}" if isinstance(others, dict) and others else word
