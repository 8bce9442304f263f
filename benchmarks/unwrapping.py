"""How fast does a page of the Cloud Logging API become lines of JSON, beside Google's own library?

    python -m benchmarks.unwrapping [--runs 3] [--write docs/performance.md]

The page is what the service gives at most at once: 1,000 entries of a Cloud Run service, a third requests, a third
lines, a third structured. One thread each, the descriptors known.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from google.cloud.logging_v2.types import ListLogEntriesResponse
from google.protobuf.json_format import MessageToJson, ParseDict

from benchmarks import page
from benchmarks.process import Cost, measure
from log_gardener._core import Unwrapper
from log_gardener.sources.cloud_logging.descriptors import find_descriptors

ENTRIES = 1_000
SEED = 6
START_SECONDS = 1_757_883_600

CORE = "core, `Unwrapper`"
PARSED = "Python, parsed and left so"
WHOLE = "Python, `json_format.MessageToJson`"
# How often the page is taken in a run, so that each takes about a second.
ROUNDS = {CORE: 50, PARSED: 200, WHOLE: 5}

COMMAND = (sys.executable, "-m", "benchmarks.unwrapping")


def main(arguments: Sequence[str]) -> None:
    """Measure every way, or one in this process."""
    options = _parse(arguments)
    if options.way:
        print(json.dumps(_measure_here(options.way)))
        return
    costs = {way: measure([*COMMAND, "--way", way], options.runs) for way in ROUNDS}
    if len({cost.printed["entries"] / ROUNDS[way] for way, cost in costs.items()}) > 1:
        sys.exit(f"not all ways gave as many entries: {costs}")
    table = page.spell_table(["way", "entries/s", "MB/s", "µs for one", "times"], spell(costs))
    size = costs[CORE].printed["bytes"]
    said = f"The page has {ENTRIES:,} entries and {size / 1e6:.2f} MB as protocol buffers, which MB/s is of."
    page.publish(
        options.write, "unwrapping", f"{table}\n\n{said} {page.describe_machine()} {page.describe_runs(options.runs)}"
    )


def spell(costs: dict[str, Cost]) -> Iterator[list[str]]:
    """The cells of each way; times are those of Google's library to JSON."""
    slowest = _find_seconds(costs[WHOLE])
    for way, cost in costs.items():
        seconds, size = _find_seconds(cost), cost.printed["bytes"] / ENTRIES
        yield [
            way,
            f"{1 / seconds:,.0f}",
            f"{size / seconds / 1e6:,.1f}",
            f"{seconds * 1e6:,.1f}",
            f"{slowest / seconds:,.1f}",
        ]


def _find_seconds(cost: Cost) -> float:
    return cost.seconds / float(cost.printed["entries"])


def _measure_here(way: str) -> dict[str, float]:
    content = make_page()
    unwrap = find_way(way)
    start = time.perf_counter()
    entries = sum(unwrap(content) for _ in range(ROUNDS[way]))
    return {"seconds": time.perf_counter() - start, "entries": entries, "bytes": len(content)}


def find_way(way: str) -> Callable[[bytes], int]:
    """What takes a page, and says how many entries it had."""
    response = ListLogEntriesResponse.pb()
    unwrapper = Unwrapper(find_descriptors())
    ways: dict[str, Callable[[bytes], int]] = {
        CORE: lambda content: unwrapper.unwrap(content).count(b"\n"),
        PARSED: lambda content: len(response.FromString(content).entries),
        WHOLE: lambda content: sum(
            bool(MessageToJson(entry, indent=None)) for entry in response.FromString(content).entries
        ),
    }
    return ways[way]


def make_page() -> bytes:
    """A serialised `ListLogEntriesResponse`, always the same."""
    draw = random.Random(SEED)
    entries = [make_entry(draw, number) for number in range(ENTRIES)]
    made = ParseDict({"entries": entries, "nextPageToken": "x" * 200}, ListLogEntriesResponse.pb()())
    return bytes(made.SerializeToString())


def make_entry(draw: random.Random, number: int) -> dict[str, Any]:
    """An entry as Cloud Run writes it: a request, a line of the container, or a structured one."""
    instant = f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(START_SECONDS + number))}.{draw.randrange(10**6):06}Z"
    labels = {"service_name": "shop-api", "revision_name": "shop-api-00042-xiz", "configuration_name": "shop-api"}
    place = {"project_id": "garden-prod", "location": "europe-west1"}
    return {
        "insertId": f"{draw.getrandbits(96):024x}",
        "timestamp": instant,
        "receiveTimestamp": instant,
        "severity": draw.choice(("INFO", "INFO", "INFO", "WARNING", "ERROR")),
        "resource": {"type": "cloud_run_revision", "labels": labels | place},
        "labels": {"instanceId": f"{draw.getrandbits(256):064x}"},
        "trace": f"projects/garden-prod/traces/{draw.getrandbits(128):032x}",
        "spanId": f"{draw.getrandbits(64):016x}",
        **(make_request, make_line, make_structure)[number % 3](draw),
    }


def make_request(draw: random.Random) -> dict[str, Any]:
    """What the platform says of a request."""
    request = {
        "requestMethod": draw.choice(("GET", "POST")),
        "requestUrl": f"https://shop.example.com/api/orders/{draw.randrange(10**6)}?page={draw.randrange(9)}",
        "requestSize": str(draw.randrange(5_000)),
        "responseSize": str(draw.randrange(50_000)),
        "status": draw.choice((200, 200, 200, 404, 503)),
        "userAgent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0",
        "remoteIp": f"192.0.2.{draw.randrange(256)}",
        "serverIp": "198.51.100.7",
        "latency": f"{draw.random():.9f}s",
        "protocol": "HTTP/1.1",
    }
    log = "projects/garden-prod/logs/run.googleapis.com%2Frequests"
    return {"logName": log, "httpRequest": request, "traceSampled": True}


def make_line(draw: random.Random) -> dict[str, Any]:
    """What a container wrote to its standard error."""
    text = f"2025-09-14 21:00:00,120 ERROR shop.orders: Payment of order {draw.randrange(10**6)} failed after 8000 ms"
    return {"logName": "projects/garden-prod/logs/run.googleapis.com%2Fstderr", "textPayload": text}


def make_structure(draw: random.Random) -> dict[str, Any]:
    """What a structured logger wrote."""
    payload = {
        "message": f"cart {draw.getrandbits(64):016x} of customer {draw.randrange(10**5)} was saved",
        "logger": "shop.cart",
        "elapsed_ms": draw.random() * 100,
        "items": draw.randrange(30),
        "context": {"tenant": "north", "retry": False, "tags": ["web", "eu"], "attempt": draw.randrange(3)},
    }
    source = {"file": "/app/shop/cart.py", "line": str(draw.randrange(400)), "function": "save"}
    log = "projects/garden-prod/logs/run.googleapis.com%2Fstdout"
    return {"logName": log, "jsonPayload": payload, "sourceLocation": source}


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.unwrapping", description="Measure the unwrapping of a page.")
    parser.add_argument("--runs", type=int, default=3, help="runs of each measurement")
    parser.add_argument("--way", help="measure this way once, in this process")
    page.add_options(parser)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
