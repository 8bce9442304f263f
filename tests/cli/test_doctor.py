"""The doctor tries all that a run needs, and tells what mends the rest."""

import json
import os
import pty
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from log_gardener.cli.doctor import _is_google, _try_all
from log_gardener.config import Settings
from log_gardener.model.coverage import Problem
from log_gardener.model.diagnosis import Diagnosis, Mark
from log_gardener.ports import Request, Source, Stream
from tests.cli.command import COMMAND, Ended, entry, ndjson, run
from tests.fakes.account_server import serving

LOGIN = "gcloud auth application-default login"


@pytest.fixture
def offline(tmp_path: Path) -> Iterator[list[str]]:
    """What to put before the command so that it runs on nobody's machine, off Google Cloud, whose proxy refuses."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nowhere = f"127.0.0.1:{closed.getsockname()[1]}"
        unset = ("GOOGLE_APPLICATION_CREDENTIALS", "PUBSUB_EMULATOR_HOST", "STORAGE_EMULATOR_HOST")
        named = {
            "HOME": tmp_path,
            "CLOUDSDK_CONFIG": tmp_path,
            "GCE_METADATA_IP": nowhere,
            "HTTPS_PROXY": f"http://{nowhere}",
            "NO_PROXY": "127.0.0.1",
        }
        yield ["env", *(f"-u{name}" for name in unset), *(f"{name}={value}" for name, value in named.items())]


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    path = tmp_path / "logs.json"
    path.write_bytes(ndjson([entry(1)]))
    return path


def ask(*arguments: object, prefix: list[str] | None = None) -> Ended:
    return run("doctor", *arguments, "--state", ":memory:", prefix=prefix or ())


def test_a_file_that_can_be_read_is_well(logs: Path) -> None:
    ended = ask(logs)

    assert (ended.code, ended.err) == (0, "")
    assert re.search(rb"^ok +read +1 file, \d+ bytes, last changed 20", ended.out, re.MULTILINE)
    assert b"mend" not in ended.out


def test_what_fails_ends_with_1_and_below_stands_what_mends_it(logs: Path) -> None:
    ended = ask(logs, "nowhere/a.json")
    lines = ended.out.decode().splitlines()

    assert ended.code == 1
    assert [line.split()[:2] for line in lines if line.startswith(("ok", "failed"))] == [
        ["ok", "soundness"],
        ["ok", "read"],
        ["failed", "read"],
    ]
    assert lines[-3:] == ["to mend what failed", "  nowhere/a.json: read", "    ls -l nowhere"]


def test_a_warning_is_told_and_fails_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty.json").touch()

    ended = ask(tmp_path / "empty.json")

    assert ended.code == 0
    assert re.search(rb"^warning +read +\S+empty.json is empty", ended.out, re.MULTILINE)


def test_a_glob_is_summed_up_and_only_what_fails_is_named(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.json").write_bytes(b"{}\n")
    (tmp_path / "lost.json").symlink_to(tmp_path / "nowhere")

    trials = ask(f"{tmp_path}/*.json", "--json").json["trials"]

    assert [(one["mark"], one["trial"]) for one in trials] == [("failed", "read"), ("ok", "read")]
    assert "lost.json: there is no such file" in trials[0]["detail"]
    assert trials[1]["detail"].startswith("3 files, 9 bytes")


def test_a_pipe_is_not_opened_since_whoever_writes_would_miss_what_was_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert ask(tmp_path / "pipe").code == 0


def test_json_has_the_state_and_every_trial() -> None:
    ended = ask("-", "nowhere.json", "--json")

    assert ended.code == 1
    assert ended.json["sound"] is True
    assert ended.json["trials"] == [
        {"source": "standard input", "trial": "read", "mark": "ok", "detail": "is read until it ends", "remedy": ""},
        {
            "source": "nowhere.json",
            "trial": "read",
            "mark": "failed",
            "detail": "nowhere.json: there is no such file",
            "remedy": "ls -l .",
        },
    ]


def test_a_folder_is_a_wrong_call(tmp_path: Path) -> None:
    assert ask(tmp_path).code == 2


def test_without_any_credentials_the_way_to_some_is_told_soon(offline: list[str]) -> None:
    began = time.monotonic()

    ended = ask("logging://shop", "gs://logs", prefix=offline)

    assert time.monotonic() - began < 30
    assert ended.code == 1
    assert ended.err == ""
    assert re.search(rb"^failed +clock +the proxy does not let Google's clock be reached", ended.out, re.MULTILINE)
    assert re.search(rb"^failed +credentials +there are no credentials to read Google Cloud", ended.out, re.MULTILINE)
    assert f"\n    {LOGIN}\n" in ended.out.decode()
    assert "\n    env | grep -i _proxy\n" in ended.out.decode()


def test_credentials_and_clock_are_tried_once_for_all_sources(offline: list[str]) -> None:
    trials = ask("logging://shop", "gs://logs", "pubsub://shop/logs", "--json", prefix=offline).json["trials"]

    google = [one["trial"] for one in trials if one["source"] == "Google Cloud"]
    assert google == ["clock", "credentials"]
    assert {one["source"] for one in trials} == {"Google Cloud", "logging://shop", "gs://logs", "pubsub://shop/logs"}


def test_whose_credentials_are_used_is_told(offline: list[str], tmp_path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with serving() as server:
        robot = {
            "type": "service_account",
            "client_email": "robot@shop.iam.gserviceaccount.com",
            "private_key": pem,
            "token_uri": f"{server.address}/token",
        }
        path = tmp_path / "key.json"
        path.write_text(json.dumps(robot), encoding="utf-8")
        named = [*offline, f"GOOGLE_APPLICATION_CREDENTIALS={path}"]
        trials = ask("logging://shop", "--json", prefix=named).json["trials"]

    told = {one["trial"]: one for one in trials if one["source"] == "Google Cloud"}
    assert told["credentials"]["detail"].endswith("service account robot@shop.iam.gserviceaccount.com")
    assert (told["access token"]["mark"], told["scopes"]["mark"]) == ("ok", "warning")


@pytest.mark.parametrize(
    ("name", "settings", "variables", "is_google"),
    [
        ("logging://shop", {}, {}, True),
        ("gs://logs", {}, {}, True),
        ("gs://logs", {}, {"STORAGE_EMULATOR_HOST": "http://storage:4443"}, False),
        ("pubsub://shop/logs", {}, {"PUBSUB_EMULATOR_HOST": "localhost:8085"}, False),
        ("logging://shop", {"logging": {"endpoint": "127.0.0.1:1"}}, {}, False),
        ("logging://shop", {"logging": {"endpoint": "logging-private.googleapis.com"}}, {}, True),
        ("bigquery://shop.logs.stderr", {"bigquery": {"endpoint": "localhost:1"}}, {}, False),
        ("logs.json", {}, {}, False),
        ("logging", {}, {}, False),
    ],
)
def test_an_emulator_needs_neither_credentials_nor_googles_clock(
    name: str, settings: Any, variables: dict[str, str], *, is_google: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("PUBSUB_EMULATOR_HOST", "STORAGE_EMULATOR_HOST"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)

    assert _is_google(name, Settings(**settings)) is is_google


def test_a_state_that_cannot_be_used_hides_no_trial(tmp_path: Path, logs: Path) -> None:
    (tmp_path / "g.db").write_bytes(b"no database at all" * 1000)

    ended = run("doctor", logs, "--state", tmp_path / "g.db")

    assert ended.code == 1
    assert re.search(rb"^ok +read +1 file", ended.out, re.MULTILINE)
    assert "g.db" in ended.err


def test_a_hostile_name_moves_no_cursor(tmp_path: Path) -> None:
    ended = ask(tmp_path / "a\x1b[2J\nb" / "c.json")

    assert b"\x1b" not in ended.out
    assert b"a [2J b/c.json: there is no such file" in ended.out
    assert ended.out.count(b"a [2J b") == 4


def test_in_a_terminal_there_is_a_table_with_colours_and_a_word_on_what_is_tried(logs: Path) -> None:
    shown = _run_in_terminal([str(COMMAND), "doctor", str(logs), "nowhere.json", "--state", ":memory:"])

    assert "trying what a run needs" in shown
    assert re.search(r"\x1b\[32mok +\x1b\[0m +read", shown)
    assert re.search(r"\x1b\[1;31mfailed *\x1b\[0m +read", shown)


def _run_in_terminal(command: list[str]) -> str:
    """What a command shows where it has a terminal."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100", "LINES": "40"}
    environment.pop("NO_COLOR", None)
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        shown = b"".join(iter(lambda: _read(ours), b""))
        process.wait(timeout=60)
    os.close(ours)
    return shown.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:
        # Linux's word for a terminal that nobody has open any more.
        return b""


class Breaking(Source):
    """A source whose trials break."""

    is_closed = False

    @property
    def name(self) -> str:
        return "breaking"

    def streams(self, request: Request, cursor: int | None = None) -> Iterator[Stream | Problem]:
        del request, cursor
        yield Problem(self.name, "never read")

    def diagnose(self) -> Iterator[Diagnosis]:
        yield Diagnosis("first", Mark.OK, "well")
        msg = "a payload"
        raise KeyError(msg)

    def close(self) -> None:
        self.is_closed = True


def test_a_trial_that_breaks_is_a_finding_and_the_others_go_on() -> None:
    first, second = Breaking(), Breaking()

    trials = [trial.diagnosis for trial in _try_all([first, second], Settings())]

    assert [one.mark for one in trials] == [Mark.OK, Mark.FAILED] * 2
    assert "payload" not in trials[1].detail + trials[1].remedy
    assert first.is_closed
    assert second.is_closed
