"""A subscription on Beam's own clock: messages, a pipeline over them, and runs that commit what it has counted."""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import apache_beam as beam
from apache_beam.io.gcp.pubsub import PubsubMessage
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.testing.test_stream import TestStream
from apache_beam.transforms.window import TimestampedValue

from log_gardener import flow, wiring
from log_gardener.config import Settings
from log_gardener.engines.beam.streaming.engine import PaneEngine
from log_gardener.engines.beam.streaming.pipeline import Task, lay
from log_gardener.engines.beam.streaming.shelf import Shelf
from log_gardener.engines.beam.streaming.source import PaneSource
from log_gardener.engines.beam.streaming.terms import Terms
from log_gardener.model.worklog import Worklog
from log_gardener.ports import Feed, Request, Silence
from log_gardener.sources.pubsub.lines import make_lines

LOCAL = {"runner": "apache_beam.runners.direct.direct_runner.BundleBasedDirectRunner"}
"""Options of the runner in this process that knows streams; of its clocks only that of the watermark is of use."""

PRISM = {"runner": "PrismRunner", "prism_location": os.environ.get("PRISM", ""), "environment_type": "LOOPBACK"}
"""Options of Beam's own runner for one machine, a program that has to be there."""

BEGUN = 1_757_883_600
"""2025-09-14T21:00:00Z, on the bound of an hour."""

NOW = datetime.fromtimestamp(BEGUN + 7 * 86_400, UTC)
FEED = Feed("pubsub://garden/logs", "projects/garden/subscriptions/logs", make_lines)
TERMS = Terms(window_seconds=300, lateness_seconds=3_600, slots=3, patience_seconds=0)
FOLLOWING = Request(is_following=True)

SAYINGS = [
    ("ERROR", "payment of order {} failed: no route to bank"),
    ("ERROR", "KeyError: 'rose'"),
    ("WARNING", "bed {} is dry for {} minutes"),
    ("CRITICAL", "pump {} does not answer"),
    ("INFO", "watered bed {}"),
]


@dataclass(frozen=True, slots=True)
class Sent:
    """A message, and when it was published, seconds since 1970."""

    data: bytes
    published: int
    attributes: dict[str, str]


def spell_entry(number: int, at: int, chance: Random) -> bytes:
    """One entry of the shop, as a sink writes it."""
    severity, saying = chance.choice(SAYINGS)
    entry = {
        "insertId": f"id{number}",
        "logName": "projects/garden/logs/run.googleapis.com%2Fstderr",
        "timestamp": f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%S}.{number % 1000:03}Z",
        "severity": severity,
        "resource": {"type": "cloud_run_revision", "labels": {"service_name": chance.choice(["shop", "pump"])}},
        "textPayload": saying.format(chance.randrange(10_000), chance.randrange(60)),
    }
    return json.dumps(entry).encode()


def send(data: bytes, published: int) -> Sent:
    """A message with the attribute of a sink."""
    return Sent(data, published, {"logging.googleapis.com/timestamp": json.loads(data)["timestamp"]})


def make_sent(count: int, seed: int) -> list[Sent]:
    """Entries of 40 minutes in the order of publication: some late, some far too late, some ahead, some twice."""
    chance = Random(seed)
    sent: list[Sent] = []
    for number in range(count):
        at = BEGUN + chance.randrange(2_400)
        data = spell_entry(number, at, chance)
        delay = chance.choice([0, 1, 2, 3, 40, 400, 3_000, 9_000, -50])
        sent.append(send(data, at + delay))
        if chance.random() < 0.15:
            # Another sink has another time of receipt: the entry is the same, its bytes are not.
            again = chance.choice([data, data.replace(b"{", b'{"receiveTimestamp": "2025-09-15T00:00:00Z", ', 1)])
            sent.append(send(again, at + delay + chance.choice([0, 5, 700, 6_000])))
    chance.shuffle(sent)
    return sorted(sent, key=lambda one: one.published)


def make_stream(sent: Sequence[Sent], bundle: int) -> TestStream:
    """Messages bundle by bundle, with the watermark at their publication."""
    stream, reached = TestStream(), 0
    for start in range(0, len(sent), bundle):
        group = sent[start : start + bundle]
        values = [
            TimestampedValue(PubsubMessage(one.data, one.attributes, str(start + at)), one.published)
            for at, one in enumerate(group)
        ]
        if group[0].published > reached:
            reached = group[0].published
            stream.advance_watermark_to(reached)
        stream.add_elements(values).advance_processing_time(7)
    return stream.advance_watermark_to_infinity().advance_processing_time(100)


def count_panes(
    sent: Sequence[Sent],
    shelf: Shelf,
    terms: Terms = TERMS,
    *,
    bundle: int = 12,
    run: str = "a",
    runner: Mapping[str, str] = LOCAL,
) -> None:
    """Run the pipeline over messages, to its end."""
    # Tests have their own arguments, which Beam would take for its own.
    pipeline = beam.Pipeline(options=PipelineOptions([], streaming=True, **runner))
    lay(pipeline | make_stream(sent, bundle), Task(FEED, FOLLOWING, terms, shelf, run))
    pipeline.run().wait_until_finish()


@dataclass(frozen=True, slots=True)
class State:
    """What a state holds that does not depend on how it came there.

    Attributes:
        issues: id, service, severity, count, first and last time of each.
        histories: by issue, its entries by minute.
        traffic: entries by service.
        identities: which entries it knows, by hour.
    """

    issues: tuple[tuple[object, ...], ...]
    histories: dict[str, object]
    traffic: dict[str, int]
    identities: dict[int, list[bytes]]


def look(state: Path) -> State:
    """What a state holds."""
    store = wiring.make_store(Settings(state=str(state)))
    issues = sorted(store.list_issues(), key=lambda one: one.id)
    identities: dict[int, list[bytes]] = {}
    for hour, hashes in store.recall().identities:
        own = identities.setdefault(hour, [])
        own += [hashes[at : at + 8] for at in range(0, len(hashes), 8)]
    minutes = ((BEGUN - 86_400) // 60, (BEGUN + 86_400) // 60)
    return State(
        tuple((one.id, one.service, one.severity, one.count, one.first_nanos, one.last_nanos) for one in issues),
        dict(store.find_histories([one.id for one in issues])),
        dict(store.count_window(minutes).entries),
        {hour: sorted(own) for hour, own in identities.items()},
    )


def tend_locally(sent: Iterable[Sent], folder: Path) -> Path:
    """One run of this machine over the same messages, and the state that it leaves."""
    log, state = folder / "all.json", folder / "local.db"
    log.write_bytes(b"".join(one.data + b"\n" for one in sent))
    settings = Settings(state=str(state), look_back="")
    sources = wiring.make_sources([str(log)], settings, lambda: NOW)
    flow.ingest(wiring.assemble(settings, sources, Silence(), lambda: NOW), Request())
    return state


def assemble(shelf: Shelf, state: Path, *, most_panes: int = 256, now: datetime = NOW) -> tuple[PaneSource, flow.Parts]:
    """What commits the panes of a shelf to a state."""
    settings = Settings(state=str(state))
    source = PaneSource(FEED, shelf, lambda: now, most_panes=most_panes)
    parts = wiring.assemble(settings, [source], Silence(), lambda: now, engine=PaneEngine(source))
    return source, replace(parts, look_back=None)


def commit(shelf: Shelf, state: Path, *, most_panes: int = 256, now: datetime = NOW) -> list[Worklog]:
    """Commit all panes that are there, slice by slice."""
    source, parts = assemble(shelf, state, most_panes=most_panes, now=now)
    worklogs: list[Worklog] = []
    while source.choose():
        worklogs.append(flow.ingest(parts, FOLLOWING))
    return worklogs
