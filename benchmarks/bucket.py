"""How fast is a bucket read, beside the client's own ways to read it, and beside files?

    python -m benchmarks.bucket [--entries 1000000] [--runs 3] [--write docs/performance.md]

A stream of log entries is cut into objects as a sink writes them, and served on the loopback by a fake of Cloud
Storage in a process of its own, which takes its share of the processor: there is no network, so what is measured is
what a machine can take in at most.
"""

import argparse
import io
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from google.auth.credentials import AnonymousCredentials
from google.cloud.storage import Blob, Client

from benchmarks import page, streams
from benchmarks.process import Cost, measure
from benchmarks.streams import Stream
from log_gardener.engines.local import LocalEngine
from log_gardener.ports import Request, Silence, Source
from log_gardener.ports import Stream as SourceStream
from log_gardener.sources.files import FileSource
from log_gardener.sources.storage.source import StorageOptions, StorageSource
from tests.fakes.storage_server import HOST, serve_fake

BUCKET = "logs"
OBJECTS = 16
FIRST_HOUR = datetime(2025, 9, 14, tzinfo=UTC)
THREADS = 2

COMMAND = (sys.executable, "-m", "benchmarks.bucket")
FILL = "fill"

# About what the core asks for at a time, and what the client's documentation reads.
READ_BYTES = 256 << 10
CHUNK_BYTES = 8 << 20

DOWNLOAD = "client, `download_as_bytes`"
OPENED = "client, `io.BufferedReader(blob.open())`"
READING = "our source, reading alone"
COUNTING = "our source, counting entries"
FILES = "files, counting entries"

WAYS = ((DOWNLOAD, 1), (DOWNLOAD, 2), (OPENED, 1), (OPENED, 2), (READING, 1), (READING, 2), (READING, 4))
COUNTED = ((COUNTING, 1), (COUNTING, 2), (COUNTING, 4), (FILES, 1))


def main(arguments: Sequence[str]) -> None:
    """Measure all ways, or one in this process."""
    options = _parse(arguments)
    if options.way:
        print(json.dumps(_measure_here(options)))
        return
    path = streams.find_stream(options, Stream(options.entries))
    with tempfile.TemporaryDirectory() as folder, serve_fake() as port:
        place = f"http://{HOST}:{port} {folder}"
        # Elsewhere, since the peak of a process is never below what its parent held.
        measure([*COMMAND, "--way", FILL, "--place", f"{place} {path}"])
        costs = [(way, workers, _measure(options, way, workers, place)) for way, workers in (*WAYS, *COUNTED)]
    rows = [_spell(way, workers, path.stat().st_size, cost) for way, workers, cost in costs]
    table = page.spell_table(["way", "at a time", "seconds", "MB/s", "peak MiB"], rows)
    said = f"{OBJECTS} objects, {path.stat().st_size / 1e6:,.0f} MB, {options.entries:,} entries."
    page.publish(
        options.write, "bucket", f"{table}\n\n{said} {page.describe_machine()} {page.describe_runs(options.runs)}"
    )


def _fill(endpoint: str, path: Path, folder: Path) -> None:
    """Put the stream into objects and files of whole lines."""
    bucket = _connect(endpoint).create_bucket(BUCKET)
    size = path.stat().st_size // OBJECTS
    with path.open("rb") as file:
        for number in range(OBJECTS):
            is_last = number == OBJECTS - 1
            content = file.read() if is_last else file.read(size) + file.readline()
            hour = FIRST_HOUR + timedelta(hours=number)
            bucket.blob(f"app/{hour:%Y/%m/%d/%H}:00:00_{hour:%H}:59:59_S0.json").upload_from_string(content)
            (folder / f"{number:02}.json").write_bytes(content)


def _connect(endpoint: str) -> Client:
    nobody = AnonymousCredentials()  # type: ignore[no-untyped-call] # the library's own has no types
    return Client("test", nobody, client_options={"api_endpoint": endpoint})


def _measure(options: argparse.Namespace, way: str, workers: int, place: str) -> Cost:
    cost = measure([*COMMAND, "--way", way, "--workers", str(workers), "--place", place], options.runs)
    if cost.printed.get("entries", options.entries) != options.entries:
        sys.exit(f"{way}: {cost.printed['entries']:,} entries were counted, and there are {options.entries:,}")
    return cost


def _measure_here(options: argparse.Namespace) -> dict[str, float]:
    """Read once in a way; seconds without the start of Python, and what was read."""
    endpoint, folder, *rest = options.place.split(" ")
    if options.way == FILL:
        _fill(endpoint, Path(*rest), Path(folder))
        return {}
    start = time.perf_counter()
    if options.way in {COUNTING, FILES}:
        is_bucket = options.way == COUNTING
        source = _open(endpoint, options.workers) if is_bucket else FileSource(str(Path(folder) / "*.json"))
        harvest = LocalEngine(THREADS).tally([source], Request(), None, Silence())
        return {"seconds": time.perf_counter() - start, "entries": harvest.tally.account.entries}
    with ThreadPoolExecutor(options.workers) as executor:
        size = sum(_read(options.way, endpoint, executor))
    return {"seconds": time.perf_counter() - start, "bytes": size}


def _read(way: str, endpoint: str, executor: ThreadPoolExecutor) -> Iterator[int]:
    if way == READING:
        return executor.map(_drain, _open(endpoint, 1).streams(Request()))
    return executor.map(_download if way == DOWNLOAD else _read_opened, _connect(endpoint).list_blobs(BUCKET))


def _open(endpoint: str, workers: int) -> Source:
    return StorageSource(f"gs://{BUCKET}", StorageOptions(workers, endpoint=endpoint), lambda: datetime.now(UTC))


def _drain(stream: object) -> int:
    if not isinstance(stream, SourceStream) or isinstance(stream.opened, Path):
        sys.exit(f"{stream} cannot be read")
    return _count(stream.opened.read)


def _download(blob: Blob) -> int:
    return len(blob.download_as_bytes())


def _read_opened(blob: Blob) -> int:
    return _count(io.BufferedReader(blob.open("rb", chunk_size=CHUNK_BYTES)).read)


def _count(read: Callable[[int], bytes]) -> int:
    size = 0
    while piece := read(READ_BYTES):
        size += len(piece)
    return size


def _spell(way: str, workers: int, size: int, cost: Cost) -> list[str]:
    peak = cost.peak_bytes / 2**20
    return [way, f"{workers}", f"{cost.seconds:.2f}", f"{size / 1e6 / cost.seconds:,.0f}", f"{peak:,.0f}"]


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.bucket", description="Measure the reading of a bucket.")
    parser.add_argument("--entries", type=int, default=1_000_000, help="how many")
    parser.add_argument("--runs", type=int, default=3, help="runs of each measurement")
    parser.add_argument("--way", help="measure this way once, in this process")
    parser.add_argument("--workers", type=int, default=1, help="objects at the same time")
    parser.add_argument("--place", help="address of the service, folder of the files, and the stream")
    streams.add_options(parser)
    page.add_options(parser)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
