"""What would leave with a secret in it is stopped, whole, and said to be.

A rule that finds a word of our own stands for a fault of ours: redaction passes by, and the last look must not.
"""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from log_gardener import flow
from log_gardener._core import Redactor as CoreRedactor
from log_gardener.errors import LeakError
from log_gardener.ports import Request
from log_gardener.stages.redaction import Redactor
from tests.cli.command import NOW, entry, ndjson, run
from tests.cli.test_watch import append, read_until, watching
from tests.shape.house import PACKAGE
from tests.unit.entries import make_parts

# A severity is named by the log, and once more by us, as a constant.
OWN_WORD = '[[redaction.rules]]\nname = "own-word"\npattern = "WARNING"\nreason = "a fault of ours, for tests"\n'
NAME = "Mole"
MAIL = f"{NAME.lower()}@burrow.example.com"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(OWN_WORD, encoding="utf-8")
    return path


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    path = tmp_path / "logs.json"
    path.write_bytes(ndjson([entry(number, "the pot is dry", "WARNING") for number in range(3)]))
    return path


@pytest.mark.parametrize("form", ["md", "json", "html"])
def test_a_worklog_with_a_leak_is_not_written_and_its_run_is_remembered(
    tmp_path: Path, config: Path, logs: Path, form: str
) -> None:
    output, state = tmp_path / f"worklog.{form}", tmp_path / "garden.db"

    stopped = run("tend", logs, "--state", state, "--output", output, "--config", config, "--now", NOW)

    assert stopped.code == 1
    assert not output.exists()
    assert "the worklog is not written, because it holds what looks like a secret: own-word at " in stopped.err
    assert "The run is remembered" in stopped.err
    assert "redaction.allowed" in stopped.err
    assert [row["entries"] for row in run("runs", "--state", state, "--json").json] == [3]


def test_the_same_command_with_a_mended_configuration_writes_what_was_stopped_and_counts_nothing_twice(
    tmp_path: Path, config: Path, logs: Path
) -> None:
    output, state = tmp_path / "worklog.json", tmp_path / "garden.db"
    command = ("tend", logs, "--state", state, "--output", output, "--config", config, "--now", NOW)
    assert run(*command).code == 1

    config.write_text(OWN_WORD + '[redaction]\nallowed = ["WARNING"]\n', encoding="utf-8")
    mended = run(*command)

    assert mended.code == 0, mended.err
    assert [one["count"] for one in json.loads(output.read_bytes())["clusters"]] == [3]
    assert [one["count"] for one in run("issues", "list", "--state", state, "--json").json] == [3]


@pytest.mark.parametrize("form", ["markdown", "json", "html"])
def test_nothing_of_a_worklog_with_a_leak_goes_to_stdout(config: Path, logs: Path, form: str) -> None:
    stopped = run("tend", logs, "--state", ":memory:", "--output", "-", "--format", form, "--config", config)

    assert (stopped.code, stopped.out) == (1, b"")


def test_a_worklog_that_is_there_stays_where_a_new_one_is_stopped(tmp_path: Path, config: Path, logs: Path) -> None:
    output = tmp_path / "worklog.md"
    output.write_text("of yesterday", encoding="utf-8")

    assert run("tend", logs, "--state", ":memory:", "--output", output, "--config", config).code == 1
    assert output.read_text(encoding="utf-8") == "of yesterday"


def test_the_table_of_a_run_is_stopped_whole(tmp_path: Path, logs: Path) -> None:
    config = tmp_path / "table.toml"
    config.write_text(OWN_WORD.replace("WARNING", "entries analyzed"), encoding="utf-8")

    stopped = run("tend", logs, "--state", ":memory:", "--output", tmp_path / "x.json", "--config", config)

    assert stopped.code == 1
    assert "what would be shown is not written, because it holds what looks like a secret: own-word at" in stopped.err
    assert "pot" not in stopped.err
    assert "entries analyzed" not in stopped.err


def test_the_rows_of_assign_are_not_written_where_a_template_leaks(tmp_path: Path) -> None:
    class Faulty(Redactor):
        def text(self, text: str) -> str:
            return f"{text} {MAIL}"

    output = tmp_path / "rows.csv"
    parts = make_parts(ndjson([entry(1)]))
    object.__setattr__(parts, "redact", Faulty(b"key"))

    with pytest.raises(LeakError, match=r"email at 1:\d+ \(template r\d+:\w+\)") as stopped:
        flow.assign(parts, Request(), output)

    assert NAME.lower() not in str(stopped.value)
    assert not output.exists()


def test_a_run_is_not_repeated_under_other_rules_and_told_what_differs(tmp_path: Path, logs: Path) -> None:
    state, config = tmp_path / "garden.db", tmp_path / "rules.toml"
    repeat = ("tend", "--replay", 1, "--state", state, "--output", tmp_path / "again.md", "--config", config)
    config.write_text('redaction_key = "one"\n[redaction]\nallowed = ["help@example[.]com"]\n', encoding="utf-8")
    assert run("tend", logs, "--state", state, "--output", tmp_path / "x.md", "--config", config).code == 0
    assert run(*repeat).code == 0

    config.write_text('redaction_key = "one"\n', encoding="utf-8")
    other_rules = run(*repeat)
    config.write_text('redaction_key = "two"\n[redaction]\nallowed = ["help@example[.]com"]\n', encoding="utf-8")
    other_key = run(*repeat)
    config.write_text("", encoding="utf-8")
    other_both = run(*repeat)

    assert {other_rules.code, other_key.code, other_both.code} == {1}
    assert "with another redaction.rules or redaction.allowed;" in other_rules.err
    assert "with another redaction_key;" in other_key.err
    assert "with another redaction_key and redaction.rules or redaction.allowed;" in other_both.err


def test_a_slice_with_a_leak_is_held_back_and_the_watch_goes_on(tmp_path: Path, config: Path) -> None:
    path, state, err = tmp_path / "logs.json", tmp_path / "garden.db", tmp_path / "err"
    append(path, [entry(number, "the tap leaks badly", "WARNING") for number in range(2)])

    with watching(path, "--state", state, "--config", config, err=err) as process:
        wait_for(err, "a slice is not written")
        append(path, [entry(number) for number in range(2, 5)])
        shown = read_until(process, 3)
        process.send_signal(signal.SIGTERM)
        code = process.wait(20)

    told = err.read_text()
    assert code == 1
    assert sum(one["coverage"]["entries"] for one in shown) == 3
    assert "own-word at 1:" in told
    assert "It is remembered, and the watch goes on" in told
    assert "1 of them not shown" in told
    listed = run("issues", "list", "--json", "--state", state).json
    assert sorted(issue["count"] for issue in listed) == [2, 3]


def test_a_slice_with_a_leak_is_not_shown_in_the_terminal_either(tmp_path: Path, logs: Path) -> None:
    config, err = tmp_path / "table.toml", tmp_path / "err"
    config.write_text(OWN_WORD.replace("WARNING", "burrow[.]json: there"), encoding="utf-8")
    words = (logs, tmp_path / "burrow.json", "--state", tmp_path / "garden.db", "--config", config)

    with watching(*words, err=err, is_json=False) as process:
        wait_for(err, "a slice is not written, because it holds what looks like a secret: own-word at")
        process.send_signal(signal.SIGTERM)
        code = process.wait(60)

    told = err.read_text()
    assert code == 1
    assert "It is remembered, and the watch goes on" in told
    assert "there is no such file" not in told
    assert "pot" not in told


def wait_for(path: Path, text: str) -> None:
    """Until a file has a text; the command's own time limit ends it otherwise."""
    for _ in range(300):
        if text in path.read_text():
            return
        signal.sigtimedwait([], 0.1)
    raise AssertionError(path.read_text())


def test_ids_that_look_like_cards_stop_nothing(tmp_path: Path) -> None:
    number = "41111111" + "11111111"
    ids = {"spanId": number, "trace": f"projects/p/traces/{number}", "labels": {"instanceId": number}}
    logs, state, output = tmp_path / "logs.json", tmp_path / "garden.db", tmp_path / "worklog.md"
    logs.write_bytes(ndjson([entry(1, "order 17 failed after 9 ms", insertId=number) | ids]))

    told = run("tend", logs, "--state", state, "--output", output)
    (issue,) = run("issues", "list", "--state", state, "--json").json
    shown = [run("issues", "show", issue["id"], "--state", state, *form) for form in ((), ("--json",))]
    looked = run("doctor", "--leaks", "--state", state)

    assert {told.code, *(one.code for one in shown), looked.code} == {0}, told.err
    assert number in output.read_text(encoding="utf-8")
    assert f"values of entry {number}" in shown[0].out.decode()
    assert number in shown[1].out.decode()


def test_an_error_tells_no_secret_that_stands_in_it(tmp_path: Path) -> None:
    told = run("issues", "show", MAIL, "--state", tmp_path / "garden.db")

    assert told.code == 1
    assert "no issue" in told.err
    assert NAME.lower() not in told.err


def test_what_the_operator_named_is_shown_to_him_and_redacted_in_the_worklog(tmp_path: Path, logs: Path) -> None:
    # A name that is a path elsewhere, since nobody's home is ours to write to.
    inside, output = tmp_path / rf"C:\Users\{NAME}\logs.json", tmp_path / rf"C:\Users\{NAME}\worklog.json"
    inside.write_bytes(logs.read_bytes() + b"no json\n")

    told = run("tend", inside.name, "--state", ":memory:", "--output", output.name, cwd=tmp_path)

    document = output.read_text(encoding="utf-8")
    worklog = json.loads(document)
    assert told.code == 0, told.err
    assert f"worklog: {output.name}" in told.err
    assert worklog["sources"] == [rf"C:\Users\{CoreRedactor(b'log-gardener').whole('user', NAME)}\logs.json"]
    assert len(worklog["coverage"]["unusable_places"]["not JSON"]) == 1
    assert NAME not in document


def test_a_source_that_cannot_be_read_is_told_without_who_it_is_of(tmp_path: Path) -> None:
    missing = tmp_path / rf"C:\Users\{NAME}\logs.json"

    told = run("tend", missing.name, "--state", ":memory:", "--output", "-", "--format", "json", cwd=tmp_path)

    assert told.code == 3
    assert len(told.json["coverage"]["problems"]) == 1
    assert NAME not in told.out.decode()


_NO_NETWORK = """
import socket, sys
from log_gardener.cli import main

def refuse(*_):
    raise AssertionError("a connection was opened")

socket.socket.connect = socket.socket.connect_ex = refuse
socket.getaddrinfo = refuse
main()
"""


def test_nothing_is_asked_of_any_network_where_files_are_read(tmp_path: Path, logs: Path) -> None:
    state = tmp_path / "garden.db"
    commands = [
        ("tend", logs, "--state", state, "--output", tmp_path / "x.md"),
        ("issues", "list", "--state", state),
        ("doctor", logs, "--leaks", "--state", state),
        ("redact", logs, "--output", tmp_path / "clean.json"),
    ]

    for command in commands:
        ended = subprocess.run(
            [sys.executable, "-c", _NO_NETWORK, *map(str, command)], capture_output=True, check=False, timeout=120
        )
        assert ended.returncode == 0, ended.stderr


LOGGING = re.compile(r"^\s*(?:import|from) (?:logging|syslog|opentelemetry)\b", re.MULTILINE)


def test_nothing_is_logged_about_what_is_read() -> None:
    sources = {path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}

    assert len(sources) > 100
    # They silence others: PyGithub would log every answer, and Beam what its workers say.
    silencing = ["engines/beam/running.py", "engines/beam/streaming/job.py", "trackers/github/wire.py"]
    assert sorted(name for name, text in sources.items() if LOGGING.search(text)) == silencing
