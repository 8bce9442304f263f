"""The Flex Template: what it says it takes, what its program reads, and what it calls are one."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from deploy.dataflow import template
from log_gardener.cli.options import InputFormat
from log_gardener.config import load_settings
from log_gardener.model.severity import Severity
from tests.deploy import terraform, words
from tests.docs.pages import ROOT
from tests.docs.surface import check, find_commands, find_options

METADATA = json.loads((ROOT / "deploy" / "dataflow" / "metadata.json").read_text(encoding="utf-8"))
PARAMETERS: dict[str, dict[str, Any]] = {row["name"]: row for row in METADATA["parameters"]}
MODULE = terraform.read(terraform.TERRAFORM / "modules" / "dataflow")
FOLDER = Path("/garden")

NEEDED = {
    "sources": "gs://acme-logs/ gs://acme-more/a/",
    "output": "gs://acme-worklogs/",
    "state_secret": "projects/acme/secrets/state/versions/latest",
    "reader_account": "readers@acme.iam.gserviceaccount.com",
}
ALL = NEEDED | {
    "since": "26h",
    "until": "2025-09-14T20:30:00Z",
    "service": "checkout",
    "severity": "WARNING",
    "input": "json",
    "config": "gs://acme-config/log-gardener.toml",
    "redaction_key_secret": "projects/acme/secrets/key/versions/3",
    "github_key_secret": "projects/acme/secrets/github/versions/3",
    "apply": "true",
    "reader_options": "max_num_workers=20 machine_type=e2-standard-4",
}
INHERITED = {
    "project": "acme",
    "region": "europe-west1",
    "temp_location": "gs://acme-temp/garden",
    "sdk_container_image": "europe-docker.pkg.dev/acme/garden/worker:0.1.0",
    "staging_location": "gs://acme-temp/staging",
}


def parse(parameters: dict[str, str]) -> dict[str, str]:
    spelt = [f"--{name}={value}" for name, value in (parameters | INHERITED).items()]
    given, _ = template.make_parser().parse_known_args(spelt)
    return vars(given)


def make_command(parameters: dict[str, str]) -> list[str]:
    given = parse(parameters)
    command = template.make_command(given, template.find_reader_options(given, INHERITED), FOLDER)
    assert command[:3] == [sys.executable, "-m", "log_gardener"]
    return command[3:]


def takes(name: str, value: str) -> bool:
    """Whether Dataflow would hand on this value of a parameter."""
    return all(re.fullmatch(one, value) for one in PARAMETERS[name].get("regexes", []))


def test_a_parameter_says_what_google_asks_for_and_nothing_that_it_does_not_know() -> None:
    known = {"name", "label", "helpText", "isOptional", "paramType", "regexes"}

    assert {"name", "description", "parameters"} == set(METADATA)
    assert [row for row in PARAMETERS.values() if not known - {"regexes"} <= set(row) <= known] == []
    assert len(PARAMETERS) == len(METADATA["parameters"])


def test_what_the_metadata_name_is_what_the_program_reads() -> None:
    read = {*template.REQUIRED, *template.OPTIONAL, *template.INHERITED}
    from_launch = {"project", "region", "temp_location"}

    assert set(PARAMETERS) == read - from_launch


def test_what_the_metadata_ask_for_is_what_the_program_cannot_do_without() -> None:
    asked = {name for name, row in PARAMETERS.items() if not row["isOptional"]}

    # Beam's own option, which this image needs and Beam does not.
    assert asked == {*template.REQUIRED, "sdk_container_image"}


@pytest.mark.parametrize("name", template.REQUIRED)
def test_without_a_needed_parameter_there_is_no_run(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse({other: value for other, value in NEEDED.items() if other != name})

    assert f"--{name}" in capsys.readouterr().err


@pytest.mark.parametrize("name", template.OPTIONAL)
def test_a_parameter_that_may_be_left_out_may_be_empty(name: str) -> None:
    assert takes(name, "")
    assert parse(NEEDED)[name] == ""


@pytest.mark.parametrize("name", sorted(ALL))
def test_what_is_right_passes(name: str) -> None:
    assert takes(name, ALL[name])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sources", "logging://acme"),
        ("sources", "gs://a/,gs://b/"),
        ("output", "/worklogs"),
        ("state_secret", "postgresql://gardener:secret@10.0.0.5/garden"),
        ("state_secret", "projects/acme/secrets/state"),
        ("reader_account", "somebody@example.com"),
        ("sdk_container_image", "europe-docker.pkg.dev/acme/garden/worker"),
        ("since", "yesterday"),
        ("until", "14.9.2025"),
        ("severity", "warning"),
        ("input", "xml"),
        ("config", "log-gardener.toml"),
        ("apply", "yes"),
        ("reader_options", "max_num_workers"),
        ("reader_options", "--max_num_workers=3"),
    ],
)
def test_what_is_wrong_is_refused_before_a_machine_starts(name: str, value: str) -> None:
    assert not takes(name, value)


@pytest.mark.parametrize("severity", Severity)
def test_every_severity_passes(severity: Severity) -> None:
    assert takes("severity", severity)


@pytest.mark.parametrize("layout", InputFormat)
def test_every_layout_passes(layout: InputFormat) -> None:
    assert takes("input", layout)


@pytest.mark.parametrize("parameters", [NEEDED, ALL], ids=["needed", "all"])
def test_the_call_is_one_that_tend_takes(
    parameters: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    check(make_command(parameters))


def test_what_is_passed_on_is_an_option_of_tend() -> None:
    assert {f"--{name}" for name in template.PASSED_ON} <= set(find_options(find_commands()["tend"]))


def test_the_needed_parameters_become_the_least_call() -> None:
    assert make_command(NEEDED) == [
        *("tend", "gs://acme-logs/", "gs://acme-more/a/", "--engine", "beam"),
        *("--beam", "runner=DataflowRunner"),
        *("--beam", "sdk_location=container"),
        *("--beam", "project=acme"),
        *("--beam", "region=europe-west1"),
        *("--beam", "temp_location=gs://acme-temp/garden"),
        *("--beam", "sdk_container_image=europe-docker.pkg.dev/acme/garden/worker:0.1.0"),
        *("--beam", "service_account_email=readers@acme.iam.gserviceaccount.com"),
        "--output=/garden/worklogs/",
    ]


def test_all_parameters_are_in_the_call_but_secrets() -> None:
    command = make_command(ALL)

    assert command[-8:-5] == ["--since=26h", "--until=2025-09-14T20:30:00Z", "--service=checkout"]
    assert command[-5:-2] == ["--severity=WARNING", "--input=json", "--output=/garden/worklogs/"]
    assert command[-2:] == ["--config=/garden/log-gardener.toml", "--apply"]
    assert {"max_num_workers=20", "machine_type=e2-standard-4"} <= set(command)
    assert not [word for word in command if "secret" in word]


def test_only_true_files_tickets() -> None:
    assert "--apply" not in make_command(ALL | {"apply": "false"})


def test_options_of_the_readers_win_over_those_of_the_job_but_not_over_their_account() -> None:
    given = parse(
        NEEDED | {"reader_options": "region=us-east1 service_account_email=owner@acme.iam.gserviceaccount.com"}
    )
    options = template.find_reader_options(given, INHERITED)

    assert options["region"] == "us-east1"
    assert options["service_account_email"] == NEEDED["reader_account"]


def test_an_option_of_the_readers_without_a_value_is_refused() -> None:
    with pytest.raises(ValueError, match="max_num_workers has no value"):
        template.find_reader_options(parse(NEEDED | {"reader_options": "max_num_workers"}), INHERITED)


def test_what_is_secret_is_where_the_settings_look_for_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for variable in template.SECRETS.values():
        monkeypatch.setenv(variable, f"held in {variable}")

    settings = load_settings()

    held = {settings.state, settings.redaction_key.get_secret_value(), settings.github.read_key()}
    assert held == {f"held in {variable}" for variable in template.SECRETS.values()}


def test_the_schedule_launches_with_parameters_that_pass() -> None:
    parameters = words.LAUNCH["parameters"]

    assert set(template.REQUIRED) <= set(parameters) <= set(PARAMETERS)
    assert [name for name, value in parameters.items() if not takes(name, value)] == []


@pytest.mark.parametrize(
    ("local", "names"),
    [
        ("options", set(words.READER_OPTIONS)),
        ("launch", {"launchParameter", *words.LAUNCH, *words.LAUNCH["parameters"], *words.LAUNCH["environment"]}),
    ],
)
def test_what_is_tried_is_what_terraform_says(local: str, names: set[str]) -> None:
    assert set(re.findall(r"(?<![\w.])(\w+) = ", MODULE.locals[local])) == names
