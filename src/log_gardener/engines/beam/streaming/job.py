"""The pipeline that counts panes: begun in a process of its own, which may end before the job does."""

import logging
import multiprocessing
import os
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from threading import Thread
from typing import TYPE_CHECKING

import apache_beam as beam
from apache_beam.io import ReadFromPubSub
from apache_beam.runners.runner import PipelineState

from log_gardener.engines.beam.options import is_local, make_options
from log_gardener.engines.beam.running import explain
from log_gardener.engines.beam.streaming.pipeline import Task, lay

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

LOCAL_RUNNER = "apache_beam.runners.direct.direct_runner.BundleBasedDirectRunner"
"""Of the runners on this machine the one that reads a subscription."""

_EMULATOR = "PUBSUB_EMULATOR_HOST"
_LOGGER = "apache_beam"

# What the service says of a name that another job has: https://docs.cloud.google.com/dataflow/docs/guides/common-errors
_RUNS_ALREADY = "DataflowJobAlreadyExistsError"

_ENDED_WELL = frozenset({PipelineState.DONE, PipelineState.DRAINED, PipelineState.UPDATED})


@dataclass(frozen=True, slots=True)
class Begun:
    """All that the process of its own takes; it pickles.

    Attributes:
        given: options of Beam and of its runner, by name.
        task: what the workers do.
    """

    given: Mapping[str, str]
    task: Task

    def lay(self) -> beam.Pipeline:
        """The whole pipeline, from the subscription to the shelf."""
        pipeline = beam.Pipeline(options=make_options(self.given))
        # The time of a message is that of its publication: by an attribute, one message without it would stop the job.
        reading = ReadFromPubSub(subscription=self.task.feed.path, with_attributes=True)
        lay(pipeline | "messages" >> reading, self.task)
        return pipeline

    def run(self) -> str:
        """Run the job to its end, or to where it turns out to run already, and return why it failed; empty if not."""
        logging.getLogger(_LOGGER).setLevel(logging.CRITICAL + 1)
        if emulator := self.task.feed.emulator:
            os.environ[_EMULATOR] = emulator
        try:
            state = self.lay().run().wait_until_finish()
        except Exception as error:
            if type(error).__name__ == _RUNS_ALREADY:
                raise _RunsAlready from error
            return f"Apache Beam gave up: {explain(error)}"
        return "" if state in _ENDED_WELL else f"Apache Beam ended the job as {state or 'unknown'}"


class _RunsAlready(Exception):  # noqa: N818 - no error
    """A job of the same name is at work."""


class Job:
    """A pipeline that has no end.

    Args:
        begun: what to run.
    """

    def __init__(self, begun: Begun) -> None:
        self.begun = begun
        self._process: BaseProcess | None = None
        self._told: Connection | None = None
        self._failure = ""
        self._is_over = False
        self._is_taken = False

    @property
    def is_taken(self) -> bool:
        """Whether a job of that name was at work already, and is left to it; as far as `has_ended` has looked."""
        return self._is_taken

    @property
    def is_apart(self) -> bool:
        """Whether it goes on when this process ends."""
        return not is_local(make_options(self.begun.given))

    @property
    def name(self) -> str:
        """What the runner calls it."""
        return self.begun.given["job_name"]

    def start(self) -> None:
        """Begin it, if it does not run already."""
        context = multiprocessing.get_context("spawn")
        self._told, telling = context.Pipe(duplex=False)
        self._process = context.Process(target=_conduct, args=(self.begun, telling), daemon=True)
        self._process.start()
        telling.close()

    def has_ended(self) -> bool:
        """Whether it is over, however it ended; one that somebody else has begun never is, as far as we can tell."""
        if self._told is not None and self._told.poll():
            try:
                told: str | None = self._told.recv()
            except EOFError:
                told = "the process that runs the job was killed"
            self._told.close()
            self._told = None
            self._is_taken = told is None
            self._is_over, self._failure = not self._is_taken, told or ""
        return self._is_over

    def find_failure(self) -> str:
        """Why it ended before its time; empty if it has not."""
        return self._failure

    def end(self) -> None:
        """Look after it no longer. On this machine that is its end."""
        if self._process is not None and self._process.is_alive():
            self._process.kill()
            self._process.join()


def _conduct(begun: Begun, telling: Connection) -> None:
    """What the process of its own does: tells why it failed, nothing if it did not, `None` if it runs already."""
    # Ctrl-C is for whoever commits.
    os.setsid()
    Thread(target=_follow_parent, daemon=True).start()
    try:
        telling.send(begun.run())
    except _RunsAlready:
        telling.send(None)
    # Threads of a runner that has given up would keep the process.
    os._exit(0)


def _follow_parent() -> None:
    """End with the process that has begun this one, however that ends: nobody would commit what is counted."""
    if (parent := multiprocessing.parent_process()) is not None:
        parent.join()
        os._exit(0)
