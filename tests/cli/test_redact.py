"""`redact`, as a filter between other programs."""

import gzip
import json
import os
import pty
import select
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from log_gardener._core import Redactor
from tests.cli.command import COMMAND, entry, ndjson, run

MAIL = "mole@burrow.example.com"
TOKEN = "ghp" + "_" + "q7Zt2LmN9xKd4RwB8sVh1Yc6Pf3Gj5Ua0EoT"
LINES = f"the pot is dry\n{MAIL} may not\ntoken {TOKEN}, twice {TOKEN}\n".encode()
KEY = b"log-gardener"

# So long a line may take to come through.
PATIENCE_SECONDS = 20


def clean(text: bytes) -> bytes:
    return "".join(Redactor(KEY).text(line) for line in text.decode().splitlines(keepends=True)).encode()


def test_a_pipe_comes_out_without_its_secrets_and_else_as_it_was() -> None:
    ended = run("redact", stdin=LINES)

    assert ended.code == 0, ended.err
    assert ended.out == clean(LINES)
    assert ended.out.startswith(b"the pot is dry\n<email:")
    assert MAIL.encode() not in ended.out
    assert TOKEN.encode() not in ended.out


def test_the_account_is_one_line_on_stderr() -> None:
    ended = run("redact", "-", stdin=LINES)

    assert ended.err == f"3 lines, {len(LINES)} bytes: 3 replaced (2 github-token, 1 email)\n"


def test_the_account_as_json_is_on_stderr_since_the_lines_are_on_stdout() -> None:
    ended = run("redact", "--json", stdin=LINES)

    assert ended.out == clean(LINES)
    assert json.loads(ended.err) == {
        "lines": 3,
        "bytes": len(LINES),
        "replaced": {"email": 1, "github-token": 2},
    }


def test_nothing_comes_out_of_nothing() -> None:
    ended = run("redact", stdin=b"")

    assert (ended.code, ended.out, ended.err) == (0, b"", "0 lines, 0 bytes: 0 replaced\n")


def test_what_holds_no_secret_stays_to_the_byte() -> None:
    kept = b'\xff\xfe not UTF-8\r\n\r\n  {"spaced" :  1}\x00\nno end of line'

    assert run("redact", stdin=kept).out == kept


def test_several_files_come_out_one_after_another_and_are_summed(tmp_path: Path) -> None:
    first, second = tmp_path / "first.log", tmp_path / "second.log"
    first.write_bytes(LINES)
    second.write_bytes(b"again " + LINES)

    ended = run("redact", first, "-", second, "--json", stdin=b"between\n")

    assert ended.out == clean(LINES) + b"between\n" + clean(b"again " + LINES)
    assert json.loads(ended.err)["replaced"] == {"email": 2, "github-token": 4}
    assert json.loads(ended.err)["lines"] == 7


@pytest.mark.parametrize("form", ["gzip", "zstd"])
def test_a_packed_file_is_told_by_its_content_and_comes_out_unpacked(tmp_path: Path, form: str) -> None:
    if form == "zstd" and shutil.which("zstd") is None:
        pytest.skip("no zstd command on this machine")
    packed = tmp_path / "logs"
    command = ["zstd", "-c"]
    packed.write_bytes(
        gzip.compress(LINES)
        if form == "gzip"
        else subprocess.run(command, input=LINES, capture_output=True, check=True).stdout
    )

    assert run("redact", packed).out == clean(LINES)
    assert run("redact", stdin=packed.read_bytes()).out == clean(LINES)


def test_the_names_of_members_tell_of_secrets_in_json() -> None:
    logs = ndjson([entry(1, jsonPayload={"user": {"name": "x", "password": "mole4burrow"}})])

    ended = run("redact", stdin=logs)

    (line,) = ended.out.splitlines()
    assert json.loads(line)["jsonPayload"]["user"]["password"].startswith("<password:")
    assert json.loads(line)["jsonPayload"]["user"]["name"] == "x"


def test_a_file_is_written_whole_with_the_account_where_it_always_is(tmp_path: Path) -> None:
    output = tmp_path / "folder" / "clean.log"

    ended = run("redact", "--output", output, stdin=LINES)

    assert (ended.code, ended.out) == (0, b"")
    assert output.read_bytes() == clean(LINES)
    assert "3 replaced" in ended.err


def test_a_file_may_be_replaced_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "logs"
    path.write_bytes(LINES)

    assert run("redact", path, "--output", path).code == 0
    assert path.read_bytes() == clean(LINES)


def test_a_device_is_written_to(tmp_path: Path) -> None:
    del tmp_path
    assert run("redact", "--output", "/dev/null", stdin=LINES).code == 0
    assert Path("/dev/null").is_char_device()


def test_a_file_that_breaks_off_is_an_error_and_leaves_the_output_as_it_was(tmp_path: Path) -> None:
    broken, output = tmp_path / "broken.gz", tmp_path / "clean.log"
    packed = gzip.compress(os.urandom(400_000) + LINES)
    broken.write_bytes(packed[: len(packed) // 2])
    output.write_text("of yesterday")

    ended = run("redact", broken, "--output", output)

    assert ended.code == 1
    assert f"{broken} is not redacted to its end" in ended.err
    assert output.read_text() == "of yesterday"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken.gz", "clean.log"]


@pytest.mark.parametrize(
    ("name", "told"),
    [("missing.log", "there is no file"), ("folder", "is a folder"), ("locked.log", "may not be read")],
)
def test_what_cannot_be_read_is_refused_before_anything_is_written(tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "fine.log").write_bytes(LINES)
    (tmp_path / "locked.log").touch(mode=0)
    if name == "locked.log" and os.access(tmp_path / name, os.R_OK):
        pytest.skip("whoever runs this may read everything")

    ended = run("redact", tmp_path / "fine.log", tmp_path / name)

    assert (ended.code, ended.out) == (2, b"")
    assert told in ended.err


def test_an_output_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    ended = run("redact", "--output", tmp_path / "file" / "clean.log", stdin=LINES)

    assert ended.code == 1
    assert "cannot write" in ended.err


def test_a_full_disk_behind_stdout_is_told_as_what_it_is() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full on this machine")
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [str(COMMAND), "redact"], input=LINES, stdout=full, stderr=subprocess.PIPE, check=False, timeout=60
        )

    assert ended.returncode == 1
    assert ended.stderr == b"log-gardener: cannot write stdout: No space left on device\n"


def test_own_rules_and_allowed_patterns_of_the_configuration_count(tmp_path: Path) -> None:
    config = tmp_path / "own.toml"
    config.write_text(
        """
        redaction_key = "another"
        [redaction]
        allowed = ["mole@burrow[.]example[.]com"]
        [[redaction.rules]]
        name = "customer-id"
        pattern = "(?i)kunde (?<s>[0-9]{6})"
        keywords = ["KUNDE"]
        reason = "who our customers are"
        """
    )

    ended = run("redact", "--config", config, stdin=f"Kunde 123456 is {MAIL}, not vole@burrow.example.com".encode())

    mark = Redactor(b"another").whole("customer-id", "123456")
    other = Redactor(b"another").whole("email", "vole@burrow.example.com")
    assert ended.out.decode() == f"Kunde {mark} is {MAIL}, not {other}"
    assert "1 customer-id" in ended.err


def test_a_configuration_that_cannot_be_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    config = tmp_path / "own.toml"
    config.write_text('[[redaction.rules]]\nname = "x"\npattern = "("\n')

    ended = run("redact", "--config", config, stdin=LINES)

    assert (ended.code, ended.out) == (2, b"")
    assert "redaction.rules.0.pattern" in ended.err


def test_lines_come_through_as_they_come() -> None:
    with subprocess.Popen(
        [str(COMMAND), "redact"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(3):
            process.stdin.write(f"{number} {MAIL} may not\n".encode())
            # The next line is written when this one has come through.
            assert select.select([process.stdout], [], [], PATIENCE_SECONDS)[0]
            assert process.stdout.read(1000) == clean(f"{number} {MAIL} may not\n".encode())
        process.stdin.write(b"half a li")
        assert not select.select([process.stdout], [], [], 0.2)[0]
        process.stdin.write(f"ne of {MAIL}".encode())
        process.stdin.close()
        assert process.stdout.read() == clean(f"half a line of {MAIL}".encode())
        assert process.wait(PATIENCE_SECONDS) == 0


def test_a_log_that_is_followed_is_redacted_until_somebody_ends_it(tmp_path: Path) -> None:
    log = tmp_path / "logs"
    log.write_bytes(LINES)
    command = ["tail", "-n", "+1", "-f", str(log)]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE) as tail,
        subprocess.Popen(
            [str(COMMAND), "redact"], stdin=tail.stdout, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
        ) as process,
    ):
        try:
            assert read_lines(process, 3) == clean(LINES)
            with log.open("ab") as file:
                file.write(f"{MAIL} again\n".encode())
            assert read_lines(process, 1) == clean(f"{MAIL} again\n".encode())
        finally:
            tail.terminate()
        assert process.wait(PATIENCE_SECONDS) == 0
        assert process.stderr is not None
        assert b"4 lines" in process.stderr.read()


def read_lines(process: "subprocess.Popen[bytes]", count: int) -> bytes:
    assert process.stdout is not None
    text = b""
    while text.count(b"\n") < count:
        assert select.select([process.stdout], [], [], PATIENCE_SECONDS)[0], text
        text += process.stdout.read(1000)
    return text


def test_ctrl_c_ends_it_quietly() -> None:
    with subprocess.Popen(
        [str(COMMAND), "redact"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    ) as process:
        assert process.stdin is not None
        process.stdin.write(LINES)
        assert read_lines(process, 3) == clean(LINES)
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE_SECONDS) == 130
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()


def test_a_reader_that_has_seen_enough_is_no_complaint(tmp_path: Path) -> None:
    log = tmp_path / "logs"
    log.write_bytes(LINES * 100_000)
    with subprocess.Popen(
        [str(COMMAND), "redact", str(log)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.wait(PATIENCE_SECONDS) == 1
        assert process.stderr.read() == b""


def test_in_a_terminal_progress_is_shown_beside_a_file_and_not_between_the_lines(tmp_path: Path) -> None:
    log = tmp_path / "logs"
    log.write_bytes(LINES * 200_000)

    beside = run_in_terminal(log, "--output", tmp_path / "clean.log")
    log.write_bytes(LINES)
    between = run_in_terminal(log)

    assert "reading" in beside
    assert "600,000 lines" in beside
    assert "reading" not in between
    assert clean(LINES).decode().replace("\n", "\r\n") in between


def run_in_terminal(path: Path, *arguments: object) -> str:
    """What a terminal shows of stdout and stderr."""
    ours, theirs = pty.openpty()
    command = [str(COMMAND), "redact", str(path), *map(str, arguments)]
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, env={**os.environ, "TERM": "xterm"}) as process:
        os.close(theirs)
        shown = b""
        while chunk := read_chunk(ours):
            shown += chunk
        process.wait(PATIENCE_SECONDS)
    os.close(ours)
    return shown.decode(errors="replace")


def read_chunk(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:
        # Nobody holds the other end any more.
        return b""


def test_what_comes_out_holds_nothing_that_a_rule_finds() -> None:
    logs = ndjson([entry(number, f"{MAIL} and {TOKEN} from 203.0.113.{number}", token=TOKEN) for number in range(200)])

    ended = run("redact", stdin=logs)

    found = [hit for line in ended.out.decode().splitlines() for hit in Redactor(KEY).find(line)]
    assert found == []
    assert run("redact", stdin=ended.out).out == ended.out
