"""Drains a subscription into a state, slice after slice, as `watch` does: a process of its own, to be killed.

Prints how many entries each slice brought, and ends when the state has all that it should have.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence

from log_gardener import flow
from log_gardener.engines.local import LocalEngine
from log_gardener.model.policy import Policy
from log_gardener.ports import Request, Silence
from log_gardener.sources.pubsub.pulling import Pace
from log_gardener.sources.pubsub.source import PubSubOptions, PubSubSource
from log_gardener.stages.redaction import Redactor
from log_gardener.stores.sql import SqlStore
from log_gardener.wiring import tell_time

# So that a kill finds some of a hundred thousand remembered, some held, and some not delivered.
SLICE_MESSAGES = 2_000


def main(arguments: Sequence[str]) -> None:
    """Drain."""
    own = _parse(arguments)
    store = SqlStore(own.state)
    pace = Pace(streams=own.streams, lease_seconds=10)
    options = PubSubOptions(SLICE_MESSAGES, idle_seconds=own.idle_seconds, endpoint=own.endpoint, pace=pace)
    source = PubSubSource(own.address, options, tell_time, tick=lambda: time.monotonic() * own.speed)
    for worklog in flow.watch(make_parts(source, store), _make_requests(store, own.most)):
        print(worklog.coverage.entries, flush=True)  # noqa: T201 - what it is for
        if worklog.coverage.problems:
            sys.exit(str(worklog.coverage.problems))


def make_parts(source: PubSubSource, store: SqlStore) -> flow.Parts:
    """The real parts of a run."""
    return flow.Parts([source], LocalEngine(2), store, tell_time, Silence(), Policy(), Redactor(b"key"))


def count_identities(store: SqlStore) -> int:
    """Entries that a state knows."""
    return sum(len(hashes) // 8 for _, hashes in store.recall().identities)


def _make_requests(store: SqlStore, most: int) -> Iterator[Request]:
    while count_identities(store) < most:
        yield Request()


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("state")
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--streams", type=int, default=4)
    parser.add_argument("--speed", type=float, default=1.0, help="how fast the time of leases passes")
    parser.add_argument("--idle-seconds", type=float, default=2.0)
    parser.add_argument("--most", type=int, required=True, help="end when so many entries are remembered")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
