"""What becomes of a reading of Cloud Logging that cannot be done, or finds nothing: each has its own words."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from log_gardener.model.coverage import Probe, Problem
from log_gardener.model.diagnosis import Diagnosis, Mark
from log_gardener.model.instant import to_nanos
from log_gardener.ports import Request
from log_gardener.sources.cloud_logging.source import CloudLoggingSource, LoggingOptions
from tests.contracts.logging_garden import NAME, NOW, REQUEST, WINDOW, entry, make_source, take
from tests.fakes.logging_service import Fault, LoggingFake, Setting, State, serve_logging

HOUR = 3_600
OTHER = {"type": "cloud_run_revision", "labels": {"service_name": "cart"}}
VIEW = "projects/garden/locations/global/buckets/_Default/views/_AllLogs"

STATES = [
    (State.DENIED, "logging.logEntries.list is denied on logging://garden; roles/logging.viewer grants it"),
    (State.DISABLED, "gcloud services enable logging.googleapis.com --project="),
    (State.UNAUTHENTICATED, "gcloud auth application-default login"),
    (State.UNKNOWN, "there is no project garden"),
    (State.QUOTA_GONE, "is used up for logging://garden"),
]


@pytest.mark.parametrize(("state", "words"), STATES, ids=[state.name for state, _ in STATES])
def test_what_keeps_everything_from_being_read_is_told_once_with_what_to_do(state: State, words: str) -> None:
    with serve_logging([entry(1)]) as fake:
        fake.access.state = state
        source = make_source(fake)
        taken = take(source)
        probe = source.probe(REQUEST)

    assert [problem.source for problem in taken.harvest.problems] == [NAME]
    assert words in taken.reasons[0]
    assert (taken.counted, taken.cursor) == (0, None)
    assert isinstance(probe, Problem)
    assert words in probe.reason


@pytest.mark.parametrize(("state", "words"), STATES, ids=[state.name for state, _ in STATES])
def test_what_fails_in_the_middle_keeps_what_was_read(state: State, words: str) -> None:
    entries = [entry(at * 5) for at in range(HOUR // 5)]
    with serve_logging(entries, Setting(most_a_page=100)) as fake:
        _change_at(fake, 3, lambda: setattr(fake.access, "state", state))
        taken = take(make_source(fake, workers=1))

    # The fake counts a page against the quota before it makes it.
    assert taken.counted in {200, 300}
    assert [words in reason for reason in taken.reasons] == [True]
    assert taken.harvest.problems[0].source == f"{NAME} from 2025-09-24T19:00:00Z"
    assert taken.cursor is None


def _change_at(fake: LoggingFake, page: int, change: Callable[[], None]) -> None:
    """Do something before the page after so many more."""
    draw = fake.faults.draw
    pages = iter(range(page))

    def draw_and_change(question: str, *, has_token: bool):  # type: ignore[no-untyped-def] # noqa: ANN202 - as the fake's own
        drawn = draw(question, has_token=has_token)
        if next(pages, None) == page - 1:
            change()
        return drawn

    fake.faults.draw = draw_and_change  # type: ignore[method-assign] # a fault that the fake has not


def test_without_credentials_nothing_is_asked_and_the_command_that_makes_some_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    source = CloudLoggingSource(NAME, LoggingOptions(), lambda: NOW)

    (problem,) = source.streams(REQUEST)
    probe = source.probe(REQUEST)
    (diagnosis,) = source.diagnose()

    assert isinstance(problem, Problem)
    assert "gcloud auth application-default login" in problem.reason
    assert probe == problem
    assert (diagnosis.mark, "application-default login" in diagnosis.remedy) == (Mark.FAILED, True)


def test_a_service_that_cannot_be_reached_is_told_after_a_minute_or_so() -> None:
    with serve_logging() as fake:
        pass
    taken = take(make_source(fake))

    assert len(taken.reasons) == 1
    assert f"nothing answers at {fake.target}" in taken.reasons[0]


def test_a_network_that_goes_in_the_middle_is_waited_for_by_nobody_twice() -> None:
    entries = [entry(at * 5) for at in range(HOUR // 5)]
    with serve_logging(entries, Setting(most_a_page=100)) as fake:
        fake.faults.script(*[None] * 4, *[Fault.UNAVAILABLE] * 99)
        taken = take(make_source(fake))

        refused = [call for call in fake.journal.calls() if call.outcome == "UNAVAILABLE"]
    assert 0 < taken.counted < len(entries)
    assert 1 <= len(taken.reasons) <= 4
    assert len(refused) < 30


@pytest.mark.parametrize("own", ["severity>=", "nothing=1", "textPayload=a:b"])
def test_a_filter_that_cloud_logging_does_not_take_is_told_with_its_words(own: str) -> None:
    with serve_logging([entry(1)]) as fake:
        taken = take(make_source(fake, filter=own))

        assert len(fake.journal.calls()) == 1
    assert len(taken.reasons) == 1
    assert "Unparseable filter" in taken.reasons[0]


def test_no_message_holds_what_an_entry_says() -> None:
    with serve_logging(
        [entry(1, textPayload="hunter2"), *(entry(at + 2, textPayload="hunter2") for at in range(20))]
    ) as fake:
        source = make_source(fake)
        taken = take(source)
        told = [*taken.reasons, source.find_progress().note, str(source.probe(REQUEST)), *map(str, source.diagnose())]

    assert taken.counted == 21
    assert "hunter2" not in "".join(told)


def probe(entries: list[dict[str, object]], service: str | None = None, own: str = "") -> Probe:
    with serve_logging(entries) as fake:
        fake.faults.script(Fault.EMPTY, Fault.UNAVAILABLE, Fault.EMPTY)
        found = make_source(fake, filter=own).probe(Request(window=WINDOW, service=service))

        assert all(call.is_bounded for call in fake.journal.calls())
    assert isinstance(found, Probe)
    return found


def test_an_entry_of_any_severity_in_the_window_shows_that_logs_arrive() -> None:
    found = probe([entry(7), entry(9, severity="DEBUG"), entry(HOUR + 1)], own="severity>=ERROR")

    assert (found.is_arriving, found.newest_nanos) == (True, WINDOW.nanos[0] + 9 * 10**9)


def test_an_entry_of_another_service_shows_nothing_of_one_that_never_wrote() -> None:
    found = probe([entry(9, resource=OTHER)], "shop")

    assert not found.is_arriving
    assert "logs arrive, and none of 30 days are of shop: is the name right?" in found.detail


def test_a_service_that_wrote_before_while_others_write_is_only_quiet() -> None:
    found = probe([entry(9, resource=OTHER), entry(-5 * 24 * HOUR)], "shop")

    assert found.is_arriving
    assert found.newest_nanos == to_nanos(WINDOW.start - timedelta(days=5))
    assert "it last wrote at 2025-09-19T19:00:00Z" in found.detail


@pytest.mark.parametrize("service", [None, "shop"])
def test_a_window_without_any_entry_shows_nothing(service: str | None) -> None:
    before, never = probe([entry(-24 * HOUR)], service), probe([entry(-40 * 24 * HOUR)], service)

    assert (before.is_arriving, never.is_arriving) == (False, False)
    assert "the newest is of 2025-09-23T19:00:00Z" in before.detail
    assert (before.newest_nanos, never.newest_nanos) == (to_nanos(WINDOW.start - timedelta(days=1)), None)
    assert "none of 30 days either" in never.detail


def diagnose(fake: LoggingFake, address: str = NAME) -> dict[str, Diagnosis]:
    return {one.subject: one for one in make_source(fake, address=address).diagnose()}


def test_a_diagnosis_tries_all_that_reading_needs() -> None:
    sink = {"name": "archive", "destination": "storage.googleapis.com/garden-logs"}
    with serve_logging([entry(HOUR - 60)], Setting(sinks={"projects/garden": (sink,)})) as fake:
        found = diagnose(fake)

    assert {one.mark for one in found.values()} == {Mark.OK}
    assert list(found) == ["read log entries", "newest entry", "read private logs", "list sinks", "quota"]
    assert found["newest entry"].detail == "1 h old"
    assert "archive to storage.googleapis.com/garden-logs" in found["list sinks"].detail


@pytest.mark.parametrize(
    ("permission", "subject", "mark", "role"),
    [
        ("logging.logEntries.list", "read log entries", Mark.FAILED, "roles/logging.viewer"),
        ("logging.views.access", "read private logs", Mark.WARNING, "roles/logging.privateLogViewer"),
        ("logging.sinks.list", "list sinks", Mark.WARNING, "roles/logging.viewer"),
    ],
)
def test_each_missing_permission_is_told_with_the_command_that_grants_it(
    permission: str, subject: str, mark: Mark, role: str
) -> None:
    with serve_logging([entry(1)]) as fake:
        fake.access.denied = {permission}
        found = diagnose(fake)

    assert {one.subject for one in found.values() if one.mark is not Mark.OK} == {subject}
    assert found[subject].mark is mark
    assert found[subject].remedy.startswith("gcloud projects add-iam-policy-binding garden --member=")
    assert found[subject].remedy.endswith(f"--role={role}")


def test_a_view_that_may_not_be_read_is_told_with_the_command_that_grants_it() -> None:
    with serve_logging([entry(1)]) as fake:
        whole = diagnose(fake, f"logging://{VIEW}")
        fake.access.denied = {"logging.views.access"}
        found = diagnose(fake, f"logging://{VIEW}")

    assert {one.mark for one in whole.values()} == {Mark.OK}
    assert "logging.views.access is granted" in whole["read log entries"].detail
    assert found["read log entries"].remedy.startswith("gcloud logging views add-iam-policy-binding _AllLogs")


@pytest.mark.parametrize(("state", "words"), STATES[1:], ids=[state.name for state, _ in STATES[1:]])
def test_a_diagnosis_ends_with_what_keeps_everything_from_working(state: State, words: str) -> None:
    with serve_logging([entry(1)]) as fake:
        fake.access.state = state
        (found,) = diagnose(fake).values()

        assert len(fake.journal.calls()) <= 2
    assert found.mark is Mark.FAILED
    assert words in f"{found.detail}: {found.remedy}"


def test_a_diagnosis_tells_that_the_quota_was_used_up_and_that_nothing_is_written() -> None:
    with serve_logging() as fake:
        source = make_source(fake)
        fake.faults.script(Fault.EXHAUSTED)
        take(source)
        found = {one.subject: one for one in source.diagnose()}

    assert found["quota"].mark is Mark.WARNING
    assert "1 refused just now" in found["quota"].detail
    assert found["newest entry"].mark is Mark.WARNING
    assert found["newest entry"].remedy.endswith("gcloud logging logs list --project=garden")


def test_importing_the_tool_imports_no_client_of_google() -> None:
    code = "import sys, log_gardener, log_gardener.wiring; sys.exit('google' in sys.modules or 'grpc' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
