"""`watch`: tail and tend continuously."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer

from log_gardener.cli.options import (
    EXIT_UNKNOWN,
    BeamOption,
    ConfigOption,
    EngineOption,
    FilterOption,
    InputFormat,
    JsonOption,
    SeverityOption,
    StateOption,
    check_filter,
    choose_engine,
    load,
    make_clock,
    make_request,
    stderr,
)
from log_gardener.errors import LeakError, UsageError
from log_gardener.model.coverage import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from log_gardener.cli.watching import View
    from log_gardener.config import Settings
    from log_gardener.flow import Parts
    from log_gardener.model.worklog import Worklog
    from log_gardener.ports import Request, Source

# What a source has taken in while nobody waited is handed over at once; so long it may go on to deliver.
SLICE_SECONDS = 1.0

# A slice was held back, since a rule found a secret in it.
EXIT_LEAKED = 1

GOES_ON = "It is remembered, and the watch goes on"

# Whoever begins to watch wants to see something.
FIRST_WINDOW = "10m"


def watch(
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE...", help="As for tend; files that grow, too.")],
    *,
    every: Annotated[str, typer.Option(help="How often to tend what has arrived: 30s, 5m.")] = "",
    since: Annotated[str, typer.Option(help="How far back to begin where nothing was read before: 10m, 2h.")] = "",
    service: Annotated[str, typer.Option(help="Look at one service only.")] = "",
    severity: SeverityOption = "",
    log_filter: FilterOption = "",
    input_format: Annotated[InputFormat, typer.Option("--input", help="Layout of the sources.")] = InputFormat.AUTO,
    state: StateOption = "",
    config: ConfigOption = None,
    as_json: JsonOption = False,
    engine: EngineOption = "",
    beam: BeamOption = None,
) -> None:
    """Tend what arrives, slice after slice, each remembered; end with Ctrl-C."""
    from log_gardener import flow, wiring  # noqa: PLC0415 - half a second that --help need not wait for
    from log_gardener.cli.watching import View  # noqa: PLC0415

    given = {"service": service, "severity": severity, "logging_filter": log_filter}
    # What the configuration says of engines is for tend.
    settings = choose_engine(load(config, state=state, **given), engine or "local", beam or ())
    check_filter(log_filter, sources)
    pause = Event(), _parse_seconds(every or settings.watch.every)
    clock = make_clock("")
    view = View(stderr(), ", ".join(sources), clock)
    opened = wiring.make_sources(sources, settings, clock)
    first = settings.model_copy(update={"since": since or settings.since or FIRST_WINDOW})
    request = make_request(first, clock, sources=sources, until="", input_format=input_format)
    parts, requests = _assemble(settings, opened, request, view, pause=pause)
    with view, _ending(pause[0], parts):
        for worklog in flow.watch(parts, requests):
            _show_slice(view, worklog, as_json=as_json)
            if view.slices == 1 and worklog.outcome is Outcome.UNKNOWN and worklog.coverage.problems:
                raise typer.Exit(EXIT_UNKNOWN)
    stderr().print(view.tell_end(), highlight=False)
    if view.held_back:
        raise typer.Exit(EXIT_LEAKED)


def _parse_seconds(length: str) -> float:
    from log_gardener.model.instant import parse_duration  # noqa: PLC0415 - only when the command runs

    try:
        return parse_duration(length).total_seconds()
    except ValueError as error:
        raise UsageError(str(error)) from None


def _assemble(
    settings: "Settings", sources: "Sequence[Source]", request: "Request", view: "View", *, pause: tuple[Event, float]
) -> tuple["Parts", Iterator["Request"]]:
    """What tends the slices, and what is asked for each; `pause` ends it, and tells how long to wait in between."""
    from log_gardener import wiring  # noqa: PLC0415 - half a second that --help need not wait for
    from log_gardener.cli.streaming import stream  # noqa: PLC0415
    from log_gardener.sections.engine import EngineName  # noqa: PLC0415

    if settings.engine is EngineName.BEAM:
        return stream(settings, sources, request, view, pause=pause)
    parts = wiring.assemble(settings, sources, view, make_clock(""))
    return parts, _make_requests(parts, request, *pause)


def _show_slice(view: "View", worklog: "Worklog", *, as_json: bool) -> None:
    """Show a slice, unless a rule finds a secret in it: then that is told, and the next one is tended all the same.

    Else one line of a log could end the watch over all others.
    """
    from log_gardener.cli import output  # noqa: PLC0415
    from log_gardener.exits import leaks  # noqa: PLC0415 - only when the command runs

    try:
        if as_json:
            # The line has all that the table shows.
            line = _spell(worklog)
            leaks.check(line, "a slice", after=GOES_ON)
            view.show(worklog)
            output.echo(line)
        else:
            leaks.check_lines(view.list_pieces(worklog), "a slice", after=GOES_ON)
            view.show(worklog)
    except LeakError as error:
        view.hold_back(worklog, str(error))


def _make_requests(parts: "Parts", request: "Request", ended: Event, seconds: float) -> Iterator["Request"]:
    """One window to begin with, unless earlier runs have read up to somewhere; then what arrives."""
    following = replace(request, window=None, is_following=True, slice_seconds=SLICE_SECONDS)
    cursors = parts.store.find_cursors()
    is_known = all(request.name_scope(source) in cursors for source in parts.sources)
    has_window = any(source.late_hours for source in parts.sources)
    yield following if is_known or not has_window else request
    while not ended.wait(seconds):
        yield following


@contextmanager
def _ending(ended: Event, parts: "Parts") -> Iterator[None]:
    """End with the slice that is being read on Ctrl-C or SIGTERM; at once on the second."""

    def end(number: int, _: object) -> None:
        if ended.is_set():
            signal.signal(number, signal.default_int_handler)
            raise KeyboardInterrupt
        ended.set()
        stderr().print("ending with what has come; once more to end at once", highlight=False)
        for source in parts.sources:
            source.stop()

    former = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _spell(worklog: "Worklog") -> str:
    """A slice's worklog as JSON on one line."""
    from log_gardener.renderers.json_text import spell_json  # noqa: PLC0415 - only where it is asked for
    from log_gardener.renderers.json_worklog import spell_worklog  # noqa: PLC0415

    return spell_json(spell_worklog(worklog), indent=None)
