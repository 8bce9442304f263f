"""What the commands share: options, and how they become settings, a clock and a request."""

import os
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from log_gardener.errors import UsageError
from log_gardener.model.instant import parse_instant

if TYPE_CHECKING:
    from log_gardener.config import Settings
    from log_gardener.ports import Clock, Request

NOW_VARIABLE = "LOG_GARDENER_NOW"


class InputFormat(StrEnum):
    """Layouts of a source."""

    AUTO = "auto"
    JSON = "json"
    TEXT = "text"


StateOption = Annotated[
    str,
    typer.Option(help="Where issues are remembered: a path, an SQLAlchemy URL, or :memory: [env: LOG_GARDENER_STATE]"),
]
ConfigOption = Annotated[
    Path | None, typer.Option(help="Configuration file; by default log-gardener.toml in this folder, if there is one.")
]
NowOption = Annotated[
    str, typer.Option(help=f"Take this for the present time, to repeat a run [env: {NOW_VARIABLE}]", show_default=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON on stdout.")]


@cache
def stderr() -> Console:
    """The terminal, for everything that is not data."""
    return Console(stderr=True)


def load(config: Path | None, **given: str) -> "Settings":
    """The settings, with the options of the command line on top."""
    from log_gardener.config import load_settings  # noqa: PLC0415 - pydantic takes its time

    settings = load_settings(config)
    return settings.model_copy(update={name: value for name, value in given.items() if value})


def make_clock(now: str) -> "Clock":
    """The system's clock, or one that stands still at a given time."""
    from log_gardener.wiring import tell_time  # noqa: PLC0415 - only when a command runs

    spelt = now or os.environ.get(NOW_VARIABLE, "")
    if not spelt:
        return tell_time
    try:
        at = parse_instant(spelt)
    except ValueError as error:
        raise UsageError(str(error)) from None
    return lambda: at


def make_request(settings: "Settings", clock: "Clock", *, until: str, input_format: InputFormat) -> "Request":
    """What the run is asked for.

    Raises:
        UsageError: a time or a length of time cannot be read, or the window ends in the future.
    """
    from log_gardener.ports import Request  # noqa: PLC0415 - only when a command runs
    from log_gardener.wiring import make_window  # noqa: PLC0415

    return Request(
        make_window(settings.since, until, clock),
        settings.service or None,
        input_format.value,
        application_frames=frozenset(settings.application_frames),
        library_frames=frozenset(settings.library_frames),
    )
