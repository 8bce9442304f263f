"""What was planted, counted from the entries themselves: two tables in Markdown."""

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from shop.clock import rfc3339
from shop.wire import Json, Plant, Record

# Why each fault is there: the judgement that a worklog should come to.
KINDS = {
    "coupon crash": "Python trace, chained, new since `shop-api-00041-qix`",
    "companion crash": "TypeScript trace with real newlines, moderate and steady",
    "mailer cannot start": "cascade of one bad revision, `shop-mailer-00013-wep`",
    "slow stock cache": "noise: very frequent and not blocking",
    "cookie domain unset": "configuration, medium frequency",
    "payment timeout": "upstream, escalating on day two",
    "unverified session": "authentication, CRITICAL, many users",
    "one user's locale": "Java trace with literal `\\n`, one user only",
}

Probe = Callable[[str, Json], bool]


def _has(pattern: str) -> Probe:
    found = re.compile(pattern)
    return lambda line, _: found.search(line) is not None


def _is_silent(_: str, entry: Json) -> bool:
    payload = entry.get("jsonPayload")
    return isinstance(payload, dict) and "message" not in payload


def _has_unusual_fraction(_: str, entry: Json) -> bool:
    return len(str(entry["timestamp"])) != len("2025-11-03T00:00:00.000000Z")


TRAPS: dict[str, Probe] = {
    "no severity": lambda _, entry: "severity" not in entry,
    "no message (`jsonPayload` with data only)": _is_silent,
    "timestamp with other than six digits": _has_unusual_fraction,
    "phantom `error` object of severity ERROR": _has(r'"reason":"none","severity":"ERROR"'),
    "alarming words, healthy": _has(r"ErrorBudget reporter|Error rate alarm: OK|Failure detector"),
    "emoji, whole": _has("[🌷🚚🚨✅]"),
    "emoji, broken by a wrong decoding": _has("ðŸ"),
    "bearer token": _has(r"Bearer [0-9A-Za-z]{44}"),
    "JSON web token": _has(r"eyJ[\w-]+\.eyJ[\w-]+\.\w+"),
    "API key assignment": _has(r"MAPS_API_KEY=AIza\w{35}"),
    "URL with a password": _has(r"shop_app:\w+@10"),
    "e-mail address of a customer": _has(r"@example\.org"),
    "public IP in a message": _has(r"window opened for \d+\."),
    "request for a page that is gone (404, WARNING)": _has(r'"status":404'),
    "deployment (audit entry)": _has(r"Services\.ReplaceService"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One fault with what a worklog should report of it."""

    service: str
    first: str
    last: str
    parts: Counter[str]


def summarise(tale: list[Record]) -> str:
    """Both tables, with the totals above them."""
    distinct = {record.insert_id: record for record in tale}
    planted = sum(record.plant is not None for record in distinct.values())
    unique = list(distinct.values())
    head = (
        f"{len(tale):,} entries, {len(tale) - len(unique)} of them delivered twice; of the "
        f"{len(unique):,} distinct ones {planted:,} belong to a fault."
    )
    return "\n\n".join((head, _faults_table(unique), _traps_table(unique))) + "\n"


def _faults_table(unique: list[Record]) -> str:
    lines = [
        "| fault | service | kind | first | last | entries | of which |",
        "|---|---|---|---|---|---:|---|",
    ]
    for fault, kind in KINDS.items():
        row = _row([(r, r.plant) for r in unique if r.plant and r.plant.fault == fault])
        parts = ", ".join(f"{count:,} {part}" for part, count in row.parts.items())
        cells = (
            fault,
            f"`{row.service}`",
            kind,
            row.first,
            row.last,
            f"{row.parts.total():,}",
            parts,
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _row(planted: list[tuple[Record, Plant]]) -> Row:
    times = [record.time for record, _ in planted]
    return Row(
        service=planted[0][0].service,
        first=rfc3339(min(times), 0),
        last=rfc3339(max(times), 0),
        parts=Counter(sorted(plant.part for _, plant in planted)),
    )


def _traps_table(unique: list[Record]) -> str:
    entries: list[tuple[str, Json]] = [(r.line, json.loads(r.line)) for r in unique]
    lines = ["| trap | entries |", "|---|---:|"]
    for trap, probe in TRAPS.items():
        count = sum(probe(line, entry) for line, entry in entries)
        lines.append(f"| {trap} | {count:,} |")
    return "\n".join(lines)
