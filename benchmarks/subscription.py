"""How fast is a subscription drained, beside the client's own `subscribe`, and with how much memory?

    python -m benchmarks.subscription [--entries 100000] [--runs 3] [--emulator] [--write docs/performance.md]

Messages of one log entry each are published on a fake of Pub/Sub on the loopback, in a process of its own, which takes
its share of the processor; or on the official emulator, which hands each stream a hundred messages twenty times a
second. There is no network, so what is measured is what a machine can take in at most.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import grpc
from google.cloud.pubsub_v1 import SubscriberClient
from google.cloud.pubsub_v1.types import FlowControl
from google.pubsub_v1.services.subscriber.transports import SubscriberGrpcTransport

from benchmarks import page, streams
from benchmarks.process import ROOT, Cost, measure
from benchmarks.streams import Stream
from log_gardener.ports import Request
from log_gardener.ports import Stream as SourceStream
from log_gardener.sources.pubsub.pulling import Pace
from log_gardener.sources.pubsub.source import PubSubOptions, PubSubSource
from log_gardener.sources.pubsub.subscription import Address
from log_gardener.stores.sql import SqlStore
from log_gardener.wiring import tell_time
from tests.contracts.drain_subscription import make_parts
from tests.contracts.emulator import serve_emulator
from tests.contracts.subscriptions import make_topic
from tests.fakes.pubsub_server import FakePubSub

COMMAND = (sys.executable, "-m", "benchmarks.subscription")
READ_BYTES = 256 << 10

PUBLISHING = "publish"
SUBSCRIBING = "client, `subscribe`, acknowledged"
READING = "our source, reading alone, settled"
TENDING = "our source, counted, remembered, settled"

# The emulator's streams are slow one by one.
STREAMS = {False: 4, True: 16}


def main(arguments: Sequence[str]) -> None:
    """Measure all ways, or one in this process."""
    options = _parse(arguments)
    if options.way == PUBLISHING:
        _publish(options)
        return
    if options.way:
        print(json.dumps(WAYS[options.way](options)))
        return
    path = streams.find_stream(options, Stream(options.entries))
    with _serve_elsewhere(options) as endpoint:
        rows = [_spell(way, options.entries, _measure(options, way, endpoint, path)) for way in WAYS]
    table = page.spell_table(["way", "messages/s", "µs of processor a message", "peak MiB"], rows)
    where = "the official emulator" if options.emulator else "a fake"
    said = f"{options.entries:,} messages, {path.stat().st_size / 1e6:,.0f} MB, on {where}."
    page.publish(
        options.write, "subscription", f"{table}\n\n{said} {page.describe_machine()} {page.describe_runs(options.runs)}"
    )


def _measure(options: argparse.Namespace, way: str, endpoint: str, path: Path) -> Cost:
    place = ["--endpoint", endpoint, "--stream", str(path), "--entries", str(options.entries)]
    emulator = ["--emulator"] if options.emulator else []
    return measure([*COMMAND, "--way", way, *place, *emulator], options.runs)


def _spell(way: str, entries: int, cost: Cost) -> list[str]:
    per_second = f"{entries / cost.seconds:,.0f}"
    return [way, per_second, f"{cost.printed['cpu_seconds'] / entries * 1e6:.1f}", f"{cost.peak_bytes / 2**20:,.0f}"]


def _publish(options: argparse.Namespace) -> None:
    """Print the address of a new subscription that has all messages."""
    topic = make_topic(options.endpoint, ack_deadline_seconds=60)
    with Path(options.stream).open("rb") as file:
        topic.publish([line.rstrip(b"\n") for line in file])
    print(topic.address)


def _fill(options: argparse.Namespace) -> str:
    """A new subscription, filled by another process, so that the messages are not in this one's peak."""
    command = [*COMMAND, "--way", PUBLISHING, "--endpoint", options.endpoint, "--stream", options.stream]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def _take(work: Callable[[], int], entries: int) -> dict[str, Any]:
    began, before = time.perf_counter(), _count_cpu_seconds()
    found = work()
    if found != entries:
        sys.exit(f"{found:,} messages came, not {entries:,}")
    return {"seconds": time.perf_counter() - began, "cpu_seconds": _count_cpu_seconds() - before}


def _count_cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _measure_subscribing(options: argparse.Namespace) -> dict[str, Any]:
    path = Address.parse(_fill(options)).path
    channel = grpc.insecure_channel(options.endpoint, options=(("grpc.max_receive_message_length", -1),))
    client = SubscriberClient(transport=SubscriberGrpcTransport(channel=channel))
    flow_control = FlowControl(max_messages=2 * options.entries, max_bytes=1 << 40)

    def drain() -> int:
        held: list[Any] = []
        bodies: list[bytes] = []
        came = threading.Event()

        def keep(message: Any) -> None:  # noqa: ANN401 - the client's own class has no types
            bodies.append(message.data)
            held.append(message)
            if len(held) == options.entries:
                came.set()

        pulling = client.subscribe(path, callback=keep, flow_control=flow_control)
        came.wait()
        for settled in [message.ack_with_response() for message in held]:
            settled.result()
        pulling.cancel()
        pulling.result()
        return len(bodies)

    return _take(drain, options.entries)


def _make_source(options: argparse.Namespace) -> PubSubSource:
    address = _fill(options)
    pace = Pace(streams=STREAMS[options.emulator])
    # All in one slice, whose end is the last message and not the silence behind it.
    settings = PubSubOptions(options.entries, 1 << 20, 60, options.endpoint, pace)
    return PubSubSource(address, settings, tell_time)


def _measure_reading(options: argparse.Namespace) -> dict[str, Any]:
    source = _make_source(options)

    def drain() -> int:
        (stream,) = source.streams(Request())
        if not isinstance(stream, SourceStream) or isinstance(stream.opened, Path):
            sys.exit(str(stream))
        opened = stream.opened
        found = sum(piece.count(b"\n") for piece in iter(lambda: opened.read(READ_BYTES), b""))
        source.settle()
        return found

    taken = _take(drain, options.entries)
    source.close()
    return taken


def _measure_tending(options: argparse.Namespace) -> dict[str, Any]:
    from log_gardener import flow  # noqa: PLC0415 - only this way needs it

    source = _make_source(options)
    with tempfile.TemporaryDirectory() as folder:
        parts = make_parts(source, SqlStore(f"{folder}/garden.db"))
        return _take(lambda: flow.ingest(parts, Request()).coverage.read, options.entries)


WAYS = {SUBSCRIBING: _measure_subscribing, READING: _measure_reading, TENDING: _measure_tending}


@contextmanager
def _serve_elsewhere(options: argparse.Namespace) -> Iterator[str]:
    """The service in a process of its own; its endpoint."""
    if options.emulator:
        with serve_emulator() as endpoint:
            yield endpoint
        return
    context = get_context("spawn")
    near, far = context.Pipe()
    process = context.Process(target=_serve, args=(far,), daemon=True)
    process.start()
    try:
        yield near.recv()
    finally:
        near.send(None)
        process.join()


def _serve(far: Connection) -> None:
    with FakePubSub().serve() as fake:
        far.send(fake.endpoint)
        far.recv()


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.subscription", description="Measure draining a subscription.")
    parser.add_argument("--entries", type=int, default=100_000, help="messages")
    parser.add_argument("--runs", type=int, default=3, help="runs of each measurement")
    parser.add_argument("--emulator", action="store_true", help="the official emulator in place of the fake")
    parser.add_argument("--way", choices=(PUBLISHING, *WAYS), help=argparse.SUPPRESS)
    parser.add_argument("--endpoint", help=argparse.SUPPRESS)
    parser.add_argument("--stream", help=argparse.SUPPRESS)
    streams.add_options(parser)
    page.add_options(parser)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
