"""The job and its sink: the call is one that the tool takes, the settings are known, and it does not read itself."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from log_gardener.config import load_settings
from tests.deploy import terraform, words
from tests.docs.surface import check
from tests.fakes.logging_filter import parse_filter

HOURLY = terraform.read(terraform.TERRAFORM / "modules" / "hourly")
SINK = terraform.read(terraform.TERRAFORM / "modules" / "sink")
(JOB,) = [block for block in HOURLY.find("resource") if block.labels[0] == "google_cloud_run_v2_job"]
CONTAINER: Mapping[str, Any] = JOB.body["template"][0]["template"][0]["containers"][0]
READERS = [word for name, value in words.READER_OPTIONS.items() for word in ("--beam", f"{name}={value}")]


def read_text(spelt: str, **variables: str) -> str:
    """A text of Terraform's with its variables put in."""
    text: str = json.loads(spelt)
    for name, value in variables.items():
        text = text.replace(f"${{var.{name}}}", value)
    assert "${" not in text
    return text


def find_filters() -> dict[str, tuple[str, bool]]:
    """The filters of Cloud Logging by module, and whether what they match is what is left out."""
    (sink,) = [block for block in SINK.find("resource") if block.labels[0] == "google_logging_project_sink"]
    return {
        "hourly": (read_text(HOURLY.locals["own_output"], name="log-gardener"), False),
        "sink": (read_text(sink.body["exclusions"][0]["filter"], job="log-gardener"), True),
    }


def is_left_out(module: str, kind: str, labels: Mapping[str, str]) -> bool:
    text, is_exclusion = find_filters()[module]
    entry = {"severity": "ERROR", "resource": {"type": kind, "labels": dict(labels)}}
    return parse_filter(text).is_match(entry) is is_exclusion


@pytest.mark.parametrize("more", [[], ["--engine", "beam", *READERS]], ids=["hourly", "large"])
@pytest.mark.parametrize("tickets", [[], ["--apply"]], ids=["no tickets", "tickets"])
def test_the_job_calls_tend_with_what_it_takes(
    more: list[str], tickets: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert re.findall(r'"([^"]+)"', CONTAINER["args"]) == ["tend", "--since", "--output", "/worklogs", "--apply"]
    check(["tend", "gs://acme-logs/", "--since", "2h", "--output", "/worklogs", *tickets, *more])


def test_variables_of_the_job_are_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = {str(env["name"]).strip('"') for env in CONTAINER["env"]}
    names |= {f"LOG_GARDENER_{name}" for name in re.findall(r"(\w+) += ", HOURLY.locals["github_settings"])}
    names |= {f"LOG_GARDENER_{name}" for name in re.findall(r"(\w+) += ", HOURLY.locals["settings"])}
    (tmp_path / "key.pem").write_text("the key")
    monkeypatch.chdir(tmp_path)
    for name in names:
        monkeypatch.setenv(name, "key.pem" if name.endswith("_FILE") else name)

    settings = load_settings()

    assert names == {
        settings.state,
        settings.redaction_key.get_secret_value(),
        settings.logging.filter,
        settings.github.repository,
        settings.github.app_id,
        "LOG_GARDENER_GITHUB__APP_KEY_FILE",
    }
    assert settings.github.read_key() == "the key"


def test_the_key_of_github_is_where_its_secret_is_mounted() -> None:
    mounts = re.findall(r'mount_path = "(/secrets/\w+)"', HOURLY.text)
    files = re.findall(r'path += "([\w.-]+\.pem)"', HOURLY.text)

    assert f'"{mounts[0]}/{files[0]}"' in HOURLY.locals["github_settings"]


@pytest.mark.parametrize("module", ["hourly", "sink"])
@pytest.mark.parametrize(
    ("kind", "job"),
    [
        ("cloud_run_job", "log-gardener"),
        ("dataflow_step", "log-gardener"),
        ("dataflow_step", "log-gardener-0123abcd"),
    ],
)
def test_what_it_prints_itself_is_not_read(module: str, kind: str, job: str) -> None:
    assert is_left_out(module, kind, {"job_name": job})


@pytest.mark.parametrize("module", ["hourly", "sink"])
@pytest.mark.parametrize(
    ("kind", "labels"),
    [
        ("cloud_run_job", {"job_name": "invoices"}),
        ("cloud_run_job", {"job_name": "log-gardener-demo"}),
        ("dataflow_step", {"job_name": "beamapp-root-1127235959"}),
        ("cloud_run_revision", {"service_name": "log-gardener"}),
        ("cloud_run_revision", {}),
    ],
)
def test_what_others_print_is_read(module: str, kind: str, labels: dict[str, str]) -> None:
    assert not is_left_out(module, kind, labels)


def test_a_filter_of_the_users_does_not_let_its_own_output_in() -> None:
    (joined,) = re.findall(r': ("\$\{local\.own_output\} AND .+")', str(HOURLY.locals["settings"]))
    text = json.loads(joined).replace("${local.own_output}", find_filters()["hourly"][0])
    own = {"severity": "ERROR", "resource": {"type": "cloud_run_job", "labels": {"job_name": "log-gardener"}}}
    others = {"severity": "ERROR", "resource": {"type": "cloud_run_job", "labels": {"job_name": "invoices"}}}
    asked = parse_filter(text.replace("${local.own_filter}", "severity=ERROR OR severity=WARNING"))

    assert not asked.is_match(own)
    assert asked.is_match(others)
    assert not asked.is_match(others | {"severity": "INFO"})
