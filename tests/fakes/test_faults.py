"""What goes wrong on purpose with the fake of Cloud Logging, seen by the real client."""

from collections.abc import Iterator

import pytest
from google.api_core.exceptions import (
    DeadlineExceeded,
    GoogleAPICallError,
    InternalServerError,
    InvalidArgument,
    ResourceExhausted,
    ServiceUnavailable,
)
from google.cloud.logging_v2.services.logging_service_v2 import LoggingServiceV2Client

from tests.fakes.asking import ENTRIES, WINDOW, ask, entry, ids, read
from tests.fakes.faults import EVERYTHING, MOST_REFUSALS_IN_A_ROW
from tests.fakes.logging_service import Fault, LoggingFake, Setting, make_client, serve_logging
from tests.fakes.standing_clock import StandingClock


@pytest.fixture
def fake() -> Iterator[LoggingFake]:
    with serve_logging(ENTRIES) as served:
        yield served


@pytest.fixture
def client(fake: LoggingFake) -> LoggingServiceV2Client:
    return make_client(fake.target)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.UNAVAILABLE, ServiceUnavailable),
        (Fault.LOST, ServiceUnavailable),
        (Fault.EXHAUSTED, ResourceExhausted),
        (Fault.DEADLINE, DeadlineExceeded),
        (Fault.INTERNAL, InternalServerError),
    ],
)
def test_a_call_that_breaks_in_mid_paging_can_be_made_again(
    client: LoggingServiceV2Client, fake: LoggingFake, fault: Fault, error: type[Exception]
) -> None:
    fake.faults.script(None, fault)
    token = ask(client).next_page_token

    with pytest.raises(error):
        ask(client, page_token=token)

    assert ids(ask(client, page_token=token))[0] == "id-0050"
    assert [call.outcome for call in fake.journal.calls()].count("OK") == 2


def test_a_lost_answer_has_taken_effect_and_one_that_was_not_made_has_not(
    client: LoggingServiceV2Client, fake: LoggingFake
) -> None:
    for fault in (Fault.UNAVAILABLE, Fault.LOST):
        fake.hold([entry(1, insertId=fault.name)])
        fake.faults.script(None, (fault, Fault.LATE))
        token = ask(client).next_page_token
        with pytest.raises(ServiceUnavailable):
            ask(client, page_token=token)

    assert [body["insertId"] for body in fake.arrivals.held] == ["UNAVAILABLE"]


def test_a_token_that_expired_stays_so(client: LoggingServiceV2Client, fake: LoggingFake) -> None:
    fake.faults.script(None, Fault.EXPIRED)
    token = ask(client).next_page_token

    for _ in range(2):
        with pytest.raises(InvalidArgument, match="page_token is invalid/expired"):
            ask(client, page_token=token)

    assert ask(client).next_page_token != token


def test_an_empty_page_may_have_a_token_that_goes_on(client: LoggingServiceV2Client, fake: LoggingFake) -> None:
    fake.faults.script(Fault.EMPTY, None, Fault.EMPTY)
    pages = read(client)

    assert [len(page.entries) for page in pages] == [0, 50, 0, 50, 20]
    assert len({page.next_page_token for page in pages}) == 5


def test_an_entry_may_come_twice_in_a_page_and_the_page_is_no_longer_for_it(
    client: LoggingServiceV2Client, fake: LoggingFake
) -> None:
    fake.faults.script(Fault.TWICE)
    pages = read(client)

    first = ids(pages[0])
    assert (len(first), len(set(first))) == (50, 49)
    assert {one for page in pages for one in ids(page)} == {f"id-{at:04}" for at in range(120)}


@pytest.mark.parametrize("order", ["timestamp asc", "timestamp desc"])
def test_the_last_entries_of_a_page_may_come_again_on_the_next(
    client: LoggingServiceV2Client, fake: LoggingFake, order: str
) -> None:
    fake.faults.script(None, Fault.AGAIN)
    first, second, *rest = read(client, order_by=order)

    assert ids(second)[:3] == ids(first)[-3:]
    assert len(second.entries) == 50
    assert {one for page in (first, second, *rest) for one in ids(page)} == {f"id-{at:04}" for at in range(120)}


def test_a_page_may_be_out_of_order_and_the_next_goes_on_behind_its_latest(
    client: LoggingServiceV2Client, fake: LoggingFake
) -> None:
    fake.faults.script(Fault.SHUFFLED)
    first, second, *_ = read(client)

    assert ids(first) != sorted(ids(first))
    assert sorted(ids(first)) == [f"id-{at:04}" for at in range(50)]
    assert ids(second)[0] == "id-0050"


def test_a_late_entry_arrives_while_a_listing_runs_and_is_found_by_when_it_arrived() -> None:
    clock = StandingClock()
    with serve_logging(ENTRIES, Setting(clock=clock)) as fake:
        client = make_client(fake.target)
        fake.hold([entry(at, insertId=f"late-{at}") for at in (3, 90)])
        fake.faults.script(None, Fault.LATE)
        listed = [one for page in read(client) for one in ids(page)]
        assert len(listed) == 120

        arrived = f'{WINDOW} AND receiveTimestamp>="{clock():%Y-%m-%dT%H:%M:%SZ}"'
        assert ids(ask(client, filter=arrived)) == ["late-3"]
        fake.arrivals.release()
        assert ids(ask(client, filter=arrived)) == ["late-3", "late-90"]


def test_a_slow_page_takes_its_time_by_the_clock_that_was_given() -> None:
    clock = StandingClock()
    with serve_logging(ENTRIES, Setting(clock=clock, wait=clock.sleep, slow_seconds=40)) as fake:
        fake.faults.script(Fault.SLOW)
        ask(make_client(fake.target))

    assert clock.monotonic() == 40


def test_one_seed_gives_the_same_faults_again_and_another_gives_others() -> None:
    def outcomes(seed: int) -> list[tuple[str, frozenset[Fault]]]:
        with serve_logging(ENTRIES) as fake:
            client = make_client(fake.target)
            fake.faults.mix(seed)
            for _ in range(40):
                try:
                    ask(client, page_size=10)
                except GoogleAPICallError:
                    continue
            return [(call.outcome, call.faults) for call in fake.journal.calls()]

    assert outcomes(1) == outcomes(1)
    assert outcomes(1) != outcomes(2)


def test_whoever_asks_often_enough_gets_through_a_mixture(client: LoggingServiceV2Client, fake: LoggingFake) -> None:
    always = dict.fromkeys((Fault.UNAVAILABLE, Fault.EXHAUSTED, Fault.EMPTY), 1.0)
    fake.faults.mix(seed=1, shares=always)
    for _ in range(MOST_REFUSALS_IN_A_ROW):
        with pytest.raises(ServiceUnavailable):
            ask(client)

    assert len(ask(client).entries) == 50


def test_everything_that_can_go_wrong_does_in_a_long_enough_run(
    client: LoggingServiceV2Client, fake: LoggingFake
) -> None:
    fake.faults.mix(seed=5)
    fake.hold([entry(0, insertId=f"late-{at}") for at in range(40)])
    token = ""
    found: set[str] = set()
    while len(found) < 120 or len(fake.faults.counts) < len(EVERYTHING):
        try:
            page = ask(client, page_size=7, page_token=token)
        except InvalidArgument:
            token = ""
        except GoogleAPICallError:
            continue
        else:
            found |= {one for one in ids(page) if one.startswith("id-")}
            token = page.next_page_token

    assert set(fake.faults.counts) == set(EVERYTHING) == set(Fault)
