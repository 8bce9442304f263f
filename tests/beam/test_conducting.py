"""What is refused before a job begins, and what the end of a job is for whoever commits."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from threading import Event

import pytest

from log_gardener import flow, wiring
from log_gardener.config import Settings
from log_gardener.engines.beam.engine import BeamEngine
from log_gardener.engines.beam.streaming.conducting import Conductor
from log_gardener.engines.beam.streaming.shelf import Shelf
from log_gardener.errors import EngineError, UsageError
from log_gardener.model.worklog import Worklog
from log_gardener.ports import Request, Silence
from log_gardener.sections.sources import PubSubSettings
from tests.beam.streams import FOLLOWING, NOW, count_panes, make_sent
from tests.waiting import wait_until

ADDRESS = "pubsub://garden/logs"
ENTRIES = 20


@pytest.fixture(autouse=True)
def no_emulator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PUBSUB_EMULATOR_HOST", raising=False)


def conduct(*named: str, asked: Request = FOLLOWING, endpoint: str = "", **given: str) -> Conductor:
    settings = Settings(pubsub=PubSubSettings(endpoint=endpoint), beam=given)
    sources = wiring.make_sources(named or (ADDRESS,), settings, lambda: NOW)
    return wiring.make_conductor(settings, sources, asked, lambda: NOW)


def elsewhere(folder: Path, runner: str) -> Conductor:
    """A conductor of a job that is not on this machine, with panes that wait."""
    conductor = conduct(temp_location=str(folder), runner=f"tests.beam.runners.{runner}")
    count_panes(make_sent(ENTRIES, 1), conductor.source.shelf)
    return conductor


def watch(conductor: Conductor, state: Path, ended: Event) -> Iterator[Worklog]:
    parts = wiring.assemble(
        Settings(state=str(state)), [conductor.source], Silence(), lambda: NOW, engine=conductor.engine
    )
    return flow.watch(parts, conductor.list_requests(FOLLOWING, Silence(), ended, 0.1))


def test_a_runner_that_acknowledges_too_early_is_refused(tmp_path: Path) -> None:
    for runner in ("DirectRunner", "FnApiRunner", "PrismRunner"):
        with pytest.raises(UsageError, match=r"so that some would be lost: give --beam runner=DataflowRunner"):
            conduct(runner=runner, temp_location=str(tmp_path))


def test_for_an_emulator_a_runner_of_this_machine_will_do(tmp_path: Path) -> None:
    assert not conduct(endpoint="127.0.0.1:8085", temp_location=str(tmp_path)).job.is_apart


def test_panes_need_a_folder() -> None:
    with pytest.raises(UsageError, match=r"panes wait in a folder that all workers see: --beam temp_location=gs://"):
        conduct(runner="DataflowRunner")


@pytest.mark.parametrize("named", [("logging://garden",), ("-",), (ADDRESS, "pubsub://garden/more")])
def test_it_takes_one_subscription_and_nothing_else(named: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match=r"takes one pubsub://PROJECT/SUBSCRIPTION"):
        conduct(*named)


def test_messages_are_no_plain_text() -> None:
    with pytest.raises(UsageError, match="leave out --input text"):
        conduct(asked=Request(is_following=True, input="text"))


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("window", "soon", "'soon' is no length of time"),
        ("lateness", "0s", "must be more than zero"),
        ("slots", "0", "slots = 0: give 1 to 1,024"),
        ("slots", "many", "invalid literal"),
        ("windows", "5m", "knows no option windows; do you mean window"),
    ],
)
def test_terms_that_cannot_be_are_refused(name: str, value: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        conduct(temp_location="gs://b/t", runner="DataflowRunner", **{name: value})  # type: ignore[arg-type]


def test_terms_are_no_matter_where_files_are_read() -> None:
    BeamEngine({"window": "1m", "lateness": "2h", "slots": "4"})


def test_the_same_subscription_has_the_same_job_and_the_same_shelf_and_another_question_others(tmp_path: Path) -> None:
    make = partial(conduct, temp_location=str(tmp_path), runner="DataflowRunner")
    one, same, other = make(), make(), make(asked=Request(is_following=True, service="shop"))

    assert one.job.name == same.job.name
    assert one.source.shelf == same.source.shelf
    assert other.job.name != one.job.name
    assert other.source.shelf != one.source.shelf


def test_a_drained_job_ends_the_watch_when_its_panes_are_committed(tmp_path: Path) -> None:
    conductor = elsewhere(tmp_path, "Drained")

    worklogs = list(watch(conductor, tmp_path / "garden.db", Event()))

    assert sum(worklog.coverage.entries for worklog in worklogs) == ENTRIES
    assert conductor.source.shelf.list_panes() == []


@pytest.mark.parametrize(
    ("runner", "told"),
    [("Cancelled", "ended the job as CANCELLED"), ("Refused", "gave up: PermissionError: 403 caller has no")],
)
def test_a_job_that_fails_is_an_error_when_its_panes_are_committed(tmp_path: Path, runner: str, told: str) -> None:
    conductor = elsewhere(tmp_path, runner)
    slices: list[Worklog] = []

    with pytest.raises(EngineError, match=told):
        slices.extend(watch(conductor, tmp_path / "garden.db", Event()))

    assert conductor.source.shelf.list_panes() == []


def test_a_job_that_runs_already_is_taken_as_it_is(tmp_path: Path) -> None:
    conductor, ended = elsewhere(tmp_path, "Taken"), Event()
    slices = watch(conductor, tmp_path / "garden.db", ended)

    assert next(slices).coverage.entries == ENTRIES
    wait_until(lambda: conductor.job.has_ended() or conductor.job.is_taken)
    assert not conductor.job.has_ended()
    # Whoever has begun the job goes on to put panes there.
    count_panes(make_sent(ENTRIES + 5, 1), Shelf(conductor.source.shelf.path), run="b")
    assert next(slices).coverage.entries == 5
    ended.set()
    assert next(slices, None) is None


def test_what_a_runner_gets_reads_the_subscription_and_keeps_numbers_and_bytes_only(tmp_path: Path) -> None:
    conductor = conduct(temp_location=str(tmp_path), runner="tests.beam.runners.Drained")

    described = conductor.job.begun.lay().to_runner_api()

    parts = described.components
    (reading,) = [one for one in parts.transforms.values() if one.spec.urn == "beam:transform:pubsub_read:v1"]
    assert b"projects/garden/subscriptions/logs" in reading.spec.payload
    (grouping,) = [one for one in parts.transforms.values() if one.spec.urn == "beam:transform:group_by_key:v1"]
    (kept,) = [parts.pcollections[one] for one in grouping.inputs.values()]
    spelt = [parts.coders[one].spec.urn for one in parts.coders[kept.coder_id].component_coder_ids]
    assert spelt == ["beam:coder:varint:v1", "beam:coder:bytes:v1"]
