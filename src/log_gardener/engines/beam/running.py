"""A pipeline run to its end: in this process, or in one of its own that can be ended with all of its workers."""

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from threading import Thread

import apache_beam as beam
from apache_beam.options.pipeline_options import DirectOptions
from apache_beam.runners.runner import PipelineResult, PipelineState

from log_gardener.engines.beam.folder import Folder
from log_gardener.engines.beam.options import is_local, make_options
from log_gardener.engines.beam.pipeline import lay
from log_gardener.engines.beam.stretch import Listed
from log_gardener.errors import EngineError
from log_gardener.ports import Request

POLL_SECONDS = 0.2

ATTEMPTS = 3
"""How often a run begins anew when a worker of this machine was killed; runners on other machines see to that."""

PATIENCE_SECONDS = 20
"""How long a job on other machines may take to be cancelled."""

# Beam tells in its log what the error says as well, with the lines of its own code.
_LOGGER = "apache_beam"

_LOST = 75
_FAILED = 70


@dataclass(frozen=True, slots=True)
class Work:
    """All that a run takes; it pickles.

    Attributes:
        given: options of Beam and of its runner, by name.
        listed: the streams, in the order of reading.
        request: what is asked for.
        folder: of the run.
        leaf_bytes: how long a leaf is.
    """

    given: Mapping[str, str]
    listed: tuple[Listed, ...]
    request: Request
    folder: Folder
    leaf_bytes: int

    @property
    def is_apart(self) -> bool:
        """Whether workers are other processes, which may be lost, and would go on when this one is ended."""
        options = make_options(self.given)
        return not is_local(options) or options.view_as(DirectOptions).direct_running_mode == "multi_processing"

    def run(self) -> None:
        """Lay the pipeline and run it to its end.

        Raises:
            EngineError: it came to none.
        """
        logging.getLogger(_LOGGER).setLevel(logging.CRITICAL + 1)
        result: PipelineResult | None = None
        try:
            pipeline = beam.Pipeline(options=make_options(self.given))
            lay(pipeline, self.listed, self.request, self.folder, self.leaf_bytes)
            result = pipeline.run()
            state = result.wait_until_finish()
        except KeyboardInterrupt:
            if result is not None:
                # A job on other machines would go on, and cost.
                result.cancel()
            raise
        except Exception as error:
            msg = f"Apache Beam gave up: {explain(error)}"
            raise EngineError(msg) from error
        if state != PipelineState.DONE:
            msg = f"Apache Beam ended the job as {state or 'unknown'}"
            raise EngineError(msg)


def run(work: Work) -> None:
    """Run it to its end, wherever it is to be run.

    Raises:
        EngineError: it came to none; nothing of it is remembered.
    """
    if work.is_apart:
        with _ending_as_ctrl_c():
            _run_apart(work)
    else:
        _run_here(work)


def _run_here(work: Work) -> None:
    """In a thread, so that Ctrl-C reaches this one."""
    errors: list[EngineError] = []

    def conduct() -> None:
        try:
            work.run()
        except EngineError as error:
            errors.append(error)

    thread = Thread(target=conduct, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(POLL_SECONDS)
    if errors:
        raise errors[0]


@contextmanager
def _ending_as_ctrl_c() -> Iterator[None]:
    """Take SIGTERM as Ctrl-C: whoever conducts in a container is ended by it, and the workers would go on, and cost."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)


def _run_apart(work: Work) -> None:
    for _ in range(ATTEMPTS):
        process = multiprocessing.get_context("spawn").Process(target=_conduct, args=(work,))
        process.start()
        try:
            code = _wait(process)
        finally:
            _end(process)
        if code == 0:
            return
        if code != _LOST:
            raise EngineError(work.folder.read_failure() or f"Apache Beam ended with code {code}")
    msg = f"workers were killed, {ATTEMPTS} times in a row; is there memory for them? fewer at a time take less"
    raise EngineError(msg)


def _wait(process: BaseProcess) -> int:
    try:
        while process.is_alive():
            process.join(POLL_SECONDS)
    except KeyboardInterrupt:
        if process.pid is not None:
            os.kill(process.pid, signal.SIGINT)
        process.join(PATIENCE_SECONDS)
        raise
    return process.exitcode or 0


def _end(process: BaseProcess) -> None:
    """End it and the workers that it has started, which are of its group."""
    if process.pid is not None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.join()


def _conduct(work: Work) -> None:
    """What the process of its own does."""
    os.setsid()
    # A runner on this machine waits for a killed worker without an end; the thread that had started it is told.
    threading.excepthook = lambda _: os._exit(_LOST)
    try:
        work.run()
    except EngineError as error:
        work.folder.write_failure(str(error))
        os._exit(_FAILED)
    except KeyboardInterrupt:
        os._exit(_FAILED)


def explain(error: Exception) -> str:
    """What a runner says, by the last line of it: before that come the lines of its code."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[-1]}" if lines else type(error).__name__
