"""The clock of a machine is compared with that of a server of Google."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from log_gardener.model.diagnosis import Mark
from log_gardener.sources.google.clock_skew import diagnose_clock, judge_clock
from tests.fakes.account_server import AccountServer, serving

NOW = datetime(2025, 9, 15, 12, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[AccountServer]:
    with serving() as one:
        one.date = format_datetime(NOW, usegmt=True)
        yield one


@pytest.mark.parametrize(
    ("ahead", "mark", "told"),
    [
        (timedelta(), Mark.OK, "within a second of Google's"),
        (timedelta(seconds=1), Mark.OK, "within a second of Google's"),
        (timedelta(seconds=-3), Mark.OK, "4 s behind Google's"),
        (timedelta(seconds=5), Mark.OK, "4 s ahead of Google's"),
        (timedelta(seconds=6), Mark.WARNING, "6 s ahead of Google's, so that windows are cut"),
        (timedelta(minutes=-5), Mark.FAILED, "5 min behind Google's, so that Google refuses signed requests"),
        (timedelta(minutes=4), Mark.WARNING, "4 min ahead of Google's"),
        (timedelta(days=-400), Mark.FAILED, "9,600 h behind Google's"),
    ],
)
def test_a_clock_is_judged_by_how_far_it_is_off(
    ahead: timedelta, mark: Mark, told: str, *, server: AccountServer
) -> None:
    found = diagnose_clock(lambda: NOW + ahead, server.address)

    assert (found.subject, found.mark) == ("clock", mark)
    assert found.detail.startswith(told)
    assert bool(found.remedy) == (mark is not Mark.OK)
    assert [method for method, _, _ in server.asked] == ["HEAD"]


def test_a_clock_that_is_off_is_mended_by_a_command(server: AccountServer) -> None:
    found = diagnose_clock(lambda: NOW + timedelta(hours=1), server.address)

    assert found.remedy.startswith("sudo timedatectl set-ntp true")


def test_an_answer_that_took_long_is_no_proof_of_a_wrong_clock() -> None:
    told = NOW + timedelta(seconds=18)

    slow = judge_clock(NOW, NOW + timedelta(seconds=20), told)
    soon = judge_clock(NOW, NOW + timedelta(seconds=2), told)

    assert slow.mark is Mark.OK
    assert soon.mark is Mark.WARNING


def test_a_server_that_does_not_tell_its_time_shows_nothing(server: AccountServer) -> None:
    server.date = ""

    found = diagnose_clock(lambda: NOW, server.address)

    assert found.mark is Mark.WARNING
    assert "does not tell its time" in found.detail


def test_a_server_that_tells_nonsense_shows_nothing(server: AccountServer) -> None:
    server.date = "yesterday"

    assert diagnose_clock(lambda: NOW, server.address).mark is Mark.WARNING


def test_a_server_that_is_not_reached_is_told_with_what_to_do() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/"

        found = diagnose_clock(lambda: NOW, address)

    assert found.mark is Mark.FAILED
    assert "127.0.0.1" in found.detail
    assert found.remedy
