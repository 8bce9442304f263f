"""Tailing the fake of Cloud Logging, seen by the real client."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue
from typing import Any

import grpc
import pytest
from google.api_core.exceptions import GoogleAPICallError, InvalidArgument, OutOfRange, ServiceUnavailable
from google.cloud.logging_v2.services.logging_service_v2 import LoggingServiceV2Client
from google.cloud.logging_v2.services.logging_service_v2.transports import LoggingServiceV2GrpcTransport
from google.cloud.logging_v2.types import TailLogEntriesRequest, TailLogEntriesResponse

from tests.fakes.asking import PROJECT, entry
from tests.fakes.google_errors import Refusal
from tests.fakes.logging_service import LoggingFake, Setting, State, make_channel, serve_logging
from tests.fakes.standing_clock import StandingClock
from tests.fakes.tail_sessions import TailLimits
from tests.waiting import wait_until

Told = TailLogEntriesResponse | GoogleAPICallError
PATIENCE_SECONDS = 10


@contextmanager
def tailing(fake: LoggingFake, **request: Any) -> Iterator[Queue[Told]]:
    """What a tail brings, and at last how it ends. The client waits for the first response, so it has a thread."""
    told: Queue[Told] = Queue()
    asked = {"resource_names": [PROJECT], "buffer_window": "0s"} | request
    channel = make_channel(fake.target)
    client = LoggingServiceV2Client(transport=LoggingServiceV2GrpcTransport(channel=channel))

    def listen() -> None:
        try:
            for response in client.tail_log_entries(iter([TailLogEntriesRequest(asked)]), retry=None):
                told.put(response)
        except GoogleAPICallError as error:
            told.put(error)

    thread = threading.Thread(target=listen)
    before = len(fake.journal.calls("TailLogEntries"))
    thread.start()
    wait_until(lambda: len(fake.journal.calls("TailLogEntries")) > before)
    try:
        yield told
    finally:
        channel.close()
        thread.join(PATIENCE_SECONDS)


def next_response(told: Queue[Told]) -> TailLogEntriesResponse:
    response = told.get(timeout=PATIENCE_SECONDS)
    assert isinstance(response, TailLogEntriesResponse), response
    return response


def test_what_arrives_is_told_if_it_fits_and_what_was_there_before_is_not() -> None:
    with serve_logging([entry(1)]) as fake, tailing(fake, filter="severity>=ERROR") as told:
        fake.add([entry(2), entry(3, severity="ERROR"), entry(2, severity="ERROR", insertId="b")])
        response = next_response(told)

        assert [one.insert_id for one in response.entries] == ["b", "id-0003"]
        fake.add([entry(4, severity="ERROR"), entry(5, logName="projects/shed/logs/x", severity="ERROR")])
        assert [one.insert_id for one in next_response(told).entries] == ["id-0004"]


def test_entries_wait_for_those_before_them_as_long_as_the_window_says() -> None:
    clock = StandingClock()
    with (
        serve_logging(setting=Setting(monotonic=clock.monotonic)) as fake,
        tailing(fake, buffer_window="30s") as told,
    ):
        fake.add([entry(9)])
        clock.sleep(20)
        fake.add([entry(4)])
        clock.sleep(9)
        assert told.empty()
        clock.sleep(1)
        assert [one.insert_id for one in next_response(told).entries] == ["id-0009"]
        clock.sleep(20)
        assert [one.insert_id for one in next_response(told).entries] == ["id-0004"]


def test_what_is_left_out_is_counted_with_its_reason() -> None:
    reasons = TailLogEntriesResponse.SuppressionInfo.Reason
    limits = TailLimits(entries_per_minute=3)
    with serve_logging(setting=Setting(tails=limits)) as fake, tailing(fake) as told:
        fake.add([entry(at) for at in range(5)])
        response = next_response(told)

        assert len(response.entries) == 3
        assert [(one.reason, one.suppressed_count) for one in response.suppression_info] == [(reasons.RATE_LIMIT, 2)]
        fake.tails.suppress("NOT_CONSUMED", 7)
        (suppressed,) = next_response(told).suppression_info
        assert (suppressed.reason, suppressed.suppressed_count) == (reasons.NOT_CONSUMED, 7)


def test_a_session_ends_when_its_time_is_over() -> None:
    clock = StandingClock()
    with serve_logging(setting=Setting(monotonic=clock.monotonic)) as fake, tailing(fake) as told:
        clock.sleep(3_599)
        fake.add([entry(1)])
        assert len(next_response(told).entries) == 1
        clock.sleep(1)

        assert isinstance(told.get(timeout=PATIENCE_SECONDS), OutOfRange)
        wait_until(lambda: not fake.tails.find_running())


def test_a_session_that_breaks_off_loses_what_arrives_until_the_next() -> None:
    with serve_logging() as fake:
        with tailing(fake) as told:
            fake.tails.break_off(Refusal(grpc.StatusCode.UNAVAILABLE, "The service is currently unavailable."))
            assert isinstance(told.get(timeout=PATIENCE_SECONDS), ServiceUnavailable)
        wait_until(lambda: not fake.tails.find_running())
        fake.add([entry(1)])
        with tailing(fake) as told:
            fake.add([entry(2)])
            assert [one.insert_id for one in next_response(told).entries] == ["id-0002"]


def test_a_project_has_at_most_so_many_sessions() -> None:
    with serve_logging(setting=Setting(tails=TailLimits(sessions=2))) as fake:
        with tailing(fake), tailing(fake), tailing(fake) as third:
            error = third.get(timeout=PATIENCE_SECONDS)
            assert isinstance(error, GoogleAPICallError)
            assert error.grpc_status_code is grpc.StatusCode.RESOURCE_EXHAUSTED
        wait_until(lambda: not fake.tails.find_running())
        with tailing(fake) as told:
            fake.add([entry(1)])
            assert len(next_response(told).entries) == 1


@pytest.mark.parametrize(
    "request_",
    [{"buffer_window": "61s"}, {"filter": "thud=1"}, {"resource_names": []}],
    ids=["window", "filter", "names"],
)
def test_a_request_that_is_none_is_refused(request_: dict[str, Any]) -> None:
    with serve_logging() as fake, tailing(fake, **request_) as told:
        assert isinstance(told.get(timeout=PATIENCE_SECONDS), InvalidArgument)


def test_who_may_not_read_may_not_tail() -> None:
    with serve_logging() as fake:
        fake.access.state = State.DENIED
        with tailing(fake) as told:
            error = told.get(timeout=PATIENCE_SECONDS)

    assert isinstance(error, GoogleAPICallError)
    assert error.grpc_status_code is grpc.StatusCode.PERMISSION_DENIED
    assert [call.outcome for call in fake.journal.calls("TailLogEntries")] == ["PERMISSION_DENIED"]
