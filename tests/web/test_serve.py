"""`log-gardener serve` as it is called: it says where it is and what protects it, and ends quietly."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.cli.command import COMMAND, run
from tests.web.served import KEY, Place

ADDRESS = re.compile(r"http://\S+/")


@contextmanager
def serving(place: Place, *arguments: str, **variables: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """The running command, and where it serves."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("LOG_GARDENER_")}
    command = [str(COMMAND), "serve", "--state", str(place.state), "--port", "0", *arguments]
    process = subprocess.Popen(command, cwd=place.folder, env=own | variables, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    told = process.stderr.readline()
    found = ADDRESS.search(told)
    assert found, told + process.stderr.read()
    try:
        yield told, process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_and_ends_quietly(place: Place, number: signal.Signals) -> None:
    with serving(place) as (told, process):
        address = ADDRESS.findall(told)[0]
        with httpx.Client() as client:
            assert client.get(f"{address}api/v1/issues").json()["total"] == 8
            assert "Issues" in client.get(address).text

            process.send_signal(number)
            _, rest = process.communicate(timeout=20)

    assert "shows 8 issues; only this machine can look and decide" in told
    assert rest == ""
    assert process.returncode in {0, -number}


def test_elsewhere_it_says_what_protects_it(place: Place) -> None:
    with serving(place, "--host", "0.0.0.0", LOG_GARDENER_SERVE_TOKEN=KEY) as (told, _):  # noqa: S104
        assert "who knows the token may look and decide" in told
        assert KEY not in told
        address = ADDRESS.findall(told)[0]
        assert httpx.get(f"{address}api/v1/issues").status_code == 401


def test_elsewhere_without_a_guard_it_is_refused(place: Place) -> None:
    ended = run("serve", "--state", place.state, "--host", "0.0.0.0")  # noqa: S104 - it is refused

    assert ended.code == 2
    assert "export LOG_GARDENER_SERVE_TOKEN=$(openssl rand -hex 16)" in ended.err


def test_a_port_in_use_is_told_with_what_to_do(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run("serve", "--state", place.state, "--port", port)

    assert ended.code == 2
    assert f"port {port} of 127.0.0.1 is in use" in ended.err
    assert "--port 0" in ended.err


def test_a_state_in_memory_is_not_served() -> None:
    ended = run("serve", "--state", ":memory:")

    assert ended.code == 2
    assert "log-gardener tend" in ended.err


def test_without_the_extra_it_says_what_to_install(place: Place) -> None:
    script = "import sys; sys.modules['fastapi'] = None; from log_gardener.cli import main; main()"
    command = [sys.executable, "-c", script, "serve", "--state", str(place.state)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)

    assert ended.returncode == 2
    assert "pip install 'log-gardener[web]'" in ended.stderr
    assert "Traceback" not in ended.stderr
