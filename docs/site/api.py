"""The HTTP API of the live page, from its OpenAPI description."""

import json
from collections.abc import Iterator
from typing import Any

from docs.site.places import ROOT
from docs.site.tables import spell_code, spell_page, spell_prose, spell_table

OPENAPI = ROOT / "docs" / "schema" / "api.openapi.json"
ABOUT = (
    "What `log-gardener serve` answers under `/api/v1`, from [its OpenAPI description](../schema/api.openapi.json), "
    "which it also serves at `/api/openapi.json`."
)

# Codes of answers from which on nothing was done.
REFUSALS = "400"

Node = dict[str, Any]


def make_page() -> str:
    """The page in Markdown."""
    described: Node = json.loads(OPENAPI.read_text(encoding="utf-8"))
    calls = [
        _spell_call(method, path, call)
        for path, methods in described["paths"].items()
        for method, call in methods.items()
    ]
    shapes = [_spell_shape(name, shape) for name, shape in described["components"]["schemas"].items()]
    return spell_page("HTTP API", ABOUT, [*calls, "## Shapes", *shapes])


def _spell_call(method: str, path: str, call: Node) -> str:
    asked = [
        (spell_code(row["name"]), row["in"], spell_type(row.get("schema", {})), spell_prose(row.get("description", "")))
        for row in call.get("parameters", ())
    ]
    parts = [f"## `{method.upper()} {path}`", spell_prose(call.get("description") or call.get("summary", ""))]
    if "requestBody" in call:
        parts.append(f"Takes {_spell_body(call['requestBody'])}.")
    parts += [spell_table(("parameter", "in", "type", "is"), asked), *_spell_answers(call["responses"])]
    return "\n\n".join(part for part in parts if part)


def _spell_answers(answers: Node) -> Iterator[str]:
    """What is answered where all went well, and by which codes it is refused."""
    for code, row in answers.items():
        if code < REFUSALS:
            yield f"Answers {spell_code(code)} with {_spell_body(row) or 'nothing'}."
    refused = [code for code in answers if code >= REFUSALS]
    if refused:
        bodies = sorted({_spell_body(answers[code]) for code in refused})
        yield f"Refuses with {', '.join(map(spell_code, refused))} and {' or '.join(bodies)}."


def _spell_shape(name: str, shape: Node) -> str:
    needed = shape.get("required", ())
    rows = [
        (spell_code(key), spell_type(at), "yes" if key in needed else "no", spell_prose(at.get("description", "")))
        for key, at in shape.get("properties", {}).items()
    ]
    table = spell_table(("key", "type", "always there", "is"), rows) or f"{spell_type(shape)}."
    return "\n\n".join(part for part in (f"### `{name}`", spell_prose(shape.get("description", "")), table) if part)


def _spell_body(node: Node) -> str:
    kinds = [
        f"{spell_code(kind)}: {spell_type(body.get('schema', {}))}" for kind, body in node.get("content", {}).items()
    ]
    return ", ".join(kinds)


def spell_type(node: Node) -> str:
    """What may stand there, in a few words."""
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        return f"[`{name}`](#{name.lower()})"
    if "const" in node:
        return spell_code(str(node["const"]))
    if "enum" in node:
        return ", ".join(spell_code(str(value)) for value in node["enum"])
    if "anyOf" in node:
        return " or ".join(spell_type(one) for one in node["anyOf"])
    if node.get("type") == "array":
        return f"array of {spell_type(node.get('items', {}))}"
    return str(node.get("type", "anything"))
