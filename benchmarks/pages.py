"""How fast is the live page with ten thousand issues?

    python -m benchmarks.pages [--write docs/performance.md]

A state of ten thousand issues with a year of history each, and the demo shop tended into it, is served by the command
as users call it. Each page and each question to the API is asked by `hey` (`apt install hey`), or else by `wrk`
(`apt install wrk`), or else by a client of our own; and so is a page that holds nothing, behind the same guard. After
each change of the state everything is read anew once: that first answer is measured too.
"""

import argparse
import http.client
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import groupby, islice
from pathlib import Path
from urllib.parse import quote, urlsplit

from starlette.responses import HTMLResponse

import log_gardener
from benchmarks import page
from benchmarks.memory import make_rows, minute_of, name
from log_gardener import wiring
from log_gardener.config import Settings
from log_gardener.exits import leaks
from log_gardener.stages.selection import Selection
from log_gardener.stores.sql import SqlStore
from log_gardener.web import serving
from log_gardener.web.app import AppOptions, make_app
from log_gardener.web.desk import Desk, DeskOptions

SHOP = Path(__file__).parents[1] / "examples" / "shop.json.gz"
AT_ONCE = 50_000

EMPTY = "/empty"
TITLE = "<!doctype html><html lang=en><title>Empty</title></html>"

PATHS = {
    "an empty page": EMPTY,
    "the list": "/",
    "its last page": "/?page=200",
    "the list, searched for a text": "/?text=number%2077",
    "an issue with a year of history": f"/issues/{quote(name(77), safe='')}",
    "an issue of the shop, with entries": "/issues/{shop}",
    "two revisions compared": "/compare?before=shop-web-00027-kel&after=shop-web-00028-tam",
    "all runs": "/runs",
    "a run with its worklog": "/runs/1",
    "is it still the same?": "/live?version={version}",
    "API: the list": "/api/v1/issues",
    "API: an issue with a year of history": f"/api/v1/issues/{quote(name(77), safe='')}",
    "API: a run with its worklog": "/api/v1/runs/1",
}


def main(arguments: Sequence[str]) -> None:
    """Make the state, serve it, and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    page.add_options(parser)
    parser.add_argument("--requests", type=int, default=200, help="requests of each measurement")
    parser.add_argument("--at-once", type=int, default=2, help="how many of them at the same time")
    parser.add_argument("--changes", type=int, default=5, help="changes after which a first answer is measured")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder) / "garden.db"
        log_gardener.tend(str(SHOP), state=str(state), clock=lambda: datetime(2025, 11, 5, tzinfo=UTC))
        add_many(state)
        with serve(state) as (address, desk):
            table = measure(address, desk, options)
    said = f"{page.describe_machine()} {options.requests} requests each, {options.at_once} at once, by {find_tool()}."
    page.publish(options.write, "pages", f"{table}\n\n{said}")


def add_many(state: Path) -> None:
    """Ten thousand issues beside those of the shop."""
    from sqlalchemy import insert  # noqa: PLC0415 - this alone writes past the store

    from log_gardener.stores.schema import metadata  # noqa: PLC0415

    store = SqlStore(str(state))
    rows = (row for row in make_rows(minute_of(datetime.now(UTC))) if "table" in row)
    with store._writing() as connection:  # noqa: SLF001 - an import wants an empty state, and the shop is in this one
        for table, listed in groupby(rows, key=lambda row: row["table"]):
            while part := [row["row"] for row in islice(listed, AT_ONCE)]:
                connection.execute(insert(metadata.tables[table]), part)


@contextmanager
def serve(state: Path) -> Iterator[tuple[str, Desk]]:
    """Serve a state as the command does, with an empty page beside."""
    settings = Settings(state=str(state))
    leaks.arm(lambda: wiring.make_redactor(settings))
    protection = serving.make_protection(settings.serve)
    desk = Desk(DeskOptions(lambda: settings, state.with_suffix(".toml"), protection.secret))
    app = make_app(desk, AppOptions(protection.guard))
    app.add_api_route(EMPTY, lambda: HTMLResponse(TITLE), include_in_schema=False)
    with serving.open_socket("127.0.0.1", 0) as listening:
        server = serving.make_server(app)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield serving.spell_address(listening).rstrip("/"), desk
        server.should_exit = True
        thread.join()


def measure(address: str, desk: Desk, options: argparse.Namespace) -> str:
    """The table: medians of what is asked again, and of what is asked first after a change."""
    shop = desk.list_issues(Selection(service="shop-web")).rows[0].issue.id
    rows = []
    empty = 0.0
    for about, path in PATHS.items():
        asked = path.format(shop=quote(shop, safe=""), version=quote(desk.version, safe=""))
        size = ask(address, asked)[1]
        median = find_median(address + asked, options)
        empty = empty or median
        firsts = [ask_first(address, asked, desk) for _ in range(options.changes)]
        again, first = (f"{seconds * 1e3:,.1f}" for seconds in (median, statistics.median(firsts)))
        rows.append([about, f"{size / 1e3:,.0f}", again, f"{median / empty:,.1f}", first])
    header = ["what is asked", "kB", "ms, median", "times an empty page", "ms, first after a change"]
    return page.spell_table(header, rows)


def ask_first(address: str, path: str, desk: Desk) -> float:
    """Seconds of an answer after the state has changed."""
    desk.undo(desk.mute(name(5)).undo)
    ask(address, "/api/v1/session")
    desk.reopen(name(6))
    return ask(address, path)[0]


def ask(address: str, path: str) -> tuple[float, int]:
    """Seconds and bytes of an answer."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc)
    start = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    seconds = time.perf_counter() - start
    connection.close()
    if answer.status >= http.client.BAD_REQUEST:
        sys.exit(f"{path}: {answer.status} {body[:300].decode()}")
    return seconds, len(body)


def find_tool() -> str:
    """What asks."""
    return next((tool for tool in ("hey", "wrk") if shutil.which(tool)), "a client of our own")


def find_median(url: str, options: argparse.Namespace) -> float:
    """Seconds of an answer, at the median."""
    ways = {"hey": ask_by_hey, "wrk": ask_by_wrk}
    return ways.get(find_tool(), ask_ourselves)(url, options)


def ask_by_hey(url: str, options: argparse.Namespace) -> float:
    """By https://github.com/rakyll/hey."""
    command = ["hey", "-n", str(options.requests), "-c", str(options.at_once), url]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    statuses = re.findall(r"\[(\d+)\]\s+\d+ responses", told)
    found = re.search(r"50%+ in ([\d.]+) secs", told)
    if found is None or any(not one.startswith("2") for one in statuses):
        sys.exit(f"{url}: {told}")
    return float(found[1])


def ask_by_wrk(url: str, options: argparse.Namespace) -> float:
    """By https://github.com/wg/wrk, for some seconds."""
    command = ["wrk", "--threads", "1", "--connections", str(options.at_once), "--duration", "3s", "--latency", url]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"50%\s+([\d.]+)(us|ms|s)", told)
    if found is None or "Non-2xx" in told:
        sys.exit(f"{url}: {told}")
    return float(found[1]) * {"us": 1e-6, "ms": 1e-3, "s": 1.0}[found[2]]


def ask_ourselves(url: str, options: argparse.Namespace) -> float:
    """By Python's own client, one after the other."""
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return statistics.median(ask(url, path)[0] for _ in range(options.requests))


if __name__ == "__main__":
    main(sys.argv[1:])
