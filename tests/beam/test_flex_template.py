"""The program of the Flex Template, run as Google's launcher runs it, with workers that are other processes."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from apache_beam.options.pipeline_options import GoogleCloudOptions, WorkerOptions
from google.cloud.dataflow_v1beta3.types import LaunchFlexTemplateParameter, TemplateMetadata
from google.protobuf.json_format import ParseError

from log_gardener import wiring
from log_gardener.config import Settings
from log_gardener.engines.beam.engine import BeamEngine
from log_gardener.engines.beam.options import make_options
from tests.deploy.words import LAUNCH, READER_OPTIONS
from tests.fakes.secret_server import serve_secrets

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
NOW = "2025-09-15T00:00:00Z"
VERSION = "projects/p/secrets/{}/versions/1"
KEY = "a key that nobody else has"
PLANTED = "hunter2x9"
LINE = {
    "insertId": "a",
    "timestamp": "2025-09-14T10:00:00Z",
    "severity": "ERROR",
    "textPayload": f"login failed, password={PLANTED}",
}

# What stands between a worker and Google: the client is the real one, its channel ends on this machine.
_CLIENT = """
import sys
if "apache_beam.runners.worker.sdk_worker_main" in sys.orig_argv:
    import functools, grpc
    from google.cloud import secretmanager
    from google.cloud.secretmanager_v1.services.secret_manager_service import transports
    transport = transports.SecretManagerServiceGrpcTransport(channel=grpc.insecure_channel({address!r}))
    secretmanager.SecretManagerServiceClient = functools.partial(
        secretmanager.SecretManagerServiceClient, transport=transport
    )
"""


@dataclass(frozen=True)
class Bench:
    """A folder with logs, and Secret Manager beside it."""

    folder: Path
    environment: Mapping[str, str]

    def launch(self, **parameters: str) -> "subprocess.CompletedProcess[str]":
        """Run the program, and the job that it starts, to the end."""
        given = {
            "sources": str(self.folder / "logs.json"),
            "output": str(self.folder / "out"),
            "state_secret": VERSION.format("state"),
            "redaction_key_secret": VERSION.format("key"),
            "reader_account": "readers@p.iam.gserviceaccount.com",
            "reader_options": "runner=FnApiRunner",
            "temp_location": str(self.folder / "temp"),
            "runner": "FnApiRunner",
            "direct_running_mode": "multi_processing",
            "direct_num_workers": "1",
        } | parameters
        words = [f"--{name}={value}" for name, value in given.items()]
        return self.run(str(DEPLOY / "dataflow" / "template.py"), *words)

    def run(self, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
        """Run Python with these words."""
        command = [sys.executable, *words]
        environment = {**self.environment, **more}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("template")
    (folder / "logs.json").write_text(json.dumps(LINE) + "\n")
    (folder / "site").mkdir()
    held = {VERSION.format("state"): f"{folder / 'garden.db'}\n", VERSION.format("key"): KEY}
    with serve_secrets(held) as address:
        (folder / "site" / "sitecustomize.py").write_text(_CLIENT.format(address=address))
        path = os.pathsep.join(filter(None, [str(folder / "site"), os.environ.get("PYTHONPATH")]))
        yield Bench(folder, {**os.environ, "PYTHONPATH": path, "LOG_GARDENER_NOW": NOW})


@pytest.fixture(scope="module")
def ended(bench: Bench) -> "subprocess.CompletedProcess[str]":
    """A job that has come to its end."""
    return bench.launch()


def read(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_job_brings_the_worklog_of_one_machine(bench: Bench, ended: "subprocess.CompletedProcess[str]") -> None:
    words = ["-m", "log_gardener", "tend", str(bench.folder / "logs.json"), "--state", ":memory:"]
    bench.run(*words, "--output", f"{bench.folder / 'local'}/", LOG_GARDENER_REDACTION_KEY=KEY)

    assert ended.returncode == 0, ended.stderr
    assert read(bench.folder / "out") == read(bench.folder / "local") != {}


def test_the_job_remembers_in_the_state_that_the_secret_names(
    bench: Bench, ended: "subprocess.CompletedProcess[str]"
) -> None:
    assert ended.returncode == 0, ended.stderr
    assert len(wiring.make_store(Settings(state=str(bench.folder / "garden.db"))).list_issues()) == 1


def test_no_secret_is_told(bench: Bench, ended: "subprocess.CompletedProcess[str]") -> None:
    told = ended.stdout + ended.stderr + str(read(bench.folder / "out"))

    assert "login failed" in told
    assert KEY not in told
    assert PLANTED not in told


def test_a_run_that_fails_fails_the_job_with_its_last_words(bench: Bench) -> None:
    (bench.folder / "own.toml").write_text("no_such_setting = 1\n")

    ended = bench.launch(config=str(bench.folder / "own.toml"))

    assert ended.returncode != 0
    assert "log-gardener tend ended with exit code 2: no_such_setting: Extra inputs" in ended.stderr


def test_a_secret_that_is_not_there_fails_the_job(bench: Bench) -> None:
    ended = bench.launch(state_secret=VERSION.format("none"))

    assert ended.returncode != 0
    assert "secrets/none/versions/1] not found" in ended.stderr


def test_googles_own_client_knows_all_that_the_metadata_say() -> None:
    metadata = TemplateMetadata.from_json((DEPLOY / "dataflow" / "metadata.json").read_text(encoding="utf-8"))

    assert [one.name for one in metadata.parameters if not (one.name and one.label and one.help_text)] == []
    assert metadata.name
    assert metadata.description


def test_googles_own_client_knows_all_that_the_schedule_sends() -> None:
    launch = LaunchFlexTemplateParameter.from_json(json.dumps(LAUNCH))

    assert launch.environment.max_workers == 1
    assert dict(launch.parameters) == LAUNCH["parameters"]


@pytest.mark.parametrize(
    "parameter", [{"name": "b", "helptext": "c"}, {"name": "b", "paramType": "FOLDER"}], ids=["field", "type"]
)
def test_googles_own_client_refuses_what_the_service_does_not_know(parameter: dict[str, str]) -> None:
    with pytest.raises(ParseError):
        TemplateMetadata.from_json(json.dumps({"name": "a", "parameters": [parameter]}))


def test_beam_takes_all_options_that_terraform_gives_the_readers_as_they_are_meant() -> None:
    options = make_options(READER_OPTIONS)
    workers, cloud = options.view_as(WorkerOptions), options.view_as(GoogleCloudOptions)

    assert BeamEngine(READER_OPTIONS)._given.items() >= READER_OPTIONS.items()
    assert workers.use_public_ips is False
    assert workers.max_num_workers == 10
    assert workers.subnetwork == READER_OPTIONS["subnetwork"]
    assert workers.sdk_container_image == READER_OPTIONS["sdk_container_image"]
    assert cloud.service_account_email == READER_OPTIONS["service_account_email"]


@pytest.mark.parametrize("module", ["hourly", "sink"])
def test_what_a_job_of_the_engine_says_is_left_out_of_what_is_read(module: str) -> None:
    text = (DEPLOY / "terraform" / "modules" / module / "main.tf").read_text(encoding="utf-8")
    (names,) = re.findall(r'job_name=~\\"(\S+)\\"', text)
    pattern = re.sub(r"\$\{var\.\w+\}", "log-gardener", names)

    assert re.search(pattern, BeamEngine({})._given["job_name"])
    assert re.search(pattern, "log-gardener")
    assert not re.search(pattern, "beamapp-root-1127235959-000000-abcdefgh")
