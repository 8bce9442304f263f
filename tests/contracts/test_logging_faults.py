"""Cloud Logging while everything goes wrong at once: a run still counts exactly the window's entries, once each."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from log_gardener._core import Reading, Seen, Tally
from log_gardener.engines.local import LocalEngine
from log_gardener.model.issue import Memory
from log_gardener.model.window import Window
from log_gardener.ports import Harvest, Request, Silence
from log_gardener.sources.cloud_logging.pace import Pace
from log_gardener.sources.cloud_logging.source import CloudLoggingSource, LoggingOptions
from tests.fakes.faults import EVERYTHING
from tests.fakes.instants import NANOS, spell_nanos
from tests.fakes.logging_service import Fault, LoggingFake, Setting, serve_logging
from tests.fakes.standing_clock import StandingClock

SEEDS = range(100)
WINDOW = Window(datetime(2025, 9, 14, 21, tzinfo=UTC), datetime(2025, 9, 14, 22, tzinfo=UTC))
NEXT_WINDOW = Window(WINDOW.end, WINDOW.end + timedelta(hours=1))
START, END = WINDOW.nanos
NOTHING = Memory(issues=(), identities=(), first_nanos=None)
# As long as the quota of a minute, many times over: what is gone for longer is given up.
PATIENCE_SECONDS = 600.0

Entry = dict[str, Any]
Identities = Counter[tuple[int, bytes]]


def make_entry(nanos: int, number: int) -> Entry:
    return {
        "insertId": f"id-{number:05}",
        "logName": f"projects/garden/logs/{'abc'[number % 3]}",
        "timestamp": spell_nanos(nanos),
        "severity": ("INFO", "WARNING", "ERROR")[number % 3],
        "resource": {"type": "cloud_run_revision", "labels": {"service_name": "web"}},
        "textPayload": f"pot {number} is dry",
    }


@dataclass(frozen=True)
class Garden:
    """What there is, and what of it comes late."""

    prompt: tuple[Entry, ...]
    late: tuple[Entry, ...]

    @property
    def all(self) -> tuple[Entry, ...]:
        return (*self.prompt, *self.late)


def make_garden(random: Random) -> Garden:
    """Entries around and in the window: spread out, crowded into one second, and many at one instant."""
    crowd = random.randrange(START, END)
    moments = [random.randrange(START - 600 * NANOS, END + 600 * NANOS) for _ in range(400)]
    moments += [min(crowd + random.randrange(NANOS), END - 1) for _ in range(200)]
    moments += [crowd] * 70
    moments += [START - 1, START, START, END - 1, END - 1, END, END + 1]
    entries = [make_entry(nanos, number) for number, nanos in enumerate(moments)]
    random.shuffle(entries)
    late = tuple(entry for entry in entries if spell_nanos(START) <= entry["timestamp"] < spell_nanos(END))[:40]
    return Garden(tuple(entry for entry in entries if entry not in late), late)


@contextmanager
def serving(garden: Garden, clock: StandingClock, **setting: Any) -> Iterator[LoggingFake]:
    known = Setting(clock=clock, wait=clock.sleep, slow_seconds=20, monotonic=clock.monotonic, **setting)
    with serve_logging(garden.prompt, known) as fake:
        fake.hold(garden.late)
        yield fake


@contextmanager
def reading(fake: LoggingFake, clock: StandingClock, random: Random) -> Iterator[CloudLoggingSource]:
    options = LoggingOptions(endpoint=fake.target, workers=2, patience_seconds=PATIENCE_SECONDS)
    pace = Pace(clock.sleep, clock.monotonic, random.random)
    source = CloudLoggingSource("logging://garden", options, clock, pace)
    try:
        yield source
    finally:
        source.close()


def tally(source: CloudLoggingSource, window: Window, memory: Memory) -> Harvest:
    return LocalEngine(2).tally([source], Request(window=window), memory, Silence())


def identities_of(news: Sequence[tuple[int, bytes]]) -> Identities:
    """Every identity with its hour, and how often."""
    return Counter((hour, bits[at : at + 8]) for hour, bits in news for at in range(0, len(bits), 8))


def expected_of(entries: Sequence[Entry], *windows: Window) -> Identities:
    """The identities that the same entries have when they are read from memory."""
    found: Identities = Counter()
    for window in windows:
        seen = Seen()
        lines = "\n".join(json.dumps(entry) for entry in entries).encode()
        Tally().add(lines, Reading("expected", window=window.nanos), seen=seen)
        found += identities_of(seen.news())
    return found


def count(harvest: Harvest) -> int:
    return sum(facet.count - facet.known for template in harvest.tally.generalise() for facet in template.facets)


@pytest.mark.parametrize("seed", SEEDS)
def test_under_all_faults_at_once_every_entry_of_the_window_counts_once(seed: int) -> None:
    random = Random(seed)
    garden = make_garden(random)
    clock = StandingClock(WINDOW.end + timedelta(hours=1))
    with (
        serving(garden, clock, most_a_page=random.choice((10, 25, 60))) as fake,
        reading(fake, clock, random) as source,
    ):
        # Some runs meet three times as much; every request is then answered at the fourth time of asking at the latest.
        intensity = random.choice((1, 3))
        fake.faults.mix(seed, {fault: min(intensity * share, 1) for fault, share in EVERYTHING.items()})
        first = tally(source, WINDOW, NOTHING)
        # What has not arrived by now does so after the run.
        fake.arrivals.release()
        memory = replace(NOTHING, identities=first.news, cursors=first.cursors)
        clock.sleep(3_600)
        second = tally(source, NEXT_WINDOW, memory)

    assert (first.problems, second.problems) == ((), ())
    assert (first.tally.account.refusals, second.tally.account.refusals) == ([], [])
    found = identities_of(first.news) + identities_of(second.news)
    assert found == expected_of(garden.all, WINDOW, NEXT_WINDOW)
    assert count(first) + count(second) == found.total()
    assert expected_of(garden.prompt, WINDOW) <= identities_of(first.news) <= expected_of(garden.all, WINDOW)
    assert all(call.is_bounded and call.page_size == 1_000 for call in fake.journal.calls())


@pytest.mark.parametrize("fault", Fault, ids=lambda fault: fault.name)
def test_each_fault_by_itself_costs_no_entry(fault: Fault) -> None:
    random = Random(fault.name)
    garden = make_garden(random)
    clock = StandingClock(WINDOW.end + timedelta(hours=1))
    with serving(garden, clock, most_a_page=25) as fake, reading(fake, clock, random) as source:
        fake.faults.mix(1, {fault: 0.5})
        harvest = tally(source, WINDOW, NOTHING)

    assert fake.faults.counts[fault] > 2
    assert harvest.problems == ()
    assert expected_of(garden.prompt, WINDOW) <= identities_of(harvest.news) <= expected_of(garden.all, WINDOW)


def test_the_quota_is_kept_to_without_the_service_having_to_refuse() -> None:
    random = Random(7)
    garden = make_garden(random)
    clock = StandingClock(WINDOW.end + timedelta(hours=1))
    with serving(garden, clock, most_a_page=5, reads_per_minute=60) as fake, reading(fake, clock, random) as source:
        harvest = tally(source, WINDOW, NOTHING)

    assert {call.outcome for call in fake.journal.calls()} == {"OK"}
    assert len(fake.journal.calls()) > 60
    assert identities_of(harvest.news) == expected_of(garden.prompt, WINDOW)


def test_a_quota_that_others_use_too_is_shared_with_them() -> None:
    random = Random(8)
    garden = make_garden(random)
    clock = StandingClock(WINDOW.end + timedelta(hours=1))
    with serving(garden, clock, most_a_page=5, reads_per_minute=20) as fake, reading(fake, clock, random) as source:
        harvest = tally(source, WINDOW, NOTHING)
    outcomes = Counter(call.outcome for call in fake.journal.calls())

    assert harvest.problems == ()
    assert identities_of(harvest.news) == expected_of(garden.prompt, WINDOW)
    assert 0 < outcomes["RESOURCE_EXHAUSTED"] < outcomes["OK"] / 4


@pytest.mark.parametrize("pages", [0, 3])
def test_a_quota_that_never_comes_back_is_told_within_bounded_time(pages: int) -> None:
    random = Random(9)
    garden = make_garden(random)
    clock = StandingClock(WINDOW.end + timedelta(hours=1))
    with serving(garden, clock, most_a_page=25) as fake, reading(fake, clock, random) as source:
        fake.access.reads_left = pages
        harvest = tally(source, WINDOW, NOTHING)

    assert harvest.problems
    assert all("quota" in problem.reason.lower() for problem in harvest.problems)
    assert harvest.cursors == {}
    assert clock.monotonic() < 3 * PATIENCE_SECONDS
    assert identities_of(harvest.news) <= expected_of(garden.prompt, WINDOW)
    assert (len(harvest.news) > 0) == (pages > 0)
