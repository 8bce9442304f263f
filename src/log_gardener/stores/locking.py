"""One run at a time on one state, so that what it recalled stays true until it commits.

A lock of the operating system or of the server: it ends with the process that holds it, however that ends.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Engine, text

from log_gardener.errors import StoreError

# Any number that no other program on the server locks.
_KEY = 0x4C6F_6747_6172_6465

_STEP_SECONDS = 0.2


@contextmanager
def hold(engine: Engine, path: Path | None, on_wait: Callable[[], None], seconds: float) -> Iterator[None]:
    """Hold the state's lock while the context lasts.

    Args:
        engine: of the state.
        path: the SQLite file; `None` for a state in memory or on a server.
        on_wait: called once if another run holds it.
        seconds: how long to wait for it.

    Raises:
        StoreError: the other run did not end in time, or the lock's file cannot be written.
    """
    if path is not None:
        with _hold_file(path.with_name(path.name + ".lock"), on_wait, seconds):
            yield
    elif engine.dialect.name == "postgresql":
        with _hold_server(engine, on_wait, seconds):
            yield
    else:
        yield


@contextmanager
def _hold_file(path: Path, on_wait: Callable[[], None], seconds: float) -> Iterator[None]:
    lock = FileLock(path)
    try:
        try:
            lock.acquire(blocking=False)
        except Timeout:
            on_wait()
            lock.acquire(timeout=seconds, poll_interval=_STEP_SECONDS)
    except Timeout:
        raise _make_error(seconds) from None
    except OSError as error:
        msg = f"the lock {path} cannot be written: {error.strerror}. Name another state with --state"
        raise StoreError(msg) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _hold_server(engine: Engine, on_wait: Callable[[], None], seconds: float) -> Iterator[None]:
    deadline = time.monotonic() + seconds
    is_waiting = False
    # A connection of its own: the lock is the session's, and what commits is another one.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _KEY}).scalar():
            if not is_waiting:
                on_wait()
                is_waiting = True
            if time.monotonic() > deadline:
                raise _make_error(seconds)
            time.sleep(_STEP_SECONDS)
        try:
            yield
        finally:
            connection.invalidate()


def _make_error(seconds: float) -> StoreError:
    msg = f"another run has held the state for {seconds:,.0f} seconds; run again when it has ended"
    return StoreError(msg)
