"""The official Pub/Sub emulator, on loopback, for as long as the tests run."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest

INSTALLED = Path("/usr/lib/google-cloud-sdk/platform/pubsub-emulator/lib")

START_SECONDS = 60


def find_emulator() -> Path:
    """Its archive.

    Raises:
        pytest.skip.Exception: the machine has none, or nothing to run it.
    """
    found = sorted(INSTALLED.glob("cloud-pubsub-emulator-*.jar"))
    if not found:
        pytest.skip("the Pub/Sub emulator is not installed: gcloud components install pubsub-emulator")
    if not shutil.which("java"):
        pytest.skip("the Pub/Sub emulator needs Java: apt-get install default-jre-headless")
    return found[-1]


@contextmanager
def serve_emulator() -> Iterator[str]:
    """The emulator's endpoint."""
    archive = find_emulator()
    port = _find_port()
    with tempfile.TemporaryFile() as log:
        command = ["java", "-Xmx1g", "-jar", str(archive), "--host=127.0.0.1", f"--port={port}"]
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait_for(f"127.0.0.1:{port}", process)
            yield f"127.0.0.1:{port}"
        finally:
            process.kill()
            process.wait()


def _wait_for(endpoint: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with grpc.insecure_channel(endpoint) as channel:
            try:
                grpc.channel_ready_future(channel).result(timeout=1)
            except grpc.FutureTimeoutError:
                continue
            return
    pytest.fail(f"the Pub/Sub emulator did not start (exit code {process.poll()})")


def _find_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
