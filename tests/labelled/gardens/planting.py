"""What every garden is made of: entries with their labels, ids, times, and the three files written of them.

A tag says where an entry belongs: `template` alone is healthy, `template@issue` belongs to an issue,
`template@issue>root` to one that another causes, and `template?issue` may or may not be counted to it.
"""

import csv
import json
import random
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

Json = dict[str, Any]
TAG = re.compile(r"(?P<template>[\w-]+)(?:@(?P<issue>[\w-]+)(?:>(?P<root>[\w-]+))?)?(?:\?(?P<option>[\w-]+))?")
AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36",
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) "
        "AppleWebKit/605.1.15 Version/17.6 Mobile/15E148 Safari/604.1"
    ),
    "Mozilla/5.0 (X11; Linux x86_64; rv:129.0) Gecko/20100101 Firefox/129.0",
)


@dataclass(frozen=True)
class Issue:
    """One underlying fault, as a human labels it."""

    slug: str
    title: str
    severity: str
    priority: str
    acceptable: tuple[str, ...]
    mention: tuple[str, ...] = ()
    locations: tuple[Json, ...] = ()
    optional: bool = False
    root: str | None = None


@dataclass
class Garden:
    """A labelled dump in the making; everything random in it comes of one seed."""

    project: str
    start: datetime
    hours: float
    rng: random.Random
    issues: tuple[Issue, ...] = ()
    rows: list[tuple[datetime, int, Json, dict[str, str]]] = field(default_factory=list)

    def at(self, minutes: float) -> datetime:
        return self.start + timedelta(minutes=minutes)

    def some(self, first: float = 0.0, last: float = 1.0) -> datetime:
        return self.at(self.hours * 60 * self.rng.uniform(first, last))

    def hex(self, digits: int) -> str:
        return f"{self.rng.getrandbits(digits * 4):0{digits}x}"

    def uuid(self) -> str:
        return "-".join(self.hex(digits) for digits in (8, 4, 4, 4, 12))

    def ip(self) -> str:
        return f"203.0.113.{self.rng.randint(1, 254)}"

    def trace(self) -> str:
        return f"projects/{self.project}/traces/{self.hex(32)}"

    def put(self, tag: str, at: datetime, entry: Json) -> None:
        match = TAG.fullmatch(tag)
        assert match, tag
        issue = match["issue"] or ""
        insert_id = f"{int(at.timestamp()):08x}{at.microsecond:08x}{self.hex(8)}"
        received = at + timedelta(microseconds=self.rng.randint(60_000, 900_000))
        whole = {"insertId": insert_id, "timestamp": stamp(at), "receiveTimestamp": stamp(received), **entry}
        label = {
            "insertId": insert_id,
            "template_id": match["template"],
            "issue_id": issue,
            "root_issue_id": match["root"] or issue,
            "optional_issue_id": match["option"] or "",
        }
        self.rows.append((at, len(self.rows), whole, label))


@dataclass(frozen=True)
class Place:
    """Where entries come from: a monitored resource with the labels that the platform gives its entries."""

    garden: Garden
    kind: str
    resource: dict[str, str]
    labels: dict[str, str] = field(default_factory=dict)

    def say(
        self, tag: str, at: datetime, payload: str | Json, log: str = "run.googleapis.com%2Fstderr", **more: Any
    ) -> None:
        body: Json = {"textPayload": payload} if isinstance(payload, str) else {"jsonPayload": payload}
        entry: Json = {
            **(body if payload else {}),
            "labels": {**self.labels, **more.pop("labels", {})},
            "logName": f"projects/{self.garden.project}/logs/{log}",
            "resource": {"type": self.kind, "labels": {"project_id": self.garden.project, **self.resource}},
            **more,
        }
        self.garden.put(tag, at, entry)

    def lines(self, tag: str, at: datetime, text: str, log: str = "run.googleapis.com%2Fstderr", **more: Any) -> None:
        """Say a text as the platform takes it from a plain stream: one entry a line."""
        for number, line in enumerate(text.splitlines()):
            if line.strip():
                self.say(tag, at + timedelta(microseconds=37 * number), line, log, **more)

    def system(self, tag: str, at: datetime, text: str, severity: str = "INFO", **more: Any) -> None:
        self.say(tag, at, text, "run.googleapis.com%2Fvarlog%2Fsystem", severity=severity, **more)

    def request(self, tag: str, at: datetime, line: str, status: int = 200, **more: Any) -> None:
        """Say a request: its line is a method and an address; `millis`, `text`, `log` and `payload` may be given."""
        rng, (method, url) = self.garden.rng, line.split(" ", 1)
        millis = more.pop("millis", rng.uniform(4, 400))
        http = {
            "requestMethod": method,
            "requestUrl": url,
            "requestSize": str(rng.randint(200, 3000)),
            "status": status,
            "responseSize": str(rng.randint(100, 40_000)),
            "userAgent": more.pop("agent", None) or rng.choice(AGENTS),
            "remoteIp": more.pop("ip", None) or self.garden.ip(),
            "serverIp": "198.51.100.20",
            "latency": f"{millis / 1000:.9f}s",
            "protocol": "HTTP/1.1",
        }
        bad = "ERROR" if status >= 500 else "WARNING"
        fields: Json = {"severity": bad if status >= 400 else "INFO", "trace": self.garden.trace()}
        fields |= {"spanId": self.garden.hex(16), "httpRequest": http, **more}
        log = fields.pop("log", "run.googleapis.com%2Frequests")
        self.say(tag, at, fields.pop("payload", ""), log, **fields)

    def audit(self, tag: str, at: datetime, method: str, severity: str = "NOTICE", **more: Any) -> None:
        """Say an audit record; `log` is its stream, the rest goes into its protoPayload."""
        stream = more.pop("log", "activity")
        who = more.pop("who", "deployer@example.iam.gserviceaccount.com")
        record: Json = {
            "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
            "status": more.pop("status", {}),
            "authenticationInfo": {"principalEmail": who},
            "requestMetadata": {"callerIp": self.garden.ip(), "requestAttributes": {"time": stamp(at), "auth": {}}},
            "serviceName": more.pop("service", "run.googleapis.com"),
            "methodName": method,
            **more,
        }
        self.say(tag, at, "", f"cloudaudit.googleapis.com%2F{stream}", severity=severity, protoPayload=record)


def plant(project: str, seed: int, start: str, hours: float, issues: tuple[Issue, ...] = ()) -> Garden:
    begun = datetime.fromisoformat(start).replace(tzinfo=UTC)
    return Garden(project, begun, hours, random.Random(seed), issues)


def cloud_run(garden: Garden, service: str, revision: str, region: str = "us-central1") -> Place:
    """Make an instance of a revision."""
    resource = {"configuration_name": service, "location": region, "service_name": service}
    labels = {"instanceId": f"0069c7a988{garden.hex(150)}", "commit-sha": "9fd2b71e"}
    return Place(garden, "cloud_run_revision", {**resource, "revision_name": f"{service}-{revision}"}, labels)


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def later(at: datetime, seconds: float) -> datetime:
    return at + timedelta(seconds=seconds)


def summary(garden: Garden, issue: Issue) -> Json:
    mine = [(at, entry) for at, _, entry, label in garden.rows if issue.slug == label["issue_id"]]
    seen = mine or [(at, entry) for at, _, entry, label in garden.rows if issue.slug == label["optional_issue_id"]]
    assert seen, issue.slug
    revisions = {entry["resource"]["labels"].get("revision_name") for _, entry in seen} - {None}
    return {
        "slug": issue.slug,
        "title": issue.title,
        "severity": issue.severity,
        "priority": issue.priority,
        "acceptable_priorities": list(issue.acceptable),
        "optional": issue.optional,
        "root_issue": issue.root,
        "must_mention": list(issue.mention),
        "locations": list(issue.locations),
        "entries": len(mine),
        "first": stamp(min(at for at, _ in seen)),
        "last": stamp(max(at for at, _ in seen)),
        "revisions": sorted(revisions),
    }


def write(garden: Garden, folder: Path) -> None:
    """Write the three files, newest entry first, as the console gives them."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = sorted(garden.rows, key=lambda row: row[:2], reverse=True)
    known = {issue.slug for issue in garden.issues}
    used = {label[key] for *_, label in rows for key in ("issue_id", "root_issue_id", "optional_issue_id")} - {""}
    assert used == known, used ^ known
    with (folder / "entries.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(entry, sort_keys=True) + "\n" for _, _, entry, _ in rows)
    with (folder / "labels.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["insertId", "template_id", "issue_id", "root_issue_id", "optional_issue_id"])
        writer.writeheader()
        writer.writerows(label for *_, label in rows)
    issues = [summary(garden, issue) for issue in garden.issues]
    (folder / "issues.json").write_text(json.dumps(issues, indent=2) + "\n", encoding="utf-8")
