"""What shows an issue: entries, templates and what the counts say of them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Any

from log_gardener.model.cluster import ShownEntry
from log_gardener.model.ticket import Subject
from log_gardener.renderers.inert_text import Inert
from log_gardener.renderers.markdown import spell_moment
from log_gardener.renderers.ticket_view import EntryView, EvidenceView, TemplateView

# A text with as many lines is taken for a trace, and for what an entry says.
_LEAST_LINES = 3

# Members of a payload in which libraries put what is said.
_MESSAGES = ("message", "msg", "textPayload", "error", "event")


def show_evidence(subject: Subject, zone: tzinfo, inert: Inert) -> EvidenceView:
    """The evidence, each piece spelt."""
    entries = _choose_entries(subject)[: inert.limits.entries]
    templates = _list_templates(subject)
    analysis = subject.cluster.analysis if subject.cluster else ()
    return EvidenceView(
        entries=tuple(_show_entry(one, zone, inert) for one in entries),
        templates=tuple(
            TemplateView(
                inert.prose("evidence.templates.text", text), count, inert.prose("evidence.templates.why", why)
            )
            for text, count, why in templates[: inert.limits.rows]
        ),
        templates_left=max(len(templates) - inert.limits.rows, 0),
        analysis=inert.rows(analysis, lambda line: inert.prose("evidence.analysis", line)),
    )


def _choose_entries(subject: Subject) -> Sequence[ShownEntry]:
    """Those of the latest worklog; else the latest of those that are remembered first."""
    return subject.cluster.exemplars if subject.cluster else subject.details.exemplars[::-1]


def _list_templates(subject: Subject) -> list[tuple[str, str, str]]:
    """Text, entries, and why it is part of the issue."""
    ties = {known.fingerprint: known.tie for known in subject.issue.templates}
    cluster = subject.cluster
    if cluster is None:
        return [(known.text, "", known.tie) for known in subject.issue.templates]
    symptoms = {symptom.text: symptom.evidence for symptom in cluster.symptoms}
    return [
        (row.text, f"{row.count:,}", ties.get(row.id, "") or symptoms.get(row.text, "")) for row in cluster.templates
    ]


def _show_entry(shown: ShownEntry, zone: tzinfo, inert: Inert) -> EntryView:
    return EntryView(
        id=inert.code("evidence.entries.id", shown.insert_id or "?"),
        at=spell_moment(shown.nanos, zone),
        text=inert.lines("evidence.entries.text", find_message(shown.entry)),
        json=inert.json("evidence.entries.json", shown.entry),
    )


def find_message(entry: Mapping[str, Any]) -> str:
    """What an entry says: its longest text of several lines, such as a trace, also where line ends are spelt out."""
    payloads = {name: value for name, value in entry.items() if name.endswith("Payload")}
    texts = (text for value in payloads.values() for text in _list_texts(value))
    whole = (text if "\n" in text else text.replace("\\n", "\n").replace("\\t", "\t") for text in texts)
    trace = max((text for text in whole if text.count("\n") >= _LEAST_LINES - 1), key=len, default="")
    return trace or _find_sentence(payloads)


def _find_sentence(payloads: Mapping[str, Any]) -> str:
    told = payloads.get("textPayload")
    structured = payloads.get("jsonPayload")
    for value in (told, *(structured.get(name) for name in _MESSAGES if isinstance(structured, Mapping))):
        if isinstance(value, str) and value.strip():
            return value
    return ""


def _list_texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON is anything
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for member in value.values() if isinstance(value, Mapping) else value:
            yield from _list_texts(member)
