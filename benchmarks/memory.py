"""What does remembering cost: a list of ten thousand issues, and an hour's million entries?

    python -m benchmarks.memory [--write docs/performance.md]

A state of ten thousand issues with a year of history each, made of rows as runs leave them. Measured are the
list, one issue, and what the store adds to a run: recall, histories and commit, beside the run itself.
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import page, streams
from benchmarks.streams import Stream
from log_gardener import flow
from log_gardener.config import Settings
from log_gardener.garden import Garden
from log_gardener.model.decision import Decisions
from log_gardener.ports import Request, Silence
from log_gardener.stores.rollup import DAY, HOUR
from log_gardener.stores.schema import HEAD
from log_gardener.stores.sql import SqlStore
from log_gardener.wiring import assemble, make_sources, tell_time

ISSUES = 10_000
YEAR = 365 * DAY
SEED = 5

# How probable it is that an issue was seen in a day, an hour, a minute of those that are kept.
SHARES = ((DAY, 92 * DAY, YEAR, 0.5), (HOUR, DAY, 92 * DAY, 0.05), (1, 0, DAY, 0.01))
LISTED = 50


class Watch:
    """A store that adds up the time that is spent in it."""

    def __init__(self, store: SqlStore) -> None:
        """Of a store."""
        self._store = store
        self.seconds = 0.0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the store has
        """The store's own, timed."""
        found = getattr(self._store, name)
        if name not in {"recall", "find_histories", "commit"}:
            return found

        def timed(*arguments: object) -> object:
            start = time.perf_counter()
            try:
                return found(*arguments)
            finally:
                self.seconds += time.perf_counter() - start

        return timed


def main(arguments: Sequence[str]) -> None:
    """Make the state, and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    page.add_options(parser)
    streams.add_options(parser)
    parser.add_argument("--at-most", type=int, default=1_000_000, help="entries of the run that is measured")
    parser.add_argument("--runs", type=int, default=3, help="runs of each measurement")
    options = parser.parse_args(arguments)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder) / "garden.db"
        store = SqlStore(str(state))
        count = store.load(make_rows(minute_of(datetime.now(UTC))))
        rows.append(["rows of the state", f"{count:,}"])
        rows.append(["MB of the state", f"{state.stat().st_size / 1e6:,.0f}"])
        rows += measure_looking(store, options.runs)
        rows += measure_run(options, state)
    said = f"{page.describe_machine()} {page.describe_runs(options.runs)}"
    page.publish(options.write, "memory", f"{page.spell_table(['what', 'figure'], rows)}\n\n{said}")


def minute_of(at: datetime) -> int:
    """The minute since 1970."""
    return int(at.timestamp()) // 60


def measure_looking(store: SqlStore, runs: int) -> Iterator[list[str]]:
    """Seconds of what people look at."""
    garden = Garden(store, Decisions())
    listed = garden.list_issues()
    yield ["issues", f"{len(listed):,}"]
    yield ["ms to list all issues", find_least(garden.list_issues, runs)]
    yield [
        f"ms for the histories of the {LISTED} that are shown",
        find_least(lambda: garden.remember(listed[:LISTED]), runs),
    ]
    yield ["ms for one issue with all of its history", find_least(lambda: garden.remember(listed[:1]), runs)]


def measure_run(options: argparse.Namespace, state: Path) -> Iterator[list[str]]:
    """Seconds of a run over a million entries, and those of the store in it."""
    stream = streams.find_stream(options, Stream(options.at_most))
    parts = assemble(Settings(state=":memory:"), make_sources([str(stream)], Settings(), tell_time), Silence())
    for name, beside in (("an empty state", None), ("the state above", state)):
        copied = state.with_name(f"copy-{beside is None}.db")
        if beside is not None:
            shutil.copy(beside, copied)
        watch = Watch(SqlStore(str(copied)))
        start = time.perf_counter()
        worklog = flow.ingest(replace(parts, store=watch), Request())
        whole = time.perf_counter() - start
        span = (worklog.coverage.last_nanos or 0) - (worklog.coverage.first_nanos or 0)
        yield [f"entries of a run on {name}", f"{worklog.coverage.entries:,}"]
        yield ["hours that they span", f"{span / 3.6e12:,.0f}"]
        yield [f"s of the run on {name}", f"{whole:.2f}"]
        yield [f"s of it in the store, on {name}", f"{watch.seconds:.2f}"]


def find_least(work: Callable[[], object], runs: int) -> str:
    """The least of some measurements, in milliseconds."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return f"{min(seconds) * 1e3:,.0f}"


def make_rows(newest: int) -> Iterator[dict[str, Any]]:
    """An export of ten thousand issues with a year of history."""
    draw = random.Random(SEED)
    yield {"log-gardener": "state", "schema": HEAD}
    for table in (spell_issue, spell_template):
        for number in range(ISSUES):
            yield table(number, newest)
    for number in range(ISSUES):
        for width, young, old, share in SHARES:
            first, last = (newest - old) // width, (newest - young) // width
            for at in draw.sample(range(first, last), int((last - first) * share)):
                row = {"issue_id": name(number), "width": width, "minute": at * width, "count": draw.randint(1, 99)}
                yield {"table": "buckets", "row": row}


def name(number: int) -> str:
    """The id of an issue."""
    return f"r1:{number:032x}"


def spell_issue(number: int, newest: int) -> dict[str, Any]:
    """The row of an issue."""
    facts = {"title": f"fault number {number}", "service": f"service-{number % 40}", "priority": f"P{number % 5}"}
    times = {"first_nanos": (newest - YEAR) * 60 * 10**9, "last_nanos": newest * 60 * 10**9}
    more = {"severity": "ERROR", "status": "open", "count": 10**6, "trend": "ongoing"}
    return {"table": "issues", "row": {"id": name(number), **facts, **times, **more}}


def spell_template(number: int, _: int) -> dict[str, Any]:
    """The row of its template."""
    where = {"module": f"module_{number % 97}", "function": "work", "service": f"service-{number % 40}"}
    more = {"kind": "text", "resource": "cloud_run_revision", "frames": "", "tie": "", "text": f"fault number {number}"}
    return {"table": "fingerprints", "row": {"fingerprint": name(number), "issue_id": name(number), **where, **more}}


if __name__ == "__main__":
    main(sys.argv[1:])
