"""One run at a time on one state, so that what it recalled stays true until it commits; and one that writes tickets.

A lock of the operating system or of the server: it ends with the process that holds it, however that ends.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from filelock import FileLock, Timeout
from sqlalchemy import Engine, text

from log_gardener.errors import StoreError


@dataclass(frozen=True, slots=True)
class Lock:
    """One of the locks of a state.

    Attributes:
        ending: of the name of its file, beside the state's.
        key: a number that no other program on a server locks.
        deed: what whoever has it is doing.
    """

    ending: str
    key: int
    deed: str


RUNS = Lock(".lock", 0x4C6F_6747_6172_6465, "held the state")
TICKETS = Lock(".tickets.lock", 0x4C6F_6747_6172_6466, "been writing tickets")

_STEP_SECONDS = 0.2

Wait: TypeAlias = tuple[Callable[[], None], float]
"""Who is told that another one must end first, and for how many seconds to wait for it."""


@contextmanager
def hold(engine: Engine, path: Path | None, lock: Lock, *, wait: Wait) -> Iterator[None]:
    """Hold a lock of the state while the context lasts.

    Args:
        engine: of the state.
        path: the SQLite file; `None` for a state in memory or on a server.
        lock: which one.
        wait: who is told if another run holds it, and how many seconds to wait for it.

    Raises:
        StoreError: the other run did not end in time, or the lock's file cannot be written.
    """
    if path is not None:
        with _hold_file(path.with_name(path.name + lock.ending), lock, wait):
            yield
    elif engine.dialect.name == "postgresql":
        with _hold_server(engine, lock, wait):
            yield
    else:
        yield


@contextmanager
def _hold_file(path: Path, lock: Lock, wait: Wait) -> Iterator[None]:
    on_wait, seconds = wait
    own = FileLock(path)
    try:
        try:
            own.acquire(blocking=False)
        except Timeout:
            on_wait()
            own.acquire(timeout=seconds, poll_interval=_STEP_SECONDS)
    except Timeout:
        raise _make_error(lock, seconds) from None
    except OSError as error:
        msg = f"the lock {path} cannot be written: {error.strerror}. Name another state with --state"
        raise StoreError(msg) from error
    try:
        yield
    finally:
        own.release()


@contextmanager
def _hold_server(engine: Engine, lock: Lock, wait: Wait) -> Iterator[None]:
    on_wait, seconds = wait
    deadline = time.monotonic() + seconds
    is_waiting = False
    # A connection of its own: the lock is the session's, and what commits is another one.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": lock.key}).scalar():
            if not is_waiting:
                on_wait()
                is_waiting = True
            if time.monotonic() > deadline:
                raise _make_error(lock, seconds)
            time.sleep(_STEP_SECONDS)
        try:
            yield
        finally:
            connection.invalidate()


def _make_error(lock: Lock, seconds: float) -> StoreError:
    msg = f"another run has {lock.deed} for {seconds:,.0f} seconds; run again when it has ended"
    return StoreError(msg)
