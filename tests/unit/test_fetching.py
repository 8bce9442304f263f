"""How long Cloud Logging is asked again, and how its answers become a stream."""

from collections.abc import Iterator
from random import Random

import pytest
from google.api_core.exceptions import (
    GoogleAPICallError,
    InternalServerError,
    InvalidArgument,
    PermissionDenied,
    ResourceExhausted,
    ServiceUnavailable,
)
from google.cloud.logging_v2.types import ListLogEntriesRequest

from log_gardener.sources.cloud_logging.fetching import IMPATIENT, Fetcher, Logs, Patience
from log_gardener.sources.cloud_logging.line_reader import LineReader
from log_gardener.sources.cloud_logging.pace import STOPPED, Pace, StoppedError
from log_gardener.sources.cloud_logging.token_bucket import TokenBucket
from tests.fakes.standing_clock import StandingClock

REQUEST = ListLogEntriesRequest(resource_names=["projects/garden"])
AWAY = ServiceUnavailable("The service is currently unavailable.")  # type: ignore[no-untyped-call] # the library has no types
FULL = ResourceExhausted("Quota exceeded.")  # type: ignore[no-untyped-call]
NO_TOKEN = ServiceUnavailable(  # type: ignore[no-untyped-call]
    "Getting metadata from plugin failed with error: ('invalid_grant: Token has been expired or revoked.', {})"
)


class Service:
    """Answers with one thing after another, and with the last one for ever."""

    def __init__(self, *answers: bytes | GoogleAPICallError) -> None:
        self.clock = StandingClock()
        self.asked = 0
        self._answers = list(answers)

    def __call__(self, request: ListLogEntriesRequest) -> bytes:
        assert request is REQUEST
        self.asked += 1
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, GoogleAPICallError):
            raise answer
        return answer

    def make_fetcher(self, patience: Patience | None = None) -> Fetcher:
        pace = Pace(self.clock.sleep, self.clock.monotonic, Random(7).random)
        return Fetcher(self, TokenBucket(600, pace), pace=pace, patience=patience or Patience())


def test_what_fails_for_a_moment_is_asked_eight_times_within_a_minute() -> None:
    service = Service(*[AWAY, InternalServerError("Internal error encountered.")] * 3, AWAY, b"page", AWAY)  # type: ignore[no-untyped-call]
    fetcher = service.make_fetcher()

    assert fetcher.fetch(REQUEST) == b"page"
    assert service.asked == 8
    with pytest.raises(ServiceUnavailable):
        fetcher.fetch(REQUEST)
    assert service.asked == 16
    assert 5 < service.clock.monotonic() < 125


def test_a_quota_that_is_gone_is_waited_for_as_long_as_patience_lasts() -> None:
    service = Service(FULL)

    with pytest.raises(ResourceExhausted):
        service.make_fetcher(Patience(quota_seconds=600)).fetch(REQUEST)

    assert 600 <= service.clock.monotonic() < 700
    assert 10 < service.asked < 60


def test_what_failed_for_good_is_not_waited_for_again_until_a_new_reading_begins() -> None:
    service = Service(AWAY)
    fetcher = service.make_fetcher()
    asked = []
    for begin in (False, False, True):
        if begin:
            fetcher.begin()
        before = service.asked
        with pytest.raises(ServiceUnavailable):
            fetcher.fetch(REQUEST)
        asked.append(service.asked - before)

    assert asked == [8, 1, 8]


@pytest.mark.parametrize("error", [InvalidArgument("page_token"), PermissionDenied("no"), NO_TOKEN], ids=repr)  # type: ignore[no-untyped-call]
def test_what_does_not_mend_itself_is_asked_once(error: GoogleAPICallError) -> None:
    service = Service(error)

    with pytest.raises(type(error)):
        service.make_fetcher().fetch(REQUEST)

    assert service.asked == 1


def test_a_request_that_is_not_taken_takes_no_hope_from_others() -> None:
    service = Service(InvalidArgument("page_token"), AWAY, b"page")  # type: ignore[no-untyped-call]
    fetcher = service.make_fetcher()
    with pytest.raises(InvalidArgument):
        fetcher.fetch(REQUEST)

    assert fetcher.fetch(REQUEST) == b"page"


def test_whoever_looks_on_has_no_patience() -> None:
    service = Service(FULL)

    with pytest.raises(ResourceExhausted):
        service.make_fetcher(IMPATIENT).fetch(REQUEST)

    assert service.asked == 1


def test_after_a_stop_nothing_is_asked() -> None:
    service = Service(b"page")
    fetcher = service.make_fetcher()
    fetcher.stopped.set()

    with pytest.raises(StoppedError, match=STOPPED):
        fetcher.fetch(REQUEST)
    assert service.asked == 0


def make_blocks(*blocks: bytes | Exception) -> Iterator[bytes]:
    for block in blocks:
        if isinstance(block, Exception):
            raise block
        yield block


def explain(error: Exception) -> str:
    return f"wrong: {type(error).__name__}"


@pytest.mark.parametrize("error", [AWAY, ValueError("damaged"), OSError("stopped")], ids=repr)
def test_a_stream_that_broke_stays_broken_and_is_never_whole(error: Exception) -> None:
    reader = LineReader(make_blocks(b"", b"one\n", error), explain)

    assert reader.read(2) + reader.read(9) == b"one\n"
    for _ in range(2):
        with pytest.raises(OSError, match=r"wrong|stopped"):
            reader.read(1)
    assert not reader.is_whole


def test_a_stream_says_when_somebody_begins_to_read_it_but_not_when_it_is_only_opened() -> None:
    begun: list[bool] = []
    reader = LineReader(make_blocks(b"one\n", b"", b"two\n"), explain, lambda: begun.append(True))

    reader.prime()
    assert begun == []
    assert b"".join(iter(lambda: reader.read(3), b"")) == b"one\ntwo\n"
    assert begun == [True]
    assert reader.is_whole


def test_messages_name_the_source() -> None:
    logs = Logs(Service(b"").make_fetcher(), "projects/garden", "logging://garden")

    assert "logging://garden" in logs.explain(AWAY)
