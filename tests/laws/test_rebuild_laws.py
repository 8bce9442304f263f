"""Templates rebuild: filled with an entry's own values, its template gives the entry's body back."""

import csv
import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given

from log_gardener._core import Reading, Tally, Template
from tests.laws.loghub import DATA, SYSTEMS, make_entries, needs_loghub
from tests.laws.strategies import Entry, batches, to_json_lines

MESSAGES = ("message", "msg", "event", "textPayload", "log", "error", "err", "exception", "description", "reason")
BODY_BYTES = 4096


def fold(text: str) -> str:
    """White space folded as the documentation says, told by Python's own means."""
    head = text.encode()[:BODY_BYTES].decode(errors="ignore")
    bare = re.sub(r"\x1b\[[\x20-\x3f]*[\x40-\x7e]", "", head)
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", bare).split())


def find_message(entry: Entry) -> str:
    payload = entry.get("jsonPayload", {})
    return str(entry.get("textPayload") or next((payload[key] for key in MESSAGES if payload.get(key)), ""))


def spell_request(seen: Entry) -> str:
    path = seen.get("requestUrl", "").partition("?")[0]
    path = "/" + path.split("://")[1].partition("/")[2] if "://" in path else path
    latency = float(seen["latency"].removesuffix("s")) if "latency" in seen else None
    band = "" if latency is None else "under 1 s" if latency < 1 else "1 to 10 s" if latency < 10 else "over 10 s"
    return f"{seen['requestMethod']} {path} {seen.get('status', '')} {band}"


def spell_audit(record: Entry) -> str:
    status = record.get("status", {})
    failed = f" failed with code {status['code']}" if status.get("code") else ""
    said = f": {status['message']}" if status.get("message", "").strip() else ""
    return f"{record['serviceName']} {record['methodName']}{failed}{said}"


def is_rebuilt(template: Template, entry: Entry) -> bool:
    """Whether the entry's own values make its body with its template."""
    values = template.find_values(json.dumps(entry))
    if values is None:
        return False
    made = fold(template.fill([value.text for value in values]))
    if made.startswith("(empty: "):
        return not fold(find_message(entry))
    if template.kind == "http":
        return made == fold(spell_request(entry["httpRequest"]))
    if template.kind == "audit":
        return made == fold(spell_audit(entry["protoPayload"]))
    if template.kind == "trace":
        # The last line, or that of the cause: the exception's type and message.
        return bool(made) and made in fold(
            json.dumps(entry, ensure_ascii=False).replace("\\n", " ").replace('\\"', '"')
        )
    return made == fold(find_message(entry))


def find_own_templates(entries: list[Entry]) -> list[Template]:
    """The template of every entry, as `assign` says it."""
    tally = Tally()
    content = to_json_lines(entries)
    tally.add(content, Reading("test"))
    templates = tally.generalise()
    labels: list[tuple[str, str, list[tuple[str, str]]]] = [
        (str(number), template.text, []) for number, template in enumerate(templates)
    ]
    with TemporaryDirectory() as folder:
        output = Path(folder) / "rows.csv"
        tally.assign(labels, [content], output, Reading("test"))
        with output.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    assert [row["insertId"] for row in rows] == [entry["insertId"] for entry in entries]
    return [templates[int(row["template_id"])] for row in rows]


def find_failures(entries: list[Entry]) -> list[str]:
    pairs = zip(entries, find_own_templates(entries), strict=True)
    return [f"{template.text!r} of {entry}" for entry, template in pairs if not is_rebuilt(template, entry)]


@needs_loghub
@pytest.mark.parametrize("system", SYSTEMS)
def test_every_line_of_a_system_is_rebuilt(system: str) -> None:
    assert find_failures(make_entries(system)) == []


@needs_loghub
def test_every_line_of_all_systems_together_is_rebuilt() -> None:
    assert find_failures([entry for system in SYSTEMS for entry in make_entries(system)]) == []


@pytest.mark.skipif(not (DATA / "gcp").is_dir(), reason="no ../shared/data/gcp beside the project")
@pytest.mark.parametrize("name", ["seed", "crash_loop"])
def test_every_entry_of_the_gold_logs_is_rebuilt(name: str) -> None:
    raw = (DATA / "gcp" / name / "entries.jsonl").read_text(encoding="utf-8")
    assert find_failures([json.loads(line) for line in raw.splitlines()]) == []


@given(entries=batches())
def test_every_generated_entry_is_rebuilt(entries: list[Entry]) -> None:
    assert find_failures(entries) == []


@given(entries=batches())
def test_every_exemplar_has_a_value_for_each_variable_of_its_template(entries: list[Entry]) -> None:
    tally = Tally()
    tally.add(to_json_lines(entries), Reading("test"))

    for template in tally.generalise():
        for facet in template.facets:
            kinds = [variable.kind for variable in facet.variables]
            for exemplar in facet.exemplars:
                values = template.find_values(exemplar.json)
                assert values is not None
                assert all(kind in {value.kind, "*"} for kind, value in zip(kinds, values, strict=True))


def test_values_are_named_by_what_they_are() -> None:
    lines = [b"user ann came from 10.0.0.1 in 12 ms", b"user bob came from 10.0.0.2 in 7 ms"]
    tally = Tally()
    tally.add(b"\n".join(lines), Reading(input="text"))
    (template,) = tally.generalise()
    exemplar = template.facets[0].exemplars[0]

    values = template.find_values(exemplar.json) or []

    assert template.text == "user <*> came from <ip> in <int> ms"
    assert [(value.kind, value.text) for value in values] == [("*", "ann"), ("ip", "10.0.0.1"), ("int", "12")]
    assert template.fill(["eve", "nowhere", "no"]) == "user eve came from nowhere in no ms"
    with pytest.raises(ValueError, match="as many values"):
        template.fill(["eve"])


@pytest.mark.parametrize("foreign", ["", "no JSON", "{}", '{"textPayload": "bed 7 is dry"}', '{"a": 1}'])
def test_what_is_no_entry_of_a_template_has_no_values(foreign: str) -> None:
    tally = Tally()
    tally.add(b"pot 12 is dry")
    (template,) = tally.generalise()

    assert template.find_values(foreign) is None
