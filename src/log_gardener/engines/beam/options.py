"""What the runner is told, as Beam's own options."""

import difflib
from collections.abc import Mapping
from uuid import uuid4

from apache_beam.options.pipeline_options import GoogleCloudOptions, PipelineOptions, StandardOptions

from log_gardener.errors import UsageError

LOCAL_RUNNERS = frozenset({"", "BundleBasedDirectRunner", "DirectRunner", "FnApiRunner", "PrismRunner"})
"""Runners whose workers see this machine's disk."""

OWN = {"window": "5m", "lateness": "1d", "slots": "16"}
"""What stands among the options of Beam and is ours: how a subscription is cut, with its defaults."""

DEFAULT_RUNNER = "FnApiRunner"
"""The one in this process: what Beam would choose by itself looks for a program in the network first."""


def make_options(given: Mapping[str, str]) -> PipelineOptions:
    """Beam's options from names and values, without those that are ours.

    Raises:
        UsageError: Beam knows no such option, or takes no such value.
    """
    known = set(PipelineOptions([]).get_all_options())
    named = {name: value for name, value in given.items() if name not in OWN}
    for name in named:
        if name not in known:
            near = difflib.get_close_matches(name, known | OWN.keys(), 1)
            hint = f"; do you mean {near[0]}?" if near else ""
            msg = f"Apache Beam knows no option {name}{hint}"
            raise UsageError(msg)
    values = {"runner": DEFAULT_RUNNER} | {name: _read(value) for name, value in named.items()}
    try:
        options = PipelineOptions.from_dictionary(values)
        options.get_all_options()
    except (SystemExit, ValueError, TypeError) as error:
        msg = f"Apache Beam refuses its options: {error}"
        raise UsageError(msg) from None
    return options


def make_job_name() -> str:
    """A name that says whose job it is, and that no job at work bears: a runner refuses the same one twice."""
    return f"log-gardener-{uuid4().hex[:8]}"


def is_local(options: PipelineOptions) -> bool:
    """Whether the workers are processes of this machine."""
    runner = options.view_as(StandardOptions).runner or ""
    return runner.rpartition(".")[2] in LOCAL_RUNNERS


def find_temp_location(options: PipelineOptions) -> str:
    """Where the workers may keep files; empty if none was named."""
    return str(options.view_as(GoogleCloudOptions).temp_location or "").rstrip("/")


def _read(value: str) -> str | bool | list[str]:
    """A switch, a list with commas, or a text as it is."""
    if value in {"true", "false"}:
        return value == "true"
    return value
