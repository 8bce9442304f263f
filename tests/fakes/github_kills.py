"""Kills a client in the middle of a request, as `kill -9` or a power cut would: it gets no answer and no last word.

    with pytest.raises(Killed), server.kills.armed(repository.token, after=12, phase=Phase.AFTER):
        run_the_gardener()

The thread that armed is the client. At the thirteenth request with that token from then on, the exception `Killed`,
which no `except Exception` catches, is set in that thread, and then its connection is cut. Later requests with the
token are cut too, without effect, until the context ends: a dead process says nothing more.
"""

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """Where in a request: before it takes effect, or after."""

    BEFORE = "before"
    AFTER = "after"


class Killed(BaseException):
    """The process is no more."""


@dataclass(slots=True)
class _Sentence:
    thread: int
    phase: Phase
    left: int
    is_done: bool = False


class Kills:
    """Sentences by token. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sentences: dict[str, _Sentence] = {}

    @contextmanager
    def armed(self, token: str, after: int, phase: Phase = Phase.AFTER) -> Iterator[None]:
        """Kill the calling thread at its request number `after + 1` with a token, if it comes so far."""
        with self._lock:
            self._sentences[token] = _Sentence(threading.get_ident(), phase, after)
        try:
            yield
        finally:
            with self._lock:
                self._sentences.pop(token, None)

    def begin(self, token: str) -> None:
        """A request with a token comes."""
        with self._lock:
            sentence = self._sentences.get(token)
            if sentence is not None:
                sentence.left -= 1

    def is_fatal(self, token: str, phase: Phase) -> bool:
        """Whether the client dies here, or is dead already."""
        with self._lock:
            sentence = self._sentences.get(token)
            if sentence is None or sentence.left >= 0 or (sentence.phase is not phase and not sentence.is_done):
                return False
            if not sentence.is_done:
                sentence.is_done = True
                raise_in(sentence.thread, Killed)
            return True


def raise_in(thread: int, error: type[BaseException]) -> None:
    """Set an exception in another thread, which meets it as soon as it runs again.

    Raises:
        ValueError: there is no such thread.
    """
    count = ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error))
    if count != 1:
        msg = f"no thread {thread}"
        raise ValueError(msg)
