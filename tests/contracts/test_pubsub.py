"""What a subscription promises, on the official emulator and on the fake."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from random import Random

import pytest

from log_gardener import flow
from log_gardener._core import Reading, Tally
from log_gardener.model.coverage import Problem
from log_gardener.ports import Request
from log_gardener.sources.pubsub.pulling import Pace
from log_gardener.stores.sql import SqlStore
from tests.contracts.drain_subscription import count_identities, make_parts
from tests.contracts.emulator import serve_emulator
from tests.contracts.subscriptions import (
    EVERYTHING,
    PACE,
    SHORT,
    Place,
    drain_stream,
    make_bodies,
    make_topic,
    name_ids,
    open_stream,
    read,
    read_ids,
)
from tests.fakes.pubsub_server import FakePubSub
from tests.fakes.tcp_proxy import Proxy

ROOT = Path(__file__).parents[2]
MANY = 100_000
KILLS = 3
# An emulator is not reached by mending the network.
NETWORK_REMEDY = "unset PUBSUB_EMULATOR_HOST"


# How fast the time of leases passes on the fake: it takes 10 seconds at least until one is over.
SPEED = 10


@pytest.fixture(scope="module")
def fake() -> Iterator[tuple[str, int]]:
    with FakePubSub(lambda: time.monotonic() * SPEED).serve() as served:
        yield served.endpoint, SPEED


@pytest.fixture(scope="module")
def emulator() -> Iterator[tuple[str, int]]:
    with serve_emulator() as endpoint:
        yield endpoint, 1


@pytest.fixture(params=["fake", "emulator"])
def place(request: pytest.FixtureRequest) -> Place:
    endpoint, speed = request.getfixturevalue(request.param)
    return Place(make_topic(endpoint), endpoint, speed)


def test_everything_that_was_published_comes_once_and_never_again_when_it_is_settled(place: Place) -> None:
    place.topic.publish(make_bodies(range(2_500)))
    with place.open() as source:
        assert sorted(read_ids(source)) == name_ids(range(2_500))
        source.settle()
        assert source.find_progress().note == "waiting for messages"

    with place.open() as again:
        assert read(again) == b""


def test_what_is_not_settled_is_given_back_at_once(place: Place) -> None:
    place.topic.publish(make_bodies(range(300)))
    with place.open() as source:
        read(source)

    with place.open() as again:
        assert sorted(read_ids(again)) == name_ids(range(300))


def test_slices_of_one_source_go_on_where_the_last_one_ended(place: Place) -> None:
    following = Request(is_following=True, slice_seconds=0.8 * place.speed)
    with place.open() as source:
        assert read(source, following) == b""
        for start in (0, 500):
            place.topic.publish(make_bodies(range(start, start + 500)))
            found = read_ids(source, following)
            source.settle()
            found += read_ids(source, following)
            source.settle()
            assert sorted(found) == name_ids(range(start, start + 500))


def test_a_burst_is_read_in_parts_of_which_none_is_much_larger_than_what_may_be_held(place: Place) -> None:
    place.topic.publish(make_bodies(range(3_000)))
    parts = []
    with place.open(held_messages=400) as source:
        while found := read_ids(source):
            parts.append(found)
            assert bool(source.find_caps()) is (len(found) >= 400)
            source.settle()

    assert not source.find_caps()
    assert sorted(chain.from_iterable(parts)) == name_ids(range(3_000))
    # The answer that reaches the bound is held as a whole, of each stream.
    assert max(map(len, parts)) <= 400 * (1 + PACE.streams)
    assert len(parts) >= 2


def test_a_reading_that_is_stopped_ends_with_what_has_come(place: Place) -> None:
    place.topic.publish(make_bodies(range(100)))
    with place.open(idle_seconds=600) as source:
        stream = open_stream(source)
        found = stream.read(1 << 16)
        source.stop()
        found += drain_stream(stream)
        source.settle()

    with place.open() as again:
        assert len(read_ids(again)) == 100 - found.count(b"\n")


def test_a_message_is_one_record_whatever_is_in_it(place: Place) -> None:
    whole = make_bodies(range(20))
    pretty = [json.dumps(json.loads(body), indent=2).encode() for body in make_bodies(range(20, 30))]
    ended = [body + b"\n" for body in make_bodies(range(30, 40))]
    poison = [
        b"plain words",
        b"\x00\xff\x1f\x8b",
        b"two\nlines",
        b'{"insertId": "cut',
        b"[1, 2]",
        b'{"no": "entry"}',
        b"7",
    ]
    place.topic.publish([*poison, *whole, *pretty, *ended, *poison])
    with place.open() as source:
        tally = Tally()
        tally.add(read(source), Reading("pots"))

    assert tally.account.entries == 40
    assert sum(refusal.count for refusal in tally.account.refusals) == 2 * len(poison)
    assert {refusal.reason for refusal in tally.account.refusals} == {"not JSON", "not a log entry"}


# The emulator goes on delivering to streams that were cut off, as long as it runs.
@pytest.mark.parametrize("place", ["fake"], indirect=True)
def test_entries_go_on_coming_after_the_network_was_cut(place: Place) -> None:
    # Longer than a lease: what was under way comes again when that is over.
    idle_seconds = 11
    with (
        Proxy(place.endpoint).serve() as proxy,
        place.open(endpoint=proxy.endpoint, idle_seconds=idle_seconds, pace=SHORT) as source,
    ):
        place.topic.publish(make_bodies(range(1_000)))
        stream = open_stream(source)
        found = stream.read(1 << 14)
        proxy.cut()
        place.topic.publish(make_bodies(range(1_000, 2_000)))
        proxy.mend()
        found += drain_stream(stream)
        source.settle()

    assert {json.loads(line)["insertId"] for line in found.splitlines()} == set(name_ids(range(2_000)))


def test_a_network_that_is_gone_is_a_problem_with_what_to_do(place: Place) -> None:
    pace = Pace(delays_seconds=(0.05,), patience_seconds=1)
    with Proxy(place.endpoint).serve() as proxy, place.open(endpoint=proxy.endpoint, pace=pace) as source:
        place.topic.publish(make_bodies(range(10)))
        stream = open_stream(source)
        assert stream.read(1 << 16)
        proxy.cut()
        with pytest.raises(OSError, match=NETWORK_REMEDY):
            drain_stream(stream)
        source.close()
        (problem,) = source.streams(Request())

    assert isinstance(problem, Problem)
    assert NETWORK_REMEDY in problem.reason


@pytest.mark.slow
def test_nothing_is_lost_or_double_though_the_process_is_killed_three_times(place: Place, tmp_path: Path) -> None:
    place.topic.publish(make_bodies(range(MANY)))
    state = str(tmp_path / "garden.db")
    draw = Random(6)

    for _ in range(KILLS):
        # The emulator delivers to a stream on and on whose process is gone, so few of those and many after them.
        with start_draining(place, state, streams=1) as process:
            assert process.stdout
            for _ in range(draw.randint(1, 3)):
                assert process.stdout.readline().strip().isdigit()
            wait_briefly(process, draw.uniform(0, 0.2))
            process.kill()
            assert process.wait() == -signal.SIGKILL
    assert 0 < count_identities(SqlStore(state)) < MANY
    with start_draining(place, state, streams=24) as process:
        assert process.wait(100) == 0
    # What was remembered, and not acknowledged any more, comes again.
    with place.open(idle_seconds=11 if place.speed > 1 else 1) as source:
        worklog = flow.ingest(make_parts(source, SqlStore(state)), EVERYTHING)

    store = SqlStore(state)
    assert worklog.coverage.problems == ()
    assert [issue.count for issue in store.list_issues()] == [MANY // 4] * 4
    assert count_identities(store) == MANY


def wait_briefly(process: subprocess.Popen[str], seconds: float) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(seconds)


@contextmanager
def start_draining(place: Place, state: str, streams: int) -> Iterator[subprocess.Popen[str]]:
    options = {"endpoint": place.endpoint, "streams": streams, "speed": place.speed, "most": MANY}
    command = [sys.executable, "-m", "tests.contracts.drain_subscription", place.topic.address, state]
    command += [f"--{name}={value}" for name, value in options.items()]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()
