"""A real PostgreSQL server of Debian's, on loopback, for as long as the tests run."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

INSTALLED = Path("/usr/lib/postgresql")

# Everything that makes a test database safe against power cuts, which it need not be.
FAST = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")


def find_programs() -> Path:
    """The folder of the server's programs.

    Raises:
        pytest.skip.Exception: there are none, or nobody to run them as.
    """
    folders = sorted(INSTALLED.glob("*/bin"), key=lambda folder: float(folder.parent.name), reverse=True)
    found = [folder for folder in folders if (folder / "initdb").exists()]
    if not found:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    if os.geteuid() == 0 and not shutil.which("runuser"):
        pytest.skip("PostgreSQL does not run as root, and there is no runuser to run it as another")
    return found[0]


@contextmanager
def serve() -> Iterator[str]:
    """A server without a database of ours; its URL ends where the name of one goes."""
    programs = find_programs()
    with tempfile.TemporaryDirectory(prefix="lg-postgres-") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        _run(programs / "initdb", "-D", folder / "data", "-A", "trust", "-U", "gardener", "--no-sync", "-E", "UTF8")
        port = _find_port()
        address = ("-c", "listen_addresses=127.0.0.1", "-c", f"port={port}", "-c", f"unix_socket_directories={folder}")
        options = " ".join((*address, *FAST))
        control = (programs / "pg_ctl", "-D", folder / "data", "-w", "-t", "60", "-l", folder / "log")
        _run(*control, "-o", options, "start")
        try:
            yield f"postgresql://gardener@127.0.0.1:{port}/"
        finally:
            _run(*control, "-m", "immediate", "stop")


def make_database(server: str, name: str) -> str:
    """A new database on a server; its URL."""
    engine = create_engine(f"{server.replace('postgresql://', 'postgresql+psycopg://')}postgres")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE template0'))
    engine.dispose()
    return f"{server}{name}"


def _find_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _run(*command: object) -> None:
    as_other = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()
    words = [*as_other, *map(str, command)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        pytest.fail(f"{' '.join(words)}\n{done.stdout}\n{done.stderr}")
