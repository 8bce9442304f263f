"""What the commands share: options, and how they become settings, a clock and a request."""

import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from log_gardener.cli.completing import SEVERITIES, offer, offer_issues
from log_gardener.cli.scanned import ScannedConsole
from log_gardener.errors import UsageError
from log_gardener.exits.leaks import arm
from log_gardener.model.instant import parse_instant

if TYPE_CHECKING:
    from log_gardener.config import Settings
    from log_gardener.model.severity import Severity
    from log_gardener.ports import Clock, Redactor, Request

EXIT_UNKNOWN = 3

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
SeverityOption = Annotated[
    str, typer.Option(help="The least severity to read, such as WARNING.", autocompletion=offer(*SEVERITIES))
]
FilterOption = Annotated[
    str, typer.Option("--filter", help="Your own filter in Cloud Logging's language, for sources of logging://.")
]
EngineOption = Annotated[
    str,
    typer.Option(help="What reads: local, this machine; or beam, many of them.", autocompletion=offer("local", "beam")),
]
BeamOption = Annotated[
    list[str] | None,
    typer.Option("--beam", metavar="NAME=VALUE", help="An option of Apache Beam or of its runner; again for more."),
]
IssueArgument = Annotated[
    str,
    typer.Argument(metavar="ISSUE", help="The id, or the beginning of one.", autocompletion=offer_issues),
]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON on stdout.")]


@cache
def stderr() -> ScannedConsole:
    """The terminal, for everything that is not data."""
    return ScannedConsole(stderr=True)


def load(config: Path | None, **given: str) -> "Settings":
    """The settings, with the options of the command line on top."""
    from log_gardener.config import load_settings  # noqa: PLC0415 - pydantic takes its time

    settings = load_settings(config)
    update: dict[str, object] = {name: value for name, value in given.items() if value}
    if log_filter := update.pop("logging_filter", ""):
        update["logging"] = settings.logging.model_copy(update={"filter": log_filter})
    updated = settings.model_copy(update=update)
    arm(lambda: _make_redactor(updated), _list_own_names(updated))
    return updated


def _make_redactor(settings: "Settings") -> "Redactor":
    from log_gardener.wiring import make_redactor  # noqa: PLC0415 - only where something is shown

    return make_redactor(settings)


def _list_own_names(settings: "Settings") -> list[str]:
    """Names of places that the operator has given, up to where a glob begins: he may see them as they are."""
    words = [word.partition("=")[2] if word.startswith("--") else word for word in sys.argv[1:]]
    named = [_GLOB.split(word)[0].rstrip("/") for word in words if "/" in word or Path(word).is_file()]
    with suppress(OSError, RuntimeError):
        # Nobody need have a home, nor be in a folder that is still there.
        named += [str(Path.cwd()), str(Path.home())]
    return [*named, settings.state_or_default, settings.output]


_GLOB = re.compile(r"[*?\[]")


def check_filter(log_filter: str, sources: Sequence[str]) -> None:
    """Refuse a filter that none of the sources understands.

    Raises:
        UsageError: none does.
    """
    if log_filter and not any(source.startswith("logging://") for source in sources):
        msg = (
            "--filter is in Cloud Logging's language, and none of the sources is logging://; use --service, --severity"
        )
        raise UsageError(msg)


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


def make_request(
    settings: "Settings", clock: "Clock", *, sources: Sequence[str], until: str, input_format: InputFormat
) -> "Request":
    """What the run is asked for, of sources as the command line names them.

    Raises:
        UsageError: a time, a length of time or a severity cannot be read, or the window ends in the future.
    """
    from log_gardener import wiring  # noqa: PLC0415 - only when a command runs

    since = wiring.find_since(settings.since, sources)
    if since != settings.since:
        stderr().print(f"no --since: reading the last {since}", highlight=False)
    settings = settings.model_copy(update={"severity": parse_severity(settings.severity)})
    return replace(wiring.make_request(settings, sources, clock, until=until), input=input_format.value)


def choose_engine(settings: "Settings", name: str, given: Sequence[str]) -> "Settings":
    """The settings with the engine of the command line, and with the options that it is given.

    Raises:
        UsageError: there is no such engine, an option is no name with a value, or is for an engine that is not used.
    """
    from log_gardener.sections.engine import EngineName  # noqa: PLC0415 - only when a command runs

    try:
        engine = EngineName(name) if name else settings.engine
    except ValueError:
        msg = f"there is no engine {name!r}; one of {', '.join(EngineName)}"
        raise UsageError(msg) from None
    if given and engine is not EngineName.BEAM:
        msg = "--beam is for --engine beam, which is not asked for"
        raise UsageError(msg)
    options = dict(settings.beam)
    for spelt in given:
        option, equals, value = spelt.partition("=")
        if not option or not equals:
            msg = f"--beam {spelt}: give a name and a value, such as --beam runner=DataflowRunner"
            raise UsageError(msg)
        options[option] = value
    return settings.model_copy(update={"engine": engine, "beam": options})


def parse_severity(name: str) -> "Severity":
    """Read the name of a severity, in any case.

    Raises:
        UsageError: there is none of that name.
    """
    from log_gardener.model.severity import Severity  # noqa: PLC0415 - only when a command runs

    try:
        return Severity(name.upper())
    except ValueError:
        msg = f"there is no severity {name!r}; one of {', '.join(Severity)}"
        raise UsageError(msg) from None
