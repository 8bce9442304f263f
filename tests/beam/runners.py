"""Runners that are elsewhere: none of them runs on this machine, so each is told to have come to an end of its own."""

from typing import Any

from apache_beam.runners.dataflow.internal.apiclient import DataflowJobAlreadyExistsError
from apache_beam.runners.runner import PipelineResult, PipelineRunner, PipelineState


class Ended(PipelineResult):
    """A job that is over."""

    def wait_until_finish(self, duration: int | None = None) -> str:
        """How it ended."""
        del duration
        return str(self._state)


class Drained(PipelineRunner):
    """Somebody has drained the job."""

    def run_pipeline(self, pipeline: Any, options: Any) -> Ended:
        """A job that ended well."""
        del pipeline, options
        return Ended(PipelineState.DRAINED)


class Cancelled(PipelineRunner):
    """Somebody has cancelled the job."""

    def run_pipeline(self, pipeline: Any, options: Any) -> Ended:
        """A job that did not."""
        del pipeline, options
        return Ended(PipelineState.CANCELLED)


class Taken(PipelineRunner):
    """A job of that name is at work."""

    def run_pipeline(self, pipeline: Any, options: Any) -> Ended:
        """None: Dataflow refuses a second one, in these words."""
        del pipeline, options
        msg = "There is already active job named log-gardener-1 with id: 2026-11-01"
        raise DataflowJobAlreadyExistsError(msg)


class Refused(PipelineRunner):
    """Nobody may begin a job."""

    def run_pipeline(self, pipeline: Any, options: Any) -> Ended:
        """None."""
        del pipeline, options
        msg = "403 caller has no dataflow.jobs.create"
        raise PermissionError(msg)
