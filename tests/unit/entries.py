"""Log entries as Cloud Logging sends them, and what the real stages make of them."""

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

from log_gardener import flow
from log_gardener._core import Reading, Tally, Template
from log_gardener.engines.local import LocalEngine
from log_gardener.model.cluster import Cluster
from log_gardener.model.decision import Decisions
from log_gardener.model.policy import Policy
from log_gardener.model.worklog import Worklog
from log_gardener.ports import Request, Silence, Source, Store, Stream
from log_gardener.stages.finding import Bundle, Finding
from log_gardener.stages.identify import bundle, find_findings
from log_gardener.stages.redaction import Redactor
from log_gardener.stages.relate import find_cascades
from log_gardener.stores.sql import SqlStore
from tests.laws.strategies import numbered, spell_time, to_json_lines

Entry: TypeAlias = dict[str, Any]

# Ten days after the last entry that `spell_time` can spell.
NOW = datetime(2025, 9, 24, 21, 0, tzinfo=UTC)

TRACE = 'Traceback (most recent call last):\n  File "/app/{file}.py", line {line}, in {function}\n    go()\n{error}'


def entry(text: str, severity: str = "ERROR", *, seconds: float = 0, service: str = "web", **fields: object) -> Entry:
    """An entry of a Cloud Run service; `instance` and `user` are spelt as the platform does."""
    instance = fields.pop("instance", None)
    labels = {"service_name": service, "revision_name": f"{service}-1"}
    body: Entry = {} if {"jsonPayload", "httpRequest", "protoPayload"} & fields.keys() else {"textPayload": text}
    return {
        "timestamp": spell_time(int(seconds * 10**9)),
        "severity": severity,
        "resource": {"type": "cloud_run_revision", "labels": labels},
        **({"labels": {"instanceId": instance}} if instance else {}),
        **body,
        **fields,
    }


def located(text: str, line: int = 1, severity: str = "WARNING", **fields: Any) -> Entry:
    """An entry that names its place in the code."""
    place = {"module": "shop.cart", "function": "total", "line": line}
    return entry("", severity, jsonPayload={"message": text, **place}, **fields)


def request(url: str, status: int, severity: str = "INFO", latency: str = "0.2s", **fields: Any) -> Entry:
    """A request's entry."""
    seen = {"requestMethod": "POST", "requestUrl": url, "status": status, "latency": latency}
    return entry("", severity, httpRequest=seen, **fields)


def trace(error: str, function: str = "total", *, line: int = 8, file: str = "cart", **fields: Any) -> Entry:
    """A Python traceback of one frame."""
    return entry(TRACE.format(error=error, function=function, line=line, file=file), **fields)


def tally_of(*entries: Entry) -> Tally:
    tally = Tally()
    tally.add(to_json_lines(numbered(list(entries))), Reading("test"))
    return tally


def templates_of(*entries: Entry) -> list[Template]:
    return tally_of(*entries).generalise()


def findings_of(*entries: Entry) -> list[Finding]:
    return find_findings(templates_of(*entries))


def bundles_of(*entries: Entry) -> list[Bundle]:
    return bundle(findings_of(*entries))


def cascades_of(*entries: Entry) -> list[Bundle]:
    return find_cascades(bundles_of(*entries))


def bundle_of(*entries: Entry) -> Bundle:
    """The only bundle."""
    (only,) = bundles_of(*entries)
    return only


def texts_of(*bundles: Bundle) -> list[list[str]]:
    """The texts of each bundle, sorted, each once."""
    return sorted(sorted({finding.text for finding in bundle.findings}) for bundle in bundles)


class BytesSource(Source):
    """A source whose streams are bytes: the fake of the port `Source`."""

    def __init__(self, *contents: bytes) -> None:
        self._contents = contents

    @property
    def name(self) -> str:
        return "test"

    def streams(self, request: Request, cursor: int | None = None) -> Iterator[Stream]:
        del request, cursor
        for number, content in enumerate(self._contents):
            yield Stream(self.name, f"test-{number}", len(content), io.BytesIO(content))


def make_parts(
    *contents: bytes, store: Store | None = None, policy: Policy | None = None, decisions: Decisions | None = None
) -> flow.Parts:
    """The parts of a run, all real but source, observer and clock."""
    return flow.Parts(
        sources=[BytesSource(*contents)],
        engine=LocalEngine(2),
        store=store or SqlStore(":memory:"),
        clock=lambda: NOW,
        observer=Silence(),
        policy=policy or Policy(),
        redact=Redactor(b"key"),
        decisions=decisions or Decisions(),
    )


def tend(
    entries: Sequence[Entry],
    *,
    store: Store | None = None,
    asked: Request | None = None,
    policy: Policy | None = None,
) -> Worklog:
    """The worklog of entries that bear their own `insertId`, or are numbered."""
    content = to_json_lines(numbered(list(entries)))
    return flow.ingest(make_parts(content, store=store, policy=policy), asked or Request())


def cluster_of(*entries: Entry) -> Cluster:
    """The only cluster."""
    (only,) = tend(entries).clusters
    return only
