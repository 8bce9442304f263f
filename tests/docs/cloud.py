"""Google Cloud on the loopback, with the sample logs in it, so that what the pages say of it can be run."""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from google.auth.credentials import AnonymousCredentials
from google.cloud.storage import Client

from tests.docs.pages import ROOT
from tests.fakes.logging_service import serve_logging
from tests.fakes.storage_server import serve

SAMPLE = ROOT / "examples" / "shop.json.gz"

# What the pages call them.
PROJECT = "my-project"
BUCKET = "my-logs"


@contextmanager
def serve_cloud() -> Iterator[dict[str, str]]:
    """Serve the sample logs while the context lasts; the environment in which they are found."""
    text = gzip.decompress(SAMPLE.read_bytes()).decode().replace("flower-shop-demo", PROJECT)
    entries = {}
    for line in text.splitlines():
        entry = json.loads(line)
        # The client's own messages do not know it.
        entry.pop("errorGroups", None)
        entries[entry["insertId"], entry["timestamp"]] = entry
    with serve_logging(entries.values()) as logging, serve() as storage:
        _fill(storage.endpoint, list(entries.values()))
        yield {"LOG_GARDENER_LOGGING__ENDPOINT": logging.target, "STORAGE_EMULATOR_HOST": storage.endpoint}


def _fill(endpoint: str, entries: list[dict[str, str]]) -> None:
    """Put entries into a bucket as a log sink does: a file an hour."""
    nobody = AnonymousCredentials()  # type: ignore[no-untyped-call] # the library's own has no types
    bucket = Client("test", nobody, client_options={"api_endpoint": endpoint}).create_bucket(BUCKET)
    hours = defaultdict(list)
    for entry in entries:
        hours[entry["timestamp"][:13]].append(json.dumps(entry))
    for hour, lines in hours.items():
        day, clock = hour.split("T")
        name = f"run.googleapis.com/{day.replace('-', '/')}/{clock}:00:00_{clock}:59:59_S0.json"
        bucket.blob(name).upload_from_string("\n".join(lines), content_type="application/json")
