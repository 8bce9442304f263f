"""Log entries as Cloud Logging sends them: every kind of payload, and texts of every sort."""

import json
from collections.abc import Callable
from typing import Any, TypeAlias

from hypothesis import strategies as st

Entry: TypeAlias = dict[str, Any]

WORDS = ["checkout", "failed", "for", "user", "ann", "bob", "took", "état", "保存", "🔑", "مرحبا", "'auth_service'"]
VALUES = ["10.0.0.1:8080", "1203", "12.5ms", "/var/log/app.log", "ann@garden.example", "3f2c91aa07be", "[ERROR]"]
TRACES = [
    "Traceback (most recent call last):\n  File \"/app/cart.py\", line 8, in total\n    x()\nKeyError: 'rose'",
    "java.lang.IllegalStateException: no pot\n\tat com.shop.Pot.take(Pot.java:42)\n\tat com.shop.Web.go(Web.java:1)",
]
ENDS = ["Container called exit(1).", "Worker (pid:7) exited with code 3", "Application startup failed. Exiting."]
SEVERITIES = ["DEFAULT", "DEBUG", "INFO", "NOTICE", "WARNING", "ERROR", "CRITICAL", "ALERT", "EMERGENCY", "loud"]

# 2025-09-14T21:00:00Z, and how far from it entries may lie: three hours.
EPOCH_SECONDS = 1_757_883_600
SPREAD_NANOS = 3 * 3_600 * 10**9


def to_json_lines(entries: list[Entry]) -> bytes:
    return "\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries).encode()


def spell_time(nanos: int, digits: int = 9) -> str:
    """Spell nanoseconds behind the epoch as a timestamp with as many fractional digits."""
    seconds, fraction = divmod(nanos, 10**9)
    minutes, second = divmod(seconds, 60)
    text = f"2025-09-14T{21 + minutes // 60:02}:{minutes % 60:02}:{second:02}"
    return f"{text}.{fraction:09}"[: len(text) + digits + 1] + "Z" if digits else f"{text}Z"


def times() -> st.SearchStrategy[str]:
    return st.builds(spell_time, st.integers(0, SPREAD_NANOS - 1), st.integers(0, 9))


def texts() -> st.SearchStrategy[str]:
    sentences = st.lists(st.sampled_from(WORDS + VALUES), min_size=1, max_size=6).map(" ".join)
    return st.one_of(sentences, st.sampled_from(TRACES + ENDS), st.text(st.characters(codec="utf-8"), max_size=30))


def payloads() -> st.SearchStrategy[Entry]:
    request = st.fixed_dictionaries(
        {"requestMethod": st.just("GET"), "requestUrl": st.sampled_from(["/beds/7", "/beds/9?x=1", "/"])},
        optional={"status": st.integers(200, 599), "latency": st.just("0.25s")},
    )
    audit = st.fixed_dictionaries(
        {"serviceName": st.just("run.googleapis.com"), "methodName": st.just("Get")},
        optional={"status": st.fixed_dictionaries({"code": st.integers(0, 16), "message": texts()})},
    )
    message = st.fixed_dictionaries(
        {"message": texts()},
        optional={"module": st.just("shop.cart"), "function": st.just("total"), "line": st.integers(1, 3)},
    )
    return st.one_of(
        st.builds(lambda text: {"textPayload": text}, texts()),
        st.builds(lambda value: {"jsonPayload": value}, message),
        st.builds(lambda value: {"httpRequest": value}, request),
        st.builds(lambda value: {"protoPayload": value}, audit),
        st.just({"logName": "projects/p/logs/stdout"}),
    )


def resources() -> st.SearchStrategy[Entry]:
    labels = st.fixed_dictionaries(
        {
            "service_name": st.sampled_from(["web", "cart"]),
            "revision_name": st.sampled_from(["web-1", "web-2"]),
        }
    )
    return st.builds(lambda value: {"type": "cloud_run_revision", "labels": value}, labels)


def log_entries() -> st.SearchStrategy[Entry]:
    """An entry without `insertId`; `numbered` gives each its own."""
    fields = st.fixed_dictionaries(
        {},
        optional={
            "timestamp": times(),
            "severity": st.sampled_from(SEVERITIES),
            "resource": resources(),
            "labels": st.builds(lambda number: {"instanceId": f"i{number}"}, st.integers(0, 9)),
            "trace": st.builds(lambda number: f"projects/p/traces/{number}", st.integers(0, 9)),
        },
    )
    return st.builds(lambda payload, rest: payload | rest, payloads(), fields)


def numbered(entries: list[Entry]) -> list[Entry]:
    return [{"insertId": f"id-{number}"} | entry for number, entry in enumerate(entries)]


def batches(most: int = 20) -> st.SearchStrategy[list[Entry]]:
    """Entries that an `insertId` tells apart."""
    return st.lists(log_entries(), max_size=most).map(numbered)


def timed_batches(most: int = 20) -> st.SearchStrategy[list[Entry]]:
    """Like `batches`, and every entry bears a time."""
    timed = st.builds(lambda entry, time: entry | {"timestamp": time}, log_entries(), times())
    return st.lists(timed, max_size=most).map(numbered)


def shuffled_splits(entries: list[Entry], draw: Callable[[st.SearchStrategy[Any]], Any]) -> list[list[Entry]]:
    """Cut the entries, in any order, into some parts."""
    order: list[Entry] = draw(st.permutations(entries))
    cuts: list[int] = draw(st.lists(st.integers(0, len(order)), max_size=4).map(sorted))
    return [order[start:end] for start, end in zip([0, *cuts], [*cuts, len(order)], strict=True)]
